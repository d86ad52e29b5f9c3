"""``manage.py payment_simulator``: a payment provider that lives on this machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from receivables.provider.simulator import BEHAVIOURS, Simulator


class Command(BaseCommand):
    """Serve until Ctrl-C; payments are kept in memory alone."""

    help = "Simulate a payment provider over HTTP, well behaved or not (docs/payment-provider.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """For which company, where, how, and whom to tell."""
        parser.add_argument("--company", default="", help="code of the company; else the first set")
        parser.add_argument("--port", type=int, default=8700, help="port on this machine")
        parser.add_argument(
            "--behaviour",
            choices=tuple(BEHAVIOURS),
            default="well",
            help="; ".join(f"{name}: {what}" for name, what in BEHAVIOURS.items()),
        )
        parser.add_argument("--hook", default="", help="tell what happened here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        code = options["company"] or next(iter(settings.PAYMENT_SECRETS), "")
        point = Simulator(
            options["port"],
            hook=options["hook"] or f"{settings.PUBLIC_URL}/hooks/payments?company={code}",
            secret=settings.PAYMENT_SECRETS.get(code, ""),
            key=settings.PAYMENT_KEYS.get(code, ""),
        )
        point.behave(options["behaviour"])
        self.stdout.write(
            f"O2C_PAYMENT_URLS={code or 'CODE'}={point.url} O2C_PAYMENT_IS_SIMULATOR=1\n"
            f"POST {point.url}/control makes it act and changes how it behaves."
        )
        self.stdout.flush()
        try:
            point.server.serve_forever()
        except KeyboardInterrupt:
            point.server.server_close()
