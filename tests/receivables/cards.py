"""What tests of card payments share: a real provider on this machine, and messages of it."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.test import Client

import receivables.services as receivables
from core.actors import CustomerActor
from core.models import Company
from core.signatures import sign
from customers.models import Customer
from o2c import due
from receivables.models import Account, JournalLine, OpenItem, ProviderPayment
from receivables.provider.simulator import Simulator
from receivables.services import posting
from tests.receivables.make import DAY

SECRET = "a secret between the provider and us"


@contextmanager
def provider(settings: Any, company: Company, *, hook: str = "") -> Iterator[Simulator]:
    """A simulator on a free port, named in the settings; quiet unless it has a hook."""
    point = Simulator(hook=hook, secret=SECRET, key="key").start()
    point.behave("well" if hook else "quiet")
    settings.PAYMENT_URLS = {company.code: point.url}
    settings.PAYMENT_KEYS = {company.code: "key"}
    settings.PAYMENT_SECRETS = {company.code: SECRET}
    settings.PAYMENT_IS_SIMULATOR = True
    try:
        yield point
    finally:
        point.stop()


def payer(customer: Customer) -> CustomerActor:
    """Somebody at the customer who holds a link."""
    rights = frozenset({receivables.PAY})
    return CustomerActor(customer.pk, "buyer@example.org", customer.company_id, rights)


def begun(
    items: Sequence[OpenItem], *, uses_credits: bool = False, key: uuid.UUID | None = None
) -> ProviderPayment:
    """A payment of items as far as the provider's page."""
    customer = Customer.objects.select_related("company").get(pk=items[0].customer_id)
    wish = receivables.PaymentWish(
        [item.pk for item in items], key or uuid.uuid4(), uses_credits=uses_credits
    )
    return receivables.begin_payment(
        customer.pk, wish, return_url="http://127.0.0.1/back", by=payer(customer), on=DAY
    )


def post(
    company: Company, news: dict[str, Any], *, at: float | None = None, secret: str = SECRET
) -> int:
    """Post a message of the provider as it would; the status of the answer."""
    body = json.dumps(news).encode()
    signature = sign(body, secret=secret, at=int(at or time.time()))
    return post_raw(company.code, body, signature)


def post_raw(code: str, body: bytes, signature: str) -> int:
    """Post bytes to a company's hook."""
    answer = Client().post(
        f"/hooks/payments?company={code}",
        body,
        content_type="application/json",
        headers={"O2C-Signature": signature},
    )
    return answer.status_code


def hear(point: Simulator, company: Company, *, is_newest_first: bool = False) -> None:
    """The provider's messages come and are worked off, as the sweep does it."""
    held, point.held = point.held, []
    for news in reversed(held) if is_newest_first else held:
        assert post(company, news) == 204
    report = due.work_off_cards(company, on=DAY)
    assert not report.failures, report.failures


def balance(company: Company, role: str) -> Decimal:
    """What the account with a role holds."""
    account = Account.objects.get(company=company, role=role)
    lines = JournalLine.objects.filter(account=account)
    return sum((line.amount for line in lines), Decimal(0))


def left(item: OpenItem) -> Decimal:
    """What is open of an item now."""
    return OpenItem.objects.get(pk=item.pk).outstanding_amount


def in_dollars(customer: Customer) -> OpenItem:
    """An open item of 119 dollars, which the books have for 110 euros."""
    accounts, worth = posting.Accounts(customer.company), Decimal(110)
    owed = posting.LineDraft(
        accounts.of(Account.Role.RECEIVABLES),
        worth,
        customer_id=customer.pk,
        currency="USD",
        currency_amount=Decimal(119),
    )
    draft = posting.ItemDraft(
        customer.pk, "invoice", "US-1", Decimal(119), DAY, DAY,
        currency="USD", functional_amount=worth,
    )  # fmt: skip
    lines = [owed, posting.LineDraft(accounts.of(Account.Role.OPENING), -worth)]
    made = posting.Posting(DAY, "US-1", "opening:US-1", lines, [draft])
    return posting.post(customer.company, made).items[0]


def paid(point: Simulator, *items: OpenItem, **words: Any) -> ProviderPayment:
    """Items paid by card, told and booked."""
    payment = begun(items, **words)
    point.do("pay", payment=payment.remote_id)
    hear(point, payment.company)
    payment.refresh_from_db()
    return payment
