"""Cash, cheques and deposit slips of a random walk, and nettings with who supplies us."""

from datetime import date, timedelta
from decimal import Decimal

import receivables.services as receivables
from o2c import flow
from o2c.money import cents
from receivables.models import BankAccount, DepositSlip, Netting, OpenItem, Receipt
from receivables.services import ShareDraft
from tests.receivables.walking import Walk
from tests.receivables.walking_bank import Moved
from tests.receivables.walking_firm import one_of, pick


class Hand(Walk):
    """What is handed over, and what is set off."""

    # --- cash and cheques ------------------------------------------------------------------------
    def take(self, how: int, which: int, days_ago: int, share: int) -> None:
        """Cash or a cheque for an item, a part of it with too much, or on account."""
        owed = pick(self._mine(), which)
        customer = owed.customer if owed else one_of(self.customers, which)
        amount = owed.outstanding_amount if owed else Decimal(50 + which)
        if share % 3 == 0:
            amount = cents(amount * (1 + share % 130) / 100) or Decimal("0.01")
        shares = []
        if owed and how % 4:
            paid = min(amount, owed.outstanding_amount)
            left = owed.outstanding_amount - paid
            granted = left if how % 4 == 2 and left <= owed.discount_amount else Decimal(0)
            shares = [ShareDraft(owed.pk, paid, discount=granted)]
        kind = Receipt.Kind.CASH if how % 3 == 0 else Receipt.Kind.CHEQUE
        received_on = self.day - timedelta(days=days_ago)
        draft = receivables.ReceiptDraft(
            customer.pk, kind, amount, received_on, cheque_number=str(self.count.total()),
            drawer_bank="Volksbank Ulm", identification="Passport", shares=shares,
        )  # fmt: skip
        self.act(
            f"take {kind}",
            lambda: flow.take_receipt(self.company, draft, by=self.clerk, on=self.day),
            since=received_on,
        )

    def _mine(self) -> list[OpenItem]:
        """What is owed in the books' currency."""
        debits = self._open(positive=True)
        return [item for item in debits if item.currency == self.company.currency]

    def cancel_receipt(self, which: int) -> None:
        """A receipt was entered in error; at times it is not in hand any more."""
        if made := pick(self._receipts("held", "banked"), which):
            self.act(
                "cancel a receipt",
                lambda: flow.cancel_receipt(made.pk, note="Wrong", by=self.clerk, on=self.day),
            )

    def put_on_slip(self, which: int, count: int) -> None:
        """Some of what is in hand goes on the open slip."""
        free = [row.pk for row in self._receipts("held") if row.slip_id is None]
        chosen = free[which % len(free) :][: 1 + count % 3] if free else []
        account = BankAccount.objects.get(company=self.company, currency="EUR", kind="bank")
        self.act(
            "put on a slip",
            lambda: receivables.put_on_slip(
                self.company, chosen, bank_account_pk=account.pk, by=self.clerk, on=self.day
            ),
        )

    def take_off_slip(self, which: int) -> None:
        """One of them stays here after all."""
        if made := pick([row for row in self._receipts("held") if row.slip_id], which):
            self.act(
                "take off a slip",
                lambda: receivables.take_off_slip(made.pk, by=self.clerk, on=self.day),
            )

    def hand_in(self, which: int) -> None:
        """The slip goes to the bank."""
        if slip := pick(self._slips("open"), which):
            self.act(
                "hand a slip in",
                lambda: receivables.hand_in(slip.pk, by=self.clerk, on=self.day),
                since=self._told_since(),
            )

    def _told_since(self) -> date:
        """Whatever the bank told before and nobody decided may be a slip's credit by now."""
        return min((row.booking_on for row in self._waiting()), default=self.day)

    def credited(self, which: int, how: int) -> None:
        """The bank's credit of a slip, with its number or without, at times less what bounced."""
        if slip := pick(self._slips("handed_in", "open"), which):
            gone = slip.receipts.filter(state="bounced").values_list("amount", flat=True)
            amount = slip.amount - (sum(gone) if how % 2 else 0)
            if amount > 0:
                text = f"EINREICHUNG {slip.number}" if how % 3 else "EINREICHUNG"
                self._import([Moved(amount, self.day, text)], self.day, "the bank credits a slip")

    def bounce(self, which: int, days_ago: int, fee: int) -> None:
        """A cheque bounces, in hand or at the bank."""
        if made := pick(self._receipts("held", "banked", kind="cheque"), which):
            bounced_on = max(self.day - timedelta(days=days_ago), made.received_on)
            asked = Decimal("7.50") if made.state == "banked" and fee % 2 else Decimal(0)
            self.act(
                "bounce a cheque",
                lambda: flow.bounce_cheque(
                    made.pk, bounced_on=bounced_on, reason="No funds", fee=asked,
                    by=self.clerk, on=self.day,
                ),
                since=min(bounced_on, self._told_since()),
            )  # fmt: skip

    def cheque_debited(self, which: int) -> None:
        """The bank's entry over a bounced cheque and its fee."""
        bounced = [row for row in self._receipts("bounced") if row.slip_id]
        if made := pick([row for row in bounced if row.bounce_match_id is None], which):
            amount = -made.amount - made.fee_amount
            debit = Moved(amount, self.day, f"RUECKSCHECK {made.number}")
            self._import([debit], self.day, "the bank debits a cheque")

    def _receipts(self, *states: str, kind: str = "") -> list[Receipt]:
        rows = Receipt.objects.filter(company=self.company, state__in=states)
        return list((rows.filter(kind=kind) if kind else rows).order_by("pk"))

    def _slips(self, *states: str) -> list[DepositSlip]:
        rows = DepositSlip.objects.filter(company=self.company, state__in=states)
        return list(rows.order_by("pk"))

    # --- nettings --------------------------------------------------------------------------------
    def propose_netting(self, who: int, first: int, share: int) -> None:
        """Some items of a customer against a document of theirs, less or more than those."""
        customer = one_of(self.customers, who)
        items = flow.nettable(customer)
        chosen = items[first % len(items) :][: 1 + share % 3] if items else []
        ours = sum((item.outstanding_amount for item in chosen), Decimal(0))
        theirs = cents(ours * (20 + share % 120) / 100) or Decimal("0.01")
        number = f"ER-{who % 9 if share % 10 == 0 else 100 + self.count.total()}"
        draft = receivables.NettingDraft(
            [item.pk for item in chosen],
            [receivables.SupplierDocument(number, self.day, theirs)],
        )
        self.act(
            "propose a netting",
            lambda: flow.propose_netting(customer.pk, draft, by=self.clerk, on=self.day),
        )

    def decide_netting(self, which: int) -> None:
        """The second person says yes, or at times no."""
        if made := pick(self._nettings("proposed"), which):
            self.act(
                "decide on a netting",
                lambda: flow.decide_netting(
                    made.pk, is_approved=which % 5 > 0, by=self.finance, on=self.day
                ),
            )

    def take_back_netting(self, which: int) -> None:
        """A netting comes back in one act."""
        if made := pick(self._nettings("booked"), which):
            self.act(
                "take a netting back",
                lambda: receivables.take_back_netting(made.pk, by=self.clerk, on=self.day),
            )

    def _nettings(self, state: str) -> list[Netting]:
        return list(Netting.objects.filter(company=self.company, state=state).order_by("pk"))
