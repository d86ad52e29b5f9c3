"""Customers pay by card: what they chose is paid, whatever came between."""

import re
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

import receivables.services as receivables
from core.models import Company, Event
from core.roles import Role
from core.services import make_pay_link
from customers.models import Customer
from o2c.errors import BusinessError
from receivables.models import (
    OpenItem,
    ProviderPayment,
)
from receivables.provider.simulator import Simulator
from tests import make as base
from tests.receivables import make
from tests.receivables.cards import (
    balance,
    begun,
    hear,
    in_dollars,
    left,
    paid,
    post,
)
from tests.receivables.make import DAY, ROBOT

pytestmark = pytest.mark.django_db
D = Decimal


def test_several_items_are_paid_at_once_and_the_money_waits_at_the_provider(
    point: Simulator, company: Company, customer: Customer
) -> None:
    one, two = make.item(customer, "119.00"), make.item(customer, "59.50")
    payment = paid(point, one, two)
    assert (payment.state, payment.method, payment.amount) == ("paid", "card", D("178.50"))
    assert left(one) == left(two) == 0
    assert balance(company, "provider") == D("178.50")
    assert balance(company, "receivables") == 0
    names = Event.objects.about(payment).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["card_payment.begun", "card_payment.captured"]


def test_the_rest_of_the_account_is_paid_less_what_stands_to_its_credit(
    point: Simulator, company: Company, customer: Customer
) -> None:
    old = make.item(customer, "119.00")
    paid(point, old)
    point.do("win", payment=_charged_back(point, old))  # leaves nothing open but a paid item
    hear(point, company)
    credit = make.invoice(customer, "19.00", corrects=old.invoice)
    receivables.book_invoice(credit, by=ROBOT)
    new = make.item(customer, "100.00")
    payment = paid(point, new, uses_credits=True)
    assert payment.amount == D("81.00")
    assert not OpenItem.objects.filter(customer=customer).open().exists()


def _charged_back(point: Simulator, item: OpenItem) -> str:
    payment = ProviderPayment.objects.get(shares__item=item)
    point.do("chargeback", payment=payment.remote_id)
    return payment.remote_id


def test_the_same_form_and_the_same_choice_are_one_payment(
    point: Simulator, customer: Customer
) -> None:
    item, key = make.item(customer), uuid.uuid4()
    first = begun([item], key=key)
    assert begun([item], key=key) == first == begun([item])
    assert len(point.books.payments) == 1


def test_what_was_paid_meanwhile_stays_on_account_and_people_hear_of_it(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, "119.00")
    accountant = base.user_with(Role.AR_ACCOUNTANT, company)
    first, second = begun([item]), begun([item, make.item(customer, "10.00")])
    for payment in (first, second):
        point.do("pay", payment=payment.remote_id)
    hear(point, company)
    assert left(item) == 0
    assert left(second.movements.get().item) == -D("119.00")
    assert "119" in accountant.notifications.get().title


def test_another_currency_is_refused_before_anything_begins(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = in_dollars(customer)
    with pytest.raises(BusinessError, match="USD"):
        begun([item])
    assert not ProviderPayment.objects.exists()
    assert not point.books.payments


def test_nothing_is_active_where_no_provider_is_set(customer: Customer) -> None:
    with pytest.raises(BusinessError) as refused:
        begun([make.item(customer)])
    assert refused.value.code == "provider.none"
    assert post(customer.company, {"event_id": "e"}) == 401


@pytest.mark.parametrize(
    ("amount", "paid_amount", "rest"), [("100.00", "100.00", "19.00"), ("130.00", "119.00", "0.00")]
)
def test_another_amount_than_asked_for_is_booked_as_it_came_and_told(
    point: Simulator, company: Company, customer: Customer, amount: str, paid_amount: str, rest: str
) -> None:
    item = make.item(customer, "119.00")
    payment = begun([item])
    point.do("pay", payment=payment.remote_id, amount=amount)
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.trouble, left(item)) == ("amount", D(rest))
    assert left(payment.movements.get().item) == D(paid_amount) - D(amount)
    receivables.clear_trouble(payment.pk, note="agreed by phone", by=ROBOT, on=DAY)
    assert receivables.sync_payment(payment.pk, by=ROBOT, on=DAY).trouble == ""


def test_money_in_another_currency_is_not_booked(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("pay", payment=payment.remote_id, currency="USD")
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.trouble, left(item)) == ("currency", item.amount)
    assert balance(company, "provider") == 0


def test_a_closed_month_takes_the_money_on_its_first_open_day(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, on=DAY)
    receivables.close_books(company, until=DAY.replace(day=31), by=ROBOT, on=DAY.replace(month=4))
    point.books.now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    payment = paid(point, item)
    movement = payment.movements.get()
    assert (movement.happened_on.day, movement.entry.posted_on.month) == (10, 4)
    assert left(item) == 0


def test_whoever_holds_the_link_pays_and_comes_back_without_its_key(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, "119.00")
    link = make_pay_link(item.invoice, to="buyer@example.org")
    assert link is not None
    client, address = Client(), f"/answers/pay?key={link.key()}"
    page = client.get(address).content.decode()
    assert re.search(rf'name="items" value="{item.pk}" checked', page)
    drawn = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert drawn
    sent = {"items": [item.pk], "key": drawn[1]}
    answers = [client.post(address, sent) for _turn in range(2)]
    payment = ProviderPayment.objects.get()
    assert {answer["Location"] for answer in answers} == {
        f"/answers/pay/state?payment={payment.key}"
    }
    assert payment.page_url in client.get(answers[0]["Location"]).content.decode()
    remote = point.books.payments[payment.remote_id]
    assert link.key() not in remote.return_url
    point.do("pay", payment=remote.id)
    client.get(f"/answers/pay/state?{remote.return_url.partition('?')[2]}")
    payment.refresh_from_db()
    assert (payment.state, left(item)) == ("paid", 0)
    assert 'name="items"' not in client.get(address).content.decode()
    assert client.get("/answers/pay?key=guessed").status_code == 410
    assert client.get("/answers/pay/state?payment=guessed").status_code == 410
