"""Due work of card payments: refunds to send, messages to read, payments nobody told of."""

from datetime import date

from django.utils import timezone

import receivables.services as receivables
from core.actors import JobActor
from core.models import Company
from o2c import flow
from o2c.due_work import Due
from receivables.models import ProviderPayment

PAYING = JobActor("card payments")


def cards_due(company: Company, on: date) -> list[Due]:
    """What waits at one company; nothing where it takes no cards."""
    if not receivables.uses_provider(company):
        return []
    payments = ProviderPayment.objects.filter(company=company).to_ask(timezone.now())
    return [
        (
            "refund sent",
            receivables.refunds_to_send(company),
            lambda pk: receivables.send_refund(pk, by=PAYING, on=on),
        ),
        (
            "payment message read",
            receivables.news_of_provider(company),
            lambda pk: flow.read_payment_news(pk, by=PAYING, on=on),
        ),
        (
            "card payment asked for",
            payments,
            lambda pk: flow.sync_card_payment(pk, by=PAYING, on=on),
        ),
    ]
