"""W6: every page a person meets in a day, asked through the whole stack, with time and statements.

Lists are visited with each tab, each sort both ways, a second page and the last one, their
searches; documents by their newest and their middle row; reports; the search by each kind of text.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from catalog.models import PriceList, Product
from core.models import Company, Membership, User
from core.roles import Role
from credit.models import CreditHold
from customers.models import Customer
from disputes.models import Dispute
from dunning.models import DunningNotice, DunningRun
from fulfillment.models import Shipment
from invoicing.models import Invoice
from orders.models import Order
from receivables.models import BankEntry, BankFile, JournalEntry, OpenItem

BUDGET_MS = 100
LIST_STATEMENTS, PAGE_STATEMENTS = 12, 25


@dataclass(frozen=True, slots=True)
class Visit:
    """One page: median and 95th percentile of its server time, SQL statements, size.

    ``cpu_ms`` is what Python itself needed: it does not grow when others use the machine.
    """

    path: str
    kind: str
    status: int
    median_ms: float
    p95_ms: float
    statements: int
    kib: float
    cpu_ms: float

    @property
    def is_chatty(self) -> bool:
        """Whether it asks the database more often than it may."""
        most = LIST_STATEMENTS if self.kind == "list" else PAGE_STATEMENTS
        return self.statements > most

    @property
    def is_within(self) -> bool:
        """Whether the page opens and keeps its budgets."""
        return self.status < 400 and not self.is_chatty and self.median_ms <= BUDGET_MS


def tour(company: Company, *, repeat: int = 5) -> Iterator[Visit]:
    """Visit all pages one after the other, as the finance manager, and home as each role."""
    for role in Role:
        yield visit(client_of(company, role), "/", "page", repeat, f"home of {role.value}")
    finance, seller = client_of(company, Role.FINANCE_MANAGER), client_of(company, Role.SALES_REP)
    for kind, path in pages(company):
        yield visit(seller if path == reverse("orders:new") else finance, path, kind, repeat)


def visit(client: Client, path: str, kind: str, repeat: int, name: str = "") -> Visit:
    """Ask once to count statements, then some times for the clock."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path, secure=True)
        statements = len(queries)  # the log is emptied by the next request
    times: list[float] = []
    own = time.process_time()
    for _ in range(repeat):
        started = time.perf_counter()
        client.get(path, secure=True)
        times.append((time.perf_counter() - started) * 1000)
    own = (time.process_time() - own) * 1000
    times.sort()
    return Visit(
        name or path,
        kind,
        answer.status_code,
        statistics.median(times) if times else 0.0,
        times[min(repeat - 1, round(0.95 * repeat))] if times else 0.0,
        statements,
        len(getattr(answer, "content", b"")) / 1024,
        own / max(1, repeat),
    )


def pages(company: Company) -> Iterator[tuple[str, str]]:
    """(kind, path) of all pages but the homes."""
    for name in _LISTS:
        yield from _list(name, _SEARCHES.get(name, ("Keller",)))
    for name in _DESKS:
        yield "page", reverse(name)
    yield from _documents(company)
    for text in texts(company):
        yield "page", f"{reverse('search')}?q={text}"


_LISTS = (
    "customers:list",
    "catalog:list",
    "catalog:price_lists",
    "orders:list",
    "fulfillment:to_pick",
    "fulfillment:list",
    "fulfillment:backorders",
    "fulfillment:stock",
    "invoicing:list",
    "invoicing:unbilled",
    "receivables:items",
    "receivables:bank_files",
    "receivables:bank_entries",
    "receivables:journal",
    "receivables:books_exports",
    "customers:mandates",
    "receivables:debit_runs",
    "disputes:list",
    "dunning:list",
    "credit:holds",
    "credit:limits",
    "core:jobs",
    "core:messages",
    "core:notifications",
    "core:audit",
)
_SEARCHES = {
    "orders:list": ("Keller", "001234", "SO-000777", "45123", "zz9"),
    "fulfillment:list": ("Keller", "001234", "00340", "zz9"),
    "invoicing:list": ("Keller", "GmbH", "001234", "RE-000777", "45123", "12", "zz9", "Kiel+AG"),
    "receivables:items": ("Keller", "001234", "RE-000777", "zz9"),
    "receivables:bank_entries": ("Keller", "RE-000777", "DE89", "zz9"),
    "receivables:journal": ("Keller", "RE-000777", "001234", "zz9"),
    "core:audit": ("RE-000777", "001234", "Finance", "zz9"),
}
_DESKS = (
    "receivables:matching",
    "orders:new",
    "dunning:propose",
    "receivables:upload",
    "receivables:close",
    "receivables:cockpit",
    "receivables:export_books",
    "core:profile",
    "reporting:index",
    "reporting:ageing",
    "reporting:difference",
    "reporting:dso",
    "reporting:cash",
    "reporting:billing",
    "reporting:billing_documents",
    "reporting:open_orders",
    "reporting:sales",
)


def _list(name: str, searches: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """A list with its tabs, sorts, pages and searches."""
    path = reverse(name)
    view: Any = getattr(resolve(path).func, "view_class", None)
    yield "list", path
    queries = [f"sort={sign}{key}" for key in getattr(view, "sorts", ()) for sign in ("", "-")]
    queries += ["&".join(f"{k}={v}" for k, v in tab.query.items()) for tab in _tabs(view)]
    queries += ["page=2", "page=200", "per=200", *(f"q={text}" for text in searches)]
    for query in filter(None, queries):
        yield "list", f"{path}?{query}"


def _tabs(view: Any) -> Any:
    tabs = getattr(view, "tabs", ())
    return () if callable(tabs) else tabs


def _documents(company: Company) -> Iterator[tuple[str, str]]:
    """Newest and middle row of each kind of document, with its panels."""
    for model, names in _OF:
        rows = model.objects.filter(company=company)
        newest = rows.order_by("-pk").values_list("pk", flat=True).first()
        if newest is None:
            continue
        middle = rows.filter(pk__lte=newest // 2 + 1).order_by("-pk").values_list("pk", flat=True)
        for pk in dict.fromkeys((newest, middle.first() or newest)):
            for name in names:
                yield "page", reverse(name, args=[pk])


_OF: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        Customer,
        (
            "customers:detail",
            "customers:edit",
            "receivables:account",
            "receivables:customer_panel",
            "credit:customer_panel",
            "dunning:customer_panel",
        ),
    ),
    (Product, ("catalog:product", "fulfillment:product_stock", "fulfillment:product_panel")),
    (PriceList, ("catalog:price_list",)),
    (Order, ("orders:detail", "fulfillment:order_panel")),
    (Shipment, ("fulfillment:shipment",)),
    (Invoice, ("invoicing:detail", "receivables:invoice_panel")),
    (OpenItem, ("receivables:item",)),
    (BankEntry, ("receivables:bank_entry",)),
    (BankFile, ("receivables:bank_file",)),
    (JournalEntry, ("receivables:journal_entry",)),
    (Dispute, ("disputes:detail",)),
    (DunningRun, ("dunning:run",)),
    (DunningNotice, ("dunning:notice",)),
    (CreditHold, ("credit:hold",)),
)


def texts(company: Company) -> list[str]:
    """What people type into the search: one of each kind, whole and in part."""
    invoice = Invoice.objects.filter(company=company, state="issued").order_by("pk")[1:2].get()
    entry = BankEntry.objects.filter(company=company).order_by("-pk")[:1].get()
    shipment = Shipment.objects.filter(company=company).exclude(tracking_number="").order_by("pk")
    name = invoice.customer.name.split()
    return [
        str(invoice.number),
        str(invoice.number)[-5:],
        str(invoice.number)[3:],
        "RE",
        "00",
        "99",
        "000",
        name[0],
        " ".join(name[:2]),
        name[1][:4] + name[1][5:],
        "GmbH",
        f"{invoice.gross_amount}",
        f"{invoice.gross_amount}".replace(".", ","),
        f"{invoice.gross_amount:,.2f}",
        "100",
        Order.objects.filter(company=company)
        .exclude(po_number="")
        .order_by("pk")[:1]
        .get()
        .po_number,
        entry.payer_iban,
        entry.payer_iban[:8],
        entry.remittance.split()[-1],
        "Sammelzahlung",
        shipment[5:6].get().tracking_number,
        "zzzz",
        "Rechnung danke",
    ]


def client_of(company: Company, role: Role) -> Client:
    """A browser logged in as the person with that role."""
    person = User.objects.get(
        pk=Membership.objects.filter(company=company, role=role).values("user")[:1]
    )
    host = next((host for host in settings.ALLOWED_HOSTS if host not in ("*", "")), "localhost")
    client = Client(HTTP_HOST=host.lstrip("."), HTTP_X_FORWARDED_PROTO="https")
    client.force_login(person)
    client.get(reverse("core:session"), secure=True)  # the session is stamped once
    return client
