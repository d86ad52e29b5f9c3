"""W7-bill: a billing run over many deliveries, each by itself and ten of a customer on one."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import invoicing.services as invoicing
from core.models import Job
from core.roles import Role
from core.services import run_job
from customers.models import BillingPolicy
from o2c import billing
from o2c.bench.dataset import order_lines
from o2c.bench.figures import Clock, Figure, peak_mib
from o2c.bench.orders import BATCH, Shop, open_shop, sent_off

DELIVERIES, QUICK, EACH, WARM_UPS = 10_000, 500, 10, 10


def measure(*, count: int = DELIVERIES) -> Iterator[Figure]:
    """The run as a person starts it: what it shows, then the job with a row per invoice.

    First every delivery is billed by itself, then as many by the month, ten of each customer.
    """
    shop = open_shop("billing", buyers=max(count // EACH, 1))
    _send(shop, WARM_UPS, BillingPolicy.SHIPMENT)
    _run(shop, Clock())
    for policy in (BillingPolicy.SHIPMENT, BillingPolicy.MONTH):
        _send(shop, count, policy)
        clock, before = Clock(), peak_mib()
        job = _run(shop, clock)
        yield from _figures(f"W7-bill {count:,} by {policy}", job, clock, count)
        yield Figure(f"W7-bill {count:,} by {policy}", "memory grown", peak_mib() - before, "MiB")
    yield Figure(f"W7-bill {count:,}", "peak memory", peak_mib(), "MiB")


def _send(shop: Shop, count: int, policy: BillingPolicy) -> None:
    """Deliveries that left in a month that has ended; customers take turns."""
    lines = (wanted for _customer, wanted in order_lines(count))
    drafts = (
        replace(shop.draft(at % len(shop.customers), wanted), billing_policy=policy)
        for at, wanted in enumerate(lines)
    )
    while batch := list(islice(drafts, BATCH)):
        sent_off(shop, batch, Clock())


def _run(shop: Shop, clock: Clock) -> Job:
    company, clerk = shop.pattern.company, shop.pattern.people[Role.BILLING]
    on = company.today()
    with clock.step("preview"):
        bills = invoicing.planned_bills(company, on=on)
    mark = invoicing.plan_mark([bill.keys for bill in bills])
    with clock.step("start"):
        job = billing.start_billing(company, until=None, mark=mark, token=mark, by=clerk, on=on)
    with clock.step("run"):
        run_job(job.pk, {billing.KIND: billing.run_billing})
    job.refresh_from_db()
    return job


def _figures(name: str, job: Job, clock: Clock, count: int) -> Iterator[Figure]:
    if job.failed_count or job.done_count != job.total:
        raise RuntimeError(f"{job.done_count} of {job.total} were billed: {job.message}")
    made, seconds = job.done_count, clock.seconds["run"]
    yield Figure(name, "invoices", made, "invoices")
    yield Figure(name, "preview", clock.seconds["preview"], "s")
    yield Figure(name, "preview, statements", clock.statements["preview"], "in all")
    yield Figure(name, "start", clock.seconds["start"], "s")
    yield Figure(name, "run", seconds, "s")
    yield Figure(name, "billed", made / seconds, "invoices/s")
    yield Figure(name, "billed", count / seconds, "deliveries/s")
    yield Figure(name, "SQL statements", clock.statements["run"] / made, "per invoice")
