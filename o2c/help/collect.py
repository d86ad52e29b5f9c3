"""Help of receivables, matching, disputes and reminders."""

from django.utils.translation import gettext_lazy as _

from o2c.help.topics import Topic

OPEN = (_("Open"), _("Amount − everything allocated to it, as of the day shown."))

TOPICS = {
    "receivables:matching": Topic(
        _("Matching payments"),
        _(
            "Bank entries that o2c did not dare to match by itself, each with proposals and their evidence."
        ),
        (
            (_("Strong"), _("Two independent proofs agree and the sum closes to 0.00.")),
            (_("Likely"), _("One proof, or a difference to decide on.")),
            (_("Weak"), _("Only the amount or the name fits.")),
            (_("Difference"), _("Payment − what it would pay. You say what becomes of it.")),
        ),
        (
            _("Take a proposal with Enter; the next entry comes by itself."),
            _(
                "A wrong match is undone with u: the ledger gets a reversing entry, nothing is deleted."
            ),
            _("What you match by hand teaches the payer's name and account."),
        ),
        (
            ("j k", _("next and previous entry")),
            ("Enter", _("match")),
            ("o", _("other proposal")),
            ("f", _("find items")),
            ("a", _("put on account")),
            ("s", _("skip")),
            ("q", _("ask a colleague")),
            ("u", _("undo the last")),
        ),
    ),
    "receivables:items": Topic(
        _("Open items"),
        _("Every claim and every credit with something left; the sum is the receivables account."),
        (
            OPEN,
            (_("Due"), _("The day it should be paid by; overdue begins the day after.")),
            (_("Unapplied cash"), _("Paid by a known customer, not yet for what.")),
        ),
    ),
    "receivables:item": Topic(
        _("An open item"),
        _("What it asked for, what was allocated when and by whom, what is left."),
        (OPEN,),
        (_("Open a dispute for a part: that part is not reminded while it runs."),),
    ),
    "receivables:account": Topic(
        _("Statement of account"),
        _("All items of a customer as of any day, as the customer should see them."),
        (OPEN, (_("As of"), _("What was effective on that day; later payments are not in it."))),
    ),
    "receivables:import_items": Topic(
        _("Import opening items"),
        _("What customers owed in another system, so that payments find it here."),
        ((_("Opening balances"), _("The account they are booked against, besides receivables.")),),
        (
            _("First you see what each column is taken for, what is new and what is wrong."),
            _("The same number of the same customer is known; nothing is doubled."),
        ),
    ),
    "receivables:bank_files": Topic(
        _("Bank files"),
        _("Statements imported, and what came of each. A file books whole or not at all."),
        (
            (_("New"), _("Entries seen for the first time.")),
            (
                _("Known"),
                _("Entries that were booked already; importing a file twice changes nothing."),
            ),
        ),
        (_("Export camt.053 or MT940 at your bank and drop the file here."),),
    ),
    "receivables:bank_file": Topic(
        _("A bank file"),
        _("Its entries, its chain of balances, and the line that stopped it if it was refused."),
        ((_("Chain"), _("Opening balance + entries = closing balance = next opening balance.")),),
    ),
    "receivables:bank_entry": Topic(
        _("A payment"),
        _("One booking of the bank, word for word, and what it paid."),
        (),
        (
            _(
                "Undo puts the money back on account; the items are open again at their old due dates."
            ),
        ),
    ),
    "receivables:journal": Topic(
        _("Ledger"),
        _(
            "Every entry, balanced. Nothing is changed or deleted; a correction is a reversing entry."
        ),
        (
            (
                _("Debit, credit"),
                _("Their sums are equal in every entry; the database refuses anything else."),
            ),
        ),
    ),
    "receivables:cockpit": Topic(
        _("Close a month"),
        _("What must be right before a month is closed, and closing it."),
        (
            (
                _("Soft, hard"),
                _(
                    "After a soft closing only finance managers post, each act with a reason;"
                    " after a hard one nobody does."
                ),
            ),
            (
                _("Area"),
                _("Invoices, bank, and matching with adjustments close apart or together."),
            ),
        ),
        (
            _("Prove now: a job checks items, ledger, bank, numbers and the chain of events."),
            _("Give each amber check its reason; it is kept with the closing."),
            _("To go back, somebody proposes to reopen and somebody else approves."),
        ),
    ),
    "receivables:reconciliation": Topic(
        _("Reconciliation"),
        _("Our accounts beside those of another general ledger at the end of a day."),
        (
            (
                _("Difference"),
                _("What the other ledger has more; accounts it does not name have none."),
            ),
            (
                _("Documents"),
                _(
                    "With a document column in the list: open items of the control account that differ."
                ),
            ),
        ),
    ),
    "receivables:provision": Topic(
        _("Provision by age"),
        _("A flat-rate share of what is open by age, booked on a closing day."),
        (
            (
                _("Base"),
                _(
                    "Open on that day, less what is disputed now, less VAT in the invoice's proportion."
                ),
            ),
        ),
        (_("Booking takes the provision of the closing before back on the same day."),),
    ),
    "receivables:books_exports": Topic(
        _("Books out"),
        _(
            "Files for the tax adviser, the accounting program or the authority, each kept as it was handed out."
        ),
        (
            (
                _("New since the last"),
                _("Entries that the last file of the same days and format did not have."),
            ),
        ),
        (
            _(
                "DATEV gets customers as debtors and VAT as booked; import one file of a period once."
            ),
            _("The same days again are the same file, to the byte, until something is posted."),
        ),
    ),
    "disputes:list": Topic(
        _("Disputes and deductions"),
        _(
            "Contested amounts, and what payments were short by. They are not reminded; the rest of the invoice is."
        ),
        ((_("Open since"), _("Our clock: how long the customer has waited for an answer.")),),
    ),
    "disputes:detail": Topic(
        _("A dispute"),
        _("What is contested and why, with order, delivery and invoice at hand to decide."),
        (),
        (
            _("It ends in a credit, a rejection or a corrected price."),
            _(
                "A deduction was opened by a payment that was short: accepted it is written off with its VAT (a), charged back it is due as before (c)."
            ),
            _("Undoing the payment closes the case and takes back what was accepted, to the cent."),
        ),
    ),
    "receivables:receipts": Topic(
        _("Cash and cheques"),
        _("What customers hand over: it pays their items at once, and waits here for the bank."),
        (
            (
                _("Deposit slip"),
                _(
                    "What is in hand goes on one slip; handed in, the bank's credit over its sum is found by itself."
                ),
            ),
            (
                _("Bounced"),
                _("The items are open again, due when they were; the fee is a bank charge."),
            ),
        ),
    ),
    "receivables:nettings": Topic(
        _("Nettings"),
        _("Our items against what a customer who supplies us invoiced us."),
        (
            (
                _("Set off"),
                _("The lower of both sides; the oldest items first. The rest is paid as usual."),
            ),
        ),
        (_("Somebody else approves; taken back, the items are open as before."),),
    ),
    "receivables:write_offs": Topic(
        _("Write-offs"),
        _("What was given up, by whom, and what waits for somebody else's approval."),
        (
            (
                _("VAT"),
                _(
                    "Corrected for accepted deductions, goodwill and claims that are lost; not where a rest is only not worth pursuing."
                ),
            ),
        ),
    ),
    "receivables:tolerances": Topic(
        _("Tolerances of deductions"),
        _("Up to which amount, share and yearly sum a short payment is accepted by itself."),
        (),
        (_("A new set holds from its day on; what was decided before stays."),),
    ),
    "receivables:debit_runs": Topic(
        _("Direct debits"),
        _(
            "Runs that collect what is due from customers with a mandate: proposed by one, approved by another, then a file for the bank."
        ),
        (
            (
                _("Announced"),
                _(
                    "Customers are told so many days ahead; an approval that comes too late is refused."
                ),
            ),
            (_("At the bank"), _("Not reminded and on no other run until the bank has answered.")),
        ),
    ),
    "receivables:debit_run": Topic(
        _("A direct debit run"),
        _("What is collected from whom, who is left out and why, and the file for the bank."),
        (
            (_("First"), _("The first collection from a mandate; all later ones are recurrent.")),
            (
                _("Left out by rule"),
                _("Contested items, mandates not in use, customers with credits not applied."),
            ),
        ),
    ),
    "customers:mandates": Topic(
        _("SEPA mandates"),
        _(
            "Customers who let us collect what is due from their account. One enters the mandate, another compares it with the signed paper; only then it is used."
        ),
        (
            (_("Core"), _("For everybody: the customer may have the money back for eight weeks.")),
            (_("B2B"), _("Between businesses: once collected it stays.")),
            (_("Expired"), _("Not collected from for 36 months: a new one must be signed.")),
        ),
    ),
    "dunning:list": Topic(
        _("Reminders"),
        _("Runs: proposed by one, approved by another, then sent. Nothing leaves before approval."),
        (
            (
                _("Level"),
                _(
                    "Of each item; it climbs at most one per run and only after the last letter was delivered."
                ),
            ),
        ),
    ),
    "dunning:run": Topic(
        _("A reminder run"),
        _("Who is reminded of what, who is left out and why, and what changed since the last run."),
        (
            (_("Overdue"), _("Open and past due, less disputed, promised and unapplied amounts.")),
            (_("Oldest"), _("Days since the earliest due date of the customer.")),
            (
                _("Freshness"),
                _(
                    "The last bank statement must be new enough, or paid invoices would be reminded."
                ),
            ),
        ),
        (
            _("Look at a sample letter of each level before you approve."),
            _(
                "Each item is checked again when its letter is written: what was paid meanwhile drops out."
            ),
        ),
    ),
    "dunning:notice": Topic(
        _("A reminder"),
        _("The letter one customer gets for all their overdue items of one currency."),
    ),
}
