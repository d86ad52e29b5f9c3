"""``manage.py access_point_simulator``: an access point that lives on this machine."""

from typing import Any

from django.conf import settings

from core.simulating import SimulatorCommand
from invoicing.access_point.simulator import Simulator, signer


class Command(SimulatorCommand):
    """Documents are kept in memory alone."""

    help = "Simulate a Peppol access point over HTTP, well behaved or not (docs/access-point.md)."
    simulator, port = Simulator, 8600

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        point = Simulator(
            options["port"],
            hook=options["hook"] or f"{settings.PUBLIC_URL}/hooks/access-point",
            sign=signer(settings.ACCESS_POINT_SECRET),
        )
        point.behave(options["behaviour"])
        self.serve(point, f"O2C_ACCESS_POINT_URL={point.url} O2C_ACCESS_POINT_IS_SIMULATOR=1")
