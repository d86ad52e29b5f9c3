"""The journal as a SIE file of type 4 ("SIE 4E"), as Swedish bookkeeping programs read it.

After "SIE filformat, utgåva 4B": labels with fields apart by blanks, text in quotes, the character
set PC8 (code page 437). The balance sheet's accounts are those whose BAS number begins with 1 or 2:
they have #IB at the start of the fiscal year and #UB at the end of the period; all others have
#RES. Customers are objects of the reserved dimension 8.

Amounts are in the books' currency: a transaction of SIE has no other.

Over a whole fiscal year, or one that runs, #IB and the verifications add up to #UB. A file of a
part of it (May) has balances since the year began and verifications of that part only. As these
are the books of receivables, without equity, the #IB of all accounts need not be nothing.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from o2c.money import ZERO
from receivables.exports.facts import AccountFacts, Books, EntryFacts, LineFacts
from receivables.exports.letters import fitted

CHARSET, END = "cp437", "\r\n"
SERIES = "A"
CUSTOMERS = 8
"""SIE's reserved dimension for customers."""
_TYPES = {"1": "T", "2": "S", "3": "I"}


def sie4(books: Books) -> Iterator[bytes]:
    """The file, piece by piece; verifications in the order of their numbers."""
    yield _bytes(*_head(books))
    yield _bytes(*_accounts(books), *_objects(books), *_balances(books))
    for entry in books.by_number():
        yield _bytes(*_verification(books, entry))


def quoted(text: str) -> str:
    """A text field: in quotes, quotes inside escaped."""
    return '"' + fitted(text, CHARSET).replace("\\", "/").replace('"', '\\"') + '"'


def _head(books: Books) -> Iterator[str]:
    company, (year_start, year_end) = books.company, books.year
    before = books.year_of(year_start.replace(year=year_start.year - 1))
    yield "#FLAGGA 0"
    yield '#PROGRAM "o2c" "1.0"'
    yield "#FORMAT PC8"
    yield f"#GEN {books.created_at:%Y%m%d}"
    yield "#SIETYP 4"
    if company.registration_number:
        yield f"#ORGNR {_organisation(company.registration_number)}"
    place = f"{company.postcode} {company.city}".strip()
    address = (company.contact_name, company.street, place, company.contact_phone)
    yield "#ADRESS " + " ".join(quoted(part) for part in address)
    yield f"#FNAMN {quoted(company.name)}"
    yield f"#RAR 0 {year_start:%Y%m%d} {year_end:%Y%m%d}"
    yield f"#RAR -1 {before[0]:%Y%m%d} {before[1]:%Y%m%d}"
    if books.end < year_end:
        yield f"#OMFATTN {books.end:%Y%m%d}"
    yield "#KPTYP EUBAS97"
    yield f"#VALUTA {company.currency}"


def _organisation(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == 10 else quoted(number)


def _accounts(books: Books) -> Iterator[str]:
    for account in books.sorted_accounts:
        yield f"#KONTO {account.number} {quoted(account.name)}"
        yield f"#KTYP {account.number} {_TYPES.get(account.number[:1], 'K')}"


def _objects(books: Books) -> Iterator[str]:
    yield f"#DIM {CUSTOMERS} {quoted('Kund')}"
    for party in sorted(books.parties.values(), key=lambda party: party.number):
        yield f"#OBJEKT {CUSTOMERS} {quoted(party.number)} {quoted(party.name)}"


def _balances(books: Books) -> Iterator[str]:
    sheet = [account for account in books.sorted_accounts if _is_of_balance_sheet(account)]
    result = [account for account in books.sorted_accounts if not _is_of_balance_sheet(account)]
    yield from _sums("IB", {one.number: one.year_opening for one in sheet})
    yield from _sums("UB", {one.number: one.closing for one in sheet})
    yield from _sums("RES", {one.number: one.closing - one.year_opening for one in result})


def _is_of_balance_sheet(account: AccountFacts) -> bool:
    return account.number[:1] in ("1", "2")


def _sums(label: str, sums: dict[str, Decimal]) -> Iterator[str]:
    for number, amount in sums.items():
        if amount != ZERO:
            yield f"#{label} 0 {number} {amount:.2f}"


def _verification(books: Books, entry: EntryFacts) -> Iterator[str]:
    recorded = f"{entry.recorded_at:%Y%m%d}"
    text = quoted(entry.text)
    yield f"#VER {SERIES} {entry.id} {entry.posted_on:%Y%m%d} {text} {recorded}"
    yield "{"
    for line in entry.lines:
        account = books.accounts[line.account].number
        yield f"   #TRANS {account} {_object(books, line)} {line.amount:.2f}"
    yield "}"


def _object(books: Books, line: LineFacts) -> str:
    party = books.parties.get(line.party) if line.party else None
    return f"{{{CUSTOMERS} {quoted(party.number)}}}" if party else "{}"


def _bytes(*lines: str) -> bytes:
    return "".join(f"{line}{END}" for line in lines).encode(CHARSET)
