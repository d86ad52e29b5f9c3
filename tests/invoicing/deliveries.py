"""What tests of deliveries share: a real access point on this machine, and time that passes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from core.models import OutboundMessage
from invoicing.access_point.simulator import Simulator, signer
from invoicing.models import Invoice, InvoiceDelivery
from invoicing.services import deliver
from o2c import due
from tests.core.mailbox import Mailbox
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY

SECRET = "a secret between the access point and us"
ADDRESS = "0088:4000001000005"


@contextmanager
def access_point(settings: Any, *, hook: str = "") -> Iterator[Simulator]:
    """A simulator on a free port, named in the settings."""
    point = Simulator(hook=hook, sign=signer(SECRET)).start()
    settings.ACCESS_POINT_URL = point.url
    settings.ACCESS_POINT_IS_SIMULATOR = True
    settings.ACCESS_POINT_SECRET = SECRET
    try:
        yield point
    finally:
        point.stop()


def a_peppol_invoice(**customer: Any) -> Invoice:
    """An issued invoice with its files to somebody with an electronic address."""
    scheme, _colon, number = ADDRESS.partition(":")
    customer = {"buyer_reference": "04011000-1234512345-06"} | customer
    buyer = make.world(endpoint_scheme=scheme, endpoint_id=number, **customer)
    return make.a_documented_invoice(buyer)


def planned(invoice: Invoice) -> InvoiceDelivery:
    """Its first delivery."""
    delivery = deliver(invoice.pk, by=JOB, on=TODAY)
    assert delivery is not None
    return delivery


def sweep(invoice: Invoice) -> due.Report:
    """One round of everything that is due, as beat does it."""
    return due.run_due([invoice.company], on=TODAY)


def hours_pass(hours: int) -> None:
    """What waits has waited so many hours longer."""
    past = timedelta(hours=hours)
    for row in InvoiceDelivery.objects.filter(closed_at=None):
        row.timeout_at -= past
        row.not_before -= past
        if row.lease_until:
            row.lease_until -= past
        row.save(update_fields=["timeout_at", "not_before", "lease_until"])
    for mail in OutboundMessage.objects.filter(state__in=["pending", "claimed"]):
        mail.not_before -= past
        mail.save(update_fields=["not_before"])


def ways(invoice: Invoice) -> list[tuple[str, str, str]]:
    """Every way it took: channel, state, receipt, in order."""
    rows = invoice.deliveries.order_by("pk")
    return [(row.channel, row.state, row.receipt) for row in rows]


def mails_of(mailbox: Mailbox, invoice: Invoice) -> list[EmailMessage]:
    """Mails that carry the invoice; the sweep sends order confirmations as well."""
    return [mail for mail in mailbox.mails if str(invoice.number) in mail["subject"]]
