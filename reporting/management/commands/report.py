"""``manage.py report ageing|dso --as-of DATE``: figures for scripts."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.fields import YEARS
from core.models import Company
from o2c.errors import InvalidInput
from reporting.reads.ageing import ageing, ageing_totals
from reporting.reads.receivables import dso
from reporting.rules import BUCKETS


class Command(HeadlessCommand):
    """Print a report as of a day."""

    help = "Print aged receivables or days sales outstanding as of a day."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which report, and the day."""
        parser.add_argument("report", choices=["ageing", "dso"])
        parser.add_argument("--as-of", metavar="DATE", help="YYYY-MM-DD; default: today")
        super().add_arguments(parser)

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Make one report for one company."""
        company = self.company(options)
        as_of = _day(options["as_of"]) or company.today()
        if options["report"] == "dso":
            return _dso(company, as_of)
        return _ageing(company, as_of)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise InvalidInput(
            "report.date", _("“%(text)s” is no date: write YYYY-MM-DD.") % {"text": text[:40]}
        )
    return found


def _ageing(company: Company, as_of: date) -> tuple[dict[str, Any], list[str], bool]:
    rows = ageing(company, as_of=as_of)
    totals = ageing_totals(rows)
    result = {
        "company": company.code,
        "as_of": as_of,
        "buckets": BUCKETS,
        "rows": [
            row._asdict()
            | {"balance_amount": row.balance_amount, "overdue_amount": row.overdue_amount}
            for row in rows
        ],
        "totals": [asdict(total) for total in totals],
    }
    width = max([len(row.customer_name) for row in rows], default=8)
    head = "".join(f"{name:>14}" for name in (*BUCKETS, "credits", "unapplied", "balance"))
    lines = [f"{'':{width}} cur{head}"]
    for row in rows:
        figures = (*row.buckets, row.credit_amount, row.unapplied_amount, row.balance_amount)
        lines.append(
            f"{row.customer_name:{width}} {row.currency}" + "".join(f"{x:>14}" for x in figures)
        )
    for total in totals:
        figures = (
            *total.buckets,
            total.credit_amount,
            total.unapplied_amount,
            total.balance_amount,
        )
        lines.append(f"{'Σ':{width}} {total.currency}" + "".join(f"{x:>14}" for x in figures))
    return result, lines, True


def _dso(company: Company, as_of: date) -> tuple[dict[str, Any], list[str], bool]:
    figures = dso(company, as_of=as_of)
    lines = [
        f"DSO count-back {figures.count_back_days} days, simple {figures.simple_days} days; "
        f"receivables {figures.receivable_amount}, sales of 90 days {figures.sales_90_amount}"
    ]
    return {"company": company.code} | asdict(figures), lines, True
