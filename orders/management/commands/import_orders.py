"""``manage.py import_orders FILE…``: order files from a folder, a mailbox or another system."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.imports import read_file
from core.models import Company
from o2c import flow
from o2c.errors import BusinessError
from orders.models import Order, OrderState
from orders.services import ImportedOrder, import_orders, warnings_before_submit

_WORDS = {"created": "created", "known": "imported before", "refused": "REFUSED"}


class Command(HeadlessCommand):
    """Import UBL, CSV and XLSX order files as drafts, and submit those nothing speaks against."""

    help = "Import order files (UBL 2.1/Peppol XML, CSV, XLSX); the same file twice does nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, and whether to submit."""
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--submit", action="store_true", help="submit orders that came without any warning"
        )

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Import file by file; one that can't be read does not stop the others."""
        company = self.company(options)
        files = [self._file(Path(name), company, options) for name in options["files"]]
        failed = [file["error"] for file in files if "error" in file]
        if len(failed) == len(files):
            raise failed[0]
        is_good = not failed and all(
            order["outcome"] != "refused" and not order["not_submitted"]
            for file in files
            for order in file["orders"]
        )
        lines = [line for file in files for line in _lines(file)]
        return {"company": company.code, "files": [_plain(f) for f in files]}, lines, is_good

    def _file(self, path: Path, company: Company, options: dict[str, Any]) -> dict[str, Any]:
        try:
            content = read_file(path, limit=settings.UPLOAD_MAX_BYTES)
            results = import_orders(company, content, path.name, by=self.actor, on=company.today())
        except BusinessError as error:
            return {"file": str(path), "error": error, "orders": []}
        rows = [self._order(result, company, options["submit"]) for result in results]
        return {"file": str(path), "orders": rows}

    def _order(self, result: ImportedOrder, company: Company, submit: bool) -> dict[str, Any]:
        order = result.order
        warnings, not_submitted = list(result.warnings), ""
        if submit and order is not None and order.state == OrderState.DRAFT:
            asked = [warning.message for warning in warnings_before_submit(order)]
            warnings += asked
            if warnings:
                not_submitted = _("left a draft for a person to look at")
            else:
                order, not_submitted = self._submit(order, company)
        return {
            "label": result.label,
            "outcome": result.outcome,
            "number": order.number if order else None,
            "state": order.state if order else None,
            "gross_amount": order.gross_amount if order else None,
            "currency": order.currency if order else None,
            "problems": list(result.problems),
            "warnings": warnings,
            "not_submitted": not_submitted,
        }

    def _submit(self, order: Order, company: Company) -> tuple[Order, str]:
        try:
            return flow.submit_order(order.pk, by=self.actor, on=company.today()), ""
        except BusinessError as error:
            return order, error.message


def _plain(file: dict[str, Any]) -> dict[str, Any]:
    if "error" not in file:
        return file
    error = file["error"]
    return {**file, "error": {"code": error.code, "message": error.message}}


def _lines(file: dict[str, Any]) -> list[str]:
    if "error" in file:
        return [f"{file['file']}: {file['error'].message}"]
    lines = []
    for order in file["orders"]:
        amount = f" {order['gross_amount']} {order['currency']}" if order["number"] else ""
        state = f" ({order['state']})" if order["number"] else ""
        words = f"{_WORDS[order['outcome']]} {order['number'] or ''}".rstrip()
        lines.append(f"{file['file']} {order['label']}: {words}{state}{amount}")
        notes = [*order["problems"], *order["warnings"], order["not_submitted"]]
        lines += [f"    {note}" for note in notes if note]
    return lines
