"""How the demo's customers pay: when, how much, with which words; and the bank that tells of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.roles import Role
from disputes.models import Dispute
from o2c import flow
from o2c.demo.bank import Bank, Payment, Return
from o2c.demo.clients import Client
from o2c.demo.life import Life
from o2c.demo.tempers import days_late, pay_day
from o2c.money import ZERO, cents
from receivables.models import OpenItem

STRANGER = "DE12500105170648489890"
_TEXTS = {
    "DE": (
        "{number}",
        "RG {number}",
        "Rechnung {number} vom {day:%d.%m.%Y}",
        "Re.Nr. {number} KD {customer}",
    ),
    "SE": (
        "Faktura {number}",
        "{number}",
        "Betalning faktura {number}",
        "Fakt {number} kund {customer}",
    ),
}
_VAGUE = {
    "DE": ("Danke", "{tail}", "Best. {po}", "Rechnung", "Zahlung", "Armaturen {day:%B}"),
    "SE": ("Tack", "{tail}", "Best {po}", "Faktura", "Betalning", "ventiler"),
}


@dataclass(frozen=True, slots=True)
class Meant:
    """What a payment is for, as only the payer knows: item key and amount."""

    customer_id: int
    shares: tuple[tuple[int, Decimal], ...]


class Payers:
    """Every new invoice gets a day on which its customer pays it; the bank writes it down."""

    def __init__(self, life: Life) -> None:
        self.life = life
        company = life.stage.company
        self.bank = Bank(company.iban, company.currency)
        self.due: dict[date, list[int]] = defaultdict(list)
        self.returns: dict[date, list[Return]] = defaultdict(list)
        self.meant: dict[str, Meant] = {}
        self.last_item = 0
        self.count = 0

    def look_at_new_items(self) -> None:
        """Each new item gets the day of its payment; some never do."""
        life = self.life
        items = OpenItem.objects.filter(
            company=life.stage.company, kind="invoice", pk__gt=self.last_item
        )
        for item in items.order_by("pk"):
            self.last_item = item.pk
            firm = life.clients[item.customer_id].firm
            late = days_late(firm.temper, min(life.t(item.due_on), 1.0), life.random)
            if late is not None:
                self.expect(item, self._wish(item, firm.temper, late))

    def expect(self, item: OpenItem, day: date) -> None:
        """The customer means to pay an item on a day, or in their next payment run after it."""
        firm, country = self.life.clients[item.customer_id].firm, self.life.stage.company.country
        self.due[pay_day(firm.temper, max(day, self.life.day), country=country)].append(item.pk)

    def statement(self, booked_on: date, extra: Sequence[tuple[Payment, Meant | None]]) -> None:
        """Yesterday's statement comes in the morning and is imported, with what else was paid."""
        payments = self._payments(booked_on)
        for payment, meant in extra:
            payments.append(payment)
            if meant is not None:
                self.name(meant, booked_on, len(payments))
        returns = self.returns.pop(booked_on, [])
        if not payments and not returns:
            return
        life = self.life
        flow.import_statement(
            life.stage.company,
            self.bank.statement(booked_on, payments, returns),
            filename=f"camt053_{life.stage.company.iban[-8:]}_{booked_on:%Y%m%d}.xml",
            by=life.by(Role.AR_ACCOUNTANT),
            on=life.day,
        )

    def name(self, meant: Meant, booked_on: date, position: int) -> None:
        """Remember what the payment at a position of the statement is for."""
        self.meant[self.bank.reference(booked_on, position)] = meant

    def _wish(self, item: OpenItem, temper: str, late: int) -> date:
        takes_discount = item.discount_until and (
            temper in ("early", "short") or self.life.random.random() < 0.35
        )
        if takes_discount and item.discount_until:
            return item.discount_until - timedelta(days=self.life.random.randint(1, 5))
        return item.due_on + timedelta(days=late)

    def _payments(self, booked_on: date) -> list[Payment]:
        """One transfer per customer and day, as accounting departments do."""
        keys = [pk for day in sorted(self.due) if day <= booked_on for pk in self.due.pop(day)]
        wanted: dict[int, list[OpenItem]] = defaultdict(list)
        items = OpenItem.objects.filter(pk__in=keys).open().select_related("customer", "invoice")
        for item in items.order_by("pk"):
            wanted[item.customer_id].append(item)
        payments: list[Payment] = []
        for customer_id, rows in wanted.items():
            client = self.life.clients[customer_id]
            lots = [rows] if self.life.random.random() < 0.75 else [[row] for row in rows]
            for lot in lots:
                payment, meant = self._transfer(client, lot, booked_on)
                if payment.amount > 0:
                    payments.append(payment)
                    self.name(meant, booked_on, len(payments))
        return payments

    def _transfer(
        self, client: Client, items: list[OpenItem], booked_on: date
    ) -> tuple[Payment, Meant]:
        """The transfer of a customer, and what it is meant for."""
        rng, temper = self.life.random, client.firm.temper
        shares = [(item.pk, self._amount(item, temper, booked_on)) for item in items]
        shares = [(pk, amount) for pk, amount in shares if amount > 0]
        text, reference = self._words(items, temper)
        name, iban = client.firm.name[:70], client.iban
        if temper == "sloppy" and rng.random() < 0.25:
            name, iban = f"{client.firm.name.split()[-1]} Privat".upper(), STRANGER
        self.count += 1
        total = sum((amount for _pk, amount in shares), ZERO)
        payment = Payment(
            total, name, iban, text, reference, f"{client.customer.number}-{self.count:05d}"
        )
        if rng.random() < 0.008 and self.life.days_left > 20 and total:
            self._bounce(payment, items, booked_on)
        return payment, Meant(client.pk, tuple(shares))

    def _amount(self, item: OpenItem, temper: str, booked_on: date) -> Decimal:
        """What the customer thinks is owed: without what they dispute, less what they deduct."""
        disputes = Dispute.objects.filter(item=item).open()
        amount = item.outstanding_amount - sum((row.amount for row in disputes), ZERO)
        if amount <= 0 or amount != item.amount:
            return max(amount, ZERO)
        is_in_time = item.discount_until is not None and booked_on <= item.discount_until
        if item.discount_amount and (is_in_time or temper == "short"):
            return amount - item.discount_amount
        if temper == "short" and self.life.random.random() < 0.4:
            deduction = self.life.random.choice(("0.97", "0.985", "0.95"))
            return cents(amount * Decimal(deduction))
        if self.life.random.random() < 0.05:
            return amount - self.life.random.choice((Decimal("4.90"), Decimal("12.50")))
        return amount

    def _words(self, items: list[OpenItem], temper: str) -> tuple[str, str]:
        """Remittance text and, where the payer types it, our structured reference."""
        rng, country = self.life.random, self.life.stage.company.country
        first, is_one = items[0], len(items) == 1
        invoice = first.invoice
        assert invoice is not None
        words = {
            "number": first.document_number,
            "day": first.document_on,
            "customer": first.customer.number,
            "tail": first.document_number[-4:],
            "po": invoice.po_number,
        }
        if temper == "sloppy" and rng.random() < 0.75:
            return rng.choice(_VAGUE[country]).format(**words), ""
        knows_reference = rng.random() < (0.7 if country == "SE" else 0.3) or temper == "public"
        if is_one and knows_reference:
            return "", invoice.payment_reference
        if not is_one:
            numbers = [item.document_number for item in items]
            return self._list(numbers), ""
        return rng.choice(_TEXTS[country]).format(**words), ""

    def _list(self, numbers: list[str]) -> str:
        if len(numbers) <= 6:
            return ", ".join(numbers)
        return f"{', '.join(numbers[:6])} {self.life.says('u.a.', 'm.fl.')}"

    def _bounce(self, payment: Payment, items: list[OpenItem], booked_on: date) -> None:
        """The transfer is recalled a few days later, and made again after some talking."""
        back_on = booked_on + timedelta(days=4)
        while back_on.weekday() >= 5:
            back_on += timedelta(days=1)
        self.returns[back_on].append(
            Return(payment, self.life.random.choice(("CUST", "DUPL", "AC04")))
        )
        for item in items:
            self.due[back_on + timedelta(days=9)].append(item.pk)
