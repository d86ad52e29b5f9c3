"""Habits that are rarer, and meaner: what looks like a number, cents in discounts, balances."""

from datetime import timedelta
from decimal import Decimal

from tests.receivables.judge.books import CENT, Books, Verdict
from tests.receivables.judge.habits import habit
from tests.receivables.judge.writing import digits_of, words


@habit(1)
def several_discounted_unlisted(books: Books) -> None:
    """Two or three invoices less their discounts, in time, no number."""
    debtor = books.people.debtor()
    books.noise(debtor, 1)
    paid = [books.item(debtor, age=6, percent="2") for _ in range(books.chance.randint(2, 3))]
    amount = sum((one.discounted for one in paid), Decimal(0))
    books.pay("several_discounted_unlisted", paid, amount=amount, text="abzgl. Skonto",
              by_sum=(debtor.number,))  # fmt: skip


@habit(2)
def discount_rounded_otherwise(books: Books) -> None:
    """The discount worked out line by line: a cent or two more or less."""
    debtor = books.people.regular()
    books.noise(debtor, 1)
    item = books.item(debtor, age=7, percent="3")
    off = CENT * books.chance.choice([-2, -1, 1, 2])
    books.pay("discount_rounded_otherwise", [item], amount=item.discounted + off,
              text=f"{words(books.chance, item)} -3% Skonto")  # fmt: skip


@habit(1)
def rest_after_a_part(books: Books) -> None:
    """What a part payment left open, some days later, both times with the number."""
    debtor = books.people.debtor()
    item = books.item(debtor)
    part = (item.amount / 3).quantize(CENT)
    key = (debtor.number, item.number)
    first = books.day - timedelta(3)
    books.pay("rest_after_a_part", [item], pays={key: part}, text=f"{item.number} Teil 1",
              day=first, verdict=Verdict.OPEN)  # fmt: skip
    books.pay("rest_after_a_part", [item], pays={key: item.amount - part},
              text=f"Rest {item.number}", verdict=Verdict.OPEN)  # fmt: skip


@habit(1)
def year_confused(books: Books) -> None:
    """Last year's year before the right serial."""
    series = [one for one in books.series if one in ("long", "slash")]
    debtor = books.people.debtor()
    books.noise(debtor, 1)
    item = books.item(debtor, series=series[0] if series else "")
    number = item.number.replace("2026", "2025")
    books.pay("year_confused", [item], text=f"Rg {number}", by_sum=(debtor.number,))


@habit(1)
def fee_added(books: Books) -> None:
    """A reminder's fee is paid along that stands in no item."""
    debtor = books.people.debtor()
    item = books.item(debtor, age=40)
    books.pay("fee_added", [item], amount=item.amount + 5, leaves=Decimal(5),
              text=f"{words(books.chance, item)} + Mahngeb.", verdict=Verdict.OPEN)  # fmt: skip


@habit(1)
def paid_one_again_with_another(books: Books) -> None:
    """Two numbers and the sum of both; one was paid last week."""
    debtor = books.people.debtor()
    paid, item = books.item(debtor), books.item(debtor)
    first = books.day - timedelta(5)
    books.pay("number_and_account", [paid], text=words(books.chance, paid), day=first)
    books.pay("paid_one_again_with_another", [item], amount=paid.amount + item.amount,
              text=f"Rg {paid.number} {item.number}", leaves=paid.amount,
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def name_turned(books: Books) -> None:
    """Family name first, in capitals, from an account nobody knows."""
    person = f"{books.people.person(books.home)}-{books.chance.randint(2, 99)}"
    first, _, last = person.partition(" ")
    debtor = books.people.debtor(name=f"{first} {last}", knows_account=False)
    item = books.item(debtor)
    books.pay("name_turned", [item], text=words(books.chance, item),
              name=f"{last.upper()}, {first.upper()}", iban=books.people.account())  # fmt: skip


@habit(2)
def figure_like_a_number(books: Books) -> None:
    """A figure, register or tax number in the text is another customer's invoice number."""
    debtor = books.people.regular()
    books.noise(debtor, 1)
    item = books.item(debtor)
    other = digits_of(books.item(books.people.debtor()).number)
    text = books.chance.choice(
        ["HRB {} Amtsgericht Ulm", "USt-Id DE{}", "Kommission {}", "EUR {}.00", "Ihr Angebot {}"]
    )
    books.pay("figure_like_a_number", [item], text=text.format(other), by_sum=(debtor.number,))


@habit(1)
def number_cut_off(books: Books) -> None:
    """The form was too short: the last digits are missing."""
    debtor = books.people.debtor()
    books.noise(debtor, 1)
    item = books.item(debtor)
    books.pay("number_cut_off", [item], text=f"Zahlung der Rechnung Nr. {item.number[:-2]}",
              by_sum=(debtor.number,))  # fmt: skip


@habit(1)
def dot_in_the_number(books: Books) -> None:
    """A number of five digits written like a figure."""
    debtor = books.people.regular()
    item = books.item(debtor)
    digits = digits_of(item.number)
    books.pay("dot_in_the_number", [item], text=f"Rg {digits[:-3]}.{digits[-3:]}",
              by_sum=(debtor.number,))  # fmt: skip


@habit(2)
def balance_paid(books: Books) -> None:
    """All that is open, credit notes off, no number."""
    debtor = books.people.debtor()
    items = [books.item(debtor) for _ in range(books.chance.randint(2, 5))]
    credit = books.credit_note(debtor, books.amount(10, 39) / 2 // CENT * CENT)
    text = books.chance.choice(["Saldo lt. Kontoauszug", "Kontoausgleich", "saldo", "OP-Liste"])
    books.pay("balance_paid", [*items, credit], text=text, by_sum=(debtor.number,))


@habit(1)
def remittance_of_many(books: Books) -> None:
    """Twenty to thirty documents in the structured remittance; few where only text is told."""
    debtor = books.people.debtor()
    count = books.chance.randint(20, 30) if books.has_structure else books.chance.randint(3, 5)
    paid = [books.item(debtor) for _ in range(count)]
    told = [(one.number, one.amount) for one in paid]
    books.pay("remittance_of_many", paid, structured=told)


@habit(2)
def two_in_one_day(books: Books) -> None:
    """Two payments of one customer in a day, no text, each one invoice."""
    debtor = books.people.debtor()
    first, second = books.item(debtor), books.item(debtor)
    for item in (second, first):
        books.pay("two_in_one_day", [item], text="", by_sum=(debtor.number,))


@habit(1)
def counterclaim(books: Books) -> None:
    """Less a claim of their own, that our books do not know."""
    debtor = books.people.debtor()
    item = books.item(debtor, Decimal("2210.77"))
    books.pay("counterclaim", [item], amount=item.amount - Decimal("145.30"),
              text=f"{item.number} abzgl. unsere Belastung 55120 145,30",
              verdict=Verdict.OPEN)  # fmt: skip


@habit(1)
def parent_pays_for_group(books: Books) -> None:
    """The parent pays an item of its own and one of a daughter, both named."""
    parent = books.people.debtor()
    child = books.people.debtor(parent=parent.number)
    paid = [books.item(parent), books.item(child)]
    books.noise(parent, 1)
    text = f"{paid[0].number} u. {paid[1].number}"
    books.pay("parent_pays_for_group", paid, text=text)
