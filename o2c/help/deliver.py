"""Help of delivering and billing."""

from django.utils.translation import gettext_lazy as _

from o2c.help.topics import Topic

TOPICS = {
    "fulfillment:to_pick": Topic(
        _("To pick"),
        _("Released orders with stock reserved, the earliest wanted day first."),
        (
            (_("Ready"), _("Lines whose stock is reserved and not yet on a pick list.")),
            (_("Waiting"), _("Lines that wait for stock; they follow in a later shipment.")),
        ),
        (
            _("Tick several orders and create their pick lists together."),
            _("An order whose customer is stopped does not appear here."),
        ),
    ),
    "fulfillment:list": Topic(
        _("Shipments"),
        _("Goods that leave together: picking, dispatched, delivered."),
        (),
        (_("Search also by tracking number."),),
    ),
    "fulfillment:shipment": Topic(
        _("A shipment"),
        _(
            "Pick, correct quantities, dispatch. The delivery note and the invoice follow by themselves."
        ),
        (
            (
                _("Picked"),
                _("What really lies in the box; less than planned goes back to the backlog."),
            ),
        ),
        (
            _(
                "After dispatch the stock has moved and the customer can be billed; it cannot be undone, only returned."
            ),
        ),
    ),
    "fulfillment:backorders": Topic(
        _("Backorders"),
        _("Ordered and released, but not in stock: what, for whom, since when."),
    ),
    "fulfillment:stock": Topic(
        _("Stock"),
        _("What lies where. Every figure is a sum of moves and opens them."),
        (
            (_("On hand"), _("Sum of all moves.")),
            (_("Reserved"), _("Kept for released orders; never more than on hand.")),
            (_("Available"), _("On hand − reserved.")),
        ),
    ),
    "invoicing:list": Topic(
        _("Invoices"),
        _(
            "Invoices and credit notes. An issued document never changes; it is corrected by another."
        ),
        (
            (_("Total"), _("What the document asks for; credit notes count negative.")),
            (
                _("Open"),
                _("What is still to be paid on it: total − payments, credits and discounts."),
            ),
        ),
        (
            _("Export gives exactly the rows of your filter, with the columns you see."),
            _("Tick rows to issue drafts or to send documents again."),
        ),
    ),
    "invoicing:detail": Topic(
        _("An invoice"),
        _(
            "The document as it was sent, what was paid on it, where it came from and where it went."
        ),
        (
            (_("Open"), _("Total − allocations. Paid means nothing is left, not a flag.")),
            (
                _("Payment reference"),
                _("Printed on the invoice; a payment that returns it is matched by itself."),
            ),
        ),
        (
            _("“Credit in full” shows first what it will do: number, reopened amounts, bookings."),
            _("“Send again” sends the same bytes, with your reason in the timeline."),
        ),
    ),
    "invoicing:attach": Topic(
        _("Attach a file"),
        _("Proof of delivery, timesheet, measurements: what the buyer wants to see goes with it."),
        (),
        (
            _("It stands inside the e-invoice, in the PDF and beside it in the mail."),
            _("Only a draft takes files: once issued, an invoice never changes."),
        ),
    ),
    "invoicing:credit_parts": Topic(
        _("Credit a part"),
        _("Some of an invoice is given back: pieces that came back, or money for a lower price."),
        (
            (_("Left"), _("What no credit note has taken yet, in quantity and in money.")),
            (_("Or amount (net)"), _("Lowers the price; the quantity counts as sold.")),
        ),
        (
            _("“Preview” shows net, VAT per rate and total before anything is issued."),
            _("When nothing is left the invoice is cancelled and can be billed again."),
        ),
    ),
    "invoicing:reissue": Topic(
        _("Cancel and reissue"),
        _(
            "An invoice with a wrong word or quantity is credited in full and issued anew in one act."
        ),
        (),
        (
            _("Both happen or neither: the credit note and the new invoice name the old one."),
            _("Prices and VAT stay as they were; for other prices credit a part."),
        ),
    ),
    "invoicing:ask_order_number": Topic(
        _("Ask for the order number"),
        _(
            "The buyer gets a mail with a personal link and types the number themselves; the corrected invoice goes out by itself."
        ),
        (),
        (
            _(
                "The newest link counts; earlier ones end. It is valid for 30 days and for one answer."
            ),
            _("An invoice that was paid, credited or cancelled is not exchanged any more."),
        ),
    ),
    "invoicing:subscriptions": Topic(
        _("Subscriptions"),
        _("What is agreed once and billed period by period, by itself."),
        ((_("Net a month"), _("What the lines that run today cost, divided by the months.")),),
        (_("What could not be billed stands here with its cause and is tried again."),),
    ),
    "invoicing:subscription": Topic(
        _("Subscription"),
        _("What it charges, at which prices, what is billed and what comes next."),
        ((_("Next periods"), _("Amounts at the prices agreed today; started periods by days.")),),
        (_("Days that are billed never change: choose a later day, or credit the invoice."),),
    ),
    "invoicing:indices": Topic(
        _("Price indices"),
        _("Published values that prices follow, each with its source."),
        (),
        (_("A wrong value is taken away and entered again, unless prices came of it."),),
    ),
    "invoicing:adjust_prices": Topic(
        _("Adjust prices by index"),
        _("Once a year a price becomes price × new value ÷ base value, rounded to the cent."),
        (),
        (_("A change below the threshold waits; small changes add up."),),
    ),
    "invoicing:enter_order_number": Topic(
        _("Enter the order number"),
        _(
            "The customer's own number of an order that came without it; what waited for it is invoiced by itself."
        ),
    ),
    "invoicing:add_step": Topic(
        _("Deposit or milestone"),
        _("A part of the order that is asked for before its invoice, which deducts it."),
        ((_("Share of the order"), _("Of its net, split over its VAT rates.")),),
        (_("Billed when the order is released, on a day, or when you say that it is reached."),),
    ),
    "invoicing:archive": Topic(
        _("The archive"),
        _("Every issued document as it was sent: found by number, customer, order or amount."),
        (
            (_("Opened by"), _("People who opened a stored file, once a day each.")),
            (
                _("Kept until"),
                _("By the law of the company's country; nothing is deleted by itself."),
            ),
        ),
        (_("Type an amount, and the documents of just this amount are found."),),
    ),
    "invoicing:archived": Topic(
        _("A stored document"),
        _("Its files, checked against their hash each time, where it went and who opened it."),
        (),
        (_("Print again gives the very bytes that were sent."),),
    ),
    "invoicing:deliveries": Topic(
        _("Invoice delivery"),
        _(
            "Each way an invoice took to its buyer, and what the other side said. Nothing waits silently: what is late, returned or rejected is told and stands here."
        ),
        (
            (_("On the way"), _("Planned or being sent; letters wait for the post.")),
            (
                _("Waiting for receipt"),
                _("Handed over. A mail nobody returns in time counts as arrived."),
            ),
            (_("Rejected"), _("The buyer's side refused what the invoice says.")),
            (_("Failed"), _("Returned, refused or uncertain, and no other channel is left.")),
        ),
        (
            _("What surely failed takes the customer's next channel by itself."),
            _("What may have arrived is never sent again by itself: look, then settle it."),
        ),
    ),
    "invoicing:delivery": Topic(
        _("A delivery"),
        _("One way of one invoice to its buyer: what was sent, where to, and the receipt."),
        (),
        (
            _("Settle it when you know more than o2c does; your reason is kept."),
            _("A rejected invoice is credited in full and issued again, mended."),
        ),
    ),
    "invoicing:letter_batches": Topic(
        _("Letters to print"),
        _(
            "The letters of a day in one file, by country and postcode, each behind a page that names it."
        ),
        (),
        (_("After posting, note the batch as handed over: that is the receipt of its letters."),),
    ),
    "invoicing:letter_batch": Topic(
        _("A print batch"),
        _("One file to print, its list, and its letters in the order of the post."),
    ),
    "invoicing:channels": Topic(
        _("Channels of a customer"),
        _("How the customer gets invoices, first to last. The next is taken when one fails."),
        (),
        (_("Leave all empty to let o2c choose by what the customer has."),),
    ),
    "invoicing:unbilled": Topic(
        _("Deliveries not billed yet"),
        _(
            "What has left the house and stands on no invoice: what was refused, and what waits for the end of its week or month or for the rest of its order."
        ),
        (
            (_("Net, about"), _("The shipment's share of the order's net.")),
            (_("Age"), _("Days since it left.")),
        ),
        (_("“Bill now…” shows every invoice that is due before anything is written."),),
    ),
    "invoicing:bill_now": Topic(
        _("Billing run"),
        _(
            "Each row becomes one invoice. Nothing is written before you press the button; a job then makes them and says of each what became of it."
        ),
        ((_("Why now"), _("What its order's billing policy waited for, or that it is early.")),),
        (
            _(
                "Orders billed in advance, billing plans and subscriptions are billed by themselves, not here."
            ),
        ),
    ),
}
