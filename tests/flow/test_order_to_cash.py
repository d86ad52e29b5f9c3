"""Scenarios in plain words, a business day at a time, across all stages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

import disputes.services as disputes
import dunning.services as dunning
import fulfillment.services as fulfillment
from core.actors import JobActor
from core.models import Event, OutboundMessage
from core.roles import Role
from credit.models import CreditHold
from dunning.models import DunningNotice, DunningNoticeItem
from invoicing.models import Invoice
from o2c import due, flow
from o2c.errors import BusinessError, Conflict
from orders.models import Order
from receivables.models import BankEntry, OpenItem
from reporting.reads.ageing import ageing
from reporting.reads.receivables import receivable_balance
from tests.world import MONDAY, World, set_limit, world

pytestmark = pytest.mark.django_db
ROBOT = JobActor("test")


@pytest.fixture
def here() -> World:
    return world()


def test_an_order_becomes_cash(here: World) -> None:
    """Monday: order, shipped, invoiced. Day 10: paid, matched by itself, nothing is owed."""
    order = here.submitted("5")
    assert order.state == "released"

    invoice_of = here.dispatched(here.picked(order))
    invoice = Invoice.objects.get(shipment=invoice_of)
    assert (invoice.state, invoice.gross_amount) == ("issued", Decimal("595.00"))
    assert Order.objects.get(pk=order.pk).state == "completed"
    assert receivable_balance(here.company, as_of=MONDAY) == Decimal("595.00")

    day_10 = MONDAY + timedelta(days=10)
    file = here.paid("595.00", f"Rechnung {invoice.number}", on=day_10)
    assert (file.state, file.matched_count) == ("booked", 1), file.message
    assert OpenItem.objects.get(invoice=invoice).outstanding_amount == 0
    assert receivable_balance(here.company, as_of=day_10) == 0
    assert ageing(here.company, as_of=day_10) == []

    (as_before,) = ageing(here.company, as_of=day_10 - timedelta(days=1))
    assert as_before.balance_amount == Decimal("595.00")
    told = set(Event.objects.along(order.correlation).values_list("name", flat=True))
    assert {"order.submitted", "credit.pass", "shipment.dispatched", "invoice.issued"} <= told


def test_an_order_over_the_limit_waits_and_is_freed_by_the_payment(here: World) -> None:
    """11,900 on a limit of 10,000 waits; the rep can't release it; a payment frees the next."""
    first = here.invoiced("80")
    held = here.submitted("10", on=MONDAY)
    assert (held.state, held.hold_reason) == ("on_hold", "credit")
    hold = CreditHold.objects.get(order=held)
    assert "710.00" in hold.decision.why
    assert held.hold_note == "The credit limit would be exceeded."  # a rep sees no figures

    with pytest.raises(BusinessError):
        flow.release_hold(hold.pk, reason="please", by=here.by(Role.SALES_REP), on=MONDAY)

    here.paid("9520.00", first.number or "", on=MONDAY + timedelta(days=1))
    held.refresh_from_db()
    assert held.state == "released"
    assert CreditHold.objects.get(pk=hold.pk).state == "cleared"


def test_a_credit_manager_releases_with_a_reason_and_only_once(here: World) -> None:
    set_limit(here, "100")
    held = here.submitted("2")
    hold = CreditHold.objects.get(order=held)
    by = here.by(Role.CREDIT_MANAGER)

    with pytest.raises(BusinessError, match="reason"):
        flow.release_hold(hold.pk, reason=" ", by=by, on=MONDAY)
    assert flow.release_hold(hold.pk, reason="Bank guarantee", by=by, on=MONDAY).state == "released"
    with pytest.raises(Conflict):
        flow.release_hold(hold.pk, reason="again", by=by, on=MONDAY)


def test_partial_shipment_backorder_and_rest(here: World) -> None:
    """120 ordered, 100 in stock: 100 go and are billed, the rest follows when goods arrive."""
    set_limit(here, "50000")
    order = here.submitted("120")
    first = here.dispatched(here.picked(order))
    assert Order.objects.get(pk=order.pk).state == "in_fulfilment"

    fulfillment.receive_stock(
        here.warehouse,
        [fulfillment.Receipt(product_id=here.article.pk, quantity=Decimal(50))],
        key="rest",
        by=here.by(Role.WAREHOUSE),
        on=MONDAY,
    )
    second = here.dispatched(here.picked(order))
    assert Order.objects.get(pk=order.pk).state == "completed"
    nets = [Invoice.objects.get(shipment=s).net_amount for s in (first, second)]
    assert nets == [Decimal("10000.00"), Decimal("2000.00")]


def test_a_credit_note_takes_the_invoice_back(here: World) -> None:
    invoice = here.invoiced("3")
    note = flow.credit_invoice(
        invoice.pk, reason="Wrong goods", by=here.by(Role.BILLING), on=MONDAY
    )
    assert note.gross_amount == invoice.gross_amount
    assert receivable_balance(here.company, as_of=MONDAY) == 0
    assert not OpenItem.objects.open().exists()


def test_dunning_day_by_day(here: World) -> None:
    """Due 1 April. Day 4 late: nothing; day 5: level 1; paid: never again."""
    invoice = here.invoiced("1")
    due_on = OpenItem.objects.get(invoice=invoice).due_on
    assert due_on == date(2026, 4, 1)
    finance = here.by(Role.FINANCE_MANAGER)

    run = flow.propose_dunning(here.company, by=ROBOT, on=due_on + timedelta(days=4))
    assert run.notices.count() == 0
    assert run.left_out == [{"reason": "not_yet", "items": 1, "amounts": {"EUR": "119.00"}}]

    day_5 = due_on + timedelta(days=5)
    run = flow.propose_dunning(here.company, by=ROBOT, on=day_5)
    assert [notice.level for notice in run.notices.all()] == [1]
    assert due.send_dunning(run.pk, on=day_5).done["reminder written"] == 0

    flow.approve_dunning(run.pk, by=finance, on=day_5, although_stale=True)
    assert due.send_dunning(run.pk, on=day_5).done["reminder written"] == 1
    assert due.send_dunning(run.pk, on=day_5).done["reminder written"] == 0
    run.refresh_from_db()
    assert run.state == "sent"
    assert OutboundMessage.objects.filter(kind="reminder").count() == 1

    here.paid("119.00", invoice.number or "", on=day_5 + timedelta(days=1))
    run = flow.propose_dunning(here.company, by=ROBOT, on=due_on + timedelta(days=30))
    assert run.notices.count() == 0


def test_a_reminder_is_dropped_when_the_money_comes_after_approval(here: World) -> None:
    invoice = here.invoiced("1")
    late = OpenItem.objects.get(invoice=invoice).due_on + timedelta(days=6)
    run = flow.propose_dunning(here.company, by=ROBOT, on=late)
    flow.approve_dunning(run.pk, by=here.by(Role.FINANCE_MANAGER), on=late, although_stale=True)
    here.paid("119.00", invoice.number or "", on=late)

    due.send_dunning(run.pk, on=late)
    assert DunningNotice.objects.get(run=run).state == "dropped"
    assert not OutboundMessage.objects.filter(kind="reminder").exists()


def test_disputed_and_held_items_are_left_out(here: World) -> None:
    invoice = here.invoiced("1")
    item = OpenItem.objects.get(invoice=invoice)
    late = item.due_on + timedelta(days=6)
    dispute = disputes.open_dispute(
        item.pk, amount=item.amount, reason="price", by=here.by(Role.COLLECTOR), on=late
    )
    run = flow.propose_dunning(here.company, by=ROBOT, on=late)
    assert [row["reason"] for row in run.left_out] == ["disputed"]

    disputes.resolve_dispute(
        dispute.pk,
        is_accepted=False,
        resolution="Price as agreed",
        by=here.by(Role.COLLECTOR),
        on=late,
    )
    dunning.hold(here.customer, until=late, reason="Promised", by=here.by(Role.COLLECTOR), on=late)
    run = flow.propose_dunning(here.company, by=ROBOT, on=late)
    assert [row["reason"] for row in run.left_out] == ["hold"]

    run = flow.propose_dunning(here.company, by=ROBOT, on=late + timedelta(days=1))
    assert DunningNoticeItem.objects.filter(notice__run=run, is_live=True).count() == 1


def test_who_proposes_does_not_approve(here: World) -> None:
    here.invoiced("1")
    late = MONDAY + timedelta(days=60)
    finance = here.by(Role.FINANCE_MANAGER)
    run = flow.propose_dunning(here.company, by=finance, on=late)
    with pytest.raises(BusinessError, match="somebody else"):
        flow.approve_dunning(run.pk, by=finance, on=late)


def test_a_number_inside_a_longer_one_pays_nothing(here: World) -> None:
    """“RE-0000011” is not “RE-000001”."""
    invoice = here.invoiced("1")
    here.paid(
        "119.00", f"{invoice.number}1", on=MONDAY, payer="Somebody", iban="DE12500105170648489890"
    )
    assert OpenItem.objects.get(invoice=invoice).outstanding_amount == Decimal("119.00")
    assert BankEntry.objects.to_match().count() == 1


def test_cancelling_frees_stock_and_hold(here: World) -> None:
    set_limit(here, "100")
    held = here.submitted("50")
    flow.cancel_order(
        held.pk, reason="Customer changed his mind", by=here.by(Role.SALES_REP), on=MONDAY
    )
    assert CreditHold.objects.get(order=held).state == "cleared"
    set_limit(here, "20000")
    assert here.submitted("100").state == "released"


def test_a_payment_matched_by_hand_frees_the_order_that_waited(here: World, client: Client) -> None:
    """The money came without a usable text; a person matches it, and the held order goes on."""
    first = here.invoiced("80")
    held = here.submitted("10")
    assert held.state == "on_hold"
    here.paid("9520.00", "Danke", on=MONDAY, payer="Treuhand", iban="DE12500105170648489890")
    entry = BankEntry.objects.to_match().get()

    client.force_login(here.by(Role.AR_ACCOUNTANT))
    item = OpenItem.objects.get(invoice=first)
    client.post(reverse("receivables:match", args=[entry.pk]), {"item": [item.pk]})
    assert OpenItem.objects.get(pk=item.pk).outstanding_amount == 0
    held.refresh_from_db()
    assert held.state == "released"
