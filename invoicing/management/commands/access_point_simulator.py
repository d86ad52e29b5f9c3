"""``manage.py access_point_simulator``: an access point that lives on this machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from invoicing.access_point.simulator import BEHAVIOURS, Simulator, signer
from invoicing.services.deliver_news import sign


class Command(BaseCommand):
    """Serve until Ctrl-C; documents are kept in memory alone."""

    help = "Simulate a Peppol access point over HTTP, well behaved or not (docs/access-point.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, how, and whom to tell."""
        parser.add_argument("--port", type=int, default=8600, help="port on this machine")
        parser.add_argument(
            "--behaviour",
            choices=tuple(BEHAVIOURS),
            default="well",
            help="; ".join(f"{name}: {what}" for name, what in BEHAVIOURS.items()),
        )
        parser.add_argument(
            "--hook", default=f"{settings.PUBLIC_URL}/hooks/access-point", help="tell receipts here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        point = Simulator(
            options["port"],
            hook=options["hook"],
            sign=signer(settings.ACCESS_POINT_SECRET, sign),
        )
        point.behave(options["behaviour"])
        self.stdout.write(
            f"O2C_ACCESS_POINT_URL={point.url} O2C_ACCESS_POINT_IS_SIMULATOR=1\n"
            f"POST {point.url}/control changes how it behaves."
        )
        self.stdout.flush()
        try:
            point.server.serve_forever()
        except KeyboardInterrupt:
            point.server.server_close()
