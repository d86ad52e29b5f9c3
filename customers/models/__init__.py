"""Customers (debtors), their addresses, contacts, bank accounts and payment terms.

A customer belongs to one company: the same firm buying from two of our entities is two debtors,
joined by ``group_parent`` only inside one company. What credit decides for others to read
(risk class, block, delivery stop) is kept on the customer.
"""

from customers.models.customers import (
    Address,
    Contact,
    Customer,
    CustomerBankAccount,
    CustomerQuerySet,
    PartQuerySet,
)
from customers.models.mandates import Mandate, MandateQuerySet
from customers.models.notes import CustomerNote, CustomerNoteQuerySet
from customers.models.terms import BillingGroup, BillingPolicy, PaymentTerms, PaymentTermsPart

__all__ = [
    "Address",
    "BillingGroup",
    "BillingPolicy",
    "Contact",
    "Customer",
    "CustomerBankAccount",
    "CustomerNote",
    "CustomerNoteQuerySet",
    "CustomerQuerySet",
    "Mandate",
    "MandateQuerySet",
    "PartQuerySet",
    "PaymentTerms",
    "PaymentTermsPart",
]
