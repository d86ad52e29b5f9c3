"""Customers pay by card: what the provider says goes into the books, and frees what waited."""

from datetime import date

import receivables.services as receivables
from core.actors import Actor
from core.models import Company
from customers.models import Customer
from o2c.flow.cash import recheck_holds
from receivables.models import ProviderPayment, ProviderSettlement


def begin_card_payment(
    customer_pk: int, wish: receivables.PaymentWish, *, return_url: str, by: Actor, on: date
) -> ProviderPayment:
    """What the payer chose, with the provider's page; raises as ``receivables.begin_payment``."""
    return receivables.begin_payment(customer_pk, wish, return_url=return_url, by=by, on=on)


def sync_card_payment(pk: int, *, by: Actor, on: date) -> ProviderPayment:
    """Ask the provider what became of a payment, and free the orders that waited for the money."""
    before = ProviderPayment.objects.values_list("state", flat=True).get(pk=pk)
    payment = receivables.sync_payment(pk, by=by, on=on)
    if payment.state == ProviderPayment.State.PAID != before:
        _free(payment, by=by, on=on)
    return payment


def read_payment_news(pk: int, *, by: Actor, on: date) -> None:
    """Work off one message of the provider."""
    payment = receivables.read_provider_news(pk, by=by, on=on)
    if payment is not None and payment.state == ProviderPayment.State.PAID:
        _free(payment, by=by, on=on)


def import_settlement(
    company: Company, content: bytes, *, filename: str, by: Actor, on: date
) -> tuple[ProviderSettlement, bool]:
    """Take a settlement's file in; the row, and whether it is new."""
    return receivables.import_settlement(company, content, filename=filename, by=by, on=on)


def _free(payment: ProviderPayment, *, by: Actor, on: date) -> None:
    customer = Customer.objects.get(pk=payment.customer_id)
    recheck_holds(payment.company, by=by, on=on, customer=customer)
