"""Deposits in plain words, a business day at a time: asked, paid, shipped, credited, paid up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

import invoicing.services as invoicing
from core.roles import Role
from invoicing.models import Invoice
from invoicing.services import CreditPart, StepDraft
from o2c import due, flow
from orders.models import Order
from receivables.models import JournalLine, OpenItem
from reporting.reads.receivables import receivable_balance
from reporting.reads.sales import sales
from tests.world import MONDAY, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def _plan(here: World, order_pk: int, *drafts: StepDraft) -> None:
    invoicing.plan_steps(order_pk, drafts, by=here.by(Role.BILLING), on=MONDAY)


def _sweep(here: World, day: int) -> None:
    on = MONDAY + timedelta(days=day)
    report = due.run_due([here.company], on=on, with_jobs=False)
    assert not [one for one in report.failures if one["work"] == "billing step billed"]


def _booked(here: World, role: str) -> Decimal:
    lines = JournalLine.objects.filter(account__company=here.company, account__role=role)
    return lines.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def test_an_order_with_a_deposit_and_a_part_payment_becomes_cash(here: World) -> None:
    order = here.submitted("10")  # 1,000.00 net
    second = _asked_for_in_two_parts(here, order.pk)
    final = _shipped_and_billed(here, order)
    paid_on = _one_piece_credited_and_the_rest_paid(here, second, final)
    assert receivable_balance(here.company, as_of=paid_on) == 0


def _asked_for_in_two_parts(here: World, order_pk: int) -> Invoice:
    """Days 0 to 7: two parts are asked for, the first is paid. The second's invoice."""
    in_a_week = MONDAY + timedelta(days=7)
    _plan(
        here,
        order_pk,
        StepDraft("On order", share=Decimal("0.3")),
        StepDraft("A week on", trigger="date", due_on=in_a_week, net_amount=Decimal(200)),
    )

    # Monday: the deposit of 30 % is asked for by itself, the other waits for its day.
    _sweep(here, 0)
    deposit = Invoice.objects.get()
    assert (deposit.kind, deposit.gross_amount) == ("deposit", Decimal("357.00"))
    _sweep(here, 6)
    assert Invoice.objects.count() == 1

    # Day 6: the deposit is paid, found by its number.
    file = here.paid("357.00", f"Anzahlung {deposit.number}", on=MONDAY + timedelta(days=6))
    assert file.matched_count == 1, file.message
    assert receivable_balance(here.company, as_of=MONDAY + timedelta(days=6)) == 0

    # Day 7: the second is asked for. Nothing is sold yet.
    _sweep(here, 7)
    second = Invoice.objects.exclude(pk=deposit.pk).get()
    assert second.gross_amount == Decimal("238.00")
    assert _sold(here) == []
    assert _booked(here, "advance") == Decimal("-500.00")
    return second


def _sold(here: World) -> list[Decimal]:
    last = MONDAY + timedelta(days=30)
    return [row.net_amount for row in sales(here.company, by="customer", first=MONDAY, last=last)]


def _shipped_and_billed(here: World, order: Order) -> Invoice:
    # Day 9: shipped. The invoice is over everything and asks for the rest; 238.00 stay claimable.
    day_9 = MONDAY + timedelta(days=9)
    shipment = here.dispatched(here.picked(order, on=day_9), on=day_9)
    final = Invoice.objects.get(shipment=shipment, kind="invoice")
    assert (final.gross_amount, final.payable_amount) == (Decimal("1190.00"), Decimal("595.00"))
    assert receivable_balance(here.company, as_of=day_9) == Decimal("833.00")
    assert (_booked(here, "advance"), _booked(here, "vat")) == (0, Decimal("-190.00"))
    assert _sold(here) == [Decimal("1000.00")]
    return final


def _one_piece_credited_and_the_rest_paid(here: World, second: Invoice, final: Invoice) -> date:
    # Day 12: one piece was broken and is credited; the rest is paid in one sum.
    day_12 = MONDAY + timedelta(days=12)
    line = final.lines.get()
    note = flow.credit_parts(
        final.pk,
        lines={line.pk: CreditPart(quantity=Decimal(1))},
        charges={},
        reason="Broken",
        by=here.by(Role.BILLING),
        on=day_12,
    )
    assert note.gross_amount == Decimal("119.00")
    here.paid("714.00", f"{second.number} {final.number}", on=day_12)
    assert not OpenItem.objects.filter(customer=here.customer).open().exists()
    return day_12


def test_a_deposit_that_is_not_paid_is_reminded_like_any_invoice(here: World) -> None:
    order = here.submitted("10")
    _plan(here, order.pk, StepDraft("On order", share=Decimal("0.3")))
    _sweep(here, 0)
    deposit = Invoice.objects.get()
    late = MONDAY + timedelta(days=60)
    run = flow.propose_dunning(here.company, by=here.by(Role.COLLECTOR), on=late)
    reminded = run.notices.get().items.get().item
    assert reminded.invoice == deposit
