"""``manage.py demo``: fill an empty installation with the demo companies."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.models import Company
from o2c.demo.story import live
from o2c.errors import Conflict


class Command(HeadlessCommand):
    """Two companies, twenty customers, forty products, three months lived through the services."""

    help = "Fill an empty database with the demo companies. Refuses when there is any company."

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Live the months; the same day gives the same companies."""
        if settings.PRODUCTION:
            raise Conflict("demo.production", _("The demo is not for production."))
        if Company.objects.exists():
            codes = ", ".join(Company.objects.values_list("code", flat=True))
            raise Conflict("demo.not_empty", _("There are companies already: %s.") % codes)
        lines: list[str] = []
        live(timezone.now().date(), tell=lines.append)
        return {"companies": lines}, lines, True
