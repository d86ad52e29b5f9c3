"""How long a job will still take, judged by its pace so far."""

from django.utils import timezone

from core.models import Job


def remaining_seconds(job: Job) -> int | None:
    """Seconds left at the present pace; None when nothing can be said yet."""
    handled = job.done_count + job.failed_count
    if not job.total or not handled or job.started_at is None or job.state != Job.State.RUNNING:
        return None
    spent = (timezone.now() - job.started_at).total_seconds()
    return round(spent / handled * max(job.total - handled, 0))
