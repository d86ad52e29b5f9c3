"""What the tokens and payers of bank entries lead to, looked up set by set, never per entry."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from core.models import Company
from customers.models import Customer, CustomerBankAccount
from o2c.money import ZERO
from receivables.models import Allocation, BankEntry, ItemReference, OpenItem, PayerAlias
from receivables.rules.facts import Hit, Item, Outcome, Payer, Payment
from receivables.rules.matching import decide
from receivables.rules.names import LIKE, likeness, name_key, resembles
from receivables.rules.tokens import Sureness, tokens

_Key = TypeVar("_Key", int, str)
_CHUNK = 2000
_NEAR_NAMES = 8
_NEAR_ITEMS = 100


@dataclass(slots=True)
class Case:
    """One entry with everything that may decide it."""

    entry: BankEntry
    tokens: dict[str, Sureness]
    hits: list[Hit] = field(default_factory=list)
    payers: list[Payer] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    is_thorough: bool = False
    lookalikes: list[Item] = field(default_factory=list)

    def decide(self) -> Outcome:
        """The rule's verdict on this entry."""
        payment = Payment(self.entry.amount, self.entry.value_on)
        return decide(
            payment,
            self.hits,
            self.payers,
            self.items,
            is_thorough=self.is_thorough,
            lookalikes=self.lookalikes,
        )


def cases_of(
    company: Company, entries: Sequence[BankEntry], *, is_thorough: bool = False
) -> list[Case]:
    """Cases for money received. ``is_thorough`` also looks for names that only resemble.

    A fixed number of queries for any number of entries (by thousands), except for resembling
    names, which the screen asks for one entry at a time.
    """
    cases = [Case(entry, tokens_of(entry), is_thorough=is_thorough) for entry in entries]
    _find_hits(company, cases)
    _find_accounts(company, cases)
    _find_names(company, cases, is_thorough=is_thorough)
    _find_items(company, cases)
    if is_thorough:
        for case in cases:
            _find_lookalikes(company, case)
    return cases


def tokens_of(entry: BankEntry) -> dict[str, Sureness]:
    """Every token of an entry's texts and structured references."""
    structured = [*entry.structured_reference.split("\n"), entry.end_to_end_id, entry.mandate_id]
    return tokens(entry.remittance.split("\n"), structured=filter(None, structured))


def _find_hits(company: Company, cases: Sequence[Case]) -> None:
    wanted: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for token in case.tokens:
            wanted[token].append(case)
    for chunk in _chunks(wanted):
        rows = ItemReference.objects.filter(
            company_id=company.pk, token__in=chunk, item__amount__gt=0
        ).annotate(discount_left=_discount_left("item__"))
        names = map(_of_reference, _ITEM)
        for token, currency, *facts in rows.values_list("token", *names):
            item = Item(*facts)
            for case in wanted[token]:
                if case.entry.currency == currency:
                    case.hits.append(Hit(token, case.tokens[token], item))


_ITEM = (
    "currency",
    "pk",
    "customer_id",
    "document_number",
    "due_on",
    "outstanding_amount",
    "discount_left",
    "discount_until",
)


def _of_reference(name: str) -> str:
    return name if name == "discount_left" else f"item__{name}"


def _discount_left(item: str = "") -> models.Case:
    """The discount still offered; looked up only where something was allocated already."""
    taken = Allocation.objects.discounts().filter(debit_item=OuterRef(f"{item}pk")).order_by()
    total = Subquery(taken.values("debit_item").annotate(sum=Sum("amount")).values("sum"))
    offered = F(f"{item}discount_amount")
    is_touched = {
        f"{item}discount_amount__gt": 0,
        f"{item}outstanding_amount__lt": F(f"{item}amount"),
    }
    return models.Case(
        When(**is_touched, then=offered - Coalesce(total, Value(ZERO))),
        default=offered,
        output_field=models.DecimalField(max_digits=18, decimal_places=2),
    )


def _find_accounts(company: Company, cases: Sequence[Case]) -> None:
    """Payers by IBAN (entered or learned) and by learned name."""
    by_iban: dict[str, list[Case]] = defaultdict(list)
    by_name: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.entry.payer_iban:
            by_iban[case.entry.payer_iban].append(case)
        if case.entry.payer_name:
            by_name[name_key(case.entry.payer_name)].append(case)
    for chunk in _chunks(by_iban):
        known = CustomerBankAccount.objects.filter(iban__in=chunk, customer__company=company)
        learned = PayerAlias.objects.filter(company=company, kind="iban", value__in=chunk)
        for iban, customer_id in [
            *known.values_list("iban", "customer_id"),
            *learned.values_list("value", "customer_id"),
        ]:
            for case in by_iban[iban]:
                _add(case, Payer(customer_id, "iban"))
    for chunk in _chunks(by_name):
        learned = PayerAlias.objects.filter(company=company, kind="name", value__in=chunk)
        for key, customer_id in learned.values_list("value", "customer_id"):
            for case in by_name[key]:
                _add(case, Payer(customer_id, "alias"))


def _find_names(company: Company, cases: Sequence[Case], *, is_thorough: bool) -> None:
    """Payers by their own name, where no account or alias told them."""
    nameless = [case for case in cases if case.entry.payer_name and not case.payers]
    if not nameless:
        return
    if is_thorough:
        for case in nameless:
            _resembling(company, case)
        return
    by_key: dict[str, list[int]] = defaultdict(list)
    for pk, name in Customer.objects.filter(company=company).values_list("pk", "name").iterator():
        by_key[name_key(name)].append(pk)
    for case in nameless:
        for customer_id in by_key.get(name_key(case.entry.payer_name), ()):
            _add(case, Payer(customer_id, "name", 100))


def _resembling(company: Company, case: Case) -> None:
    near = Customer.objects.filter(company=company).search(case.entry.payer_name)
    key = name_key(case.entry.payer_name)
    found = [
        Payer(pk, "name", likeness(key, name_key(name)))
        for pk, name in near.values_list("pk", "name")[:_NEAR_NAMES]
    ]
    for payer in sorted(found, key=lambda payer: -payer.likeness):
        if payer.likeness >= LIKE:
            _add(case, payer)


def _find_items(company: Company, cases: Sequence[Case]) -> None:
    """Open items of the payers, for entries that no sure reference decides."""
    wanted: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        for payer in case.payers:
            wanted[payer.customer_id].append(case)
    for chunk in _chunks(wanted):
        rows = (
            OpenItem.objects.filter(company=company, customer_id__in=chunk)
            .debits()
            .open()
            .annotate(discount_left=_discount_left())
            .values_list(*_ITEM)
        )
        for currency, *facts in rows:
            item = Item(*facts)
            for case in wanted[item.customer_id]:
                if case.entry.currency == currency:
                    case.items.append(item)


def _find_lookalikes(company: Company, case: Case) -> None:
    """Items open with just this amount at others than the payers, whose name resembles."""
    key = name_key(case.entry.payer_name)
    if not key:
        return
    rows = (
        OpenItem.objects.filter(company=company, currency=case.entry.currency)
        .filter(outstanding_amount=case.entry.amount)
        .exclude(customer__in=[payer.customer_id for payer in case.payers])
        .debits()
        .open()
        .annotate(discount_left=_discount_left())
        .order_by("due_on", "pk")
        .values_list("customer__name", *_ITEM)
    )
    for name, _currency, *facts in rows[:_NEAR_ITEMS]:
        if resembles(key, name_key(name)):
            case.lookalikes.append(Item(*facts))


def _add(case: Case, payer: Payer) -> None:
    if all(known.customer_id != payer.customer_id for known in case.payers):
        case.payers.append(payer)


def _chunks(wanted: Iterable[_Key]) -> Iterator[list[_Key]]:
    keys = list(wanted)
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
