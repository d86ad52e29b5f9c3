"""Deliveries not billed yet: how old, by which policy, refused or waiting for their time."""

from csv import DictReader
from datetime import timedelta

import pytest
from django.urls import reverse

import receivables.services as receivables
from fulfillment.models import Shipment
from invoicing.rules import billing_period
from invoicing.services import shipments_wanting_invoice
from o2c import flow
from o2c.errors import BusinessError
from reporting.worklist import worklist
from tests import make as base
from tests.invoicing import make
from tests.invoicing.make import JOB, Wanted

pytestmark = pytest.mark.django_db
PAGE = "invoicing:unbilled"


@pytest.fixture
def here():
    """The company, its clerk, and one delivery of each standing."""
    buyer = make.world()
    company = buyer.company
    receivables.set_up_ledger(company)
    today = company.today()

    def left(policy, *lines, days=0) -> Shipment:
        order = make.an_order(buyer, *lines, billing_policy=policy)
        on = today - timedelta(days=days)
        return Shipment.objects.get(pk=make.a_shipment(order, on=on).pk)

    class Here:
        clerk = base.user_with("billing", company)
        month, order = left("month"), left("order")
        old = left("month", days=40)
        bad = left("shipment", Wanted(vat_category="E", vat_rate="0"), days=3)

    Here.company, Here.today = company, today
    with pytest.raises(BusinessError) as refused:
        flow.bill_shipment(Here.bad.pk, by=JOB, on=today)
    flow.tell_unbilled([Here.bad.pk], refused.value, by=JOB, on=today)
    return Here


def numbers(client, **query) -> set[str]:
    page = client.get(reverse(PAGE), query)
    return {row.record.number for row in page.context["table"].rows}


def test_tabs_part_what_is_refused_from_what_waits(client, here):
    client.force_login(here.clerk)
    every = {one.number for one in (here.month, here.order, here.old, here.bad)}
    assert numbers(client) == every
    assert numbers(client, standing="refused") == {here.bad.number}
    assert numbers(client, standing="waiting") == {here.month.number, here.order.number}
    assert numbers(client, standing="now") == {here.old.number, here.bad.number}
    assert numbers(client, policy="order") == {here.order.number}
    counts = {str(tab.label): tab.count for tab in client.get(reverse(PAGE)).context["tab_links"]}
    assert counts == {"All": None, "Refused": 1, "Waiting for period or order": 2}


def test_each_says_what_it_waits_for_how_old_it_is_and_by_which_policy(client, here):
    client.force_login(here.clerk)
    page = client.get(reverse(PAGE), {"export": "csv"})
    text = b"".join(page.streaming_content).decode("utf-8-sig")
    rows = {row["Shipment"]: row for row in DictReader(text.splitlines())}
    said = {number: row["Why not yet"] for number, row in rows.items()}
    ends = billing_period("month", here.today)[1] + timedelta(days=1)
    assert "waits for the end of its month" in said[here.month.number]
    assert str(ends.year) in said[here.month.number]
    assert "waits for the rest of its order" in said[here.order.number]
    assert "will be billed by itself" in said[here.old.number]
    old, bad = rows[here.old.number], said[here.bad.number]
    assert (old["Age, days"], old["Policy"]) == ("40", "all deliveries of a month together")
    assert bad.startswith("Refused: ")
    assert "BR-E-10" in bad


@pytest.mark.parametrize(("sort", "place"), [("-age", 0), ("age", -1), ("dispatched_on", 0)])
def test_they_are_sorted_by_age(client, here, sort, place):
    client.force_login(here.clerk)
    rows = client.get(reverse(PAGE), {"sort": sort}).context["table"].rows
    assert [row.record.age for row in rows][place] == 40


def test_what_waits_for_its_month_is_no_work_yet(here):
    found = shipments_wanting_invoice(here.company, on=here.today)
    assert list(found) == [here.old, here.bad]
    queues = {queue.key: queue for queue in worklist(here.company, here.clerk)}
    assert queues["unbilled"].count == 1
    assert queues["unbilled"].url.endswith("?standing=refused")
