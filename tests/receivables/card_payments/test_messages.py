"""The provider's word counts, whatever comes of its messages."""

import time
import uuid
from decimal import Decimal
from typing import Any

import pytest

from core.models import Company
from customers.models import Customer
from o2c import due
from o2c.errors import BusinessError
from receivables.models import (
    ProviderEvent,
    ProviderPayment,
)
from receivables.provider.simulator import Simulator
from tests import make as base
from tests.receivables import make
from tests.receivables.cards import (
    balance,
    begun,
    hear,
    left,
    post,
    post_raw,
)
from tests.receivables.make import DAY

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_lost_answer_an_early_message_and_a_late_try_are_one_payment(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item, key = make.item(customer), uuid.uuid4()
    point.behave("loses-answer")
    with pytest.raises(BusinessError):
        begun([item], key=key)
    payment = ProviderPayment.objects.get()
    assert (payment.state, payment.remote_id) == ("begun", "")
    remote = point.books.by_reference[str(key)]
    point.behave("quiet")
    point.do("pay", payment=remote.id)  # it is paid before we know the provider's name of it
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.state, payment.remote_id, left(item)) == ("paid", remote.id, 0)
    assert begun([item], key=key) == payment


def test_messages_come_twice_and_in_any_order(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, "119.00")
    payment = begun([item])
    point.do("pay", payment=payment.remote_id)
    point.do("chargeback", payment=payment.remote_id)
    point.do("win", payment=payment.remote_id)
    point.held += point.held[:2]
    hear(point, company, is_newest_first=True)
    hear(point, company)
    assert set(payment.movements.values_list("kind", flat=True)) == {
        "capture", "chargeback_won", "chargeback",
    }  # fmt: skip
    assert left(item) == 0
    assert ProviderEvent.objects.filter(processed_at=None).count() == 0
    assert balance(company, "provider") == D("119.00")


def test_forged_old_foreign_and_broken_messages_are_refused_and_told_without_secrets(
    point: Simulator, company: Company, customer: Customer, settings: Any, caplog: Any
) -> None:
    payment = begun([make.item(customer)])
    news = point.books.news_of(point.books.payments[payment.remote_id])
    other = base.company_se()
    settings.PAYMENT_URLS |= {other.code: point.url}
    settings.PAYMENT_SECRETS |= {other.code: "another secret"}
    assert post(company, news, secret="guessed") == 401
    assert post(company, news, at=time.time() - 301) == 401
    assert post(company, news, at=time.time() + 400) == 401
    assert post_raw(company.code, b"{}", "") == 401
    assert post(other, news) == 401
    assert post(other, news, secret="another secret") == 403
    assert post(company, news | {"event_id": "x" * 81}) == 400
    assert post(company, news | {"kind": "payment.vanished"}) == 400
    assert post(company, news | {"more": "x" * 70_000}) == 413
    settings.PAYMENT_SECRETS = {}
    assert post(company, news, secret="") == 401
    assert not ProviderEvent.objects.exists()
    assert "guessed" not in caplog.text
    assert payment.remote_id not in caplog.text


def test_while_the_provider_is_away_messages_wait(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("pay", payment=payment.remote_id)
    point.behave("down")
    assert post(company, point.held.pop()) == 204
    assert [row["code"] for row in due.work_off_cards(company, on=DAY).failures] == [
        "provider.away"
    ]
    point.behave("quiet")
    hear(point, company)
    assert left(item) == 0


def test_a_payment_nobody_tells_of_is_asked_for_and_one_nobody_knows_given_up(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("pay", payment=payment.remote_id)
    point.held.clear()
    point.behave("refuses")
    with pytest.raises(BusinessError):
        begun([make.item(customer)])
    lost = ProviderPayment.objects.create(
        company=company, customer=customer, amount=1, currency="EUR", started_by_name="x"
    )
    ProviderPayment.objects.update(asked_at="2026-01-01T00:00Z")
    hear(point, company)
    states = dict(ProviderPayment.objects.values_list("pk", "state"))
    assert (states[payment.pk], states[lost.pk]) == ("paid", "expired")
    assert sorted(states.values()) == ["declined", "expired", "paid"]


def test_declined_is_told_and_the_items_stay_open(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("decline", payment=payment.remote_id)
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.state, payment.reason, left(item)) == (
        "declined", "The card was declined.", item.amount,
    )  # fmt: skip
