"""Habits of money from abroad: items in dollars paid into an account of ours, fees on the way."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from tests.receivables.judge.books import CENT, START, Books, Item, Verdict
from tests.receivables.judge.habits import habit
from tests.receivables.judge.writing import words

PRICE = {"DE": Decimal("0.9200"), "SE": Decimal("10.4000")}  # of a dollar


def rates_csv(home: str) -> bytes:
    """A rate a week, steady; before the first item and behind the last payment."""
    days = (START + timedelta(7 * week) for week in range(-10, 12))
    rows = "".join(f"{day};USD;{PRICE[home]}\n" for day in days)
    return f"Date;Currency;Price\n{rows}".encode()


def worth(item: Item, home: str) -> Decimal:
    """What an item stands in the books for."""
    return (item.amount * PRICE[home]).quantize(CENT)


def _dollars(books: Books, count: int = 1) -> Iterator[Item]:
    debtor = books.people.debtor()
    for _ in range(count):
        yield books.item(debtor, books.amount(300), currency="USD")


def _made(books: Books, sent: Decimal) -> Decimal:
    """What a bank makes of dollars: its rate is a little worse, or better, than the day's."""
    spread = Decimal(books.chance.randint(9850, 10100)) / 10000
    return (sent * PRICE[books.home] * spread).quantize(CENT)


def _told(books: Books) -> Verdict:
    """Decided where the bank tells what was sent; else the rate of the day only hints at it."""
    return Verdict.DECIDED if books.has_structure else Verdict.DOUBTFUL


@habit(1)
def dollars_sent(books: Books) -> None:
    """The number, and just the item's dollars sent."""
    (paid,) = _dollars(books)
    books.pay("dollars_sent", [paid], amount=_made(books, paid.amount), verdict=_told(books),
              text=words(books.chance, paid), instructed=("USD", paid.amount))  # fmt: skip


@habit(1)
def dollars_sent_less_charges(books: Books) -> None:
    """Two numbers, the sum of their dollars sent, and the bank kept a fee of it in our currency."""
    paid = list(_dollars(books, 2))
    sent = paid[0].amount + paid[1].amount
    fee = Decimal(books.chance.choice(["7.50", "12.00"]))
    books.pay("dollars_sent_less_charges", paid, amount=_made(books, sent) - fee, charges=fee,
              text=f"Invoices {paid[0].number}, {paid[1].number}", instructed=("USD", sent),
              verdict=_told(books))  # fmt: skip


@habit(1)
def dollars_sent_unnamed(books: Books) -> None:
    """No number, a known account, and what the one item of theirs asks."""
    (paid,) = _dollars(books)
    known = books.has_structure and bool(paid.debtor.accounts)
    books.pay("dollars_sent_unnamed", [paid], amount=_made(books, paid.amount), text="thank you",
              instructed=("USD", paid.amount),
              verdict=Verdict.OPEN if known else Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def dollars_short(books: Books) -> None:
    """Half the dollars: a part, for a person."""
    (paid,) = _dollars(books)
    sent = (paid.amount / 2).quantize(CENT)
    books.pay("dollars_short", [paid], amount=_made(books, sent), instructed=("USD", sent),
              text=words(books.chance, paid), verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def dollars_too_much(books: Books) -> None:
    """More dollars than asked."""
    (paid,) = _dollars(books)
    sent = paid.amount + 100
    books.pay("dollars_too_much", [paid], amount=_made(books, sent), instructed=("USD", sent),
              text=words(books.chance, paid), verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def dollars_untold(books: Books) -> None:
    """The number, and about what its dollars are worth; the bank tells no amount sent."""
    (paid,) = _dollars(books)
    books.pay("dollars_untold", [paid], amount=_made(books, paid.amount),
              text=words(books.chance, paid), verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def dollars_implausible(books: Books) -> None:
    """The bank tells the item's dollars, but what came is a tenth of them."""
    (paid,) = _dollars(books)
    books.pay("dollars_implausible", [paid], amount=_made(books, paid.amount / 10),
              instructed=("USD", paid.amount), text=words(books.chance, paid),
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def dollars_or_ours(books: Books) -> None:
    """The dollars sent fit one item, what came fits another, and nothing names either."""
    (paid,) = _dollars(books)
    came = _made(books, paid.amount)
    books.item(paid.debtor, came)
    books.pay("dollars_or_ours", [paid], amount=came, instructed=("USD", paid.amount),
              text="payment", verdict=Verdict.OPEN if not books.has_structure else Verdict.DOUBTFUL,
              pays={(paid.debtor.number, books.items[-1].number): came})  # fmt: skip


@habit(1)
def charges_told_alone(books: Books) -> None:
    """The bank tells only the fee it kept."""
    debtor = books.people.debtor()
    paid = books.item(debtor, books.chance.randint(700, 5000) + Decimal("0.37"))
    fee = Decimal(books.chance.choice(["8.50", "32.00"]))
    books.pay("charges_told_alone", [paid], amount=paid.amount - fee, charges=fee,
              text=words(books.chance, paid),
              verdict=Verdict.DECIDED if books.has_structure else Verdict.OPEN)  # fmt: skip


@habit(1)
def charges_told_but_other(books: Books) -> None:
    """A fee is told and what came closes the item all the same: it was booked apart."""
    debtor = books.people.debtor()
    paid = books.item(debtor)
    books.pay("charges_told_but_other", [paid], charges=Decimal("5.00"),
              text=words(books.chance, paid))  # fmt: skip
