"""What receivables and disputes know of invoices: how much is open, since when, whether contested.

An invoice is draft, issued or cancelled; paid, overdue and disputed are derived here, by one
subquery each, for lists and pages of those who may see payments.
"""

from datetime import date
from typing import Any

from django.db.models import DateField, DecimalField, Exists, Min, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from core.badges import choice_word
from disputes.models import Dispute
from invoicing.models import (
    Invoice,
    InvoiceDelivery,
    InvoiceQuerySet,
    InvoiceState,
    LetterBatch,
)
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


_RECEIPTS = {
    "accepted": "green",
    "assumed": "green",
    "rejected": "red",
    "bounced": "red",
    "awaited": "blue",
}
_STATES = {"pending": "amber", "claimed": "blue", "uncertain": "amber", "parked": "red"}


def delivery_standing(delivery: InvoiceDelivery) -> tuple[str, str]:
    """Colour family and word of a delivery: what the other side said, else what we did."""
    if delivery.channel == "blocked":
        return ("red" if delivery.closed_at is None else "neutral"), _("not possible")
    if delivery.receipt:
        return _RECEIPTS[delivery.receipt], choice_word(delivery, "receipt")
    if delivery.closed_at is not None and delivery.state != "done":
        return "neutral", _("another way was taken")
    return _STATES.get(delivery.state, "neutral"), choice_word(delivery, "state")


def age_of(delivery: InvoiceDelivery) -> str:
    """How long a delivery has been open, in the unit that matters; empty once it is closed."""
    if delivery.closed_at is not None:
        return ""
    hours = int((timezone.now() - delivery.created_at).total_seconds() // 3600)
    if hours < 48:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(days)s d") % {"days": hours // 24}


def batch_standing(batch: LetterBatch) -> tuple[str, str]:
    """Colour family and word of a print batch."""
    if batch.handed_over_at is not None:
        return "green", _("handed over")
    return ("amber", _("to be posted")) if batch.pdf_id else ("blue", _("being made"))
