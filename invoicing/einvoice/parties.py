"""Seller, buyer and place of delivery as business terms: ids with their schemes, addresses."""

import re
from typing import Any

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.se import orgnr

from invoicing.einvoice.facts import InvoiceFacts, Party
from invoicing.einvoice.profiles import Profile
from invoicing.einvoice.text import xml_text

# ISO 6523 and EAS codes
SWEDISH_ORGANISATION, GERMAN_VAT_ID, LEITWEG, GLN = "0007", "9930", "0204", "0088"
MAIL = "EM"
F_TAX = "Godkänd för F-skatt"
_LEITWEG_ID = re.compile(r"\d{2,12}(-[0-9A-Z]{0,30})?-\d{2}", re.ASCII | re.IGNORECASE)


def seller_terms(facts: InvoiceFacts, profile: Profile, *, with_vat_id: bool) -> dict[str, Any]:
    """The seller (BG-4) with its contact (BG-6)."""
    party = facts.seller
    contact = {
        "name": party.contact_name,
        "phone": party.contact_phone,
        "email": party.contact_email,
    }
    return {
        **_party(party, profile, with_vat_id=with_vat_id),
        "tax_identifier": _tax_number(party),
        "legal_info": party.legal_info,
        "identifiers": {GLN: party.gln} if party.gln else {},
        "contacts": [contact],
    }


def buyer_terms(facts: InvoiceFacts, profile: Profile, *, with_vat_id: bool) -> dict[str, Any]:
    """The buyer (BG-7); one identifier at most (BT-46): its GLN, else our number of it."""
    party = facts.buyer
    contact = {"name": party.contact_name, "email": party.contact_email}
    own = {GLN: party.gln} if party.gln else {None: party.number}
    return {
        **_party(party, profile, with_vat_id=with_vat_id, leitweg_id=facts.buyer_reference),
        "identifiers": own if any(own.values()) else {},
        "contacts": [contact] if party.contact_name else [],
    }


def delivery_terms(facts: InvoiceFacts) -> dict[str, Any]:
    """Where it went (BG-13): the ship-to address, else the buyer's own.

    Never empty: factur-x writes an element the schema refuses when nothing of BG-13 is known.
    """
    place = facts.ship_to or facts.buyer
    return {
        **_address(place),
        "name": xml_text(place.name) or facts.buyer.name,
        "identifiers": {GLN: place.gln} if place.gln else {},
    }


def is_leitweg_id(text: str) -> bool:
    """Whether a buyer reference is a German Leitweg-ID (with its two check digits, ISO 7064)."""
    if not _LEITWEG_ID.fullmatch(text):
        return False
    try:
        return bool(mod_97_10.validate(text.replace("-", "")))
    except ValidationError:
        return False


def _tax_number(party: Party) -> str:
    """The local tax number (BT-32); a Swedish seller states its approval for F-tax there."""
    is_approved = party.country == "SE" and party.f_tax == "approved"
    return F_TAX if is_approved else party.tax_number


def _party(
    party: Party, profile: Profile, *, with_vat_id: bool, leitweg_id: str = ""
) -> dict[str, Any]:
    legal_id, scheme = _legal_id(party)
    endpoint_scheme, endpoint = _endpoint(party, profile, leitweg_id)
    return {
        **_address(party),
        "name": party.name,
        "vat_identifier": party.vat_id if with_vat_id else "",
        "legal_identifier": legal_id,
        "legal_identifier_schemeid": scheme,
        "einvoicing_addr": endpoint,
        "einvoicing_addr_schemeid": endpoint_scheme,
    }


def _address(party: Party) -> dict[str, Any]:
    return {
        "addr_l1": party.street,
        "addr_l2": party.extra,
        "postcode": party.postcode,
        "city": party.city,
        "country_code": party.country,
    }


def _legal_id(party: Party) -> tuple[str, str]:
    """Registration number with its scheme (BT-30, BT-47); Swedish ones as ten digits under 0007."""
    if party.country == "SE" and party.registration_number:
        try:
            return orgnr.validate(party.registration_number), SWEDISH_ORGANISATION
        except ValidationError:
            return party.registration_number, ""
    return party.registration_number, ""


def _endpoint(party: Party, profile: Profile, leitweg_id: str) -> tuple[str, str]:
    """Electronic address (BT-34, BT-49): the given one, else what the party's ids allow."""
    given = party.endpoint_scheme, party.endpoint_id
    if all(given) and (profile.takes_mail_address or party.endpoint_scheme != MAIL):
        return given
    legal_id, scheme = _legal_id(party)
    if scheme:
        return scheme, legal_id
    if is_leitweg_id(leitweg_id):
        return LEITWEG, leitweg_id
    if party.country == "DE" and party.vat_id:
        return GERMAN_VAT_ID, party.vat_id
    if profile.packs and profile.takes_mail_address and party.contact_email:
        return MAIL, party.contact_email
    return "", ""
