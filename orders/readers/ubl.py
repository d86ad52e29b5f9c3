"""UBL 2.1 Order, plain or as Peppol BIS Ordering 3 (``urn:...:trns:order:3``), to an order draft.

Reads what an order needs and nothing else; a document of another type or version is refused by
naming what it is. Source: OASIS UBL 2.1 (maindoc Order), Peppol BIS Order 3.x.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from core.safe_xml import parse
from core.typed_values import day
from o2c.errors import BusinessError, InvalidInput
from o2c.money import number
from orders.draft import BuyerDraft, LineDraft, OrderDraft, PlaceDraft
from orders.readers.ubl_charges import charges_of, stated_net
from orders.readers.ubl_parts import NS as _NS
from orders.readers.ubl_parts import clean as _clean
from orders.readers.ubl_parts import text as _text
from orders.readers.values import not_negative, positive

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
_VERSIONS = ("2.1", "2.2", "2.3", "2.4")
_PEPPOL_ORDER = "urn:fdc:peppol.eu:poacc:trns:order:3"
MAX_LINES = 5_000


def read_ubl(content: bytes, filename: str) -> OrderDraft:
    """The one order in an e-order file.

    Raises ``InvalidInput`` for what is not well-formed, not an Order, of another version, a copy,
    or without number or lines; unreadable lines become problems of the draft, each by its line.
    """
    root = parse(content)
    _check_type(root, filename)
    _check_version(root, filename)
    return _order(root, filename)


def _check_type(root: Any, filename: str) -> None:
    name = etree.QName(root)
    if name.localname == "Order" and name.namespace == NAMESPACE:
        return
    raise InvalidInput(
        "ubl.not_an_order",
        _("“%(file)s” is not a UBL 2.1 Order: its root is “%(root)s” in namespace “%(namespace)s”."
          " Ask the customer for a UBL 2.1 or Peppol BIS order.")
        % {"file": filename, "root": name.localname, "namespace": name.namespace or "–"},
        field="file",
    )  # fmt: skip


def _check_version(root: Any, filename: str) -> None:
    version = _text(root, "cbc:UBLVersionID")
    if version and version not in _VERSIONS:
        raise InvalidInput(
            "ubl.version",
            _("“%(file)s” says UBL version %(found)s; orders of %(known)s are read.")
            % {"file": filename, "found": version[:20], "known": ", ".join(_VERSIONS)},
            field="file",
        )
    profile = _text(root, "cbc:CustomizationID")
    if "peppol" in profile.lower() and not profile.startswith(_PEPPOL_ORDER):
        raise InvalidInput(
            "ubl.profile",
            _("“%(file)s” follows “%(found)s”; of Peppol, “%(known)s” (order) is read.")
            % {"file": filename, "found": profile[:120], "known": _PEPPOL_ORDER},
            field="file",
        )
    if _text(root, "cbc:CopyIndicator") == "true":
        raise InvalidInput(
            "ubl.copy",
            _("“%(file)s” is marked as a copy of an order. Ask the customer for the original.")
            % {"file": filename},
            field="file",
        )


def _order(root: Any, filename: str) -> OrderDraft:
    po_number = _text(root, "cbc:ID")
    items = root.findall("cac:OrderLine/cac:LineItem", _NS)
    if not po_number or not items:
        raise InvalidInput(
            "ubl.incomplete",
            _("“%(file)s” has no order number (cbc:ID).") % {"file": filename}
            if not po_number
            else _("“%(file)s” has no order lines.") % {"file": filename},
            field="file",
        )
    if len(items) > MAX_LINES:
        raise InvalidInput(
            "ubl.long",
            _("“%(file)s” has %(found)s lines; at most %(most)s are read. Ask for several orders.")
            % {"file": filename, "found": len(items), "most": MAX_LINES},
            field="file",
        )
    problems: list[str] = []
    currency = _text(root, "cbc:DocumentCurrencyCode").upper()
    lines = [line for item in items if (line := _line(item, currency, problems)) is not None]
    return OrderDraft(
        buyer=_buyer(root),
        lines=tuple(lines),
        po_number=po_number,
        currency=currency,
        requested_on=_requested_on(root.find("cac:Delivery", _NS), _("delivery"), problems)
        or min((line.requested_on for line in lines if line.requested_on), default=None),
        note="\n".join(filter(None, (_clean(note.text) for note in root.findall("cbc:Note", _NS)))),
        channel="xml",
        ship_to=_place(root.find("cac:Delivery/cac:DeliveryLocation", _NS)),
        seller_vat_id=_compact(_text(root, f"{_SELLER}/cac:PartyTaxScheme/cbc:CompanyID")),
        seller_name=_party_name(root.find(_SELLER, _NS)),
        charges=charges_of(root, currency, problems),
        expected_net=stated_net(root, problems),
        source_label=po_number,
        problems=tuple(problems),
    )


# --- Parties ----------------------------------------------------------------------------------
_BUYER = "cac:BuyerCustomerParty/cac:Party"
_SELLER = "cac:SellerSupplierParty/cac:Party"


def _buyer(root: Any) -> BuyerDraft:
    party = root.find(_BUYER, _NS)
    if party is None:
        return BuyerDraft()
    endpoint = party.find("cbc:EndpointID", _NS)
    return BuyerDraft(
        number=_text(root, "cac:BuyerCustomerParty/cbc:SupplierAssignedAccountID"),
        name=_party_name(party),
        vat_id=_compact(_text(party, "cac:PartyTaxScheme/cbc:CompanyID")),
        registration_number=_text(party, "cac:PartyLegalEntity/cbc:CompanyID"),
        endpoint_scheme="" if endpoint is None else endpoint.get("schemeID", "").strip(),
        endpoint_id="" if endpoint is None else _clean(endpoint.text),
    )


def _party_name(party: Any) -> str:
    if party is None:
        return ""
    return _text(party, "cac:PartyLegalEntity/cbc:RegistrationName") or _text(
        party, "cac:PartyName/cbc:Name"
    )


def _place(location: Any) -> PlaceDraft | None:
    if location is None:
        return None
    place = PlaceDraft(
        gln=_text(location, "cbc:ID"),
        street=_text(location, "cac:Address/cbc:StreetName"),
        postcode=_text(location, "cac:Address/cbc:PostalZone"),
        city=_text(location, "cac:Address/cbc:CityName"),
        country=_text(location, "cac:Address/cac:Country/cbc:IdentificationCode").upper(),
    )
    return None if place == PlaceDraft() else place


# --- Lines ------------------------------------------------------------------------------------
def _line(item: Any, currency: str, problems: list[str]) -> LineDraft | None:
    """The line, or None with what is wrong noted."""
    place = _("line %(line)s") % {"line": _text(item, "cbc:ID") or "?"}
    noted = len(problems)
    quantity, price = Decimal(0), None
    try:
        quantity = _quantity(item, place)
        price = _price(item, currency, place)
    except BusinessError as problem:
        problems.append(problem.message)
    wanted = _requested_on(item.find("cac:Delivery", _NS), place, problems)
    if len(problems) > noted:
        return None
    amount = item.find("cbc:Quantity", _NS)
    return LineDraft(
        article=_text(item, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
        buyer_article=_text(item, "cac:Item/cac:BuyersItemIdentification/cbc:ID"),
        gtin=_text(item, "cac:Item/cac:StandardItemIdentification/cbc:ID"),
        name=_text(item, "cac:Item/cbc:Name"),
        quantity=quantity,
        unit=amount.get("unitCode", "").strip().upper(),
        unit_price=price,
        requested_on=wanted,
        buyer_reference=_text(item, "cbc:ID")[:60],
        place=place,
    )


def _quantity(item: Any, place: str) -> Decimal:
    what = _("%(place)s, Quantity") % {"place": place}
    return positive(number(_text(item, "cbc:Quantity"), what=what), what=what)


def _price(item: Any, currency: str, place: str) -> Decimal | None:
    """The price of one unit: PriceAmount by BaseQuantity; None where the buyer states none."""
    amount = item.find("cac:Price/cbc:PriceAmount", _NS)
    if amount is None:
        return None
    what = _("%(place)s, PriceAmount") % {"place": place}
    stated = amount.get("currencyID", currency).upper()
    if currency and stated != currency:
        raise InvalidInput(
            "ubl.currency",
            _("%(what)s: the price is in %(found)s, the order in %(currency)s. An order has one"
              " currency.") % {"what": what, "found": stated, "currency": currency},
        )  # fmt: skip
    price = not_negative(number(_clean(amount.text), what=what), what=what)
    base = _text(item, "cac:Price/cbc:BaseQuantity")
    if not base:
        return price
    what = _("%(place)s, BaseQuantity") % {"place": place}
    per = positive(number(base, what=what), what=what)
    return (price / per).quantize(Decimal("0.000001"))


def _requested_on(delivery: Any, place: str, problems: list[str]) -> date | None:
    if delivery is None:
        return None
    what = _("%(place)s, requested delivery") % {"place": place}
    for path in _DATES:
        if text := _text(delivery, path):
            try:
                return day(text.removesuffix("Z"), what=what)
            except BusinessError as problem:
                problems.append(problem.message)
                return None
    return None


_DATES = (
    "cac:RequestedDeliveryPeriod/cbc:EndDate",
    "cac:RequestedDeliveryPeriod/cbc:StartDate",
    "cbc:LatestDeliveryDate",
)


def _compact(text: str) -> str:
    return text.replace(" ", "").upper()
