"""Accountants of the demo: match what the matcher left, apply cash, hand out a month of books."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import receivables.services as receivables
from core.models import User
from core.roles import Role
from o2c import flow
from o2c.demo.life import Life
from o2c.demo.paying import Meant, Payers
from o2c.errors import BusinessError
from o2c.money import ZERO
from receivables.models import BankEntry, OpenItem
from receivables.services import ShareDraft

SMALL_DIFFERENCE = Decimal("25.00")
LEFT_FOR_VISITOR = timedelta(days=5)
HANDED_OUT = timedelta(days=100)
"""So far back books of past months were handed out from here."""


class Accounting:
    """Every morning the leftovers of the day before; on Fridays what lies on account; the books of
    a month from the eighth of the next."""

    def __init__(self, life: Life, payers: Payers) -> None:
        self.life, self.payers = life, payers
        self.months: set[int] = set()

    def plan(self, on: date) -> None:
        """Write today's work into the diary."""
        life = self.life
        entries = BankEntry.objects.filter(company=life.stage.company).to_match()
        for number, entry in enumerate(entries):
            if self.life.days_left > LEFT_FOR_VISITOR.days or life.random.random() < 0.4:
                life.at(515 + number * 4 + life.random.random() * 3, self.match, entry.pk)
        if on.weekday() == 4 and life.days_left > 6:
            life.at(640, self.apply_what_lies_on_account)
        is_open = on.month not in self.months and life.days_left < HANDED_OUT.days
        if is_open and on.day >= 8:
            self.months.add(on.month)
            life.at(660, self.hand_out_books)

    def hand_out_books(self) -> None:
        """The month before goes to whoever keeps the books."""
        stage, end = self.life.stage, self.life.day.replace(day=1) - timedelta(days=1)
        receivables.export_books(
            stage.company,
            form="datev" if stage.is_german else "sie",
            start=end.replace(day=1),
            end=end,
            by=stage.team.colleague(Role.AR_ACCOUNTANT),
            on=self.life.day,
        )

    def match(self, entry_pk: int) -> None:
        """One entry by hand: accept the right proposal, else choose the items or the account."""
        entry = BankEntry.objects.select_related("company").get(pk=entry_pk)
        by = self.life.by(Role.AR_ACCOUNTANT)
        with suppress(BusinessError):
            if entry.amount < 0:
                self._take_back(entry, by)
                return
            meant = self.payers.meant.get(entry.bank_reference)
            if meant is not None and not self._accept(entry, meant, by):
                self._choose(entry, meant, by)

    def apply_what_lies_on_account(self) -> None:
        """Credits that have waited a while pay the oldest items of their customers."""
        life = self.life
        mine = OpenItem.objects.filter(company=life.stage.company).open()
        waiting = mine.credits().filter(document_on__lt=life.day - timedelta(days=9))
        for credit in waiting.order_by("pk"):
            left = -credit.outstanding_amount
            for debit in mine.debits().filter(customer=credit.customer_id).order_by("due_on", "pk"):
                if left <= 0:
                    break
                amount = min(left, debit.outstanding_amount)
                receivables.allocate(
                    credit.pk,
                    debit.pk,
                    amount=amount,
                    by=life.by(Role.AR_ACCOUNTANT),
                    on=life.day,
                )
                left -= amount

    def _take_back(self, entry: BankEntry, by: User) -> None:
        for match in receivables.returnable(entry)[:1]:
            flow.return_payment(entry.pk, match_pk=match.pk, by=by, on=self.life.day)

    def _accept(self, entry: BankEntry, meant: Meant, by: User) -> bool:
        """Take the first proposal when it is what the payer meant."""
        wanted = {pk for pk, _amount in meant.shares}
        for key, proposal in receivables.propose(entry).rows[:1]:
            given = {share.item.pk for share in proposal.shares}
            if proposal.customer_id == meant.customer_id and given and given <= wanted:
                receivables.accept(entry.pk, key=key, by=by, on=self.life.day)
                return True
        return False

    def _choose(self, entry: BankEntry, meant: Meant, by: User) -> None:
        """Give the payment to the items it is meant for; small differences are closed."""
        items = OpenItem.objects.in_bulk([pk for pk, _amount in meant.shares])
        shares, left = [], entry.amount
        for pk, amount in meant.shares:
            item = items[pk]
            given = min(amount, left, item.outstanding_amount)
            if given > 0:
                shares.append(self._share(item, given))
                left -= given
        flow.match_entry(
            entry.pk,
            shares=shares,
            customer_id=None if shares else meant.customer_id,
            by=by,
            on=self.life.day,
        )

    def _share(self, item: OpenItem, given: Decimal) -> ShareDraft:
        rest = item.outstanding_amount - given
        if rest == item.discount_amount and rest > 0 and self.life.random.random() < 0.5:
            return ShareDraft(item.pk, given, discount=rest)  # late, but let pass
        if ZERO < rest <= SMALL_DIFFERENCE:
            return ShareDraft(item.pk, given, closing=rest, closing_as="rounding")
        return ShareDraft(item.pk, given)
