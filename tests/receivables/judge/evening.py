"""What a person books in the evening, who knows the truth: what was left, and so teaches payers."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from core.models import Company
from receivables.models import OpenItem
from receivables.services import ShareDraft, match_entry
from tests import make
from tests.receivables.judge.books import Payment, Verdict


class Evening:
    """A person at one company's desk."""

    def __init__(self, code: str) -> None:
        self.company = Company.objects.get(code=code)
        self.person = make.user_with("ar_accountant", self.company)

    def decide(self, payments: Iterable[Payment], rows: Iterable[dict[str, Any]], on: date) -> int:
        """Book what waits and is somebody's, item by item; returns how many."""
        waiting = {
            (row["file"], row["position"]): int(row["payment"].removeprefix("P-"))
            for row in rows
            if row["state"] == "undecided"
        }
        todo = [
            (one, waiting[one.place])
            for one in payments
            if one.place in waiting and one.pays and one.verdict is not Verdict.NOTHING
        ]
        return sum(self._book(one, entry, on) for one, entry in todo)

    def _book(self, payment: Payment, entry: int, on: date) -> bool:
        if len({customer for customer, _ in payment.pays}) > 1:
            return False  # a person books these from the proposal
        whole = sum(payment.pays.values(), Decimal(0)) + payment.leaves
        if whole != payment.amount and len(payment.pays) > 1:
            return False
        shares = [self._share(key, amount, payment) for key, amount in payment.pays.items()]
        if not all(shares):
            return False
        match_entry(entry, shares=shares, by=self.person, on=on)
        return True

    def _share(self, key: tuple[str, str], amount: Decimal, payment: Payment) -> ShareDraft | None:
        customer, document = key
        item = OpenItem.objects.filter(
            company=self.company,
            customer__number=customer,
            document_number=document,
            kind__in=("invoice", "credit_note"),
        ).first()
        money = min(amount, payment.amount)
        if item is None or (amount > 0) != (item.outstanding_amount > 0):
            return None
        return ShareDraft(item.pk, min(money, item.outstanding_amount) if amount > 0 else amount)
