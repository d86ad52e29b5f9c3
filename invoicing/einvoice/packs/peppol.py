"""Peppol BIS Billing 3: PEPPOL-EN16931-R…, -P…, -CL…, identifiers, and its rules inside Germany."""

import re
from collections.abc import Callable

from django.utils.translation import gettext_noop as noop
from stdnum import ean
from stdnum.be import vat as belgian
from stdnum.dk import cvr
from stdnum.no import orgnr as norwegian
from stdnum.se import orgnr as swedish

from invoicing.einvoice.packs import shared, xrechnung
from invoicing.einvoice.packs.rule import Rule
from invoicing.einvoice.terms import Terms

_INVOICE_KINDS = (
    "71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875"
    " 876 877"
)
INVOICE_KINDS = set(_INVOICE_KINDS.split())
CREDIT_KINDS = {"381", "396", "81", "83", "532"}
FILE_TYPES = {
    "application/pdf",
    "image/png",
    "image/jpeg",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
}
_SCHEMES = (
    "0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177"
    " 0183 0184 0188 0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205"
    " 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 0221 0225 0230 0235 0240 9910 9913 9914"
    " 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935"
    " 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953"
    " 9957 9959"
)
SCHEMES = set(_SCHEMES.split())


def _are_german(terms: Terms) -> bool:
    return all(terms[party].get("country_code") == "DE" for party in ("BG-4", "BG-7"))


def _identifiers(terms: Terms, scheme: str) -> list[str]:
    """All identifiers of a scheme that seller, buyer and place of delivery carry."""
    found = []
    for party in (terms["BG-4"], terms["BG-7"], terms.get("BG-13", {})):
        if party.get("einvoicing_addr_schemeid") == scheme:
            found.append(party["einvoicing_addr"])
        if party.get("legal_identifier_schemeid") == scheme:
            found.append(party["legal_identifier"])
        found += [one for key, one in party.get("identifiers", {}).items() if key == scheme]
    return found


def _each(scheme: str, is_valid: Callable[[str], bool]) -> Callable[[Terms], bool]:
    return lambda terms: all(map(is_valid, _identifiers(terms, scheme)))


def _is_digits(text: str, length: int) -> bool:
    return bool(re.fullmatch(rf"[0-9]{{{length}}}", text))


def _in_germany(rule: Rule) -> Rule:
    """A rule of XRechnung as Peppol sets it where seller and buyer are German: DE-R-…."""
    number, _, part = rule.id.removeprefix("BR-DE-").partition("-")
    name = f"DE-R-{int(number):03}" + {"": "", "a": "-1", "b": "-2"}[part]
    return Rule(
        name,
        rule.sentence,
        rule.field,
        lambda terms: not _are_german(terms) or rule.holds(terms),
        rule.is_warning,
    )


_FIELD_OF_ID = "customer.endpoint_id"
RULES = [
    *shared.RULES,
    Rule(
        "PEPPOL-EN16931-R003",
        noop("Peppol needs the customer's order number or a buyer reference. Enter one."),
        "order.po_number",
        lambda terms: "BT-10" in terms or "BT-13" in terms,
    ),
    Rule(
        "PEPPOL-EN16931-P0100",
        noop("Peppol doesn't carry this kind of invoice."),
        "kind",
        lambda terms: terms["BT-3"] in INVOICE_KINDS | CREDIT_KINDS,
    ),
    Rule(
        "PEPPOL-EN16931-P0112",
        noop("Peppol carries corrections only between German companies: send a credit note."),
        "kind",
        lambda terms: terms["BT-3"] not in ("326", "384") or _are_german(terms),
    ),
    Rule(
        "PEPPOL-EN16931-CL001",
        noop("A file of this type can't be attached: take PDF, PNG, JPEG, CSV or a spreadsheet."),
        "files",
        lambda terms: all(one.get("BT-125-1") in FILE_TYPES for one in terms.get("BG-24", [])),
    ),
    Rule(
        "PEPPOL-EN16931-CL008",
        noop("Peppol doesn't know the scheme of the customer's electronic address."),
        "customer.endpoint_scheme",
        lambda terms: all(
            terms[party].get("einvoicing_addr_schemeid", "0088") in SCHEMES
            for party in ("BG-4", "BG-7")
        ),
    ),
    Rule(
        "PEPPOL-COMMON-R040",
        noop("A GLN is wrong: its digits don't agree with its check digit."),
        _FIELD_OF_ID,
        _each("0088", lambda text: text.isdigit() and bool(ean.is_valid(text))),
    ),
    Rule(
        "PEPPOL-COMMON-R041",
        noop("A Norwegian organisation number is wrong. Check it."),
        _FIELD_OF_ID,
        _each("0192", lambda text: _is_digits(text, 9) and bool(norwegian.is_valid(text))),
    ),
    Rule(
        "PEPPOL-COMMON-R042",
        noop("A Danish CVR number is wrong. Check it."),
        _FIELD_OF_ID,
        _each("0184", lambda text: bool(cvr.is_valid(text))),
    ),
    Rule(
        "PEPPOL-COMMON-R043",
        noop("A Belgian enterprise number is wrong. Check it."),
        _FIELD_OF_ID,
        _each("0208", lambda text: _is_digits(text, 10) and bool(belgian.is_valid(text))),
    ),
    Rule(
        "PEPPOL-COMMON-R049",
        noop("A Swedish organisation number is wrong: it has ten digits, the last checks them."),
        _FIELD_OF_ID,
        _each("0007", lambda text: _is_digits(text, 10) and bool(swedish.is_valid(text))),
    ),
    *map(_in_germany, xrechnung.NATIONAL),
]
