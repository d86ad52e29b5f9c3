"""``manage.py bill``: everything that is due to be invoiced, and early what left up to a day."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

import invoicing.services as invoicing
from core.commands import HeadlessCommand
from core.models import Company
from o2c import billing
from o2c.errors import InvalidInput


class Command(HeadlessCommand):
    """Bill deliveries by the policies of their orders.

    Exit code 0: all is billed, or there was nothing. 1: at least one was refused, its line says
    why. 2: nothing could start.
    """

    help = "Bill what is due by policy; --until bills a running week, month or order early."

    def add_arguments(self, parser: CommandParser) -> None:
        """Up to which day, and whether to look first."""
        super().add_arguments(parser)
        parser.add_argument("--until", metavar="DATE", help="also what left up to this day")
        parser.add_argument("--preview", action="store_true", help="list the bills, write nothing")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Show or bill, one line per invoice."""
        until = _day(options["until"])
        company = self.company(options)
        if options["preview"]:
            return _preview(company, until)
        on = company.today()
        outcomes = billing.bill_now(billing.plan(company, on=on, until=until), by=self.actor, on=on)
        rows = [_result(outcome) for outcome in outcomes]
        is_good = not any(row["refused"] for row in rows)
        lines = [_line(row) for row in rows] or ["Nothing is due."]
        return {"company": company.code, "bills": rows}, lines, is_good


def _preview(company: Company, until: date | None) -> tuple[dict[str, Any], list[str], bool]:
    """What would be billed; a refusal known of the last try stands with it."""
    bills = invoicing.planned_bills(company, on=company.today(), until=until)
    rows = [_planned(bill) for bill in bills]
    lines = [
        f"{row['net']:>14} {row['currency']}  {row['customer']}: {row['why']}"
        f" ({', '.join(row['deliveries'])}; {row['lines']} lines)"
        + (f" REFUSED {row['refused']}" if row["refused"] else "")
        for row in rows
    ]
    result = {"company": company.code, "preview": True, "bills": rows}
    return result, lines or ["Nothing is due."], True


def _planned(bill: invoicing.PlannedBill) -> dict[str, Any]:
    return {
        "customer": str(bill.order.customer),
        "policy": bill.order.billing_policy,
        "deliveries": [one.number for one in bill.shipments],
        "lines": bill.line_count,
        "net": bill.net,
        "currency": bill.currency,
        "why": bill.why,
        "refused": bill.refusal,
    }


def _result(outcome: billing.Outcome) -> dict[str, Any]:
    invoice = outcome.invoice
    return {
        "bill": outcome.part.label,
        "deliveries": len(outcome.part.shipments),
        "invoice": invoice.number if invoice else "",
        "net": invoice.net_amount if invoice else None,
        "currency": invoice.currency if invoice else "",
        "refused": outcome.refusal,
    }


def _line(row: dict[str, Any]) -> str:
    if row["refused"]:
        return f"{row['bill']}: REFUSED {row['refused']}"
    return f"{row['invoice']}: {row['bill']}, {row['net']} {row['currency']} net"


def _day(text: str | None) -> date | None:
    """The day named. Raises: InvalidInput when it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "bill.date", _("“%(text)s” is no date: write YYYY-MM-DD.") % {"text": text[:40]}
        ) from None
