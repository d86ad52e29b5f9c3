"""Lists of the kernel: jobs, messages, notices, audit trail."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import filters, tables
from core.bulk import BulkAct
from core.lists import Empty, ListView
from core.models import Event, Job, LeasedWork, Notification, OutboundMessage
from core.sentences import event_sentence
from core.tabs import Tab
from core.templatetags import o2c as tags
from core.views.scope import readable_jobs, readable_messages


class JobTable(tables.Table):
    """Jobs, newest first."""

    title = tables.LinkColumn(verbose_name=_("Job"))
    state = tables.BadgeColumn(accessor="state")
    total = tables.NumberColumn(verbose_name=_("Rows"))
    done_count = tables.NumberColumn(verbose_name=_("Done"))
    failed_count = tables.NumberColumn(verbose_name=_("Failed"))
    started_by = tables.Column(verbose_name=_("Started by"), empty_values=())
    created_at = tables.MomentColumn(verbose_name=_("Asked for"))

    def render_title(self, record: Job) -> str:
        """What it does, in the reader's language."""
        return record.said

    def render_state(self, record: Job) -> str:
        """The state; amber where rows failed."""
        return tags.job_badge(record)

    def value_state(self, record: Job) -> str:
        """The word."""
        return record.get_state_display()


class JobFilters(filters.FilterSet):
    """Jobs by name and state."""

    q = filters.SearchFilter("title__icontains")
    state = filters.ChoiceFilter(label=_("State"), choices=Job.State.choices)


class JobList(ListView):
    """Long work of the company: what runs, what ended and how."""

    right = "core.view_jobs"
    title = _("Jobs")
    table_class = JobTable
    filterset_class = JobFilters
    tabs = (
        Tab(_("All")),
        Tab(_("Running"), {"state": "running"}, is_counted=True),
        Tab(_("Failed"), {"state": "failed"}, is_counted=True),
    )
    empty = Empty(
        _("No long work yet"), _("Imports, runs and mass sends appear here with their progress.")
    )

    def get_queryset(self) -> QuerySet[Any]:
        """Jobs of the chosen company, of stages the person may see."""
        jobs = readable_jobs(self.request.user).select_related("started_by")
        return jobs.filter(company=self.request.company)


def _not_parked(message: OutboundMessage) -> str:
    if message.state == LeasedWork.State.PARKED:
        return ""
    return gettext("It is %(state)s.") % {"state": message.get_state_display()}


class MessageTable(tables.Table):
    """Mails, newest first."""

    tick = tables.TickColumn()
    subject = tables.LinkColumn(verbose_name=_("Subject"))
    to = tables.Column(verbose_name=_("To"))
    state = tables.BadgeColumn(accessor="state")
    attempts = tables.NumberColumn(verbose_name=_("Attempts"))
    created_at = tables.MomentColumn(verbose_name=_("Written"))
    done_at = tables.MomentColumn(verbose_name=_("Sent"))


class MessageFilters(filters.FilterSet):
    """Mails by subject, address and state."""

    q = filters.SearchFilter("subject__icontains", "to__icontains")
    state = filters.ChoiceFilter(label=_("State"), choices=LeasedWork.State.choices)


class MessageList(ListView):
    """Mails that went or will go out."""

    right = "core.view_jobs"
    title = _("Messages")
    table_class = MessageTable
    filterset_class = MessageFilters
    tabs = (
        Tab(_("All")),
        Tab(_("Uncertain"), {"state": "uncertain"}, is_counted=True),
        Tab(_("Failed"), {"state": "parked"}, is_counted=True),
        Tab(_("Waiting"), {"state": "pending"}),
    )
    empty = Empty(
        _("No messages yet"), _("Confirmations, invoices and reminders sent by mail appear here.")
    )

    def get_queryset(self) -> QuerySet[Any]:
        """Messages about documents the person may see."""
        return readable_messages(self.request)

    def bulk_acts(self) -> Sequence[BulkAct]:
        """Send failed messages again."""
        return (
            BulkAct(
                "core.retry_message",
                _("Send again"),
                "core.settle_message",
                _("Messages that failed five times are tried once more, to the same address."),
                "send",
                _not_parked,
            ),
        )


class NotificationTable(tables.Table):
    """Notices, newest first."""

    title = tables.LinkColumn(verbose_name=_("Notice"), linkify=lambda record: record.url or None)
    body = tables.Column(verbose_name=_("Text"))
    created_at = tables.MomentColumn(verbose_name=_("When"))
    read_at = tables.BadgeColumn(
        verbose_name=_("Read"),
        of=lambda record: (
            ("neutral", gettext("read")) if record.read_at else ("blue", gettext("new"))
        ),
    )


class NotificationList(ListView):
    """What the person should know, in all their companies."""

    right = "core.view_jobs"
    title = _("Notifications")
    table_class = NotificationTable
    template_name = "core/notifications.html"
    empty = Empty(_("No notices"), _("Ended jobs and mails that need you are told here."), "bell")

    def get_queryset(self) -> QuerySet[Any]:
        """The person's own notices."""
        # scope: a person's own, in whichever company
        return Notification.objects.filter(user=self.request.user.pk)


class EventTable(tables.Table):
    """Events as sentences, newest first."""

    recorded_at = tables.MomentColumn(verbose_name=_("Recorded"))
    effective_on = tables.DayColumn(verbose_name=_("Business date"))
    subject_label = tables.Column(verbose_name=_("Document"))
    sentence = tables.Column(verbose_name=_("What"), accessor="pk")
    actor_name = tables.Column(verbose_name=_("Who"))
    name = tables.Column(verbose_name=_("Event"))

    def render_actor_name(self, record: Event) -> str:
        """Who did it, in the reader's language."""
        return record.who

    def render_sentence(self, record: Event) -> str:
        """What happened, in the reader's language."""
        return event_sentence(record)

    def value_sentence(self, record: Event) -> str:
        """The same for exports."""
        return event_sentence(record)


class EventFilters(filters.FilterSet):
    """Events by document, person, kind and business date."""

    q = filters.IndexedSearchFilter("subject_label", "actor_name__startswith")
    name = filters.SearchFilter("name__istartswith", label=_("Event"))
    start = filters.DayFilter(label=_("From"), field_name="effective_on", lookup_expr="gte")
    end = filters.DayFilter(label=_("Until"), field_name="effective_on", lookup_expr="lte")


class AuditTrail(ListView):
    """Every recorded fact of the company."""

    right = "core.view_audit"
    title = _("Audit trail")
    table_class = EventTable
    filterset_class = EventFilters
    empty = Empty(_("Nothing recorded yet"))

    def get_queryset(self) -> QuerySet[Any]:
        """Events of the chosen company."""
        events = Event.objects.visible_to(self.request.user)
        return events.filter(company=self.request.company)
