"""W2-100k: long bank files on a book of a million open items; time, statements and memory."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

from django.db import connection

from core.roles import Role
from o2c import flow, proof
from o2c.bench.big_book import BigLine, open_big_book, payments
from o2c.bench.dataset import AS_OF
from o2c.bench.debtors import tidy
from o2c.bench.figures import Clock, Figure, peak_mib, processor_seconds
from o2c.bench.pattern import Pattern

ITEMS, CUSTOMERS = 1_000_000, 50_000
SIZES = (1_000, 10_000, 100_000)
_JUDGED = """
SELECT entry.position, item.document_number
  FROM receivables_allocation AS allocation
  JOIN receivables_openitem AS item ON item.id = allocation.debit_item_id
  JOIN receivables_bankmatch AS match ON match.payment_item_id = allocation.credit_item_id
  JOIN receivables_bankentry AS entry ON entry.id = match.bank_entry_id
  JOIN receivables_bankstatement AS statement ON statement.id = entry.statement_id
 WHERE statement.file_id = %s
"""


def measure(
    *, items: int = ITEMS, customers: int = CUSTOMERS, sizes: Sequence[int] = SIZES
) -> Iterator[Figure]:
    """Fill the book, then work with it."""
    pattern = open_big_book(items, customers=customers)
    tidy()
    yield from work(pattern, items=items, sizes=sizes)


def work(pattern: Pattern, *, items: int, sizes: Sequence[int]) -> Iterator[Figure]:
    """Import statement after statement into one book, the longest last, then prove it."""
    balance, first = Decimal("25000.00") + pattern.invoice.gross_amount, 0
    for at, size in enumerate(sizes):
        name = f"W2 {size:,} on {items:,}"
        lines = list(payments(first, size)) if size <= 20_000 else None
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            on = AS_OF + timedelta(days=at)
            found = iter(lines) if lines else payments(first, size)
            balance = write_statement(file, found, pattern, opening=balance, on=on)
            del lines
            yield from _import(name, Path(file.name), pattern, first, size, on)
        first += size
    yield from _prove(f"W2 {items:,} items", pattern)


def _import(
    name: str, path: Path, pattern: Pattern, first: int, size: int, on: date
) -> Iterator[Figure]:
    """The figures of one file."""
    clock, before, began = Clock(), peak_mib(), processor_seconds()
    with clock.step("import"), path.open("rb") as source:
        file = flow.import_statement(
            pattern.company, source, filename=path.name,
            by=pattern.people[Role.AR_ACCOUNTANT], on=on,
        )  # fmt: skip
    peak, ended = peak_mib(), processor_seconds()
    if file.state != "booked" or file.new_count != size:
        raise RuntimeError(f"The statement was not booked: {file.new_count} {file.message}")
    wrong = _wrong(file.pk, payments(first, size))
    yield Figure(name, "file", path.stat().st_size / 2**20, "MiB")
    yield Figure(name, "rate", size / clock.total, "lines/s")
    for who, start, end in zip(("Python", "PostgreSQL"), began, ended, strict=True):
        yield Figure(name, f"processor of {who}", 1000 * (end - start) / size, "ms/line")
    yield Figure(name, "matched", 100 * file.matched_count / size, "%")
    yield Figure(name, "matched wrongly", wrong, "lines")
    yield Figure(name, "SQL statements", clock.statements["import"], "in all")
    yield Figure(name, "peak memory", peak, "MiB")
    yield Figure(name, "memory grown", peak - before, "MiB")


def _wrong(file_pk: int, lines: Iterator[BigLine]) -> int:
    """Entries that paid what their line does not mean."""
    paid: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, [file_pk])
        for position, number in cursor.fetchall():
            paid[position].add(number)
    return sum(not paid[at] <= line.pays for at, line in enumerate(lines, 1) if at in paid)


def _prove(name: str, pattern: Pattern) -> Iterator[Figure]:
    """Every check on the book as it is now; the slowest is named."""
    spent, breaches = {}, 0
    for what, check in proof.checks().items():
        began = time.perf_counter()
        breaches += len(check(pattern.company))
        spent[what] = time.perf_counter() - began
    slowest = max(spent, key=lambda what: spent[what])
    yield Figure(name, "prove", sum(spent.values()), "s")
    yield Figure(name, f"– {slowest}"[:28], spent[slowest], "s")
    yield Figure(name, "breaches", breaches, "in all")


def write_statement(
    file: IO[bytes], lines: Iterator[BigLine], pattern: Pattern, *, opening: Decimal, on: date
) -> Decimal:
    """A camt.053 of one statement, written line by line; the closing balance is given back."""
    entries, closing = tempfile.TemporaryFile(), opening  # noqa: SIM115 - closed below
    for at, line in enumerate(lines, 1):
        entries.write(_entry(at, line, on).encode())
        closing += line.amount
    file.write(_head(pattern, opening, closing, on).encode())
    entries.seek(0)
    while piece := entries.read(1 << 20):
        file.write(piece)
    entries.close()
    file.write(b"</Stmt></BkToCstmrStmt></Document>\n")
    file.flush()
    return closing


def _head(pattern: Pattern, opening: Decimal, closing: Decimal, on: date) -> str:
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>\n"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt>"
        f"<GrpHdr><MsgId>{on}</MsgId></GrpHdr><Stmt><Id>{on}</Id>"
        f"<Acct><Id><IBAN>{pattern.company.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}"
    )


def _entry(at: int, line: BigLine, on: date) -> str:
    side = "CRDT" if line.amount > 0 else "DBIT"
    party = "Dbtr" if line.amount > 0 else "Cdtr"
    iban = f"<{party}Acct><Id><IBAN>{line.iban}</IBAN></Id></{party}Acct>" if line.iban else ""
    told = (
        f"<Strd><CdtrRefInf><Ref>{line.reference}</Ref></CdtrRefInf></Strd>"
        if line.reference
        else f"<Ustrd>{escape(line.text)}</Ustrd>"
    )
    amount = f"<Amt Ccy='EUR'>{abs(line.amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>"
    return (
        f"<Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt>"
        f"<ValDt><Dt>{on}</Dt></ValDt><AcctSvcrRef>{on:%Y%m%d}{at:07d}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
        f"</BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}"
        f"<RltdPties><{party}><Pty><Nm>{escape(line.name)}</Nm></Pty></{party}>{iban}</RltdPties>"
        f"<RmtInf>{told}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )
