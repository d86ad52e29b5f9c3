"""The verbs of invoicing; the flow, pages and commands import them from here."""

from invoicing.services.credit import credit_in_full
from invoicing.services.deliver import deliver, resend
from invoicing.services.documents import preview_pdf, produce_documents
from invoicing.services.draft import discard_draft, draft_from_shipment, draft_from_shipments
from invoicing.services.export import FormUnfit, einvoice_of
from invoicing.services.facts import facts_of
from invoicing.services.issue import EInvoiceInvalid, issue, issue_all, judge
from invoicing.services.pro_forma import make_pro_forma
from invoicing.services.unbilled import shipments_awaiting_invoice, why_unbilled

__all__ = [
    "EInvoiceInvalid",
    "FormUnfit",
    "credit_in_full",
    "deliver",
    "discard_draft",
    "draft_from_shipment",
    "draft_from_shipments",
    "einvoice_of",
    "facts_of",
    "issue",
    "issue_all",
    "judge",
    "make_pro_forma",
    "preview_pdf",
    "produce_documents",
    "resend",
    "shipments_awaiting_invoice",
    "why_unbilled",
]
