"""Invoices of subscriptions: one for each period with a charge."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.services import VatRequest, VatTreatment, vats_for
from core.actors import Actor
from core.formats import day
from core.models import Company, Event
from core.services import atomic_verb, record_event, retrying
from customers.models import Customer
from invoicing.models import (
    RUNNING,
    Invoice,
    InvoiceLine,
    InvoiceState,
    InvoiceVat,
    Subscription,
    SubscriptionLine,
    SubscriptionQuerySet,
)
from invoicing.recurring import DAY, Bill, Part, figures_of
from invoicing.services.rows import sums_of, vat_rows_of
from invoicing.services.subscription_plan import bills_of, locked, record, reschedule
from o2c.errors import Conflict
from o2c.money import Totals

UNBILLED = "subscription.not_billed"


def subscriptions_awaiting_billing(company: Company, *, on: date) -> SubscriptionQuerySet:
    """Subscriptions with a period whose billing day has come, the oldest first; due work."""
    rows = Subscription.objects.filter(company=company).to_bill(on)
    return rows.order_by("next_bill_on", "pk")


@atomic_verb
def draft_period(pk: int, *, by: Actor, on: date) -> Invoice:
    """Draft the invoice of the next period, to be issued in the same act.

    Whoever comes when that is done already gets the invoice of the period before. Raises: Conflict
    when nothing is to be billed yet; PermissionMissing.
    """
    subscription = locked(pk, by=by)
    bill = next(bills_of(subscription), None) if subscription.state in RUNNING else None
    if bill is None or bill.bill_on > on:
        return _last_invoice(subscription, bill)
    invoice = _draft(subscription, bill, on=on)
    subscription.next_from = bill.period.last + DAY
    reschedule(subscription)
    _tell(invoice, subscription, by=by, on=on)
    return invoice


@retrying
@atomic_verb
def draft_period_again(invoice_pk: int, *, by: Actor, on: date) -> Invoice:
    """Draft a new invoice for the period of one that was credited, for a person to issue.

    At the prices that held then; nothing of it happens by itself. Raises: Conflict when the period
    is billed, or the invoice is none of a subscription's period; PermissionMissing.
    """
    old = Invoice.objects.get(pk=invoice_pk)
    if old.subscription_id is None or old.kind != Invoice.Kind.INVOICE or old.period_from is None:
        raise Conflict(
            "subscription.no_period",
            _("%(number)s is no invoice of a subscription's period.") % {"number": old},
        )
    subscription = locked(old.subscription_id, by=by)
    _refuse_billed_twice(subscription, old.period_from)
    bill = next(bills_of(subscription, since=old.period_from), None)
    if bill is None or bill.period.first != old.period_from:
        raise Conflict(
            "subscription.nothing_due",
            _("Subscription %(number)s charges nothing for the period from %(first)s.")
            % {"number": subscription.number, "first": day(old.period_from)},
        )
    invoice = _draft(subscription, bill, on=on)
    _tell(invoice, subscription, by=by, on=on)
    return invoice


@atomic_verb
def note_unbilled(pk: int, *, reason: str, by: Actor, on: date) -> None:
    """Keep why a period could not be billed, once as long as the reason stays the same."""
    subscription = locked(pk, by=by)
    period = str(subscription.next_from)
    known = _causes([subscription]).get(pk)
    if known is None or (known.payload.get("period"), known.payload.get("reason")) != (
        period,
        reason,
    ):
        record("not_billed", subscription, by=by, on=on, reason=reason, period=period)


def why_not_billed(subscriptions: Sequence[Subscription]) -> dict[int, str]:
    """Subscription id -> why its next period was refused; one statement for all."""
    causes = _causes(subscriptions)
    return {
        one.pk: str(causes[one.pk].payload.get("reason", ""))
        for one in subscriptions
        if one.pk in causes and causes[one.pk].payload.get("period") == str(one.next_from)
    }


def _causes(subscriptions: Sequence[Subscription]) -> dict[int, Event]:
    events = (
        Event.objects.filter(
            name=UNBILLED,
            subject_type=Subscription._meta.label_lower,
            subject_id__in=[one.pk for one in subscriptions],
        )
        .order_by("subject_id", "-pk")
        .distinct("subject_id")
    )
    return {event.subject_id: event for event in events}


def _last_invoice(subscription: Subscription, bill: Bill | None) -> Invoice:
    """That of the period which was billed last."""
    mine = subscription.invoices.filter(kind=Invoice.Kind.INVOICE).order_by("-period_to", "-pk")
    last = mine.exclude(state=InvoiceState.CANCELLED).first()
    if last is not None and last.period_to == subscription.next_from - DAY:
        return last
    when = _("not before %(day)s") % {"day": day(bill.bill_on)} if bill else _("nothing to come")
    raise Conflict(
        "subscription.not_due",
        _("Subscription %(number)s (%(state)s) has nothing to bill now: %(when)s.")
        % {
            "number": subscription.number,
            "state": subscription.get_state_display(),
            "when": when,
        },
    )


def _refuse_billed_twice(subscription: Subscription, period_from: date) -> None:
    live = subscription.invoices.filter(kind=Invoice.Kind.INVOICE, period_to__gte=period_from)
    live = live.filter(period_from__lte=period_from).exclude(state=InvoiceState.CANCELLED)
    if (there := live.first()) is not None:
        raise Conflict(
            "subscription.billed_twice",
            _("The period from %(first)s is billed by %(invoice)s.")
            % {"first": day(period_from), "invoice": there},
        )


def _draft(subscription: Subscription, bill: Bill, *, on: date) -> Invoice:
    lines = {line.pk: line for line in subscription.lines.select_related("product")}
    customer = subscription.customer
    vats = _vats(subscription, list(lines.values()), on=bill.period.last)
    with translation.override(customer.language):
        rows = [
            _line(lines[part.key], part, vats[part.key], position)
            for position, part in enumerate(bill.parts, start=1)
        ]
    sums = sums_of(rows)
    invoice = Invoice.objects.create(
        company=subscription.company,
        customer=customer,
        subscription=subscription,
        payment_terms=subscription.payment_terms,
        currency=subscription.currency,
        language=customer.language,
        period_from=bill.period.first,
        period_to=bill.period.last,
        ship_to=_place_of(customer, lines.values()),
        po_number=subscription.po_number,
        buyer_reference=customer.buyer_reference,
        project_reference=customer.project_reference,
        contract_reference=customer.contract_reference or subscription.number,
        net_amount=sums.net_amount,
        vat_amount=sums.vat_amount,
        gross_amount=sums.gross_amount,
    )
    _store(invoice, rows, sums)
    return invoice


def _store(invoice: Invoice, rows: list[InvoiceLine], sums: Totals) -> None:
    for row in rows:
        row.invoice = invoice
    InvoiceLine.objects.bulk_create(rows)
    InvoiceVat.objects.bulk_create(vat_rows_of(invoice, sums, rows))


def _vats(
    subscription: Subscription, lines: list[SubscriptionLine], *, on: date
) -> dict[int, VatTreatment]:
    """Line id -> its VAT, by the rules of orders; words alone are a service of their class.

    A period's supply is complete on its last day (§ 13 UStG, Art. 64 of Directive 2006/112/EC).
    """
    requests = [
        VatRequest.of(
            line.product or Product(kind=Product.Kind.SERVICE, vat_class=line.vat_class),
            seller=subscription.company,
            customer=subscription.customer,
            on=on,
        )
        for line in lines
    ]
    found = vats_for(requests)
    return {line.pk: vat for line, vat in zip(lines, found, strict=True)}


def _line(line: SubscriptionLine, part: Part, vat: VatTreatment, position: int) -> InvoiceLine:
    unit_price, discount = figures_of(part, line.quantity)
    return InvoiceLine(
        position=position,
        product=line.product,
        product_number=line.product.number if line.product else "",
        description=_words(line, part),
        period_from=part.span.first,
        period_to=part.span.last,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=unit_price,
        discount_amount=discount,
        net_amount=part.net_amount,
        vat_category=vat.category,
        vat_rate=vat.rate,
        vat_note=vat.exemption_text[:200],
    )


def _words(line: SubscriptionLine, part: Part) -> str:
    """What the customer reads; a started period says how many of its days are charged."""
    if part.is_whole:
        return line.description
    words = {"text": line.description, "days": part.span.days, "all": part.of_days}
    return _("%(text)s (%(days)s of %(all)s days)") % words


def _place_of(customer: Customer, lines: Any) -> dict[str, Any]:
    """Where goods go; services are done where the buyer is."""
    has_goods = any(line.product and line.product.kind == Product.Kind.GOODS for line in lines)
    places = customer.addresses.filter(kind="shipping", is_active=True) if has_goods else None
    place = places.order_by("-is_default", "pk").first() if places is not None else None
    return place.snapshot() if place else {}


def _tell(invoice: Invoice, subscription: Subscription, *, by: Actor, on: date) -> None:
    record_event(
        "invoice.drafted",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        subscription=subscription.number,
        period_from=invoice.period_from,
        gross_amount=invoice.gross_amount,
    )
    record(
        "billed", subscription, by=by, on=on,
        first_on=invoice.period_from, last_on=invoice.period_to,
    )  # fmt: skip
