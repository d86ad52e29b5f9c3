"""Help of home, reports and the work behind the scenes."""

from django.utils.translation import gettext_lazy as _

from o2c.help.topics import Topic

DSO = (
    _("Days sales outstanding"),
    _(
        "How many days of sales are still to be paid. Count-back: the balance is taken off the sales of the months before, newest first."
    ),
)
AGEING = (
    _("Ageing"),
    _(
        "Open amounts by days past due: not due, 1–30, 31–60, 61–90, 91 and more. Credits and unapplied cash stand apart; all together is the balance."
    ),
)

TOPICS = {
    "home": Topic(
        _("Home"),
        _("What waits for you, since when, worth how much; then how the money stands."),
        (DSO, AGEING),
        (
            _("Work from the top: the oldest entry says how long somebody has waited."),
            _("Every figure leads to the list that adds up to it."),
        ),
        (("j k", _("next and previous queue")), ("Enter", _("open it"))),
    ),
    "search": Topic(
        _("Search"),
        _(
            "Numbers, names, amounts, purchase orders, IBANs and payment texts of everything you may see."
        ),
        (),
        (_("A part of a number is enough; an amount is found however you type it."),),
    ),
    "reporting:index": Topic(
        _("Reports"),
        _("Each figure with its definition, its day, and the documents behind it."),
    ),
    "reporting:ageing": Topic(
        _("Aged receivables"),
        _("Who owes what, and how long it is overdue, as of any day."),
        (
            AGEING,
            (_("As of"), _("What was effective on that day.")),
            (
                _("As known on"),
                _("What had been booked by then, even if it was effective earlier."),
            ),
        ),
    ),
    "reporting:dso": Topic(
        _("Days sales outstanding"),
        _("How fast sales become money, month by month."),
        (
            DSO,
            (_("Best possible"), _("The same if nobody were late: only what is not due yet.")),
            (_("Delinquent"), _("The difference: days that lateness costs.")),
        ),
    ),
    "reporting:cash": Topic(
        _("Cash in"),
        _("Money received, and the share that found its invoices without a person."),
        ((_("By itself"), _("Matched by o2c on two independent proofs, untouched since.")),),
    ),
    "reporting:billing": Topic(
        _("Billing quality"),
        _(
            "How billing itself works: how fast an invoice reaches its buyer, how many are right at once, what was corrected and why."
        ),
        (
            (
                _("Half within, 9 of 10 within"),
                _("The median, and the time that only the slowest tenth takes longer than."),
            ),
            (
                _("Right the first time"),
                _(
                    "Not credited, reissued, rejected by the buyer's side or disputed because of price, quantity or the invoice itself, to this day."
                ),
            ),
            (
                _("Cause of a correction"),
                _(
                    "Told from the data: what the buyer's side rejected, what the new invoice says otherwise, what was disputed, what was credited. Where nothing tells it: other."
                ),
            ),
        ),
        (
            _("Begin with the longest bar: each leads to its documents."),
            _("Mend causes where they arise: rules at the customer, prices in the price list."),
        ),
    ),
    "reporting:billing_documents": Topic(
        _("Billing quality: documents"),
        _("The documents behind a figure of billing quality, the slowest or newest first."),
        (),
        (_("The tabs show another figure for the same days."),),
    ),
    "reporting:open_orders": Topic(
        _("Open orders"),
        _("The backlog: ordered, not yet shipped, with the days wanted and promised."),
    ),
    "reporting:sales": Topic(
        _("Sales"),
        _("Invoiced net less credit notes, by representative, product or customer."),
        ((_("Net sales"), _("Invoice nets − credit note nets, on the document's date.")),),
    ),
    "core:jobs": Topic(
        _("Jobs"),
        _(
            "Long work: imports, runs, mass acts. You may close the page; the bell tells when it ends."
        ),
    ),
    "core:job": Topic(
        _("A job"),
        _("Progress, and each row with what became of it. What is done stays done if you stop it."),
    ),
    "core:messages": Topic(
        _("Messages"),
        _(
            "Every mail o2c sends. A mail goes out at most once; what nobody knows is shown as uncertain."
        ),
        (
            (
                _("Uncertain"),
                _("The connection broke after sending: look into the mailbox, then decide."),
            ),
        ),
    ),
    "core:audit": Topic(
        _("Audit trail"),
        _("Who did what when, sealed day by day. Nothing here can be changed."),
        (
            (_("Business date"), _("The day it counts for.")),
            (_("Recorded"), _("The moment it was written down.")),
        ),
    ),
    "core:notifications": Topic(
        _("Notifications"), _("What you follow and what ended: your own, in all your companies.")
    ),
    "core:profile": Topic(
        _("Profile"),
        _("Your language, the look of the pages, and whether single letters are keys."),
    ),
}
