"""Failing rules in plain words, with the field to mend.

Keys are the official ids (EN 16931-1, 6.4; XSD for the schema). Rules that come in families, one
for each VAT category or code list, share a sentence. A rule that nobody can break from our pages
has none: its id is named and the official English text stays beside it in the finding. Nothing is
let through because nobody put its refusal into words.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

SELLER_NAME, BUYER_NAME = "company.name", "customer.name"
SELLER_VAT, BUYER_VAT = "company.vat_id", "customer.vat_id"
BUYER_ID, CLASSIFICATION = "customer.endpoint_scheme", "product.classification"
LINES, CHARGES, VAT_CLASS = "order.lines", "order.charges", "product.vat_class"

# rule -> (sentence, field to mend)
TEXTS: dict[str, tuple[str, str]] = {
    "O2C-PO": (
        noop(
            "The customer needs their order number on each invoice, and it is missing. Enter it, or"
            " ask the buyer."
        ),
        "order.po_number",
    ),
    "BR-02": (noop("The invoice has no number."), "number"),
    "BR-03": (noop("The invoice has no date."), "issued_on"),
    "BR-04": (noop("The invoice has no kind."), "kind"),
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
    "BR-24": (noop("A line has no amount."), LINES),
    "BR-29": (noop("The period of the invoice ends before it begins."), "period_to"),
    "BR-30": (noop("The period of a line ends before it begins."), LINES),
    "BR-32": (noop("A discount on the document has no VAT category."), CHARGES),
    "BR-33": (noop("A discount on the document has no reason. Give it a text."), CHARGES),
    "BR-37": (noop("A charge on the document has no VAT category."), CHARGES),
    "BR-38": (noop("A charge on the document has no reason. Give it a text."), CHARGES),
    "BR-42": (noop("A discount on a line has no reason."), LINES),
    "BR-44": (noop("A charge on a line has no reason."), LINES),
    "BR-47": (noop("A row of the VAT table has no category."), LINES),
    "BR-48": (noop("A row of the VAT table has no rate."), LINES),
    "BR-49": (noop("Nothing says how to pay: enter our company's IBAN."), "company.iban"),
    "BR-50": (noop("Our company has no bank account to pay to. Enter its IBAN."), "company.iban"),
    "BR-52": (noop("An attached file has no name."), "files"),
    "BR-53": (
        noop("The VAT in the currency of the books is missing."),
        "tax_currency_vat_amount",
    ),
    "BR-54": (noop("An attribute of a product has no name or no value."), "product.attributes"),
    "BR-55": (noop("The invoice that is corrected or deducted has no number."), "corrects"),
    "BR-57": (noop("The delivery address has no country."), "customer.addresses"),
    "BR-61": (noop("Our company has no bank account to pay to. Enter its IBAN."), "company.iban"),
    "BR-62": (noop("Our company's electronic address has no scheme."), "company.vat_id"),
    "BR-63": (
        noop("The customer's electronic address has no scheme. Choose one."),
        "customer.endpoint_scheme",
    ),
    "BR-64": (noop("A product's GTIN has no scheme."), "product.gtin"),
    "BR-65": (noop("A product's classification names no list."), "product.classification"),
    "BR-CO-04": (noop("A line has no VAT category. Choose one at the product."), VAT_CLASS),
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
        VAT_CLASS,
    ),
    "BR-Z-02": (noop("Zero rated, but our company has no VAT id. Enter it."), SELLER_VAT),
    "BR-E-02": (noop("Exempt from VAT, but our company has no VAT id. Enter it."), SELLER_VAT),
    "BR-E-10": (noop("Exempt from VAT, but the reason is missing."), VAT_CLASS),
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
    "BR-AE-01": (
        noop("Reverse charge stands on lines, but not once in the VAT table."),
        LINES,
    ),
    "BR-CO-10": (noop("The total differs from the sum of the lines."), LINES),
    "BR-CO-11": (noop("The total of discounts differs from their sum."), CHARGES),
    "BR-CO-12": (noop("The total of charges differs from their sum."), CHARGES),
    "BR-CO-13": (
        noop("The net total differs from the sum of the lines, with charges and discounts."),
        LINES,
    ),
    "BR-CO-14": (noop("The VAT differs from the sum of the VAT table."), LINES),
    "BR-CO-15": (noop("Net plus VAT differs from the total."), LINES),
    "BR-CO-17": (noop("A VAT amount differs from its net times its rate."), LINES),
    "BR-CO-16": (
        noop("What is to be paid differs from the total less deposits, rounded."),
        "deposits",
    ),
    "BR-CO-19": (noop("The period of the invoice has neither beginning nor end."), "period_from"),
    "BR-CO-20": (noop("The period of a line has neither beginning nor end."), LINES),
    "BR-CO-21": (noop("A discount on the document has no reason. Give it a text."), CHARGES),
    "BR-CO-22": (noop("A charge on the document has no reason. Give it a text."), CHARGES),
    "BR-CO-23": (noop("A discount on a line has no reason."), LINES),
    "BR-CO-24": (noop("A charge on a line has no reason."), LINES),
    "BR-CL-01": (noop("E-invoices don't know this kind of document."), "kind"),
    "BR-CL-04": (noop("E-invoices don't know this currency."), "currency"),
    "BR-CL-05": (noop("E-invoices don't know this currency."), "tax_currency"),
    "BR-CL-07": (noop("A reference of the document has an unknown scheme."), "references"),
    "BR-CL-16": (noop("E-invoices don't know this means of payment."), "company.iban"),
    "BR-CL-21": (noop("A product's number has an unknown scheme."), "product.gtin"),
    "BR-CL-22": (noop("The reason for no VAT isn't in the list of e-invoices."), VAT_CLASS),
    "BR-CL-23": (noop("The unit of a line isn't in the list of e-invoices."), "product.unit"),
    "BR-CL-24": (
        noop("A file of this type can't be attached: take PDF, PNG, JPEG, CSV or a spreadsheet."),
        "files",
    ),
}

# Rules of a family, by the pattern of their ids.
FAMILIES: list[tuple[str, str, str]] = [
    (r"BR-(?:S|Z|E|AE|IC|G|O)-01", noop("The VAT table lacks a category of the lines."), LINES),
    (
        r"BR-(?:S|Z|E|G|AE|IC)-0[34]",
        noop("A charge or discount has a VAT category that needs VAT ids. Enter them."),
        SELLER_VAT,
    ),
    (
        r"BR-O-0[34]",
        noop("Outside the scope of VAT: such an invoice names no VAT ids."),
        BUYER_VAT,
    ),
    (
        r"BR-(?:S|Z|E|AE|IC|G|O)-0[567]",
        noop("A VAT rate doesn't fit its category: only the standard category has one above 0 %."),
        VAT_CLASS,
    ),
    (
        r"BR-(?:S|Z|E|AE|IC|G|O)-0[89]",
        noop("The VAT table differs from the lines of its category."),
        LINES,
    ),
    (r"BR-[SZ]-10", noop("Where VAT is charged no reason for no VAT may stand."), VAT_CLASS),
    (r"BR-(?:IC|G|O)-10", noop("No VAT is charged, but the reason is missing."), VAT_CLASS),
    (
        r"BR-O-1[234]",
        noop("Lines outside the scope of VAT cannot stand beside lines with VAT. Split them."),
        LINES,
    ),
    (r"BR-DEC-\d+", noop("An amount has more than two decimals."), LINES),
    (r"BR-CL-03", noop("E-invoices don't know this currency."), "currency"),
    (r"BR-CL-1[0126]|BR-CL-26", noop("An identifier has an unknown scheme."), BUYER_ID),
    (r"BR-CL-13", noop("A product's classification names an unknown list."), CLASSIFICATION),
    (r"BR-CL-1[45]", noop("E-invoices don't know this country."), "customer.addresses"),
    (r"BR-CL-1[78]", noop("E-invoices don't know this VAT category."), VAT_CLASS),
    (r"BR-CL-(?:19|20)", noop("The reason code of a charge or discount is unknown."), CHARGES),
    (
        r"BR-CL-25",
        noop("The scheme of the customer's electronic address is unknown. Choose another."),
        "customer.endpoint_scheme",
    ),
]
# The stylesheet of Factur-X checks presence and code lists under numbers of its own: those that say
# the same as a rule of EN 16931 (last three digits of FX-SCH-A-000nnn).
_FACTURX = {
    "BR-CL-01": "555",
    "BR-CL-03": "606 607",
    "BR-CL-04": "595",
    "BR-CL-05": "610",
    "BR-CL-08": "553",
    "BR-CL-10": "567 579",
    "BR-CL-11": "569 581",
    "BR-CL-13": "297",
    "BR-CL-14": "568 580 586",
    "BR-CL-15": "628",
    "BR-CL-16": "609",
    "BR-CL-17": "587 599 602",
    "BR-CL-18": "619",
    "BR-CL-19": "601 623",
    "BR-CL-20": "604 624",
    "BR-CL-21": "626",
    "BR-CL-22": "589",
    "BR-CL-23": "611 612 613",
    "BR-CL-24": "287",
    "BR-CL-25": "571 582",
    "BR-CL-26": "585",
    "BR-08": "032",
    "BR-09": "035",
    "BR-10": "419",
    "BR-11": "422",
    "BR-32": "185",
    "BR-37": "479",
    "BR-57": "455",
}
SAME_RULE = {
    f"FX-SCH-A-000{number}": rule
    for rule, numbers in _FACTURX.items()
    for number in numbers.split()
}
_FAMILIES = [(re.compile(pattern), sentence, field) for pattern, sentence, field in FAMILIES]


def explain(rule: str) -> tuple[str, str]:
    """The sentence for people and the field to mend, for a failing rule."""
    if rule in TEXTS:
        sentence, field = TEXTS[rule]
        return _(sentence), field
    for pattern, sentence, field in _FAMILIES:
        if pattern.fullmatch(rule):
            return _(sentence), field
    return _("The e-invoice would break rule %(rule)s of its format. Please report this.") % {
        "rule": rule
    }, ""
