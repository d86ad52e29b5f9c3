"""Habits of who pays: parents, spouses, advisers, collectors, namesakes, renamed firms."""

from decimal import Decimal

from tests.receivables.judge.books import Books, Verdict
from tests.receivables.judge.habits import habit
from tests.receivables.judge.writing import words

_ADVISERS = [
    "Steuerkanzlei Moritz & Partner", "Treuhand Nordwest mbB", "Hausverwaltung Ziegler GmbH",
    "Ekonomibyrån Tallen AB", "Administratiekantoor Smit",
]  # fmt: skip


@habit(3)
def parent_pays(books: Books) -> None:
    """The group's parent pays a daughter's invoice from the account we know of it."""
    parent = books.people.debtor()
    child = books.people.debtor(knows_account=False, parent=parent.number)
    books.noise(parent, 2)
    books.noise(child, 2)
    paid = books.item(child)
    text = words(books.chance, paid)
    books.pay("parent_pays", [paid], text=text, name=parent.name, iban=parent.accounts[0])


@habit(1)
def parent_pays_without_number(books: Books) -> None:
    """The same without a number: the sum fits one item of the whole group."""
    parent = books.people.debtor()
    child = books.people.debtor(knows_account=False, parent=parent.number)
    books.noise(parent, 2)
    paid = books.item(child)
    books.pay("parent_pays_without_number", [paid], text=f"fuer {child.name}", name=parent.name,
              iban=parent.accounts[0], by_sum=(parent.number, child.number))  # fmt: skip


@habit(2)
def parent_pays_for_two(books: Books) -> None:
    """The parent pays items of two daughters in one sum, the numbers named."""
    parent = books.people.debtor()
    children = [books.people.debtor(knows_account=False, parent=parent.number) for _ in range(2)]
    paid = [books.item(child) for child in children]
    text = "Rg " + " + ".join(one.number for one in paid)
    books.pay("parent_pays_for_two", paid, text=text, name=parent.name, iban=parent.accounts[0])


@habit(2)
def spouse_pays(books: Books) -> None:
    """A couple's joint account; the books know one of the two."""
    first, second, family = books.people.couple()
    debtor = books.people.debtor(name=f"{first} {family}", knows_account=False)
    books.noise(debtor, 1)
    paid = books.item(debtor)
    name = books.chance.choice(
        [f"{second} {family}", f"{first} u. {second} {family}", f"Eheleute {family}"]
    )
    text = words(books.chance, paid)
    books.pay("spouse_pays", [paid], text=text, name=name, iban=books.people.account("DE"))


@habit(2)
def owner_pays(books: Books) -> None:
    """A sole trader pays from a private account, without the firm's words."""
    person = books.people.person(books.home)
    debtor = books.people.debtor(name=f"Malerbetrieb {person}", knows_account=False)
    paid = books.item(debtor)
    text = words(books.chance, paid)
    books.pay("owner_pays", [paid], text=text, name=person, iban=books.people.account(books.home))


@habit(1)
def association_pays(books: Books) -> None:
    """An owners' association by its manager: both in the name."""
    name = books.people.association()
    debtor = books.people.debtor(name=name, knows_account=False)
    paid = books.item(debtor)
    text = words(books.chance, paid)
    books.pay("association_pays", [paid], text=text, name=f"{name} c/o Hausverw. Ziegler",
              iban=books.people.account("DE"))  # fmt: skip


@habit(1)
def renamed(books: Books) -> None:
    """A new name and a new account; only number and amount tell."""
    debtor = books.people.debtor()
    paid = books.item(debtor)
    name = books.people.company_name(books.home)
    text = f"{words(books.chance, paid)} (vormals {debtor.name})"
    books.pay("renamed", [paid], text=text, name=name, iban=books.people.account())


@habit(2)
def stranger_pays(books: Books) -> None:
    """Somebody unknown pays; number (with letters or year) and cents are right."""
    debtor = books.people.debtor()
    books.noise(debtor)
    long = [one for one in books.series if one in ("long", "tight", "slash", "tail", "old")]
    paid = books.item(debtor, series=long[0] if long else "")
    verdict = Verdict.DECIDED if long else Verdict.OPEN
    books.pay("stranger_pays", [paid], text=words(books.chance, paid), verdict=verdict,
              name=books.people.company_name("DE"), iban=books.people.account("DE"))  # fmt: skip


@habit(1)
def stranger_with_short_number(books: Books) -> None:
    """Somebody unknown, a number that is ours by chance, another amount."""
    books.item(books.people.debtor())
    other = books.items[-1]
    books.stray("stranger_with_short_number", books.amount(), books.people.company_name("DE"),
                f"Re {other.number}")  # fmt: skip


@habit(1)
def stranger_of_this_amount(books: Books) -> None:
    """Somebody unknown pays an amount that one item has; nothing else fits."""
    item = books.item(books.people.debtor())
    text = books.chance.choice(["", "Danke", "Kaution"])
    books.stray("stranger_of_this_amount", item.amount, books.people.company_name("DE"), text,
                verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(2)
def adviser_pays_for_two(books: Books) -> None:
    """An adviser pays items of two or three customers in one sum; all numbers named."""
    debtors = [books.people.debtor() for _ in range(books.chance.randint(2, 3))]
    paid = [books.item(one) for one in debtors]
    for one in debtors:
        books.noise(one, 1)
    text = "Sammelzahlung " + ", ".join(one.number for one in paid)
    books.pay("adviser_pays_for_two", paid, text=text, name=books.chance.choice(_ADVISERS),
              iban=books.people.account())  # fmt: skip


@habit(1)
def customer_pays_for_another_too(books: Books) -> None:
    """A known customer pays an item of their own and one of another; both numbers named."""
    one, other = books.people.debtor(), books.people.debtor()
    paid = [books.item(one), books.item(other)]
    text = f"Re {paid[0].number} und {paid[1].number} ({other.name})"
    books.pay("customer_pays_for_another_too", paid, text=text)


@habit(1)
def adviser_names_one_of_two(books: Books) -> None:
    """The sum is for two customers, one number is told."""
    debtors = [books.people.debtor() for _ in range(2)]
    paid = [books.item(one) for one in debtors]
    books.pay("adviser_names_one_of_two", paid, text=f"Rg {paid[0].number} u.a.",
              name=books.chance.choice(_ADVISERS), iban=books.people.account(),
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def collector_less_fee(books: Books) -> None:
    """A payment service pays out several customers' money less its fee."""
    paid = [books.item(books.people.debtor()) for _ in range(3)]
    whole = sum((one.amount for one in paid), Decimal(0))
    net = (whole * Decimal("0.971")).quantize(Decimal("0.01"))
    books.pay("collector_less_fee", paid, text=f"Payout {paid[0].number} {paid[1].number}",
              name="PayNova Europe S.A.", iban=books.people.account("FR"), amount=net,
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def ultimate_debtor(books: Books) -> None:
    """A payment service pays; the customer is the ultimate debtor and the number is told."""
    debtor = books.people.debtor()
    paid = books.item(debtor)
    books.pay("ultimate_debtor", [paid], text=words(books.chance, paid), name="PayNova Europe S.A.",
              iban=books.people.account("FR"), ultimate=debtor.name)  # fmt: skip


def _namesakes(books: Books):
    name = books.people.company_name(books.home)
    return [books.people.debtor(name=name, knows_account=False) for _ in range(2)]


@habit(1)
def namesakes_with_number(books: Books) -> None:
    """Two customers of one name; the number tells which."""
    one, other = _namesakes(books)
    books.noise(other, 1)
    paid = books.item(one)
    text = words(books.chance, paid)
    books.pay("namesakes_with_number", [paid], text=text, iban=books.people.account())


@habit(2)
def namesakes_of_one_amount(books: Books) -> None:
    """Two customers of one name owe the same; nothing tells which."""
    one, other = _namesakes(books)
    paid = books.item(one)
    books.item(other, paid.amount)
    books.pay("namesakes_of_one_amount", [paid], text=books.chance.choice(["", "Rechnung"]),
              iban=books.people.account(), verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def shared_account(books: Books) -> None:
    """Two customers share a known account; the number tells whose item it is."""
    one = books.people.debtor()
    other = books.people.debtor()
    other.accounts = list(one.accounts)
    books.noise(other, 1)
    paid = books.item(one)
    books.pay("shared_account", [paid], text=words(books.chance, paid))


@habit(1)
def shared_account_of_one_amount(books: Books) -> None:
    """The same without a number, and both owe this amount."""
    one = books.people.debtor()
    other = books.people.debtor()
    other.accounts = list(one.accounts)
    paid = books.item(one)
    books.item(other, paid.amount)
    books.pay("shared_account_of_one_amount", [paid], text="Rechnung", name="",
              verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(2)
def name_and_amount(books: Books) -> None:
    """Own name, new account, no number; one item has this amount."""
    debtor = books.people.debtor(knows_account=False)
    books.noise(debtor, 2)
    paid = books.item(debtor)
    text = books.chance.choice(["", "Rechnung", "wie vereinbart"])
    books.pay("name_and_amount", [paid], text=text, iban=books.people.account(debtor.country),
              verdict=Verdict.OPEN)  # fmt: skip
