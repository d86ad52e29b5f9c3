"""``manage.py backtest_matching --from DAY --to DAY --set name=value``: try matching settings."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.typed_values import day
from o2c.errors import InvalidInput
from receivables.services import backtest, changed, leeway_of


class Command(HeadlessCommand):
    """Counts what other settings would have booked by themselves, and what of it wrongly.

    Nothing is written. With ``--json`` the payments that differ, too.
    """

    help = "Try matching settings on the decided payments of a period; nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        """The period and the settings."""
        super().add_arguments(parser)
        parser.add_argument("--from", dest="start", metavar="DAY", help="first day: 2026-01-01")
        parser.add_argument("--to", dest="end", metavar="DAY", help="last day: 2026-12-31")
        parser.add_argument(
            "--set",
            dest="pairs",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="rounding=0.10, charges=5.00, held=sum,part; else as in force",
        )

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Try them."""
        company = self.company(options)
        if not options["start"] or not options["end"]:
            raise InvalidInput("backtest.days", _("Name the period with --from and --to."))
        start, end = day(options["start"], what="--from"), day(options["end"], what="--to")
        tally = backtest(company, changed(leeway_of(company), options["pairs"]), start, end)
        lines = [f"{name}: {count}" for name, count in tally.counts.items()]
        return {**tally.counts, "rows": tally.rows}, lines, True
