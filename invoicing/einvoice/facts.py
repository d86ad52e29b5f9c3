"""What an invoice says, as plain frozen data: the one source of its XML and its PDF.

Nothing here computes: every amount is a stored figure. Numbers in brackets are the business terms
(BT) and groups (BG) of EN 16931-1.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# UNTDID 1001
INVOICE, CREDIT_NOTE, CORRECTION, DEPOSIT = "380", "381", "384", "386"
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4), buyer (BG-7) or place of delivery (BG-13).

    ``f_tax`` is a Swedish seller's approval for F-tax, ``""`` where nobody has said yet.
    """

    name: str
    street: str
    postcode: str
    city: str
    country: str
    extra: str = ""
    number: str = ""
    vat_id: str = ""
    tax_number: str = ""
    f_tax: str = "not_approved"
    registration_number: str = ""
    legal_info: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    gln: str = ""
    endpoint_scheme: str = ""
    endpoint_id: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge (BG-21) or allowance (BG-20) on the whole document; ``amount`` is positive.

    ``reason_code`` is of UNTDID 7161 for charges, 5189 for allowances. ``rate`` (a fraction) and
    ``base_amount`` stand beside each other or not at all.
    """

    amount: Decimal
    is_charge: bool
    reason: str
    vat_category: str
    vat_rate: Decimal
    reason_code: str = ""
    rate: Decimal | None = None
    base_amount: Decimal | None = None

    @property
    def signed_amount(self) -> Decimal:
        """What it adds to the net."""
        return self.amount if self.is_charge else -self.amount


@dataclass(frozen=True, slots=True)
class FactsLine:
    """A charged position (BG-25).

    ``discount_amount`` is the line allowance (BG-27); a negative one is a charge (BG-28) of a
    cent that closes the last of several part invoices. ``net_amount`` (BT-131) is
    round(quantity x unit price / base quantity, 2) less it.
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
    base_quantity: Decimal = Decimal(1)
    note: str = ""
    period_from: date | None = None
    period_to: date | None = None
    gtin: str = ""
    buyer_article: str = ""
    origin_country: str = ""
    delivery_note_number: str = ""
    dispatched_on: date | None = None
    order_number: str = ""
    po_number: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    classifications: tuple[tuple[str, str], ...] = ()
    """(code, UNTDID 7143 list) pairs (BT-158)."""


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
    """An invoice this one corrects, replaces or deducts (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit invoice that a final invoice takes off, with its VAT, which was owed then."""

    number: str
    issued_on: date
    vat_rows: tuple[VatLine, ...]

    @property
    def net_amount(self) -> Decimal:
        """Net of what is taken off."""
        return sum((row.net_amount for row in self.vat_rows), NOTHING)

    @property
    def vat_amount(self) -> Decimal:
        """VAT of what is taken off."""
        return sum((row.vat_amount for row in self.vat_rows), NOTHING)

    @property
    def gross_amount(self) -> Decimal:
        """What is taken off."""
        return self.net_amount + self.vat_amount


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """How we fetch the amount (BG-19): mandate (BT-89), creditor id (BT-90), account (BT-91)."""

    mandate: str
    creditor_id: str
    iban: str


@dataclass(frozen=True, slots=True)
class SupportingFile:
    """A file that goes inside the e-invoice (BG-24)."""

    name: str
    content_type: str
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """An invoice (380), correction (384), deposit (386) or credit note (381, in positive amounts).

    ``net_amount`` (BT-109) is the lines' sum with charges and less allowances, ``gross_amount``
    (BT-112) with VAT on it, ``payable_amount`` (BT-115) what is asked for.
    """

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
    bankgiro: str = ""
    po_number: str = ""
    order_number: str = ""
    delivery_note_number: str = ""
    buyer_reference: str = ""
    preceding: tuple[Preceding, ...] = ()
    reason: str = ""
    charges: tuple[Charge, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    rounding_amount: Decimal = NOTHING
    period_from: date | None = None
    period_to: date | None = None
    project_reference: str = ""
    contract_reference: str = ""
    receiving_advice: str = ""
    accounting_reference: str = ""
    notes: tuple[str, ...] = ()
    direct_debit: DirectDebit | None = None
    files: tuple[SupportingFile, ...] = ()
    tax_currency: str = ""
    tax_currency_vat_amount: Decimal | None = None

    @property
    def is_credit_note(self) -> bool:
        """Whether money goes back to the buyer."""
        return self.kind == CREDIT_NOTE

    @property
    def giro(self) -> str:
        """The Bankgiro number in digits where it can be paid to: Swedish crowns only."""
        return self.bankgiro.replace("-", "") if self.currency == "SEK" else ""

    @property
    def due_on(self) -> date | None:
        """The first day on which something falls due (BT-9)."""
        return min((part.due_on for part in self.instalments), default=None)

    @property
    def line_total(self) -> Decimal:
        """Sum of line nets (BT-106)."""
        return sum((line.net_amount for line in self.lines), NOTHING)

    @property
    def allowance_total(self) -> Decimal:
        """Sum of allowances on the document (BT-107)."""
        return sum((one.amount for one in self.charges if not one.is_charge), NOTHING)

    @property
    def charge_total(self) -> Decimal:
        """Sum of charges on the document (BT-108)."""
        return sum((one.amount for one in self.charges if one.is_charge), NOTHING)

    @property
    def deposit_amount(self) -> Decimal:
        """What was asked for before and is taken off (BT-113)."""
        return sum((one.gross_amount for one in self.deposits), NOTHING)

    @property
    def payable_amount(self) -> Decimal:
        """What is asked for now (BT-115)."""
        return self.gross_amount - self.deposit_amount + self.rounding_amount
