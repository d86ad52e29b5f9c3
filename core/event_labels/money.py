"""Events of receivables, card payments, disputes and reminders."""

from django.utils.translation import gettext_lazy as _

from core.event_labels.shape import EventLabel

MONEY: dict[str, EventLabel] = {
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
    "order.paid_ahead": EventLabel(
        _("Paid ahead: %(amount)s with %(payment)s"), "cash-banknote", "green"
    ),
    "order.advance_freed": EventLabel(
        _("Not paid ahead any more: %(payment)s, %(amount)s left"), "arrow-back-up", "amber"
    ),
    "invoice.paid_ahead": EventLabel(
        _("Paid ahead with %(payment)s: %(amount)s"), "coins", "green"
    ),
    "bank_entry.asked": EventLabel(_("Colleague asked"), "message-question", "blue"),
    "bank_account.csv_profile_saved": EventLabel(
        _("Columns of CSV files saved"), "list-details", "blue"
    ),
    "bank_account.csv_profile_forgotten": EventLabel(
        _("Columns of CSV files forgotten"), "arrow-back-up", "amber"
    ),
    "bank_file.joined": EventLabel(_("Notification taken in"), "database-import", "blue"),
    "bank_file.reported": EventLabel(
        _("Status report on %(number)s: rejected %(count)s"), "report", "blue"
    ),
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
    "debit.rejected": EventLabel(
        _("The bank rejected %(count)s direct debits of run %(label)s: %(reason)s"),
        "circle-x",
        "red",
    ),
    "debit.discarded": EventLabel(_("Direct debit run %(label)s discarded"), "trash"),
    "refund.proposed": EventLabel(
        _("Refund %(label)s of %(amount)s proposed: %(document)s"), "receipt-refund", "purple"
    ),
    "refund.account_given": EventLabel(
        _("Account %(iban)s given for the refund: %(reason)s"), "building-bank", "amber"
    ),
    "refund.approved": EventLabel(
        _("Refund %(label)s of %(amount)s approved"), "user-check", "green"
    ),
    "refund.refused": EventLabel(_("Refund %(label)s of %(amount)s given up"), "ban"),
    "refund.paid": EventLabel(
        _("Refund %(label)s of %(amount)s left the account"), "building-bank", "green"
    ),
    "refund.returned": EventLabel(
        _("Refund %(label)s of %(amount)s came back: %(reason)s"), "arrow-back-up", "red"
    ),
    "refund_run.written": EventLabel(
        _("Payment run %(label)s written: %(amount)s (refunds: %(count)s)"), "file-export", "blue"
    ),
    "claim.claimed": EventLabel(
        _("Claimed %(amount)s for %(document)s: %(kind)s"), "coins", "amber"
    ),
    "claim.waived": EventLabel(_("Waived %(amount)s (%(kind)s): %(reason)s"), "receipt-off"),
    "claim.lowered": EventLabel(
        _("Lowered by %(amount)s (%(kind)s): %(document)s was paid earlier than known"),
        "arrow-back-up",
    ),
    "base_rate.entered": EventLabel(
        _("Base rate from %(label)s entered: %(rate)s %%"), "percentage", "blue"
    ),
    "account_policy.set": EventLabel(
        _("Refunds proposed by themselves after %(days)s days"), "adjustments-horizontal"
    ),
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
    # cash, cheques and nettings
    "receipt.taken": EventLabel(
        _("Receipt %(label)s: %(amount)s of %(customer)s taken"), "cash", "green"
    ),
    "receipt.cancelled": EventLabel(_("Receipt %(label)s cancelled: %(reason)s"), "ban"),
    "receipt.bounced": EventLabel(
        _("Cheque %(label)s bounced: %(reason)s, fee %(fee_amount)s"), "arrow-back-up", "red"
    ),
    "receipt.taken_back": EventLabel(
        _("The bank took %(amount)s back for cheque %(label)s: %(payment)s"), "building-bank"
    ),
    "deposit.opened": EventLabel(_("Deposit slip %(label)s begun"), "list-check"),
    "deposit.handed_in": EventLabel(
        _("Deposit slip %(label)s handed in: %(amount)s"), "building-bank", "blue"
    ),
    "deposit.credited": EventLabel(
        _("The bank credited %(amount)s of slip %(label)s: %(payment)s"), "building-bank", "green"
    ),
    "netting.proposed": EventLabel(
        _("Netting %(label)s with %(customer)s proposed: %(amount)s"), "arrows-diff", "purple"
    ),
    "netting.booked": EventLabel(
        _("Netting %(label)s approved and booked: %(amount)s"), "user-check", "green"
    ),
    "netting.told": EventLabel(_("Netting %(label)s told to %(to)s by mail"), "mail", "blue"),
    "netting.refused": EventLabel(_("Netting %(label)s refused"), "circle-x", "red"),
    "netting.taken_back": EventLabel(
        _("Netting %(label)s taken back: %(amount)s"), "arrow-back-up", "amber"
    ),
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
}
