"""``manage.py export_bookings --from DAY --to DAY``: what became of every bank entry."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import StreamingCommand
from core.typed_values import day
from o2c.errors import InvalidInput
from receivables.services import export_bookings


class Command(StreamingCommand):
    """Bank entries booked or valued in a period, with their decision or the proposals for one.

    With ``--json`` one object a line; the fields stand in ``docs/headless.md``.
    """

    help = "Write every bank entry of a period with its match, or the proposals that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        """The period."""
        super().add_arguments(parser)
        parser.add_argument("--from", dest="start", metavar="DAY", help="first day: 2026-01-01")
        parser.add_argument("--to", dest="end", metavar="DAY", help="last day: 2026-12-31")
        parser.add_argument(
            "--thorough",
            action="store_true",
            help="for undecided entries also look for payers whose name only resembles; slower",
        )

    def rows(self, **options: Any) -> Iterator[tuple[dict[str, Any], str]]:
        """Each entry, oldest first."""
        found = export_bookings(
            self.company(options),
            _day(options["start"], "--from"),
            _day(options["end"], "--to"),
            by=self.actor,
            is_thorough=options["thorough"],
        )
        return ((row, _line(row)) for row in found)


def _day(text: str | None, option: str) -> date:
    if not text:
        raise InvalidInput(
            "export.day", _("Name the day with %(option)s, e.g. 2026-01-01.") % {"option": option}
        )
    return day(text, what=option)


def _line(row: dict[str, Any]) -> str:
    head = f"{row['booking_on']} {row['amount']} {row['currency']} {row['payer_name']}"
    if row["state"] == "settled":
        items = ", ".join(f"{item['document']} {item['amount']}" for item in row["items"])
        rest = f", on account {row['remainder']}" if row["remainder"] else ""
        return f"{head}: {row['by']}: {row['customer']} {items}{rest}"
    if row["state"] == "undecided":
        return f"{head}: {row['remainder_reason']}, {len(row['proposals'])} proposals"
    return f"{head}: –"
