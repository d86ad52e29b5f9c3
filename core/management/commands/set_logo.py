"""Give a company the logo that its letters show: ``set_logo FILE --company CODE``."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.services import set_logo


class Command(HeadlessCommand):
    """Letters made from now on show it; those that were made stay as they are."""

    help = "Give a company the logo (PNG, JPEG or SVG) that its letters show."

    def add_arguments(self, parser: CommandParser) -> None:
        """The picture."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", help="PNG, JPEG or SVG, at most 1 MB")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Look at the picture, keep it, name it."""
        company, path = self.company(options), Path(options["file"])
        stored = set_logo(company, path.read_bytes(), path.name, by=self.actor)
        line = _("%(company)s: %(file)s is on its letters from now on.") % {
            "company": company, "file": stored.filename,
        }  # fmt: skip
        return {"company": company.code, "document": stored.pk}, [line], True
