"""What an invoice says, as plain frozen data: the one source of its XML and its PDF.

Nothing here computes: every amount is a stored figure. Numbers in brackets are the business terms
(BT) and groups (BG) of EN 16931-1.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4), buyer (BG-7) or place of delivery (BG-13)."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    extra: str = ""
    number: str = ""
    vat_id: str = ""
    tax_number: str = ""
    registration_number: str = ""
    legal_info: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    gln: str = ""
    endpoint_scheme: str = ""
    endpoint_id: str = ""


@dataclass(frozen=True, slots=True)
class FactsLine:
    """A charged position (BG-25).

    ``discount_amount`` is the line allowance (BG-27); a negative one is a charge (BG-28) of a
    cent that closes the last of several part invoices. ``net_amount`` (BT-131) is
    round(quantity x unit price, 2) less it.
    """

    position: int
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net_amount: Decimal
    vat_category: str
    vat_rate: Decimal
    discount_rate: Decimal = Decimal(0)
    discount_amount: Decimal = Decimal(0)
    product_number: str = ""
    buyer_reference: str = ""


@dataclass(frozen=True, slots=True)
class VatLine:
    """A row of the VAT table (BG-23); ``note`` is the reason for no VAT (BT-120)."""

    vat_category: str
    vat_rate: Decimal
    net_amount: Decimal
    vat_amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the total and the day it falls due."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Preceding:
    """The invoice that a credit note corrects (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """One invoice (380) or credit note (381); credit notes carry positive amounts."""

    kind: str
    number: str
    issued_on: date
    currency: str
    language: str
    seller: Party
    buyer: Party
    lines: tuple[FactsLine, ...]
    vat_rows: tuple[VatLine, ...]
    net_amount: Decimal
    vat_amount: Decimal
    gross_amount: Decimal
    ship_to: Party | None = None
    delivered_on: date | None = None
    instalments: tuple[Instalment, ...] = ()
    discount_rate: Decimal = Decimal(0)
    discount_until: date | None = None
    terms_text: str = ""
    payment_reference: str = ""
    iban: str = ""
    bic: str = ""
    po_number: str = ""
    order_number: str = ""
    delivery_note_number: str = ""
    buyer_reference: str = ""
    preceding: Preceding | None = None
    reason: str = ""

    @property
    def is_credit_note(self) -> bool:
        """Whether money goes back to the buyer."""
        return self.kind == CREDIT_NOTE

    @property
    def due_on(self) -> date | None:
        """The first day on which something falls due (BT-9)."""
        return min((part.due_on for part in self.instalments), default=None)

    @property
    def line_total(self) -> Decimal:
        """Sum of line nets (BT-106); equals the net amount while there are no document charges."""
        return sum((line.net_amount for line in self.lines), Decimal("0.00"))
