"""What receivables and disputes know of invoices: how much is open, since when, whether contested.

An invoice is draft, issued or cancelled; paid, overdue and disputed are derived here, by one
subquery each, for lists and pages of those who may see payments.
"""

from datetime import date
from typing import Any

from django.db.models import DateField, DecimalField, Exists, Min, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from disputes.models import Dispute
from invoicing.models import Invoice, InvoiceQuerySet, InvoiceState
from o2c.money import ZERO
from receivables.models import OpenItem

_MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=18, decimal_places=2)
RIGHT = "receivables.view"
_PLAIN = {"draft": "neutral", "issued": "blue", "cancelled": "neutral"}


def with_standing(rows: InvoiceQuerySet, *, on: date) -> InvoiceQuerySet:
    """Adds ``open_amount``, ``open_since`` (oldest due day), ``is_disputed`` and ``as_of``."""
    items = OpenItem.objects.filter(invoice=OuterRef("pk")).order_by()
    owed = items.debits().open()
    open_amount = items.values("invoice").annotate(total=Sum("outstanding_amount"))
    since = owed.values("invoice").annotate(first=Min("due_on"))
    contested = Dispute.objects.open().filter(item__invoice=OuterRef("pk"))
    return rows.annotate(
        open_amount=Subquery(open_amount.values("total"), output_field=_MONEY),
        open_since=Subquery(since.values("first"), output_field=DateField()),
        is_disputed=Exists(contested),
        as_of=Value(on, output_field=DateField()),
    )


def without_standing(rows: InvoiceQuerySet) -> InvoiceQuerySet:
    """The same shape for those who may not see payments: nothing is told."""
    return rows.annotate(open_amount=Cast(Value(None), _MONEY))


def standing_of(invoice: Invoice) -> tuple[str, str]:
    """Colour family and word: what a reader wants to know of the invoice first."""
    open_amount = getattr(invoice, "open_amount", None)
    if invoice.state != InvoiceState.ISSUED or open_amount is None:
        return _PLAIN[invoice.state], str(invoice.get_state_display())
    if open_amount == ZERO:
        return "green", _("settled") if invoice.is_credit_note else _("paid")
    if invoice.is_credit_note:
        return "teal", _("credit open")
    return _owed(invoice, open_amount)


def _owed(invoice: Any, open_amount: Any) -> tuple[str, str]:
    late = (invoice.as_of - invoice.open_since).days if invoice.open_since else 0
    if invoice.is_disputed:
        return "purple", _("disputed")
    if late > 0:
        return "red", _("overdue %(days)s d") % {"days": late}
    if open_amount < invoice.payable_amount:
        return "amber", _("partly paid")
    return "blue", _("open")


def open_ones(rows: InvoiceQuerySet) -> InvoiceQuerySet:
    """Invoices of which something is owed."""
    owed = OpenItem.objects.filter(invoice=OuterRef("pk")).debits().open()
    return rows.filter(Exists(owed))


def overdue_ones(rows: InvoiceQuerySet, *, on: date) -> InvoiceQuerySet:
    """Invoices of which something is owed after its due day."""
    return rows.filter(Exists(OpenItem.objects.filter(invoice=OuterRef("pk")).overdue(on)))


def disputed_ones(rows: InvoiceQuerySet) -> InvoiceQuerySet:
    """Invoices contested at the moment."""
    return rows.filter(Exists(Dispute.objects.open().filter(item__invoice=OuterRef("pk"))))
