"""W3: who is to be reminded, approved, and again thirty days later."""

from collections.abc import Iterator
from datetime import timedelta

import dunning.services as dunning
from core.roles import Role
from dunning.models import DunningNotice, DunningNoticeItem, DunningRun, RunState
from o2c import flow
from o2c.bench.dataset import AS_OF
from o2c.bench.debtors import open_books
from o2c.bench.figures import Clock, Figure, peak_mib
from o2c.flow import BILLING

LATER = AS_OF + timedelta(days=30)


def measure(*, items: int) -> Iterator[Figure]:
    """Propose over all items, approve all, propose again thirty days later.

    The letters (a PDF and a mail per customer) are not part of it, as they are not with the peers.
    """
    pattern = open_books(items)
    clock = Clock()
    with clock.step("first"):
        run = flow.propose_dunning(pattern.company, by=BILLING, on=AS_OF)
    first_items = DunningNoticeItem.objects.filter(notice__run=run).count()
    with clock.step("approve"):
        dunning.approve(
            run.pk, by=pattern.people[Role.FINANCE_MANAGER], on=AS_OF, although_stale=True
        )
    _as_if_sent(run)
    with clock.step("second"):
        again = flow.propose_dunning(pattern.company, by=BILLING, on=LATER)
    name = f"W3 {items:,} items"
    for step, seconds in clock.seconds.items():
        yield Figure(name, step, seconds, "s")
    yield Figure(name, "reminded in the first run", first_items, "items")
    yield Figure(name, "reminders of the second run", again.notices.count(), "letters")
    yield Figure(name, "peak memory", peak_mib(), "MiB")


def _as_if_sent(run: DunningRun) -> None:
    """What writing and sending the letters leaves behind, so that levels climb."""
    DunningNotice.objects.filter(run=run).update(state="written", written_on=AS_OF)
    DunningRun.objects.filter(pk=run.pk).update(state=RunState.SENT)
