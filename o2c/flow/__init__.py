"""The story: how an order becomes cash, one function per act that crosses stages.

Each function is one transaction: what one stage decides and what the next one does with it are
written together or not at all. Everything slow (PDF, mail) is left behind as due work, which
``o2c.due`` works off after commit and which a sweep finds again if that was missed.
"""

from o2c.flow.billing import (
    BILLING,
    bill_ahead,
    bill_customer,
    bill_due,
    bill_shipment,
    bill_shipments,
    bill_step,
    bill_subscription,
    bill_together,
    cancel_and_reissue,
    credit_invoice,
    credit_parts,
    issue_invoice,
    issue_invoices,
    not_possible,
    tell_unbilled,
)
from o2c.flow.cash import (
    approve_debits,
    approve_dunning,
    book_kept_statement,
    finish_dunning,
    import_statement,
    log_contact,
    match_statement,
    propose_debits,
    propose_dunning,
    recheck_holds,
    sending_token,
    start_statement,
    write_reminder,
)
from o2c.flow.closing import book_provision, provision_lines
from o2c.flow.selling import (
    cancel_order,
    dispatch_shipment,
    recheck_hold,
    reject_hold,
    release_hold,
    submit_order,
    submit_orders,
)
from o2c.trail import document_flow

__all__ = [
    "BILLING",
    "approve_debits",
    "approve_dunning",
    "bill_ahead",
    "bill_customer",
    "bill_due",
    "bill_shipment",
    "bill_shipments",
    "bill_step",
    "bill_subscription",
    "bill_together",
    "book_kept_statement",
    "book_provision",
    "cancel_and_reissue",
    "cancel_order",
    "credit_invoice",
    "credit_parts",
    "dispatch_shipment",
    "document_flow",
    "finish_dunning",
    "import_statement",
    "issue_invoice",
    "issue_invoices",
    "log_contact",
    "match_statement",
    "not_possible",
    "propose_debits",
    "provision_lines",
    "propose_dunning",
    "recheck_hold",
    "recheck_holds",
    "reject_hold",
    "release_hold",
    "sending_token",
    "start_statement",
    "submit_order",
    "submit_orders",
    "tell_unbilled",
    "write_reminder",
]
