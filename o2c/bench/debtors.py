"""Open invoices of the dataset in the books, by set-based SQL: a pattern is spread."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection, transaction

from o2c.bench.dataset import AS_OF, DEBTORS, debts
from o2c.bench.pattern import Pattern, make_pattern
from o2c.bench.spread import rows, spread, unwatched

_TABLES = [
    "customers_customer",
    "customers_address",
    "customers_contact",
    "invoicing_invoice",
    "receivables_journalentry",
    "receivables_journalline",
    "receivables_openitem",
    "receivables_itemreference",
]
_SEED = """
CREATE TEMP TABLE seed_debt (i int PRIMARY KEY, number text, debtor int, net numeric(18,2),
    tax numeric(18,2), day date, due date);
CREATE TEMP TABLE seed_debtor AS SELECT n, n + %(from)s AS id,
    'Customer ' || lpad(n::text, 5, '0') AS name FROM generate_series(0, %(last)s) AS n;
"""


def open_books(count: int, *, on: date = AS_OF) -> Pattern:
    """A company whose customers owe the first so many debts of the dataset; nothing else is open.

    ``on`` is the day it looks back from. The pattern's own invoice is paid.
    """
    pattern = make_pattern(on - timedelta(days=400))
    spread_debts(lambda ids: _draw(count, ids))
    tidy()
    return pattern


def tidy() -> None:
    """What the nightly autovacuum would do; outside of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def spread_debts(draw: Callable[[dict[str, int]], None]) -> None:
    """Debtors with what they owe, from the tables ``seed_debtor`` and ``seed_debt``.

    ``draw`` makes these for the session; it is given the first free id of each table.
    """
    with transaction.atomic():
        ids = {table.split("_")[1]: first_free(table) for table in _TABLES}
        draw(ids)
        with unwatched(_TABLES):
            _debtors(ids)
            _invoices(ids)


def first_free(table: str) -> int:
    """The first key that is not taken."""
    return int(rows(f"SELECT max(id) + 1 FROM {table}")[0][0])  # noqa: S608


def _draw(count: int, ids: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SEED, {"from": ids["customer"], "last": DEBTORS - 1})
        found = list(debts(count))
        for start in range(0, count, 5000):
            chunk = found[start : start + 5000]
            values = ",".join(["(%s,%s,%s,%s,%s,%s,%s)"] * len(chunk))
            flat = [
                value
                for at, one in enumerate(chunk, start)
                for value in (at, one.number, one.debtor, one.net / 100, one.tax / 100,
                              one.issued_on, one.due_on)
            ]  # fmt: skip
            cursor.execute(f"INSERT INTO seed_debt VALUES {values}", flat)  # noqa: S608


def _debtors(ids: dict[str, int]) -> None:
    source = "seed_debtor AS s"
    spread(
        "customers_customer", "true", source, id="s.id", name="s.name",
        number="'C-' || lpad((s.n + 10)::text, 6, '0')",
    )  # fmt: skip
    for kind, step in (("billing", 0), ("shipping", 1)):
        spread(
            "customers_address", f"kind = '{kind}'", source,
            id=f"{ids['address'] + step} + 2 * s.n", customer_id="s.id",
        )  # fmt: skip
    spread(
        "customers_contact", "true", source, id=f"{ids['contact']} + s.n", customer_id="s.id",
        email="'buchhaltung' || s.n || '@kunde.example'",
    )  # fmt: skip


def _invoices(ids: dict[str, int]) -> None:
    """Invoice, entry with three lines, open item and its tokens, per debt."""
    source = "seed_debt AS s JOIN seed_debtor AS c ON c.n = s.debtor"
    gross, invoice, entry = (
        "s.net + s.tax",
        f"{ids['invoice']} + s.i",
        f"{ids['journalentry']} + s.i",
    )
    spread(
        "invoicing_invoice", "true", source, id=invoice, number="s.number", customer_id="c.id",
        shipment_id="NULL", issued_on="s.day", delivered_on="s.day", due_on="s.due",
        net_amount="s.net", vat_amount="s.tax", gross_amount=gross, payment_reference="''",
        po_number="''",
    )  # fmt: skip
    spread(
        "receivables_journalentry", "source_key LIKE 'invoice:%'", source, id=entry,
        posted_on="s.day", text="s.number || ' ' || c.name", document_number="s.number",
        source_key=f"'invoice:' || {invoice}",
    )  # fmt: skip
    first = rows("SELECT min(l.id) FROM receivables_journalline l JOIN receivables_journalentry e"
                 " ON e.id = l.entry_id WHERE e.source_key LIKE 'invoice:%'")[0][0]  # fmt: skip
    for offset, amount in enumerate((gross, "-s.net", "-s.tax")):
        base = "CASE WHEN p.tax_base_amount IS NULL THEN NULL ELSE -s.net END"
        spread(
            "receivables_journalline", f"id = {first + offset}", source, entry_id=entry,
            id=f"{ids['journalline'] + offset} + 3 * s.i", amount=amount, currency_amount=amount,
            tax_base_amount=base,
            customer_id="CASE WHEN p.customer_id IS NULL THEN NULL ELSE c.id END",
        )  # fmt: skip
    spread(
        "receivables_openitem", "kind = 'invoice'", source, id=f"{ids['openitem']} + s.i",
        document_number="s.number", invoice_id=invoice, entry_id=entry, customer_id="c.id",
        document_on="s.day", due_on="s.due", amount=gross, functional_amount=gross,
        outstanding_amount=gross, outstanding_functional_amount=gross,
    )  # fmt: skip
    for offset, token in enumerate(("s.number", "substr(s.number, 3)")):
        spread(
            "receivables_itemreference", "true", source, token=token,
            id=f"{ids['itemreference'] + offset} + 2 * s.i", item_id=f"{ids['openitem']} + s.i",
        )  # fmt: skip
