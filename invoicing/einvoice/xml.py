"""The XML of an invoice: UN/CEFACT CII (D16B) or UBL 2.1, written by the library factur-x.

What to mind with it: it takes figures as text only, changes the dict it is given and (not
thread-safe) its own tables; it writes the specification of its own level (BT-24) and the rounding
in EUR whatever the invoice's currency, which are put right here. Its Schematron check says yes
when its service is absent, so all its checks are off and ``validate`` asks the official rules.
"""

import threading

from facturx.generate_xml import generate_cii_xml, generate_ubl_xml
from lxml import etree

from invoicing.einvoice.facts import InvoiceFacts
from invoicing.einvoice.profiles import EN16931, ZUGFERD, Profile
from invoicing.einvoice.terms import Terms, business_terms

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_GUIDELINE = "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
_lock = threading.Lock()


def build_xml(facts: InvoiceFacts, profile: Profile) -> bytes:
    """The document in a profile, UTF-8, not yet judged by any rule."""
    return write(business_terms(facts, profile), profile)


def build_cii(facts: InvoiceFacts) -> bytes:
    """The XML that goes inside the PDF: CII in the EN 16931 profile of ZUGFeRD/Factur-X."""
    return build_xml(facts, ZUGFERD)


def write(terms: Terms, profile: Profile) -> bytes:
    """The XML of business terms, which the library changes: they are spent."""
    generate = generate_ubl_xml if profile.is_ubl else generate_cii_xml
    with _lock:
        xml: bytes = generate(terms, level="en16931", check_xsd=False, check_schematron=None)
    if profile.is_ubl:
        return _put_right_ubl(xml, terms, profile)
    return xml if profile.specification == EN16931 else _put_right_cii(xml, profile)


def _put_right_cii(xml: bytes, profile: Profile) -> bytes:
    root = etree.fromstring(xml, _parser())
    root.find(_GUIDELINE).text = profile.specification
    return _as_bytes(root)


def _put_right_ubl(xml: bytes, terms: Terms, profile: Profile) -> bytes:
    root = etree.fromstring(xml, _parser())
    root.find(f"{_CBC}CustomizationID").text = profile.specification
    root.remove(root.find(f"{_CBC}UBLVersionID"))  # EN 16931 has no term for it
    for rounding in root.iter(f"{_CBC}PayableRoundingAmount"):
        rounding.set("currencyID", terms["BT-5"])
    return _as_bytes(root)


def _parser() -> etree.XMLParser:
    """For our own XML: with attached files it may be larger than lxml takes by default."""
    return etree.XMLParser(huge_tree=True, resolve_entities=False)


def _as_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
