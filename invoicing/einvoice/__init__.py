"""E-invoices: frozen facts of a document, the CII XML made of them, and the official rules."""

from invoicing.einvoice.cii import build_cii
from invoicing.einvoice.facts import (
    Charge,
    Deposit,
    DirectDebit,
    FactsLine,
    Instalment,
    InvoiceFacts,
    Party,
    Preceding,
    SupportingFile,
    VatLine,
)
from invoicing.einvoice.validate import Finding, failing_rules

__all__ = [
    "Charge",
    "Deposit",
    "DirectDebit",
    "FactsLine",
    "Finding",
    "Instalment",
    "InvoiceFacts",
    "Party",
    "Preceding",
    "SupportingFile",
    "VatLine",
    "build_cii",
    "failing_rules",
]
