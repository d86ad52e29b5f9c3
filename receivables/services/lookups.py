"""What the tokens and payers of bank entries lead to, looked up set by set, never per entry."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from core.models import Company
from customers.models import CustomerBankAccount
from o2c.money import ZERO
from receivables.models import (
    AdviceLine,
    Allocation,
    BankEntry,
    ItemReference,
    OpenItem,
    PayerAlias,
    RemittanceAdvice,
)
from receivables.models.learned import PayerAliasQuerySet
from receivables.rules.facts import Advice, Hit, Item, Payer
from receivables.rules.facts import AdviceLine as Line
from receivables.rules.leeway import Leeway
from receivables.rules.names import (
    LIKE,
    has_legal_form,
    likeness,
    name_key,
    resembles,
)
from receivables.rules.tokens import Sureness, normalise, tokens
from receivables.services.cases import Case, chunks
from receivables.services.habits import find_habits
from receivables.services.kinship import find_akin, find_group
from receivables.services.leeway import leeway_of
from receivables.services.naming import DOUBTED, Names, keys_near, names_of
from receivables.services.ordered import find_orders
from receivables.services.past import Past
from receivables.services.rates import Rates
from receivables.services.rereading import add_readings, find_by_rate

_NEAR_ITEMS = 100


def cases_of(
    company: Company,
    entries: Sequence[BankEntry],
    *,
    names: Names | None = None,
    is_thorough: bool = False,
    opened: BankEntry | None = None,
    leeway: Leeway | None = None,
    past: Past | None = None,
) -> list[Case]:
    """Cases for money received. ``is_thorough`` also looks for names that only resemble,
    for all of them; ``opened`` is the one that a person looks at, for which it does.

    ``leeway``: instead of the company's own; ``past``: as the books stood then, without advices.

    A fixed number of queries for any number of entries (by thousands), except for resembling
    names, which the screen asks for one entry at a time.
    """
    own = leeway or leeway_of(company)
    cases = [
        Case(entry, tokens_of(entry), is_thorough=is_thorough or entry == opened, leeway=own)
        for entry in entries
    ]
    rates = Rates(company)
    add_readings(cases, rates)
    every = [one for case in cases for one in (case, *case.others)]
    names = names or names_of(company)
    _find_hits(company, every, past)
    if past is None:
        find_orders(company, cases)
    _find_payers(company, every, names, past)
    _find_items(company, every, past)
    find_habits(company, every, before=past.day if past else None)
    if past is None:
        _find_advices(company, every)
        find_by_rate(cases, rates)
    for case in cases:
        if case.is_thorough:
            _find_lookalikes(company, case)
    return cases


def _find_payers(company: Company, cases: Sequence[Case], names: Names, past: Past | None) -> None:
    _find_accounts(company, cases, names, past)
    _find_names(company, cases, names)
    find_group(company, cases)
    find_akin(company, cases)


def tokens_of(entry: BankEntry) -> dict[str, Sureness]:
    """Every token of an entry's texts and structured references."""
    structured = [*entry.structured_reference.split("\n"), entry.end_to_end_id, entry.mandate_id]
    return tokens(entry.remittance.split("\n"), structured=filter(None, structured))


def _find_hits(company: Company, cases: Sequence[Case], past: Past | None) -> None:
    wanted: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for token in case.tokens:
            wanted[token].append(case)
    for chunk in chunks(wanted):
        rows = ItemReference.objects.filter(company_id=company.pk, token__in=chunk).annotate(
            discount_left=_discount_left("item__")
        )
        rows = past.issued(rows, "item__") if past else rows
        names = map(_of_reference, _ITEM)
        for token, currency, *facts in rows.values_list("token", *names):
            item = Item(*facts)
            for case in wanted[token]:
                hit = Hit(token, case.tokens[token], item)
                if case.currency == currency:
                    case.hits.append(hit)
                elif not case.reading:
                    case.elsewhere.append((currency, hit))
    if past:
        past.turn_back_hits(cases)


_ITEM = (
    "currency",
    "pk",
    "customer_id",
    "document_number",
    "due_on",
    "outstanding_amount",
    "discount_left",
    "discount_until",
    "amount",
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


def _find_accounts(
    company: Company, cases: Sequence[Case], names: Names, past: Past | None
) -> None:
    """Payers by IBAN (entered or learned) and by learned name."""
    by_iban: dict[str, list[Case]] = defaultdict(list)
    by_name: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.entry.payer_iban:
            by_iban[case.entry.payer_iban].append(case)
        if case.entry.payer_name:
            by_name[name_key(case.entry.payer_name)].append(case)
    _find_own(company, by_iban)
    aliases = PayerAlias.objects.filter(company=company).in_use()
    aliases = aliases.taught_before(past.day) if past else aliases
    _find_learned(aliases, by_iban)
    if by_name:
        _find_aliases(aliases, by_name, names)


def _find_own(company: Company, by_iban: dict[str, list[Case]]) -> None:
    """Payers by an account that somebody entered for the customer."""
    for chunk in chunks(by_iban):
        known = CustomerBankAccount.objects.filter(iban__in=chunk, customer__company=company)
        for iban, customer_id in known.values_list("iban", "customer_id"):
            for case in by_iban[iban]:
                _add(case, Payer(customer_id, "iban"))


def _find_learned(aliases: PayerAliasQuerySet, by_iban: dict[str, list[Case]]) -> None:
    """Payers by an account that a match taught.

    Collectors, factors and payment services pay for many from one account: it proves the
    customer only while the payer's name is theirs, or one that was taught for them.
    """
    for chunk in chunks(by_iban):
        learned = aliases.filter(kind="iban", value__in=chunk)
        told = aliases.filter(kind="name", customer__in=learned.values("customer"))
        facts = ("pk", "kind", "value", "customer_id", "customer__name")
        rows = list(learned.values_list(*facts).union(told.values_list(*facts)))
        taught = [(pk, value, *whose) for pk, kind, value, *whose in rows if kind == "iban"]
        names: dict[int, dict[str, int]] = defaultdict(dict)
        for pk, kind, value, customer_id, _name in rows:
            if kind == "name":
                names[customer_id][value] = pk
        for pk, iban, customer_id, name in taught:
            for case in by_iban[iban]:
                _add_learned(case, customer_id, pk, name_key(name), names[customer_id])


def _add_learned(
    case: Case, customer_id: int, pk: int, own: str, taught: Mapping[str, int]
) -> None:
    """The payer by a learned account, with the learned names (key -> alias) that bear it out."""
    key = name_key(case.entry.payer_name) if case.entry.payer_name else ""
    alike = {alias for name, alias in taught.items() if key and resembles(key, name)}
    is_theirs = not key or bool(alike) or resembles(key, own)
    _add(case, Payer(customer_id, "iban", 100 if is_theirs else DOUBTED))
    case.learned.setdefault(customer_id, set()).update(alike | {pk})


def _find_aliases(
    aliases: PayerAliasQuerySet, by_name: dict[str, list[Case]], names: Names
) -> None:
    """Payers by a name that people taught; not for sure where others are called so too."""
    for chunk in chunks(by_name):
        learned = aliases.filter(kind="name", value__in=chunk)
        for key, customer_id, pk in learned.values_list("value", "customer_id", "pk"):
            is_others_too = names().beginning_with(key) - {customer_id}
            for case in by_name[key]:
                case.learned.setdefault(customer_id, set()).add(pk)
                _add(case, Payer(customer_id, "alias", DOUBTED if is_others_too else 100))


def _find_names(company: Company, cases: Sequence[Case], names: Names) -> None:
    """Payers by own name or customer number, where no account or alias told them for sure."""
    nameless = [case for case in cases if not any(payer.is_sure for payer in case.payers)]
    for case in nameless:
        if case.is_thorough:
            _resembling(company, case)
            continue
        told = names().payers(case.entry.payer_name) if case.entry.payer_name else []
        for payer in [*told, *names().numbered(case.tokens)]:
            _add(case, payer)


def _resembling(company: Company, case: Case) -> None:
    """The same and like names, for one entry: only those near it are read."""
    if not case.entry.payer_name:
        return
    key = name_key(case.entry.payer_name)
    keys = keys_near(company, case.entry.payer_name)
    beginning = [pk for pk, other in keys.items() if other.startswith(key)]
    is_whole = has_legal_form(case.entry.payer_name) or len(beginning) == 1
    found = [
        Payer(pk, "name", alike if is_whole else min(alike, DOUBTED))
        for pk, other in keys.items()
        if (alike := likeness(key, other)) >= LIKE
    ]
    for payer in sorted(found, key=lambda payer: -payer.likeness):
        _add(case, payer)


def _find_items(company: Company, cases: Sequence[Case], past: Past | None) -> None:
    """Open invoices and credit notes of the payers; of those named where no one item decides."""
    wanted: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        named = {h.item.customer_id for h in case.hits if h.item.outstanding > 0}
        named |= {hit.order.customer_id for hit in case.orders}
        known = {payer.customer_id for payer in case.payers}
        for customer_id in known | (named if _is_open_question(case) else set()):
            wanted[customer_id].append(case)
    for chunk in chunks(wanted):
        rows = OpenItem.objects.filter(company=company, customer_id__in=chunk)
        rows = rows.filter(Q(amount__gt=0) | Q(kind=OpenItem.Kind.CREDIT_NOTE))
        rows = rows.filter(past.open()) if past else rows.open()
        rows = rows.annotate(discount_left=_discount_left())
        for currency, *facts in rows.values_list(*_ITEM):
            item = Item(*facts)
            for case in wanted[item.customer_id]:
                if case.currency == currency:
                    case.items.append(item)
    if past:
        past.turn_back_items(cases)


def _find_advices(company: Company, cases: Sequence[Case]) -> None:
    """Complete advices of just the amount that wait for their payment, with their items."""
    wanted: dict[tuple[str, Decimal], list[Case]] = defaultdict(list)
    for case in cases:
        wanted[case.currency, case.amount].append(case)
    lines: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for *told, amount, discount, _currency, item in _advice_lines(company, wanted):
        lines[tuple(told)].append(Line(item, amount, discount))
    for (pk, currency, total, reference, filename, payer), found in lines.items():
        advice = Advice(pk, reference or filename, normalise(reference), payer, tuple(found))
        for case in wanted.get((currency, total), ()):
            case.advices.append(advice)


def _advice_lines(
    company: Company, wanted: Iterable[tuple[str, Decimal]]
) -> Iterator[tuple[Any, ...]]:
    """What ``_ADVICE`` names of each line of the waiting advices of these amounts, and its item."""
    waiting = RemittanceAdvice.objects.filter(company=company, is_complete=True).waiting()
    rows = (
        AdviceLine.objects.filter(
            advice__in=waiting.filter(amount__in={amount for _currency, amount in wanted}),
            item__isnull=False,
        )
        .annotate(discount_left=_discount_left("item__"))
        .order_by("advice", "position")
        .values_list(*_ADVICE, *map(_of_reference, _ITEM))
    )
    count = len(_ADVICE) + 1
    for facts in rows:
        yield (*facts[:count], Item(*facts[count:]))


_ADVICE = (
    "advice",
    "advice__currency",
    "advice__amount",
    "advice__reference",
    "advice__document__filename",
    "advice__payer_name",
    "amount",
    "discount_amount",
)


def _is_open_question(case: Case) -> bool:
    """Whether what is named does not make up the amount, so that more of theirs may be meant."""
    return all(hit.item.outstanding != case.amount for hit in case.hits)


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
    """Each customer once, by what tells most."""
    for place, known in enumerate(case.payers):
        if known.customer_id == payer.customer_id:
            if payer.likeness > known.likeness:
                case.payers[place] = payer
            return
    case.payers.append(payer)
