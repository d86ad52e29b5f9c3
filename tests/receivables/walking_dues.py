"""Refunds, claims, money in another currency, and money before the invoice, of a random walk."""

from datetime import timedelta
from decimal import Decimal

import receivables.services as receivables
from core.roles import Role
from o2c import flow
from o2c.money import cents
from orders.models import Order
from receivables.models import (
    BankAccount,
    BankRefund,
    Claim,
    ExchangeRate,
    OpenItem,
    OrderAdvance,
)
from receivables.services import ShareDraft
from receivables.services.debit_proposal import next_bank_day
from tests.receivables.test_status_reports import batch, report, row
from tests.receivables.walking_bank import Moved
from tests.receivables.walking_books import Wrong
from tests.receivables.walking_firm import IBANS, one_of, pick
from tests.receivables.walking_hand import Hand


class Life(Hand):
    """All that people and jobs do."""

    # --- refunds by transfer ---------------------------------------------------------------------
    def propose_refund(self, which: int, share: int) -> None:
        """A credit goes back, wholly or partly, at times to an account that somebody gives."""
        if credit := pick(self._open(positive=False), which):
            left = -credit.outstanding_amount
            amount = left if share % 3 else cents(left * (1 + share % 105) / 100)
            account = None
            if share % 4 == 0 or receivables.origin_of(credit) is None:
                account = receivables.RefundAccount(one_of(IBANS, share), "", "They wrote")
            self.act(
                "propose a refund",
                lambda: receivables.propose_bank_refund(
                    credit.pk, amount=amount, note="Too much", account=account,
                    by=self.clerk, on=self.day,
                ),
            )  # fmt: skip

    def propose_sure_refunds(self) -> None:
        """What surely goes back proposes itself."""
        self.act(
            "propose sure refunds",
            lambda: receivables.propose_bank_refunds(self.company, by=self.clerk, on=self.day),
        )

    def decide_refund(self, which: int) -> None:
        """The second person says yes, or at times no."""
        if made := pick(self._refunds("proposed"), which):
            self.act(
                "decide on a refund",
                lambda: receivables.decide_bank_refund(
                    made.pk, is_approved=which % 6 > 0, by=self.finance, on=self.day
                ),
            )

    def withdraw_refund(self, which: int) -> None:
        """It does not go back after all; at times it is at the bank by then."""
        if made := pick(self._refunds("approved", "sent"), which):
            verb = receivables.withdraw_bank_refund if which % 2 else receivables.reject_bank_refund
            self.act(
                "withdraw a refund",
                lambda: verb(made.pk, reason="Not asked", by=self.finance, on=self.day),
            )

    def order_refunds(self, currency: str) -> None:
        """One file for the bank."""
        account = BankAccount.objects.get(company=self.company, currency=currency, kind="bank")
        order = receivables.RefundOrder(account.pk, next_bank_day(self.day))
        self.act(
            "order refunds",
            lambda: receivables.write_refund_run(self.company, order, by=self.clerk, on=self.day),
        )

    def refunded(self, which: int, how: int) -> None:
        """The bank carries a refund out, or the whole order at once."""
        if made := pick(self._refunds("sent"), which):
            together = [row for row in self._refunds("sent") if row.run_id == made.run_id]
            rows = together if how % 3 == 0 else [made]
            assert made.run is not None
            self._import(
                [
                    Moved(
                        -sum((row.amount for row in rows), Decimal(0)), self.day, made.run.number,
                        end_to_end="NOTPROVIDED" if how % 3 == 0 else made.end_to_end_id,
                        currency=made.item.currency,
                    )
                ],
                self.day,
                "the bank pays a refund out",
            )  # fmt: skip

    def rejected(self, which: int, how: int) -> None:
        """The bank rejects a refund or a debit it has, or the whole order; it says so twice."""
        orders = [(one.run, one.end_to_end_id) for one in self._refunds("sent")]
        orders += [(one.run, one.end_to_end_id) for one in self._debits("sent")]
        if not (chosen := pick(orders, which)):
            return
        run, name = chosen
        assert run is not None
        told = report(run.number, batches=batch(run.number, row(name)))
        content = told if how % 3 else report(run.number, group="RJCT")
        self.act("the bank rejects", lambda: self._upload(content, "report.xml"))
        before = self.books.left_behind()
        self._upload(content, "report.xml")
        if self.books.left_behind() != before:
            raise Wrong("a report told twice did something")

    def refund_returned(self, which: int, fee: int) -> None:
        """The account was closed: the money comes back, at times less a fee."""
        if made := pick(self._refunds("paid"), which):
            kept = Decimal("3.50") if fee % 3 == 0 and made.amount > 4 else Decimal(0)
            back = Moved(
                made.amount - kept, self.day, end_to_end=made.end_to_end_id, code="AC04",
                currency=made.item.currency,
            )  # fmt: skip
            self._import([back], self.day, "a refund comes back")

    def _refunds(self, *states: str) -> list[BankRefund]:
        rows = BankRefund.objects.filter(company=self.company, state__in=states)
        return list(rows.select_related("item", "run").order_by("pk"))

    # --- claims ----------------------------------------------------------------------------------
    def claim(self, which: int, days_ago: int, is_all: bool) -> None:
        """Interest up to a day and the flat sum, of an invoice or of all of a customer."""
        until = self.day - timedelta(days=days_ago)
        customer = one_of(self.customers, which)
        late = OpenItem.objects.filter(
            company=self.company, kind="invoice", amount__gt=0, due_on__lt=until
        )
        item = pick(list(late.order_by("pk")), which)
        if item and not is_all:
            self.act(
                "claim interest",
                lambda: receivables.claim_interest(
                    item.pk, until=until, with_flat_sum=which % 3 > 0, by=self.clerk, on=self.day
                ),
            )
        elif item:
            self.act(
                "claim all interest",
                lambda: receivables.claim_all_interest(
                    customer.pk, until=until, by=self.clerk, on=self.day
                ),
            )

    def waive(self, which: int) -> None:
        """A claim is given up."""
        if made := pick(self._claims(), which):
            self.act(
                "waive a claim",
                lambda: receivables.waive_claim(
                    made.pk, reason="Good customer", by=self.finance, on=self.day
                ),
            )

    def pay_claim(self, which: int, how: int) -> None:
        """A claim is paid, wholly or short."""
        if made := pick([row for row in self._claims() if row.item.outstanding_amount], which):
            amount = max(made.item.outstanding_amount - how % 3, Decimal("0.01"))
            text = str(made) if how % 2 else "thank you"
            name = made.item.customer.name.replace("&", "&amp;")
            moved = Moved(amount, self.day, text, name, currency=made.item.currency)
            self._import([moved], self.day, "a claim is paid")

    def _claims(self) -> list[Claim]:
        rows = Claim.objects.filter(company=self.company, state="claimed")
        return list(rows.select_related("item__customer").order_by("pk"))

    # --- another currency ------------------------------------------------------------------------
    def sent_dollars(self, which: int, how: int, off: int) -> None:
        """Dollars are sent for an item, euros come; the bank tells both, the rate, its charges."""
        if owed := pick(self._dollars(), which):
            sent = owed.outstanding_amount + (0, 0, 0, 10, -owed.outstanding_amount / 2)[how % 5]
            sent = max(cents(sent), Decimal("0.01"))
            kept = Decimal("2.50") if off % 3 == 0 else Decimal(0)
            came = self._in_euros(sent, 90 + off % 14) - kept
            told = (
                f'<AmtDtls><InstdAmt><Amt Ccy="USD">{sent}</Amt></InstdAmt></AmtDtls>'
                if how % 4 < 3
                else ""
            )
            if kept:
                told += f'<Chrgs><Rcrd><Amt Ccy="EUR">{kept}</Amt></Rcrd></Chrgs>'
            if came > 0:
                name = owed.customer.name.replace("&", "&amp;")
                moved = Moved(came, self.day, owed.document_number, name, told=told)
                self._import([moved], self.day, "dollars are sent")

    def match_dollars(self, which: int, item: int, share: int) -> None:
        """A person says how many dollars were paid by euros."""
        euros = [row for row in self._waiting(positive=True) if row.currency == "EUR"]
        entry, owed = pick(euros, which), pick(self._dollars(), item)
        if entry and owed:
            given = owed.outstanding_amount if share % 3 else cents(owed.outstanding_amount / 2)
            paid = given + (0, 0, 5, -1)[share % 4]
            self.act(
                "match in dollars",
                lambda: flow.match_entry(
                    entry.pk, shares=[ShareDraft(owed.pk, given)], paid_amount=paid,
                    by=self.clerk, on=self.day,
                ),
                since=entry.booking_on,
            )  # fmt: skip

    def _dollars(self) -> list[OpenItem]:
        return [item for item in self._open(positive=True) if item.currency == "USD"]

    def _in_euros(self, dollars: Decimal, percent: int) -> Decimal:
        """So much of what they are worth today."""
        known = ExchangeRate.objects.filter(company=self.company, currency="USD")
        rate = known.filter(valid_on__lte=self.day).latest("valid_on")
        return cents(dollars * rate.books_amount / rate.currency_amount * percent / 100)

    # --- money before the invoice ----------------------------------------------------------------
    def order_ahead(self, who: int, what: int, quantity: int) -> None:
        """An order that is not delivered yet."""
        customer, lines = one_of(self.customers, who), self._lines(what, quantity)
        self.act("order ahead", lambda: self._ordered(customer, lines))

    def pay_ahead(self, which: int, how: int) -> None:
        """Money for an order by its number, the whole or a part of it."""
        if order := pick(self._released_orders(), which):
            amount = cents(order.gross_amount / (1, 1, 1, 2, 3)[how % 5])
            name = order.customer.name.replace("&", "&amp;")
            moved = Moved(amount, self.day, f"Vorkasse {order.number}", name)
            self._import([moved], self.day, "an order is paid ahead")

    def bind(self, which: int, order: int) -> None:
        """A person says which order money on account is for."""
        payments = [item for item in self._open(positive=False) if item.kind == "payment"]
        credit = pick(payments, which)
        theirs = [
            row
            for row in self._released_orders()
            if credit and (row.customer_id == credit.customer_id or order % 9 == 0)
        ]
        chosen = pick(theirs, order)
        if credit and chosen:
            self.act(
                "bind to an order",
                lambda: receivables.bind_advance(credit.pk, chosen.pk, by=self.clerk, on=self.day),
            )

    def free(self, which: int) -> None:
        """It is for the order no more."""
        live = OrderAdvance.objects.live().filter(company=self.company).order_by("pk")
        if made := pick(list(live), which):
            self.act(
                "free an advance",
                lambda: receivables.free_advance(made.pk, by=self.clerk, on=self.day),
            )

    def deliver_ahead(self, which: int) -> None:
        """The order is delivered and billed; what was paid ahead pays it."""
        if order := pick(self._released_orders(), which):
            self.act("deliver what was ordered", lambda: self._deliver(order))

    def cancel_order(self, which: int) -> None:
        """The order is cancelled; what was paid ahead is free."""
        if order := pick(self._released_orders(), which):
            rep = self.world.by(Role.SALES_REP)
            self.act(
                "cancel an order",
                lambda: flow.cancel_order(order.pk, reason="Not needed", by=rep, on=self.day),
            )

    def _released_orders(self) -> list[Order]:
        rows = Order.objects.filter(company=self.company, state="released")
        return list(rows.select_related("customer").order_by("pk"))
