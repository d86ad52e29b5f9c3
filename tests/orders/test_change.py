"""Change a draft: lines by the whole or one, prices found anew, nothing after submission."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from catalog.models import Price, PriceList
from o2c.errors import Conflict, NotFound
from orders.models import OrderLine
from orders.services import add_line, change_line, remove_line, replace_lines, save_draft, submit
from tests.orders import make

pytestmark = pytest.mark.django_db


def test_lines_come_go_and_move_up():
    at = make.company()
    rep, order = make.rep(at), make.order(at, lines=2)
    extra = make.product(at, "X-1", "7.00")
    add_line(order.pk, make.line(extra, "3"), by=rep, on=make.TODAY)
    remove_line(order.pk, 1, by=rep, on=make.TODAY)
    order.refresh_from_db()
    assert [line.position for line in order.lines.all()] == [1, 2]
    assert order.net_amount == Decimal("31.00")
    with pytest.raises(NotFound, match="no line 9"):
        remove_line(order.pk, 9, by=rep, on=make.TODAY)


def test_a_new_quantity_finds_its_price_and_a_manual_one_stays():
    at = make.company()
    rep, valve = make.rep(at), make.product(at, "V-1", "10.00")
    prices = PriceList.objects.get(company=at)
    first = Price.objects.get(product=valve)
    Price.objects.create(
        price_list=prices, product=valve, min_quantity=100, unit_price=8, valid=first.valid
    )
    order = make.order(at, lines=0)
    replace_lines(order.pk, [make.line(valve, "10")], by=rep, on=make.TODAY)
    order = change_line(order.pk, 1, quantity=Decimal(100), by=rep, on=make.TODAY)
    assert order.net_amount == Decimal("800.00")
    change_line(order.pk, 1, unit_price=Decimal("9.00"), by=rep, on=make.TODAY)
    order = change_line(order.pk, 1, quantity=Decimal(200), by=rep, on=make.TODAY)
    assert order.net_amount == Decimal("1800.00")
    assert order.lines.get().price_source == "manual"


def test_a_change_meanwhile_is_a_conflict():
    at = make.company()
    rep, order = make.rep(at), make.order(at)
    draft = make.draft(order.customer, make.line(make.product(at)))
    save_draft(order.pk, draft, by=rep, on=make.TODAY, version=1)
    with pytest.raises(Conflict, match="somebody else"):
        save_draft(order.pk, draft, by=rep, on=make.TODAY, version=1)


def test_after_submission_neither_the_verb_nor_sql_changes_a_line():
    at = make.company()
    rep, order = make.rep(at), make.order(at)
    submit(order.pk, by=rep, on=make.TODAY)
    with pytest.raises(Conflict, match="submitted"):
        add_line(order.pk, make.line(make.product(at)), by=rep, on=make.TODAY)
    for change in ({"unit_price": 1}, {"quantity": 5}, {"net_amount": 1}):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            OrderLine.objects.filter(order=order).update(**change)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        OrderLine.objects.filter(order=order).delete()
