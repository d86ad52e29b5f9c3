"""A made bank year: firms, what they owe, and how they really pay it, with the truth beside it.

Pure and seeded. A payment's ``truth`` says which documents it is for and with how much money;
``is_decided`` whether the data decide it: whether a careful reader who knows the books, and
nothing else, must come to just this answer. What is not decided must not be booked by itself,
not even rightly.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

START = date(2025, 1, 2)
_FIRST = "Nord Süd Hanse Elbe Alster Rhein Main Isar Neckar Weser Ostsee Berg Wald Stahl Glas Holz "
_SECOND = "bau technik logistik handel medien werke druck farben pumpen kabel optik möbel papier "
_FORMS = ["GmbH", "AG", "GmbH & Co. KG", "AB", "e.K.", "UG", "SE", "Ltd"]
_PRICES = [Decimal(x) for x in ("119.00", "59.50", "238.00", "297.50", "1190.00", "89.00")]
SERIES = ("RE-2025-{:05}", "{:07}", "INV{:06}", "R25/{:05}", "F{:08}")
CENT = Decimal("0.01")


@dataclass(slots=True)
class Firm:
    """A customer; ``iban`` may be unknown to us, ``spelled`` is how its bank writes its name."""

    number: str
    name: str
    iban: str
    is_iban_known: bool
    spelled: str
    parent: "Firm | None" = None
    has_twin: bool = False

    @property
    def is_told_by_name(self) -> bool:
        """Whether its name as the bank writes it is whole, and could be nobody else's."""
        form = next(form for form in _FORMS if self.name.endswith(form))
        is_whole = _plain(self.spelled).startswith(_plain(self.name.removesuffix(form)).strip())
        has_form = _plain(self.spelled).split()[-1] in {_plain(form).split()[-1] for form in _FORMS}
        return is_whole and (has_form or not self.has_twin)


@dataclass(slots=True)
class Debt:
    """An invoice, or a credit note (``amount`` below nought)."""

    number: str
    firm: Firm
    amount: Decimal
    issued_on: date
    due_on: date
    discount: Decimal = Decimal(0)
    discount_until: date | None = None
    po: str = ""
    left: Decimal = Decimal(0)
    key: str = ""
    digits: str = ""
    settled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """A bank entry; ``truth`` document -> money, ``discounts`` document -> discount taken."""

    kind: str
    day: date
    amount: Decimal
    payer: str
    iban: str
    text: str
    truth: dict[str, Decimal]
    is_decided: bool
    discounts: dict[str, Decimal] = field(default_factory=dict)
    customer: str = ""
    reference: str = ""


class Year:
    """The world while it is made: who owes what on the day the next payment comes."""

    def __init__(self, seed: int, *, firms: int = 300) -> None:
        self.rng = random.Random(seed)
        self.series = self.rng.choice(SERIES)
        self.firms = list(_firms(self.rng, firms))
        self.day = START
        self.debts: list[Debt] = []
        self.open: dict[str, list[Debt]] = defaultdict(list)
        self.settled: list[Debt] = []
        self.by_number: dict[str, Debt] = {}
        self.by_digits: dict[str, Debt] = {}

    # --- what is owed -------------------------------------------------------------------------
    def owe(self, firm: Firm, *, amount: Decimal | None = None) -> Debt:
        """The next invoice of our series."""
        rng = self.rng
        amount = amount or _amount(rng)
        issued = self.day - timedelta(rng.randint(3, 40))
        debt = Debt(
            self.series.format(len(self.debts) + 101), firm, amount, issued, issued + timedelta(30)
        )
        if rng.random() < 0.35:
            debt.discount = (amount * 2 / 100).quantize(CENT)
            debt.discount_until = issued + timedelta(14)
        if rng.random() < 0.6:
            debt.po = f"{rng.choice(['PO', '45', 'B-'])}{rng.randint(100000, 999999)}"
        self._keep(debt)
        return debt

    def note(self, firm: Firm, amount: Decimal) -> Debt:
        """A credit note, in the same series."""
        number = self.series.format(len(self.debts) + 101)
        debt = Debt(number, firm, -amount, self.day - timedelta(2), self.day)
        self._keep(debt)
        return debt

    def _keep(self, debt: Debt) -> None:
        debt.left = debt.amount
        debt.key = "".join(sign for sign in debt.number if sign.isalnum()).upper()
        debt.digits = "".join(sign for sign in debt.number if sign.isdigit())
        self.debts.append(debt)
        self.by_number[debt.number] = debt
        self.by_digits[debt.digits] = debt
        self.open[debt.firm.number].append(debt)

    def of(self, firm: Firm) -> list[Debt]:
        """Open invoices of a firm."""
        return [debt for debt in self.open[firm.number] if debt.left > 0]

    def asks_just(self, firm: Firm, amount: Decimal) -> int:
        """How many of a firm's open invoices ask this amount, in full or less their discount."""
        return sum(amount in (d.left, d.left - d.discount) for d in self.of(firm))

    def named(self, written: str) -> Debt | None:
        """The open document that has this number, or these digits."""
        debt = self.by_number.get(written) or self.by_digits.get(written)
        return debt if debt is not None and debt.left != 0 else None

    def knows(self, firm: Firm) -> bool:
        """Whether account or name say who pays."""
        return firm.is_iban_known or firm.is_told_by_name

    def learn(self, paid: "Paid") -> None:
        """A person said whose payment it was: the account is known from now on."""
        for firm in self.firms:
            if firm.number == paid.customer and firm.iban == paid.iban:
                firm.is_iban_known = True

    def pay(self, truth: dict[str, Decimal], discounts: dict[str, Decimal]) -> None:
        """Take the money off what it is for."""
        for number, amount in truth.items():
            debt = self.by_number[number]
            debt.left -= amount + discounts.get(number, Decimal(0))
            if debt.left == 0:
                self.open[debt.firm.number].remove(debt)
                self.settled.append(debt)
                debt.settled_on = self.day


def payments(
    year: Year,
    count: int,
    kinds: dict[str, Callable[[Year, Firm], Paid | None]],
    *,
    seen: Callable[[Year, Paid], None] = lambda _year, _paid: None,
) -> Iterator[Paid]:
    """So many payments over twelve months, all kinds in turn; the world moves on with each.

    ``seen`` is shown each payment while the books are still as they were before it.
    """
    names = list(kinds)
    made = passed_over = 0
    while made < count:
        year.day = START + timedelta(days=made * 360 // count)
        firm = year.rng.choice(year.firms)
        while len(year.of(firm)) < year.rng.randint(1, 6):
            year.owe(firm)
        paid = kinds[names[made % len(names)]](year, firm)
        if paid is None:
            passed_over += 1
            if passed_over % 20 == 0:
                year.owe(firm)  # nobody has what this kind pays
            continue
        passed_over = 0
        seen(year, paid)
        year.pay(paid.truth, paid.discounts)
        made += 1
        yield paid


# --- Firms and amounts ------------------------------------------------------------------------
def _firms(rng: random.Random, count: int) -> Iterator[Firm]:
    """Every tenth has a twin of nearly its name, every eighth belongs to the one before it."""
    before: Firm | None = None
    names: set[str] = set()
    for at in range(count):
        name = _name(rng, names)
        parent, has_twin = None, False
        if before is not None and at % 8 == 5:
            parent = before
        if before is not None and at % 10 == 7:
            stem = before.name.split()[0]
            name, has_twin, before.has_twin = f"{stem} Service {at} GmbH", True, True
        before = Firm(
            f"{10001 + at}",
            name,
            _iban(at),
            rng.random() < 0.7,
            _spelled(rng, name),
            parent,
            has_twin,
        )
        yield before


def _name(rng: random.Random, taken: set[str]) -> str:
    while True:
        stem = rng.choice(_FIRST.split()) + rng.choice(_SECOND.split())
        city = rng.choice(["", " Hamburg", " Kiel", " Ulm", " Köln", " Lund", " Malmö", " Bonn"])
        if f"{stem}{city}" not in taken:
            taken.add(f"{stem}{city}")
            return f"{stem}{city} {rng.choice(_FORMS)}"


def _plain(name: str) -> str:
    """Capitals, umlauts spelled out."""
    return name.upper().replace("Ö", "OE").replace("Ü", "UE").replace("Ä", "AE")


def _spelled(rng: random.Random, name: str) -> str:
    """As banks write it: capitals, umlauts spelled out, cut at 27 signs, form left out."""
    way = rng.randint(0, 4)
    if way == 0:
        return name
    plain = _plain(name)
    if way == 1:
        return plain
    if way == 2:
        return plain[:27].strip()
    return plain.replace("GMBH & CO. KG", "GMBH U. CO KG").replace(" E.K.", "")


def _iban(at: int) -> str:
    bban = f"37040044{at + 1:010}"
    return f"DE{98 - int(bban + '131400') % 97:02}{bban}"


def _amount(rng: random.Random) -> Decimal:
    """One in six is a usual price, the rest is any."""
    if rng.random() < 1 / 6:
        return rng.choice(_PRICES)
    return Decimal(int(rng.lognormvariate(10.8, 1.1)) + 1000).scaleb(-2)
