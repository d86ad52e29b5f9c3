"""Which rows wait for whom: the queues of the worklist, in process order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Company, Job, OutboundMessage, User
from credit.models import CreditHold, LimitChange
from disputes.models import Dispute
from dunning.models import DunningNotice, RunState
from fulfillment.models import Shipment
from invoicing.models import Invoice, InvoiceDelivery
from invoicing.services import shipments_awaiting_invoice, was_refused
from orders.models import Order
from receivables.models import BankEntry


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: which rows wait (rows, date they wait from, amount), for whoever has the right.

    ``since``, ``amount`` and ``currency`` are field paths of the rows.
    """

    key: str
    label: str | Promise
    icon: str
    right: str
    url_name: str
    rows: Callable[[Company, User], QuerySet[Any]]
    since: str
    amount: str = ""
    query: str = ""
    currency: str = "currency"


QUEUES = (
    Queue(
        "drafts",
        _("My drafts to finish"),
        "pencil",
        "orders.enter",
        "orders:list",
        lambda company, user: Order.objects.filter(company=company, state="draft", sales_rep=user),
        "created_at",
        "gross_amount",
        "state=draft&mine=1",
    ),
    Queue(
        "own_holds",
        _("My orders on hold"),
        "hand-stop",
        "orders.enter",
        "orders:list",
        lambda company, user: Order.objects.filter(
            company=company, state="on_hold", sales_rep=user
        ),
        "submitted_at",
        "gross_amount",
        "state=on_hold&mine=1",
    ),
    Queue(
        "holds",
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
        "limits",
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
        "pick",
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
        "dispatch",
        _("Shipments to dispatch"),
        "truck",
        "fulfillment.dispatch",
        "fulfillment:list",
        lambda company, user: Shipment.objects.filter(company=company).to_pick(),
        "created_at",
        query="state=picking",
    ),
    Queue(
        "draft_invoices",
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
        "unbilled",
        _("Deliveries whose invoice was refused"),
        "truck-delivery",
        "invoicing.issue",
        "invoicing:unbilled",
        lambda company, user: shipments_awaiting_invoice(company).filter(was_refused()),
        "dispatched_on",
        query="standing=refused",
    ),
    Queue(
        "deliveries",
        _("Invoices that did not arrive"),
        "mail-off",
        "invoicing.send",
        "invoicing:deliveries",
        lambda company, user: InvoiceDelivery.objects.filter(company=company).to_settle(),
        "created_at",
        "invoice__gross_amount",
        "stage=to_settle",
        "invoice__currency",
    ),
    Queue(
        "matching",
        _("Bank entries to match"),
        "arrows-exchange",
        "receivables.match",
        "receivables:matching",
        lambda company, user: BankEntry.objects.filter(company=company).to_match(),
        "booking_on",
        "amount",
    ),
    Queue(
        "dunning",
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
        "disputes",
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
        "messages",
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
        "jobs",
        _("Failed jobs"),
        "alert-triangle",
        "core.view_jobs",
        "core:jobs",
        lambda company, user: Job.objects.filter(company=company, state="failed", started_by=user),
        "created_at",
    ),
)


OTHERS = (
    Queue(
        "own_limits",
        _("My limit proposals"),
        "gauge",
        "credit.propose_limit",
        "credit:limits",
        lambda company, user: LimitChange.objects.filter(
            company=company, state="proposed", proposed_by=user
        ),
        "proposed_at",
        "new_amount",
        "state=proposed",
        "company__currency",
    ),
    Queue(
        "own_runs",
        _("My reminders to approve by others"),
        "mail-forward",
        "dunning.propose",
        "dunning:list",
        lambda company, user: DunningNotice.objects.filter(
            company=company, run__state=RunState.PROPOSED, state="proposed", run__proposed_by=user
        ),
        "run__proposed_at",
        "amount",
        "state=proposed",
    ),
    Queue(
        "own_jobs",
        _("My jobs at work"),
        "settings-automation",
        "core.view_jobs",
        "core:jobs",
        lambda company, user: Job.objects.filter(
            company=company, state__in=["queued", "running", "stopping"], started_by=user
        ),
        "created_at",
    ),
)
"""What the person handed on, and others have to act on."""
