"""What the commands that take files in have in common: the file in, the report out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.sheets import ImportReport
from o2c.errors import InvalidInput, NotFound

MAX_BYTES = 64 * 1024 * 1024


class ImportListCommand(HeadlessCommand):
    """Import a list by a ``verb``; the same list twice changes nothing.

    Exit code 0: every row was taken or known. 1: rows are wrong, each is named; nothing was taken,
    or with ``--skip-bad`` the others were. 2: the file could not be read.
    """

    verb: Callable[..., ImportReport]

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and what to do with wrong rows."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--skip-bad", action="store_true", help="import the rows that are good")

    def more(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the verb wants to know besides; nothing, unless a command has options of its own."""
        return {}

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Import the file."""
        company, path = self.company(options), Path(options["file"])
        report = self.verb(
            company,
            read_file(path),
            path.name,
            by=self.actor,
            on=company.today(),
            skip_bad=options["skip_bad"],
            **self.more(options),
        )
        result = {"company": company.code, "file": str(path), **report.as_json()}
        return result, lines_of(report, path), not report.problem_count


def read_file(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file under a byte cap. Raises ``NotFound``, ``InvalidInput`` naming it."""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise unreadable(path, error) from None
    if len(content) > limit:
        raise InvalidInput(
            "upload.too_large",
            _("“%(file)s” is larger than %(limit)s MiB. Split it and try again.")
            % {"file": path, "limit": limit >> 20},
        )
    return content


def unreadable(path: Path, error: OSError) -> NotFound:
    """Why a file can't be opened."""
    return NotFound(
        "file.unreadable",
        _("“%(file)s” can't be opened: %(why)s.") % {"file": path, "why": error.strerror or error},
    )


def lines_of(report: ImportReport, path: Path) -> list[str]:
    """The report for people: what was taken, which columns were left out, every problem."""
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items()) or "0"
    state = "imported" if report.is_written else "NOTHING IMPORTED"
    lines = [f"{path}: {state}: {report.row_count} rows, {counts}, {report.problem_count} refused"]
    if report.ignored:
        lines.append(_("Columns left out: %(names)s") % {"names": ", ".join(report.ignored)})
    lines += report.notes
    lines += [f"    {problem.message}" for problem in report.problems]
    left = report.problem_count - len(report.problems)
    return lines + ([_("    … and %(count)s more") % {"count": left}] if left else [])
