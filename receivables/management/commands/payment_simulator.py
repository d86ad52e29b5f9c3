"""``manage.py payment_simulator``: a payment provider that lives on this machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from core.simulating import SimulatorCommand
from receivables.provider.simulator import Simulator


class Command(SimulatorCommand):
    """Payments are kept in memory alone."""

    help = "Simulate a payment provider over HTTP, well behaved or not (docs/payment-provider.md)."
    simulator, port = Simulator, 8700

    def add_arguments(self, parser: CommandParser) -> None:
        """For which company, too."""
        super().add_arguments(parser)
        parser.add_argument("--company", default="", help="code of the company; else the first set")

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
        name = code or "CODE"
        self.serve(point, f"O2C_PAYMENT_URLS={name}={point.url} O2C_PAYMENT_IS_SIMULATOR=1")
