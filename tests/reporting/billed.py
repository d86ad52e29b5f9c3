"""Builders for billing quality: invoices billed, handed over, credited, reissued, disputed."""

from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

import disputes.services as disputes
from core.roles import Role
from invoicing.models import Invoice, InvoiceDelivery
from invoicing.services import Corrections, CreditPart
from o2c import flow
from receivables.models import OpenItem
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, D, Wanted

SPAN = {"first": date(2026, 11, 1), "last": date(2026, 12, 31)}
REVERSE_CHARGE = Wanted(vat_category="AE", vat_rate="0", vat_note="Reverse charge")


def billed(buyer, *lines: Wanted, days: int = 0) -> Invoice:
    """An invoice issued and booked so many days after its dispatch."""
    shipment = make.shipped(buyer, *lines)
    return flow.bill_shipment(shipment.pk, by=JOB, on=TODAY + timedelta(days))


def handed(
    invoice: Invoice,
    channel: str = "peppol",
    *,
    hours: int | None,
    receipt: str = "",
    after: int = 0,
) -> InvoiceDelivery:
    """A delivery handed over so many hours after the issue (None: never), answered ``after``."""
    assert invoice.issued_at
    sent_at = None if hours is None else invoice.issued_at + timedelta(hours=hours)
    now = timezone.now()
    return InvoiceDelivery.objects.create(
        company=invoice.company,
        invoice=invoice,
        channel=channel,
        format="pdf" if channel == "letter" else "peppol",
        content_sha256="0" * 64,
        idempotency_key=kernel.unique("key"),
        state="done" if sent_at else "parked",
        not_before=now,
        done_at=sent_at,
        receipt=receipt,
        receipt_at=sent_at + timedelta(hours=after) if sent_at and receipt else None,
        closed_at=now,
    )


def disputed(invoice: Invoice, reason: str, *, is_turned_down: bool = False) -> None:
    clerk = kernel.user_with(Role.FINANCE_MANAGER, invoice.company)
    item = OpenItem.objects.get(invoice=invoice)
    found = disputes.open_dispute(item.pk, amount=D("1.00"), reason=reason, by=clerk, on=TODAY)
    if is_turned_down:
        disputes.resolve_dispute(
            found.pk, is_accepted=False, resolution="As agreed", by=clerk, on=TODAY
        )


def credited(invoice: Invoice, reason: str = "Agreed by phone", **part: str) -> Invoice:
    """All of it, or of its first line a ``quantity`` or a ``net_amount``."""
    if not part:
        return flow.credit_invoice(invoice.pk, reason=reason, by=JOB, on=TODAY)
    wanted = CreditPart(**{name: D(text) for name, text in part.items()})
    lines = {invoice.lines.get(position=1).pk: wanted}
    return flow.credit_parts(invoice.pk, lines=lines, charges={}, reason=reason, by=JOB, on=TODAY)


def reissued(invoice: Invoice, **said) -> Invoice:
    return flow.cancel_and_reissue(
        invoice.pk, Corrections(**said), reason="As wanted", by=JOB, on=TODAY
    )


@contextmanager
def past_the_rules():
    """What the database refuses: rows of orders that say something else afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
