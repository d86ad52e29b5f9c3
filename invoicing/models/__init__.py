"""Invoices and what hangs on them."""

from invoicing.models.deliveries import (
    FORMATS,
    AccessPointEvent,
    Channel,
    DeliveryRoute,
    Format,
    InvoiceDelivery,
    LetterBatch,
    Receipt,
)
from invoicing.models.files import InvoiceFile
from invoicing.models.invoices import Invoice, InvoiceQuerySet, InvoiceState
from invoicing.models.parts import (
    InvoiceCharge,
    InvoiceDeposit,
    InvoiceInstalment,
    InvoiceLine,
    InvoiceVat,
)
from invoicing.models.plans import BillingStep

__all__ = [
    "FORMATS",
    "AccessPointEvent",
    "BillingStep",
    "Channel",
    "DeliveryRoute",
    "Format",
    "Invoice",
    "InvoiceCharge",
    "InvoiceDelivery",
    "InvoiceDeposit",
    "InvoiceFile",
    "InvoiceInstalment",
    "InvoiceLine",
    "InvoiceQuerySet",
    "InvoiceState",
    "InvoiceVat",
    "LetterBatch",
    "Receipt",
]
