"""The worklist: what waits for a person, since when, worth how much; one aggregate per queue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.models import Company, Job, OutboundMessage, User
from credit.models import CreditHold, LimitChange
from disputes.models import Dispute
from dunning.models import DunningNotice, RunState
from fulfillment.models import Shipment
from invoicing.models import Invoice
from orders.models import Order
from receivables.models import BankEntry


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: which rows wait (rows, date they wait from, amount), for whoever has the right.

    ``since``, ``amount`` and ``currency`` are field paths of the rows.
    """

    label: str | Promise
    icon: str
    right: str
    url_name: str
    rows: Callable[[Company, User], QuerySet[Any]]
    since: str
    amount: str = ""
    query: str = ""
    currency: str = "currency"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as shown."""

    label: str | Promise
    icon: str
    url: str
    count: int
    since: date | None
    amounts: list[tuple[str, Decimal]]


QUEUES = (
    Queue(
        _("My drafts to finish"),
        "pencil",
        "orders.enter",
        "orders:list",
        lambda company, user: Order.objects.filter(company=company, state="draft", sales_rep=user),
        "created_at",
        "gross_amount",
        "state=draft",
    ),
    Queue(
        _("My orders on hold"),
        "hand-stop",
        "orders.enter",
        "orders:list",
        lambda company, user: Order.objects.filter(
            company=company, state="on_hold", sales_rep=user
        ),
        "submitted_at",
        "gross_amount",
        "state=on_hold",
    ),
    Queue(
        _("Orders on credit hold"),
        "hand-stop",
        "credit.decide_hold",
        "credit:holds",
        lambda company, user: CreditHold.objects.filter(company=company, state="open").exclude(
            requested_by=user
        ),
        "created_at",
        "order__gross_amount",
        "state=open",
        "order__currency",
    ),
    Queue(
        _("Credit limits to approve"),
        "gauge",
        "credit.approve_limit",
        "credit:limits",
        lambda company, user: LimitChange.objects.filter(company=company, state="proposed").exclude(
            proposed_by=user
        ),
        "proposed_at",
        "new_amount",
        "state=proposed",
        "company__currency",
    ),
    Queue(
        _("Orders to pick"),
        "package",
        "fulfillment.pick",
        "fulfillment:to_pick",
        lambda company, user: (
            Order.objects.filter(company=company)
            .to_fulfil()
            .filter(lines__reservations__quantity__gt=0)
            .distinct()
        ),
        "released_at",
    ),
    Queue(
        _("Shipments to dispatch"),
        "truck",
        "fulfillment.dispatch",
        "fulfillment:list",
        lambda company, user: Shipment.objects.filter(company=company).to_pick(),
        "created_at",
        query="state=picking",
    ),
    Queue(
        _("Draft invoices"),
        "file-invoice",
        "invoicing.issue",
        "invoicing:list",
        lambda company, user: Invoice.objects.filter(company=company).drafts(),
        "created_at",
        "gross_amount",
        "state=draft",
    ),
    Queue(
        _("Bank entries to match"),
        "arrows-exchange",
        "receivables.match",
        "receivables:matching",
        lambda company, user: BankEntry.objects.filter(company=company).to_match(),
        "booking_on",
        "amount",
    ),
    Queue(
        _("Dunning run to approve"),
        "mail-forward",
        "dunning.approve",
        "dunning:list",
        lambda company, user: DunningNotice.objects.filter(
            company=company, run__state=RunState.PROPOSED, state="proposed"
        ).exclude(run__proposed_by=user),
        "run__run_on",
        "amount",
        "state=proposed",
    ),
    Queue(
        _("Open disputes"),
        "message-exclamation",
        "disputes.manage",
        "disputes:list",
        lambda company, user: Dispute.objects.filter(company=company).open(),
        "opened_on",
        "amount",
        "state=open",
        "item__currency",
    ),
    Queue(
        _("Messages that need a decision"),
        "mail",
        "core.settle_message",
        "core:messages",
        lambda company, user: OutboundMessage.objects.filter(
            company=company, state__in=["uncertain", "parked"]
        ),
        "created_at",
    ),
    Queue(
        _("Failed jobs"),
        "alert-triangle",
        "core.view_jobs",
        "core:jobs",
        lambda company, user: Job.objects.filter(company=company, state="failed", started_by=user),
        "created_at",
    ),
)


def worklist(company: Company, user: User) -> list[Waiting]:
    """The person's queues in process order; an empty queue stays in its place."""
    return [_look(queue, company, user) for queue in QUEUES if user.may(queue.right, company.pk)]


def _look(queue: Queue, company: Company, user: User) -> Waiting:
    """One statement per queue; amounts of two currencies are never added."""
    figures: dict[str, Any] = {"count": Count("pk", distinct=True), "since": Min(F(queue.since))}
    rows = queue.rows(company, user).order_by()
    if queue.amount:
        rows = rows.values(in_currency=F(queue.currency)).order_by("in_currency")
        found = list(rows.annotate(**figures, total=Sum(queue.amount)))
    else:
        found = [rows.aggregate(**figures)]
    since = min((row["since"] for row in found if row["since"]), default=None)
    return Waiting(
        queue.label,
        queue.icon,
        reverse(queue.url_name) + (f"?{queue.query}" if queue.query else ""),
        sum(row["count"] for row in found),
        localtime(since).date() if isinstance(since, datetime) else since,
        [(row["in_currency"], row["total"]) for row in found if queue.amount],
    )
