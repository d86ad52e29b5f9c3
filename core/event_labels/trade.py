"""Events from the customer to the invoice."""

from django.utils.translation import gettext_lazy as _

from core.event_labels.shape import EventLabel, EventPage

TRADE: dict[str, EventLabel] = {
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
    "customer.habit_forgotten": EventLabel(_("Habit forgotten: %(what)s"), "user-minus", "amber"),
    "customer.habit_remembered": EventLabel(_("Habit known again: %(what)s"), "user-check"),
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
}
