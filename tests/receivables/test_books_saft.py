"""SAF-T files of lived books, read by a reader of our own (``saft_rules``)."""

from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from receivables.models import JournalLine
from receivables.services import export_books
from tests.receivables.books import (
    END,
    START,
    balances,
    customer_sums,
    dollars,
    german,
    ledger_sums,
    summed,
    swedish,
)
from tests.receivables.make import DAY, ROBOT
from tests.receivables.saft_rules import NORWAY, OECD, dangling, faults

pytestmark = pytest.mark.django_db
RULES = {"saft": OECD, "saft-no": NORWAY}


class Saft:
    """A parsed file and the sums in it."""

    def __init__(self, content: bytes, space: str) -> None:
        self.root = ElementTree.fromstring(content)
        self.space = {"s": space}

    def all(self, path: str) -> list[ElementTree.Element]:
        return self.root.findall("/".join(f"s:{part}" for part in path.split("/")), self.space)

    def text(self, element: ElementTree.Element, name: str) -> str:
        return element.findtext(f"s:{name}", "", self.space)

    def balance(self, element: ElementTree.Element, when: str) -> Decimal:
        debit = self.text(element, f"{when}DebitBalance")
        credit = self.text(element, f"{when}CreditBalance")
        assert bool(debit) != bool(credit)
        return Decimal(debit) if debit else -Decimal(credit)

    def lines(self) -> list[ElementTree.Element]:
        return self.all("GeneralLedgerEntries/Journal/Transaction/Line")

    def amount(self, line: ElementTree.Element) -> Decimal:
        debit = line.findtext("s:DebitAmount/s:Amount", "0", self.space)
        credit = line.findtext("s:CreditAmount/s:Amount", "0", self.space)
        return Decimal(debit) - Decimal(credit)

    def foreign(self, line: ElementTree.Element) -> tuple[str, Decimal] | None:
        """Currency and amount in it, debit > 0, of a line that is about another one."""
        for side, sign in (("DebitAmount", 1), ("CreditAmount", -1)):
            code = line.findtext(f"s:{side}/s:CurrencyCode", "", self.space)
            if code:
                text = line.findtext(f"s:{side}/s:CurrencyAmount", "", self.space)
                return code, sign * Decimal(text)
        return None

    def rates(self) -> Iterator[tuple[Decimal, ...]]:
        """Amount, foreign amount and rate, of lines and of their taxes, wherever there is one."""
        for holder in self.root.iterfind(".//s:ExchangeRate/..", self.space):
            names = ("Amount", "CurrencyAmount", "ExchangeRate")
            yield tuple(Decimal(self.text(holder, name)) for name in names)


APRIL = END.replace(month=4, day=30)
CASES = [
    pytest.param((founded, form), id=f"{founded.__name__}-{form}")
    for founded in (german, swedish)
    for form in ("saft", "saft-no")
]


@pytest.fixture(params=CASES)
def case(request):
    founded, form = request.param
    company = founded()
    made = export_books(company, form=form, start=START, end=END, by=ROBOT, on=DAY)
    return company, form, Saft(made.document.read(), RULES[form].space)


def test_elements_stand_as_the_schema_orders_them(case) -> None:
    _company, form, file = case
    assert list(faults(file.root, RULES[form])) == []
    assert list(dangling(file.root, RULES[form])) == []


def test_lines_balances_and_totals_are_the_ledger(case) -> None:
    company, _form, file = case
    lines = [(file.text(line, "AccountID"), file.amount(line)) for line in file.lines()]
    assert summed(lines) == ledger_sums(company)
    accounts = file.all("MasterFiles/GeneralLedgerAccounts/Account")
    opening = summed((file.text(a, "AccountID"), file.balance(a, "Opening")) for a in accounts)
    closing = summed((file.text(a, "AccountID"), file.balance(a, "Closing")) for a in accounts)
    assert opening == balances(company, START.replace(month=2, day=28))
    assert closing == balances(company, END)
    total = sum(amount for _account, amount in lines if amount > 0)
    entries = file.all("GeneralLedgerEntries")[0]
    assert Decimal(file.text(entries, "TotalDebit")) == total
    assert Decimal(file.text(entries, "TotalCredit")) == total
    count = len(file.all("GeneralLedgerEntries/Journal/Transaction"))
    assert int(file.text(entries, "NumberOfEntries")) == count


def test_customers_move_from_opening_to_closing_by_their_lines(case) -> None:
    company, form, file = case
    inner = "/BalanceAccount" if form == "saft-no" else ""
    moved = {}
    customers = file.all("MasterFiles/Customers/Customer")
    holders = file.all(f"MasterFiles/Customers/Customer{inner}")
    for customer, holder in zip(customers, holders, strict=True):
        change = file.balance(holder, "Closing") - file.balance(holder, "Opening")
        moved[file.text(customer, "CustomerID")] = change
    wanted = customer_sums(company, START, END)
    assert {number: change for number, change in moved.items() if change} == wanted
    lines = [(file.text(one, "CustomerID"), file.amount(one)) for one in file.lines()]
    found = summed(lines)
    found.pop("", None)
    assert found == wanted


def test_tax_amounts_are_the_vat_of_the_ledger(case) -> None:
    company, form, file = case
    table = {
        file.text(code, "TaxCode")
        for code in file.all("MasterFiles/TaxTable/TaxTableEntry/TaxCodeDetails")
    }
    found = Decimal(0)
    for line in file.lines():
        for tax in line.findall("s:TaxInformation", file.space):
            assert file.text(tax, "TaxCode") in table
            side = "Debit" if file.amount(line) > 0 else "Credit"
            name = f"{side}TaxAmount" if form == "saft-no" else "TaxAmount"
            amount = Decimal(tax.findtext(f"s:{name}/s:Amount", "", file.space))
            found += amount if side == "Debit" else -amount
    vat = JournalLine.objects.filter(
        entry__company=company, entry__posted_on__range=(START, END), account__role="vat"
    )
    assert found == sum(vat.values_list("amount", flat=True))
    assert found


@pytest.mark.parametrize("form", list(RULES))
def test_lines_about_dollars_say_how_many_and_at_which_rate(form: str) -> None:
    company = dollars()
    made = export_books(company, form=form, start=START, end=APRIL, by=ROBOT, on=APRIL)
    file = Saft(made.document.read(), RULES[form].space)
    assert list(faults(file.root, RULES[form])) == []
    assert list(dangling(file.root, RULES[form])) == []
    assert summed((file.text(one, "AccountID"), file.amount(one)) for one in file.lines()) == (
        ledger_sums(company, START, APRIL)
    )
    foreign = {file.text(one, "RecordID"): file.foreign(one) for one in file.lines()}
    lines = JournalLine.objects.filter(entry__company=company, entry__posted_on__gte=START)
    assert {number: found for number, found in foreign.items() if found} == {
        str(line.pk): ("USD", line.currency_amount) for line in lines.filter(currency="USD")
    }
    apart = lines.filter(currency="USD", currency_amount=0).order_by("pk")
    assert [(line.account.role, str(line.amount)) for line in apart] == [
        ("receivables", "10.00"),
        ("bank", "16.67"),
        ("bank", "-16.67"),
    ]
    for amount, there, rate in file.rates():
        assert round(there * rate, 2) == amount
    assert len(list(file.rates())) == lines.filter(currency="USD").count() - 3 + (
        lines.filter(currency="USD", account__role="vat").count()
    )
