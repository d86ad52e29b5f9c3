"""The way through the suite: stages in process order, and how much waits at each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Company, LeasedWork, OutboundMessage
from core.prepared import INT_MARKS
from core.sql import compose_counts, run_counts
from credit.models import CreditHold, LimitChange
from disputes.models import Dispute
from dunning.models import DunningRun
from fulfillment.models import Shipment
from fulfillment.services import orders_to_pick
from invoicing.models import Invoice, InvoiceDelivery
from orders.models import Order
from receivables.models import (
    BankEntry,
    BankRefund,
    DebitRun,
    Netting,
    ProviderPayment,
    Receipt,
)

COUNT_UP_TO = 99
Rows = Callable[[Company], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its name, icon, address by name, the right it needs, and what waits there.

    ``homes``: addresses by name of other pages that are found from it. ``rooms``: lists that lie
    side by side under this entry; the first is the one that opens.
    """

    label: str | Promise
    icon: str
    url_name: str
    right: str = ""
    waiting: Rows | None = None
    homes: tuple[str, ...] = ()
    rooms: tuple["Place", ...] = ()

    def with_rooms(self) -> tuple["Place", ...]:
        """The places that have a page: its rooms, or itself."""
        return self.rooms or (self,)


def _troubled(company: Company) -> QuerySet[Any]:
    states = [LeasedWork.State.UNCERTAIN, LeasedWork.State.PARKED]
    return OutboundMessage.objects.filter(company=company, state__in=states)


_ITEM_ROOMS = (
    Place(_("Open items"), "list-details", "receivables:items", "receivables.view"),
    Place(_("Claims"), "gavel", "receivables:claims", "receivables.view"),
)
_PAYMENT_ROOMS = (
    Place(
        _("Direct debits"),
        "building-bank",
        "receivables:debit_runs",
        "receivables.view",
        lambda company: DebitRun.objects.filter(company=company, state="proposed"),
    ),
    Place(
        _("Refunds"),
        "receipt-refund",
        "receivables:bank_refunds",
        "receivables.view",
        lambda company: BankRefund.objects.filter(company=company).proposed(),
        homes=("receivables:refund_runs",),
    ),
    Place(
        _("Card payments"),
        "credit-card",
        "receivables:provider_payments",
        "receivables.view",
        lambda company: ProviderPayment.objects.filter(company=company).disagreeing(),
        homes=("receivables:provider_settlements",),
    ),
    Place(
        _("Cash and cheques"),
        "cash",
        "receivables:receipts",
        "receivables.view",
        lambda company: Receipt.objects.filter(company=company).in_hand(),
        homes=("receivables:deposits",),
    ),
    Place(
        _("Nettings"),
        "arrows-diff",
        "receivables:nettings",
        "receivables.view",
        lambda company: Netting.objects.filter(company=company, state="proposed"),
    ),
)

STAGES: tuple[tuple[str | Promise, str, tuple[Place, ...]], ...] = (
    ("", "home", (Place(_("Home"), "home", "home"),)),
    (
        _("Sell"),
        "shopping-cart",
        (
            Place(_("Customers"), "users", "customers:list", "customers.view"),
            Place(_("Products"), "package", "catalog:list", "catalog.view"),
            Place(_("Price lists"), "tags", "catalog:price_lists", "catalog.view"),
            Place(
                _("Orders"),
                "shopping-cart",
                "orders:list",
                "orders.view",
                lambda company: Order.objects.filter(company=company, state="draft"),
            ),
        ),
    ),
    (
        _("Credit"),
        "scale",
        (
            Place(
                _("Credit holds"),
                "hand-stop",
                "credit:queue",
                "credit.view",
                lambda company: CreditHold.objects.filter(company=company).open(),
            ),
            Place(
                _("Limits"),
                "gauge",
                "credit:limits",
                "credit.view",
                lambda company: LimitChange.objects.filter(company=company, state="proposed"),
            ),
        ),
    ),
    (
        _("Deliver"),
        "truck",
        (
            Place(
                _("To pick"),
                "clipboard-list",
                "fulfillment:to_pick",
                "fulfillment.view",
                lambda company: orders_to_pick(company.pk),
            ),
            Place(
                _("Shipments"),
                "truck",
                "fulfillment:list",
                "fulfillment.view",
                lambda company: Shipment.objects.filter(company=company, state="picking"),
            ),
            Place(_("Backorders"), "clock-pause", "fulfillment:backorders", "fulfillment.view"),
            Place(_("Stock"), "building-warehouse", "fulfillment:stock", "fulfillment.view"),
        ),
    ),
    (
        _("Bill"),
        "file-invoice",
        (
            Place(
                _("Invoices"),
                "file-invoice",
                "invoicing:list",
                "invoicing.view",
                lambda company: Invoice.objects.filter(company=company, state="draft"),
            ),
            Place(_("Subscriptions"), "repeat", "invoicing:subscriptions", "invoicing.view"),
            Place(
                _("Invoice delivery"),
                "mail-forward",
                "invoicing:deliveries",
                "invoicing.view",
                lambda company: InvoiceDelivery.objects.filter(company=company).to_settle(),
            ),
        ),
    ),
    (
        _("Collect"),
        "coins",
        (
            Place(
                _("Matching"),
                "arrows-exchange",
                "receivables:matching",
                "receivables.view",
                lambda company: BankEntry.objects.filter(company=company).to_match(),
            ),
            Place(
                _("Open items"),
                "list-details",
                "receivables:items",
                "receivables.view",
                rooms=_ITEM_ROOMS,
            ),
            Place(
                _("Ways to pay"),
                "wallet",
                "receivables:debit_runs",
                "receivables.view",
                rooms=_PAYMENT_ROOMS,
            ),
            Place(
                _("Bank files"),
                "database-import",
                "receivables:bank_files",
                "receivables.view",
                homes=("receivables:bank_entries", "receivables:advices"),
            ),
            Place(
                _("Ledger"),
                "book",
                "receivables:journal",
                "receivables.view",
                homes=("receivables:close", "receivables:rates", "receivables:books_exports"),
            ),
            Place(
                _("Disputes"),
                "message-exclamation",
                "disputes:list",
                "disputes.view",
                lambda company: Dispute.objects.filter(company=company, state="open"),
            ),
            Place(
                _("Reminders"),
                "mail-forward",
                "dunning:list",
                "dunning.view",
                lambda company: DunningRun.objects.filter(company=company, state="proposed"),
            ),
        ),
    ),
    (
        _("Know"),
        "chart-bar",
        (
            Place(_("Dashboard"), "chart-bar", "reporting:dashboard", "reporting.view"),
            Place(_("Reports"), "report-money", "reporting:index", "reporting.view_sales"),
        ),
    ),
    (
        _("Work"),
        "settings",
        (
            Place(_("Jobs"), "progress", "core:jobs", "core.view_jobs"),
            Place(_("Messages"), "mail", "core:messages", "core.view_jobs", _troubled),
            Place(_("Audit trail"), "history", "core:audit", "core.view_audit"),
            Place(_("Set-up"), "settings", "admin:index", "core.manage"),
        ),
    ),
)


def count_waiting(company: Company, places: list[Place]) -> dict[str, int]:
    """How much waits at each place, by address name; one statement, counted up to 99 each.

    Nothing is counted where nothing waits by nature.
    """
    rooms = [room for place in places for room in place.with_rooms()]
    named = tuple(room.url_name for room in rooms if room.waiting)
    if not named:
        return {}
    sql, params = _counting(named)
    given = [company.pk if param == INT_MARKS[0] else param for param in params]
    return dict(zip(named, run_counts(sql, given, len(named)), strict=True))


@lru_cache(maxsize=64)
def _counting(names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement for some places, which the ORM composes once a process: every page asks it.

    A mark stands for the company; what waits must not depend on anything else, such as the day.
    """
    marked = Company(pk=INT_MARKS[0])
    by_name = {
        room.url_name: room.waiting
        for _, _, places in STAGES
        for place in places
        for room in place.with_rooms()
    }
    sets = [waiting(marked) for name in names if (waiting := by_name[name])]
    sql, params = compose_counts(sets, COUNT_UP_TO)
    if moved := [param for param in params if isinstance(param, (date, datetime))]:
        raise ValueError(f"what waits in the menu depends on the day: {moved}")
    return sql, tuple(params)
