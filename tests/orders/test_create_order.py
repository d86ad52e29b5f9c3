"""create_order: prices, VAT and totals of ours; set-based; refused whole."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Event
from o2c.errors import BusinessError, Conflict, InvalidInput, PermissionMissing
from orders.models import Order, OrderLine
from orders.services import create_order
from tests.orders import make

pytestmark = pytest.mark.django_db


def test_prices_vat_and_totals_come_from_us():
    at = make.company()
    valve, seal = make.product(at, "A-100", "86.00"), make.product(at, "A-230", "18.00")
    draft = make.draft(
        make.customer(at),
        make.line(valve, "40", discount_rate=Decimal("0.05")),
        make.line(seal, "100"),
        po_number="4711",
    )
    order = create_order(at, draft, by=make.rep(at), on=make.TODAY)
    order.refresh_from_db()
    first, second = order.lines.all()
    assert (first.net_amount, second.net_amount) == (Decimal("3268.00"), Decimal("1800.00"))
    assert (order.net_amount, order.vat_amount) == (Decimal("5068.00"), Decimal("962.92"))
    assert order.gross_amount == Decimal("6030.92")
    assert (first.price_source, first.vat_category, first.vat_rate) == (
        "list",
        "S",
        Decimal("0.19"),
    )
    assert (order.number, order.state, order.po_number) == ("SO-000001", "draft", "4711")
    assert Event.objects.about(order).get().name == "order.created"


def test_a_price_entered_by_hand_counts_and_says_so():
    at = make.company()
    valve = make.product(at, price="86.00")
    draft = make.draft(make.customer(at), make.line(valve, unit_price=Decimal("80.00")))
    order = create_order(at, draft, by=make.rep(at), on=make.TODAY)
    line = order.lines.get()
    assert (line.unit_price, line.price_source) == (Decimal("80.00"), "manual")
    assert "86.00" in line.price_note


def test_numbers_have_no_gap_when_an_order_is_refused():
    at, rep = make.company(), None
    rep = make.rep(at)
    buyer = make.customer(at)
    with pytest.raises(InvalidInput) as refused:
        create_order(at, make.draft(buyer, make.line("NOPE")), by=rep, on=make.TODAY)
    assert "NOPE" in refused.value.message
    assert not Order.objects.exists()
    order = create_order(at, make.draft(buyer, make.line(make.product(at))), by=rep, on=make.TODAY)
    assert order.number == "SO-000001"


def test_every_problem_is_named_at_once():
    at = make.company()
    gone = make.product(at, "OLD-1", is_active=False)
    unpriced = make.product(at, "NEW-1", price="")
    draft = make.draft(
        make.customer(at), make.line("NOPE"), make.line(gone), make.line(unpriced),
        make.line(make.product(at), "0.0001"),
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        create_order(at, draft, by=make.rep(at), on=make.TODAY)
    for word in ("NOPE", "OLD-1", "NEW-1", "0.0001"):
        assert word in refused.value.message


def test_pieces_come_whole_and_metres_do_not():
    at = make.company()
    valve, hose = make.product(at, "A-100"), make.product(at, "H-1", unit="MTR")
    buyer, rep = make.customer(at), make.rep(at)
    with pytest.raises(InvalidInput, match="A-100 is sold by the piece: enter 1 or 2"):
        create_order(at, make.draft(buyer, make.line(valve, "1.5")), by=rep, on=make.TODAY)
    order = create_order(at, make.draft(buyer, make.line(hose, "1.5")), by=rep, on=make.TODAY)
    assert order.lines.get().quantity == Decimal("1.5")


def test_a_stranger_and_a_closed_company_are_refused():
    at, other = make.company(), make.company()
    draft = make.draft(make.customer(at), make.line(make.product(at)))
    with pytest.raises(PermissionMissing, match="enter and submit orders"):
        create_order(at, draft, by=make.rep(other), on=make.TODAY)
    with pytest.raises(PermissionMissing):
        create_order(at, draft, by=make.user(at, "warehouse"), on=make.TODAY)
    rep = make.rep(at)
    at.is_active = False
    at.save()
    with pytest.raises(Conflict, match="closed"):
        create_order(at, draft, by=rep, on=make.TODAY)


def test_another_companys_article_and_customer_are_unknown():
    at, other = make.company(), make.company()
    foreign = make.product(other, "F-1")
    for draft in (
        make.draft(make.customer(at), make.line(foreign)),
        make.draft(make.customer(other), make.line(make.product(at))),
    ):
        with pytest.raises(BusinessError):
            create_order(at, draft, by=make.rep(at), on=make.TODAY)


@pytest.mark.parametrize("count", [5, 50])
def test_statements_do_not_grow_with_the_lines(count):
    at = make.company()
    rep, buyer = make.rep(at), make.customer(at)
    lines = [make.line(make.product(at)) for _ in range(count)]
    assert rep.may("orders.enter", at.pk)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        create_order(at, make.draft(buyer, *lines), by=rep, on=make.TODAY)
    assert OrderLine.objects.count() == count
    assert len(seen) <= 13, [query["sql"][:90] for query in seen]
