"""What the bank told beside the amount of entries, as other readings of them for the matcher."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from o2c.money import ZERO
from receivables.models import BankEntry
from receivables.rules.facts import Paid
from receivables.rules.readings import (
    Elsewhere,
    Reading,
    at_day_rate,
    charged,
    is_near,
    named_elsewhere,
)
from receivables.services.cases import Case
from receivables.services.rates import Rates


def add_readings(cases: Iterable[Case], rates: Rates) -> None:
    """Give each entry of which the bank told more than its amount a case for each other reading."""
    for case in cases:
        case.others = [
            Case(
                case.entry,
                case.tokens,
                is_thorough=case.is_thorough,
                leeway=case.leeway,
                reading=reading,
            )
            for reading in _readings(case.entry, rates)
        ]


def _readings(entry: BankEntry, rates: Rates) -> Iterable[Reading]:
    sent = sent_of(entry)
    if kept := charged(entry.amount, entry.currency, entry.charges_amount, sent):
        yield kept
    if sent and sent.currency != entry.currency:
        worth = rates.known_worth(sent.amount, sent.currency, entry.booking_on)
        is_plausible = worth is not None and is_near(worth, entry.functional_amount)
        yield Reading(sent.amount, sent.currency, is_plausible=is_plausible)


def sent_of(entry: BankEntry) -> Paid | None:
    """What the payer sent, as far as the bank tells it."""
    if not entry.instructed_amount or entry.amount <= 0:
        return None
    return Paid(entry.instructed_currency, entry.instructed_amount)


def find_by_rate(cases: Iterable[Case], rates: Rates) -> None:
    """Items in another currency that an entry names and that are worth about as much that day.

    Where the bank tells what was sent, that decides and no rate.
    """
    for case in cases:
        sent = sent_of(case.entry)
        if not case.elsewhere or (sent and sent.currency != case.entry.currency):
            continue
        found = []
        for currency, hits in named_elsewhere(case.elsewhere):
            there = Elsewhere(currency, hits, ZERO)
            total = sum((share.amount for share in there.shares), ZERO)
            worth = rates.known_worth(total, currency, case.entry.booking_on)
            found += [] if worth is None else [replace(there, worth=worth)]
        case.by_rate = at_day_rate(case.entry.functional_amount, found)


def proposed_amount(entry: BankEntry, currency: str, rates: Rates) -> Decimal | None:
    """How much of a currency an entry came to: as the bank tells, else at the rate of the day."""
    sent = sent_of(entry)
    if sent and sent.currency == currency:
        return sent.amount
    return rates.known_amount(entry.functional_amount, currency, entry.booking_on)
