"""The explained difference as a sheet: opening, what happened, closing; each leads to documents."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from reporting.drawn.links import customer_url, link
from reporting.reads.difference import Difference, Documents, Question
from reporting.sheets import Cell, Column, Sheet

DEFINITION = gettext_lazy(
    "The receivables account at the end of both days, and every document that made the difference."
    " Matching moves nothing by itself: it joins what was booked. As known, a day is what had been"
    " recorded by its end; what came later into earlier days is shown as such."
)
LABELS: dict[str, Promise] = {
    "opening": gettext_lazy("Opening items taken over"),
    "invoice": gettext_lazy("Invoices"),
    "charge": gettext_lazy("Charges"),
    "credit_note": gettext_lazy("Credit notes"),
    "payment": gettext_lazy("Payments"),
    "discount": gettext_lazy("Discounts taken"),
    "write_off": gettext_lazy("Write-offs and small differences"),
    "set_off": gettext_lazy("Set-offs"),
    "refund": gettext_lazy("Refunds by transfer"),
    "fee": gettext_lazy("Fees of returns"),
    "interest": gettext_lazy("Interest on late payment"),
    "flat_sum": gettext_lazy("Flat sums for late payment"),
    "undone": gettext_lazy("Undone and returned"),
    "exchange": gettext_lazy("Differences of exchange"),
    "late": gettext_lazy("Recorded late, into days before"),
}


def difference_sheet(asked: Question, found: Difference) -> Sheet:
    """Opening first, closing as the total; worth in the books where the currency is another one."""
    own = asked.company.currency
    is_foreign = asked.currency != own
    columns = [
        Column(_("What")),
        Column(_("Documents"), is_number=True),
        Column(_("Amount, %(currency)s") % {"currency": asked.currency}, is_amount=True),
    ]
    if is_foreign:
        label = _("In the books, %(currency)s") % {"currency": own}
        columns.append(Column(label, is_amount=True))
    sheet = Sheet(columns)
    opening = _("Owed at the end of %(day)s") % {"day": formats.day(asked.first)}
    sheet.rows.append(_row(opening, None, found.opening, is_foreign))
    for part in found.parts:
        label, url = str(LABELS[part.part]), _documents_url(asked, part.part)
        sums = (part.amount, part.worth)
        sheet.rows.append(_row(label, part.count, sums, is_foreign, url))
    closing = _("Owed at the end of %(day)s") % {"day": formats.day(asked.last)}
    sheet.totals.append(_row(closing, None, found.explained, is_foreign))
    return sheet


def _row(
    label: str, count: int | None, sums: tuple[object, object], is_foreign: bool, url: str = ""
) -> list[Cell]:
    cells = [Cell(label, url), Cell(count), Cell(sums[0], url)]
    return [*cells, Cell(sums[1])] if is_foreign else cells


def _documents_url(asked: Question, part: str) -> str:
    return link(
        "reporting:difference_documents",
        first=asked.first,
        last=asked.last,
        currency=asked.currency,
        way=asked.way,
        customer=asked.customer_id,
        part=part,
    )


def documents_sheet(asked: Question, found: Documents) -> Sheet:
    """The documents of a group with their sum."""
    is_foreign = asked.currency != asked.company.currency
    columns = [
        Column(_("Document")),
        Column(_("Customer")),
        Column(_("Posted")),
        Column(_("Recorded")),
        Column(_("Amount, %(currency)s") % {"currency": asked.currency}, is_amount=True),
    ]
    if is_foreign:
        label = _("In the books, %(currency)s") % {"currency": asked.company.currency}
        columns.append(Column(label, is_amount=True))
    sheet = Sheet(columns)
    for row in found.rows:
        view, pk = ("item", row.item_id) if row.item_id else ("journal_entry", row.entry_id)
        cells = [
            Cell(row.number or str(row.entry_id), reverse(f"receivables:{view}", args=[pk])),
            Cell(row.customer_name, customer_url(row.customer_id) if row.customer_id else ""),
            Cell(row.posted_on),
            Cell(row.recorded_at.date()),
            Cell(row.amount),
        ]
        sheet.rows.append([*cells, Cell(row.worth)] if is_foreign else cells)
    total = [Cell(None) for _column in columns]
    total[0], total[4] = Cell(_("Total")), Cell(found.amount)
    if is_foreign:
        total[5] = Cell(found.worth)
    sheet.totals = [total]
    return sheet
