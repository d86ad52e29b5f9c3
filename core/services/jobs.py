"""Jobs: long work with progress, cancel and an outcome per row, that survives its worker.

A job's rows are its memory: a row done is never done again, so a job whose worker died starts
over and skips what is there.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.logs import request_id
from core.models import Company, Job, JobRow, User
from core.services.notifications import notify
from core.services.nudges import nudge
from o2c.errors import BusinessError, Conflict

log = logging.getLogger(__name__)

State = Job.State
T = TypeVar("T")

TOGETHER = 50
BEAT_SECONDS = 15
SILENT_SECONDS = 60
MAX_ATTEMPTS = 5


class LeaseLost(Exception):
    """Another worker has this job by now; this one must stop without a trace."""


class JobFunction(Protocol):
    """What ``o2c.jobs`` maps a kind to."""

    def __call__(self, job: Job, progress: "JobProgress") -> str | None:
        """Do the work; may return the sentence shown as the result."""


class JobProgress:
    """The job's side of the conversation: count, report rows, ask whether to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._done = set(job.rows.exclude(state=JobRow.State.FAILED).values_list("key", flat=True))

    def total(self, count: int) -> None:
        """How many rows there will be, for the bar."""
        self._write(total=count)

    def has(self, key: object) -> bool:
        """Whether this row was done already, before a restart."""
        return str(key) in self._done

    def ok(self, key: object, label: str, *, url: str = "") -> None:
        """A row is done. Call it in the transaction of its effect: both stay or both go."""
        self._report(key, label, JobRow.State.OK, url=url)

    def failed(self, key: object, label: str, message: str, *, url: str = "") -> None:
        """A row could not be done, and why."""
        self._report(key, label, JobRow.State.FAILED, message=message, url=url)

    def uncertain(self, key: object, label: str, message: str, *, url: str = "") -> None:
        """Nobody knows whether a row was done; it is not tried again by itself."""
        self._report(key, label, JobRow.State.UNCERTAIN, message=message, url=url)

    def is_stopped(self) -> bool:
        """Whether somebody asked the job to stop; look between rows or chunks."""
        return not Job.objects.filter(
            pk=self.job.pk, lease_owner=self.job.lease_owner, state=State.RUNNING
        ).exists()

    def result(self, *, url: str) -> None:
        """Where the outcome can be seen or downloaded."""
        self._write(result_url=url)

    def each(
        self,
        items: Iterable[T],
        act: Callable[[T], object],
        *,
        key: Callable[[T], object],
        label: Callable[[T], str] = str,
        url: Callable[[T], str] = lambda item: "",
        refused: Callable[[T, BusinessError], object] = lambda item, error: None,
    ) -> None:
        """Do one act per item, each in its own transaction with its row: resumable, stoppable.

        A ``BusinessError`` fails that row only and names the reason; ``refused`` is told of it
        when the act is undone.
        """
        for item in items:
            if self.has(key(item)):
                continue
            if self.is_stopped():
                return
            try:
                with transaction.atomic():
                    act(item)
                    self.ok(key(item), label(item), url=url(item))
            except BusinessError as error:
                refused(item, error)
                self.failed(key(item), label(item), error.message, url=url(item))

    def each_together(
        self,
        items: Sequence[T],
        act: Callable[[list[T]], object],
        alone: Callable[[T], object],
        *,
        key: Callable[[T], object],
        label: Callable[[T], str] = str,
        url: Callable[[T], str] = lambda item: "",
        refused: Callable[[T, BusinessError], object] = lambda item, error: None,
    ) -> None:
        """``each`` by chunks: ``act`` does a chunk, all or none, in one transaction with its rows.

        A chunk that the business refuses is done item by item with ``alone``.
        """
        left = [item for item in items if not self.has(key(item))]
        for start in range(0, len(left), TOGETHER):
            chunk = left[start : start + TOGETHER]
            if self.is_stopped():
                return
            try:
                with transaction.atomic():
                    act(chunk)
                    self._ok_all([(str(key(one)), label(one), url(one)) for one in chunk])
            except BusinessError:
                self.each(chunk, alone, key=key, label=label, url=url, refused=refused)

    def _ok_all(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Many rows (key, label, url) are done: three statements, as ``ok`` of each."""
        keys = [key for key, _label, _url in rows]
        state, again = JobRow.State, JobRow.objects.filter(job=self.job, key__in=keys)
        failed_count = again.filter(state=state.FAILED).count()
        JobRow.objects.bulk_create(
            [
                JobRow(job=self.job, key=key, label=label[:200], state=state.OK, url=url)
                for key, label, url in rows
            ],
            update_conflicts=True,
            unique_fields=["job", "key"],
            update_fields=["label", "state", "message", "url"],
        )
        self._write(
            done_count=F("done_count") + len(rows), failed_count=F("failed_count") - failed_count
        )
        transaction.on_commit(lambda: self._done.update(keys))

    def _report(
        self, key: object, label: str, state: str, *, message: str = "", url: str = ""
    ) -> None:
        if self.has(key):
            return
        with transaction.atomic():
            _row, is_new = JobRow.objects.update_or_create(
                job=self.job,
                key=str(key),
                defaults={"label": label[:200], "state": state, "message": message, "url": url},
            )
            is_failed = state != JobRow.State.OK
            if is_new:
                name = "failed_count" if is_failed else "done_count"
                self._write(**{name: F(name) + 1})
            elif not is_failed:
                self._write(done_count=F("done_count") + 1, failed_count=F("failed_count") - 1)
            else:
                self._write()
        if state != JobRow.State.FAILED:
            transaction.on_commit(lambda: self._done.add(str(key)))

    def _write(self, **fields: Any) -> None:
        """Update the job with a fresh heartbeat, fenced by this worker's lease."""
        mine = Job.objects.filter(
            pk=self.job.pk,
            lease_owner=self.job.lease_owner,
            state__in=[State.RUNNING, State.STOPPING],
        )
        if not mine.update(heartbeat_at=timezone.now(), **fields):
            raise LeaseLost


def start_job(
    company: Company, kind: str, title: str, params: dict[str, Any], *, by: Actor, token: str
) -> Job:
    """Ask for long work; a worker takes it up after commit. The same token is the same job.

    ``title`` is a source text (``gettext_noop``) that may name values of ``params``.
    Check the right in the verb that calls this. Raises Conflict when the token belongs to
    something else.
    """
    with transaction.atomic():
        job, is_new = Job.objects.get_or_create(
            token=token,
            defaults={
                "company": company,
                "kind": kind,
                "title": title[:160],
                "params": params,
                "request_id": request_id.get(),
                "started_by": by if isinstance(by, User) else None,
            },
        )
        if (job.company_id, job.kind) != (company.pk, kind):
            raise Conflict(
                "job.token", _("This form was already used; reload the page and try again.")
            )
        if is_new:
            nudge("core.run_job", job.pk)
    return job


def stop_job(pk: int, *, by: Actor) -> Job:
    """Ask a job to stop after the row it is at; one that hasn't begun is cancelled at once.

    Raises Conflict when it has ended, or when neither its starter nor a finance manager asks.
    """
    with transaction.atomic():
        job = Job.objects.for_update().get(pk=pk)
        if job.started_by_id != by.actor_id and not by.may("core.manage", job.company_id):
            raise Conflict(
                "job.not_yours",
                _("Only the one who started this job, or an administrator, can stop it."),
            )
        if job.state == State.QUEUED:
            job.state, job.ended_at = State.CANCELLED, timezone.now()
        elif job.state == State.RUNNING:
            job.state = State.STOPPING
        elif job.state != State.STOPPING:
            raise Conflict("job.ended", _("This job has ended already."))
        job.save(update_fields=["state", "ended_at"])
    return job


def run_job(pk: int, functions: Mapping[str, JobFunction]) -> Job | None:
    """The worker's verb: claim a queued job, run its function, write how it ended.

    None when it isn't queued or another worker has it. Whatever the function does, the job ends
    done, stopped or failed with a reason; only a dead worker leaves it running, for the sweeper.
    """
    job = _claim(pk)
    if job is None:
        return None
    token = request_id.set(job.request_id)
    try:
        with translation.override(job.started_by.language if job.started_by else "en"), _heart(job):
            _run(job, functions)
    except LeaseLost:
        log.warning("job lost to another worker", extra={"job": job.pk})
    finally:
        request_id.reset(token)
    job.refresh_from_db()
    return job


def _claim(pk: int) -> Job | None:
    with transaction.atomic(durable=True):
        job = (
            Job.objects.filter(pk=pk, state=State.QUEUED)
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if job is None:
            return None
        job.state, job.lease_owner = State.RUNNING, uuid.uuid4().hex
        job.heartbeat_at = timezone.now()
        job.started_at = job.started_at or job.heartbeat_at
        job.attempts += 1
        job.save(update_fields=["state", "lease_owner", "heartbeat_at", "started_at", "attempts"])
    return job


def _run(job: Job, functions: Mapping[str, JobFunction]) -> None:
    progress = JobProgress(job)
    try:
        message = functions[job.kind](job, progress) or ""
    except LeaseLost:
        raise
    except SoftTimeLimitExceeded:
        _queue_again(job)
    except BusinessError as error:
        _end(job, State.FAILED, error.message)
    except Exception:
        log.exception("job failed", extra={"job": job.pk, "kind": job.kind})
        reason = _("Something went wrong that is not your doing. Tell support: job %(pk)s.")
        _end(job, State.FAILED, reason % {"pk": job.pk})
    else:
        _end(job, State.CANCELLED if progress.is_stopped() else State.DONE, message)


def _end(job: Job, state: str, message: str) -> None:
    with transaction.atomic():
        mine = Job.objects.filter(
            pk=job.pk, lease_owner=job.lease_owner, state__in=[State.RUNNING, State.STOPPING]
        )
        if not mine.update(state=state, message=message, ended_at=timezone.now()):
            raise LeaseLost
        job.refresh_from_db()
        _tell(job)


def _tell(job: Job) -> None:
    if job.started_by is None:
        return
    counts = _("%(done)s done, %(failed)s failed") % {
        "done": job.done_count,
        "failed": job.failed_count,
    }
    notify(
        [job.started_by],
        company_id=job.company_id,
        title=f"{job.said}: {job.get_state_display()}",
        body="\n".join(filter(None, [job.message, counts])),
        url=reverse("core:job", args=[job.pk]),
    )


def _queue_again(job: Job) -> None:
    """The task's time is up, the job's is not: another task goes on where this one stopped."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, lease_owner=job.lease_owner, state=State.RUNNING).update(
            state=State.QUEUED, lease_owner="", attempts=F("attempts") - 1
        )
        nudge("core.run_job", job.pk)


def sweep_jobs(*, now: datetime | None = None) -> list[int]:
    """Queue running jobs whose worker fell silent, end those that lost five workers or were
    being stopped; rings for all queued jobs and returns their keys."""
    now = now or timezone.now()
    silent = now - timedelta(seconds=SILENT_SECONDS)
    with transaction.atomic():
        lost = Job.objects.filter(
            state__in=[State.RUNNING, State.STOPPING], heartbeat_at__lt=silent
        ).select_for_update(skip_locked=True, of=("self",))
        for job in lost.order_by("pk"):
            _revive(job, now)
    queued = Job.objects.filter(state=State.QUEUED).order_by("pk").values_list("pk", flat=True)
    waiting = list(queued[:200])
    for pk in waiting:
        nudge("core.run_job", pk)
    return waiting


def _revive(job: Job, now: datetime) -> None:
    job.lease_owner = ""
    if job.state == State.STOPPING:
        job.state, job.ended_at = State.CANCELLED, now
    elif job.attempts >= MAX_ATTEMPTS:
        job.state, job.ended_at = State.FAILED, now
        job.message = _("The worker was lost five times at this job; it is not tried again.")
    else:
        job.state = State.QUEUED
    job.save(update_fields=["lease_owner", "state", "ended_at", "message"])
    if job.state != State.QUEUED:
        _tell(job)


@contextmanager
def _heart(job: Job) -> Any:
    """Beat from beside the work, so that one long step doesn't look like a dead worker."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(job: Job, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        try:
            Job.objects.filter(pk=job.pk, lease_owner=job.lease_owner).update(
                heartbeat_at=timezone.now()
            )
        except Exception:
            log.exception("heartbeat failed", extra={"job": job.pk})
        finally:
            close_old_connections()
            connection.close()
