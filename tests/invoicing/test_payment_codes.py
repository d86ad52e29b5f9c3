"""The code on a letter that fills in the payer's transfer."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from invoicing.einvoice import PROFILES, Instalment, InvoiceFacts, build_xml, findings
from invoicing.pdf.codes import payment_code, swedish_payment
from tests.invoicing import facts as make
from tests.invoicing.facts import a_credit_note, a_line, an_invoice

D = Decimal
SWEDISH = an_invoice(
    a_line(vat_rate=D("0.25")),
    seller=replace(make.SWEDISH_SELLER, f_tax="approved"),
    buyer=make.SWEDISH_BUYER,
    currency="SEK",
    iban="SE4550000000058398257466",
    bic="ESSESESS",
    bankgiro="5050-1055",
    payment_reference="0000422",
    ship_to=None,
)


def said(facts: InvoiceFacts) -> dict[str, Any]:
    """What the code says."""
    words: dict[str, Any] = json.loads(swedish_payment(facts))
    return words


def test_a_swedish_invoice_names_giro_reference_amount_and_days() -> None:
    assert said(SWEDISH) == {
        "uqr": 1,
        "tp": 1,
        "nme": "Nordljus Ventiler AB",
        "cc": "SE",
        "cid": "556188-8404",
        "iref": "0000422",
        "idt": "20261122",
        "ddt": "20261222",
        "due": 4300.0,
        "vat": 860.0,
        "cur": "SEK",
        "pt": "BG",
        "acc": "5050-1055",
        "adr": "411 10 Göteborg",
    }
    assert payment_code(SWEDISH).startswith("data:image/svg+xml")


def test_without_a_giro_it_names_the_iban() -> None:
    words = said(replace(SWEDISH, bankgiro=""))
    assert (words["pt"], words["acc"], words["bc"]) == (
        "IBAN",
        "SE4550000000058398257466",
        "ESSESESS",
    )


def test_of_instalments_it_asks_for_the_first_and_leaves_the_vat_of_all_out() -> None:
    parts = (Instalment(date(2026, 12, 1), D("1300.00")), Instalment(date(2027, 1, 1), D("3000")))
    words = said(replace(SWEDISH, instalments=parts))
    assert (words["due"], words["ddt"]) == (1300.0, "20261201")
    assert "vat" not in words


@pytest.mark.parametrize(
    "facts",
    [
        a_credit_note(SWEDISH),
        replace(SWEDISH, instalments=(Instalment(SWEDISH.issued_on, D("0.00")),)),
        replace(SWEDISH, currency="NOK"),
        replace(SWEDISH, iban="", bankgiro=""),
        replace(SWEDISH, seller=make.GERMAN_SELLER),
    ],
    ids=["credit note", "nothing to pay", "another currency", "no account", "seller abroad"],
)
def test_there_is_no_code_where_no_banking_app_could_pay(facts: InvoiceFacts) -> None:
    assert payment_code(facts) == ""


def test_a_euro_invoice_has_the_code_of_the_payments_council_whoever_sells() -> None:
    euro = replace(SWEDISH, currency="EUR")
    assert payment_code(euro).startswith("data:image/svg+xml")
    assert payment_code(euro) != payment_code(SWEDISH)


def test_within_sweden_peppol_asks_for_the_giro_and_states_the_f_tax() -> None:
    xml = build_xml(SWEDISH, PROFILES["peppol"]).decode()
    assert "<cbc:ID>50501055</cbc:ID>" in xml
    assert "<cbc:ID>SE:BANKGIRO</cbc:ID>" in xml
    assert "<cbc:CompanyID>Godkänd för F-skatt</cbc:CompanyID>" in xml


def test_abroad_and_in_the_pdf_it_stays_the_iban() -> None:
    abroad = replace(SWEDISH, buyer=make.GERMAN_BUYER)
    for facts, form in ((abroad, "peppol"), (SWEDISH, "zugferd")):
        xml = build_xml(facts, PROFILES[form]).decode()
        assert "SE4550000000058398257466" in xml
        assert "50501055" not in xml


@pytest.mark.parametrize("form", ["zugferd", "xrechnung-ubl", "xrechnung-cii", "peppol"])
@pytest.mark.parametrize("iban", ["SE4550000000058398257466", ""])
def test_the_official_rules_accept_a_giro(form: str, iban: str) -> None:
    facts = replace(SWEDISH, iban=iban, bic="", buyer_reference="04011000-1234512345-06")
    assert findings(facts, PROFILES[form]) == []


@pytest.mark.parametrize("form", ["zugferd", "peppol"])
def test_a_company_that_never_said_whether_it_has_f_tax_is_asked(form: str) -> None:
    asked = findings(replace(SWEDISH, seller=replace(SWEDISH.seller, f_tax="")), PROFILES[form])
    assert [(one.rule, one.field) for one in asked] == [("SE-F-TAX", "company.f_tax")]
    without = replace(SWEDISH, seller=replace(SWEDISH.seller, f_tax="not_approved"))
    assert findings(without, PROFILES[form]) == []
    assert "F-skatt" not in build_xml(without, PROFILES[form]).decode()
