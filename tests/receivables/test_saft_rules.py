"""The reader of SAF-T finds every kind of fault, and books at the edge of all lengths have none."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from receivables.exports.facts import (
    AccountFacts,
    Books,
    CompanyFacts,
    EntryFacts,
    LineFacts,
    PartyFacts,
)
from receivables.exports.saft import saft
from receivables.exports.saft_codes import NORWAY, OECD
from receivables.models import Account
from tests.receivables import saft_rules
from tests.receivables.saft_rules import Rules, dangling, faults

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)
PLACE = ("street", "postcode", "city", "contact_name", "contact_phone", "contact_email")
MUCH = "Größte Bücher & Söhne <AG> " * 20
CASES = [
    pytest.param(OECD, saft_rules.OECD, id="oecd"),
    pytest.param(NORWAY, saft_rules.NORWAY, id="norway"),
]


def books(start: date = date(2026, 3, 1), **company: str) -> Books:
    """One posting of an invoice in dollars, on accounts of every role; every text is too long."""
    accounts = {
        pk: AccountFacts(pk, f"{1400 + pk}", MUCH, role)
        for pk, role in enumerate(Account.Role.values, start=1)
        if role not in ("revenue", "vat", "advance")
    }
    for pk, role, rate in ((90, "revenue", "0"), (91, "revenue", "0.25"), (92, "vat", "0.25")):
        category = "S" if Decimal(rate) else "E"
        accounts[pk] = AccountFacts(pk, f"{1400 + pk}", MUCH, role, category, Decimal(rate))
    party = PartyFacts(
        7, "K" * 60, MUCH, "SE", "SE" + "1" * 60, "2" * 60, True, MUCH, MUCH, MUCH,
        opening=Decimal("-0.01"), closing=Decimal("9.99"),
    )  # fmt: skip
    lines = (
        LineFacts(1, 1, Decimal("10.00"), 7, currency="USD", currency_amount=Decimal("30.00")),
        LineFacts(2, 90, Decimal("-4.00"), currency="USD", currency_amount=Decimal("-12.00")),
        LineFacts(3, 91, Decimal("-4.80"), currency="USD", currency_amount=Decimal("-14.40")),
        LineFacts(
            4, 92, Decimal("-1.20"), None, Decimal("-4.80"), "USD", Decimal("-3.60")
        ),
    )  # fmt: skip
    entry = EntryFacts(5, start, MOMENT, MUCH, "R" * 60, lines, due_on=start)
    facts = dict.fromkeys(("registration_number", "vat_id", *PLACE), MUCH)
    return Books(
        CompanyFacts(MUCH, "NO", "NOK", **facts | company), start, start, MOMENT, accounts,
        {7: party}, 1, Decimal("10.00"), lambda: iter([entry]), lambda: iter([entry]),
    )  # fmt: skip


def parsed(found: Books, dialect: object) -> Element:
    return ElementTree.fromstring(b"".join(saft(found, dialect)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("dialect", "rules"), CASES)
@pytest.mark.parametrize("company", [{}, dict.fromkeys(("registration_number", "vat_id"), "")])
def test_the_longest_and_the_emptiest_books_are_in_order(
    dialect: object, rules: Rules, company: dict[str, str]
) -> None:
    root = parsed(books(**company), dialect)
    assert list(faults(root, rules)) == []
    assert list(dangling(root, rules)) == []


@pytest.mark.parametrize(("dialect", "rules"), CASES)
def test_who_has_no_address_has_what_the_schema_wants(dialect: object, rules: Rules) -> None:
    assert list(faults(parsed(books(**dict.fromkeys(PLACE, "")), dialect), rules)) == []


Damage = Callable[[Element, Element, int], None]


def missing(parent: Element, child: Element, _place: int) -> None:
    parent.remove(child)


def moved(parent: Element, child: Element, place: int) -> None:
    parent.remove(child)
    parent.insert(0 if place else len(parent), child)


def too_long(_parent: Element, child: Element, _place: int) -> None:
    child.text = "x" * 257


def empty(_parent: Element, child: Element, _place: int) -> None:
    child.text = " "


def unknown(parent: Element, child: Element, place: int) -> None:
    parent.insert(place, ElementTree.Element(child.tag + "s"))


def places(root: Element, path: str, space: str) -> tuple[Element, Element, int]:
    """Parent, element and place of the first element of a path."""
    way = [f"{{{space}}}{part}" for part in path.split("/")]
    parent, child = root.find("/".join(way[:-1])), root.find("/".join(way))
    assert parent is not None, path
    assert child is not None, path
    return parent, child, list(parent).index(child)


LINE = "GeneralLedgerEntries/Journal/Transaction/Line"
WRITTEN = [
    "Header/AuditFileVersion", "Header/Company/RegistrationNumber", "Header/Company/Name",
    "Header/Company/Contact/ContactPerson/LastName", "Header/DefaultCurrencyCode",
    "Header/SelectionCriteria/SelectionStartDate", "Header/TaxAccountingBasis",
    "MasterFiles/GeneralLedgerAccounts/Account/AccountID",
    "MasterFiles/GeneralLedgerAccounts/Account/AccountType",
    "MasterFiles/GeneralLedgerAccounts/Account/OpeningDebitBalance",
    "MasterFiles/Customers/Customer/Name", "MasterFiles/Customers/Customer/CustomerID",
    "MasterFiles/TaxTable/TaxTableEntry/TaxType",
    "MasterFiles/TaxTable/TaxTableEntry/Description",
    "MasterFiles/TaxTable/TaxTableEntry/TaxCodeDetails/TaxCode",
    "MasterFiles/TaxTable/TaxTableEntry/TaxCodeDetails/Country",
    "GeneralLedgerEntries/NumberOfEntries", "GeneralLedgerEntries/TotalDebit",
    "GeneralLedgerEntries/Journal/JournalID", "GeneralLedgerEntries/Journal/Type",
    "GeneralLedgerEntries/Journal/Transaction/TransactionID",
    "GeneralLedgerEntries/Journal/Transaction/PeriodYear",
    "GeneralLedgerEntries/Journal/Transaction/TransactionDate",
    "GeneralLedgerEntries/Journal/Transaction/SystemEntryDate",
    f"{LINE}/RecordID", f"{LINE}/AccountID", f"{LINE}/Description",
    f"{LINE}/DebitAmount/Amount", f"{LINE}/DebitAmount/CurrencyCode",
    f"{LINE}/DebitAmount/CurrencyAmount",
]  # fmt: skip


@pytest.mark.parametrize("damage", [missing, moved, too_long, empty, unknown])
@pytest.mark.parametrize(("dialect", "rules"), CASES)
def test_each_fault_in_each_required_element_is_found(
    dialect: object, rules: Rules, damage: Damage
) -> None:
    for path in WRITTEN:
        root = parsed(books(), dialect)
        damage(*places(root, path, rules.space))
        assert list(faults(root, rules)), path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Header/AuditFileCountry", "NOR"),
        ("Header/Company/Address/AddressType", "Home"),
        ("Header/AuditFileDateCreated", "02.03.2026"),
        ("Header/DefaultCurrencyCode", "kr"),
        ("MasterFiles/GeneralLedgerAccounts/Account/AccountType", "Bank"),
        ("GeneralLedgerEntries/TotalDebit", "10,00"),
        ("GeneralLedgerEntries/TotalDebit", "10.001"),
        ("GeneralLedgerEntries/TotalDebit", "12345678901234567.00"),
        ("GeneralLedgerEntries/Journal/Transaction/PeriodYear", "26"),
        (f"{LINE}/DebitAmount/ExchangeRate", "0.333333333"),
    ],
)
@pytest.mark.parametrize(("dialect", "rules"), CASES)
def test_a_value_that_can_t_be_is_found(
    dialect: object, rules: Rules, path: str, text: str
) -> None:
    root = parsed(books(), dialect)
    places(root, path, rules.space)[1].text = text
    assert list(faults(root, rules)) == [f"{'/'.join(path.split('/')[-2:])}: {text!r}"]


@pytest.mark.parametrize(
    "path",
    [
        "MasterFiles/GeneralLedgerAccounts/Account/AccountID",
        "MasterFiles/Customers/Customer/CustomerID",
        "MasterFiles/TaxTable/TaxTableEntry/TaxType",
        "MasterFiles/TaxTable/TaxTableEntry/TaxCodeDetails/TaxCode",
        f"{LINE}/AccountID",
        f"{LINE}/CustomerID",
    ],
)
@pytest.mark.parametrize(("dialect", "rules"), CASES)
def test_a_reference_to_nothing_is_found(dialect: object, rules: Rules, path: str) -> None:
    root = parsed(books(), dialect)
    places(root, path, rules.space)[1].text = "X"
    assert list(dangling(root, rules))


def test_norway_wants_its_next_version_from_2027_on() -> None:
    days = {date(2026, 12, 31): "1.30", date(2027, 1, 1): "1.40"}
    for day, version in days.items():
        root = parsed(books(day), NORWAY)
        assert places(root, "Header/AuditFileVersion", NORWAY.namespace)[1].text == version
    root = parsed(books(date(2027, 1, 1)), OECD)
    assert places(root, "Header/AuditFileVersion", OECD.namespace)[1].text == "2.00"
