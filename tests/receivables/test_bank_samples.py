"""Every sample imports right or is refused by name: docs/bank-files.md tells the truth."""

from decimal import Decimal
from pathlib import Path

import pytest

from o2c.errors import BusinessError
from receivables.bankfiles import ParsedStatement, read
from tests.receivables.camt_versions import VERSIONS, statement_of_version

FILES = Path(__file__).parent / "files"
TABLE = Path(__file__).parents[2] / "docs" / "bank-files.md"
SAMPLES = sorted(path for path in FILES.iterdir() if path.suffix != ".md")


def row(path: Path) -> str:
    """One line of the table: file, format, statements, entries, sum, chain, result."""
    try:
        found = read(path.read_bytes())
    except BusinessError as error:
        return f"| `{path.name}` | | | | | | refused, `{error.code}`: {error.message} |"
    entries = [entry for statement in found.statements for entry in statement.entries]
    currencies = ", ".join(sorted({statement.currency for statement in found.statements}))
    moved = sum((entry.amount for entry in entries), Decimal("0.00"))
    return (
        f"| `{path.name}` | {found.kind} | {len(found.statements)} | {len(entries)} "
        f"| {moved} {currencies} | {chain(found.statements)} | read whole |"
    )


def chain(statements: tuple[ParsedStatement, ...]) -> str:
    """First opening and last closing balance of a file of one account, else that each closes."""
    if len({statement.account for statement in statements}) > 1:
        return "each closes"
    return f"{statements[0].opening_amount} → {statements[-1].closing_amount}"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_table_tells_what_comes_of_each_sample(path: Path) -> None:
    assert row(path) in TABLE.read_text().splitlines()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_statement_reads_the_same_in_every_version(version: int) -> None:
    found = read(statement_of_version(version))
    statement = found.statements[0]
    assert (statement.account, statement.currency) == ("DE89370400440532013000", "EUR")
    assert [
        (str(e.amount), e.payer_name, e.payer_iban, e.text, e.references, e.bank_reference)
        for e in statement.entries
    ] == [
        ("119.00", "Käufer AG", "DE02120300000000202051", "RE-1", ("RF18539007547034",), "B1"),
        ("10.00", "Eins", "", "one", (), "B2"),
        ("20.00", "Zwei", "", "two", (), "B2"),
        ("-3.00", "", "", "fee", (), "B3"),
    ]
    assert [e.end_to_end_id for e in statement.entries] == ["E2E-1", "", "", ""]
    assert [e.part for e in statement.entries] == ["", "1/2", "2/2", ""]
    assert statement.pending_count == 1
    assert str(statement.entries[0].booked_on) == "2026-03-02"


def test_versions_share_one_identity() -> None:
    """A bank that changes its version sends nothing twice."""
    keys = {
        tuple(entry.content_key for entry in read(statement_of_version(v)).statements[0].entries)
        for v in VERSIONS
    }
    assert len(keys) == 1


def test_the_first_versions_name_their_message_with_its_version() -> None:
    old = statement_of_version(2).replace(b"BkToCstmrStmt>", b"BkToCstmrStmtV01>")
    assert len(read(old).statements[0].entries) == 4
    preview = statement_of_version(2).replace(b"BkToCstmrStmt>", b"BkToCstmrAcctRptV01>")
    with pytest.raises(BusinessError, match="previews the day"):
        read(preview)
