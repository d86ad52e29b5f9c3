"""W5: the invoice list. W6: every page of a day. Both through the whole stack."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from django.urls import reverse

from core.models import Company, User
from core.roles import Role
from invoicing.models import Invoice
from o2c.bench.figures import Figure, peak_mib
from o2c.bench.million import fill, tidy
from o2c.bench.tour import Visit, client_of, tour, visit
from reporting.search import search

ON = date(2026, 10, 31)
REPEAT = 15


def invoice_list(*, invoices: int) -> Iterator[Figure]:
    """First page with what is left to pay, exact number, part of a number, the search of all."""
    company = fill(invoices, ON)
    tidy()
    name = f"W5 {invoices:,} invoices"
    client, path = client_of(company, Role.FINANCE_MANAGER), reverse("invoicing:list")
    number = str(Invoice.objects.filter(company=company).order_by("pk")[invoices // 2].number)
    asked = {"first page": path, "exact number": f"{path}?q={number}"}
    asked |= {"substring": f"{path}?q={number[-5:]}", "second page": f"{path}?page=2"}
    for what, url in asked.items():
        seen = visit(client, url, "list", REPEAT)
        yield Figure(name, what, seen.median_ms, "ms")
        yield Figure(name, f"{what}, SQL statements", seen.statements, "")
    yield from _reads(name, company, client.session["_auth_user_id"], number)


def _reads(name: str, company: Company, user_pk: str, number: str) -> Iterator[Figure]:
    """The count alone, and the search of the whole house without its page."""
    invoices = Invoice.objects.filter(company=company)
    yield Figure(name, "count up to 10,000", _median(invoices.values("pk")[:10_001].count), "ms")
    person = User.objects.get(pk=user_pk)
    for text in (number, number[-5:], "Kälttechnik", "Sammelzahlung"):
        spent = _median(partial(search, company, person, text))
        yield Figure(name, f"search {text}", spent, "ms")


def _median(read: Callable[[], object]) -> float:
    spent = []
    for _time in range(REPEAT):
        began = time.perf_counter()
        read()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def page_tour(*, invoices: int) -> Iterator[Figure]:
    """Seconds to fill; of all pages the median and the slowest, and each page over its budget."""
    began = time.perf_counter()
    company = fill(invoices, ON)
    tidy()
    name = f"W6 {invoices:,} invoices"
    yield Figure(name, "filling", time.perf_counter() - began, "s")
    visits = list(tour(company, repeat=5))
    yield Figure(name, "pages", len(visits), "")
    yield Figure(name, "median page", statistics.median(v.median_ms for v in visits), "ms")
    cpu = statistics.median(v.cpu_ms for v in visits)
    yield Figure(name, "median page, Python's own time", cpu, "ms")
    yield Figure(name, "95 % of pages below", _percentile(visits, 0.95), "ms")
    yield Figure(name, "most SQL statements", max(v.statements for v in visits), "")
    yield Figure(name, "pages over budget", sum(not v.is_within for v in visits), "")
    for page in sorted(visits, key=lambda v: -v.median_ms)[:12]:
        yield Figure(name, f"{page.path} ({page.statements} SQL)"[:60], page.median_ms, "ms")
    yield Figure(name, "peak memory", peak_mib(), "MiB")


def _percentile(visits: list[Visit], share: float) -> float:
    times = sorted(visit.median_ms for visit in visits)
    return times[min(len(times) - 1, round(share * len(times)))]
