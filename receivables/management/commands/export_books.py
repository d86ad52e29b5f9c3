"""``manage.py export_books``: the books of a period for accountants and authorities."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from o2c.errors import InvalidInput
from receivables.models import BooksExport
from receivables.services import export_books


class Command(HeadlessCommand):
    """``export_books --company CODE --format datev --from 2026-01-01 --to 2026-01-31 --out DIR``.

    The file is kept in o2c too, and the next one says what was posted into the period since.
    """

    help = "Write the books of a period as DATEV, SIE 4, SAF-T or CSV into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Format, period and folder."""
        super().add_arguments(parser)
        parser.add_argument("--format", required=True, metavar="|".join(BooksExport.Format.values))
        parser.add_argument("--from", dest="start", required=True, metavar="DAY")
        parser.add_argument("--to", dest="end", required=True, metavar="DAY")
        parser.add_argument("--out", required=True, metavar="DIR", help="folder, made if missing")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Export and copy the kept file."""
        company = self.company(options)
        made = export_books(
            company,
            form=options["format"],
            start=_day(options["start"]),
            end=_day(options["end"]),
            by=self.actor,
            on=company.today(),
        )
        path = _copied(made, Path(options["out"]))
        facts = {
            "company": company.code,
            "format": made.format,
            "file": str(path),
            "sha256": made.sha256,
            "entries": made.entry_count,
            "lines": made.line_count,
            "debit": made.debit_amount,
            "credit": made.credit_amount,
            "last_entry": made.last_entry_id,
            "new": made.added_count,
        }
        return facts, [_line(facts)], True


def _line(facts: dict[str, Any]) -> str:
    return (
        _("%(file)s: %(entries)s entries, %(new)s of them new, debit and credit %(debit)s,"
          " SHA-256 %(sha256)s")
        % facts
    )  # fmt: skip


def _copied(made: BooksExport, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / made.document.filename
    with default_storage.open(made.document.storage_key, "rb") as kept, path.open("wb") as copy:
        shutil.copyfileobj(kept, copy)
    return path


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            "books_out.day",
            _("“%(text)s” is no day: write --from and --to as 2026-12-31.") % {"text": text},
        ) from error
