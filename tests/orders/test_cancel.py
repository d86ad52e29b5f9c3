"""cancel: all of an order, or the rest of a partly shipped one."""

from decimal import Decimal

import pytest

from o2c.errors import Conflict, InvalidInput, PermissionMissing
from orders.services import (
    cancel,
    complete,
    mark_in_fulfilment,
    release,
    replace_lines,
    submit,
)
from tests.orders import make

pytestmark = pytest.mark.django_db


def test_all_of_it():
    at = make.company()
    order = make.released(at)
    cancel(order.pk, reason="customer changed his mind", by=make.rep(at), on=make.TODAY)
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == ("cancelled", "customer changed his mind")
    with pytest.raises(Conflict, match="already cancelled"):
        cancel(order.pk, reason="again", by=make.rep(at), on=make.TODAY)


def test_the_rest_of_it_keeps_what_was_shipped():
    at = make.company()
    order = make.order(at, lines=0)
    lines = [make.line(make.product(at), "10"), make.line(make.product(at), "4")]
    replace_lines(order.pk, lines, by=make.SETUP, on=make.TODAY)
    submit(order.pk, by=make.SETUP, on=make.TODAY)
    release(order.pk, by=make.SETUP, on=make.TODAY)
    mark_in_fulfilment(order.pk, by=make.SETUP, on=make.TODAY)
    first, second = order.lines.all()
    cancel(
        order.pk, reason="sold out", by=make.rep(at), on=make.TODAY,
        shipped={first.pk: Decimal(6)},
    )  # fmt: skip
    order.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.cancelled_quantity, second.cancelled_quantity) == (Decimal(4), Decimal(4))
    assert (first.net_amount, second.net_amount) == (Decimal("60.00"), Decimal("0.00"))
    assert (order.state, order.net_amount) == ("completed", Decimal("60.00"))
    assert order.gross_amount == Decimal("71.40")


def test_refused():
    at = make.company()
    order = make.released(at)
    with pytest.raises(InvalidInput, match="Say why"):
        cancel(order.pk, reason="  ", by=make.rep(at), on=make.TODAY)
    with pytest.raises(PermissionMissing):
        cancel(order.pk, reason="x", by=make.user(at, "warehouse"), on=make.TODAY)
    complete(order.pk, by=make.SETUP, on=make.TODAY)
    with pytest.raises(Conflict, match="completed"):
        cancel(order.pk, reason="x", by=make.rep(at), on=make.TODAY)
