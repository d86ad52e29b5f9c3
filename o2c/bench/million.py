"""A company with very many invoices, made by set-based SQL and true to every rule ``prove`` knows.

One order is driven by the services (``pattern``); ``million.sql`` draws the figures of all others;
each table gets its copies of the pattern's rows in one statement, without triggers and indexes.
Three years of business: four invoices are paid by one transfer, the newest are not due yet, about
one in a hundred was left open or paid in part.
"""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction

import reporting.services as reporting
from core.models import Company
from o2c.bench.pattern import Pattern, make_pattern
from o2c.bench.spread import rows, spread, unwatched
from o2c.bench.waiting_work import add_waiting_work

DAYS = 1095
TABLES = [
    "customers_customer",
    "customers_address",
    "customers_contact",
    "customers_customerbankaccount",
    "credit_creditaccount",
    "credit_limitchange",
    "catalog_product",
    "catalog_price",
    "fulfillment_stocklevel",
    "fulfillment_stockmove",
    "orders_order",
    "orders_orderline",
    "fulfillment_shipment",
    "fulfillment_shipmentline",
    "invoicing_invoice",
    "invoicing_invoiceline",
    "invoicing_invoicevat",
    "invoicing_invoiceinstalment",
    "receivables_journalentry",
    "receivables_journalline",
    "receivables_openitem",
    "receivables_itemreference",
    "receivables_allocation",
    "receivables_bankfile",
    "receivables_bankstatement",
    "receivables_bankentry",
    "receivables_bankmatch",
    "core_event",
]
_LINE = "seed_line AS l JOIN seed_invoice AS s USING (i)"
_MORNING = "(s.day + interval '9 hours' + mod(s.i, 28000) * interval '1 second')"


def fill(invoices: int, on: date) -> Company:
    """Make the company with that many invoices up to the day before ``on``; give it back."""
    pattern = make_pattern(on - timedelta(DAYS + 1))
    with transaction.atomic():
        ids = _draw(pattern, invoices, on)
        with unwatched(TABLES):
            _masters(ids)
            _sales(ids, pattern)
            _ledger(ids)
            _bank(ids)
            _events(ids, pattern)
            _totals(pattern, invoices, on)
    add_waiting_work(pattern, on)
    reporting.fold_days(pattern.company.pk)
    reporting.keep_statistics(pattern.company.pk, on=on)
    return pattern.company


def tidy() -> None:
    """What the nightly autovacuum would do; outside of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _draw(pattern: Pattern, invoices: int, on: date) -> dict[str, int]:
    """Draw all figures; the first free id of each table by its short name.

    The pattern's journal lines are the only ones: seven.
    """
    ids = {table.split("_")[1]: rows(f"SELECT max(id) + 1 FROM {table}")[0][0] for table in TABLES}  # noqa: S608
    params: dict[str, Any] = {
        "invoices": invoices,
        "customers": max(20, min(5000, invoices // 40)),
        "products": 200,
        "apart": max(1, invoices // 1000),
        "first": on - timedelta(DAYS),
        "today": on,
        "days": DAYS,
        "balance": Decimal("25000") + pattern.invoice.gross_amount,
        "customers_from": ids["customer"],
        "products_from": ids["product"],
        "levels_from": ids["stocklevel"],
    }
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL statement_timeout = 0")
        cursor.execute(text, params)
    ids["paymentitem"] = ids["openitem"] + invoices
    ids["bankline"] = ids["journalline"] + 3 * invoices
    return ids


def _masters(ids: dict[str, int]) -> None:
    """Customers with what hangs on them; articles with price and stock."""
    c, p = "seed_customer AS s", "seed_product AS s"
    spread(
        "customers_customer", "true", c, id="s.id", name="s.name",
        number="'C-' || lpad((s.n + 2)::text, 5, '0')",
    )  # fmt: skip
    for kind, step in (("billing", 0), ("shipping", 1)):
        spread(
            "customers_address", f"kind = '{kind}'", c, customer_id="s.id", city="s.city",
            id=f"{ids['address'] + step} + 2 * s.n", street="'Hafenstraße ' || 1 + mod(s.n, 90)",
        )  # fmt: skip
    spread(
        "customers_contact", "true", c, id=f"{ids['contact']} + s.n", customer_id="s.id",
        email="'buchhaltung' || s.n || '@kunde.example'",
    )  # fmt: skip
    bank = ids["customerbankaccount"]
    spread(
        "customers_customerbankaccount", "true", c, id=f"{bank} + s.n", customer_id="s.id",
        iban="s.iban",
    )  # fmt: skip
    account = f"{ids['creditaccount']} + s.n"
    spread("credit_creditaccount", "true", c, id=account, customer_id="s.id")
    spread("credit_limitchange", "true", c, id=f"{ids['limitchange']} + s.n", account_id=account)
    spread("catalog_product", "true", p, id="s.id", number="s.number", name="s.name")
    spread(
        "catalog_price", "true", p, id=f"{ids['price']} + s.n", product_id="s.id",
        unit_price="s.price",
    )  # fmt: skip
    spread("fulfillment_stocklevel", "true", p, id="s.level_id", product_id="s.id")
    spread(
        "fulfillment_stockmove", "kind = 'receipt'", p, id=f"{ids['stockmove']} + s.n",
        level_id="s.level_id", source_key="'opening:' || s.n",
    )  # fmt: skip


def _sales(ids: dict[str, int], pattern: Pattern) -> None:
    """Orders, shipments and invoices with their lines."""
    who = "seed_invoice AS s JOIN seed_customer AS c ON c.n = s.customer"
    order, shipment = f"{ids['order']} + s.i", f"{ids['shipment']} + s.i"
    invoice, paper = f"{ids['invoice']} + s.i", str(pattern.paper_pk)
    number = "pg_temp.digits(s.i + 2)"
    po = "CASE WHEN mod(s.i, 5) < 3 THEN '45' || 10000000 + pg_temp.h(s.i, 7) ELSE '' END"
    amounts = {"net_amount": "s.net", "vat_amount": "s.vat", "gross_amount": "s.gross"}
    times = {"created_at": _MORNING}
    spread(
        "orders_order", "true", who, id=order, number=f"'SO-' || {number}", customer_id="c.id",
        ordered_on="s.day", requested_on="s.day", po_number=po, **amounts, **times,
        ship_to_id=f"{ids['address'] + 1} + 2 * c.n", submitted_at=_MORNING, released_at=_MORNING,
        confirmation_id=paper,
    )  # fmt: skip
    place = "p.{0} || jsonb_build_object('name', c.name, 'city', c.city)"
    spread(
        "fulfillment_shipment", "true", who, id=shipment, number=f"'DN-' || {number}",
        order_id=order, dispatched_on="s.day", ship_to=place.format("ship_to"), **times,
        tracking_number="'00340' || 100000000000 + pg_temp.h(s.i, 8)", delivery_note_id=paper,
        has_invoice="true",
    )  # fmt: skip
    spread(
        "invoicing_invoice", "true", who, id=invoice, number=f"'RE-' || {number}",
        customer_id="c.id", order_id=order, shipment_id=shipment, issued_on="s.day",
        delivered_on="s.day", due_on="s.day + 30", po_number=po, **amounts, **times,
        buyer=place.format("buyer"), ship_to=place.format("ship_to"), issued_at=_MORNING,
        pdf_id=paper, xml_id=paper, is_delivery_planned="true",
        payment_reference=f"'RF' || lpad((98 - mod(('2714' || {number} || '271500')::numeric, 97))"
        f"::text, 2, '0') || 'RE' || {number}",
    )  # fmt: skip
    _lines(ids, order, shipment, invoice)


def _lines(ids: dict[str, int], order: str, shipment: str, invoice: str) -> None:
    """Order lines, what was shipped and taken from stock of them, and invoice lines."""
    goods = f"{_LINE} JOIN seed_product AS a ON a.n = l.product"
    line, shipped = f"{ids['orderline']} + l.n", f"{ids['shipmentline']} + l.n"
    facts = {
        "position": "l.position",
        "quantity": "l.quantity",
        "unit_price": "l.price",
        "net_amount": "l.net",
        "description": "a.name",
        "product_id": "a.id",
    }
    spread("orders_orderline", "true", goods, id=line, order_id=order, promised_on="s.day", **facts)
    spread(
        "fulfillment_shipmentline", "true", _LINE, id=shipped, shipment_id=shipment,
        order_line_id=line, quantity="l.quantity",
    )  # fmt: skip
    spread(
        "fulfillment_stockmove", "kind = 'shipment'", goods, level_id="a.level_id",
        id=f"{ids['stockmove'] + 200} + l.n", shipment_line_id=shipped, quantity="-l.quantity",
        source_key=f"'shipment:' || {shipped}", moved_on="s.day", recorded_at=_MORNING,
    )  # fmt: skip
    spread(
        "invoicing_invoiceline", "true", goods, id=f"{ids['invoiceline']} + l.n",
        order_line_id=line,
        invoice_id=invoice, shipment_line_id=shipped, product_number="a.number", **facts,
    )  # fmt: skip
    part = {"invoice_id": invoice}
    one = "seed_invoice AS s"
    spread(
        "invoicing_invoicevat", "true", one, id=f"{ids['invoicevat']} + s.i", net_amount="s.net",
        vat_amount="s.vat", **part,
    )  # fmt: skip
    spread(
        "invoicing_invoiceinstalment", "true", one, id=f"{ids['invoiceinstalment']} + s.i",
        due_on="s.day + 30", amount="s.gross", **part,
    )  # fmt: skip


def _ledger(ids: dict[str, int]) -> None:
    """Each invoice booked: entry with three lines, the open item with what was paid, its tokens."""
    source = (
        "seed_invoice AS s JOIN seed_customer AS c ON c.n = s.customer"
        " JOIN seed_entry AS e ON e.kind = 1 AND e.of = s.i LEFT JOIN seed_paid AS d ON d.i = s.i"
        " AND d.is_matched"
    )
    entry, number = f"{ids['journalentry']} + e.n", "'RE-' || pg_temp.digits(s.i + 2)"
    invoice = f"{ids['invoice']} + s.i"
    spread(
        "receivables_journalentry", "source_key LIKE 'invoice:%'", source, id=entry,
        posted_on="s.day", text=f"{number} || ' ' || c.name", document_number=number,
        source_key=f"'invoice:' || {invoice}", recorded_at=_MORNING,
    )  # fmt: skip
    for offset, amount in enumerate(("s.gross", "-s.net", "-s.vat")):
        _journal_line(
            ids, source, offset, entry, f"{ids['journalline'] + offset} + 3 * s.i", amount
        )
    spread(
        "receivables_openitem", "kind = 'invoice'", source, id=f"{ids['openitem']} + s.i",
        document_number=number, invoice_id=invoice, entry_id=entry, customer_id="c.id",
        document_on="s.day", due_on="s.day + 30", amount="s.gross", functional_amount="s.gross",
        outstanding_amount="s.gross - coalesce(d.amount, 0)",
        outstanding_functional_amount="s.gross - coalesce(d.amount, 0)",
    )  # fmt: skip
    for offset, token in enumerate(("", "RE")):
        spread(
            "receivables_itemreference", "true", "seed_invoice AS s",
            id=f"{ids['itemreference'] + offset} + 2 * s.i", item_id=f"{ids['openitem']} + s.i",
            token=f"'{token}' || pg_temp.digits(s.i + 2)",
        )  # fmt: skip


def _journal_line(
    ids: dict[str, int], source: str, nth: int, entry: str, pk: str, amount: str
) -> None:
    """The pattern's nth journal line (from 0), with its customer where it has one."""
    base = "CASE WHEN p.tax_base_amount IS NULL THEN NULL ELSE -s.net END" if nth < 3 else "NULL"
    spread(
        "receivables_journalline",
        f"id = {ids['journalline'] - 7 + nth}",
        source, id=pk, entry_id=entry, amount=amount, currency_amount=amount, tax_base_amount=base,
        customer_id="CASE WHEN p.customer_id IS NULL THEN NULL ELSE c.id END",
    )  # fmt: skip


def _bank(ids: dict[str, int]) -> None:
    """A statement a day, its transfers, their bookings, and what they paid."""
    day = "seed_statement AS s"
    file, statement = f"{ids['bankfile']} + s.n", f"{ids['bankstatement']} + s.n"
    spread(
        "receivables_bankfile", "true", day, id=file, filename="s.paid_on || '.xml'",
        sha256="md5(s.n::text) || md5(s.paid_on::text)", imported_at="s.paid_on",
        new_count="(SELECT count(*) FROM seed_transfer AS t WHERE t.paid_on = s.paid_on)",
    )  # fmt: skip
    spread(
        "receivables_bankstatement", "true", day, id=statement, file_id=file,
        number="s.n + 2", from_on="s.paid_on", until_on="s.paid_on", closing_amount="s.closing",
        opening_amount="s.closing - s.amount",
    )  # fmt: skip
    who = (
        "seed_transfer AS s JOIN seed_customer AS c ON c.n = s.customer"
        " JOIN seed_entry AS e ON e.kind = 2 AND e.of = s.n"
    )
    entry, booked = f"{ids['bankentry']} + s.n", f"{ids['journalentry']} + e.n"
    identity = "'seed:' || s.n"
    spread(
        "receivables_journalentry", "source_key LIKE 'bank:%'", who, id=booked,
        posted_on="s.paid_on", text="c.name", source_key=f"'bank:' || {identity}",
        document_number="'9' || 1000000000 + s.n", recorded_at="s.paid_on",
    )  # fmt: skip
    days = " JOIN seed_statement AS d ON d.paid_on = s.paid_on"
    spread(
        "receivables_bankentry", "true", who + days, id=entry, entry_id=booked,
        statement_id=f"{ids['bankstatement']} + d.n", identity_key=identity, booking_on="s.paid_on",
        value_on="s.paid_on", amount="s.amount", functional_amount="s.amount",
        payer_name="upper(c.name)", payer_iban="c.iban",
        remittance="s.text", is_settled="s.is_matched",
        bank_reference="'9' || 1000000000 + s.n",
    )  # fmt: skip
    _matches(ids, who, booked, entry)


def _matches(ids: dict[str, int], who: str, booked: str, entry: str) -> None:
    """What transfers paid: the payment on account, its booking, and an allocation per invoice."""
    lines = f"{ids['bankline']} + 4 * s.n"
    _journal_line(ids, who, 3, booked, lines, "s.amount")
    _journal_line(ids, who, 4, booked, f"{lines} + 1", "-s.amount")
    matched = who.replace("e.kind = 2", "e.kind = 3")
    items = f"{ids['paymentitem']} + s.n"
    document = f"'P-' || {entry}"
    spread(
        "receivables_journalentry", "source_key LIKE 'match:%'", matched, id=booked,
        posted_on="s.paid_on", text=f"{document} || ' ' || c.name", document_number=document,
        source_key=f"'match:' || {entry} || ':0'", recorded_at="s.paid_on",
    )  # fmt: skip
    _journal_line(ids, matched, 5, booked, f"{lines} + 2", "s.amount")
    _journal_line(ids, matched, 6, booked, f"{lines} + 3", "-s.amount")
    spread(
        "receivables_openitem", "kind = 'payment'", matched, id=items, document_number=document,
        entry_id=booked, customer_id="c.id", document_on="s.paid_on", due_on="s.paid_on",
        amount="-s.amount", functional_amount="-s.amount", outstanding_amount="0",
        outstanding_functional_amount="0",
    )  # fmt: skip
    spread(
        "receivables_bankmatch", "true", matched, id=f"{ids['bankmatch']} + s.n",
        bank_entry_id=entry, payment_item_id=items, entry_id=booked, decided_at="s.paid_on",
    )  # fmt: skip
    spread(
        "receivables_allocation", "true",
        "(SELECT * FROM seed_paid WHERE is_matched) AS s", id=f"{ids['allocation']} + s.n",
        amount="s.amount", debit_functional_amount="s.amount",
        credit_functional_amount="s.amount", effective_on="s.paid_on",
        debit_item_id=f"{ids['openitem']} + s.i",
        credit_item_id=f"{ids['paymentitem']} + s.payment",
        recorded_at="s.paid_on",
    )  # fmt: skip


def _events(ids: dict[str, int], pattern: Pattern) -> None:
    """The facts a timeline shows: submitted, dispatched, issued, matched."""
    of_invoice = (
        ("order.submitted", "order", "SO-"),
        ("shipment.dispatched", "shipment", "DN-"),
        ("invoice.issued", "invoice", "RE-"),
    )
    for kind, (name, subject, prefix) in enumerate(of_invoice, start=1):
        spread(
            "core_event", f"name = '{name}'",
            f"seed_invoice AS s JOIN seed_event AS e ON e.kind = {kind} AND e.of = s.i",
            id=f"{ids['event']} + e.n", subject_id=f"{ids[subject]} + s.i",
            subject_label=f"'{prefix}' || pg_temp.digits(s.i + 2)", effective_on="s.day",
            recorded_at=_MORNING, correlation=f"'order:' || {ids['order']} + s.i",
        )  # fmt: skip
    spread(
        "core_event", "name = 'bank_entry.matched'",
        "seed_transfer AS s JOIN seed_event AS e ON e.kind = 4 AND e.of = s.n",
        id=f"{ids['event']} + e.n", subject_id=f"{ids['bankentry']} + s.n",
        subject_label=f"'P-' || {ids['bankentry']} + s.n", effective_on="s.paid_on",
        recorded_at="s.paid_on",
    )  # fmt: skip


def _totals(pattern: Pattern, invoices: int, on: date) -> None:
    """Stock on hand as the moves sum up, and series that go on after the last number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fulfillment_stocklevel AS level SET on_hand = moved.quantity FROM"
            " (SELECT level_id, sum(quantity) AS quantity FROM fulfillment_stockmove GROUP BY 1)"
            " AS moved WHERE moved.level_id = level.id"
        )
        cursor.execute(
            "UPDATE core_numberseries SET next_value = next_value + %s, last_on = %s"
            " WHERE company_id = %s AND kind IN ('order', 'shipment', 'invoice')",
            [invoices, on - timedelta(1), pattern.company.pk],
        )
        cursor.execute(
            "UPDATE core_numberseries SET next_value = next_value + (SELECT count(*) FROM"
            " seed_customer) WHERE company_id = %s AND kind = 'customer'",
            [pattern.company.pk],
        )
