"""``manage.py check_templates``: every template of ours compiles."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template


class Command(BaseCommand):
    """Load each template once: unknown tags, filters and unclosed blocks show at once."""

    help = "Compile every template below templates/."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each template that does not compile."""
        base = Path(settings.BASE_DIR) / "templates"
        names = sorted(p.relative_to(base).as_posix() for p in base.rglob("*") if p.is_file())
        faults = []
        for name in (n for n in names if n.endswith((".html", ".txt"))):
            try:
                get_template(name)
            except (TemplateSyntaxError, TemplateDoesNotExist) as error:
                faults.append(f"templates/{name}: {error}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(names)} templates compile.")
