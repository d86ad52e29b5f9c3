"""Beside itself: twenty people at the same moment, on real transactions."""

from decimal import Decimal

import pytest

import fulfillment.services as fulfillment
from core.models import NumberSeries
from core.roles import Role
from credit.models import CreditHold
from fulfillment.models import StockLevel
from invoicing.models import Invoice
from o2c import flow
from o2c.demo.bank import Bank, Payment
from o2c.errors import BusinessError
from orders.models import Order
from receivables.models import BankFile
from tests.core.threads import beside_itself
from tests.world import CUSTOMER_IBAN, MONDAY, World, world

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_orders_with_room_for_one() -> None:
    """Limit 150: each order is 119, so exactly one passes and nineteen are held."""
    here = world(limit="150")
    drafts = [here.order("1") for _ in range(20)]
    rep = here.by(Role.SALES_REP)
    results = beside_itself(
        lambda n: flow.submit_order(drafts[n].pk, by=rep, on=MONDAY).state, threads=20
    )
    assert sorted(results) == ["on_hold"] * 19 + ["released"]
    assert CreditHold.objects.open().count() == 19


def test_twenty_ship_the_last_piece() -> None:
    """One piece in stock, twenty orders: one gets it, nobody oversells."""
    here = world(limit="100000", stock="1")
    drafts = [here.order("1") for _ in range(20)]
    rep = here.by(Role.SALES_REP)
    beside_itself(lambda n: flow.submit_order(drafts[n].pk, by=rep, on=MONDAY), threads=20)
    results = beside_itself(lambda n: here.dispatched(here.picked(drafts[n])), threads=20)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (0, 0)
    assert Invoice.objects.count() == 1


def test_twenty_issue_invoices_without_gap_or_twin() -> None:
    here = world(limit="100000")
    shipments = [here.picked(here.submitted("1")) for _ in range(20)]
    results = beside_itself(lambda n: here.dispatched(shipments[n]), threads=20)
    assert not [result for result in results if isinstance(result, Exception)]
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    series = NumberSeries.objects.get(company=here.company, kind="invoice")
    assert numbers == [f"{series.prefix}{n:0{series.digits}d}" for n in range(1, 21)]
    assert series.next_value == 21


def test_one_shipment_dispatched_twenty_times_leaves_once() -> None:
    here = world()
    shipment = here.picked(here.submitted("1"))
    results = beside_itself(lambda n: here.dispatched(shipment), threads=20)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert Invoice.objects.count() == 1


def test_one_order_submitted_twenty_times_is_submitted_once() -> None:
    here = world()
    draft, rep = here.order("1"), here.by(Role.SALES_REP)
    results = beside_itself(
        lambda n: flow.submit_order(draft.pk, by=rep, on=MONDAY).state, threads=20
    )
    assert [result for result in results if result == "released"] == ["released"]
    assert Order.objects.get().state == "released"


def test_one_bank_file_imported_twenty_times_books_once() -> None:
    here = world()
    invoice = here.invoiced("1")
    files = beside_itself(lambda n: _import_same(here, invoice.number or ""), threads=20)
    states = sorted(file.state for file in files if not isinstance(file, Exception))
    assert states.count("booked") == 1, files
    assert set(states) <= {"booked", "known"}


def _import_same(here: World, number: str) -> BankFile:
    content = Bank(here.company.iban, "EUR").statement(
        MONDAY, [Payment(Decimal("119.00"), here.customer.name, CUSTOMER_IBAN, number)]
    )
    return flow.import_statement(
        here.company, content, filename="same.xml", by=here.by(Role.AR_ACCOUNTANT), on=MONDAY
    )


def test_batches_over_the_same_orders_beside_each_other() -> None:
    """Ten batches of the same six orders, each in another order: one wins, room for three."""
    here = world(limit="400", stock="2")
    keys = [here.order("1").pk for _ in range(6)]
    rep, stockman = here.by(Role.SALES_REP), here.by(Role.WAREHOUSE)
    turned = [keys[n % 6 :] + keys[: n % 6] for n in range(10)]
    results = beside_itself(lambda n: flow.submit_orders(turned[n], by=rep, on=MONDAY), threads=10)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert all(isinstance(one, (list, BusinessError)) for one in results)
    assert sorted(Order.objects.values_list("state", flat=True)) == (
        ["on_hold"] * 3 + ["released"] * 3
    )
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (2, 2)
    picked = [
        here.picked(order)
        for order in Order.objects.filter(lines__reservations__quantity__gt=0).distinct()
    ]
    parcels = [fulfillment.Parcel(one.pk, "DHL", "1") for one in picked]
    beside_itself(
        lambda n: fulfillment.dispatch_all(parcels[:: 1 - n % 2 * 2], by=stockman, on=MONDAY),
        threads=10,
    )
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (0, 0)
    results = beside_itself(
        lambda n: flow.bill_shipments(
            [one.pk for one in picked][:: 1 - n % 2 * 2], by=flow.BILLING, on=MONDAY
        ),
        threads=10,
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert Invoice.objects.filter(state="issued").count() == len(picked) == 2
