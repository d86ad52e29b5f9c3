"""E-invoices: frozen facts of a document, the XML made of them, the rules that judge it."""

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
from invoicing.einvoice.findings import Finding
from invoicing.einvoice.judge import errors, findings
from invoicing.einvoice.profiles import PROFILES, Profile
from invoicing.einvoice.validate import failing_rules
from invoicing.einvoice.xml import build_cii, build_xml

__all__ = [
    "PROFILES",
    "Charge",
    "Deposit",
    "DirectDebit",
    "FactsLine",
    "Finding",
    "Instalment",
    "InvoiceFacts",
    "Party",
    "Preceding",
    "Profile",
    "SupportingFile",
    "VatLine",
    "build_cii",
    "build_xml",
    "errors",
    "failing_rules",
    "findings",
]
