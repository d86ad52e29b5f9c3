"""How customers pay, as people's decisions show it: noticed, read, forgotten (ADR 0063)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone, translation

from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event
from customers.models import Customer
from receivables.models import BankMatch, HabitSign, OpenItem
from receivables.models.learned import HABIT_FROM, HabitSignQuerySet
from receivables.rules.cuts import cut_in, is_statement, written_of
from receivables.rules.facts import Habits, Item
from receivables.rules.near import endings
from receivables.rules.tokens import tokens
from receivables.services.cases import Case, chunks
from receivables.services.forgetting import FORGET_RIGHT
from receivables.services.settlements import Settlement

ENOUGH = HABIT_FROM
Kind = HabitSign.Kind
Shown = tuple[str, int]
"""Kind of a habit, and by how many days a discount was late (else nought)."""


def find_habits(company: Company, cases: Sequence[Case], *, before: date | None = None) -> None:
    """Give cases the habits of their payers; ``before``: as payments before that day show."""
    wanted: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        owing = {item.customer_id for item in case.items}
        for payer in case.payers:
            if payer.is_sure and payer.customer_id in owing:
                wanted[payer.customer_id].append(case)
    for chunk in chunks(wanted):
        signs = HabitSign.objects.filter(company=company, customer__in=chunk).standing()
        for customer, habits in habits_in(signs.shown_before(before) if before else signs).items():
            for case in wanted[customer]:
                case.habits[customer] = habits


def habits_in(signs: HabitSignQuerySet) -> dict[int, Habits]:
    """Customer -> the habits that these signs make, of those who have one.

    Whoever picked among what is due starts anew at paying all of it.
    """
    shown: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = signs.order_by("match", "pk").values_list("customer", "kind", "days")
    for customer, kind, days in rows:
        shown[customer][kind].append(days)
        if kind == Kind.SELECTED:
            shown[customer].pop(Kind.STATEMENT, None)
    found = {}
    for customer, kinds in shown.items():
        known = {kind: days for kind, days in kinds.items() if len(days) >= ENOUGH}
        if known.keys() - {Kind.SELECTED}:
            found[customer] = Habits(
                late_days=late_days(known.get(Kind.LATE_DISCOUNT, [])),
                by_statement=Kind.STATEMENT in known,
                writes_ends=Kind.ENDS in known,
                leaves_last_out=Kind.BEGINS in known,
            )
    return found


def late_days(days: Sequence[int]) -> int:
    """By so many days or more a discount was late in ``ENOUGH`` decisions; nought if in fewer."""
    return sorted(days, reverse=True)[ENOUGH - 1] if len(days) >= ENOUGH else 0


def shown_by(settlement: Settlement) -> list[Shown]:
    """What a person's decision shows of how the payer pays; asked before it is booked."""
    debits = {share.item_id for share in settlement.shares if share.amount > 0}
    if settlement.way == BankMatch.Way.AUTO or settlement.others or not debits:
        return []
    rows = OpenItem.objects.filter(
        customer=settlement.customer_id, company=settlement.entry.company
    )
    rows = rows.filter(currency=settlement.entry.currency, amount__gt=0).open()
    items = {item.pk: item for item in rows.order_by("due_on", "pk")}
    if not debits <= items.keys():
        return []
    return [*_cut(settlement, debits, items), *_late(settlement, items), *_due(settlement, items)]


def _cut(
    settlement: Settlement, debits: Collection[int], items: dict[int, OpenItem]
) -> Iterator[Shown]:
    entry = settlement.entry
    structured = [*entry.structured_reference.split("\n"), entry.end_to_end_id]
    told = tokens(entry.remittance.split("\n"), structured=filter(None, structured))
    written = written_of(told, endings(entry.remittance))
    documents = sorted({items[pk].document_number for pk in debits})
    for kind in sorted(cut_in(documents, written)):
        yield kind, 0


def _late(settlement: Settlement, items: dict[int, OpenItem]) -> Iterator[Shown]:
    days = [
        (settlement.entry.value_on - until).days
        for share in settlement.shares
        if share.discount and (until := items[share.item_id].discount_until)
    ]
    if days and max(days) > 0:
        yield Kind.LATE_DISCOUNT, max(days)


def _due(settlement: Settlement, items: dict[int, OpenItem]) -> Iterator[Shown]:
    whole = {
        share.item_id
        for share in settlement.shares
        if share.amount > 0 and share.credit == items[share.item_id].outstanding_amount
    }
    is_whole = len(whole) == sum(share.amount > 0 for share in settlement.shares)
    given = sum((share.amount for share in settlement.shares), Decimal(0))
    facts = [
        Item(i.pk, i.customer_id, i.document_number, i.due_on, i.outstanding_amount)
        for i in items.values()
    ]
    if is_whole and len(whole) > 1 and given == settlement.entry.amount:
        yield (Kind.STATEMENT if is_statement(whole, facts) else Kind.SELECTED), 0


def notice_habits(
    settlement: Settlement, match: BankMatch, shown: Iterable[Shown]
) -> list[HabitSign]:
    """Keep what a person's decision shows, each kind once."""
    return HabitSign.objects.bulk_create(
        HabitSign(
            company_id=match.company_id,
            customer_id=settlement.customer_id,
            kind=kind,
            days=days,
            match=match,
        )
        for kind, days in shown
    )


def hold_habits(customers: Collection[int]) -> dict[int, Habits]:
    """Their habits as they are; nobody makes one forgotten before we are done."""
    signs = HabitSign.objects.filter(customer__in=customers).standing().order_by("pk")
    list(signs.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return habits_in(HabitSign.objects.filter(customer__in=customers).standing())


@atomic_verb
def forget_habit(customer_pk: int, kind: str, *, by: Actor, on: date) -> int:
    """Say that this is the customer's habit no more; three new decisions would show it anew.

    Returns how many signs are forgotten; twice is once. Raises ``PermissionMissing``.
    """
    customer = Customer.objects.get(pk=customer_pk)
    require(by, FORGET_RIGHT, customer.company_id)
    signs = HabitSign.objects.filter(customer=customer, kind=kind, forgotten_at=None)
    keys = list(signs.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    told = {"forgotten_at": timezone.now(), "forgotten_by_name": by.actor_name}
    count = HabitSign.objects.filter(pk__in=keys).update(**told)
    if count:
        _record("customer.habit_forgotten", customer, kind, by=by, on=on)
    return count


@atomic_verb
def remember_habit(customer_pk: int, kind: str, *, by: Actor, on: date) -> int:
    """Take the forgetting back; returns how many signs count. Raises ``PermissionMissing``."""
    customer = Customer.objects.get(pk=customer_pk)
    require(by, FORGET_RIGHT, customer.company_id)
    signs = HabitSign.objects.filter(customer=customer, kind=kind, forgotten_at__isnull=False)
    keys = list(signs.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    count = HabitSign.objects.filter(pk__in=keys).update(forgotten_at=None, forgotten_by_name="")
    if count:
        _record("customer.habit_remembered", customer, kind, by=by, on=on)
    return count


def _record(name: str, customer: Customer, kind: str, *, by: Actor, on: date) -> None:
    with translation.override(None):
        what = str(Kind(kind).label)
    record_event(name, customer, by=by, on=on, what=what, source_texts=["what"])
