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
from invoicing.models.subscriptions import (
    RUNNING,
    IndexValue,
    PriceIndex,
    Subscription,
    SubscriptionLine,
    SubscriptionPause,
    SubscriptionPrice,
    SubscriptionQuerySet,
    SubscriptionState,
)

__all__ = [
    "FORMATS",
    "RUNNING",
    "AccessPointEvent",
    "BillingStep",
    "Channel",
    "DeliveryRoute",
    "Format",
    "IndexValue",
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
    "PriceIndex",
    "Receipt",
    "Subscription",
    "SubscriptionLine",
    "SubscriptionPause",
    "SubscriptionPrice",
    "SubscriptionQuerySet",
    "SubscriptionState",
]
