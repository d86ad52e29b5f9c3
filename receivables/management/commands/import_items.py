"""``manage.py import_items FILE``: open items of another system from a CSV or XLSX list."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.commands import HeadlessCommand
from core.imports import lines_of, read_file
from receivables.services import import_items


class Command(HeadlessCommand):
    """Import a list of opening items; the same list twice changes nothing.

    Exit code 0: every row was taken or known. 1: rows are wrong, each is named; nothing was taken,
    or with ``--skip-bad`` the others were. 2: the file could not be read.
    """

    help = "Import opening items (CSV, XLSX); the same list twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and what to do with wrong rows."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--skip-bad", action="store_true", help="import the rows that are good")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Import the file."""
        company, path = self.company(options), Path(options["file"])
        report = import_items(
            company,
            read_file(path),
            path.name,
            by=self.actor,
            on=company.today(),
            skip_bad=options["skip_bad"],
        )
        result = {"company": company.code, "file": str(path), **report.as_json()}
        return result, lines_of(report, path), not report.problem_count
