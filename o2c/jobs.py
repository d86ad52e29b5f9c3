"""Which function does which kind of job; the one place that knows them all."""

from datetime import date

from core.actors import Actor, JobActor
from core.models import Job
from core.services import JobFunction, JobProgress
from dunning.models import DunningNotice, DunningRun
from o2c import flow
from o2c.errors import BusinessError

DUNNING = JobActor("dunning")


def send_dunning(job: Job, progress: JobProgress) -> str:
    """Write the reminders of an approved run, a row each; what is written already is skipped.

    A letter is made outside of any transaction, so this does not use ``progress.each``.
    """
    run = DunningRun.objects.get(pk=job.params["run"], company=job.company)
    actor: Actor = job.started_by or DUNNING
    on = job.company.today()
    notices = list(
        DunningNotice.objects.filter(run=run).awaiting_letter().select_related("customer")
    )
    progress.total(len(notices))
    for notice in notices:
        if progress.is_stopped():
            return ""
        _write(notice, progress, by=actor, on=on)
    flow.finish_dunning(run.pk, by=actor, on=on)
    return ""


def _write(notice: DunningNotice, progress: JobProgress, *, by: Actor, on: date) -> None:
    try:
        flow.write_reminder(notice.pk, by=by, on=on)
    except BusinessError as error:
        progress.failed(notice.pk, str(notice.customer), error.message)
    else:
        progress.ok(notice.pk, str(notice.customer), url=notice.get_absolute_url())


JOBS: dict[str, JobFunction] = {"dunning.send": send_dunning}
