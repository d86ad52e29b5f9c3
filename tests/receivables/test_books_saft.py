"""SAF-T files, read by a parser of our own that knows the order of the schemas' elements.

The schema of Norway's 1.30 is not part of this repository; ``NORWAY`` below is written down from
it, element by element for what we use, and the OECD's 2.00 from its description.
"""

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
    german,
    ledger_sums,
    summed,
    swedish,
)
from tests.receivables.make import DAY, ROBOT

pytestmark = pytest.mark.django_db

OECD_SPACE = "urn:OECD:StandardAuditFile-Taxation/2.00"
NORWAY_SPACE = "urn:StandardAuditFile-Taxation-Financial:NO"
_COMPANY = "RegistrationNumber? Name Address* Contact* TaxRegistration* BankAccount*"
_BALANCES = "OpeningDebitBalance|OpeningCreditBalance ClosingDebitBalance|ClosingCreditBalance"
COMMON = {
    "AuditFile": "Header MasterFiles? GeneralLedgerEntries?",
    "Header": "AuditFileVersion AuditFileCountry AuditFileDateCreated SoftwareCompanyName "
    "SoftwareID SoftwareVersion Company DefaultCurrencyCode SelectionCriteria HeaderComment?"
    " TaxAccountingBasis",
    "Company": _COMPANY.replace("Number?", "Number").replace("Contact*", "Contact+"),
    "Address": "StreetName? Number? AdditionalAddressDetail? City? PostalCode? Country?"
    " AddressType?",
    "Contact": "ContactPerson Telephone? Fax? Email?",
    "ContactPerson": "FirstName LastName",
    "SelectionCriteria": "SelectionStartDate SelectionEndDate",
    "MasterFiles": "GeneralLedgerAccounts? Customers? TaxTable?",
    "GeneralLedgerAccounts": "Account+",
    "Customers": "Customer+",
    "TaxTable": "TaxTableEntry+",
    "TaxTableEntry": "TaxType Description TaxCodeDetails+",
    "GeneralLedgerEntries": "NumberOfEntries TotalDebit TotalCredit Journal*",
    "Journal": "JournalID Description Type Transaction*",
    "DebitAmount": "Amount",
    "CreditAmount": "Amount",
    "TaxAmount": "Amount",
    "DebitTaxAmount": "Amount",
    "CreditTaxAmount": "Amount",
}
NORWAY = COMMON | {
    "TaxRegistration": "TaxRegistrationNumber",
    "Account": "AccountID AccountDescription GroupingCategory GroupingCode AccountType "
    + _BALANCES,
    "Customer": f"{_COMPANY} CustomerID SelfBillingIndicator? BalanceAccount* PartyInfo?",
    "BalanceAccount": f"AccountID? {_BALANCES}",
    "TaxCodeDetails": "TaxCode EffectiveDate? ExpirationDate? Description? TaxPercentage Country"
    " StandardTaxCode Compensation? BaseRate+",
    "Transaction": "TransactionID Period PeriodYear TransactionDate SourceID? VoucherType?"
    " VoucherDescription? TransactionType? Description BatchID? SystemEntryDate GLPostingDate"
    " ModificationDate? SystemID? Line+",
    "Line": "RecordID AccountID Analysis* ValueDate? SourceDocumentID? CustomerID? SupplierID?"
    " Description DebitAmount|CreditAmount TaxInformation* ReferenceNumber? CID? DueDate?",
    "TaxInformation": "TaxType? TaxCode? TaxPercentage? Country? TaxBase? TaxBaseDescription?"
    " DebitTaxAmount|CreditTaxAmount",
}
OECD = COMMON | {
    "TaxRegistration": "TaxRegistrationNumber TaxType?",
    "Account": "AccountID AccountDescription StandardAccountID? AccountType " + _BALANCES,
    "Customer": f"{_COMPANY} CustomerID SelfBillingIndicator? AccountID? {_BALANCES}",
    "TaxCodeDetails": "TaxCode EffectiveDate? ExpirationDate? Description? TaxPercentage Country",
    "Transaction": "TransactionID Period PeriodYear TransactionDate SourceID? TransactionType?"
    " Description BatchID? SystemEntryDate GLPostingDate CustomerID? SystemID? Line+",
    "Line": "RecordID AccountID Analysis* ValueDate? SourceDocumentID? CustomerID? SupplierID?"
    " Description DebitAmount|CreditAmount TaxInformation*",
    "TaxInformation": "TaxType TaxCode? TaxPercentage? Country? TaxBase? TaxBaseDescription?"
    " TaxAmount",
}
LONGEST = {
    "RegistrationNumber": 35, "CustomerID": 35, "SourceDocumentID": 35, "ReferenceNumber": 35,
    "RecordID": 18, "Telephone": 18, "JournalID": 18, "Type": 9, "TaxType": 9, "TaxCode": 9,
    "AuditFileVersion": 9, "AccountID": 70, "TransactionID": 70, "LastName": 70, "PostalCode": 70,
}  # fmt: skip


def faults(element: ElementTree.Element, order: dict[str, str], space: str) -> Iterator[str]:
    """What of an element and all below it is not as the schema has it."""
    tag = element.tag.removeprefix(f"{{{space}}}")
    children = [child.tag.removeprefix(f"{{{space}}}") for child in element]
    if not children:
        text = element.text or ""
        if not text or len(text) > LONGEST.get(tag, 256):
            yield f"{tag}: {text!r}"
        return
    if tag not in order:
        yield f"{tag} is unknown"
        return
    left = list(children)
    for wanted in order[tag].split():
        names, mark = wanted.rstrip("?*+").split("|"), wanted[-1]
        found = 0
        while left and left[0] in names and (mark in "*+" or not found):
            left.pop(0)
            found += 1
        if not found and mark not in "?*":
            yield f"{tag} lacks {wanted}"
    if left:
        yield f"{tag}: {left[0]} stands in the wrong place"
    for child in element:
        yield from faults(child, order, space)


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
    space = NORWAY_SPACE if form == "saft-no" else OECD_SPACE
    return company, form, Saft(made.document.read(), space)


def test_elements_stand_as_the_schema_orders_them(case) -> None:
    _company, form, file = case
    order = NORWAY if form == "saft-no" else OECD
    assert list(faults(file.root, order, file.space["s"])) == []


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
