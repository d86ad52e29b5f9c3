"""The same bank month in any arrangement of files ends in the same ledger.

Each month comes as camt.053, as MT940 or as both, cut at days or anywhere, overlapping, repeated
and in any order; it holds twins, entries without reference, batches and reversals. A file whose
entries neither days nor balances tell from known ones is refused; then the way out that the
refusal names, a statement that goes beyond both ends of the month, must bring what is missing.

``O2C_MONTHS`` says how many months are made (acceptance: 500), ``O2C_MONTHS_SEED`` where to begin.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from core.models import Company
from receivables.models import BankAccount, BankEntry, JournalLine
from receivables.proof import CHECKS
from tests.receivables.bank_month import (
    Booking,
    Slice,
    as_camt,
    as_mt940,
    month,
    split_days,
    whole_days,
    with_neighbours,
)
from tests.receivables.make import imported, ledger

pytestmark = pytest.mark.django_db
MONTHS = int(os.environ.get("O2C_MONTHS", "12"))
FIRST = int(os.environ.get("O2C_MONTHS_SEED", "1"))
Shape = Callable[[Sequence[Booking], Slice], bytes]
Facts = tuple[Counter[tuple[date, Decimal]], dict[date, Decimal]]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + MONTHS))
def test_any_arrangement_of_a_month(seed: int) -> None:
    dice = random.Random(seed)
    shapes: tuple[Shape, ...] = ((as_camt,), (as_mt940,), (as_camt, as_mt940))[seed % 3]
    bookings = month(dice)
    slices = (whole_days, split_days)[seed // 3 % 2](bookings, dice)
    dice.shuffle(slices)
    company = ledger()
    files = [imported(company, dice.choice(shapes)(bookings, part)) for part in slices]
    refused = {file.format for file in files if file.state == "refused"}
    assert refused <= {"bankfile.undecided"}, [file.message for file in files]
    if refused:
        print(f"month {seed}: a file was undecided")
        bookings, whole = with_neighbours(bookings)
        assert imported(company, shapes[0](bookings, whole)).state == "booked"
    assert booked(company) == expected(bookings)
    assert in_the_ledger(company) == sum(booking.amount for booking in bookings)
    assert [breach for check in CHECKS.values() for breach in check(company)] == []


def expected(bookings: Sequence[Booking]) -> Facts:
    batches: dict[date, Decimal] = {}
    for booking in bookings:
        if booking.parts:
            batches[booking.day] = batches.get(booking.day, Decimal(0)) + booking.amount
    return Counter((b.day, b.amount) for b in bookings if not b.parts), batches


def booked(company: Company) -> Facts:
    """Single bookings by day and amount; batches as sums, one format takes them apart."""
    singles: Counter[tuple[date, Decimal]] = Counter()
    batches: dict[date, Decimal] = {}
    for entry in BankEntry.objects.filter(company=company):
        if entry.remittance.startswith(("part", "SAMMLER")):
            batches[entry.booking_on] = batches.get(entry.booking_on, Decimal(0)) + entry.amount
        else:
            singles[entry.booking_on, entry.amount] += 1
    return singles, batches


def in_the_ledger(company: Company) -> Decimal:
    account = BankAccount.objects.get(company=company).ledger_account
    moved = JournalLine.objects.filter(account=account).aggregate(sum=Sum("amount"))["sum"]
    return Decimal(moved or 0)
