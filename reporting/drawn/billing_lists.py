"""The documents behind the figures of billing quality."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from reporting.drawn.billing import KIND_LABELS, NO_RULE, cause_label
from reporting.drawn.links import customer_url
from reporting.reads.billing import BilledDocument
from reporting.reads.corrections import Correction
from reporting.reads.refusals import Refusal
from reporting.reads.unlike import Unlike
from reporting.sheets import Cell, Column, Sheet


def _invoice_url(pk: int | None) -> str:
    return reverse("invoicing:detail", args=[pk]) if pk else ""


def documents_sheet(rows: Iterable[BilledDocument]) -> Sheet:
    """Invoices with their times and what was wrong with them."""
    sheet = Sheet(
        [
            Column(_("Document")),
            Column(_("Customer")),
            Column(_("Dispatched")),
            Column(_("Issued")),
            Column(_("Days to issue"), is_number=True),
            Column(_("Hours to sent"), is_number=True, places=1),
            Column(_("Hours to received"), is_number=True, places=1),
            Column(_("Not right because")),
        ]
    )
    for row in rows:
        sheet.rows.append(
            [
                Cell(row.number, _invoice_url(row.invoice_id)),
                Cell(row.customer_name, customer_url(row.customer_id)),
                Cell(row.delivered_on),
                Cell(row.issued_on),
                Cell(row.bill_days),
                Cell(row.send_hours),
                Cell(row.receive_hours),
                Cell(_wrong(row) or None),
            ]
        )
    return sheet


def _wrong(row: BilledDocument) -> str:
    if not row.is_first:
        return _("replaces another, not counted")
    said = (
        (row.is_refused, _("rejected")),
        (row.is_replaced, _("reissued")),
        (row.is_credited and not row.is_replaced, _("credited")),
        (row.is_disputed, _("disputed")),
    )
    return ", ".join(words for is_so, words in said if is_so)


def corrections_sheet(rows: Iterable[Correction]) -> Sheet:
    """Credit notes with their causes, and their sums."""
    sheet = Sheet(
        [
            Column(_("Credit note")),
            Column(_("Date")),
            Column(_("Customer")),
            Column(_("Corrects")),
            Column(_("Replaced by")),
            Column(_("Cause")),
            Column(_("Reason as written")),
            Column(_("Currency"), is_currency=True),
            Column(_("Credited, gross"), is_amount=True),
        ]
    )
    for row in rows:
        replaced = row.replaced_by or (_("a draft") if row.replaced_by_id else None)
        sheet.rows.append(
            [
                Cell(row.number, _invoice_url(row.note_id)),
                Cell(row.issued_on),
                Cell(row.customer_name, customer_url(row.customer_id)),
                Cell(row.invoice_number, _invoice_url(row.invoice_id)),
                Cell(replaced, _invoice_url(row.replaced_by_id)),
                Cell(cause_label(row.cause)),
                Cell(row.reason),
                Cell(row.currency),
                Cell(row.gross_amount),
            ]
        )
    sheet.add_totals(_("Total"))
    return sheet


def unlike_sheet(rows: Sequence[Unlike]) -> Sheet:
    """Differences one by one; their sum where all are there."""
    sheet = Sheet(
        [
            Column(_("Document")),
            Column(_("Date")),
            Column(_("Customer")),
            Column(_("Pos."), is_number=True),
            Column(_("What")),
            Column(_("Difference")),
            Column(_("Ordered or shipped")),
            Column(_("Billed")),
            Column(_("Currency"), is_currency=True),
            Column(_("Difference, net"), is_amount=True),
        ]
    )
    for row in rows:
        sheet.rows.append(
            [
                Cell(row.number, _invoice_url(row.invoice_id)),
                Cell(row.issued_on),
                Cell(row.customer_name, customer_url(row.customer_id)),
                Cell(row.position or None),
                Cell(row.subject or None),
                Cell(str(KIND_LABELS[row.kind])),
                Cell(_as_read(row.kind, row.ordered) or None),
                Cell(_as_read(row.kind, row.billed) or None),
                Cell(row.currency),
                Cell(row.net_amount),
            ]
        )
    if rows and len(rows) == rows[0].all_count:
        sheet.totals = _net_totals(rows)
    return sheet


def _net_totals(rows: Iterable[Unlike]) -> list[list[Cell]]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + (row.net_amount or Decimal(0))
    empty = [Cell(None)] * 7
    return [
        [Cell(_("Total")), *empty, Cell(currency), Cell(total)]
        for currency, total in sorted(sums.items())
    ]


def _as_read(kind: str, value: str) -> str:
    """The database's text as a reader writes such a figure."""
    if kind in ("description", "reference"):
        return value
    lead, _space, number = value.rpartition(" ")
    try:
        exact = Decimal(number)
    except InvalidOperation:
        return value
    least = 2 if kind in ("price", "charge") else 0
    words = formats.figure(exact, least=least, most=6)
    if kind in ("discount", "vat"):
        words += "\N{NO-BREAK SPACE}%"
    return f"{lead} {words}".strip()


def refusals_sheet(rows: Iterable[Refusal]) -> Sheet:
    """Attempts one by one, with what was said."""
    sheet = Sheet(
        [
            Column(_("Shipment")),
            Column(_("Date")),
            Column(_("Customer")),
            Column(_("Rules")),
            Column(_("Why refused")),
            Column(_("Invoiced since")),
        ]
    )
    for row in rows:
        sheet.rows.append(
            [
                Cell(row.number, reverse("fulfillment:shipment", args=[row.shipment_id])),
                Cell(row.refused_on),
                Cell(
                    row.customer_name or None,
                    customer_url(row.customer_id) if row.customer_id else "",
                ),
                Cell(", ".join(row.rules) or None),
                Cell(row.reason),
                Cell(_("yes") if row.has_invoice else _("no")),
            ]
        )
    return sheet


def refused_by(rows: Iterable[Refusal], rule: str) -> list[Refusal]:
    """Attempts that a rule refused; all without one."""
    return [row for row in rows if not rule or rule in (row.rules or (NO_RULE,))]
