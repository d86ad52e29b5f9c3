"""The verbs of invoicing; the flow, pages and commands import them from here."""

from invoicing.services.credit import credit_in_full, credit_parts
from invoicing.services.crediting import CreditPart, credit_of, left_of
from invoicing.services.deliver import deliver, resend
from invoicing.services.documents import preview_pdf, produce_documents
from invoicing.services.draft import discard_draft, draft_from_shipment, draft_from_shipments
from invoicing.services.export import FormUnfit, einvoice_of
from invoicing.services.facts import facts_of
from invoicing.services.issue import EInvoiceInvalid, issue, issue_all, judge
from invoicing.services.plans import (
    StepDraft,
    draft_step,
    drop_step,
    plan_steps,
    reach_step,
    steps_awaiting_billing,
)
from invoicing.services.pro_forma import make_pro_forma
from invoicing.services.reissue import Corrections, draft_replacement, refuse_to_replace
from invoicing.services.unbilled import shipments_awaiting_invoice, why_unbilled

__all__ = [
    "Corrections",
    "CreditPart",
    "EInvoiceInvalid",
    "FormUnfit",
    "StepDraft",
    "credit_in_full",
    "credit_of",
    "credit_parts",
    "deliver",
    "discard_draft",
    "draft_from_shipment",
    "draft_from_shipments",
    "draft_replacement",
    "draft_step",
    "drop_step",
    "einvoice_of",
    "facts_of",
    "issue",
    "issue_all",
    "judge",
    "left_of",
    "make_pro_forma",
    "plan_steps",
    "preview_pdf",
    "produce_documents",
    "reach_step",
    "refuse_to_replace",
    "resend",
    "shipments_awaiting_invoice",
    "steps_awaiting_billing",
    "why_unbilled",
]
