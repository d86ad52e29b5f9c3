"""UN/CEFACT CII (D16B) in the EN 16931 profile of Factur-X/ZUGFeRD, from frozen facts.

The library factur-x writes the XML from one dict keyed by business terms. What to mind with it:
it takes figures as text only, changes the dict it is given and (not thread-safe) its own tables,
and its Schematron check says yes when its service is absent, so all its checks are off here and
``validate`` asks the official rules instead.
"""

import re
import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

from facturx.generate_xml import generate_cii_xml
from stdnum.exceptions import ValidationError
from stdnum.se import orgnr

from invoicing.einvoice.facts import FactsLine, InvoiceFacts, Party, VatLine

EN16931 = "urn:cen.eu:en16931:2017"
SEPA_TRANSFER, TRANSFER = "58", "30"  # UNTDID 4461
# Why there is no VAT, as codes of the CEF VATEX list (BT-121).
EXEMPTION_CODES = {
    "AE": "VATEX-EU-AE",
    "K": "VATEX-EU-IC",
    "G": "VATEX-EU-G",
    "O": "VATEX-EU-O",
}
SWEDISH_ORGANISATION, GERMAN_VAT_ID, GLN = "0007", "9930", "0088"  # ISO 6523 and EAS codes
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_lock = threading.Lock()


def build_cii(facts: InvoiceFacts) -> bytes:
    """The XML of an invoice or credit note, UTF-8, not yet judged by any rule."""
    terms = _clean(_terms(facts))
    with _lock:
        xml: bytes = generate_cii_xml(
            terms, level="en16931", check_xsd=False, check_schematron=None
        )
    return xml


def payment_terms(facts: InvoiceFacts) -> str:
    """Payment terms (BT-20): the machine-readable discount line, then the words for people.

    The form ``#SKONTO#TAGE=14#PROZENT=2.00#`` with a line break after it is that of the XRechnung
    standard (BR-DE-18); the days count from the invoice date.
    """
    words = facts.terms_text
    if not facts.discount_rate or facts.discount_until is None:
        return words
    days = max((facts.discount_until - facts.issued_on) // timedelta(days=1), 0)
    percent = facts.discount_rate * 100
    return f"#SKONTO#TAGE={days}#PROZENT={percent:.2f}#\n{words}"


def _terms(facts: InvoiceFacts) -> dict[str, Any]:
    return {
        **_references(facts),
        **_money(facts),
        "BG-4": _seller(facts.seller),
        "BG-7": _buyer(facts.buyer),
        "BG-13": _delivery_place(facts),
        "BT-72": facts.delivered_on,
        "BG-23": [_vat_row(row) for row in facts.vat_rows],
        "BG-25": [_line(line) for line in facts.lines],
    }


def _references(facts: InvoiceFacts) -> dict[str, Any]:
    return {
        "BT-1": facts.number,
        "BT-2": facts.issued_on,
        "BT-3": facts.kind,
        "BT-10": facts.buyer_reference,
        "BT-13": facts.po_number,
        "BT-14": facts.order_number,
        "BT-16": facts.delivery_note_number,
        "BG-1": [{"BT-22": facts.reason}] if facts.reason else [],
        "BG-3": [{"BT-25": one.number, "BT-26": one.issued_on} for one in facts.preceding],
    }


def _money(facts: InvoiceFacts) -> dict[str, Any]:
    return {
        "BT-5": facts.currency,
        "BT-9": facts.due_on,
        "BT-20": payment_terms(facts),
        **_payment_means(facts),
        "BT-106": _amount(facts.line_total),
        "BT-109": _amount(facts.net_amount),
        "BT-110": _amount(facts.vat_amount),
        "BT-112": _amount(facts.gross_amount),
        "BT-115": _amount(facts.gross_amount),
    }


def _payment_means(facts: InvoiceFacts) -> dict[str, Any]:
    """Where to pay (BG-16, BG-17); a credit note asks for nothing."""
    if facts.is_credit_note or not facts.iban:
        return {}
    return {
        "BT-81": SEPA_TRANSFER if facts.currency == "EUR" else TRANSFER,
        "BT-83": facts.payment_reference,
        "BT-84": facts.iban,
        "BT-85": facts.seller.name,
        "BT-86": facts.bic,
    }


def _seller(party: Party) -> dict[str, Any]:
    return {
        **_party(party),
        "tax_identifier": party.tax_number,
        "legal_info": party.legal_info,
        "contacts": [
            {
                "name": party.contact_name,
                "phone": party.contact_phone,
                "email": party.contact_email,
            }
        ],
    }


def _buyer(party: Party) -> dict[str, Any]:
    contact = {"name": party.contact_name, "email": party.contact_email}
    return {
        **_party(party),
        "identifiers": {None: party.number} if party.number else {},
        "contacts": [contact] if party.contact_name else [],
    }


def _party(party: Party) -> dict[str, Any]:
    legal_id, scheme = _legal_id(party)
    endpoint_scheme, endpoint = _endpoint(party)
    return {
        "name": party.name,
        "addr_l1": party.street,
        "addr_l2": party.extra,
        "postcode": party.postcode,
        "city": party.city,
        "country_code": party.country,
        "vat_identifier": party.vat_id,
        "legal_identifier": legal_id,
        "legal_identifier_schemeid": scheme,
        "einvoicing_addr": endpoint,
        "einvoicing_addr_schemeid": endpoint_scheme,
    }


def _legal_id(party: Party) -> tuple[str, str]:
    """Registration number with its scheme (BT-30, BT-47); Swedish ones as ten digits under 0007."""
    if party.country == "SE" and party.registration_number:
        try:
            return orgnr.validate(party.registration_number), SWEDISH_ORGANISATION
        except ValidationError:
            return party.registration_number, ""
    return party.registration_number, ""


def _endpoint(party: Party) -> tuple[str, str]:
    """Electronic address (BT-34, BT-49): the given one, else what the party's ids allow."""
    if party.endpoint_id and party.endpoint_scheme:
        return party.endpoint_scheme, party.endpoint_id
    legal_id, scheme = _legal_id(party)
    if scheme:
        return scheme, legal_id
    if party.country == "DE" and party.vat_id:
        return GERMAN_VAT_ID, party.vat_id
    return "", ""


def _delivery_place(facts: InvoiceFacts) -> dict[str, Any]:
    """Where it went (BG-13): the ship-to address, else the buyer's own.

    Never empty: factur-x writes an element the schema refuses when nothing of BG-13 is known.
    """
    place = facts.ship_to or facts.buyer
    return {
        "name": place.name or facts.buyer.name,
        "addr_l1": place.street,
        "addr_l2": place.extra,
        "postcode": place.postcode,
        "city": place.city,
        "country_code": place.country,
        "identifiers": {GLN: place.gln} if place.gln else {},
    }


def _vat_row(row: VatLine) -> dict[str, Any]:
    terms = {
        "BT-116": _amount(row.net_amount),
        "BT-117": _amount(row.vat_amount),
        "BT-118": row.vat_category,
        "BT-119": _percent(row.vat_rate) if row.vat_category != "O" else None,
    }
    if row.vat_category not in ("S", "Z"):
        terms |= {"BT-120": row.note, "BT-121": EXEMPTION_CODES.get(row.vat_category)}
    return terms


def _line(line: FactsLine) -> dict[str, Any]:
    return {
        "BT-126": str(line.position),
        "BT-129": _plain(line.quantity),
        "BT-130": line.unit,
        "BT-131": _amount(line.net_amount),
        "BT-132": line.buyer_reference,
        "BT-146": _plain(line.unit_price),
        "BT-151": line.vat_category,
        "BT-152": _percent(line.vat_rate) if line.vat_category != "O" else None,
        "BT-153": line.name,
        "BT-155": line.product_number,
        **_line_allowance(line),
    }


def _line_allowance(line: FactsLine) -> dict[str, Any]:
    """The line's discount as allowance (BG-27), or its closing cent as charge (BG-28)."""
    if not line.discount_amount:
        return {}
    if line.discount_amount < 0:
        return {"BG-28": [{"amount": _amount(-line.discount_amount), "reason": "Rounding"}]}
    # UNTDID 5189: 95 = discount. Base and rate are left out where a part invoice's closing cent
    # makes them disagree with the amount.
    return {
        "BG-27": [
            {"amount": _amount(line.discount_amount), "reason": "Discount", "reason_code": "95"}
        ]
    }


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"


def _percent(fraction: Decimal) -> str:
    return f"{fraction * 100:.2f}"


def _plain(value: Decimal) -> str:
    """A figure without trailing zeros and never with an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _clean(value: Any) -> Any:
    """Drop empty values, and characters that XML cannot carry (control characters)."""
    if isinstance(value, str):
        return _NOT_XML.sub("", value).strip()
    if isinstance(value, dict):
        cleaned = {key: _clean(entry) for key, entry in value.items()}
        return {key: entry for key, entry in cleaned.items() if entry not in (None, "", [], {})}
    if isinstance(value, list):
        return [entry for entry in (_clean(entry) for entry in value) if entry]
    return value
