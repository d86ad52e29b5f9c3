"""Help of selling: customers, products, price lists, orders; and credit."""

from django.utils.translation import gettext_lazy as _

from o2c.help.topics import Topic

LIMIT = (
    _("Credit limit"),
    _(
        "How much the customer may owe at a time. A limit is proposed by one and approved by another."
    ),
)
EXPOSURE = (
    _("Used"),
    _(
        "Open released orders + shipped, not invoiced + invoiced, not due + overdue − unapplied cash."
    ),
)
LEFT = (_("Left"), _("Limit − used. An order above it waits for a credit decision."))

TOPICS = {
    "customers:list": Topic(
        _("Customers"),
        _(
            "Everybody you sell to in this company, with terms, sales representative and risk class."
        ),
        ((_("Risk class"), _("A to D, from payment behaviour; it sets which terms are offered.")),),
        (
            _("Search by number, name or VAT id; a customer's page shows all that is open."),
            _("“Blocked or stopped” lists those who get nothing delivered."),
        ),
    ),
    "customers:detail": Topic(
        _("A customer in one look"),
        _("What they owe, what is overdue, whether they may order, who speaks with them."),
        (
            (_("Balance"), _("All open invoices less credits and unapplied cash, per currency.")),
            (_("Overdue"), _("Open amounts whose due date has passed; the due day itself is not.")),
            LIMIT,
            EXPOSURE,
            LEFT,
        ),
        (
            _("Record a call or a promise where you stand: it appears in the timeline."),
            _("“Statement of account” shows every item as of any day, ready to print."),
            _("Pause reminders until a day, with the reason, when something is being settled."),
        ),
    ),
    "customers:import": Topic(
        _("Import customers"),
        _("A list of another system, by customer number: CSV or XLSX with a heading row."),
        (),
        (
            _("First you see what each column is taken for, what is new and what is wrong."),
            _("Nothing is written before you confirm; the same list twice changes nothing."),
        ),
    ),
    "customers:new": Topic(
        _("New customer"),
        _("Name, address and VAT id as they will be printed on every document."),
        (
            (
                _("VAT id"),
                _("Its check digits are verified; with it, sales within the EU can be untaxed."),
            ),
        ),
        (_("A limit is proposed afterwards, on the customer's page."),),
    ),
    "catalog:list": Topic(
        _("Products"),
        _("What you sell: goods with stock, and services that are done instead of shipped."),
        (
            (
                _("VAT class"),
                _("With the buyer's country it decides the rate and category of a line."),
            ),
        ),
    ),
    "catalog:product": Topic(
        _("A product"),
        _("Its texts in each language, its prices in all lists and its stock in all warehouses."),
        (
            (_("On hand"), _("What lies in the warehouse: the sum of all moves.")),
            (_("Reserved"), _("Kept for released orders.")),
            (_("Available"), _("On hand − reserved: what can be promised to the next customer.")),
            (_("Reorder point"), _("Below it the product is proposed for reordering.")),
        ),
    ),
    "catalog:price_lists": Topic(
        _("Price lists"),
        _("General prices and agreements with single customers, each with its validity."),
        (
            (
                _("Which price wins"),
                _(
                    "Agreement of the customer, then the general list; the largest quantity break that fits."
                ),
            ),
        ),
    ),
    "orders:list": Topic(
        _("Orders"),
        _("All orders from draft to completed, with what they are worth."),
        (
            (_("Net"), _("Sum of the line nets, each rounded once.")),
            (_("Total"), _("Net and VAT, worked out per rate on the summed nets.")),
        ),
        (
            _("Tick drafts and submit them together: a preview says what will happen to each."),
            _("Save a filter as a view and share it with colleagues."),
        ),
    ),
    "orders:new": Topic(
        _("Entering an order"),
        _(
            "Like a spreadsheet: article, Tab, quantity, Enter. Price, stock and credit follow as you type."
        ),
        (
            LEFT,
            (_("Promised"), _("The day each line can leave, from stock and the day wanted.")),
            (
                _("Charges and discounts"),
                _("Freight, packing or a discount on the whole order, as amount or percentage."),
            ),
            (
                _("On which invoice"),
                _("Which of several invoices bears an amount; a percentage follows its lines."),
            ),
            (_("Invoiced"), _("When the order is invoiced: as the customer, unless chosen here.")),
        ),
        (
            _(
                "Copy rows from a spreadsheet (article, quantity) and paste them into an article cell."
            ),
            _("A draft is kept while you type. “Submit” asks credit and reserves the stock."),
            _("Over the limit the order is not lost: it waits for credit with all its figures."),
        ),
        (
            ("Enter", _("next row, same column")),
            ("Tab", _("next cell")),
            ("Ctrl Delete", _("remove the row")),
            ("F4", _("charge or discount")),
            ("Ctrl Enter", _("submit")),
        ),
    ),
    "orders:detail": Topic(
        _("An order"),
        _("From here everything follows: shipments, invoices, payments stand in the flow above."),
        ((_("Shipped, invoiced"), _("Sums over the real shipments and invoices, never flags.")),),
        (_("Cancel what has not left: its stock is free again, what has left stays billed."),),
    ),
    "orders:import": Topic(
        _("Import orders"),
        _("Peppol/UBL order XML, CSV or XLSX. A file is read whole; each order becomes a draft."),
        (),
        (
            _(
                "Rows that cannot be read are named with line and column, and nothing of them is kept."
            ),
        ),
    ),
    "credit:holds": Topic(
        _("Credit holds"),
        _("Orders that wait for a decision because a rule said hold, oldest first."),
        (LIMIT, EXPOSURE, LEFT),
        (
            _("Each hold shows what every rule saw, and the smallest acts that would free it."),
            _("A payment that arrives frees an order by itself; it then leaves this list."),
            _("Whoever entered an order cannot release it."),
        ),
    ),
    "credit:queue": Topic(
        _("Credit holds"),
        _("Orders that wait for a decision because a rule said hold, the oldest first."),
    ),
    "credit:hold": Topic(
        _("A held order"),
        _("What each rule saw when it held the order, and what the figures are now."),
        (
            LIMIT,
            EXPOSURE,
            (_("With this order"), _("Used + this order: what the limit is compared with.")),
        ),
        (_("Give a reason: it is kept for ever with the figures you saw."),),
    ),
    "credit:limits": Topic(
        _("Credit limits"),
        _("Proposals and their history. The one who proposes never approves."),
        (LIMIT,),
    ),
}
