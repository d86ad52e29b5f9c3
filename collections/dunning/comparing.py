"""What changed: against the run before, and since the proposal was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum

from customers.models import Contact, Customer
from disputes.models import Dispute, DisputeState
from dunning.models import DunningHold, DunningNotice, DunningNoticeItem, DunningRun, RunState
from o2c.money import ZERO

NEW, CLIMBS, AGAIN, OUT = "new", "climbs", "again", "out"
PAID, DISPUTED, ON_HOLD, WAITS = "paid", "disputed", "hold", "waits"


@dataclass(frozen=True, slots=True)
class Change:
    """A customer who is new, climbs or drops out; ``why`` says the reason of dropping out."""

    kind: str
    customer: Customer
    currency: str
    before: DunningNotice | None
    now: DunningNotice | None
    why: str = ""


def run_before(run: DunningRun) -> DunningRun | None:
    """The last run that was approved before this one."""
    # scope: of the company of a run that was scoped
    earlier = DunningRun.objects.filter(company_id=run.company_id, pk__lt=run.pk)
    return earlier.filter(state__in=[RunState.APPROVED, RunState.SENT]).first()


def changes(run: DunningRun, before: DunningRun, *, on: date) -> list[Change]:
    """Customers that differ between two runs: climbing first, then new, then out."""
    old = _by_customer(before, ("written", "proposed"))
    new = _by_customer(run, ("proposed", "written"))
    found = [_entered(notice, old.get(key)) for key, notice in new.items()]
    gone = [notice for key, notice in old.items() if key not in new]
    why = _reasons(gone, on)
    found += [
        Change(OUT, notice.customer, notice.currency, notice, None, why[notice.pk])
        for notice in gone
    ]
    order = (CLIMBS, NEW, OUT, AGAIN)
    return sorted(found, key=lambda change: (order.index(change.kind), change.customer.name))


def _by_customer(run: DunningRun, states: Iterable[str]) -> dict[tuple[int, str], DunningNotice]:
    notices = run.notices.filter(state__in=states).select_related("customer")
    return {(notice.customer_id, notice.currency): notice for notice in notices}


def _entered(notice: DunningNotice, before: DunningNotice | None) -> Change:
    kind = NEW
    if before is not None:
        kind = CLIMBS if notice.level > before.level else AGAIN
    return Change(kind, notice.customer, notice.currency, before, notice)


def _reasons(gone: Iterable[DunningNotice], on: date) -> dict[int, str]:
    """Why each of the reminders before has no successor; a fixed number of statements."""
    notices = list(gone)
    # scope: rows of notices of runs that were scoped
    items = DunningNoticeItem.objects.filter(notice__in=notices, is_live=True)
    open_items = items.filter(item__outstanding_amount__gt=0)
    unpaid = set(open_items.values_list("notice_id", flat=True))
    disputed = set(
        open_items.filter(
            item__in=Dispute.objects.filter(state=DisputeState.OPEN).values("item")  # scope: above
        ).values_list("notice_id", flat=True)
    )
    held = set(
        DunningHold.objects.filter(  # scope: customers of the notices above
            customer__in={notice.customer_id for notice in notices}, lifted_at=None, until__gte=on
        ).values_list("customer_id", flat=True)
    )
    return {
        notice.pk: _reason(notice, is_unpaid=notice.pk in unpaid, disputed=disputed, held=held)
        for notice in notices
    }


def _reason(notice: DunningNotice, *, is_unpaid: bool, disputed: set[int], held: set[int]) -> str:
    if not is_unpaid:
        return PAID
    if notice.customer_id in held:
        return ON_HOLD
    return DISPUTED if notice.pk in disputed else WAITS


def paid_since(run: DunningRun) -> dict[int, Decimal]:
    """Per reminder, how much of what it asks for was paid since the proposal."""
    rows = (
        DunningNoticeItem.objects.filter(notice__run=run, is_live=True)  # scope: of a scoped run
        .filter(Q(item__outstanding_amount__lt=F("amount")))
        .values("notice_id")
        .annotate(paid=Sum(F("amount") - F("item__outstanding_amount")))
    )
    return {row["notice_id"]: row["paid"] or ZERO for row in rows}


def addresses(customers: Iterable[int]) -> dict[int, str]:
    """Where the reminders of many customers go: the contact for reminders, else for invoices."""
    found: dict[int, str] = {}
    rows = (
        # scope: customers of a run that was scoped
        Contact.objects.filter(customer__in=set(customers), is_active=True)
        .filter(Q(receives_reminders=True) | Q(receives_invoices=True))
        .exclude(email="")
    )
    order = ("-receives_reminders", *(Contact._meta.ordering or ("pk",)))
    for customer_id, email in rows.order_by(*order).values_list("customer_id", "email"):
        found.setdefault(customer_id, email)
    return found
