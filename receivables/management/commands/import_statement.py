"""``manage.py import_statement FILE…``: bank files from a folder, for cron and integration."""

from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandParser

from core.commands import HeadlessCommand
from core.imports import unreadable
from core.models import Company
from o2c import flow
from o2c.errors import BusinessError
from receivables.models import BankFile


class Command(HeadlessCommand):
    """Import camt.053 and MT940 files; each books whole or not at all.

    Exit code 0: every file booked or known already. 1: at least one was refused, its line says
    why. 2: nothing could start.
    """

    help = "Import bank files (camt.053, MT940); the same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files."""
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Import file by file; one that is refused does not stop the others."""
        company = self.company(options)
        files = [self._file(Path(name), company) for name in options["files"]]
        is_good = all(file["state"] != "refused" for file in files)
        return {"company": company.code, "files": files}, [_line(file) for file in files], is_good

    def _file(self, path: Path, company: Company) -> dict[str, Any]:
        try:
            with _opened(path) as source:
                file = flow.import_statement(
                    company, source, filename=path.name, by=self.actor, on=company.today()
                )
        except BusinessError as error:
            return _result(path, "refused", error.message, code=error.code)
        return _result(path, file.state, file.message, file=file)


def _opened(path: Path) -> IO[bytes]:
    """The file, which is read piece by piece; raises ``NotFound`` naming why it can't be opened."""
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from None


def _result(
    path: Path, state: str, message: str, *, code: str = "", file: BankFile | None = None
) -> dict[str, Any]:
    is_refused = state == BankFile.State.REFUSED
    return {
        "file": str(path),
        "state": state,
        "format": file.format if file and not is_refused else "",
        "code": code or (file.format if file and is_refused else ""),
        "message": message,
        "new": file.new_count if file else 0,
        "known": file.known_count if file else 0,
        "matched": file.matched_count if file else 0,
    }


def _line(file: dict[str, Any]) -> str:
    if file["state"] == "refused":
        return f"{file['file']}: REFUSED {file['message']}"
    counts = f"{file['new']} new, {file['known']} known, {file['matched']} matched"
    return f"{file['file']}: {file['state']}, {counts}"
