"""Invoices, credit notes, payments of the second made year; what a careful reader decides."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from itertools import product

from tests.receivables.judge.people import Debtor, People

START = date(2026, 3, 2)
DAYS = 60
CENT = Decimal("0.01")
MOST = 13  # open items of which a reader still tries all sums


class Verdict(Enum):
    """What the data say about a payment, whatever a program makes of it."""

    DECIDED = "decided"  # a careful reader comes to this answer
    OPEN = "open"  # right if booked so, right if asked; wrong if booked otherwise
    DOUBTFUL = "doubtful"  # a person must be asked
    NOTHING = "nothing"  # pays no item of ours


@dataclass(eq=False)
class Item:
    """An invoice (or credit note, amount below zero) of the books."""

    debtor: Debtor
    number: str
    serial: int
    issued: date
    amount: Decimal
    percent: Decimal = Decimal(0)
    discount_until: date | None = None
    order: str = ""
    rf: str = ""
    ocr: str = ""
    currency: str = ""  # another than the books'
    settled: date | None = None

    @property
    def discounted(self) -> Decimal:
        """What is paid within the term."""
        return self.amount - (self.amount * self.percent / 100).quantize(CENT, "ROUND_HALF_UP")


@dataclass
class Payment:
    """Money in (or out), how the bank tells of it, and the truth about it."""

    kind: str
    day: date
    amount: Decimal
    name: str
    iban: str
    text: str = ""
    pays: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    verdict: Verdict = Verdict.DECIDED
    leaves: Decimal = Decimal(0)  # on the payer's account, if booked
    structured: list[tuple[str, Decimal]] = field(default_factory=list)  # (number, amount)
    creditor_reference: str = ""
    end_to_end: str = ""
    ultimate: str = ""
    charges: Decimal = Decimal(0)
    instructed: tuple[str, Decimal] | None = None
    is_return: bool = False
    batch: str = ""
    by_sum: tuple[str, ...] = ()  # customer numbers: decided only if one sum of theirs fits
    place: tuple[str, int] = ("", 0)  # file and position, once written


SERIES = {
    "long": lambda n: f"RE-2026-{n:05d}",
    "five": lambda n: f"{20000 + n}",
    "six": lambda n: f"{704000 + n}",
    "four": lambda n: f"{4100 + n}",
    "slash": lambda n: f"2026/{n:04d}",
    "tight": lambda n: f"R26{n:05d}",
    "tail": lambda n: f"26-{n:04d}-K",
    "old": lambda n: f"AB 12.{n:04d}",
}


class Books:
    """One company's debtors, items and payments in the making."""

    def __init__(
        self,
        chance: random.Random,
        *,
        home: str,
        series: tuple[str, ...],
        has_structure: bool = True,
    ) -> None:
        self.chance, self.home, self.series = chance, home, series
        self.has_structure = has_structure  # whether its banks tell more than a text
        self.people = People(chance, home)
        self.items: list[Item] = []
        self.payments: list[Payment] = []
        self._serials = {one: chance.randint(20, 60) for one in series}
        self._amounts: set[Decimal] = set()
        self.day = START

    # --- Facts ---
    def item(self, debtor: Debtor, amount: Decimal | None = None, *, age: int = 0,
             percent: str = "0", within: int = 14, series: str = "", **facts) -> Item:  # fmt: skip
        """An invoice issued ``age`` days before today (10 to 40 by chance)."""
        series = series or self.chance.choice(self.series)
        self._serials[series] += self.chance.randint(1, 3)
        serial = self._serials[series]
        issued = self.day - timedelta(age or self.chance.randint(10, 40))
        made = Item(
            debtor=debtor,
            number=SERIES[series](serial),
            serial=serial,
            issued=issued,
            amount=self.amount() if amount is None else amount,
            percent=Decimal(percent),
            discount_until=issued + timedelta(within) if percent != "0" else None,
            **facts,
        )
        if self.home == "SE" and not made.ocr:
            made.ocr = ocr_reference(serial, series)
        elif not made.rf and self.chance.random() < 0.3:
            made.rf = rf_reference(made.number)
        self.items.append(made)
        return made

    def credit_note(self, debtor: Debtor, amount: Decimal, **facts) -> Item:
        """A credit note of the debtor, from a series of its own."""
        made = self.item(debtor, -amount, **facts)
        made.number = f"GS{made.serial:05d}-{self.chance.randint(10, 99)}"
        made.rf = made.ocr = ""
        return made

    def amount(self, low: int = 40, high: int = 9000) -> Decimal:
        """An amount that no other item has."""
        while True:
            found = Decimal(int(self.chance.lognormvariate(6.4, 1.1) * 100)) / 100
            if low <= found <= high and found not in self._amounts and found % 1:
                self._amounts.add(found)
                return found

    def noise(self, debtor: Debtor, most: int = 3) -> None:
        """Items of the debtor that nobody pays in our time."""
        for _ in range(self.chance.randint(0, most)):
            self.item(debtor, age=self.chance.randint(3, 50))

    def pay(self, kind: str, items: list[Item], **facts) -> Payment:
        """A payment of these items in full (with ``amount``: of that) by the first one's debtor."""
        debtor = items[0].debtor
        whole = {(one.debtor.number, one.number): one.amount for one in items}
        facts.setdefault("pays", whole)
        facts.setdefault("amount", sum(facts["pays"].values(), Decimal(0)))
        facts.setdefault("name", debtor.name)
        facts.setdefault("iban", debtor.accounts[0] if debtor.accounts else "")
        made = Payment(kind=kind, day=facts.pop("day", self.day), **facts)
        self.payments.append(made)
        if made.verdict is Verdict.DECIDED:
            for one in items:
                if made.pays.get((one.debtor.number, one.number)) == one.amount:
                    one.settled = made.day
        return made

    def stray(self, kind: str, amount: Decimal, name: str, text: str, **facts) -> Payment:
        """Money that pays nothing of ours."""
        facts.setdefault("iban", self.people.account())
        facts.setdefault("verdict", Verdict.NOTHING)
        made = Payment(kind=kind, day=self.day, amount=amount, name=name, text=text, **facts)
        self.payments.append(made)
        return made

    # --- What a careful reader sees ---
    def judge(self) -> None:
        """Take back what was called decided by its sum where more than one sum fits."""
        for one in self.payments:
            if one.by_sum and one.verdict is Verdict.DECIDED and self._ways(one) != 1:
                one.verdict = Verdict.OPEN
                for item in self.items:
                    if (item.debtor.number, item.number) in one.pays:
                        item.settled = None

    def _ways(self, payment: Payment) -> int:
        theirs = [
            one
            for one in self.items
            if one.debtor.number in payment.by_sum
            and one.issued <= payment.day
            and (one.settled is None or one.settled >= payment.day)
        ]
        if len(theirs) > MOST:
            return len(theirs)
        choices = [_values(one, payment.day) for one in theirs]
        return sum(1 for sums in product(*choices) if sum(sums) == payment.amount)


def _values(item: Item, day: date) -> list[Decimal]:
    found = [Decimal(0), item.amount]
    if item.discount_until and day <= item.discount_until:
        found.append(item.discounted)
    return found


def rf_reference(number: str) -> str:
    """ISO 11649 of the number's letters and digits."""
    core = "".join(sign for sign in number.upper() if sign.isalnum())
    digits = "".join(str(int(sign, 36)) for sign in core + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{core}"


def ocr_reference(serial: int, series: str) -> str:
    """A Swedish OCR number: serial, length digit, Luhn check digit."""
    core = f"{10 + list(SERIES).index(series)}{serial:05d}"
    core += str((len(core) + 2) % 10)
    return core + luhn(core)


def luhn(core: str) -> str:
    """Check digit of the tens."""
    total = 0
    for place, sign in enumerate(reversed(core)):
        value = int(sign) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str(-total % 10)
