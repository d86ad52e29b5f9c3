"""Which function does which kind of job; the one place that knows them all."""

from core.models import Job
from core.services import JobFunction, JobProgress
from dunning.models import DunningNotice, DunningRun
from o2c import flow


def send_dunning(job: Job, progress: JobProgress) -> str:
    """Write the reminders of an approved run; one row per reminder."""
    run = DunningRun.objects.get(pk=job.params["run"], company=job.company)
    on = job.company.today()
    notices = list(
        DunningNotice.objects.filter(run=run).awaiting_letter().select_related("customer")
    )
    progress.total(len(notices))
    actor = job.started_by
    assert actor is not None
    progress.each(
        notices,
        lambda notice: flow.write_reminder(notice.pk, by=actor, on=on),
        key=lambda notice: notice.pk,
        label=lambda notice: str(notice.customer),
    )
    flow.finish_dunning(run.pk, by=actor, on=on)
    return ""


JOBS: dict[str, JobFunction] = {"dunning.send": send_dunning}
