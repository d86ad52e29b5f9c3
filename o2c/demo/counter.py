"""What the demo's customers hand over the counter, and a netting with one who supplies us."""

from datetime import timedelta
from decimal import Decimal

import receivables.services as receivables
from core.roles import Role
from o2c import flow
from o2c.demo.bank import Payment
from o2c.demo.life import Life
from o2c.money import cents
from receivables.models import BankAccount, DepositSlip, OpenItem, Receipt

MOST = {"EUR": Decimal(4_000), "SEK": Decimal(40_000)}
"""Nobody carries more than that to the counter."""


class Counter:
    """A cheque and cash a fortnight ago, one that bounced since, one still in hand; a netting."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.step = 0

    def plan(self) -> None:
        """Whatever of it falls on this day; what a weekend swallowed comes after it."""
        acts = (
            (12, 620, self._hand_in_first),
            (6, 630, self._hand_in_second),
            (3, 640, self._bounce),
            (0, 490, self._take_in_hand),
            (0, 495, self._propose_netting),
        )
        for days, minutes, act in acts[self.step :]:
            if self.life.days_left > days:
                return
            self.step += 1
            self.life.at(minutes, act)

    def money(self) -> list[Payment]:
        """What the bank tells of slips that were handed in before today."""
        slips = DepositSlip.objects.filter(company=self.life.stage.company).awaiting_money()
        word = self.life.says("EINREICHUNG", "INSÄTTNING")
        return [
            Payment(slip.amount, word, "", f"{word} {slip.number}")
            for slip in slips.filter(handed_in_on__lt=self.life.day).order_by("pk")
        ]

    def _items(self) -> list[OpenItem]:
        """Small items of customers, the newest first, one a customer."""
        stage = self.life.stage
        rows = OpenItem.objects.filter(company=stage.company, kind="invoice", disputes=None)
        rows = rows.open().filter(outstanding_amount__lte=MOST[stage.company.currency])
        found: dict[int, OpenItem] = {}
        for item in rows.order_by("-due_on", "-pk")[:60]:
            found.setdefault(item.customer_id, item)
        return list(found.values())

    def _take(self, item: OpenItem, kind: str, number: str = "") -> Receipt:
        stage = self.life.stage
        bank = self.life.says("Sparkasse Hannover", "Sparbanken Syd") if number else ""
        draft = receivables.ReceiptDraft(
            item.customer_id,
            kind,
            item.outstanding_amount,
            self.life.day,
            cheque_number=number,
            drawer_bank=bank,
            shares=[receivables.ShareDraft(item.pk, item.outstanding_amount)],
        )
        by = stage.team.colleague(Role.AR_ACCOUNTANT)
        return flow.take_receipt(stage.company, draft, by=by, on=self.life.day)

    def _hand_in(self, *receipts: Receipt) -> None:
        stage, on = self.life.stage, self.life.day
        by = stage.team.colleague(Role.AR_ACCOUNTANT)
        account = BankAccount.objects.get(company=stage.company, kind="bank", is_active=True)
        keys = [one.pk for one in receipts]
        if not keys:
            return
        slip = receivables.put_on_slip(
            stage.company, keys, bank_account_pk=account.pk, by=by, on=on
        )
        receivables.hand_in(slip.pk, by=by, on=on)

    def _hand_in_first(self) -> None:
        items = self._items()[:2]
        kinds = (("cheque", "0004711"), ("cash", ""))
        self._hand_in(*[self._take(item, *kind) for item, kind in zip(items, kinds, strict=False)])

    def _hand_in_second(self) -> None:
        self._hand_in(*[self._take(item, "cheque", "0815001") for item in self._items()[:1]])

    def _bounce(self) -> None:
        """The cheque of last week, of which the bank has told."""
        stage, on = self.life.stage, self.life.day
        by = stage.team.colleague(Role.AR_ACCOUNTANT)
        banked = Receipt.objects.filter(company=stage.company, cheque_number="0815001")
        for receipt in banked:
            reason = self.life.says("Keine Deckung", "Täckning saknas")
            fee = Decimal("7.50") if stage.is_german else Decimal("80.00")
            flow.bounce_cheque(receipt.pk, bounced_on=on, reason=reason, fee=fee, by=by, on=on)

    def _take_in_hand(self) -> None:
        for item in self._items()[:1]:
            self._take(item, "cheque", "0004712")

    def _propose_netting(self) -> None:
        """One of our items against two invoices of theirs; it waits for the visitor."""
        stage, on = self.life.stage, self.life.day
        by = stage.team.colleague(Role.AR_ACCOUNTANT)
        for item in self._items():
            if item not in flow.nettable(item.customer):
                continue
            half = cents(item.outstanding_amount / 3)
            documents = [
                receivables.SupplierDocument(f"{on:%y}-1{index:03d}", on - timedelta(days), half)
                for index, days in ((7, 20), (12, 9))
            ]
            draft = receivables.NettingDraft([item.pk], documents)
            flow.propose_netting(item.customer_id, draft, by=by, on=on)
            return
