"""Work that survives: leased due work, messages out, jobs with progress, notifications."""

from datetime import datetime
from typing import Self, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models.company import CompanyScoped, ScopedQuerySet
from core.models.documents import StoredDocument
from core.models.links import SignedLink
from core.models.people import User

W_co = TypeVar("W_co", bound="LeasedWork", covariant=True)


class LeasedWorkQuerySet(ScopedQuerySet[W_co]):
    """Reads that find work; the table is the queue."""

    def due(self, now: datetime) -> Self:
        """Pending rows whose time has come, oldest first."""
        return self.filter(state="pending", not_before__lte=now).order_by("not_before", "pk")

    def lease_lost(self, now: datetime) -> Self:
        """Claimed rows whose worker is gone: their outcome is not known."""
        return self.filter(state="claimed", lease_until__lt=now)


class LeasedWork(CompanyScoped):
    """Abstract: one piece of work with an effect outside the database.

    Intent (``pending``, written with the business change) -> claim (``claimed`` with a lease,
    committed) -> effect -> outcome (``done``/``failed``), fenced by (owner, attempts). A lease
    that runs out leaves the row ``uncertain``: a person or the other side settles it, o2c never
    repeats it by itself. After five failed attempts a row is ``parked``.
    """

    class State(models.TextChoices):
        """Where the work stands."""

        PENDING = "pending", _("waiting")
        CLAIMED = "claimed", _("in progress")
        DONE = "done", _("done")
        UNCERTAIN = "uncertain", _("uncertain")
        PARKED = "parked", _("failed, needs a person")
        CANCELLED = "cancelled", _("cancelled")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="pending")
    not_before = models.DateTimeField(_("not before"))
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    MAX_ATTEMPTS = 5

    class Meta:
        abstract = True


class OutboundMessage(LeasedWork):
    """A mail to go out: order confirmation, invoice, reminder, notification. Sent at most once."""

    idempotency_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    to = models.CharField(_("to"), max_length=254)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    html = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="en")
    attachments = models.ManyToManyField(StoredDocument, blank=True, related_name="+")
    link = models.OneToOneField(
        SignedLink, on_delete=models.PROTECT, null=True, blank=True, related_name="message"
    )
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    correlation = models.CharField(max_length=60, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LeasedWorkQuerySet["OutboundMessage"].as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["not_before", "id"], name="message_due", condition=Q(state="pending")
            ),
            models.Index(
                fields=["lease_until"], name="message_leased", condition=Q(state="claimed")
            ),
            models.Index(fields=["about_type", "about_id"], name="message_about"),
            models.Index(fields=["company", "-id"], name="message_company"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LeasedWork.State.values), name="message_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("core:message", self.pk)


class Job(CompanyScoped):
    """Long work a person started: counts, cancel, heartbeat and a row per failed thing.

    ``title`` is a source text that may name ``params``, so that each reads it in their language;
    ``params`` is what the job's function gets; ``token`` makes a double click one job.
    """

    class State(models.TextChoices):
        """Where the job stands."""

        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        STOPPING = "stopping", _("stopping")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("stopped")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=160)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="queued")
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    token = models.CharField(max_length=64, unique=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done_count = models.PositiveIntegerField(_("done"), default=0)
    failed_count = models.PositiveIntegerField(_("failed"), default=0)
    message = models.TextField(_("result"), blank=True)
    result_url = models.CharField(max_length=200, blank=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    lease_owner = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    request_id = models.CharField(max_length=36, blank=True)

    objects = ScopedQuerySet["Job"].as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["company", "-id"], name="job_company"),
            models.Index(
                fields=["heartbeat_at"],
                name="job_open",
                condition=Q(state__in=["queued", "running", "stopping"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["queued", "running", "stopping", "done", "cancelled", "failed"]
                ),
                name="job_state",
            ),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The title in the reader's language, with what it names of the parameters."""
        text = gettext(self.title)
        return text % self.params if "%(" in text else text

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("core:job", self.pk)


class JobRow(models.Model):
    """The outcome of one row of a job; ``key`` keeps a resumed job from doing it twice."""

    class State(models.TextChoices):
        """Outcome."""

        OK = "ok", _("ok")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=120)
    label = models.CharField(_("row"), max_length=200)
    state = models.CharField(_("outcome"), max_length=10, choices=State.choices)
    message = models.TextField(_("reason"), blank=True)
    url = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("job row")
        verbose_name_plural = _("job rows")
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="job_row_once")]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_state_display()}"


class Notification(CompanyScoped):
    """Something a person should know, shown at the bell; mailed too where it matters."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = ScopedQuerySet["Notification"].as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(
                fields=["user", "-id"], name="notification_unread", condition=Q(read_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title
