"""Invoices and what hangs on them."""

from invoicing.models.deliveries import InvoiceDelivery
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
    "BillingStep",
    "Invoice",
    "InvoiceCharge",
    "InvoiceDelivery",
    "InvoiceDeposit",
    "InvoiceInstalment",
    "InvoiceLine",
    "InvoiceQuerySet",
    "InvoiceState",
    "InvoiceVat",
]
