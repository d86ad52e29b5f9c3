"""Many at once: the same facts as one by one, all or none, with about the statements of one."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import fulfillment.services as fulfillment
from core.models import Event
from core.roles import Role
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c import flow
from o2c.errors import BusinessError
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
