"""W2-sums: payments that come to a sum of some of a payer's 5,000 open items, decided by the rules.

No database: what is measured is the search for items that add up, in time of the processor.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from time import process_time

from o2c.bench.figures import Figure
from receivables.rules.facts import Item, Payer, Payment
from receivables.rules.matching import decide

ITEMS, PAYMENTS = 5_000, 60
_DAY, _SEED = date(2026, 3, 2), 5
_COUNTS = (1, 2, 3, 5, 8, 13, 30, 100, 500, 2_500)
_PAYER = Payer(1, "iban")


def measure() -> Iterator[Figure]:
    """Milliseconds a payment: exact sums, and sums that a cent keeps from adding up."""
    draw = random.Random(_SEED)  # noqa: S311 - a made book
    items = [_item(pk, Decimal(draw.randint(1_000, 500_000)) / 100) for pk in range(1, ITEMS + 1)]
    for name, cent in (("exact", "0.00"), ("a cent beside", "0.01")):
        times = []
        for turn in range(PAYMENTS):
            chosen = draw.sample(items, _COUNTS[turn % len(_COUNTS)])
            total = sum((item.outstanding for item in chosen), Decimal(cent))
            began = process_time()
            decide(Payment(total, _DAY), [], [_PAYER], items)
            times.append(1000 * (process_time() - began))
        workload = f"W2-sums {ITEMS:,} items, {name}"
        yield Figure(workload, "median", median(times), "ms")
        yield Figure(workload, "worst", max(times), "ms")


def _item(pk: int, amount: Decimal) -> Item:
    """Every third is offered a discount that the payment may take."""
    due_on = _DAY + timedelta(days=pk % 90)
    if pk % 3:
        return Item(pk, 1, f"RE-2026-{pk:05}", due_on, amount, amount=amount)
    discount, until = (amount / 50).quantize(amount), _DAY + timedelta(days=5)
    return Item(pk, 1, f"RE-2026-{pk:05}", due_on, amount, discount, until, amount)
