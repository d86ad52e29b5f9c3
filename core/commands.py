"""Base of the headless commands: one shape for cron, scripts and people.

Every command takes ``--company CODE`` and ``--json``. It prints its result (a few lines, or one
JSON object), and ends with exit code 0 (done), 1 (something was refused or a check failed; the
output says what) or 2 (it could not start: unknown company, unreadable file). Errors go to
stderr in one line naming the value and the remedy, with ``--json`` as an object with a code.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from core.actors import JobActor
from core.models import Company
from o2c.errors import BusinessError, InvalidInput, NotFound


class HeadlessCommand(BaseCommand):
    """A command with ``--company`` and ``--json``; subclasses implement ``run``.

    ``run(**options)`` returns ``(result, lines, is_good)``: what ``--json`` prints, the lines for
    people, and whether the exit code is 0.
    """

    needs_company = True
    actor = JobActor("command line")

    def add_arguments(self, parser: CommandParser) -> None:
        """The options every command has."""
        parser.add_argument("--company", metavar="CODE", help="code of the company")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Do the work."""
        raise NotImplementedError  # pragma: no cover - abstract

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print, and leave with the exit code."""
        try:
            result, lines, is_good = self.run(**options)
        except (BusinessError, OSError) as error:
            self._fail(error, as_json=options["json"])
        else:
            if options["json"]:
                self.stdout.write(json.dumps(result, cls=DjangoJSONEncoder, ensure_ascii=False))
            else:
                self.stdout.write("\n".join(lines))
            if not is_good:
                sys.exit(1)

    def company(self, options: dict[str, Any]) -> Company:
        """The company named by ``--company``; may be left out where there is only one."""
        return _company(options.get("company"))

    def companies(self, options: dict[str, Any]) -> list[Company]:
        """The company named, or all of them."""
        return (
            [_company(options["company"])]
            if options.get("company")
            else list(Company.objects.all())
        )

    def _fail(self, error: Exception, *, as_json: bool) -> None:
        code = error.code if isinstance(error, BusinessError) else "file.unreadable"
        message = error.message if isinstance(error, BusinessError) else _of_system(error)
        if as_json:
            self.stderr.write(json.dumps({"error": {"code": code, "message": message}}))
        else:
            self.stderr.write(message)
        sys.exit(2 if isinstance(error, InvalidInput | NotFound | OSError) else 1)


class StreamingCommand(HeadlessCommand):
    """A command that prints row by row: with ``--json`` one object a line, else a line for people.

    Subclasses implement ``rows(**options)``; what goes wrong before the first row ends it as usual.
    """

    def rows(self, **options: Any) -> Iterator[tuple[dict[str, Any], str]]:
        """Each result with its line."""
        raise NotImplementedError  # pragma: no cover - abstract

    def handle(self, *args: Any, **options: Any) -> None:
        """Print while it comes."""
        try:
            for result, line in self.rows(**options):
                text = json.dumps(result, cls=DjangoJSONEncoder, ensure_ascii=False)
                self.stdout.write(text if options["json"] else line)
        except (BusinessError, OSError) as error:
            self._fail(error, as_json=options["json"])


def _of_system(error: Exception) -> str:
    """What the operating system refused: which file, and why."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        facts = {"file": error.filename, "why": error.strerror}
        return _("“%(file)s” can't be opened: %(why)s.") % facts
    return str(error)


def _company(code: str | None) -> Company:
    known = list(Company.objects.all())
    if code is None and len(known) == 1:
        return known[0]
    for company in known:
        if company.code == code:
            return company
    codes = ", ".join(company.code for company in known) or "–"
    if code is None and known:
        raise InvalidInput(
            "company.missing",
            _("There are several companies. Name one with --company: %(codes)s.")
            % {"codes": codes},
        )
    raise NotFound(
        "company.unknown",
        _("There is no company “%(code)s”. Name one with --company: %(codes)s.")
        % {"code": code or "", "codes": codes},
    )
