"""Many at once: the same facts as one by one, all or none, with about the statements of one."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import fulfillment.services as fulfillment
from core.models import Event
from core.roles import Role
from core.services import run_job, start_job
from credit.models import CreditHold
from fulfillment.models import Reservation, Shipment, StockLevel
from invoicing.models import Invoice
from o2c import flow
from o2c.errors import BusinessError
from o2c.jobs import JOBS
from orders.models import Order
from receivables.models import JournalEntry, OpenItem
from tests.world import MONDAY, World, world

pytestmark = pytest.mark.django_db


def gone(here: World, count: int) -> list[Shipment]:
    """Dispatched shipments of an order each, not invoiced yet."""
    made = []
    for number in range(1, count + 1):
        shipment = here.picked(here.submitted(str(number)))
        made.append(
            fulfillment.dispatch(
                shipment.pk,
                carrier="DHL",
                tracking_number="1",
                by=here.by(Role.WAREHOUSE),
                on=MONDAY,
            )
        )
    return made


def statements(act) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def test_shipments_billed_together_are_billed_as_alone():
    here = world(stock="1000", limit="1000000")
    first, *others = gone(here, 6)
    alone = flow.bill_shipment(first.pk, by=flow.BILLING, on=MONDAY)
    made = flow.bill_shipments([one.pk for one in others], by=flow.BILLING, on=MONDAY)
    numbers = [int(one.number.rpartition("-")[2]) for one in (alone, *made)]
    assert numbers == list(range(numbers[0], numbers[0] + 6))
    for count, invoice in enumerate((alone, *made), start=1):
        invoice.refresh_from_db()
        assert invoice.state == "issued"
        assert invoice.net_amount == Decimal(count * 100)
        assert invoice.buyer == alone.buyer
        assert invoice.terms_text == alone.terms_text
        assert [part.amount for part in invoice.instalments.all()] == [invoice.gross_amount]
        item = OpenItem.objects.get(invoice=invoice)
        assert item.amount == invoice.gross_amount
        assert item.references.filter(token=invoice.payment_reference).exists()
        names = Event.objects.filter(subject_type="invoicing.invoice", subject_id=invoice.pk)
        assert sorted(names.values_list("name", flat=True)) == [
            "invoice.booked",
            "invoice.drafted",
            "invoice.issued",
        ]


def test_billed_again_they_are_the_same():
    here = world(stock="1000", limit="1000000")
    keys = [one.pk for one in gone(here, 3)]
    known = flow.bill_shipment(keys[1], by=flow.BILLING, on=MONDAY)
    made = flow.bill_shipments(keys, by=flow.BILLING, on=MONDAY)
    again = flow.bill_shipments(keys, by=flow.BILLING, on=MONDAY)
    assert [one.pk for one in made] == [one.pk for one in again]
    assert made[1].pk == known.pk
    assert JournalEntry.objects.filter(source_key__startswith="invoice:").count() == 3


def test_one_that_is_refused_refuses_all():
    here = world(stock="1000", limit="1000000")
    keys = [one.pk for one in gone(here, 2)]
    at_home = here.picked(here.submitted("3"))
    with pytest.raises(BusinessError):
        flow.bill_shipments([*keys, at_home.pk], by=flow.BILLING, on=MONDAY)
    assert not Invoice.objects.exists()


def test_fifty_are_billed_with_less_than_three_times_the_statements_of_one():
    here = world(stock="10000", limit="10000000")
    keys = [one.pk for one in gone(here, 51)]
    one = statements(lambda: flow.bill_shipment(keys[0], by=flow.BILLING, on=MONDAY))
    fifty = statements(lambda: flow.bill_shipments(keys[1:], by=flow.BILLING, on=MONDAY))
    assert fifty < 3 * one


def drafts(here: World, count: int) -> list[int]:
    """Draft orders for 1, 2, 3 … pieces."""
    return [here.order(str(number)).pk for number in range(1, count + 1)]


def names_of(subject) -> list[str]:
    """Names of what was recorded about a row."""
    events = Event.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=subject.pk
    ).order_by("pk")
    return [event.name for event in events]


def test_orders_submitted_together_are_released_and_reserved_as_alone():
    here = world(stock="5", limit="1000000")
    first, *others = drafts(here, 4)
    rep = here.by(Role.SALES_REP)
    alone = flow.submit_order(first, by=rep, on=MONDAY)
    made = flow.submit_orders(others, by=rep, on=MONDAY)
    held = Reservation.objects.values_list("order_line__order", "quantity")
    assert dict(held) == {alone.pk: 1, others[0]: 2, others[1]: 2}
    for order in (alone, *made):
        order.refresh_from_db()
        assert order.state == "released"
        assert names_of(order) == names_of(alone)
        assert order.lines.get().promised_on == alone.lines.get().promised_on
        assert order.credit_decisions.get().outcome == "pass"
    exposures = [
        Decimal(one.credit_decisions.get().figures["exposure"]["ordered_amount"])
        for one in (alone, *made)
    ]
    assert exposures == [Decimal(cents) / 100 for cents in (0, 11900, 35700, 71400)]


def test_of_two_orders_with_room_for_one_the_first_passes():
    here = world(stock="100", limit="400")
    keys = [here.order("2").pk, here.order("2").pk, here.order("1").pk]
    made = flow.submit_orders(keys, by=here.by(Role.SALES_REP), on=MONDAY)
    assert [order.state for order in made] == ["released", "on_hold", "released"]
    assert CreditHold.objects.get().order_id == keys[1]


def test_one_incomplete_order_keeps_all_drafts():
    here = world(limit="1000000")
    keys = drafts(here, 2)
    flow.submit_order(keys[1], by=here.by(Role.SALES_REP), on=MONDAY)
    with pytest.raises(BusinessError):
        flow.submit_orders(keys, by=here.by(Role.SALES_REP), on=MONDAY)
    assert Order.objects.get(pk=keys[0]).state == "draft"


def test_shipments_sent_together_leave_as_alone():
    here = world(stock="100", limit="1000000")
    stockman = here.by(Role.WAREHOUSE)
    orders = [here.submitted(str(number)) for number in (3, 4, 5)]
    alone = here.picked(orders[0])
    fulfillment.dispatch(alone.pk, carrier="DHL", tracking_number="1", by=stockman, on=MONDAY)
    picked = fulfillment.create_shipments_from(
        here.warehouse, [one.pk for one in orders[1:]], by=stockman, on=MONDAY
    )
    part = {picked[1].lines.get().pk: Decimal(2)}
    parcels = [
        fulfillment.Parcel(picked[0].pk, "DHL", "2"),
        fulfillment.Parcel(picked[1].pk, "DPD", "3", part),
    ]
    sent = fulfillment.dispatch_all(parcels, by=stockman, on=MONDAY)
    level = StockLevel.objects.get(product=here.article)
    assert (level.on_hand, level.reserved) == (100 - 3 - 4 - 2, 3)
    alone.refresh_from_db()
    for shipment in sent:
        shipment.refresh_from_db()
        assert shipment.state == "dispatched"
        assert shipment.dispatched_on == MONDAY
        assert names_of(shipment) == names_of(alone)
        assert shipment.ship_to == alone.ship_to
    assert [shipment.tracking_number for shipment in sent] == ["2", "3"]
    states = [Order.objects.get(pk=one.pk).state for one in orders]
    assert states == ["completed", "completed", "in_fulfilment"]


def test_two_shipments_of_one_order_leave_in_one_batch():
    here = world(stock="100", limit="1000000")
    stockman = here.by(Role.WAREHOUSE)
    order = here.submitted("5")
    line = order.lines.get()
    picked = [
        fulfillment.create_shipment(
            order.pk,
            warehouse=here.warehouse,
            quantities={line.pk: Decimal(quantity)},
            by=stockman,
            on=MONDAY,
        )
        for quantity in (2, 3)
    ]
    parcels = [fulfillment.Parcel(one.pk, "DHL", "1") for one in picked]
    sent = fulfillment.dispatch_all(parcels, by=stockman, on=MONDAY)
    made = flow.bill_shipments([one.pk for one in sent], by=flow.BILLING, on=MONDAY)
    order.refresh_from_db()
    assert order.state == "completed"
    assert names_of(order).count("order.completed") == 1
    assert sum(invoice.net_amount for invoice in made) == order.net_amount
    assert not Reservation.objects.exists()


def test_one_shipment_that_has_left_keeps_the_others_in_the_house():
    here = world(stock="100", limit="1000000")
    stockman = here.by(Role.WAREHOUSE)
    left, waiting = gone(here, 1)[0], here.picked(here.submitted("2"))
    parcels = [fulfillment.Parcel(one.pk, "DHL", "1") for one in (waiting, left)]
    with pytest.raises(BusinessError):
        fulfillment.dispatch_all(parcels, by=stockman, on=MONDAY)
    waiting.refresh_from_db()
    assert waiting.state == "picking"


def test_fifty_orders_take_less_than_three_times_the_statements_of_one():
    here = world(stock="10000", limit="10000000")
    keys = [here.order("1").pk for _number in range(51)]
    rep, stockman = here.by(Role.SALES_REP), here.by(Role.WAREHOUSE)
    rep.company_ids(), stockman.company_ids()

    def three_acts(pks):
        flow.submit_orders(pks, by=rep, on=MONDAY)
        picked = fulfillment.create_shipments_from(here.warehouse, pks, by=stockman, on=MONDAY)
        parcels = [fulfillment.Parcel(one.pk, "DHL", "1") for one in picked]
        sent = fulfillment.dispatch_all(parcels, by=stockman, on=MONDAY)
        flow.bill_shipments([one.pk for one in sent], by=flow.BILLING, on=MONDAY)

    three_acts(keys[:1])
    another = here.order("1").pk
    one = statements(lambda: three_acts([another]))
    fifty = statements(lambda: three_acts(keys[1:]))
    assert fifty < 3 * one
    assert Invoice.objects.filter(state="issued").count() == 52


def test_a_job_submits_many_and_names_the_one_that_is_refused():
    here = world(stock="1000", limit="1000000")
    rep = here.by(Role.SALES_REP)
    keys = drafts(here, 3)
    flow.submit_order(keys[1], by=rep, on=MONDAY)
    rows = [[pk, f"order {pk}", ""] for pk in keys]
    job = start_job(
        here.company, "orders.submit", "Submit", {"rows": rows, "reason": ""}, by=rep, token="t"
    )
    run_job(job.pk, JOBS)
    job.refresh_from_db()
    assert (job.done_count, job.failed_count) == (2, 1)
    assert job.rows.get(key=str(keys[1])).state == "failed"
    assert set(Order.objects.values_list("state", flat=True)) == {"released"}
