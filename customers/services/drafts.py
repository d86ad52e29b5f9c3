"""What a person enters about a customer, before it is checked."""

from dataclasses import dataclass
from decimal import Decimal

from core.models import User
from customers.models import BillingGroup, BillingPolicy, Customer, PaymentTerms
from customers.rules import TermsPart


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer's own facts; addresses, contacts and bank accounts have drafts of their own.

    ``country`` and ``currency`` are ISO codes, ``language`` one of the documents' languages.
    ``billing_policy`` says when what they order is invoiced, ``billing_group`` what is put on one
    collective invoice. ``number`` comes from the series and isn't part of it; ``previous_number``
    is the one in the system before.
    """

    name: str
    country: str
    language: str
    currency: str
    payment_terms: PaymentTerms
    vat_id: str = ""
    registration_number: str = ""
    is_business: bool = True
    is_public_body: bool = False
    is_po_number_required: bool = False
    buyer_reference: str = ""
    project_reference: str = ""
    contract_reference: str = ""
    accounting_reference: str = ""
    rounding: str = ""
    endpoint_scheme: str = ""
    endpoint_id: str = ""
    billing_policy: str = BillingPolicy.SHIPMENT
    billing_group: str = BillingGroup.CUSTOMER
    sales_rep: User | None = None
    group_parent: Customer | None = None
    previous_number: str = ""
    note: str = ""

    @classmethod
    def of(cls, customer: Customer) -> "CustomerDraft":
        """The customer as he stands, to change parts of with ``dataclasses.replace``."""
        return cls(**{field: getattr(customer, field) for field in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """Where a customer is billed (``billing``) or supplied (``shipping``)."""

    kind: str
    street: str
    postcode: str
    city: str
    country: str
    name: str = ""
    extra: str = ""
    gln: str = ""
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A person at the customer, and which mails go there."""

    name: str
    email: str = ""
    phone: str = ""
    receives_orders: bool = False
    receives_invoices: bool = False
    receives_reminders: bool = False


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """Payment terms: instalments, and a discount (a fraction) for paying within some days."""

    code: str
    name: str
    parts: tuple[TermsPart, ...]
    discount_days: int = 0
    discount_rate: Decimal = Decimal(0)
