"""W7-issue: twenty threads issue 2,000 drafts of two companies, each with a series of its own.

A series is a counter row that is locked from its UPDATE (``core.services.take_numbers``) until
the commit; whoever wants the next number waits. Both ends are seen from outside: a wrapper around
each thread's statements notes when the UPDATE began and came back, and the hold ends when the
issuing act has come back, its commit included. So a hold is measured a trifle too long (the way
back from the commit) and never too short, and the UPDATE's own time is the wait for the lock with
its write.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from django.db import connection

import invoicing.services as invoicing
from invoicing.models import Invoice
from o2c import flow
from o2c.bench.dataset import AS_OF, order_lines
from o2c.bench.figures import Clock, Figure
from o2c.bench.orders import Shop, open_shop, sent_off

INVOICES, SERIES, THREADS, ALONE, BATCH = 2_000, 2, 20, 100, 50
COUNTER = "UPDATE core_numberseries"


@dataclass(slots=True)
class Stopwatch:
    """Waits for a counter row and holds of it by one thread, in seconds."""

    waits: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)
    taken_at: float | None = None

    def __call__(self, execute: Callable[..., object], sql: str, *arguments: object) -> object:
        """Note when a counter row became this thread's."""
        began = time.perf_counter()
        result = execute(sql, *arguments)
        if COUNTER in sql:
            self.taken_at = time.perf_counter()
            self.waits.append(self.taken_at - began)
        return result

    def issue(self, pk: int) -> None:
        """Issue and book one draft in a transaction, as the page does."""
        flow.issue_invoice(pk, by=flow.BILLING, on=AS_OF)
        if self.taken_at is not None:
            self.holds.append(time.perf_counter() - self.taken_at)
            self.taken_at = None


def measure(*, count: int = INVOICES, threads: int = THREADS) -> Iterator[Figure]:
    """Invoices a second, how long a counter row is held and waited for, gaps and twins.

    Before, one thread alone issues a hundred: what a hold takes when no other thread of the
    process wants the interpreter.
    """
    shops = [open_shop(f"series-{number}") for number in range(1, SERIES + 1)]
    each = [_drafts(shop, (count + ALONE) // SERIES) for shop in shops]
    turns = [pk for pair in zip(*each, strict=True) for pk in pair]
    yield from _figures(ALONE, turns[:ALONE], 1)
    yield from _figures(count, turns[ALONE:], threads)
    gaps, twins = _gaps_and_twins()
    name = f"W7-issue {count:,} by {threads}"
    yield Figure(name, "gaps", gaps, "numbers")
    yield Figure(name, "twins", twins, "numbers")


def _figures(count: int, drafts: Sequence[int], threads: int) -> Iterator[Figure]:
    began = time.perf_counter()
    watches = _issue(drafts, threads)
    seconds = time.perf_counter() - began
    holds = sorted(hold for watch in watches for hold in watch.holds)
    waits = [wait for watch in watches for wait in watch.waits]
    if len(holds) != count:
        raise RuntimeError(f"{len(holds)} of {count} were issued: a thread ended early.")
    name = f"W7-issue {count:,} by {threads}"
    yield Figure(name, "issued and booked", count / seconds, "invoices/s")
    yield Figure(name, "hold of a series, mean", 1000 * sum(holds) / count, "ms")
    yield Figure(name, "hold of a series, median", 1000 * holds[count // 2], "ms")
    yield Figure(name, "hold of a series, longest", 1000 * holds[-1], "ms")
    yield Figure(name, "wait for a series, mean", 1000 * sum(waits) / count, "ms")


def _drafts(shop: Shop, count: int) -> list[int]:
    """Drafts of so many dispatched shipments."""
    wanted = [shop.draft(*one) for one in order_lines(count)]
    drafts: list[int] = []
    for start in range(0, count, BATCH):
        sent = sent_off(shop, wanted[start : start + BATCH], Clock())
        keys = [shipment.pk for shipment in sent]
        made = invoicing.draft_from_shipments(keys, by=flow.BILLING, on=AS_OF)
        drafts += [draft.pk for draft in made]
    return drafts


def _issue(pks: Sequence[int], threads: int) -> list[Stopwatch]:
    """Issue drafts by threads that take the next one each; what they measured."""
    due: SimpleQueue[int] = SimpleQueue()
    for pk in pks:
        due.put(pk)
    watches = [Stopwatch() for _thread in range(threads)]
    workers = [threading.Thread(target=_work, args=(due, watch)) for watch in watches]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return watches


def _work(due: SimpleQueue[int], watch: Stopwatch) -> None:
    try:
        with connection.execute_wrapper(watch):
            while True:
                watch.issue(due.get_nowait())
    except Empty:
        return
    finally:
        connection.close()


def _gaps_and_twins() -> tuple[int, int]:
    """Numbers that are missing between the first and the last of a company, and doubles."""
    gaps = twins = 0
    rows = Invoice.objects.issued().exclude(kind=Invoice.Kind.CREDIT_NOTE)
    for company in rows.order_by().values_list("company", flat=True).distinct():
        texts = rows.filter(company=company).values_list("number", flat=True)
        numbers = [int(str(text).rpartition("-")[2]) for text in texts]
        twins += len(numbers) - len(set(numbers))
        gaps += max(numbers) - min(numbers) + 1 - len(set(numbers))
    return gaps, twins
