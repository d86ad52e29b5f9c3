"""Failing rules in plain words, with the field to mend.

Keys are the official ids (EN 16931-1, 6.4; XSD for the schema). A rule not listed here keeps its
official English text: an invoice is never let through because nobody translated its refusal.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

SELLER_NAME, BUYER_NAME = "company.name", "customer.name"
SELLER_VAT, BUYER_VAT = "company.vat_id", "customer.vat_id"
LINES = "order.lines"

# rule -> (sentence, field to mend)
TEXTS: dict[str, tuple[str, str]] = {
    "BR-02": (noop("The invoice has no number."), "number"),
    "BR-03": (noop("The invoice has no date."), "issued_on"),
    "BR-05": (noop("The invoice has no currency."), "currency"),
    "BR-06": (noop("Our company has no name. Fill it in the company's settings."), SELLER_NAME),
    "BR-07": (noop("The customer has no name."), BUYER_NAME),
    "BR-08": (noop("Our company has no address."), "company.street"),
    "BR-09": (noop("Our company's address has no country."), "company.country"),
    "BR-10": (noop("The customer has no billing address. Add one."), "customer.addresses"),
    "BR-11": (noop("The customer's billing address has no country."), "customer.addresses"),
    "BR-16": (noop("The invoice has no line."), LINES),
    "BR-21": (noop("A line has no position."), LINES),
    "BR-22": (noop("A line has no quantity."), LINES),
    "BR-23": (noop("A line has no unit of measure. Choose one at the product."), "product.unit"),
    "BR-25": (noop("A line has no description. Give the product a name."), "product.name"),
    "BR-26": (noop("A line has no price."), LINES),
    "BR-27": (noop("A line has a negative price. Credit with a credit note instead."), LINES),
    "BR-50": (noop("Our company has no bank account to pay to. Enter its IBAN."), "company.iban"),
    "BR-57": (noop("The delivery address has no country."), "customer.addresses"),
    "BR-61": (noop("Our company has no bank account to pay to. Enter its IBAN."), "company.iban"),
    "BR-62": (noop("Our company's electronic address has no scheme."), "company.vat_id"),
    "BR-63": (
        noop("The customer's electronic address has no scheme. Choose one."),
        "customer.endpoint_scheme",
    ),
    "BR-CO-09": (
        noop("A VAT id does not start with a country code (DE, SE …). Correct it."),
        BUYER_VAT,
    ),
    "BR-CO-18": (noop("The invoice has no VAT table."), LINES),
    "BR-CO-25": (
        noop("Something is to be paid, but there is neither a due date nor payment terms."),
        "customer.payment_terms",
    ),
    "BR-CO-26": (
        noop("Our company has no VAT id and no registration number. Enter one."),
        SELLER_VAT,
    ),
    "BR-S-02": (noop("We charge VAT, but our company has no VAT id. Enter it."), SELLER_VAT),
    "BR-S-05": (
        noop("A line at the standard category has a VAT rate of 0 %."),
        "product.vat_class",
    ),
    "BR-Z-02": (noop("Zero rated, but our company has no VAT id. Enter it."), SELLER_VAT),
    "BR-E-02": (noop("Exempt from VAT, but our company has no VAT id. Enter it."), SELLER_VAT),
    "BR-E-10": (noop("Exempt from VAT, but the reason is missing."), "product.vat_class"),
    "BR-AE-02": (
        noop("Reverse charge needs the VAT ids of both sides. Enter the customer's."),
        BUYER_VAT,
    ),
    "BR-AE-10": (noop("Reverse charge, but its note is missing."), LINES),
    "BR-IC-02": (
        noop("An intra-community supply needs the VAT ids of both sides. Enter the customer's."),
        BUYER_VAT,
    ),
    "BR-IC-11": (
        noop("An intra-community supply needs the date of delivery."),
        "shipment.dispatched_on",
    ),
    "BR-IC-12": (
        noop("An intra-community supply needs the country it was delivered to."),
        "customer.addresses",
    ),
    "BR-G-02": (noop("Export, but our company has no VAT id. Enter it."), SELLER_VAT),
    "BR-O-02": (
        noop("Outside the scope of VAT: such an invoice names no VAT ids."),
        BUYER_VAT,
    ),
    "BR-O-11": (
        noop("Lines outside the scope of VAT cannot stand beside lines with VAT. Split them."),
        LINES,
    ),
    "BR-CO-10": (noop("The total differs from the sum of the lines."), LINES),
    "BR-CO-13": (noop("The net total differs from the sum of the lines."), LINES),
    "BR-CO-14": (noop("The VAT differs from the sum of the VAT table."), LINES),
    "BR-CO-15": (noop("Net plus VAT differs from the total."), LINES),
    "BR-CO-17": (noop("A VAT amount differs from its net times its rate."), LINES),
}
_MISMATCH = re.compile(r"BR-(?:S|Z|E|AE|IC|G|O)-0[89]")


def explain(rule: str, official: str) -> tuple[str, str]:
    """The sentence for people and the field to mend, for a failing rule with its official text."""
    if rule in TEXTS:
        sentence, field = TEXTS[rule]
        return _(sentence), field
    if _MISMATCH.fullmatch(rule):
        return _("The VAT table differs from the lines of its category."), LINES
    return official, ""
