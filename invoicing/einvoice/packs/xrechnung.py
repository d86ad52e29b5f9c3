"""XRechnung 3.0 (KoSIT): BR-DE-1 … 31, BR-DE-TMP-32, and what it took over from Peppol."""

import re

from django.utils.translation import gettext_noop as noop

from invoicing.einvoice.packs import shared
from invoicing.einvoice.packs.rule import Rule, has, is_iban, paid_by, seller_contact
from invoicing.einvoice.terms import Terms

TRANSFERS, CARDS, SEPA_DEBIT = ("30", "58"), ("48", "54", "55"), "59"
KINDS = {"326", "380", "384", "389", "381", "875", "876", "877"}
TAXED = {"S", "Z", "E", "AE", "K", "G", "L", "M"}
_DISCOUNT = re.compile(
    r"#(SKONTO)#TAGE=([0-9]+#PROZENT=[0-9]+\.[0-9]{2})(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#"
)
_MAIL = re.compile(r"[^@\s]+@([^@.\s]+\.)+[^@.\s]+")
_PHONE = re.compile(r".*([0-9].*){3,}")


def is_discount_readable(terms: Terms) -> bool:
    """Each line with # is a discount line, and the last one ends with a line break."""
    text = terms.get("BT-20", "")
    lines = [line.strip() for line in re.split(r"\r?\n", text) if line.strip().startswith("#")]
    if not lines:
        return True
    rest = re.split(r"#.+#", text)[-1]
    return all(map(_DISCOUNT.fullmatch, lines)) and bool(re.match(r"\s*\n", rest))


def _is_tax_id_there(terms: Terms) -> bool:
    categories = {row["BT-118"] for row in terms["BG-23"]}
    seller = terms["BG-4"]
    return not categories & TAXED or bool(
        seller.get("vat_identifier") or seller.get("tax_identifier")
    )


def _are_files_unique(terms: Terms) -> bool:
    names = [one["BT-125-2"].lower() for one in terms.get("BG-24", []) if "BT-125-2" in one]
    return len(names) == len(set(names))


def _is_time_of_supply_there(terms: Terms) -> bool:
    return any(key in terms for key in ("BT-72", "BT-73", "BT-74")) or all(
        "BT-134" in line or "BT-135" in line for line in terms["BG-25"]
    )


NATIONAL = [
    Rule(
        "BR-DE-1",
        noop("Nothing says how to pay: enter our company's IBAN."),
        "company.iban",
        has("BT-81"),
    ),
    Rule(
        "BR-DE-2",
        noop("Our company has no contact. Enter name, phone and e-mail."),
        "company.contact_name",
        has("BG-4", "contacts"),
    ),
    Rule(
        "BR-DE-3", noop("Our company's address has no city."), "company.city", has("BG-4", "city")
    ),
    Rule(
        "BR-DE-4",
        noop("Our company's address has no postcode."),
        "company.postcode",
        has("BG-4", "postcode"),
    ),
    Rule(
        "BR-DE-5",
        noop("Our company's contact has no name."),
        "company.contact_name",
        lambda terms: seller_contact(terms, "name"),
    ),
    Rule(
        "BR-DE-6",
        noop("Our company's contact has no phone number."),
        "company.contact_phone",
        lambda terms: seller_contact(terms, "phone"),
    ),
    Rule(
        "BR-DE-7",
        noop("Our company's contact has no e-mail address."),
        "company.contact_email",
        lambda terms: seller_contact(terms, "email"),
    ),
    Rule(
        "BR-DE-8",
        noop("The customer's billing address has no city."),
        "customer.addresses",
        has("BG-7", "city"),
    ),
    Rule(
        "BR-DE-9",
        noop("The customer's billing address has no postcode."),
        "customer.addresses",
        has("BG-7", "postcode"),
    ),
    Rule(
        "BR-DE-10",
        noop("The delivery address has no city."),
        "customer.addresses",
        has("BG-13", "city"),
    ),
    Rule(
        "BR-DE-11",
        noop("The delivery address has no postcode."),
        "customer.addresses",
        has("BG-13", "postcode"),
    ),
    Rule(
        "BR-DE-14",
        noop("A row of the VAT table has no rate."),
        "order.lines",
        lambda terms: all("BT-119" in row for row in terms["BG-23"]),
    ),
    Rule(
        "BR-DE-15",
        noop("The buyer reference (Leitweg-ID) is missing. Enter it at the customer."),
        "customer.buyer_reference",
        has("BT-10"),
    ),
    Rule(
        "BR-DE-16",
        noop("Our company has neither a VAT id nor a tax number. Enter one."),
        "company.vat_id",
        _is_tax_id_there,
    ),
    Rule(
        "BR-DE-17",
        noop("German authorities do not expect this kind of invoice."),
        "kind",
        lambda terms: terms["BT-3"] in KINDS,
        is_warning=True,
    ),
    Rule(
        "BR-DE-18",
        noop("The payment terms hold a # beside the discount line: software can't read them."),
        "terms_text",
        is_discount_readable,
    ),
    Rule(
        "BR-DE-19",
        noop("Our company's IBAN is wrong. Check it."),
        "company.iban",
        lambda terms: not paid_by(terms, "58") or is_iban(terms.get("BT-84", "")),
        is_warning=True,
    ),
    Rule(
        "BR-DE-20",
        noop("The IBAN of the customer's account for direct debit is wrong. Check it."),
        "customer.bank_accounts",
        lambda terms: not paid_by(terms, SEPA_DEBIT) or is_iban(terms.get("BT-91", "")),
        is_warning=True,
    ),
    Rule(
        "BR-DE-22",
        noop("Two attached files have the same name. Rename one."),
        "files",
        _are_files_unique,
    ),
    Rule(
        "BR-DE-23-a",
        noop("It is to be paid by transfer, but no account is named."),
        "company.iban",
        lambda terms: not paid_by(terms, *TRANSFERS) or "BT-84" in terms,
    ),
    Rule(
        "BR-DE-23-b",
        noop("It is to be paid by transfer and fetched by direct debit: choose one."),
        "customer.mandate",
        lambda terms: not paid_by(terms, *TRANSFERS) or "BT-89" not in terms,
    ),
    Rule(
        "BR-DE-25-a",
        noop("It is to be fetched by direct debit, but the mandate is missing."),
        "customer.mandate",
        lambda terms: not paid_by(terms, SEPA_DEBIT) or "BT-89" in terms,
    ),
    Rule(
        "BR-DE-25-b",
        noop("It is fetched by direct debit and names an account to pay to: choose one."),
        "customer.mandate",
        lambda terms: not paid_by(terms, SEPA_DEBIT) or "BT-84" not in terms,
    ),
    Rule(
        "BR-DE-26",
        noop("A correction should name the invoice that it corrects."),
        "corrects",
        lambda terms: terms["BT-3"] != "384" or "BG-3" in terms,
        is_warning=True,
    ),
    Rule(
        "BR-DE-27",
        noop("The phone number of our company's contact has fewer than three digits."),
        "company.contact_phone",
        lambda terms: _PHONE.match(seller_contact(terms, "phone")),
        is_warning=True,
    ),
    Rule(
        "BR-DE-28",
        noop("The e-mail address of our company's contact is wrong. Check it."),
        "company.contact_email",
        lambda terms: _MAIL.fullmatch(seller_contact(terms, "email")),
        is_warning=True,
    ),
    Rule(
        "BR-DE-30",
        noop("Direct debit needs our company's creditor identifier."),
        "company.creditor_id",
        lambda terms: not paid_by(terms, "49", SEPA_DEBIT) or "BT-90" in terms,
    ),
    Rule(
        "BR-DE-31",
        noop("Direct debit needs the IBAN of the customer's account."),
        "customer.bank_accounts",
        lambda terms: not paid_by(terms, "49", SEPA_DEBIT) or "BT-91" in terms,
    ),
]
RULES = [
    *NATIONAL,
    Rule(
        "BR-DE-TMP-32",
        noop("The date or period of the supply is missing."),
        "delivered_on",
        _is_time_of_supply_there,
        is_warning=True,
    ),
    *shared.RULES,
]
