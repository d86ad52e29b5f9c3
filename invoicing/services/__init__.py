"""The verbs of invoicing; the flow, pages and commands import them from here."""

from invoicing.services.ask_order_number import (
    ORDER_NUMBER,
    ORDER_NUMBER_LENGTH,
    ask_order_number,
    ask_order_number_of,
    clean_order_number,
    put_order_number,
)
from invoicing.services.billing_run import PlannedBill, plan_mark, planned_bills
from invoicing.services.bills import bills_of
from invoicing.services.credit import credit_in_full, credit_parts
from invoicing.services.crediting import CreditPart, credit_of, left_of
from invoicing.services.deliver import deliver, resend
from invoicing.services.deliver_bounces import read_bounces
from invoicing.services.deliver_documents import document_for
from invoicing.services.deliver_letters import (
    batches_to_print,
    collect_letters,
    companies_with_letters,
    hand_over_batch,
    in_postal_order,
    print_batch,
)
from invoicing.services.deliver_news import keep_news, news_to_read, read_news
from invoicing.services.deliver_receipts import (
    companies_with_timeouts,
    hand_over,
    settle_delivery,
    time_out_deliveries,
    trouble_of,
)
from invoicing.services.deliver_rungs import HOURS, Rung, ladder, set_routes
from invoicing.services.deliver_send import (
    ask_delivery,
    send_delivery,
    sweep_deliveries,
)
from invoicing.services.documents import preview_pdf, produce_documents
from invoicing.services.draft import (
    discard_draft,
    draft_bills,
    draft_from_shipment,
    draft_from_shipments,
    draft_in_advance,
)
from invoicing.services.export import FormUnfit, einvoice_of
from invoicing.services.facts import facts_of
from invoicing.services.files import attach_file, remove_file
from invoicing.services.freeze import invoice_contact
from invoicing.services.issue import EInvoiceInvalid, issue, issue_all, judge, rules_of
from invoicing.services.plan_sums import net_of_deposit, step_over
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
from invoicing.services.rests import TooMuch, draft_rest, over_billed
from invoicing.services.subscription_bills import (
    draft_period,
    draft_period_again,
    note_unbilled,
    subscriptions_awaiting_billing,
    why_not_billed,
)
from invoicing.services.subscription_index import (
    AdjustmentRow,
    add_index,
    adjust_prices,
    drop_index_value,
    enter_index_value,
    preview_adjustments,
    token_of,
)
from invoicing.services.subscription_life import (
    activate_subscription,
    end_subscription,
    pause_subscription,
    resume_subscription,
)
from invoicing.services.subscription_lines import (
    LineDraft,
    add_line,
    drop_line,
    end_line,
    set_price,
    withdraw_price,
)
from invoicing.services.subscription_plan import coming_bills
from invoicing.services.subscriptions import (
    SubscriptionDraft,
    change_subscription,
    create_subscription,
)
from invoicing.services.unbilled import (
    COLLECTIVE,
    billed_on,
    collective_to_bill,
    customers_to_bill,
    due_by_policy,
    is_billed_at_dispatch,
    net_share,
    orders_to_bill_ahead,
    refusal,
    shipments_awaiting_invoice,
    shipments_to_bill,
    shipments_wanting_invoice,
    waits_for,
    was_refused,
    why_unbilled,
)

__all__ = [
    "COLLECTIVE",
    "HOURS",
    "ORDER_NUMBER",
    "ORDER_NUMBER_LENGTH",
    "AdjustmentRow",
    "Corrections",
    "CreditPart",
    "EInvoiceInvalid",
    "FormUnfit",
    "LineDraft",
    "PlannedBill",
    "Rung",
    "StepDraft",
    "SubscriptionDraft",
    "TooMuch",
    "activate_subscription",
    "add_index",
    "add_line",
    "adjust_prices",
    "ask_delivery",
    "attach_file",
    "ask_order_number",
    "ask_order_number_of",
    "batches_to_print",
    "billed_on",
    "bills_of",
    "clean_order_number",
    "collect_letters",
    "collective_to_bill",
    "change_subscription",
    "coming_bills",
    "companies_with_letters",
    "companies_with_timeouts",
    "create_subscription",
    "credit_in_full",
    "credit_of",
    "credit_parts",
    "customers_to_bill",
    "deliver",
    "discard_draft",
    "document_for",
    "draft_bills",
    "draft_from_shipment",
    "draft_from_shipments",
    "draft_in_advance",
    "draft_period",
    "draft_period_again",
    "draft_replacement",
    "draft_rest",
    "draft_step",
    "drop_index_value",
    "drop_line",
    "drop_step",
    "due_by_policy",
    "einvoice_of",
    "end_line",
    "end_subscription",
    "enter_index_value",
    "facts_of",
    "hand_over",
    "hand_over_batch",
    "in_postal_order",
    "is_billed_at_dispatch",
    "invoice_contact",
    "issue",
    "issue_all",
    "judge",
    "keep_news",
    "ladder",
    "left_of",
    "make_pro_forma",
    "news_to_read",
    "orders_to_bill_ahead",
    "net_share",
    "note_unbilled",
    "pause_subscription",
    "over_billed",
    "plan_mark",
    "net_of_deposit",
    "step_over",
    "plan_steps",
    "planned_bills",
    "preview_adjustments",
    "preview_pdf",
    "print_batch",
    "produce_documents",
    "put_order_number",
    "reach_step",
    "read_bounces",
    "read_news",
    "refusal",
    "refuse_to_replace",
    "remove_file",
    "resend",
    "resume_subscription",
    "rules_of",
    "send_delivery",
    "set_price",
    "set_routes",
    "settle_delivery",
    "shipments_awaiting_invoice",
    "shipments_to_bill",
    "shipments_wanting_invoice",
    "steps_awaiting_billing",
    "subscriptions_awaiting_billing",
    "sweep_deliveries",
    "time_out_deliveries",
    "token_of",
    "trouble_of",
    "waits_for",
    "was_refused",
    "why_not_billed",
    "why_unbilled",
    "withdraw_price",
]
