"""The draft that every channel ends in: what somebody wants, before we know whether it can be.

Plain data, no database. Readers (e-order XML, CSV, XLSX, pasted rows) and the entry page make it;
``orders.services`` turns it into an order. What a reader could not make sense of stands in
``problems``, in words, so that one bad row refuses its own order and no other.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerDraft:
    """Everything a file says about who orders; the first that identifies a customer counts.

    ``number`` is our customer number, ``text`` whatever stood in a customer column (number or
    name), ``endpoint_scheme``/``endpoint_id`` the Peppol address.
    """

    customer_id: int | None = None
    number: str = ""
    text: str = ""
    name: str = ""
    vat_id: str = ""
    registration_number: str = ""
    endpoint_scheme: str = ""
    endpoint_id: str = ""

    def said(self) -> str:
        """What was said, for messages: the most telling values given."""
        given = (self.number, self.text, self.name, self.vat_id, self.endpoint_id)
        return ", ".join(dict.fromkeys(value for value in given if value)) or "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDraft:
    """A delivery address as a file states it; ``gln`` is its Global Location Number."""

    gln: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One wanted article.

    ``article`` is our number (or what was typed), ``quantity`` in ``unit`` (UN/ECE code, empty
    when not said), ``unit_price`` the net price of one unit in the order's currency as the buyer
    or the person states it (None: ours counts), ``discount_rate`` a fraction. ``place`` says where
    in the source the line stands ("row 4"), for messages.
    """

    quantity: Decimal
    article: str = ""
    product_id: int | None = None
    buyer_article: str = ""
    gtin: str = ""
    name: str = ""
    unit: str = ""
    unit_price: Decimal | None = None
    discount_rate: Decimal = ZERO
    requested_on: date | None = None
    buyer_reference: str = ""
    place: str = ""

    def said(self) -> str:
        """What was said about the article, for messages."""
        given = (self.article, self.buyer_article, self.gtin, self.name)
        return ", ".join(dict.fromkeys(value for value in given if value)) or "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeDraft:
    """A charge or allowance as somebody enters it: a net ``amount``, or a ``rate`` of the lines.

    ``reason_code`` is one of ``OrderCharge.Reason`` and says whether it adds or takes off; without
    ``text`` documents say the reason in their language. ``spread`` (of ``OrderCharge.Spread``)
    says which of several invoices bear an amount; a rate follows its lines.
    """

    reason_code: str
    amount: Decimal | None = None
    rate: Decimal | None = None
    text: str = ""
    spread: str = "first"

    @property
    def is_charge(self) -> bool:
        """Whether it adds to what is asked for."""
        return self.reason_code not in ("95", "100")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """One order as it came: buyer, references, dates, lines, and what could not be read.

    Without a ``billing_policy`` (of ``customers.BillingPolicy``) the customer's holds.
    """

    buyer: BuyerDraft
    lines: tuple[LineDraft, ...] = ()
    charges: tuple[ChargeDraft, ...] = ()
    billing_policy: str = ""
    po_number: str = ""
    currency: str = ""
    requested_on: date | None = None
    note: str = ""
    channel: str = "keyed"
    ship_to: PlaceDraft | None = None
    ship_to_id: int | None = None
    seller_vat_id: str = ""
    seller_name: str = ""
    expected_net: Decimal | None = None
    source_label: str = ""
    problems: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Keep the order number on one line: it goes into subjects of mails and into XML."""
        object.__setattr__(self, "po_number", _BREAKS.sub(" ", self.po_number).strip())
