"""An invoice's facts as the business terms (BT) and groups (BG) of EN 16931-1, for both syntaxes.

Figures become text, texts lose what XML cannot carry, empty terms are left out. Nothing computes.
Words that the document says itself (reasons, deposits) are in the document's language.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.formats import amount, percent
from core.letters import long_day
from invoicing.einvoice.facts import (
    DEPOSIT,
    Charge,
    Deposit,
    FactsLine,
    InvoiceFacts,
    Preceding,
    SupportingFile,
    VatLine,
)
from invoicing.einvoice.parties import buyer_terms, delivery_terms, seller_terms
from invoicing.einvoice.profiles import Profile
from invoicing.einvoice.text import without_controls, xml_text
from o2c.money import CENT, cents

Terms = dict[str, Any]

# UNTDID 4461
SEPA_TRANSFER, TRANSFER, SEPA_DEBIT, DEBIT, CLEARING = "58", "30", "59", "49", "97"
# Why there is no VAT, as codes of the CEF VATEX list (BT-121).
EXEMPTION_CODES = {
    "AE": "VATEX-EU-AE",
    "K": "VATEX-EU-IC",
    "G": "VATEX-EU-G",
    "O": "VATEX-EU-O",
}
OUTSIDE_VAT = "O"
DISCOUNT_CODE = "95"  # UNTDID 5189
UNLISTED_CODES = {"IN"}  # insurance: known to UNTDID 7161, not to the list of EN 16931
GTIN_SCHEME = "0160"
BANKGIRO = "SE:BANKGIRO"


def business_terms(facts: InvoiceFacts, profile: Profile) -> Terms:
    """All terms that the document has, under the profile."""
    with translation.override(facts.language):
        terms: Terms = _clean(_terms(facts, profile))
    words = without_controls(payment_terms(facts))
    # The line break at the end of a discount line belongs to it: not stripped as others are.
    return terms | {"BT-20": words} if words.strip() else terms


def payment_terms(facts: InvoiceFacts) -> str:
    """Payment terms (BT-20): the machine-readable discount line, then the words for people.

    The form ``#SKONTO#TAGE=14#PROZENT=2.00#`` with a line break after it is that of the XRechnung
    standard (BR-DE-18); the days count from the invoice date.
    """
    words = facts.terms_text
    if not facts.discount_rate or facts.discount_until is None:
        return words
    days = max((facts.discount_until - facts.issued_on) // timedelta(days=1), 0)
    rate = facts.discount_rate * 100
    return f"#SKONTO#TAGE={days}#PROZENT={rate:.2f}#\n{words}"


def _terms(facts: InvoiceFacts, profile: Profile) -> Terms:
    # A document outside the scope of VAT must not name VAT ids (BR-O-02).
    with_vat_id = any(row.vat_category != OUTSIDE_VAT for row in facts.vat_rows)
    return {
        **_references(facts, profile),
        **_money(facts),
        **_payment_means(facts, profile),
        "BG-1": _notes(facts, profile),
        # No term of the standard: what the rules of Sweden ask beside them.
        "is_f_tax_unknown": facts.seller.country == "SE" and not facts.seller.f_tax,
        "BG-4": seller_terms(facts, profile, with_vat_id=with_vat_id),
        "BG-7": buyer_terms(facts, profile, with_vat_id=with_vat_id),
        "BG-13": delivery_terms(facts),
        "BG-20": [_charge(one) for one in facts.charges if not one.is_charge],
        "BG-21": [_charge(one) for one in facts.charges if one.is_charge],
        "BG-23": [_vat_row(row) for row in facts.vat_rows],
        "BG-24": [_file(one) for one in facts.files],
        "BG-25": [_line(line) for line in facts.lines],
    }


def _references(facts: InvoiceFacts, profile: Profile) -> Terms:
    before = _preceding(facts) if profile.is_ubl else _preceding(facts)[:1]
    return {
        "BT-1": facts.number,
        "BT-2": facts.issued_on,
        "BT-3": profile.deposit_kind if facts.kind == DEPOSIT else facts.kind,
        "BT-10": facts.buyer_reference,
        "BT-11": facts.project_reference,
        "BT-12": facts.contract_reference,
        "BT-13": facts.po_number,
        "BT-14": facts.order_number,
        "BT-15": facts.receiving_advice,
        "BT-16": facts.delivery_note_number,
        "BT-19": facts.accounting_reference,
        "BT-23": profile.process,
        "BT-72": facts.delivered_on,
        "BT-73": facts.period_from,
        "BT-74": facts.period_to,
        "BG-3": [{"BT-25": one.number, "BT-26": one.issued_on} for one in before],
    }


def _preceding(facts: InvoiceFacts) -> list[Preceding | Deposit]:
    """What the document corrects or deducts; CII (D16B) has room for the first one only."""
    return [*facts.preceding, *facts.deposits]


def _money(facts: InvoiceFacts) -> Terms:
    are_charges = [one.is_charge for one in facts.charges]
    return {
        "BT-5": facts.currency,
        **_tax_currency(facts),
        "BT-9": facts.due_on,
        "BT-106": _amount(facts.line_total),
        "BT-107": _amount(facts.allowance_total) if not all(are_charges) else "",
        "BT-108": _amount(facts.charge_total) if any(are_charges) else "",
        "BT-109": _amount(facts.net_amount),
        "BT-110": _amount(facts.vat_amount),
        "BT-112": _amount(facts.gross_amount),
        "BT-113": _amount(facts.deposit_amount) if facts.deposits else "",
        "BT-114": _amount(facts.rounding_amount) if facts.rounding_amount else "",
        "BT-115": _amount(facts.payable_amount),
    }


def _tax_currency(facts: InvoiceFacts) -> Terms:
    """VAT in the currency of the books (BT-6, BT-111), where that is another one."""
    total = facts.tax_currency_vat_amount
    if total is None or facts.tax_currency in ("", facts.currency):
        return {}
    return {"BT-6": facts.tax_currency, "BT-111": _amount(total)}


def _payment_means(facts: InvoiceFacts, profile: Profile) -> Terms:
    """How it is paid (BG-16): fetched (BG-19), sent (BG-17), or set off for a credit note."""
    is_euro = facts.currency == "EUR"
    if facts.is_credit_note:
        return {"BT-81": CLEARING}
    if facts.direct_debit:
        return {
            "BT-81": SEPA_DEBIT if is_euro else DEBIT,
            "BT-83": facts.payment_reference,
            "BT-89": facts.direct_debit.mandate,
            "BT-90": facts.direct_debit.creditor_id,
            "BT-91": facts.direct_debit.iban,
        }
    account = _account(facts, profile)
    if not account:
        return {}
    return {
        "BT-81": SEPA_TRANSFER if is_euro else TRANSFER,
        "BT-83": facts.payment_reference,
        "BT-85": facts.seller.name,
        **account,
    }


def _account(facts: InvoiceFacts, profile: Profile) -> Terms:
    """Where it is paid to: within Sweden the Bankgiro if there is one, else the IBAN.

    A Bankgiro stands as ``SE:BANKGIRO`` in the place of the BIC (SE-R-008 and 009 of Peppol); CII
    has no room for that word, so there it is a last resort.
    """
    is_domestic = facts.buyer.country == "SE" and profile.is_ubl
    if facts.giro and (is_domestic or not facts.iban):
        return {"BT-84": facts.giro, "BT-86": BANKGIRO if profile.is_ubl else ""}
    return {"BT-84": facts.iban, "BT-86": facts.bic} if facts.iban else {}


def _notes(facts: InvoiceFacts, profile: Profile) -> list[Terms]:
    """Reason, free notes, and a sentence for each deposit with the VAT that was owed with it."""
    own = (_deposit_note(one, facts) for one in facts.deposits)
    others = [] if profile.is_ubl else [_reference_note(one, facts) for one in facts.preceding[1:]]
    texts = [text for text in (facts.reason, *facts.notes, *others, *own) if xml_text(text)]
    if profile.has_one_note and texts:
        texts = ["\n".join(texts)]
    if profile.is_ubl:
        # Here a text between two # signs would be read as the subject code of the note (BT-21).
        texts = [text.replace("#", "\N{FULLWIDTH NUMBER SIGN}") for text in texts]
    return [{"BT-22": text} for text in texts]


def _reference_note(preceding: Preceding, facts: InvoiceFacts) -> str:
    return _("Refers to invoice %(number)s of %(day)s as well.") % {
        "number": preceding.number,
        "day": long_day(preceding.issued_on, facts.language),
    }


def _deposit_note(deposit: Deposit, facts: InvoiceFacts) -> str:
    taxes = ", ".join(
        _("%(vat)s VAT at %(rate)s")
        % {"vat": amount(row.vat_amount, facts.currency), "rate": percent(row.vat_rate)}
        for row in deposit.vat_rows
    )
    return _("Less deposit invoice %(number)s of %(day)s: %(gross)s, therein %(taxes)s.") % {
        "number": deposit.number,
        "day": long_day(deposit.issued_on, facts.language),
        "gross": amount(deposit.gross_amount, facts.currency),
        "taxes": taxes,
    }


def _charge(charge: Charge) -> Terms:
    return {
        "amount": _amount(charge.amount),
        **_percentage(charge.amount, charge.rate, charge.base_amount),
        "reason": charge.reason,
        "reason_code": "" if charge.reason_code in UNLISTED_CODES else charge.reason_code,
        "vat_category_code": charge.vat_category,
        "vat_rate": _rate_of(charge.vat_category, charge.vat_rate),
    }


def _percentage(value: Decimal, rate: Decimal | None, base: Decimal | None) -> Terms:
    """How an amount came about, where rate and base still make it (PEPPOL-EN16931-R040).

    A share of a charge, or a part invoice's closing cent, does not: then the amount stands alone.
    """
    if not rate or not base or abs(cents(base * rate) - value) > CENT:
        return {}
    return {"rate": _plain(rate * 100), "base_amount": _amount(base)}


def _vat_row(row: VatLine) -> Terms:
    terms: Terms = {
        "BT-116": _amount(row.net_amount),
        "BT-117": _amount(row.vat_amount),
        "BT-118": row.vat_category,
        "BT-119": _percent(row.vat_rate),
    }
    if row.vat_category not in ("S", "Z"):
        terms |= {"BT-120": row.note, "BT-121": EXEMPTION_CODES.get(row.vat_category)}
    return terms


def _file(file: SupportingFile) -> Terms:
    return {
        "BT-122": file.name,
        "BT-123": file.description,
        "BT-125": file.content,
        "BT-125-1": file.content_type,
        "BT-125-2": file.name,
    }


def _line(line: FactsLine) -> Terms:
    has_base = line.base_quantity != 1
    note = _line_note(line)
    return {
        "BT-126": str(line.position),
        "BT-127-00": [{"BT-127": note}] if note else [],
        "BT-129": _plain(line.quantity),
        "BT-130": line.unit,
        "BT-131": _amount(line.net_amount),
        "BT-132": line.buyer_reference,
        "BT-134": line.period_from,
        "BT-135": line.period_to,
        "BT-146": _plain(line.unit_price),
        "BT-149": _plain(line.base_quantity) if has_base else "",
        "BT-151": line.vat_category,
        "BT-152": _rate_of(line.vat_category, line.vat_rate),
        **_item(line),
        **_line_allowance(line),
    }


def _item(line: FactsLine) -> Terms:
    """What was supplied (BG-31), with its attributes (BG-32)."""
    return {
        "BT-153": line.name,
        "BT-155": line.product_number,
        "BT-156": line.buyer_article,
        "BT-157": line.gtin,
        "BT-157-1": GTIN_SCHEME if line.gtin else "",
        "BT-158": {scheme: {None: code} for code, scheme in line.classifications},
        "BT-159": line.origin_country,
        "BG-32": [
            {"BT-160": name, "BT-161": value}
            for name, value in line.attributes
            if name.strip() and value.strip()
        ],
    }


def _line_note(line: FactsLine) -> str:
    """The line's note; of a collective invoice, which orders and delivery it belongs to."""
    facts = {"order": line.order_number, "delivery": line.delivery_note_number}
    own = {
        (True, True): _("Order %(order)s, delivery note %(delivery)s"),
        (True, False): _("Order %(order)s"),
        (False, True): _("Delivery note %(delivery)s"),
    }.get((bool(line.order_number), bool(line.delivery_note_number)), "")
    buyers = _("Your order %(number)s") % {"number": line.po_number} if line.po_number else ""
    return "\n".join(text for text in (line.note, own % facts, buyers) if text.strip())


def _line_allowance(line: FactsLine) -> Terms:
    """The line's discount as allowance (BG-27), or its closing cent as charge (BG-28)."""
    if not line.discount_amount:
        return {}
    if line.discount_amount < 0:
        rounding = pgettext("of an amount", "Rounding")
        return {"BG-28": [{"amount": _amount(-line.discount_amount), "reason": rounding}]}
    gross = cents(line.quantity * line.unit_price / (line.base_quantity or 1))
    return {
        "BG-27": [
            {
                "amount": _amount(line.discount_amount),
                **_percentage(line.discount_amount, line.discount_rate, gross),
                "reason": pgettext("of a line", "Discount"),
                "reason_code": DISCOUNT_CODE,
            }
        ]
    }


def _rate_of(category: str, rate: Decimal) -> str:
    """The VAT rate of a line or charge; outside the scope of VAT there is none (BR-O-05)."""
    return "" if category == OUTSIDE_VAT else _percent(rate)


def _amount(value: Decimal) -> str:
    """An amount with two places; nought has no sign, which the rules would read as another."""
    return f"{value + 0:.2f}"


def _percent(fraction: Decimal) -> str:
    return f"{fraction * 100:.2f}"


def _plain(value: Decimal) -> str:
    """A figure without trailing zeros and never with an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _clean(value: Any) -> Any:
    """Drop empty values, and characters that XML cannot carry (control characters)."""
    if isinstance(value, str):
        return xml_text(value)
    if isinstance(value, dict):
        cleaned = {key: _clean(entry) for key, entry in value.items()}
        return {key: entry for key, entry in cleaned.items() if entry not in (None, "", [], {})}
    if isinstance(value, list):
        return [entry for entry in (_clean(entry) for entry in value) if entry]
    return value
