"""A company that lives at random: what people and jobs do with money, through the product's verbs.

An act is a method here (or at the ``Desk``) and a rule in ``test_walks``; its numbers choose among
what is there, so that the same numbers are the same walk.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

import invoicing.services as invoicing
import orders.services as orders
import receivables.services as receivables
from core.roles import Role
from credit.models import CreditHold
from customers.models import Customer
from invoicing.models import Invoice, InvoiceLine
from o2c import flow
from o2c.money import cents
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order
from receivables.models import (
    Allocation,
    BankAccount,
    Debit,
    DebitRun,
)
from reporting.services import fold_days
from tests.receivables.walking_bank import Moved
from tests.receivables.walking_books import Wrong
from tests.receivables.walking_desk import Desk
from tests.receivables.walking_firm import one_of, pick


class Walk(Desk):
    """Documents, the customers' accounts, direct debits, and the period."""

    # --- documents -------------------------------------------------------------------------------
    def bill(self, who: int, what: int, quantity: int) -> None:
        """An order from entry to its invoice, released by credit where it is held."""
        customer, made = one_of(self.customers, who), list[Order]()
        lines = self._lines(what, quantity)
        self.act("order", lambda: made.append(self._ordered(customer, lines)))
        if made:
            self.act("deliver and bill", lambda: self._deliver(made[0]))

    def _lines(self, what: int, quantity: int) -> tuple[LineDraft, ...]:
        chosen = [a for n, a in enumerate(self.articles) if (what + 1) >> n & 1] or self.articles
        return tuple(
            LineDraft(product_id=article.pk, quantity=Decimal(quantity + n))
            for n, article in enumerate(chosen)
        )

    @transaction.atomic
    def _ordered(self, customer: Customer, lines: tuple[LineDraft, ...]) -> Order:
        draft = OrderDraft(buyer=BuyerDraft(customer_id=customer.pk), lines=lines)
        rep = self.world.by(Role.SALES_REP)
        order = orders.create_order(self.company, draft, by=rep, on=self.day)
        return self._released(flow.submit_order(order.pk, by=rep, on=self.day))

    @transaction.atomic
    def _deliver(self, order: Order) -> None:
        shipment = self.world.picked(order, on=self.day)
        self.world.dispatched(shipment, on=self.day)
        if not Invoice.objects.filter(shipment=shipment).exists():
            raise Wrong(f"shipment {shipment.number} was not billed")

    def _released(self, order: Order) -> Order:
        if order.state != "on_hold":
            return order
        hold = CreditHold.objects.get(order=order, company=self.company)
        manager = self.world.by(Role.CREDIT_MANAGER)
        return flow.release_hold(hold.pk, reason="Good payer", by=manager, on=self.day)

    def credit_in_full(self, which: int) -> None:
        """Take an invoice back."""
        if invoice := pick(self._invoices(), which):
            self.act("credit in full", lambda: self._credit(invoice.pk))

    def _credit(self, pk: int) -> None:
        flow.credit_invoice(pk, reason="Wrong", by=self.world.by(Role.BILLING), on=self.day)

    def credit_part(self, which: int, line: int, share: int) -> None:
        """Credit a piece of a line, or some money of it."""
        invoice = pick(self._invoices(), which)
        if not invoice:
            return
        wrong = pick(list(InvoiceLine.objects.filter(invoice=invoice).order_by("pk")), line)
        assert wrong is not None
        part = (
            invoicing.CreditPart(quantity=Decimal(1))
            if share % 2
            else invoicing.CreditPart(net_amount=cents(wrong.net_amount * share / 1000))
        )
        self.act(
            "credit a part",
            lambda: flow.credit_parts(
                invoice.pk, lines={wrong.pk: part}, charges={}, reason="Broken",
                by=self.world.by(Role.BILLING), on=self.day,
            ),
        )  # fmt: skip

    def _invoices(self) -> list[Invoice]:
        rows = Invoice.objects.filter(company=self.company, kind="invoice")
        return list(rows.order_by("pk"))

    def open_an_old_item(self, who: int, days_ago: int, amount: int) -> None:
        """An item of the system before; its document may be in a closed month."""
        customer, issued = one_of(self.customers, who), self.day - timedelta(days=days_ago)
        number = f"ALT{self.count.total():05}"
        kind = "credit note" if amount % 3 == 0 else "invoice"
        currency = "USD" if amount % 2 else "EUR"
        worth = f"{amount * 7 // 9 + 1}.55" if currency == "USD" and amount % 5 else ""
        text = (
            "number;customer;issued;due;amount;kind;currency;local amount\n"
            f"{number};{customer.number};{issued};{issued};{amount}.{amount % 100:02};{kind}"
            f";{currency};{worth}\n"
        )
        self.act(
            "open an old item",
            lambda: receivables.import_items(
                self.company, text.encode(), "old.csv", by=self.finance, on=self.day
            ),
            since=issued,
        )

    # --- the customer's account ------------------------------------------------------------------
    def allocate(self, credit: int, debit: int, share: int) -> None:
        """A credit pays a debit, wholly or partly; at times of somebody else's."""
        using = pick(self._open(positive=False), credit)
        if using is None:
            return
        debits = [
            item for item in self._open(positive=True) if item.customer_id == using.customer_id
        ]
        owed = pick(debits if share % 10 else self._open(positive=True), debit)
        if owed:
            most = min(-using.outstanding_amount, owed.outstanding_amount)
            amount = most if share % 2 else cents(most * (1 + share % 110) / 100)
            self.act(
                "allocate",
                lambda: receivables.allocate(
                    using.pk, owed.pk, amount=amount, by=self.clerk, on=self.day
                ),
            )

    def take_back(self, which: int) -> None:
        """Reverse one allocation."""
        rows = Allocation.objects.filter(company=self.company, amount__gt=0, reversed_by=None)
        if row := pick(list(rows.order_by("pk")), which):
            self.act(
                "take an allocation back",
                lambda: receivables.take_back(row.pk, by=self.clerk, on=self.day),
            )

    # --- direct debits ---------------------------------------------------------------------------
    def propose_debits(self) -> None:
        """What is due of those who signed."""
        self.act("propose debits", self._propose_debits)

    def _propose_debits(self) -> None:
        account = BankAccount.objects.get(company=self.company, currency="EUR", kind="bank")
        plan = receivables.DebitPlan(account.pk, receivables.first_day(self.company, self.day))
        flow.propose_debits(self.company, plan, by=self.clerk, on=self.day)

    def approve_debits(self, which: int) -> None:
        """A second person lets a run go to the bank."""
        if run := pick(list(DebitRun.objects.filter(company=self.company).order_by("-pk")), which):
            self.act(
                "approve debits",
                lambda: flow.approve_debits(
                    run.pk, by=self.finance, on=self.day, seen_hash=run.content_hash
                ),
            )

    def collected(self, which: int) -> None:
        """The money of a debit comes, by its own reference."""
        if debit := pick(self._debits("sent"), which):
            self._import([Moved(debit.amount, self.day, end_to_end=debit.end_to_end_id)], self.day)

    def debit_returned(self, which: int, fee: int) -> None:
        """A collected debit goes back, its bank asks for a fee."""
        if debit := pick(self._debits("collected"), which):
            amount = -debit.amount - (Decimal("4.75") if fee % 2 else 0)
            back = Moved(amount, self.day, end_to_end=debit.end_to_end_id, code="AM04")
            self._import([back], self.day)

    def _debits(self, state: str) -> list[Debit]:
        return list(Debit.objects.filter(company=self.company, state=state).order_by("pk"))

    # --- the period ------------------------------------------------------------------------------
    def close(self, days_ago: int) -> None:
        """Close up to some days ago; an earlier day than before reopens."""
        until = self.day - timedelta(days=days_ago)
        self.act(
            "close the books",
            lambda: receivables.close_books(
                self.company, until=until, by=self.finance, on=self.day,
                reason="Late invoice" if days_ago % 3 == 0 else "",
            ),
        )  # fmt: skip

    def revalue(self, days_ago: int) -> None:
        """Value what is open in dollars at the end of a day."""
        day = self.day - timedelta(days=days_ago)
        self.act(
            "value dollars",
            lambda: receivables.revalue(self.company, day=day, by=self.finance, on=self.day),
            since=day,
        )

    def sum_days(self) -> None:
        """The reports' nightly job."""
        fold_days(self.company.pk)
        self.count["sum the days"] += 1
        self.look()
