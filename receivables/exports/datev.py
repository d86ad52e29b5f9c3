"""The journal as DATEV booking batches ("Buchungsstapel"), and the customers as its debtors.

Why nothing is left to DATEV's automatic accounts: VAT is computed there row by row from the gross
amount, here once per document and rate (EN 16931). The two differ by cents as soon as a document
has several rows. So revenue and VAT are posted as the ledger has them, and the key 40 lifts the
automatic function of accounts that carry a rate above zero (SKR03 8400, 8736, 1718 …); without it
VAT would be taken out of a net amount again. Accounts at zero per cent keep their function: it
computes nothing, and DATEV fills the return and the EC sales list from it.

Amounts are those of the books, in EUR, for foreign money too: what it is worth is booked, not left
to be computed from a rate, and a row may join lines of two currencies. So the columns of rate and
base amount stay empty, and DATEV knows a debtor's foreign items in EUR only.

Customers are personal accounts; the control account is never posted itself, DATEV adds it up.
Postings cannot change here, so batches arrive fixed ("Festschreibung" 1). A batch lies in one
fiscal year, because its rows carry day and month only, and has at most 99,999 rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from receivables.exports.datev_form import (
    BOOKING_COLUMNS,
    BOOKINGS,
    CHARSET,
    DEBTOR_COLUMNS,
    DEBTORS,
    amount,
    header,
    quoted,
    row,
    titles,
)
from receivables.exports.facts import AccountFacts, Books, EntryFacts, LineFacts, PartyFacts
from receivables.exports.letters import fitted
from receivables.exports.splitting import Move, split_entry

MOST_ROWS = 99_999
LIFT = '"40"'
_AUTOMATIC = {"revenue", "advance", "discount"}
_NOT_IN_REFERENCE = re.compile(r"[^0-9A-Za-z$&%*+\-/]")

File = tuple[str, Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a row: the account as DATEV numbers it, whether it would compute VAT by itself,
    whether it takes supplies to other member states."""

    number: str
    is_automatic: bool = False
    is_to_union: bool = False


@dataclass(frozen=True, slots=True)
class _Rows:
    entry: EntryFacts
    moves: list[Move]


def datev_files(books: Books) -> Iterator[File]:
    """Name and content of each file: booking batches, then debtors. Read one to its end before
    asking for the next. Without postings there is one batch without rows."""
    pending = _Pending(books)
    number = 0
    while number == 0 or pending.next is not None:
        number += 1
        yield f"EXTF_Buchungsstapel_{number:03d}.csv", _batch(books, pending)
    yield "EXTF_Debitoren.csv", _debtors(books)


class _Pending:
    """Entries as rows, with a look at the next one."""

    def __init__(self, books: Books) -> None:
        self._rows = _split(books)
        self.next: _Rows | None = None
        self.take()

    def take(self) -> _Rows | None:
        """The next entry that moves something; None at the end."""
        taken, self.next = self.next, next(self._rows, None)
        return taken


def _split(books: Books) -> Iterator[_Rows]:
    for entry in books.by_date():
        moves = split_entry((_side(books, line), line.amount) for line in entry.lines)
        if moves:
            yield _Rows(entry, moves)


def _side(books: Books, line: LineFacts) -> _Side:
    account = books.accounts[line.account]
    party = books.parties.get(line.party) if line.party else None
    if account.is_control:
        if party is None or party.personal_account is None:
            raise ValueError(f"line {line.id} on receivables has no personal account")
        return _Side(str(party.personal_account))
    return _Side(_number(books, account), _is_automatic(account), account.vat_category == "K")


def _number(books: Books, account: AccountFacts) -> str:
    """The account with as many digits as DATEV's client has: zeros on the right."""
    assert books.datev is not None
    return account.number.ljust(books.datev.account_length, "0")


def _is_automatic(account: AccountFacts) -> bool:
    return account.role in _AUTOMATIC and bool(account.vat_rate)


def _vat_id(books: Books, entry: EntryFacts) -> str:
    """The VAT id of the customer of an entry; the EC sales list needs it."""
    parties = (books.parties.get(line.party) for line in entry.lines if line.party)
    return next((party.vat_id for party in parties if party is not None), "")


def _batch(books: Books, pending: _Pending) -> Iterator[bytes]:
    first = pending.next.entry.posted_on if pending.next else books.start
    year_start, year_end = books.year_of(first)
    start, end = max(books.start, year_start), min(books.end, year_end)
    yield _bytes(header(books, BOOKINGS, start, end) + titles(BOOKING_COLUMNS))
    count = 0
    while pending.next and _fits(pending.next, count, year_end):
        taken = pending.take()
        assert taken is not None
        count += len(taken.moves)
        yield _bytes("".join(_row(books, taken.entry, move) for move in taken.moves))


def _fits(rows: _Rows, count: int, year_end: date) -> bool:
    has_room = count == 0 or count + len(rows.moves) <= MOST_ROWS
    return has_room and rows.entry.posted_on <= year_end


def _row(books: Books, entry: EntryFacts, move: Move) -> str:
    debit, credit = move.debit, move.credit
    assert isinstance(debit, _Side)
    assert isinstance(credit, _Side)
    cells = {
        1: amount(move.amount),
        2: '"S"',
        3: quoted(books.company.currency),
        7: debit.number,
        8: credit.number,
        10: f"{entry.posted_on:%d%m}",
        11: quoted(reference(entry)),
        14: quoted(entry.text, 60),
        114: "1",
    }
    if debit.is_automatic or credit.is_automatic:
        cells[9] = LIFT
    if entry.due_on:
        cells[12] = quoted(f"{entry.due_on:%d%m%y}")
        cells[117] = f"{entry.due_on:%d%m%Y}"
    if debit.is_to_union or credit.is_to_union:
        cells[40] = quoted(_vat_id(books, entry), 15)
    return row(len(BOOKING_COLUMNS), cells)


def reference(entry: EntryFacts) -> str:
    """Belegfeld 1: the document's number in the signs DATEV allows, else the entry's."""
    plain = _NOT_IN_REFERENCE.sub("", fitted(entry.document, "ascii"))
    return plain.lstrip("+-")[:36] or f"B{entry.id}"


def _debtors(books: Books) -> Iterator[bytes]:
    yield _bytes(header(books, DEBTORS, books.start, books.end) + titles(DEBTOR_COLUMNS))
    known = [party for party in books.parties.values() if party.personal_account is not None]
    for party in sorted(known, key=lambda party: party.personal_account or 0):
        yield _bytes(_debtor(party))


def _debtor(party: PartyFacts) -> str:
    country, number = party.vat_id[:2], party.vat_id[2:]
    cells = {
        1: str(party.personal_account),
        7: '"2"' if party.is_business else '"0"',
        (2 if party.is_business else 6): quoted(party.name, 50),
        8: quoted(party.name, 15),
        15: '"STR"',
        16: quoted(party.street, 36),
        18: quoted(party.postcode, 10),
        19: quoted(party.city, 30),
        20: quoted(party.country, 2),
        DEBTOR_COLUMNS.index("Kundennummer") + 1: quoted(party.number, 15),
    }
    if party.vat_id:
        cells |= {9: quoted(country), 10: quoted(number, 13)}
    return row(len(DEBTOR_COLUMNS), cells)


def _bytes(text: str) -> bytes:
    return text.encode(CHARSET)
