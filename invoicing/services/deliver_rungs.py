"""The ladder of a customer: by which channels an invoice may reach them, first to last."""

from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event
from customers.models import Customer
from invoicing.models import FORMATS, Channel, DeliveryRoute, Format, Invoice
from invoicing.services.freeze import invoice_contact
from o2c.errors import InvalidInput

HOURS = {Channel.PEPPOL: 24, Channel.EMAIL: 48, Channel.EXPORT: 72, Channel.LETTER: 72}
"""How long a channel may take before somebody is told, where the customer's says nothing."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to the buyer; without a ``recipient`` the customer's own data names it."""

    channel: Channel
    format: Format
    recipient: str = ""
    timeout_hours: int = 0


USUAL = (
    Rung(Channel.PEPPOL, Format.PEPPOL),
    Rung(Channel.EMAIL, Format.ZUGFERD),
    Rung(Channel.LETTER, Format.PDF),
)


def ladder(invoice: Invoice) -> list[Rung]:
    """The rungs that can reach the buyer: as set for the customer, else by what the customer has.

    By what the customer has: an electronic address goes by Peppol where an access point is set
    up, a contact for invoices by e-mail, an address by letter.
    """
    routes = list(invoice.customer.delivery_routes.order_by("position"))
    wanted = [
        Rung(Channel(row.channel), Format(row.format), row.recipient, row.timeout_hours)
        for row in routes
    ]
    usual = [r for r in USUAL if r.channel != Channel.PEPPOL or settings.ACCESS_POINT_URL]
    return [found for rung in wanted or usual if (found := addressed(invoice, rung)).recipient]


def addressed(invoice: Invoice, rung: Rung) -> Rung:
    """The rung with its recipient and time-out filled in; no recipient where there is none."""
    recipient = rung.recipient or _recipient(invoice, rung.channel)
    hours = rung.timeout_hours or HOURS[rung.channel]
    return replace(rung, recipient=recipient, timeout_hours=hours)


def _recipient(invoice: Invoice, channel: Channel) -> str:
    customer, buyer = invoice.customer, invoice.buyer
    if channel == Channel.PEPPOL:
        scheme, number = customer.endpoint_scheme, customer.endpoint_id
        return f"{scheme}:{number}" if scheme and number and scheme != "EM" else ""
    if channel == Channel.EMAIL:
        contact = invoice_contact(customer)
        return contact.email if contact else ""
    if channel == Channel.LETTER:
        has_address = buyer.get("street") and buyer.get("city")
        return f"{buyer.get('postcode', '')} {buyer['city']}".strip() if has_address else ""
    return str(buyer.get("name", ""))


@atomic_verb
def set_routes(pk: int, rungs: list[Rung], *, by: Actor, on: date) -> list[DeliveryRoute]:
    """Say how a customer gets invoices, first to last; none leaves it to what the customer has.

    Raises: InvalidInput for a channel named twice or a format the channel doesn't carry;
    PermissionMissing.
    """
    customer = Customer.objects.for_update().get(pk=pk)
    require(by, "customers.change", customer.company_id)
    _check(rungs)
    customer.delivery_routes.all().delete()
    routes = DeliveryRoute.objects.bulk_create(
        DeliveryRoute(
            company_id=customer.company_id,
            customer=customer,
            position=position,
            channel=rung.channel,
            format=rung.format,
            recipient=rung.recipient,
            timeout_hours=rung.timeout_hours or HOURS[rung.channel],
        )
        for position, rung in enumerate(rungs, start=1)
    )
    record_event(
        "customer.channels_set",
        customer,
        by=by,
        on=on,
        channels=", ".join(str(rung.channel.label) for rung in rungs),
    )
    return routes


def _check(rungs: list[Rung]) -> None:
    channels = [rung.channel for rung in rungs]
    for rung in rungs:
        if channels.count(rung.channel) > 1:
            raise InvalidInput(
                "route.twice",
                _("%(channel)s stands in the list twice: name each channel once.")
                % {"channel": rung.channel.label},
            )
        if rung.format not in FORMATS[rung.channel]:
            raise InvalidInput(
                "route.format",
                _("%(format)s can't go by %(channel)s.")
                % {"format": rung.format.label, "channel": rung.channel.label},
            )
