"""W4: aged receivables per customer."""

import statistics
import time
from collections.abc import Iterator

from o2c.bench.dataset import AS_OF
from o2c.bench.debtors import open_books
from o2c.bench.figures import Figure, peak_mib
from reporting.reads.ageing import ageing

REPEAT = 9


def measure(*, items: int) -> Iterator[Figure]:
    """The real report's read, median of nine."""
    pattern = open_books(items)
    before, spent = peak_mib(), []
    for _time in range(REPEAT):
        began = time.perf_counter()
        rows = ageing(pattern.company, as_of=AS_OF)
        spent.append(time.perf_counter() - began)
    name = f"W4 {items:,} items"
    yield Figure(name, "report", statistics.median(spent) * 1000, "ms")
    yield Figure(name, "customers with a balance", len(rows), "")
    yield Figure(name, "peak memory", peak_mib(), "MiB")
    yield Figure(name, "memory of the report", peak_mib() - before, "MiB")
