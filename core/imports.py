"""What the commands that import lists have in common: the file in, the report out."""

from pathlib import Path

from django.utils.translation import gettext as _

from core.sheets import ImportReport
from o2c.errors import InvalidInput, NotFound

MAX_BYTES = 64 * 1024 * 1024


def read_file(path: Path) -> bytes:
    """The bytes of a file under the byte cap. Raises ``NotFound``, ``InvalidInput`` naming it."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotFound(
            "file.unreadable",
            _("“%(file)s” can't be opened: %(why)s.")
            % {"file": path, "why": error.strerror or error},
        )
    if len(content) > MAX_BYTES:
        raise InvalidInput(
            "upload.too_large",
            _("“%(file)s” is larger than %(limit)s MiB. Split it and try again.")
            % {"file": path, "limit": MAX_BYTES >> 20},
        )
    return content


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
