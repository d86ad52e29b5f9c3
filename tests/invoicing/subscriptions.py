"""Builders of subscriptions: one of a German customer, with lines and indices."""

from datetime import date
from decimal import Decimal
from typing import Any

import invoicing.services as services
import receivables.services as receivables
from core.actors import JobActor
from customers.models import Customer
from invoicing.models import Invoice, PriceIndex, Subscription, SubscriptionLine
from invoicing.services import LineDraft, SubscriptionDraft
from o2c import flow
from tests import make as kernel
from tests.invoicing import make

JOB = JobActor("billing")
D = Decimal
START = date(2026, 1, 1)
BEFORE = date(2025, 12, 15)


def a_customer(country: str = "DE", **customer: Any) -> Customer:
    """A customer of a company with books and VAT rates."""
    buyer = make.world(country, **customer)
    receivables.set_up_ledger(buyer.company)
    return buyer


def a_draft(buyer: Customer | None = None, **fields: Any) -> Subscription:
    """A monthly subscription in advance from New Year, without lines."""
    buyer = buyer or a_customer()
    known = {"title": "Wartung", "payment_terms": buyer.payment_terms, "starts_on": START}
    draft = SubscriptionDraft(**known | fields)
    return services.create_subscription(buyer, draft, by=JOB, on=BEFORE)


def a_line(
    subscription: Subscription, price: str = "100", *, quantity: str = "1", **fields: Any
) -> SubscriptionLine:
    """A line of words: a service at the standard rate."""
    draft = LineDraft(
        fields.pop("description", "Wartung Anlage 1"), D(quantity), D(price), **fields
    )
    return services.add_line(subscription.pk, draft, by=JOB, on=BEFORE)


def active(price: str = "100", *, line: dict[str, Any] | None = None, **fields: Any):
    """An active subscription with one line."""
    subscription = a_draft(**fields)
    a_line(subscription, price, **line or {})
    return services.activate_subscription(subscription.pk, by=JOB, on=BEFORE)


def an_index(subscription: Subscription, **values: str) -> PriceIndex:
    """An index with values by day: ``an_index(s, d20260101="121.4")``."""
    index = services.add_index(
        subscription.company, name=kernel.unique("VPI "), publisher="Destatis", by=JOB, on=BEFORE
    )
    for day, value in values.items():
        enter(index, date.fromisoformat(day.removeprefix("d")), value)
    return index


def enter(index: PriceIndex, valid_from: date, value: str) -> None:
    """Enter one value."""
    services.enter_index_value(
        index, valid_from=valid_from, value=D(value), source="Destatis 61111-0002",
        by=JOB, on=BEFORE,
    )  # fmt: skip


def bill(subscription: Subscription, on: date) -> Invoice:
    """The invoice of its next period."""
    return flow.bill_subscription(subscription.pk, by=JOB, on=on)


def nets(subscription: Subscription) -> list[tuple[str, Decimal]]:
    """First day and net of each live invoice, in order."""
    rows = subscription.invoices.filter(kind="invoice").exclude(state="cancelled")
    return [
        (f"{row.period_from:%d.%m.%y}–{row.period_to:%d.%m.%y}", row.net_amount)
        for row in rows.order_by("period_from")
    ]
