"""What became of the money the bank told of, entry by entry, for other systems to read.

Read by thousands and set by set, so that a year of a busy account needs no more memory than a day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from customers.models import Customer
from o2c.errors import InvalidInput
from o2c.money import ZERO
from receivables.models import Allocation, BankEntry, BankMatch, OpenItem
from receivables.rules.facts import Evidence, Outcome, Proposal, Share
from receivables.services.lookups import cases_of
from receivables.services.settling import payment_number

CHUNK = 2000
Row = dict[str, Any]
_AMOUNT_OF = {
    OpenItem.Kind.PAYMENT: "amount",
    OpenItem.Kind.DISCOUNT: "discount",
    OpenItem.Kind.CHARGE: "charges",
    OpenItem.Kind.WRITE_OFF: "rounding",
}
"""Kind of the credit -> what it does to the item it pays."""


def export_bookings(
    company: Company, first: date, last: date, *, by: Actor, is_thorough: bool = False
) -> Iterator[Row]:
    """Every bank entry booked or valued in the period, oldest booking first, with its decision.

    ``state`` is ``settled`` (with ``by`` ``auto`` or a name, the items and what is left on
    account), ``undecided`` (with ranked proposals, or the fact that is missing) or ``none_needed``
    (money out). Amounts are Decimals, days dates. ``is_thorough`` also looks for payers whose name
    only resembles, one entry at a time. Raises ``InvalidInput`` for a period that ends before it
    begins, ``PermissionMissing``.
    """
    require(by, "receivables.view", company.pk)
    if last < first:
        raise InvalidInput(
            "export.period",
            _("The period ends on %(last)s, before it begins on %(first)s. Swap the two days.")
            % {"first": first, "last": last},
        )
    entries = _entries(company, first, last).iterator(chunk_size=CHUNK)
    while chunk := list(islice(entries, CHUNK)):
        yield from _rows(company, chunk, is_thorough=is_thorough)


def _entries(company: Company, first: date, last: date) -> QuerySet[BankEntry]:
    within = Q(booking_on__range=(first, last)) | Q(value_on__range=(first, last))
    return (
        BankEntry.objects.in_books()
        .filter(within, company=company)
        .select_related("bank_account", "statement__file")
        .order_by("booking_on", "pk")
    )


def _rows(company: Company, entries: Sequence[BankEntry], *, is_thorough: bool) -> Iterator[Row]:
    matches = _matches(entries)
    paid = _paid(matches.values())
    rests = _rests(matches.values())
    waiting = [e for e in entries if e.pk not in matches and not e.is_settled]
    outcomes = _outcomes(company, waiting, is_thorough=is_thorough)
    names = _customers(matches.values(), outcomes.values())
    for entry in entries:
        match = matches.get(entry.pk)
        if match:
            rest = rests.get(match.entry_id, ZERO)
            decision = _settled(entry, match, paid[match.entry_id], names, rest)
        elif entry.pk in outcomes:
            decision = _undecided(entry, outcomes[entry.pk], names)
        else:
            decision = {"state": "none_needed", "settled": True, "by": ""}
        yield _facts(entry) | decision


def _facts(entry: BankEntry) -> Row:
    """The entry as the bank told it."""
    return {
        "payment": payment_number(entry),
        "bank_account": entry.bank_account.iban,
        "file": entry.statement.file.filename if entry.statement else "",
        "statement": entry.statement.number if entry.statement else "",
        "position": entry.position,
        "identity": entry.identity_key,
        "bank_reference": entry.bank_reference,
        "end_to_end_id": entry.end_to_end_id,
        "mandate_id": entry.mandate_id,
        "structured_references": [one for one in entry.structured_reference.split("\n") if one],
        "booking_on": entry.booking_on,
        "value_on": entry.value_on,
        "amount": entry.amount,
        "currency": entry.currency,
        "instructed_amount": entry.instructed_amount,
        "instructed_currency": entry.instructed_currency,
        "exchange_rate": entry.exchange_rate,
        "bank_charges": entry.charges_amount,
        "payer_name": entry.payer_name,
        "payer_iban": entry.payer_iban,
        "remittance": entry.remittance,
        "return_reason": entry.return_reason,
        "is_reversal": entry.is_reversal,
    }


# --- Decided ------------------------------------------------------------------------------------
def _matches(entries: Sequence[BankEntry]) -> dict[int, BankMatch]:
    """Entry id -> its live match."""
    live = BankMatch.objects.filter(bank_entry__in=[e.pk for e in entries], undone_at=None)
    return {
        match.bank_entry_id: match for match in live.select_related("payment_item", "bank_entry")
    }


def _paid(matches: Iterable[BankMatch]) -> dict[int, list[Row]]:
    """Journal entry of a match -> the items it pays now, and by what; credits used are negative."""
    keys = [match.entry_id for match in matches]
    rows = (
        Allocation.objects.filter(credit_item__entry__in=keys)
        .order_by()
        .values_list(
            "credit_item__entry_id",
            "debit_item_id",
            "debit_item__document_number",
            "debit_item__customer__number",
            "credit_item__kind",
        )
        .annotate(total=Sum("amount"))
        .order_by("debit_item__due_on", "debit_item_id")
    )
    items: dict[int, dict[int, Row]] = defaultdict(dict)
    for key, item_id, document, customer, kind, total in rows:
        if total:
            item = items[key].setdefault(item_id, _item(document, customer))
            item[_AMOUNT_OF.get(kind, "amount")] += total
    for key, item_id, document, customer, total in _set_off(keys):
        if total:
            items[key][item_id] = _item(document, customer) | {"amount": -total}
    return defaultdict(list, {key: list(found.values()) for key, found in items.items()})


def _set_off(keys: Sequence[int]) -> Iterable[tuple[int, int, str, str, Decimal]]:
    """Credits (credit notes, money on account) that a match used beside the money."""
    return (
        Allocation.objects.filter(
            debit_item__entry__in=keys, debit_item__kind=OpenItem.Kind.SET_OFF
        )
        .order_by()
        .values_list(
            "debit_item__entry_id",
            "credit_item_id",
            "credit_item__document_number",
            "credit_item__customer__number",
        )
        .annotate(total=Sum("amount"))
        .order_by("credit_item_id")
    )


def _rests(matches: Iterable[BankMatch]) -> dict[int, Decimal]:
    """Journal entry of a match -> what is left of it on account, in its entry's currency."""
    of = {match.entry_id: match for match in matches if match.payment_item}
    rows = OpenItem.objects.filter(entry__in=of, kind=OpenItem.Kind.PAYMENT).open()
    return {
        key: abs(left)
        for key, currency, left in rows.values_list("entry", "currency", "outstanding_amount")
        if currency == of[key].bank_entry.currency
    }


def _item(document: str, customer: str) -> Row:
    return {"document": document, "customer": customer} | dict.fromkeys(_AMOUNT_OF.values(), ZERO)


def _settled(
    entry: BankEntry,
    match: BankMatch,
    items: list[Row],
    names: dict[int, tuple[str, str]],
    left: Decimal,
) -> Row:
    payment = match.payment_item
    abroad = payment if payment and payment.currency != entry.currency else None
    number, name = names.get(payment.customer_id, ("", "")) if payment else ("", "")
    is_auto = match.way == BankMatch.Way.AUTO
    return {
        "state": "settled",
        "settled": True,
        "by": "auto" if is_auto else match.decided_by_name,
        "way": match.way,
        "decided_at": match.decided_at,
        "customer": number,
        "customer_name": name,
        "items": items,
        "charges": sum((item["charges"] for item in items), ZERO),
        "rounding": sum((item["rounding"] for item in items), ZERO),
        "paid_amount": abs(abroad.amount) if abroad else None,
        "paid_currency": abroad.currency if abroad else "",
        "paid_remainder": abs(abroad.outstanding_amount) if abroad else ZERO,
        "remainder": left,
        "remainder_reason": "on_account" if left else "",
        "confidence": match.confidence,
        "evidence": match.evidence,
        "proposals": [],
    }


# --- Waiting ------------------------------------------------------------------------------------
def _outcomes(
    company: Company, entries: Sequence[BankEntry], *, is_thorough: bool
) -> dict[int, Outcome | None]:
    """Entry id -> what the rule says; None for money that went back, which a person decides."""
    found: dict[int, Outcome | None] = {entry.pk: None for entry in entries}
    received = [entry for entry in entries if entry.amount > 0]
    for case in cases_of(company, received, is_thorough=is_thorough) if received else ():
        found[case.entry.pk] = case.decide()
    return found


def _customers(
    matches: Iterable[BankMatch], outcomes: Iterable[Outcome | None]
) -> dict[int, tuple[str, str]]:
    """Customer id -> number and name, of everybody who is told of."""
    wanted = {match.payment_item.customer_id for match in matches if match.payment_item}
    for outcome in outcomes:
        for proposal in outcome.proposals if outcome else ():
            wanted |= {proposal.customer_id, *proposal.customers}
    rows = Customer.objects.filter(pk__in=wanted).values_list("pk", "number", "name")
    return {pk: (number, name) for pk, number, name in rows}


def _undecided(entry: BankEntry, outcome: Outcome | None, names: dict[int, tuple[str, str]]) -> Row:
    proposals = outcome.proposals if outcome else ()
    missing = outcome.missing if outcome else "returned"
    return {
        "state": "undecided",
        "settled": False,
        "by": "",
        "items": [],
        "remainder": entry.amount,
        "remainder_reason": missing or _doubt(proposals),
        "proposals": [_proposal(place, one, names) for place, one in enumerate(proposals, start=1)],
    }


def _doubt(proposals: Sequence[Proposal]) -> str:
    """Why proposals were not booked: the money doesn't close, choices are equal, or too little."""
    if proposals[0].difference or not proposals[0].shares:
        return "amount_differs"
    is_alone = len(proposals) == 1 or proposals[0].confidence > proposals[1].confidence
    return "second_evidence" if is_alone else "several_choices"


def _proposal(place: int, proposal: Proposal, names: dict[int, tuple[str, str]]) -> Row:
    number, name = names.get(proposal.customer_id, ("", ""))
    return {
        "rank": place,
        "customer": number,
        "customer_name": name,
        "confidence": proposal.confidence.name.lower(),
        "items": [_share(s, names.get(s.item.customer_id, ("", ""))[0]) for s in proposal.shares],
        "difference": proposal.difference,
        "paid_amount": proposal.paid.amount if proposal.paid else None,
        "paid_currency": proposal.paid.currency if proposal.paid else "",
        "evidence": [_reason(evidence) for evidence in proposal.evidence],
    }


def _share(share: Share, customer: str) -> Row:
    facts: dict[str, str | Decimal] = {"document": share.item.document, "customer": customer}
    sums = {"amount": share.amount, "discount": share.discount, "rounding": share.rounding}
    return facts | sums


def _reason(evidence: Evidence) -> dict[str, str]:
    return {"code": evidence.code, "value": evidence.value}
