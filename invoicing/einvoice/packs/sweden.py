"""Swedish sellers: SE-R-001 … 013 as Peppol numbers them, and the OCR reference's check digit."""

from django.utils.translation import gettext_noop as noop
from stdnum import luhn

from invoicing.einvoice.packs.rule import Rule, charges, figure
from invoicing.einvoice.parties import F_TAX
from invoicing.einvoice.terms import BANKGIRO, Terms

RATES = {figure("25"), figure("12"), figure("6")}
GIROS = {"SE:PLUSGIRO": range(2, 9), BANKGIRO: range(7, 9)}


def _vat_id(terms: Terms) -> str:
    """The seller's VAT id if it is a Swedish one."""
    text = str(terms["BG-4"].get("vat_identifier", ""))
    return text if text.startswith("SE") else ""


def _legal_id(terms: Terms) -> str:
    return str(terms["BG-4"].get("legal_identifier", ""))


def _are_rates_swedish(terms: Terms) -> bool:
    rates = [
        *(row.get("BT-119") for row in terms["BG-23"] if row["BT-118"] == "S"),
        *(line.get("BT-152") for line in terms["BG-25"] if line["BT-151"] == "S"),
        *(one.get("vat_rate") for one in charges(terms) if one.get("vat_category_code") == "S"),
    ]
    return not _vat_id(terms) or {figure(rate) for rate in rates} <= RATES


def _is_giro(terms: Terms, name: str) -> bool:
    return terms.get("BT-81") == "30" and terms.get("BT-86") == name


def _is_reference_checked(terms: Terms) -> bool:
    reference = terms.get("BT-83", "")
    return not reference.isdigit() or bool(luhn.is_valid(reference))


RULES = [
    Rule(
        "SE-R-001",
        noop("Our company's Swedish VAT id must have 14 characters, SE and twelve digits."),
        "company.vat_id",
        lambda terms: len(_vat_id(terms)) in (0, 14),
    ),
    Rule(
        "SE-R-002",
        noop("Our company's Swedish VAT id must have twelve digits after SE."),
        "company.vat_id",
        lambda terms: not _vat_id(terms) or _vat_id(terms)[2:14].isdigit(),
    ),
    Rule(
        "SE-R-003",
        noop("Our company's Swedish organisation number must be digits alone."),
        "company.registration_number",
        lambda terms: not _legal_id(terms) or _legal_id(terms).isdigit(),
    ),
    Rule(
        "SE-R-004",
        noop("Our company's Swedish organisation number must have ten digits."),
        "company.registration_number",
        lambda terms: len(_legal_id(terms)) in (0, 10),
    ),
    Rule(
        "SE-R-005",
        noop("The tax number of a Swedish company must read “Godkänd för F-skatt”, or be empty."),
        "company.tax_number",
        lambda terms: terms["BG-4"].get("tax_identifier", F_TAX).upper() == F_TAX.upper(),
    ),
    Rule(
        "SE-F-TAX",
        noop("Nobody has said yet whether our company is approved for F-tax. Its invoices must."),
        "company.f_tax",
        lambda terms: not terms["is_f_tax_unknown"],
    ),
    Rule(
        "SE-R-006",
        noop("A Swedish company charges 25, 12 or 6 % VAT, no other rate."),
        "product.vat_class",
        _are_rates_swedish,
    ),
    Rule(
        "SE-R-007",
        noop("A Plusgiro number must be digits alone."),
        "company.iban",
        lambda terms: not _is_giro(terms, "SE:PLUSGIRO") or terms.get("BT-84", "").isdigit(),
        is_warning=True,
    ),
    Rule(
        "SE-R-008",
        noop("A Bankgiro number must be digits alone."),
        "company.bankgiro",
        lambda terms: not _is_giro(terms, BANKGIRO) or terms.get("BT-84", "").isdigit(),
        is_warning=True,
    ),
    Rule(
        "SE-R-009",
        noop("A Bankgiro number must have seven or eight digits."),
        "company.bankgiro",
        lambda terms: (
            not _is_giro(terms, BANKGIRO) or len(terms.get("BT-84", "")) in GIROS[BANKGIRO]
        ),
        is_warning=True,
    ),
    Rule(
        "SE-R-010",
        noop("A Plusgiro number must have two to eight digits."),
        "company.iban",
        lambda terms: (
            not _is_giro(terms, "SE:PLUSGIRO")
            or len(terms.get("BT-84", "")) in GIROS["SE:PLUSGIRO"]
        ),
        is_warning=True,
    ),
    Rule(
        "SE-R-013",
        noop("Our company's Swedish organisation number is wrong: its last digit checks it."),
        "company.registration_number",
        lambda terms: not _legal_id(terms) or bool(luhn.is_valid(_legal_id(terms))),
    ),
    Rule(
        "SE-OCR",
        noop("The OCR reference is wrong: its last digit checks it."),
        "payment_reference",
        _is_reference_checked,
    ),
]
