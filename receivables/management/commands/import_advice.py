"""``manage.py import_advice FILE…``: remittance advice from lists and PDFs."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.commands import HeadlessCommand
from core.imports import read_file
from o2c import flow


class Command(HeadlessCommand):
    """Payments that wait for an advice are matched at once, later ones when they come."""

    help = "Import remittance advice (CSV, XLSX, PDF); the same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files."""
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """File by file; the first that is no advice ends it, those before stay."""
        company = self.company(options)
        found: list[dict[str, Any]] = []
        for path in map(Path, options["files"]):
            taken = flow.import_advice(
                company, read_file(path), path.name, by=self.actor, on=company.today()
            )
            found.append(
                {
                    "file": str(path),
                    "new": taken.new_count,
                    "matched": taken.matched_count,
                    "advices": [
                        {"reference": str(one), "amount": one.amount, "state": one.state,
                         "adds_up": one.is_complete}
                        for one in taken.advices
                    ],
                }
            )  # fmt: skip
        lines = [f"{one['file']}: {one['new']} new, {one['matched']} matched" for one in found]
        return {"company": company.code, "files": found}, lines, True
