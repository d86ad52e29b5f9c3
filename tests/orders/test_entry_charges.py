"""Charges and discounts on the entry page: typed, priced, refused beside their field, stored."""

from decimal import Decimal

import pytest
from django.urls import reverse

from orders.draft import ChargeDraft
from orders.models import Order
from orders.services import create_order
from tests.orders import make
from tests.orders.test_pages import grid

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return make.company()


@pytest.fixture
def rep(at, client):
    person = make.rep(at)
    client.force_login(person)
    return person


def charges(*rows):
    """Posted rows: (reason, amount, percent), with text and spread where they matter."""
    rows = [(*row, "", "first")[:5] if len(row) < 5 else row for row in rows]
    names = ("reason", "amount", "percent", "text", "spread")
    posted = {f"charge_{name}": [row[at] for row in rows] for at, name in enumerate(names)}
    return {"charge_key": [f"c{n}" for n in range(1, len(rows) + 1)], **posted}


@pytest.fixture
def entry(at):
    """A page with one line of 200.00."""
    make.product(at, "A-1", "100.00")
    buyer = make.customer(at)
    return lambda *rows, **fields: grid(buyer, ("A-1", "2"), **charges(*rows), **fields)


def test_totals_follow_what_is_typed(entry, rep, client):
    data = entry(("FC", "12.50", ""), ("95", "", "3"))
    answer = client.post(reverse("orders:price"), data).json()
    assert [row["net"] for row in answer["charges"]] == ["12.50", "−6.00"]
    assert (answer["lines"], answer["charged"]) == ("200.00", "6.50")
    assert (answer["net"], answer["gross"]) == ("206.50", "245.74")


def test_what_is_typed_is_stored(entry, rep, client):
    data = entry(
        ("FC", "12.50", "", "Express", "last"), ("100", "", "2.5"), ("PC", "", ""),
        billing="advance",
    )  # fmt: skip
    client.post(reverse("orders:save_new"), data)
    order = Order.objects.get()
    freight, agreement = order.charges.all()
    assert (freight.amount, freight.reason, freight.spread) == (Decimal("12.50"), "Express", "last")
    assert (agreement.rate, agreement.spread) == (Decimal("0.025"), "pro_rata")
    assert (order.net_amount, order.billing_policy) == (Decimal("207.50"), "advance")


@pytest.mark.parametrize(
    ("row", "cell", "word"),
    [
        (("FC", "5", "3"), "percent", "either"),
        (("FC", "", "", "Express"), "amount", "Enter an amount"),
        (("FC", "x", ""), "amount", "not a number"),
        (("FC", "0", ""), "amount", "above 0"),
        (("FC", "1.005", ""), "amount", "two decimals"),
        (("95", "", "101"), "percent", "100 %"),
        (("95", "", "3.33333"), "percent", "100 %"),
        (("95", "200.01", ""), "amount", "200.01"),
        (("XX", "5", ""), "reason", "Choose"),
    ],
)
def test_an_error_stands_beside_its_field_and_everything_typed_is_back(
    entry, rep, client, row, cell, word
):
    data = entry(row, ("PC", "7.25", ""))
    wrong, right = client.post(reverse("orders:price"), data).json()["charges"]
    assert word in wrong["errors"][cell]
    assert (right["net"], right["errors"]) == ("7.25", {})
    response = client.post(reverse("orders:save_new"), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert f'href="#charge-{cell}-c1"' in text
    assert 'value="7.25"' in text
    for typed in filter(None, row[1:]):
        assert f'value="{typed}"' in text
    assert not Order.objects.exists()


def test_discounts_that_take_too_much_together_are_told_once(entry, rep, client):
    data = entry(("95", "150", ""), ("100", "", "50"))
    response = client.post(reverse("orders:save_new"), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert "250.00" in text
    assert 'href="#charges"' in text


def test_charges_need_a_line(at, rep, client):
    data = grid(make.customer(at), **charges(("FC", "5", "")))
    response = client.post(reverse("orders:save_new"), data)
    assert response.status_code == 422
    assert "Enter a line first" in response.content.decode()


def test_a_draft_keeps_the_charges_that_are_right(entry, rep, client):
    data = entry(("FC", "5", ""), ("95", "x", ""))
    answer = client.post(reverse("orders:autosave_new"), data).json()
    assert (answer["is_saved"], answer["is_whole"]) == (True, False)
    assert [charge.amount for charge in Order.objects.get().charges.all()] == [Decimal(5)]


def test_a_stored_draft_shows_its_charges_as_they_were_entered(at, rep, client):
    drafts = (
        ChargeDraft(reason_code="FC", amount=Decimal("1250.00"), spread="pro_rata"),
        ChargeDraft(reason_code="95", rate=Decimal("0.025"), text="Autumn"),
    )
    order = make.order(at, lines=2, charges=drafts, billing_policy="month")
    text = client.get(reverse("orders:edit", args=[order.pk])).content.decode()
    for shown in ('value="1,250.00"', 'value="2.5"', 'value="Autumn"'):
        assert shown in text
    assert '<option value="month" selected>' in text
    stored = client.get(reverse("orders:stored", args=[order.pk])).json()
    assert stored["charges"] == ["Freight · 1,250.00", "Autumn · 2.5 %"]


def test_invoiced_as_the_customer_unless_chosen(at, entry, rep, client):
    buyer = make.customer(at, billing_policy="week")
    text = client.get(reverse("orders:new"), {"customer": buyer.pk}).content.decode()
    assert "as the customer: all deliveries of a week together" in text
    answer = client.post(reverse("orders:price"), grid(buyer, ("A-1", "1"))).json()
    assert answer["head"]["billing"] == "as the customer: all deliveries of a week together"
    client.post(reverse("orders:save_new"), grid(buyer, ("A-1", "1")))
    assert Order.objects.get().billing_policy == "week"


def test_the_order_shows_its_charges_and_when_it_is_invoiced(at, rep, client):
    buyer = make.customer(at)
    drafts = (
        ChargeDraft(reason_code="FC", amount=Decimal("12.50"), spread="last"),
        ChargeDraft(reason_code="95", rate=Decimal("0.03"), text="Autumn"),
    )
    line = make.line(make.product(at, price="100.00"), "2")
    draft = make.draft(buyer, line, charges=drafts, billing_policy="order")
    order = create_order(at, draft, by=rep, on=make.TODAY)
    text = client.get(order.get_absolute_url()).content.decode()
    for words in ("Freight", "the last invoice", "Autumn", "−6.00", "206.50", "each order, once"):
        assert words in text
