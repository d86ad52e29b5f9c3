"""``manage.py demo``: fill an empty installation with the demo companies."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.models import Company
from o2c.demo.story import SIZES, live
from o2c.errors import Conflict


class Command(HeadlessCommand):
    """Two companies, eighty customers, 300 products, eighteen months lived through the services."""

    help = "Fill an empty database with the demo companies. Refuses when there is any company."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of it."""
        super().add_arguments(parser)
        parser.add_argument(
            "--size",
            choices=SIZES,
            default=os.environ.get("O2C_DEMO_SIZE") or "normal",
            help="small: three months of twenty customers; large: three times the orders",
        )

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Live the months; the same day gives the same companies."""
        if settings.PRODUCTION:
            raise Conflict("demo.production", _("The demo is not for production."))
        if Company.objects.exists():
            codes = ", ".join(Company.objects.values_list("code", flat=True))
            raise Conflict("demo.not_empty", _("There are companies already: %s.") % codes)
        told: list[str] = []

        def tell(line: str) -> None:
            told.append(line)
            if not options["json"]:
                self.stdout.write(line)
                self.stdout.flush()

        live(timezone.now(), size=SIZES[options["size"]], tell=tell)
        return {"told": told}, [_("The demo companies are ready.")], True
