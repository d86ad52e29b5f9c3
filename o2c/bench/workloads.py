"""Which workloads there are, and what the peers needed for the same work."""

from collections.abc import Callable, Iterator
from functools import partial

from o2c.bench import (
    ageing,
    big_statement,
    billing,
    cash,
    numbering,
    orders,
    pages,
    papers,
    reminding,
    subset_sums,
)
from o2c.bench.figures import Figure

Workload = Callable[[], Iterator[Figure]]

WORKLOADS: dict[str, Workload] = {
    "W1": orders.measure,
    "W2": partial(cash.measure, lines=1_000),
    "W2-10k": partial(cash.measure, lines=10_000),
    "W2-100k": big_statement.measure,
    "W2-100k-few": partial(big_statement.measure, items=100_000, sizes=(1_000, 10_000)),
    "W2-sums": subset_sums.measure,
    "W3": partial(reminding.measure, items=10_000),
    "W3-50k": partial(reminding.measure, items=50_000),
    "W4": partial(ageing.measure, items=10_000),
    "W4-100k": partial(ageing.measure, items=100_000),
    "W5": partial(pages.invoice_list, invoices=100_000),
    "W5-1m": partial(pages.invoice_list, invoices=1_000_000),
    "W6": partial(pages.page_tour, invoices=1_000_000),
    "W7": papers.measure,
    "W7-issue": numbering.measure,
    "W7-bill": billing.measure,
    "W7-bill-quick": partial(billing.measure, count=billing.QUICK),
}

NAMED_ONLY = frozenset({"W2-100k", "W2-100k-few"})
"""Workloads that run only when somebody asks for them."""

PEERS: dict[tuple[str, str], tuple[str, str]] = {
    ("W1 one by one", "orders"): ("0.92", "3.1"),
    ("W1 one by one", "create"): ("52", "44"),
    ("W1 one by one", "confirm"): ("210", "80"),
    ("W1 one by one", "ship"): ("319", "48"),
    ("W1 one by one", "invoice"): ("496", "146"),
    ("W1 one by one", "SQL statements"): ("1,850", "440"),
    ("W1 by 50", "orders"): ("2.9", "6.5"),
    ("W2 1,000 lines", "rate"): ("35", "8.2"),
    ("W2 1,000 lines", "matched"): ("95", "95"),
    ("W2 10,000 lines", "rate"): ("< 21", "about 8"),
    ("W3 50,000 items", "first"): ("23.4", "44"),
    ("W3 50,000 items", "approve"): ("3.1", "45"),
    ("W3 50,000 items", "second"): ("11.8", "48"),
    ("W3 50,000 items", "peak memory"): ("250", "836"),
    ("W4 100,000 items", "report"): ("740", "6,200"),
    ("W4 100,000 items", "peak memory"): ("104", "833"),
    ("W5 100,000 invoices", "first page"): ("61", "23"),
    ("W5 100,000 invoices", "exact number"): ("3", "4"),
    ("W5 100,000 invoices", "substring"): ("50", "34"),
}
"""(workload, figure) -> what Tryton 8.2 and Odoo 19 with OCA needed, on two cores as well."""
