"""submit: the completeness gate, promised days, the warning about a number used twice."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from o2c.errors import Conflict, PermissionMissing
from orders.models import Order
from orders.services import (
    OrderIncomplete,
    missing_fields,
    submit,
    warnings_before_submit,
)
from tests.orders import make


@pytest.mark.django_db
def test_a_complete_draft_is_submitted_with_promised_days():
    at = make.company()
    order = make.order(at, lines=2, requested_on=date(2026, 12, 1))
    submit(order.pk, by=make.rep(at), on=make.TODAY)
    order.refresh_from_db()
    assert order.state == "submitted"
    assert {line.promised_on for line in order.lines.all()} == {date(2026, 12, 1)}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [5, 50])
def test_statements_do_not_grow_with_the_lines(count):
    at = make.company()
    order, rep = make.order(at, lines=count), make.rep(at)
    rep.may("orders.enter", at.pk)
    with CaptureQueriesContext(connection) as seen:
        submit(order.pk, by=rep, on=make.TODAY)
    assert len(seen) <= 7, [query["sql"][:90] for query in seen]


@pytest.mark.django_db
def test_each_missing_thing_is_named():
    at = make.company()
    buyer = make.customer(at, is_public_body=True)
    order = make.order(at, customer=buyer, requested_on=date(2026, 11, 1))
    order.lines.get().product.__class__.objects.update(is_active=False)
    Order.objects.filter(pk=order.pk).update(ship_to=None)
    order.refresh_from_db()
    fields = [missing.field for missing in missing_fields(order)]
    assert fields == ["ship_to", "customer", "requested_on", "lines"]
    with pytest.raises(OrderIncomplete, match="Leitweg-ID"):
        submit(order.pk, by=make.rep(at), on=make.TODAY)
    order.refresh_from_db()
    assert order.state == "draft"


@pytest.mark.django_db
def test_an_order_without_lines_stays_a_draft():
    at = make.company()
    with pytest.raises(OrderIncomplete, match="at least one line"):
        submit(make.order(at, lines=0).pk, by=make.rep(at), on=make.TODAY)


@pytest.mark.django_db
def test_the_same_number_from_the_same_customer_warns():
    at = make.company()
    buyer = make.customer(at)
    first = make.order(at, customer=buyer, po_number="47")
    assert not warnings_before_submit(first)
    second = make.order(at, customer=buyer, po_number="47")
    other = make.order(at, po_number="47")
    (warning,) = warnings_before_submit(second)
    assert first.number in warning.message
    assert not warnings_before_submit(other)


@pytest.mark.django_db
@pytest.mark.parametrize(("needs", "number", "warns"), [(1, "", 1), (1, "47", 0), (0, "", 0)])
def test_a_customer_who_needs_an_order_number_warns_without(needs, number, warns):
    at = make.company()
    buyer = make.customer(at)
    buyer.is_po_number_required = bool(needs)
    buyer.save(update_fields=["is_po_number_required"])
    found = warnings_before_submit(make.order(at, customer=buyer, po_number=number))
    assert [one.code for one in found] == ["order.po_number_missing"] * warns


@pytest.mark.django_db
def test_refused_twice_and_without_right():
    at = make.company()
    order = make.order(at)
    with pytest.raises(PermissionMissing):
        submit(order.pk, by=make.user(at, "auditor"), on=make.TODAY)
    submit(order.pk, by=make.rep(at), on=make.TODAY)
    with pytest.raises(Conflict, match="submitted"):
        submit(order.pk, by=make.rep(at), on=make.TODAY)


@pytest.mark.django_db(transaction=True)
def test_beside_itself_one_submits():
    at = make.company()
    order, rep = make.order(at), make.rep(at)
    start, outcomes = Barrier(5), []

    def run():
        start.wait()
        try:
            submit(order.pk, by=rep, on=make.TODAY)
            outcomes.append("submitted")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 4 + ["submitted"]
