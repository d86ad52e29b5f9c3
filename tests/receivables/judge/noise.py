"""Money that pays nothing of ours, and money out."""

from tests.receivables.judge.books import Books, Verdict
from tests.receivables.judge.habits import habit
from tests.receivables.judge.writing import digits_of


@habit(2)
def authorities(books: Books) -> None:
    """Tax office, health fund, employment agency: numbers like ours in their texts."""
    item = books.item(books.people.debtor())
    name, text = books.chance.choice([
        ("Finanzamt Köln-Mitte", "UST-ERSTATTUNG 02/2026 STNR 217/5{}/0049"),
        ("Skatteverket", "Återbetalning skattekonto {}"),
        ("AOK Rheinland", "ERSTATTUNG U1 BETR-NR {} 03.26"),
        ("Belastingdienst", "Teruggaaf BTW aanslag {}B01"),
    ])  # fmt: skip
    books.stray("authorities", books.amount(), name, text.format(digits_of(item.number)[-5:]))


@habit(2)
def no_debtor(books: Books) -> None:
    """Interest, insurance, rent of others, salary gone back."""
    name, text = books.chance.choice([
        ("Allianz Versicherung AG", "Schaden 26-44{} Gutachten"),
        ("Stadtwerke Münster", "Guthaben Abrechnung VK {}"),
        ("Erika Muster", "Lohn/Gehalt 03/2026 Rueckzahlung Pers-Nr {}"),
        ("Länsförsäkringar", "Skadeersättning {}"),
    ])  # fmt: skip
    number = books.chance.randint(10000, 99999)
    books.stray("no_debtor", books.amount(), name, text.format(number))


@habit(1)
def supplier_refund(books: Books) -> None:
    """A supplier pays back; their customer number is one of our customers' by chance."""
    debtor = books.people.debtor()
    books.item(debtor)
    books.stray("supplier_refund", books.amount(), books.people.company_name("DE"),
                f"Gutschrift Ihre Kundennr. {debtor.number}")  # fmt: skip


@habit(1)
def supplier_refund_named_like(books: Books) -> None:
    """A supplier's refund carries a number that is one of our invoices', with another amount."""
    item = books.item(books.people.debtor())
    books.stray("supplier_refund_named_like", books.amount(), books.people.company_name("DE"),
                f"Ihre Gutschrift {item.number}")  # fmt: skip


@habit(1)
def factoring(books: Books) -> None:
    """A factor's settlement: some customers' items, less reserve."""
    books.stray("factoring", books.amount(2000), "Crefo Factoring Süd GmbH",
                f"Abrechnung Nr. {books.chance.randint(1000, 9999)} Auszahlung 90%",
                verdict=Verdict.DOUBTFUL)  # fmt: skip


@habit(1)
def own_transfer(books: Books) -> None:
    """From another account of ours."""
    books.stray("own_transfer", books.amount(1000), "Eigenübertrag", "Umbuchung Tagesgeld")


@habit(2)
def money_out(books: Books) -> None:
    """We pay: fees, suppliers; one names an invoice number like ours."""
    item = books.items[-1] if books.items else books.item(books.people.debtor())
    books.stray("money_out", -books.amount(), "Bank", f"Entgelt {item.number}")


@habit(1)
def return_of_ours(books: Books) -> None:
    """A transfer of ours comes back from a customer's account."""
    debtor = books.people.debtor()
    item = books.item(debtor)
    books.stray("return_of_ours", item.amount, debtor.name, "RETOURE Konto erloschen",
                iban=debtor.accounts[0], is_return=True, verdict=Verdict.DOUBTFUL)  # fmt: skip
