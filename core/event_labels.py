"""The timeline's sentences: event name -> what a person reads.

Rooms add their events here. A sentence may use ``%(label)s`` (the document's number) and any key
of the event's payload: ``%(reason)s``; keys that end in ``amount`` are shown as money in the
payload's ``currency``, keys that end in ``_on`` as dates. What the payload lacks is left out.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventPage(NamedTuple):
    """Another document an event leads to: its page, the payload's key of it, who may open it."""

    view: str
    key: str
    right: str


class EventLabel(NamedTuple):
    """Sentence, icon and colour family of one kind of event; the page it leads to, if any."""

    sentence: "str | Promise"
    icon: str = "circle"
    family: str = "neutral"
    page: EventPage | None = None


EVENT_LABELS: dict[str, EventLabel] = {
    # customers
    "customer.created": EventLabel(_("Customer created"), "user-plus", "green"),
    "customer.changed": EventLabel(_("Changed: %(what)s"), "pencil"),
    "customer.deactivated": EventLabel(_("Customer deactivated"), "ban"),
    "customer.reactivated": EventLabel(_("Customer active again"), "circle-check", "green"),
    "customer.address_added": EventLabel(_("Address added: %(address)s"), "map-pin"),
    "customer.address_changed": EventLabel(_("Address changed: %(what)s"), "map-pin"),
    "customer.address_deactivated": EventLabel(_("Address removed: %(address)s"), "map-pin"),
    "customer.contact_added": EventLabel(_("Contact added: %(contact)s"), "user-plus"),
    "customer.contact_changed": EventLabel(_("Contact %(contact)s changed: %(what)s"), "pencil"),
    "customer.contact_deactivated": EventLabel(_("Contact removed: %(contact)s"), "ban"),
    "customer.bank_account_added": EventLabel(_("Bank account added: %(masked)s"), "building-bank"),
    "customer.mandate_entered": EventLabel(
        _("Mandate %(mandate)s entered for %(masked)s"), "file-check"
    ),
    "customer.mandate_activated": EventLabel(
        _("Mandate %(mandate)s checked and in use"), "user-check", "green"
    ),
    "customer.mandate_suspended": EventLabel(
        _("Mandate %(mandate)s suspended: %(reason)s"), "player-pause", "amber"
    ),
    "customer.mandate_revoked": EventLabel(
        _("Mandate %(mandate)s revoked: %(reason)s"), "ban", "red"
    ),
    "customer.mandate_expired": EventLabel(
        _("Mandate %(mandate)s expired: not used for 36 months"), "clock-pause", "amber"
    ),
    "customer.bank_account_removed": EventLabel(
        _("Bank account removed: %(masked)s"), "building-bank", "amber"
    ),
    "customer.payer_forgotten": EventLabel(_("Payer forgotten: %(what)s"), "user-minus", "amber"),
    "customer.payer_remembered": EventLabel(_("Payer known again: %(what)s"), "user-check"),
    "customer.credit_flags_set": EventLabel(_("Set by credit: %(what)s"), "shield"),
    "customer.noted": EventLabel(_("%(how)s: %(outcome)s %(text)s"), "message", "blue"),
    "customer.note_pinned": EventLabel(_("Note pinned: %(text)s"), "pin"),
    "customer.note_unpinned": EventLabel(_("Note no longer pinned: %(text)s"), "pinned-off"),
    "customer.step_done": EventLabel(_("Done: %(next_step)s"), "circle-check", "green"),
    "payment_terms.created": EventLabel(_("Payment terms created"), "plus"),
    "payment_terms.changed": EventLabel(_("Payment terms changed"), "pencil"),
    # catalog
    "product.created": EventLabel(_("Product created"), "package", "green"),
    "product.changed": EventLabel(_("Changed: %(what)s"), "pencil"),
    "price_list.created": EventLabel(_("Price list created"), "tag", "green"),
    "price_list.changed": EventLabel(_("Price list switched on or off"), "tag"),
    "price.set": EventLabel(
        _("Price %(unit_price)s from %(min_quantity)s on %(price_list)s"), "tag", "blue"
    ),
    "price.ended": EventLabel(_("Price %(unit_price)s on %(price_list)s ended"), "tag", "amber"),
    # orders
    "order.created": EventLabel(_("Order entered"), "file-plus", "blue"),
    "order.changed": EventLabel(_("Order changed"), "pencil"),
    "order.submitted": EventLabel(_("Order submitted"), "send", "blue"),
    "order.released": EventLabel(_("Released for delivery"), "circle-check", "green"),
    "order.held": EventLabel(_("Put on hold: %(reason)s"), "hand-stop", "red"),
    "order.cancelled": EventLabel(_("Cancelled: %(reason)s"), "ban"),
    "order.confirmed": EventLabel(_("Order confirmation sent"), "mail-check", "blue"),
    "order.in_fulfilment": EventLabel(_("Delivery begun"), "truck", "blue"),
    "order.completed": EventLabel(_("Order completed"), "checks", "green"),
    "order.reserved": EventLabel(
        _("Stock reserved for %(lines)s lines, %(backordered_lines)s wait"), "package"
    ),
    "order.backorder_reserved": EventLabel(
        _("Stock arrived for %(lines)s waiting lines"), "package-import", "green"
    ),
    "order.reservation_released": EventLabel(_("Reserved stock freed"), "package-off"),
    # credit
    "credit.pass": EventLabel(_("Credit check passed"), "scale", "green"),
    "credit.hold": EventLabel(_("Held by the credit check"), "hand-stop", "red"),
    "credit.refuse": EventLabel(_("Refused by the credit check"), "circle-x", "red"),
    "credit.rejected": EventLabel(_("Credit refused: %(reason)s"), "circle-x", "red"),
    "credit.limit_proposed": EventLabel(_("New credit limit proposed"), "gauge", "purple"),
    "credit.limit_approved": EventLabel(_("New credit limit approved"), "gauge", "green"),
    "credit.limit_rejected": EventLabel(_("New credit limit rejected"), "gauge", "red"),
    # fulfillment
    "shipment.created": EventLabel(_("Shipment created"), "package", "blue"),
    "shipment.dispatched": EventLabel(_("Dispatched %(tracking_number)s"), "truck", "blue"),
    "shipment.delivered": EventLabel(_("Delivered"), "circle-check", "green"),
    "shipment.cancelled": EventLabel(_("Shipment cancelled"), "ban"),
    "shipment.delivery_note_made": EventLabel(_("Delivery note made"), "file-type-pdf"),
    "stock.received": EventLabel(_("Goods received"), "package-import", "green"),
    "stock.adjusted": EventLabel(_("Stock corrected"), "adjustments-horizontal", "amber"),
    # invoicing
    "invoice.drafted": EventLabel(_("Invoice drafted"), "file-invoice"),
    "invoice.issued": EventLabel(_("Invoice %(label)s issued"), "file-check", "blue"),
    "invoice.documents_produced": EventLabel(_("PDF and e-invoice produced"), "file-type-pdf"),
    "invoice.file_attached": EventLabel(_("File attached: %(what)s"), "paperclip"),
    "invoice.file_removed": EventLabel(_("File taken off: %(what)s"), "paperclip", "amber"),
    "invoice.credit_concern": EventLabel(
        _("Issued although credit would hold an order now: %(reason)s"), "alert-triangle", "amber"
    ),
    "invoice.discarded": EventLabel(_("Draft invoice discarded"), "trash"),
    "invoice.not_possible": EventLabel(
        _("Could not be invoiced yet: %(reason)s"), "alert-triangle", "red"
    ),
    "invoice.delivery_planned": EventLabel(
        _("On its way to %(recipient)s"), "mail-forward", "blue"
    ),
    "invoice.delivery_blocked": EventLabel(_("Not sent: %(reason)s"), "mail-off", "amber"),
    "invoice.delivery_sent": EventLabel(
        _("Taken by the access point for %(recipient)s"), "send", "blue"
    ),
    "invoice.delivery_accepted": EventLabel(_("Has arrived %(text)s"), "mail-check", "green"),
    "invoice.delivery_rejected": EventLabel(
        _("Rejected by the buyer's side: %(text)s"), "circle-x", "red"
    ),
    "invoice.delivery_bounced": EventLabel(_("Mail came back: %(text)s"), "mail-off", "red"),
    "invoice.delivery_late": EventLabel(
        _("Delivery needs a look: %(text)s"), "alert-triangle", "amber"
    ),
    "invoice.delivery_given_up": EventLabel(
        _("Another way was taken: %(text)s"), "arrow-back-up", "amber"
    ),
    "invoice.delivery_never_came": EventLabel(
        _("Never came to the access point: it is sent now"), "arrow-back-up", "amber"
    ),
    "letters.collected": EventLabel(_("%(letters)s letters collected to print"), "printer"),
    "letters.handed_over": EventLabel(_("%(letters)s letters posted"), "mail-check", "green"),
    "customer.channels_set": EventLabel(_("Gets invoices by: %(channels)s"), "mail-forward"),
    "invoice.delivered": EventLabel(_("Sent to the customer"), "mail-check", "green"),
    "invoice.credited": EventLabel(_("Credited in full: %(reason)s"), "receipt-refund", "teal"),
    "invoice.credited_in_part": EventLabel(
        _("%(amount)s credited: %(reason)s"), "receipt-refund", "teal"
    ),
    "invoice.replaced": EventLabel(_("Replaced by %(new)s: %(reason)s"), "file-invoice", "teal"),
    "order.po_number_asked": EventLabel(
        _("Asked %(whom)s for the order number"), "mail-question", "blue"
    ),
    "order.po_number_given": EventLabel(
        _("Order number given: %(number)s"), "message-check", "green"
    ),
    "invoice.order_number_asked": EventLabel(
        _("Asked %(whom)s for the order number"), "mail-question", "blue"
    ),
    "invoice.order_number_given": EventLabel(
        _("Order number given: %(number)s"), "message-check", "green"
    ),
    "invoice.order_number_stuck": EventLabel(
        _("Order number %(number)s given, but not reissued: %(reason)s"), "alert-triangle", "red"
    ),
    "invoice.deposit_left": EventLabel(
        _("%(rest)s of the deposit could not be deducted"), "alert-triangle", "amber"
    ),
    "order.billed_together": EventLabel(
        _("Put on a collective invoice"),
        "file-invoice",
        "blue",
        EventPage("invoicing:detail", "invoice", "invoicing.view"),
    ),
    "order.step_planned": EventLabel(_("Billing planned: %(what)s"), "list-check"),
    "order.step_reached": EventLabel(_("Reached: %(what)s"), "flag", "green"),
    "order.step_billed": EventLabel(_("Billed: %(what)s"), "file-invoice", "blue"),
    "order.step_dropped": EventLabel(_("Taken off the billing plan: %(what)s"), "ban"),
    "invoice.cancelled": EventLabel(_("Cancelled: %(reason)s"), "ban"),
    "subscription.created": EventLabel(_("Subscription written down: %(what)s"), "file-plus"),
    "subscription.changed": EventLabel(_("Subscription changed"), "pencil"),
    "subscription.activated": EventLabel(_("Active from %(since_on)s"), "player-play", "green"),
    "subscription.paused": EventLabel(
        _("Paused from %(since_on)s: %(reason)s"), "player-pause", "amber"
    ),
    "subscription.resumed": EventLabel(_("Goes on from %(since_on)s"), "player-play", "green"),
    "subscription.given_notice": EventLabel(_("Ends on %(ends_on)s: %(reason)s"), "flag", "amber"),
    "subscription.withdrawn": EventLabel(_("Withdrawn before it began: %(reason)s"), "ban"),
    "subscription.line_added": EventLabel(_("%(what)s charged from %(since_on)s"), "plus"),
    "subscription.line_dropped": EventLabel(_("%(what)s taken off"), "trash"),
    "subscription.line_ended": EventLabel(_("%(what)s charged up to %(ends_on)s"), "flag"),
    "subscription.price_set": EventLabel(
        _("%(what)s: price %(unit_price)s from %(since_on)s – %(reason)s"), "tag", "blue"
    ),
    "subscription.price_withdrawn": EventLabel(
        _("%(what)s: price %(unit_price)s from %(since_on)s withdrawn"), "tag"
    ),
    "subscription.price_adjusted": EventLabel(
        _("%(what)s by index from %(since_on)s: %(old)s × %(value)s ÷ %(base)s = %(new)s"),
        "trending-up",
        "blue",
    ),
    "subscription.billed": EventLabel(
        _("Billed for %(first_on)s to %(last_on)s"), "file-invoice", "blue"
    ),
    "subscription.not_billed": EventLabel(
        _("Could not be billed yet: %(reason)s"), "alert-triangle", "red"
    ),
    "price_index.added": EventLabel(_("Price index added"), "plus"),
    "price_index.value_entered": EventLabel(
        _("Index value %(value)s from %(since_on)s: %(source)s"), "pencil"
    ),
    "price_index.value_dropped": EventLabel(
        _("Index value %(value)s from %(since_on)s taken away"), "trash"
    ),
    "document.viewed": EventLabel(_("Opened: %(label)s"), "eye"),
    "order.pro_forma_made": EventLabel(_("Pro forma invoice made"), "file-type-pdf"),
    "audit.exported": EventLabel(
        _("Documents handed out for an audit: %(count)s, %(from)s to %(to)s"), "package-export"
    ),
    # receivables
    "invoice.booked": EventLabel(_("Booked to receivables"), "book"),
    "items.opened": EventLabel(
        _("Opening items imported: %(count)s, %(amount)s in all"), "database-import", "blue"
    ),
    "advice.taken": EventLabel(
        _("Remittance advice taken: %(amount)s (lines: %(count)s)"), "list-check", "blue"
    ),
    "advice.dropped": EventLabel(_("Remittance advice set aside"), "trash"),
    "rates.recorded": EventLabel(
        _("Exchange rates recorded: %(new)s new, %(changed)s corrected"), "currency-euro", "blue"
    ),
    "receivables.revalued": EventLabel(
        _("Open items in %(label)s valued: %(amount)s"), "currency-euro"
    ),
    "matching.set": EventLabel(
        _("From %(label)s: cents %(rounding)s, bank fee %(charges)s, only proposed: %(held)s"),
        "adjustments-horizontal",
        "amber",
    ),
    "bank_file.imported": EventLabel(_("Bank file imported"), "database-import", "blue"),
    "bank_file.matched": EventLabel(
        _("Bank file matched: %(matched)s payments by itself"), "circle-check", "green"
    ),
    "bank_entry.matched": EventLabel(_("Payment matched"), "circle-check", "green"),
    "bank_entry.asked": EventLabel(_("Colleague asked"), "message-question", "blue"),
    "bank_account.csv_profile_saved": EventLabel(
        _("Columns of CSV files saved"), "list-details", "blue"
    ),
    "bank_account.csv_profile_forgotten": EventLabel(
        _("Columns of CSV files forgotten"), "arrow-back-up", "amber"
    ),
    "bank_file.joined": EventLabel(_("Notification taken in"), "database-import", "blue"),
    "bank_file.undone": EventLabel(_("Import undone"), "arrow-back-up", "amber"),
    "bank_entry.unapplied": EventLabel(_("Payment put on account"), "arrow-back-up", "amber"),
    "bank_entry.payer_asked": EventLabel(
        _("%(whom)s asked what it is for"), "message-question", "blue"
    ),
    "bank_entry.payer_answered": EventLabel(_("Answered: %(documents)s"), "message", "green"),
    "bank_entry.unmatched": EventLabel(_("Match undone"), "arrow-back-up", "amber"),
    "bank_entry.unlearned": EventLabel(
        _("Not known as a payer any more: %(what)s"), "user-minus", "amber"
    ),
    "allocation.made": EventLabel(_("Payment applied"), "coins", "green"),
    "allocation.reversed": EventLabel(_("Payment taken back"), "arrow-back-up", "amber"),
    "books.closed": EventLabel(_("Books closed until %(label)s"), "lock"),
    "books.reopened": EventLabel(
        _("Books reopened, closed until %(label)s: %(reason)s"), "lock-open", "amber"
    ),
    "books.reopening_proposed": EventLabel(
        _("Reopening proposed, closed until %(label)s: %(reason)s"), "lock-open", "purple"
    ),
    "books.reopening_rejected": EventLabel(_("Reopening rejected"), "ban"),
    "books.posted_late": EventLabel(
        _("Posted into a softly closed period: %(reason)s"), "lock-open", "amber"
    ),
    "ledger.balances_imported": EventLabel(
        _("Balances of the general ledger imported: %(label)s"), "database-import"
    ),
    "provision.rates_set": EventLabel(
        _("Percentages of the provision set: %(label)s"), "percentage"
    ),
    "receivables.provided": EventLabel(
        _("Provision by age booked for %(label)s: %(amount)s"), "lock"
    ),
    "books.proved": EventLabel(_("Books proved: %(breaches)s breaches"), "shield-check"),
    "books.exported": EventLabel(
        _("Books handed out: %(label)s, %(count)s entries"), "package-export"
    ),
    "write_off.asked": EventLabel(
        _("Write-off of %(amount)s asked: %(reason)s"), "receipt-off", "purple"
    ),
    "write_off.booked": EventLabel(_("Written off %(amount)s: %(reason)s"), "receipt-off", "amber"),
    "write_off.refused": EventLabel(_("Write-off of %(amount)s refused"), "ban"),
    "write_off.taken_back": EventLabel(
        _("Write-off of %(amount)s taken back"), "arrow-back-up", "amber"
    ),
    "tolerances.set": EventLabel(_("Tolerances of deductions set: %(label)s"), "percentage"),
    "discount.taken": EventLabel(_("Discount taken"), "discount", "teal"),
    "debit.proposed": EventLabel(_("Direct debit run %(label)s proposed"), "list-check", "purple"),
    "debit.approved": EventLabel(
        _("Direct debit run %(label)s approved: %(amount)s"), "user-check", "green"
    ),
    "debit.collected": EventLabel(
        _("The bank credited %(amount)s of run %(label)s"), "building-bank", "green"
    ),
    "debit.returned": EventLabel(
        _("%(document)s came back: %(reason)s, fee %(fee_amount)s"), "arrow-back-up", "red"
    ),
    "debit.discarded": EventLabel(_("Direct debit run %(label)s discarded"), "trash"),
    # payments by card
    "card_payment.begun": EventLabel(_("Payment by card begun: %(amount)s"), "credit-card", "blue"),
    "card_payment.captured": EventLabel(
        _("Paid by card: %(amount)s for %(documents)s"), "circle-check", "green"
    ),
    "card_payment.declined": EventLabel(_("Declined: %(reason)s"), "circle-x", "red"),
    "card_payment.expired": EventLabel(_("Not paid: %(reason)s"), "clock-off"),
    "card_payment.refund_proposed": EventLabel(
        _("Refund of %(amount)s proposed: %(reason)s"), "receipt-refund", "purple"
    ),
    "card_payment.refund_approved": EventLabel(
        _("Refund of %(amount)s approved"), "user-check", "green"
    ),
    "card_payment.refund_refused": EventLabel(
        _("Refund of %(amount)s refused: %(reason)s"), "circle-x", "red"
    ),
    "card_payment.refunded": EventLabel(
        _("Given back: %(amount)s; open again: %(documents)s"), "receipt-refund", "amber"
    ),
    "card_payment.charged_back": EventLabel(
        _("Charged back: %(amount)s (%(reason)s); open again: %(documents)s"),
        "arrow-back-up",
        "red",
    ),
    "card_payment.won": EventLabel(
        _("Charge-back taken back: %(amount)s for %(documents)s"), "circle-check", "green"
    ),
    "card_payment.looked_at": EventLabel(_("Looked at: %(reason)s"), "eye"),
    "settlement.imported": EventLabel(
        _("Settlement: gross %(gross_amount)s, fee %(fee_amount)s, net %(net_amount)s"),
        "file-check",
        "blue",
    ),
    "settlement.paid_out": EventLabel(
        _("The payout of %(amount)s is on the bank account: %(payment)s"), "building-bank", "green"
    ),
    "customer.payment_offered": EventLabel(
        _("Link to pay by card mailed to %(whom)s"), "credit-card", "blue"
    ),
    # disputes, dunning
    "dispute.opened": EventLabel(_("Dispute opened: %(reason)s"), "message-exclamation", "purple"),
    "dispute.accepted": EventLabel(_("Dispute accepted: %(resolution)s"), "circle-check", "green"),
    "dispute.rejected": EventLabel(_("Dispute rejected: %(resolution)s"), "gavel"),
    "deduction.opened": EventLabel(
        _("Paid short by %(amount)s: %(reason)s"), "message-exclamation", "purple"
    ),
    "deduction.accepted": EventLabel(
        _("Deduction of %(amount)s accepted: %(resolution)s"), "circle-check", "green"
    ),
    "deduction.rejected": EventLabel(_("Deduction charged back: %(resolution)s"), "gavel"),
    "deduction.paid": EventLabel(_("Deduction paid after all"), "coins", "green"),
    "deduction.undone": EventLabel(_("Deduction closed: payment undone"), "arrow-back-up", "amber"),
    "dunning.proposed": EventLabel(_("Dunning run %(label)s proposed"), "list-check", "purple"),
    "dunning.excluded": EventLabel(_("%(customer)s left out: %(reason)s"), "user-minus", "amber"),
    "dunning.approved": EventLabel(_("Dunning run %(label)s approved"), "user-check", "green"),
    "dunning.discarded": EventLabel(_("Dunning run %(label)s discarded"), "trash"),
    "dunning.sent": EventLabel(_("Dunning run %(label)s sent"), "mail-forward", "blue"),
    "dunning.reminded": EventLabel(
        _("Reminded at level %(level)s of %(amount)s"), "mail-forward", "amber"
    ),
    "dunning.dropped": EventLabel(_("Nothing left to remind"), "circle-check", "green"),
    "dunning.held": EventLabel(_("Reminders paused: %(reason)s"), "player-pause", "amber"),
    "dunning.hold_lifted": EventLabel(_("Reminders go on"), "player-play"),
    # messages
    "message.sent": EventLabel(_("Mail sent to %(to)s"), "mail-check"),
    "message.parked": EventLabel(_("Mail not delivered: %(reason)s"), "mail-off", "red"),
    "message.waiting": EventLabel(
        _("Mail waits for the mail server: %(reason)s"), "clock-pause", "amber"
    ),
    "message.dropped": EventLabel(_("Mail given up: it goes another way"), "mail-off"),
    "message.settled": EventLabel(_("Decided whether the mail was sent"), "user-check"),
    "message.retried": EventLabel(_("Mail sent again to %(to)s"), "mail-forward"),
    # set-up
    "company.set_up": EventLabel(_("Company set up"), "building", "green"),
    "company.changed": EventLabel(_("Company data changed"), "pencil"),
    "company.logo_set": EventLabel(_("Logo of its letters set"), "photo"),
    "company.closed": EventLabel(_("Company closed"), "lock", "red"),
    "user.changed": EventLabel(_("%(person)s may act as: %(roles)s"), "user-check", "amber"),
    "numberseries.changed": EventLabel(_("Number series changed"), "hash"),
    "message.uncertain": EventLabel(
        _("Outcome of a mail is uncertain"), "mail-exclamation", "amber"
    ),
}


def label_of(name: str) -> EventLabel:
    """The label of an event; one without a row shows its name in plain words."""
    plain = name.replace(".", ": ").replace("_", " ").capitalize()
    return EVENT_LABELS.get(name, EventLabel(plain))
