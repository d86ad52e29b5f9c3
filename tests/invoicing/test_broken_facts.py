"""Facts that must not be sent: each is refused with the official rule, in words, with a field."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from invoicing.einvoice import PROFILES, Charge, DirectDebit, Preceding, SupportingFile, findings
from invoicing.einvoice.packs.rule import broken
from invoicing.einvoice.packs.xrechnung import RULES as XRECHNUNG
from invoicing.einvoice.rule_texts import FAMILIES, TEXTS, explain
from invoicing.einvoice.terms import business_terms
from tests.invoicing import facts as make
from tests.invoicing.any_facts import LEITWEG
from tests.invoicing.facts import DAY, GERMAN_BUYER, GERMAN_SELLER, a_line, an_invoice, with_totals

D = Decimal
ZERO = {"vat_rate": D(0)}
NO_IDS = replace(GERMAN_BUYER, vat_id="", country="AT")
GOOD = an_invoice(buyer_reference=LEITWEG)
SWEDISH = an_invoice(
    a_line(vat_rate=D("0.25")),
    seller=make.SWEDISH_SELLER,
    buyer=make.SWEDISH_BUYER,
    currency="SEK",
    iban="SE4550000000058398257466",
    payment_reference="0000422",
    ship_to=None,
)


def seller(**changes):
    """The good document of a seller that lacks something."""
    return replace(GOOD, seller=replace(GERMAN_SELLER, **changes))


def buyer(**changes):
    """The good document to a buyer that lacks something."""
    return replace(GOOD, buyer=replace(GERMAN_BUYER, **changes))


def line(**changes):
    """The good document with a line, and totals that follow from it."""
    return with_totals(replace(GOOD, lines=(replace(a_line(), **changes),), instalments=()))


def swede(**changes):
    """The Swedish document of a seller that lacks something."""
    return replace(SWEDISH, seller=replace(make.SWEDISH_SELLER, **changes))


def no_vat(category, **changes):
    """A document whose lines are all in a category without VAT."""
    return an_invoice(a_line(vat_category=category, **ZERO), **changes)


def debit(mandate="M-1", creditor_id="DE98ZZZ09999999999", iban="DE02200505501015871393"):
    """The good document, to be fetched by direct debit."""
    return replace(GOOD, direct_debit=DirectDebit(mandate, creditor_id, iban))


def charged(**changes):
    """The good document with a charge."""
    values = {"is_charge": True, "reason": "Fracht", "vat_category": "S", "vat_rate": D("0.19")}
    return with_totals(replace(GOOD, charges=(Charge(D("9.00"), **{**values, **changes}),)))


def attached(*files):
    """The good document with files."""
    return replace(GOOD, files=files)


def addressed(scheme, number):
    """The good document to an electronic address."""
    return buyer(endpoint_scheme=scheme, endpoint_id=number)


NO_NOTE = no_vat("E")
PDF = SupportingFile("a.pdf", "application/pdf", b"%PDF")
# (form, rule) -> facts
BROKEN = {
    ("zugferd", "BR-02"): replace(GOOD, number=" "),
    ("zugferd", "BR-05"): replace(GOOD, currency=""),
    ("zugferd", "BR-CL-04"): replace(GOOD, currency="EURO"),
    ("zugferd", "BR-CL-05"): replace(
        GOOD, tax_currency="QQQ", tax_currency_vat_amount=GOOD.vat_amount
    ),
    ("zugferd", "BR-06"): seller(name="\x07"),
    ("zugferd", "BR-07"): buyer(name=""),
    ("zugferd", "BR-09"): seller(country=""),
    ("zugferd", "BR-11"): replace(buyer(country=""), ship_to=GERMAN_BUYER),
    ("zugferd", "BR-16"): replace(GOOD, lines=()),
    ("zugferd", "BR-23"): line(unit=""),
    ("zugferd", "BR-25"): line(name="\x00\x01"),
    ("zugferd", "BR-27"): line(unit_price=D(-1)),
    ("zugferd", "BR-29"): replace(GOOD, period_from=DAY, period_to=DAY - timedelta(days=1)),
    ("zugferd", "BR-30"): line(period_from=DAY, period_to=DAY - timedelta(days=1)),
    ("zugferd", "BR-38"): charged(reason=""),
    ("zugferd", "BR-33"): charged(is_charge=False, reason=""),
    ("zugferd", "BR-52"): attached(SupportingFile("\x01", "application/pdf", b"%PDF")),
    ("zugferd", "BR-55"): replace(GOOD, preceding=(Preceding("", DAY),)),
    ("zugferd", "BR-CL-20"): charged(reason_code="QQQ"),
    ("zugferd", "BR-CL-19"): charged(is_charge=False, reason_code="1"),
    ("zugferd", "BR-CL-23"): line(unit="QQQ"),
    ("zugferd", "BR-CL-24"): attached(SupportingFile("a.exe", "application/x-exe", b"MZ")),
    ("zugferd", "BR-CO-04"): line(vat_category=""),
    ("zugferd", "BR-CO-09"): buyer(vat_id="129273398"),
    ("zugferd", "BR-CO-13"): replace(GOOD, lines=(a_line(), a_line(2))),
    ("zugferd", "BR-CO-14"): replace(GOOD, vat_amount=D("1.00")),
    ("zugferd", "BR-CO-15"): replace(GOOD, gross_amount=D("1.00")),
    ("zugferd", "BR-CO-18"): replace(GOOD, vat_rows=()),
    ("zugferd", "BR-CO-25"): replace(GOOD, instalments=(), terms_text=""),
    ("zugferd", "BR-CO-26"): no_vat(
        "O", seller=replace(GERMAN_SELLER, vat_id="", registration_number="")
    ),
    ("zugferd", "BR-S-02"): seller(vat_id=""),
    ("zugferd", "BR-S-05"): line(vat_rate=D(0)),
    ("zugferd", "BR-S-08"): replace(
        GOOD, vat_rows=(replace(GOOD.vat_rows[0], net_amount=D("1.00")),)
    ),
    ("zugferd", "BR-E-10"): replace(NO_NOTE, vat_rows=(replace(NO_NOTE.vat_rows[0], note=""),)),
    ("zugferd", "BR-AE-02"): no_vat("AE", buyer=NO_IDS),
    ("zugferd", "BR-IC-02"): no_vat("K", buyer=NO_IDS),
    ("zugferd", "BR-IC-11"): no_vat("K", delivered_on=None),
    ("zugferd", "BR-O-11"): an_invoice(a_line(), a_line(2, vat_category="O", **ZERO)),
    ("xrechnung-ubl", "BR-DE-1"): replace(GOOD, iban=""),
    ("xrechnung-ubl", "BR-DE-2"): seller(contact_name="", contact_phone="", contact_email=""),
    ("xrechnung-ubl", "BR-DE-3"): seller(city=""),
    ("xrechnung-cii", "BR-DE-4"): seller(postcode=""),
    ("xrechnung-ubl", "BR-DE-5"): seller(contact_name=""),
    ("xrechnung-cii", "BR-DE-6"): seller(contact_phone=""),
    ("xrechnung-ubl", "BR-DE-7"): seller(contact_email=""),
    ("xrechnung-cii", "BR-DE-8"): buyer(city=""),
    ("xrechnung-ubl", "BR-DE-9"): buyer(postcode=""),
    ("xrechnung-ubl", "BR-DE-10"): replace(GOOD, ship_to=replace(GERMAN_BUYER, city="")),
    ("xrechnung-cii", "BR-DE-11"): replace(GOOD, ship_to=replace(GERMAN_BUYER, postcode="")),
    ("xrechnung-ubl", "BR-DE-15"): replace(GOOD, buyer_reference=""),
    ("xrechnung-ubl", "BR-DE-16"): seller(vat_id=""),
    ("xrechnung-ubl", "BR-DE-18"): replace(
        GOOD,
        discount_rate=D("0.02"),
        discount_until=DAY + timedelta(days=14),
        terms_text="Siehe\n#Anlage 3",
    ),
    ("xrechnung-ubl", "BR-DE-22"): attached(PDF, replace(PDF, name="A.PDF")),
    ("xrechnung-ubl", "BR-DE-25-a"): debit(mandate=""),
    ("xrechnung-ubl", "BR-DE-30"): debit(creditor_id=""),
    ("xrechnung-cii", "BR-DE-31"): debit(iban=""),
    ("xrechnung-ubl", "PEPPOL-EN16931-R010"): replace(GOOD, buyer=NO_IDS, buyer_reference="Ada"),
    ("peppol", "PEPPOL-EN16931-R003"): replace(
        GOOD, buyer=make.SWEDISH_BUYER, buyer_reference="", po_number=""
    ),
    ("peppol", "PEPPOL-EN16931-R010"): replace(
        GOOD,
        buyer_reference="Ada",
        buyer=replace(NO_IDS, endpoint_scheme="EM", endpoint_id="ada@buyer.example"),
    ),
    ("peppol", "PEPPOL-EN16931-R020"): seller(vat_id=""),
    ("peppol", "PEPPOL-EN16931-R055"): replace(
        GOOD, tax_currency="SEK", tax_currency_vat_amount=D("-1.00")
    ),
    ("peppol", "PEPPOL-EN16931-R061"): debit(mandate=""),
    ("peppol", "PEPPOL-EN16931-R110"): replace(
        line(period_from=DAY - timedelta(days=9)), period_from=DAY, period_to=DAY
    ),
    ("peppol", "PEPPOL-EN16931-R111"): replace(
        line(period_to=DAY + timedelta(days=9)), period_from=DAY, period_to=DAY
    ),
    ("peppol", "PEPPOL-EN16931-R120"): line(net_amount=D("3440.05")),
    ("peppol", "PEPPOL-EN16931-R121"): line(base_quantity=D(0)),
    ("peppol", "PEPPOL-EN16931-P0100"): replace(GOOD, kind="325"),
    ("peppol", "PEPPOL-EN16931-P0112"): replace(GOOD, kind="384", buyer=make.SWEDISH_BUYER),
    ("peppol", "PEPPOL-EN16931-CL001"): attached(SupportingFile("a.txt", "text/plain", b"a")),
    ("peppol", "PEPPOL-EN16931-CL008"): addressed("AN", "odette"),
    ("peppol", "PEPPOL-COMMON-R040"): addressed("0088", "7300010000002"),
    ("peppol", "PEPPOL-COMMON-R041"): addressed("0192", "123456789"),
    ("peppol", "PEPPOL-COMMON-R042"): addressed("0184", "DK12345"),
    ("peppol", "PEPPOL-COMMON-R043"): addressed("0208", "0123456789"),
    ("peppol", "PEPPOL-COMMON-R049"): addressed("0007", "5567037486"),
    ("peppol", "DE-R-006"): seller(contact_phone=""),
    ("peppol", "DE-R-015"): replace(GOOD, buyer_reference=""),
    ("zugferd", "SE-R-001"): swede(vat_id="SE5561888404"),
    ("zugferd", "SE-R-002"): swede(vat_id="SE55618884O401"),
    ("peppol", "SE-R-003"): swede(registration_number="55618A-8404"),
    ("peppol", "SE-R-004"): swede(registration_number="556188840"),
    ("zugferd", "SE-R-005"): swede(tax_number="22/815/08154"),
    ("zugferd", "SE-R-006"): replace(GOOD, seller=make.SWEDISH_SELLER),
    ("zugferd", "SE-R-013"): swede(registration_number="5561888405"),
    ("zugferd", "SE-OCR"): replace(SWEDISH, payment_reference="0000423"),
}


@pytest.mark.parametrize("form", ["zugferd", "xrechnung-ubl", "xrechnung-cii", "peppol"])
def test_before_it_is_broken_the_document_is_good(form):
    assert findings(GOOD, PROFILES[form]) == []


@pytest.mark.parametrize("form", ["zugferd", "peppol"])
def test_before_it_is_broken_the_swedish_document_is_good(form):
    assert findings(SWEDISH, PROFILES[form]) == []


@pytest.mark.parametrize(("form", "rule"), BROKEN, ids=map(" ".join, BROKEN))
def test_it_is_refused_by_its_rule_with_a_sentence_and_a_field(form, rule):
    found = {one.rule: one for one in findings(BROKEN[form, rule], PROFILES[form])}
    assert rule in found
    finding = found[rule]
    assert (finding.is_warning, bool(finding.field)) == (False, True)
    assert "BT-" not in finding.message
    assert finding.message != finding.official


@pytest.mark.parametrize("language", ["de", "sv"])
def test_no_refusal_is_left_in_english(language):
    facts = [(BROKEN[form, rule], PROFILES[form]) for form, rule in BROKEN]
    with translation.override("en"):
        english = {one.message for given in facts for one in findings(*given)}
    with translation.override(language):
        spoken = {one.message for given in facts for one in findings(*given)}
    assert english & spoken == set()


@pytest.mark.parametrize("rule", [*TEXTS, *(pattern for pattern, _text, _field in FAMILIES)])
def test_every_known_rule_has_a_sentence_in_the_reader_s_language(rule):
    rules = {**TEXTS, **{pattern: (text, field) for pattern, text, field in FAMILIES}}
    sentence, field = rules[rule]
    with translation.override("sv"):
        assert translation.gettext(sentence) != sentence
    assert field


def test_a_rule_without_a_sentence_is_named_and_not_quoted():
    sentence, field = explain("UBL-CR-423")
    assert "UBL-CR-423" in sentence
    assert field == ""


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("BR-DE-14", {"BG-23": [{"BT-118": "S"}]}),
        ("BR-DE-17", {"BT-3": "386"}),
        ("BR-DE-19", {"BT-84": "DE02200505501015871394"}),
        ("BR-DE-20", {"BT-81": "59", "BT-91": "DE1"}),
        ("BR-DE-23-a", {"BT-84": ""}),
        ("BR-DE-23-b", {"BT-89": "M-1"}),
        ("BR-DE-25-b", {"BT-81": "59"}),
        ("BR-DE-26", {"BT-3": "384"}),
        ("BR-DE-TMP-32", {"BT-72": None}),
        ("PEPPOL-EN16931-R040", {"BG-20": [{"amount": "9", "rate": "10", "base_amount": "9"}]}),
    ],
)
def test_rules_that_our_terms_keep_by_themselves_would_be_seen(rule, changes):
    terms = business_terms(GOOD, PROFILES["xrechnung-ubl"])
    assert broken(XRECHNUNG, terms) == []
    changed = {key: value for key, value in {**terms, **changes}.items() if value}
    assert rule in {one.rule for one in broken(XRECHNUNG, changed)}
