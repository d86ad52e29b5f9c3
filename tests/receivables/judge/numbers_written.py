"""Habits of naming an invoice: right, mangled, cut, spelled, or by something else."""

from datetime import timedelta

from tests.receivables.judge.books import Books, Verdict
from tests.receivables.judge.habits import habit
from tests.receivables.judge.writing import (
    digits_of,
    doubled,
    lacking,
    misread,
    mistyped,
    plain,
    transposed,
    words,
)


@habit(10)
def number_and_account(books: Books) -> None:
    """The ordinary case: the number in a sentence, the account known."""
    one = books.people.regular()
    books.noise(one)
    paid = books.item(one)
    books.pay("number_and_account", [paid], text=words(books.chance, paid))


@habit(4)
def number_and_name(books: Books) -> None:
    """A new account under the customer's own name."""
    one = books.people.debtor(knows_account=books.chance.random() < 0.5)
    books.noise(one)
    paid = books.item(one)
    text = words(books.chance, paid)
    iban = books.people.account(one.country)
    books.pay("number_and_name", [paid], text=text, iban=iban)


@habit(3)
def name_without_umlauts(books: Books) -> None:
    """The name as a bank without umlauts has it, in capitals, cut at 27; account not known."""
    one = books.people.debtor(knows_account=False)
    books.noise(one)
    paid = books.item(one)
    name = plain(one.name, books.chance)
    name = books.chance.choice([name, name.upper(), name[:27].strip()])
    text = words(books.chance, paid)
    iban = books.people.account(one.country)
    books.pay("name_without_umlauts", [paid], text=text, name=name, iban=iban)


def _slip(books: Books, kind: str, number: str, paid) -> None:
    known = {digits_of(item.number) for item in books.items}
    is_own = digits_of(number) in known and digits_of(number) != digits_of(paid.number)
    verdict = Verdict.OPEN if is_own else Verdict.DECIDED
    text = words(books.chance, paid, number)
    books.pay(kind, [paid], text=text, verdict=verdict, by_sum=(paid.debtor.number,))


def _one(books: Books, series: str = ""):
    debtor = books.people.regular()
    books.noise(debtor)
    return books.item(debtor, series=series)


@habit(3)
def digits_transposed(books: Books) -> None:
    """Two digits changed over."""
    paid = _one(books)
    _slip(books, "digits_transposed", transposed(books.chance, paid.number), paid)


@habit(2)
def digit_mistyped(books: Books) -> None:
    """One digit wrong."""
    paid = _one(books)
    _slip(books, "digit_mistyped", mistyped(books.chance, paid.number), paid)


@habit(2)
def digit_lacking(books: Books) -> None:
    """One digit left out."""
    paid = _one(books)
    _slip(books, "digit_lacking", lacking(books.chance, paid.number), paid)


@habit(2)
def digit_doubled(books: Books) -> None:
    """One digit typed twice."""
    paid = _one(books)
    _slip(books, "digit_doubled", doubled(books.chance, paid.number), paid)


@habit(2)
def zeros_dropped(books: Books) -> None:
    """The serial without its leading zeros, the rest as it is."""
    paid = _one(books)
    tail = f"{paid.serial:05d}" if f"{paid.serial:05d}" in paid.number else f"{paid.serial:04d}"
    _slip(books, "zeros_dropped", paid.number.replace(tail, str(paid.serial)), paid)


@habit(1)
def zeros_added(books: Books) -> None:
    """A form with ten places filled up with zeros."""
    paid = _one(books)
    _slip(books, "zeros_added", digits_of(paid.number).zfill(10), paid)


@habit(3)
def prefix_dropped(books: Books) -> None:
    """The letters left out; with them dashes and slashes sometimes."""
    paid = _one(books)
    number = paid.number.lstrip("REAB -")
    number = books.chance.choice([number, digits_of(number)])
    _slip(books, "prefix_dropped", number, paid)


@habit(3)
def blanks_inside(books: Books) -> None:
    """Other signs between the groups of the number, or none."""
    paid = _one(books)
    sign = books.chance.choice([" ", ".", "/", "", " - "])
    number = "".join(sign if one in "-/. " else one for one in paid.number)
    _slip(books, "blanks_inside", number, paid)


@habit(2)
def last_digits_only(books: Books) -> None:
    """Only the last three digits."""
    paid = _one(books)
    _slip(books, "last_digits_only", digits_of(paid.number)[-3:], paid)


@habit(1)
def letters_for_digits(books: Books) -> None:
    """O for 0, l for 1."""
    paid = _one(books)
    _slip(books, "letters_for_digits", misread(paid.number), paid)


@habit(3)
def number_cut_by_lines(books: Books) -> None:
    """The number stands where the line of 27 or 35 signs ends."""
    paid = _one(books)
    width = books.chance.choice([27, 35])
    fill = "Zahlung gem. Ihrer geschaetzten Rechnung Nr. "[: width - 3]
    text = (fill + " " * 40)[: width - 3] + paid.number
    text = text[:width] + "\n" + text[width:]
    books.pay("number_cut_by_lines", [paid], text=text)


@habit(2)
def one_long_run(books: Books) -> None:
    """No blanks at all, in capitals."""
    paid = _one(books, "long" if "long" in books.series else books.series[0])
    day = paid.issued.strftime("%d%m%Y")
    text = f"RECHNUNG{paid.number}VOM{day}KDNR{paid.debtor.number}DANKE"
    books.pay("one_long_run", [paid], text=text, by_sum=(paid.debtor.number,))


@habit(2)
def date_like_a_number(books: Books) -> None:
    """No number; a date whose digits are another customer's invoice."""
    paid = _one(books)
    other = books.item(books.people.debtor())
    day = paid.issued.strftime("%d.%m.%Y")
    text = f"Rechnung vom {day}, Tel. 0221/{digits_of(other.number)[-5:]}-0"
    books.pay("date_like_a_number", [paid], text=text, by_sum=(paid.debtor.number,))


@habit(2)
def customer_number_only(books: Books) -> None:
    """Our customer number instead of the invoice's."""
    paid = _one(books)
    text = books.chance.choice(["Kd.-Nr. {}", "Kundennummer {}", "kundnr {}", "{}"])
    text = text.format(paid.debtor.number)
    books.pay("customer_number_only", [paid], text=text, by_sum=(paid.debtor.number,))


@habit(2)
def contract_number(books: Books) -> None:
    """A number of theirs that holds another customer's invoice number."""
    paid = _one(books)
    other = books.item(books.people.debtor())
    text = f"Vertrag 99{digits_of(other.number)}7 Monat {paid.issued:%m/%Y}"
    books.pay("contract_number", [paid], text=text, by_sum=(paid.debtor.number,))


@habit(2)
def order_number(books: Books) -> None:
    """The payer's own order number, known with the item."""
    debtor = books.people.regular()
    books.noise(debtor)
    order = books.chance.choice(["B-{}", "PO{}", "4500{}", "Best. {}"])
    order = order.format(books.chance.randint(100000, 999999))
    paid = books.item(debtor, order=order)
    iban = books.chance.choice([debtor.accounts[0], books.people.account(debtor.country)])
    books.pay("order_number", [paid], text=f"Bestellung {order}", iban=iban)


@habit(3)
def creditor_reference(books: Books) -> None:
    """RF reference in its own field, or in the text in groups of four; any payer."""
    debtor = books.people.debtor(knows_account=books.chance.random() < 0.5)
    books.noise(debtor)
    paid = books.item(debtor)
    if not paid.rf:
        number_and_account(books)
        return
    grouped = " ".join(paid.rf[at : at + 4] for at in range(0, len(paid.rf), 4))
    facts = {"creditor_reference": paid.rf} if books.chance.random() < 0.5 else {"text": grouped}
    iban = books.people.account(debtor.country)
    books.pay("creditor_reference", [paid], iban=iban, **facts)


@habit(3)
def ocr_number(books: Books) -> None:
    """OCR, structured or as a message, sometimes one digit wrong from a known account."""
    debtor = books.people.regular()
    books.noise(debtor)
    paid = books.item(debtor)
    if not paid.ocr:
        number_and_account(books)
        return
    way = books.chance.random()
    if way < 0.5:
        books.pay("ocr_number", [paid], creditor_reference=paid.ocr)
    elif way < 0.8:
        books.pay("ocr_number", [paid], text=f"OCR {paid.ocr}")
    else:
        wrong = mistyped(books.chance, paid.ocr)
        books.pay("ocr_mistyped", [paid], text=wrong, by_sum=(debtor.number,))


@habit(2)
def remittance_list(books: Books) -> None:
    """Structured documents (RfrdDocInf), each with number and amount."""
    debtor = books.people.regular()
    books.noise(debtor)
    paid = [books.item(debtor) for _ in range(books.chance.randint(2, 5))]
    told = [(one.number, one.amount) for one in paid]
    books.pay("remittance_list", paid, structured=told)


@habit(2)
def end_to_end_number(books: Books) -> None:
    """The number only as end-to-end id."""
    paid = _one(books)
    text = books.chance.choice(["", "NOTPROVIDED", "Danke"])
    end = books.chance.choice([paid.number, f"PAY-{paid.number}", digits_of(paid.number)])
    books.pay("end_to_end_number", [paid], text=text, end_to_end=end, by_sum=(paid.debtor.number,))


@habit(1)
def account_in_text(books: Books) -> None:
    """No account of the payer told, but it stands in the text, with the number."""
    paid = _one(books)
    text = f"IBAN {paid.debtor.accounts[0]} {words(books.chance, paid)}"
    books.pay("account_in_text", [paid], text=text, iban="")


@habit(1)
def last_months_text(books: Books) -> None:
    """The standing text names the invoice of last month; the money fits this month's."""
    debtor = books.people.debtor()
    old, new = books.item(debtor, age=45), books.item(debtor, age=15)
    books.pay("number_and_account", [old], text=words(books.chance, old),
              day=books.day - timedelta(4))  # fmt: skip
    books.pay("last_months_text", [new], text=words(books.chance, old), verdict=Verdict.OPEN)


@habit(1)
def number_of_another(books: Books) -> None:
    """A slip makes the number another customer's; both items are of one amount."""
    debtor, other = books.people.debtor(), books.people.debtor()
    series = books.chance.choice(list(books.series))
    paid = books.item(debtor, series=series)
    twin = books.item(other, paid.amount, series=series)
    text = words(books.chance, paid, twin.number)
    books.pay("number_of_another", [paid], text=text, verdict=Verdict.DOUBTFUL)


@habit(1)
def number_within_longer(books: Books) -> None:
    """A stranger's long number holds one of ours: no payment of ours."""
    item = books.item(books.people.debtor())
    books.stray("number_within_longer", books.amount(), books.people.company_name("DE"),
                f"Vorgang 7{digits_of(item.number)}31 Auszahlung")  # fmt: skip
