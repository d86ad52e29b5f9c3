"""Builders of invoice facts, without a database: computed by o2c.money as services store them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from invoicing.einvoice import (
    FactsLine,
    Instalment,
    InvoiceFacts,
    Party,
    Preceding,
    VatLine,
)
from o2c.money import TaxableLine, cents, line_discount, totals

DAY = date(2026, 11, 22)
NOTES = {
    "AE": "Reverse charge",
    "K": "VAT-free intra-community supply",
    "G": "VAT-free export",
    "E": "Exempt under § 4 no. 20 UStG",
    "O": "Not subject to VAT",
}
GERMAN_SELLER = Party(
    name="Nordlicht Armaturen GmbH",
    street="Große Elbstraße 17",
    postcode="22767",
    city="Hamburg",
    country="DE",
    vat_id="DE136695976",
    registration_number="HRB 4711",
    legal_info="Amtsgericht Hamburg HRB 4711, Geschäftsführung: Dr. Ada Öztürk",
    contact_name="Mara Lindqvist",
    contact_phone="+49 40 5550 123",
    contact_email="rechnung@nordlicht.example",
)
SWEDISH_SELLER = Party(
    name="Nordljus Ventiler AB",
    street="Östra Hamngatan 5",
    postcode="411 10",
    city="Göteborg",
    country="SE",
    vat_id="SE556188840401",
    registration_number="556188-8404",
    contact_name="Åsa Ström",
    contact_phone="+46 31 555 01 23",
    contact_email="faktura@nordljus.example",
)
GERMAN_BUYER = Party(
    name="Müller & Söhne Maschinenbau GmbH",
    street="Industriestraße 4",
    postcode="70565",
    city="Stuttgart",
    country="DE",
    number="K-1007",
    vat_id="DE129273398",
)
SWEDISH_BUYER = Party(
    name="Sjögrens Mekaniska AB",
    street="Verkstadsgatan 12",
    postcode="582 22",
    city="Linköping",
    country="SE",
    number="K-2001",
    vat_id="SE556703748501",
    registration_number="556703-7485",
)


def a_line(position: int = 1, **changes: Any) -> FactsLine:
    """A line whose net follows from quantity, price and discount rate."""
    values = {
        "position": position,
        "name": "Kugelhahn DN25, Messing vernickelt",
        "product_number": f"A-{100 + position}",
        "quantity": Decimal("40"),
        "unit": "C62",
        "unit_price": Decimal("86.00"),
        "vat_category": "S",
        "vat_rate": Decimal("0.19"),
        "discount_rate": Decimal(0),
        **changes,
    }
    gross = cents(
        values["quantity"] * values["unit_price"] / values.get("base_quantity", Decimal(1))
    )
    discount = values.pop("discount_amount", line_discount(gross, values["discount_rate"]))
    return FactsLine(**values, discount_amount=discount, net_amount=gross - discount)


def with_totals(facts: InvoiceFacts) -> InvoiceFacts:
    """The facts with VAT rows, totals and one instalment computed from lines and charges."""
    charges = (
        TaxableLine(one.signed_amount, one.vat_category, one.vat_rate) for one in facts.charges
    )
    lines = (TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in facts.lines)
    sums = totals([*lines, *charges])
    rows = tuple(
        VatLine(
            row.vat_category,
            row.vat_rate,
            row.net_amount,
            row.vat_amount,
            NOTES.get(row.vat_category, ""),
        )
        for row in sums.vat_rows
    )
    facts = replace(
        facts,
        vat_rows=rows,
        net_amount=sums.net_amount,
        vat_amount=sums.vat_amount,
        gross_amount=sums.gross_amount,
    )
    due = Instalment(facts.issued_on + timedelta(days=30), facts.payable_amount)
    return replace(facts, instalments=facts.instalments or (due,))


def an_invoice(*lines: FactsLine, **changes: Any) -> InvoiceFacts:
    """An invoice from Hamburg to Stuttgart, changed as asked."""
    values: dict[str, Any] = {
        "kind": "380",
        "number": "RE-000042",
        "issued_on": DAY,
        "currency": "EUR",
        "language": "de",
        "seller": GERMAN_SELLER,
        "buyer": GERMAN_BUYER,
        "lines": lines or (a_line(),),
        "vat_rows": (),
        "net_amount": Decimal(0),
        "vat_amount": Decimal(0),
        "gross_amount": Decimal(0),
        "ship_to": replace(GERMAN_BUYER, name="Müller & Söhne, Tor 3", number="", vat_id=""),
        "delivered_on": DAY - timedelta(days=1),
        "terms_text": "Zahlbar bis 22. Dezember 2026 ohne Abzug.",
        "payment_reference": "RF18539007547034",
        "iban": "DE02200505501015871393",
        "bic": "HASPDEHHXXX",
        "po_number": "4500012345",
        "order_number": "AU-000077",
        "delivery_note_number": "LS-000081",
        **changes,
    }
    return with_totals(InvoiceFacts(**values))


def a_credit_note(invoice: InvoiceFacts, **changes: Any) -> InvoiceFacts:
    """All of an invoice taken back."""
    return replace(
        invoice,
        kind="381",
        number="GS-000007",
        issued_on=DAY + timedelta(days=3),
        preceding=(Preceding(invoice.number, invoice.issued_on),),
        reason="Falscher Artikel geliefert",
        instalments=(Instalment(DAY + timedelta(days=3), invoice.gross_amount),),
        discount_rate=Decimal(0),
        discount_until=None,
        **changes,
    )
