"""What the bank tells last: advances, and payments that the matcher leaves to the visitor."""

from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from o2c.demo.bank import Payment, Return
from o2c.demo.life import Life
from o2c.demo.paying import STRANGER, Meant, Payers
from o2c.money import cents
from receivables.models import OpenItem
from receivables.models.items import OpenItemQuerySet

LATELY = 5
"""Days before the visit; what lies on account since then is the visitor's."""


class Puzzles:
    """Payments of the last week, beside those of the customers' own habits."""

    def __init__(self, life: Life, payers: Payers) -> None:
        self.life, self.payers = life, payers
        self.is_ahead = False

    def money(self, booked_on: date) -> list[tuple[Payment, Meant | None]]:
        """What else the bank tells of that day: advances, and puzzles for the visitor."""
        left = self.life.days_left
        if left in (7, 9):
            return list(self._advances(1))
        if 0 < left <= LATELY and not self.is_ahead:
            self.is_ahead = True
            return list(self._advances(3))
        if left:
            return []
        self._recall(booked_on)
        return [(payment, None) for payment in self._puzzles()]

    def _advances(self, count: int) -> Iterator[tuple[Payment, Meant]]:
        """Customers pay for what is not invoiced yet: it lies on account."""
        for client in self.life.some(("early", "new", "growing", "punctual"))[:count]:
            text = self.life.says("Anzahlung lt. Angebot", "Förskott enl. offert")
            amount = Decimal(self.life.random.choice((800, 1500, 2400)))
            amount *= 1 if self.life.stage.is_german else 10
            yield Payment(amount, client.firm.name[:70], client.iban, text), Meant(client.pk, ())

    def _puzzles(self) -> list[Payment]:
        """What the matcher leaves to a person, each for a reason of its own."""
        items = deque(self.spread(list(self.open_items().filter(disputes=None)), 14))
        found = []
        for puzzle, need in (
            (self._part, 1),
            (self._less_fees, 1),
            (self._too_much, 1),
            (self._by_a_trustee, 2),
            (self._without_words, 1),
            (self._from_another_account, 1),
            (self._cut_up, 1),
            (self._late_discount, 1),
        ):
            if len(items) < need + 2:
                break
            found.append(puzzle(*[items.popleft() for _item in range(need)]))
        says = self.life.says
        if (paid := self._paid_item()) is not None:
            text = f"{says('Rechnung', 'Faktura')} {paid.document_number}"
            found.append(self._from(paid, paid.amount, text))
        who = says("M. SOMMER", "A. SVENSSON")
        found.append(Payment(Decimal("250.00"), who, STRANGER, says("Danke", "Tack")))
        batch = "PO 88412-7 BATCH 3"
        return [*found, Payment(Decimal("1190.00"), "PAYHUB SETTLEMENT", STRANGER, batch)]

    def _part(self, item: OpenItem) -> Payment:
        text = f"{self.life.says('Teilzahlung', 'Delbetalning')} {item.document_number}"
        return self._from(item, cents(item.outstanding_amount / 2), text)

    def _less_fees(self, item: OpenItem) -> Payment:
        fee = min(Decimal("12.50"), cents(item.outstanding_amount / 2))
        text = self.life.says("abzgl. Bankspesen", "minus bankavgift")
        return self._from(item, item.outstanding_amount - fee, f"{item.document_number} {text}")

    def _too_much(self, item: OpenItem) -> Payment:
        return self._from(item, item.outstanding_amount + 100, item.document_number)

    def _by_a_trustee(self, first: OpenItem, second: OpenItem) -> Payment:
        says = self.life.says
        return Payment(
            first.outstanding_amount + second.outstanding_amount,
            says("TREUHAND NORD STEUERBERATUNG", "NORDISK FACTORING AB"),
            STRANGER,
            f"{first.document_number} {says('u.', 'o.')} {second.document_number}",
        )

    def _without_words(self, item: OpenItem) -> Payment:
        text = self.life.says("Zahlung lt. Avis", "Enligt avi")
        return self._from(item, item.outstanding_amount - Decimal("1.10"), text)

    def _from_another_account(self, item: OpenItem) -> Payment:
        name = item.customer.name.split()[0].upper()
        text = self.life.says("Rechnung", "Faktura")
        return Payment(item.outstanding_amount, name, STRANGER, text)

    def _cut_up(self, item: OpenItem) -> Payment:
        number = item.document_number
        text = f"{number[:-2]} {number[-2:]} {self.life.says('danke', 'tack')}"
        return self._from(item, item.outstanding_amount - Decimal("0.02"), text)

    def _late_discount(self, item: OpenItem) -> Payment:
        less = cents(item.outstanding_amount * Decimal("0.98"))
        return self._from(item, less, f"{item.document_number} ./. 2 %")

    def _recall(self, booked_on: date) -> None:
        """A payment of last week was recalled."""
        paid = self._paid_item()
        if paid is not None:
            payment = self._from(paid, paid.amount, paid.document_number)
            self.payers.returns[booked_on].append(Return(payment, "CUST"))

    def _from(self, item: OpenItem, amount: Decimal, text: str) -> Payment:
        client = self.life.clients[item.customer_id]
        return Payment(amount, client.firm.name[:70], client.iban, text)

    def _paid_item(self) -> OpenItem | None:
        """An invoice of lately that was paid in full by one transfer."""
        mine = OpenItem.objects.filter(company=self.life.stage.company, kind="invoice")
        paid = mine.filter(
            outstanding_amount=0, document_on__gte=self.life.day - timedelta(days=60)
        )
        alone = paid.filter(
            debit_allocations__credit_item__kind="payment",
            debit_allocations__credit_item__outstanding_amount=0,
            discount_amount=0,
        )
        rows = [row for row in alone.select_related("customer").order_by("-pk")[:12]]
        return rows[self.life.random.randrange(len(rows))] if rows else None

    def open_items(self) -> OpenItemQuerySet:
        """Open invoices, the oldest first."""
        mine = OpenItem.objects.filter(company=self.life.stage.company, kind="invoice").open()
        return mine.select_related("customer").order_by("due_on", "pk")

    def spread(self, rows: list[OpenItem], count: int) -> list[OpenItem]:
        """So many of the rows, no customer twice where that can be."""
        self.life.random.shuffle(rows)
        seen: set[int] = set()
        first = [row for row in rows if not (row.customer_id in seen or seen.add(row.customer_id))]  # type: ignore[func-returns-value]
        rest = [row for row in rows if row not in first]
        return [*first, *rest][:count]
