"""import_orders: per order a result, the original kept, the same file twice changes nothing."""

from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import StoredDocument
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from orders.models import Order
from orders.services import import_orders
from tests.orders import make

ORDER = (Path(__file__).parent / "files/order.xml").read_bytes()
HEAD = "Customer;PO number;Article;Quantity;Price;Currency"


@pytest.fixture
def shop():
    at = make.company()
    make.product(at, "A-100", "86.00")
    make.product(at, "A-230", "1.72", gtin="4012345678901")
    make.customer(at, "C-1", name="Acme Anlagenbau GmbH", vat_id="DE811128135")
    return at


def run(at, content, name="orders.csv", by=None):
    return import_orders(at, content, name, by=by or make.rep(at), on=make.TODAY)


@pytest.mark.django_db
def test_a_peppol_order_becomes_a_draft_with_its_original(shop):
    (result,) = run(shop, ORDER, "po-4711.xml")
    assert (result.outcome, result.warnings) == ("created", [])
    order = Order.objects.get()
    assert (order.customer.number, order.po_number, order.channel) == ("C-1", "PO-4711", "xml")
    assert (order.net_amount, order.gross_amount) == (Decimal("946.00"), Decimal("1125.74"))
    assert order.source_document.read() == ORDER
    assert order.source_document.content_type == "application/xml"
    assert order.lines.first().buyer_reference == "1"
    assert order.ship_to is not None


@pytest.mark.django_db
def test_the_same_file_twice_makes_no_second_order(shop):
    (first,) = run(shop, ORDER, "a.xml")
    (again,) = run(shop, ORDER, "renamed.xml")
    assert (again.outcome, again.order) == ("known", first.order)
    assert Order.objects.count() == StoredDocument.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("C-1;1;NOPE;1;;", "“NOPE” is not in the catalog"),
        ("C-99;1;A-100;1;;", "“C-99” is not known"),
        ("C-1;1;A-100;-5;;", "-5 is not more than zero"),
        ("C-1;1;A-100;1;;SEK", "in SEK, but Acme Anlagenbau GmbH (C-1) buys in EUR"),
        ("C-1;1;A-100;1;;XXX", "in XXX"),
        ("C-1;1;A-100;1.190;;", "may mean 1190 or 1.190"),
        ("C-1;1;A-100;99999999999999;;", "99999999999999"),
        (f"C-1;{'9' * 61};A-100;1;;", "longer than 60"),
    ],
)
def test_each_bad_order_is_named_and_leaves_the_others_alone(shop, row, named):
    bad, good = run(shop, make.csv(HEAD, row, "C-1;2;A-230;5;;"))
    assert bad.outcome == "refused"
    assert any(named in problem for problem in bad.problems), bad.problems
    assert good.outcome == "created"
    assert Order.objects.get().po_number == "2"


@pytest.mark.django_db
def test_a_refused_order_is_tried_again_when_the_cause_is_mended(shop):
    content = make.csv(HEAD, "C-1;1;A-100;1;;", "C-1;2;NEW;1;;")
    assert [result.outcome for result in run(shop, content)] == ["created", "refused"]
    make.product(shop, "NEW")
    assert [result.outcome for result in run(shop, content)] == ["known", "created"]
    assert Order.objects.count() == 2


@pytest.mark.django_db
def test_our_price_counts_and_the_difference_is_told(shop):
    (result,) = run(shop, make.csv(HEAD, "C-1;1;A-100;1;80.00;EUR"))
    line = Order.objects.get().lines.get()
    assert line.unit_price == Decimal("86.00")
    assert "80" in line.price_note
    assert "ordered at 80.00, our price 86.00" in result.warnings[0]


@pytest.mark.django_db
def test_an_order_for_another_company_is_refused(shop):
    (result,) = run(shop, ORDER.replace(b"DE136695976", b"DE999999999"), "a.xml")
    assert result.outcome == "refused"
    assert "DE999999999" in result.problems[0]


@pytest.mark.django_db
def test_the_whole_file_is_refused(shop):
    with pytest.raises(PermissionMissing):
        run(shop, ORDER, by=make.user(shop, "billing"))
    with pytest.raises(InvalidInput):
        run(shop, b"<Order", "a.xml")
    shop.is_active = False
    shop.save()
    with pytest.raises(Conflict, match="closed"):
        run(shop, ORDER, "a.xml")
    assert not Order.objects.exists()
    assert not StoredDocument.objects.exists()


@pytest.mark.django_db
def test_statements_grow_only_by_the_numbers_taken(shop):
    rep = make.rep(shop)
    rep.may("orders.enter", shop.pk)

    def statements(count):
        rows = [f"C-1;{count}-{index};A-100;1;;" for index in range(count)]
        with CaptureQueriesContext(connection) as seen:
            run(shop, make.csv(HEAD, *rows), by=rep)
        return len(seen)

    few, many = statements(2), statements(50)
    assert many - few <= 48


@pytest.mark.django_db(transaction=True)
def test_beside_itself_one_order_comes(shop):
    rep, start, outcomes = make.rep(shop), Barrier(4), []

    def work():
        start.wait()
        try:
            outcomes.extend(result.outcome for result in run(shop, ORDER, "a.xml", by=rep))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created", "known", "known", "known"]
    assert Order.objects.count() == 1
