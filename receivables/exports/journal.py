"""Every line of the journal as a table, for whatever reads CSV."""

from collections.abc import Iterator

from core.exports import csv_lines
from receivables.exports.facts import Books

HEADER = (
    "entry", "posted_on", "recorded_at", "document", "due_on", "text", "reverses", "line",
    "account", "account_name", "role", "vat_category", "vat_rate", "customer", "customer_name",
    "debit", "credit", "amount", "currency", "tax_base", "foreign_currency", "foreign_amount",
)  # fmt: skip


def journal_csv(books: Books) -> Iterator[bytes]:
    """One row per line, in the order of days; ``amount`` is debit > 0. Names of columns stay in
    English: programs read them."""
    return csv_lines(HEADER, _rows(books))


def _rows(books: Books) -> Iterator[tuple[object, ...]]:
    for entry in books.by_date():
        for line in entry.lines:
            account = books.accounts[line.account]
            party = books.parties.get(line.party) if line.party else None
            yield (
                entry.id, entry.posted_on, entry.recorded_at, entry.document, entry.due_on,
                entry.text, entry.reverses, line.id, account.number, account.name, account.role,
                account.vat_category, account.vat_rate, party and party.number,
                party and party.name, max(line.amount, 0), max(-line.amount, 0), line.amount,
                books.company.currency, line.tax_base, line.currency,
                line.currency_amount if line.currency else None,
            )  # fmt: skip
