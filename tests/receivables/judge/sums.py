"""Habits of how much is paid: lists, ranges, discounts, slips, rates, twice, too early."""

from datetime import timedelta
from decimal import Decimal

from tests.receivables.judge.books import CENT, Books, Verdict
from tests.receivables.judge.habits import habit
from tests.receivables.judge.writing import words


def _keys(items, amounts=None):
    amounts = amounts or [one.amount for one in items]
    return {(i.debtor.number, i.number): a for i, a in zip(items, amounts, strict=True)}


@habit(4)
def several_listed(books: Books) -> None:
    """Two to six invoices, all named."""
    debtor = books.people.regular()
    books.noise(debtor)
    paid = [books.item(debtor) for _ in range(books.chance.randint(2, 6))]
    sign = books.chance.choice([", ", " ", "/", " + ", " u. ", ";"])
    books.pay("several_listed", paid, text="Rg " + sign.join(one.number for one in paid))


@habit(1)
def tails_listed(books: Books) -> None:
    """The first number whole, of the others only the last two or three digits."""
    debtor = books.people.debtor()
    paid = [books.item(debtor, series=books.series[0]) for _ in range(3)]
    rest = "/".join(f"{one.serial % 1000:03d}" for one in paid[1:])
    books.pay("tails_listed", paid, text=f"RE {paid[0].number}/{rest}", by_sum=(debtor.number,))


@habit(3)
def several_unlisted(books: Books) -> None:
    """Two to four invoices in one sum, no number."""
    debtor = books.people.regular()
    books.noise(debtor, 2)
    paid = [books.item(debtor) for _ in range(books.chance.randint(2, 4))]
    text = books.chance.choice(["div. Rechnungen", "diverse fakturor", "Sammelüberweisung", ""])
    books.pay("several_unlisted", paid, text=text, by_sum=(debtor.number,))


@habit(1)
def range_named(books: Books) -> None:
    """From the first to the last; all between are the payer's."""
    debtor = books.people.debtor()
    series = books.chance.choice(list(books.series))
    paid = [books.item(debtor, series=series) for _ in range(4)]
    word = books.chance.choice([" - ", " bis ", "-", " t.o.m. "])
    text = f"Rg {paid[0].number}{word}{paid[-1].number}"
    books.pay("range_named", paid, text=text, by_sum=(debtor.number,))


@habit(2)
def less_credit_note(books: Books) -> None:
    """Invoice minus credit note, both named or only the invoice."""
    debtor = books.people.regular()
    books.noise(debtor, 2)
    paid = books.item(debtor, books.chance.randint(900, 4000) + Decimal("0.37"))
    credit = books.credit_note(debtor, books.amount(10, 300))
    text = words(books.chance, paid)
    if books.chance.random() < 0.6:
        text += f" abzgl. Gutschrift {credit.number}"
    books.pay("less_credit_note", [paid, credit], text=text, by_sum=(debtor.number,))


def _discounted(books: Books, kind: str, *, age: int, text: bool, verdict: Verdict,
                percent: str = "2", taken: str = "2") -> None:  # fmt: skip
    debtor = books.people.regular()
    books.noise(debtor, 2)
    item = books.item(debtor, age=age, percent=percent)
    amount = item.amount - (item.amount * Decimal(taken) / 100).quantize(CENT, "ROUND_HALF_UP")
    said = f"{words(books.chance, item)} abz. {taken}% Skonto" if text else ""
    books.pay(kind, [item], amount=amount, text=said, verdict=verdict, by_sum=(debtor.number,))


@habit(4)
def discount_in_time(books: Books) -> None:
    """The discount agreed, within its term, the number named."""
    _discounted(books, "discount_in_time", age=books.chance.randint(5, 14), text=True,
                verdict=Verdict.DECIDED, percent="2", taken="2")  # fmt: skip


@habit(2)
def discount_without_number(books: Books) -> None:
    """The same without any text."""
    _discounted(books, "discount_without_number", age=9, text=False, verdict=Verdict.DECIDED)


@habit(2)
def discount_late(books: Books) -> None:
    """Taken days after its term: somebody decides whether it is granted."""
    age = 14 + books.chance.randint(4, 20)
    _discounted(books, "discount_late", age=age, text=True, verdict=Verdict.OPEN)


@habit(1)
def discount_of_wrong_percent(books: Books) -> None:
    """Three per cent taken where two were agreed, or where none was."""
    percent = books.chance.choice(["2", "0"])
    _discounted(books, "discount_of_wrong_percent", age=8, text=True, percent=percent, taken="3",
                verdict=Verdict.OPEN)  # fmt: skip


@habit(2)
def discount_on_some(books: Books) -> None:
    """Two or three invoices, the discount only where it is due."""
    debtor = books.people.regular()
    paid = [books.item(debtor, age=8, percent="3"), books.item(debtor, age=35)]
    if books.chance.random() < 0.5:
        paid.append(books.item(debtor, age=6, percent="2"))
    amount = sum((one.discounted for one in paid), Decimal(0))
    text = "Rg " + ", ".join(one.number for one in paid) + " m. Skonto"
    books.pay("discount_on_some", paid, amount=amount, text=text, by_sum=(debtor.number,))


@habit(2)
def cents_off(books: Books) -> None:
    """One to four cents too little or too much, the number named."""
    debtor = books.people.regular()
    books.noise(debtor, 1)
    paid = books.item(debtor)
    off = CENT * books.chance.choice([-4, -3, -2, -1, 1, 2])
    verdict = Verdict.DECIDED if off < 0 else Verdict.OPEN
    books.pay("cents_off", [paid], amount=paid.amount + off, text=words(books.chance, paid),
              leaves=max(off, Decimal(0)), verdict=verdict)  # fmt: skip


@habit(1)
def cents_dropped(books: Books) -> None:
    """Whole units only; no number."""
    debtor = books.people.debtor()
    paid = books.item(debtor)
    books.pay("cents_dropped", [paid], amount=paid.amount.quantize(Decimal(1)), text="Rechnung",
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def charges_deducted(books: Books) -> None:
    """A bank on the way kept a fee that nobody tells."""
    debtor = books.people.debtor()
    paid = books.item(debtor, books.chance.randint(700, 5000) + Decimal("0.18"))
    fee = Decimal(books.chance.choice(["8.50", "12.00", "15.00", "25.00"]))
    books.pay("charges_deducted", [paid], amount=paid.amount - fee, text=words(books.chance, paid),
              verdict=Verdict.OPEN)  # fmt: skip


@habit(1)
def charges_told(books: Books) -> None:
    """The bank tells the amount instructed and the fee it kept."""
    debtor = books.people.debtor()
    paid = books.item(debtor, books.chance.randint(700, 5000) + Decimal("0.18"))
    fee = Decimal(books.chance.choice(["8.50", "12.00"]))
    unit = "SEK" if books.home == "SE" else "EUR"
    text = words(books.chance, paid)
    books.pay("charges_told", [paid], amount=paid.amount - fee, charges=fee, text=text,
              instructed=(unit, paid.amount),
              verdict=Verdict.DECIDED if books.has_structure else Verdict.OPEN)  # fmt: skip


@habit(1)
def overpaid(books: Books) -> None:
    """Rounded up, the number named: the rest stays on account."""
    debtor = books.people.debtor()
    paid = books.item(debtor)
    more = Decimal(books.chance.randint(1, 40)) + Decimal("0.11")
    books.pay("overpaid", [paid], amount=paid.amount + more, text=words(books.chance, paid),
              leaves=more, verdict=Verdict.OPEN)  # fmt: skip


@habit(2)
def paid_twice(books: Books) -> None:
    """The same payment again some days later."""
    debtor = books.people.debtor()
    books.noise(debtor, 2)
    paid = books.item(debtor)
    text = words(books.chance, paid)
    first = books.day - timedelta(books.chance.randint(2, 6))
    books.pay("number_and_account", [paid], text=text, day=first)
    books.pay("paid_twice", [paid], text=text, pays={}, amount=paid.amount,
              leaves=paid.amount, verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(2)
def rates(books: Books) -> None:
    """An invoice of some size in three parts, the number named each time."""
    debtor = books.people.debtor()
    item = books.item(debtor, Decimal("3000.36"), age=25)
    for count in range(1, 4):
        part = Decimal("1000.12")
        books.pay("rates", [item], pays=_keys([item], [part]), text=f"{count}. Rate {item.number}",
                  day=books.day + timedelta(count), verdict=Verdict.OPEN)  # fmt: skip


@habit(1)
def part_of_a_sum(books: Books) -> None:
    """Less than the invoice, nothing said."""
    debtor = books.people.debtor()
    item = books.item(debtor, Decimal("1870.24"))
    books.noise(debtor, 1)
    part = Decimal(books.chance.randint(200, 900))
    books.pay("part_of_a_sum", [item], pays=_keys([item], [part]), text="a conto",
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(3)
def no_text(books: Books) -> None:
    """A known account, no text; one sum fits."""
    debtor = books.people.regular()
    books.noise(debtor)
    paid = books.item(debtor)
    text = books.chance.choice(["", "NOTPROVIDED", ".", "Zahlung"])
    books.pay("no_text", [paid], text=text, by_sum=(debtor.number,))


@habit(2)
def twin_items(books: Books) -> None:
    """Two open invoices of one amount, no number: which one?"""
    debtor = books.people.debtor()
    paid = books.item(debtor)
    books.item(debtor, paid.amount)
    books.pay("twin_items", [paid], text=books.chance.choice(["", "Miete", "Rechnung"]),
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def two_sums_fit(books: Books) -> None:
    """One invoice, or two others that come to the same."""
    debtor = books.people.debtor()
    parts = [books.item(debtor), books.item(debtor)]
    paid = books.item(debtor, sum((one.amount for one in parts), Decimal(0)))
    books.pay("two_sums_fit", [paid], text="", verdict=Verdict.DOUBTFUL)


@habit(2)
def monthly_rent(books: Books) -> None:
    """The same amount each month, one open at a time, no number."""
    debtor = books.people.debtor()
    amount = books.amount()
    for month in range(2):
        item = books.item(debtor, amount)
        item.issued = books.day - timedelta(12) + timedelta(30 * month)
        books.pay("monthly_rent", [item], text="Wartung lfd. Monat",
                  day=books.day + timedelta(30 * month), by_sum=(debtor.number,))  # fmt: skip


@habit(1)
def before_the_invoice(books: Books) -> None:
    """Paid on an order, the invoice comes later; another item of theirs is open."""
    debtor = books.people.debtor()
    books.item(debtor)
    books.pay("before_the_invoice", [books.items[-1]], pays={}, amount=books.amount(),
              text="Vorkasse Auftrag 88123", verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def foreign_currency(books: Books) -> None:
    """Instructed in dollars, credited in ours: another amount than any item's."""
    debtor = books.people.debtor()
    paid = books.item(debtor)
    amount = (paid.amount * Decimal("0.9217")).quantize(CENT)
    books.pay("foreign_currency", [paid], amount=amount, instructed=("USD", paid.amount),
              text=words(books.chance, paid), verdict=Verdict.OPEN)  # fmt: skip


@habit(1)
def names_two_pays_one(books: Books) -> None:
    """Two numbers, money for the first."""
    debtor = books.people.debtor()
    paid, other = books.item(debtor), books.item(debtor)
    books.pay("names_two_pays_one", [paid], text=f"Rg {paid.number}, {other.number}",
              verdict=Verdict.OPEN)  # fmt: skip


@habit(1)
def slip_in_the_amount(books: Books) -> None:
    """Digits of the amount changed over, the number right."""
    debtor = books.people.debtor()
    paid = books.item(debtor, Decimal("1286.40"))
    books.pay("slip_in_the_amount", [paid], amount=Decimal("1268.40"),
              text=words(books.chance, paid), verdict=Verdict.OPEN)  # fmt: skip


@habit(2)
def tail_and_two_cents_short(books: Books) -> None:
    """A part of the number and two cents too little, from a known account."""
    debtor = books.people.debtor()
    books.noise(debtor, 1)
    series = [one for one in books.series if one in ("long", "tight", "slash", "tail")]
    paid = books.item(debtor, series=series[0] if series else "")
    number = f"{paid.serial:04d}"
    books.pay("tail_and_two_cents_short", [paid], amount=paid.amount - 2 * CENT,
              text=f"Rechnung {number}", verdict=Verdict.OPEN)  # fmt: skip
