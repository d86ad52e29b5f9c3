"""The books as a SAF-T file: header, accounts and customers with balances, tax codes, journal.

Elements stand in the order of the schemas: the OECD's 2.00 and Norway's 1.30, which differ in
names, lengths and a few elements (``saft_codes``). Amounts are those of the books; lines about
foreign money say beside it how much of which currency they move. Tax information stands on the
lines of VAT accounts, whose amount and base the ledger knows to the cent, and on revenue without
VAT, with 0.00: so it adds up to the VAT of the ledger, which a share computed for each line of
revenue would not.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from xml.sax.saxutils import escape

from o2c.money import ZERO
from receivables.exports.facts import (
    AccountFacts,
    Books,
    CompanyFacts,
    EntryFacts,
    LineFacts,
    PartyFacts,
)
from receivables.exports.letters import one_line
from receivables.exports.saft_codes import (
    OECD,
    OECD_TYPES,
    Dialect,
    grouping,
    percentage,
    standard_code,
    tax_code,
)

LONG, MIDDLE, SHORT = 256, 35, 18
_UNNAMED = "NotUsed"
"""What the schema wants for a first name where only the whole name is known."""
_UNKNOWN = "-"
"""For what the schema wants and we do not know."""


def saft(books: Books, dialect: Dialect = OECD) -> Iterator[bytes]:
    """The file, piece by piece, UTF-8."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<AuditFile xmlns="{dialect.namespace}">\n'.encode()
    yield _bytes(_header(books, dialect))
    yield from _master_files(books, dialect)
    yield b"<GeneralLedgerEntries>\n"
    yield _bytes(
        [_leaf("NumberOfEntries", books.entry_count), _leaf("TotalDebit", _money(books.debit))]
    )
    yield _bytes([_leaf("TotalCredit", _money(books.debit)), "<Journal>"])
    yield _bytes(
        [_leaf("JournalID", "AR"), _leaf("Description", "Receivables"), _leaf("Type", "AR")]
    )
    for entry in books.by_date():
        yield _bytes(_transaction(books, entry, dialect))
    yield b"</Journal>\n</GeneralLedgerEntries>\n</AuditFile>\n"


def _leaf(tag: str, value: object, length: int = LONG) -> str:
    return f"<{tag}>{escape(one_line(str(value))[:length])}</{tag}>"


def _given(tag: str, value: str, length: int = LONG) -> str:
    """The element, or nothing where there is no value."""
    return _leaf(tag, value, length) if value else ""


def _inside(tag: str, parts: Iterable[str]) -> str:
    return f"<{tag}>{''.join(parts)}</{tag}>"


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _bytes(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines if line).encode()


def _header(books: Books, dialect: Dialect) -> Iterator[str]:
    company = books.company
    yield "<Header>"
    yield _leaf("AuditFileVersion", dialect.version_of(books.start))
    yield _leaf("AuditFileCountry", company.country)
    yield _leaf("AuditFileDateCreated", f"{books.created_at:%Y-%m-%d}")
    yield _leaf("SoftwareCompanyName", "o2c") + _leaf("SoftwareID", "o2c")
    yield _leaf("SoftwareVersion", "1.0")
    yield _inside("Company", _company(company, dialect))
    yield _leaf("DefaultCurrencyCode", company.currency)
    yield _inside(
        "SelectionCriteria",
        [_leaf("SelectionStartDate", books.start), _leaf("SelectionEndDate", books.end)],
    )
    yield _leaf("TaxAccountingBasis", dialect.basis)
    yield "</Header>"


def _company(company: CompanyFacts, dialect: Dialect) -> Iterator[str]:
    number = company.registration_number or company.vat_id or _UNKNOWN
    yield _leaf("RegistrationNumber", number, MIDDLE)
    yield _leaf("Name", company.name, dialect.name)
    yield _address(company, dialect)
    name = company.contact_name or _UNKNOWN
    person = [_leaf("FirstName", _UNNAMED), _leaf("LastName", name, 70)]
    yield _inside(
        "Contact",
        [
            _inside("ContactPerson", person),
            _given("Telephone", company.contact_phone, SHORT),
            _given("Email", company.contact_email, 70),
        ],
    )
    yield _registration(company, dialect)


def _address(place: CompanyFacts | PartyFacts, dialect: Dialect) -> str:
    """City and postal code are never left out of the OECD's file."""
    missing = "" if dialect.is_norwegian else _UNKNOWN
    return _inside(
        "Address",
        [
            _given("StreetName", place.street, dialect.street),
            _given("City", place.city or missing, dialect.city),
            _given("PostalCode", place.postcode or missing, dialect.postcode),
            _given("Country", place.country),
            _leaf("AddressType", "StreetAddress"),
        ],
    )


def _registration(holder: CompanyFacts | PartyFacts, dialect: Dialect) -> str:
    if not holder.vat_id:
        return ""
    parts = [_leaf("TaxRegistrationNumber", holder.vat_id, MIDDLE)]
    if not dialect.is_norwegian:
        parts.append(_leaf("TaxType", dialect.tax_type))
    return _inside("TaxRegistration", parts)


def _master_files(books: Books, dialect: Dialect) -> Iterator[bytes]:
    yield b"<MasterFiles>\n<GeneralLedgerAccounts>\n"
    yield _bytes(_account(account, dialect) for account in books.sorted_accounts)
    yield b"</GeneralLedgerAccounts>\n"
    control = next((one.number for one in books.sorted_accounts if one.is_control), "")
    if books.parties:
        yield b"<Customers>\n"
        for party in sorted(books.parties.values(), key=lambda party: party.number):
            yield _bytes([_customer(party, control, dialect)])
        yield b"</Customers>\n"
    yield _bytes(_tax_table(books, dialect))
    yield b"</MasterFiles>\n"


def _account(account: AccountFacts, dialect: Dialect) -> str:
    parts = [_leaf("AccountID", account.number), _leaf("AccountDescription", account.name)]
    if dialect.is_norwegian:
        category, code = grouping(account)
        parts += [_leaf("GroupingCategory", category), _leaf("GroupingCode", code)]
        parts.append(_leaf("AccountType", "GL"))
    else:
        parts.append(_leaf("AccountType", OECD_TYPES[account.kind]))
    return _inside("Account", [*parts, *_both_balances(account.opening, account.closing)])


def _both_balances(opening: Decimal, closing: Decimal) -> Iterator[str]:
    for when, amount in (("Opening", opening), ("Closing", closing)):
        side = "Debit" if amount >= ZERO else "Credit"
        yield _leaf(f"{when}{side}Balance", _money(abs(amount)))


def _customer(party: PartyFacts, control: str, dialect: Dialect) -> str:
    account = [_leaf("AccountID", control), *_both_balances(party.opening, party.closing)]
    return _inside(
        "Customer",
        [
            _given("RegistrationNumber", party.registration_number, MIDDLE),
            _leaf("Name", party.name, dialect.name),
            _address(party, dialect),
            _registration(party, dialect),
            _leaf("CustomerID", party.number, MIDDLE),
            *([_inside("BalanceAccount", account)] if dialect.is_norwegian else account),
        ],
    )


def _tax_table(books: Books, dialect: Dialect) -> Iterator[str]:
    codes = {tax_code(one): one for one in books.sorted_accounts if one.vat_category}
    if not codes:
        return
    yield "<TaxTable>\n<TaxTableEntry>"
    yield _leaf("TaxType", dialect.tax_type) + _leaf("Description", dialect.tax_name)
    for code, account in sorted(codes.items()):
        details = [_leaf("TaxCode", code), _leaf("Description", code)]
        details.append(_leaf("TaxPercentage", f"{percentage(account):.2f}"))
        details.append(_leaf("Country", books.company.country))
        if dialect.is_norwegian:
            details.append(_leaf("StandardTaxCode", standard_code(account)))
            details.append(_leaf("BaseRate", 100))
        yield _inside("TaxCodeDetails", details)
    yield "</TaxTableEntry>\n</TaxTable>"


def _transaction(books: Books, entry: EntryFacts, dialect: Dialect) -> Iterator[str]:
    number = (entry.posted_on.month - books.company.year_start_month) % 12 + 1
    yield "<Transaction>"
    yield _leaf("TransactionID", entry.id) + _leaf("Period", number)
    yield _leaf("PeriodYear", books.year_of(entry.posted_on)[0].year)
    yield _leaf("TransactionDate", entry.posted_on)
    if dialect.is_norwegian:
        yield _leaf("VoucherType", "AR") + _leaf("VoucherDescription", "Receivables")
    yield _leaf("Description", entry.text or entry.document or entry.id)
    yield _leaf("SystemEntryDate", f"{entry.recorded_at:%Y-%m-%d}")
    yield _leaf("GLPostingDate", entry.posted_on)
    for line in entry.lines:
        yield _inside("Line", _line(books, entry, line, dialect))
    yield "</Transaction>"


def _line(books: Books, entry: EntryFacts, line: LineFacts, dialect: Dialect) -> Iterator[str]:
    account = books.accounts[line.account]
    party = books.parties.get(line.party) if line.party and account.is_control else None
    yield _leaf("RecordID", line.id)
    yield _leaf("AccountID", account.number)
    yield _given("SourceDocumentID", entry.document, MIDDLE)
    if party:
        yield _leaf("CustomerID", party.number, MIDDLE)
    yield _leaf("Description", entry.text or account.name)
    yield _inside("DebitAmount" if line.amount > 0 else "CreditAmount", _amount(line))
    yield _tax(books, account, line, dialect)
    if dialect.is_norwegian and party:
        yield _given("ReferenceNumber", entry.document, MIDDLE)
        if entry.due_on:
            yield _leaf("DueDate", entry.due_on)


def _amount(line: LineFacts) -> Iterator[str]:
    """What a line moves, on its side, and in the currency that it is about.

    The rate is that of this very line: foreign amount x rate = amount. A difference of exchange
    moves nothing of the foreign money and has none.
    """
    yield _leaf("Amount", _money(abs(line.amount)))
    if not line.currency:
        return
    foreign = line.currency_amount if line.amount > 0 else -line.currency_amount
    yield _leaf("CurrencyCode", line.currency) + _leaf("CurrencyAmount", _money(foreign))
    if foreign > 0:
        yield _leaf("ExchangeRate", f"{abs(line.amount) / foreign:.8f}")


def _tax(books: Books, account: AccountFacts, line: LineFacts, dialect: Dialect) -> str:
    is_untaxed = account.role == "revenue" and not account.vat_rate
    if not account.vat_category or not (is_untaxed or account.role == "vat"):
        return ""
    base = abs(line.amount) if is_untaxed else line.tax_base and abs(line.tax_base)
    amount = [_leaf("Amount", _money(ZERO))] if is_untaxed else _amount(line)
    side = "Debit" if line.amount > 0 else "Credit"
    return _inside(
        "TaxInformation",
        [
            _leaf("TaxType", dialect.tax_type),
            _leaf("TaxCode", tax_code(account)),
            _leaf("TaxPercentage", f"{percentage(account):.2f}"),
            _leaf("Country", books.company.country) if dialect.is_norwegian else "",
            "" if base is None else _leaf("TaxBase", _money(base)),
            _inside(f"{side}TaxAmount" if dialect.is_norwegian else "TaxAmount", amount),
        ],
    )
