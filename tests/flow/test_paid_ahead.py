"""Money before the invoice, in plain words: for its order, taken by its invoices, freed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Notification
from core.roles import Role
from credit.exposure import exposures_of
from credit.rules import Exposure
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.services import StepDraft, plan_steps
from o2c import due, flow
from o2c.demo.bank import Payment
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from orders.models import Order
from receivables.models import BankEntry, BankMatch, OpenItem, OrderAdvance
from receivables.rules.facts import Confidence
from receivables.services.lookups import cases_of
from tests import make
from tests.world import CUSTOMER_IBAN, MONDAY, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def _ahead(here: World, order: Order, amount: str = "1190.00", text: str = "") -> BankMatch | None:
    """The customer pays before the invoice; the match, if it was made by itself."""
    here.paid(amount, text or f"Vorkasse {order.number}", on=MONDAY)
    return BankMatch.objects.filter(undone_at=None).order_by("-pk").first()


def _left(order: Order) -> Decimal:
    """What is paid ahead for an order still."""
    rows = OrderAdvance.objects.with_rest().filter(order=order).select_related("item")
    return -sum((row.item.outstanding_amount for row in rows), Decimal(0))


def _open_of(invoice: Invoice) -> Decimal:
    rows = OpenItem.objects.filter(invoice=invoice)
    return sum((item.outstanding_amount for item in rows), Decimal(0))


def _exposure(here: World) -> Exposure:
    rows = Customer.objects.filter(pk=here.customer.pk)
    return exposures_of(rows, on=MONDAY)[here.customer.pk]


def _shipped(here: World, order: Order, quantity: str = "") -> Invoice:
    shipment = here.picked(order)
    lines = {line.pk: Decimal(quantity) for line in shipment.lines.all()} if quantity else None
    flow.dispatch_shipment(
        shipment.pk, carrier="DHL", tracking_number="1", quantities=lines,
        by=here.by(Role.WAREHOUSE), on=MONDAY,
    )  # fmt: skip
    return Invoice.objects.filter(shipment=shipment).get()


def test_an_order_paid_ahead_is_paid_when_it_is_invoiced(here: World, client: Client) -> None:
    order = here.submitted("10")
    made = _ahead(here, order)
    assert made is not None
    assert (made.way, made.confidence) == ("auto", "strong")
    assert {"code": "order", "value": order.number} in made.evidence
    assert _left(order) == Decimal("1190.00")
    seen = _exposure(here)  # ordered once, paid once
    assert (seen.ordered_amount, seen.unapplied_amount) == (Decimal("1190.00"), Decimal("1190.00"))
    told = Notification.objects.filter(title__contains=order.number)
    assert {"VAT on it is due" in one.body for one in told} == {True}

    client.force_login(here.by(Role.AR_ACCOUNTANT))
    for url in (
        reverse("receivables:order_panel", args=[order.pk]),
        reverse("receivables:customer_panel", args=[here.customer.pk]),
        reverse("receivables:account", args=[here.customer.pk]),
        made.payment_item.get_absolute_url(),
    ):
        page = client.get(url).content.decode()
        assert "1,190.00" in page
        assert "Paid in advance" in page or "waits for the invoice" in page

    invoice = _shipped(here, order)
    assert (_open_of(invoice), _left(order)) == (0, 0)
    for _again in range(2):
        assert receivables.take_advance(invoice.pk, by=here.by(Role.BILLING)) == 0
    seen = _exposure(here)
    assert (seen.ordered_amount, seen.not_due_amount, seen.unapplied_amount) == (0, 0, 0)


def test_part_invoices_take_it_in_turn_and_the_rest_is_freed_with_the_last(here: World) -> None:
    order = here.submitted("10")
    (waiting,) = _waiting(here, order, "1300.00")
    clerk = here.by(Role.AR_ACCOUNTANT)
    case = cases_of(here.company, [waiting])[0]
    first = case.decide().proposals[0]
    assert (first.order_id, first.confidence) == (order.pk, Confidence.LIKELY)
    (key, _proposal), *_others = receivables.propose(waiting).rows
    flow.accept_match(waiting.pk, key=key, by=clerk, on=MONDAY)
    one = _shipped(here, order, "4")
    assert (_open_of(one), _left(order)) == (0, Decimal("824.00"))
    two = _shipped(here, order)
    assert (_open_of(two), _left(order)) == (0, Decimal("110.00"))
    due.run_due([here.company], on=MONDAY, with_jobs=False)
    assert OrderAdvance.objects.get().freed_because == "billed"
    assert Notification.objects.filter(user=clerk, title__contains="are free").exists()


def test_two_payments_of_one_file_do_not_both_pay_an_order(here: World) -> None:
    order = here.submitted("10")
    both = [
        Payment(Decimal("1190.00"), here.customer.name, CUSTOMER_IBAN, f"{order.number} {text}")
        for text in ("Vorkasse", "nochmals")
    ]
    flow.import_statement(
        here.company, here.bank.statement(MONDAY, both), filename="both.xml",
        by=here.by(Role.AR_ACCOUNTANT), on=MONDAY,
    )  # fmt: skip
    assert OrderAdvance.objects.count() == 1
    (second,) = BankEntry.objects.filter(is_settled=False)
    best = receivables.propose(second).rows[0][1]
    assert (best.order_id, best.confidence) == (order.pk, Confidence.LIKELY)


def test_a_collective_invoice_takes_no_more_than_it_asks_for_the_order(here: World) -> None:
    Customer.objects.filter(pk=here.customer.pk).update(billing_policy="month")
    here.customer.refresh_from_db()
    mine, other = here.submitted("4"), here.submitted("6")
    clerk = here.by(Role.AR_ACCOUNTANT)
    for amount in ("476.00", "300.00"):  # the second is too much
        here.paid(amount, "Zahlung", on=MONDAY)
        (waiting,) = BankEntry.objects.filter(is_settled=False)
        made = flow.match_entry(
            waiting.pk, shares=(), customer_id=here.customer.pk, by=clerk, on=MONDAY
        )
        assert made.payment_item is not None
        receivables.bind_advance(made.payment_item.pk, mine.pk, by=clerk, on=MONDAY)
    for order in (mine, other):
        here.dispatched(here.picked(order))
    (invoice,) = flow.bill_customer(
        here.customer.pk, by=here.by(Role.BILLING), on=MONDAY + timedelta(days=31)
    )
    assert invoice.order_id is None
    assert (_open_of(invoice), _left(mine)) == (Decimal("714.00"), Decimal("300.00"))
    assert receivables.take_advance(invoice.pk, by=here.by(Role.BILLING)) == 0


def _waiting(here: World, order: Order, amount: str) -> list[BankEntry]:
    here.paid(amount, f"Auftrag {order.number}", on=MONDAY)
    return list(BankEntry.objects.filter(company=here.company, is_settled=False))


def test_a_cancelled_order_gives_its_money_back_to_the_account(here: World) -> None:
    order = here.submitted("10", po_number="4500012345")
    _ahead(here, order, text="Bestellung 4500012345")  # the customer's own number
    assert _left(order) == Decimal("1190.00")
    held, clerk = OrderAdvance.objects.get().item_id, here.by(Role.AR_ACCOUNTANT)
    words = {"note": "x", "by": clerk, "on": MONDAY}
    with pytest.raises(Conflict, match="free it there first"):
        receivables.propose_bank_refund(held, amount=Decimal("1190.00"), **words)
    rule = {"refund_after_days": 1, "by": here.by(Role.FINANCE_MANAGER), "on": MONDAY}
    receivables.set_account_policy(here.company, is_duplicate_refunded=True, **rule)
    much_later = MONDAY + timedelta(days=90)
    assert receivables.propose_bank_refunds(here.company, by=clerk, on=much_later) == []
    flow.cancel_order(order.pk, reason="No need", by=here.by(Role.SALES_MANAGER), on=MONDAY)
    advance = OrderAdvance.objects.select_related("item").get()
    assert (advance.freed_because, _left(order)) == ("cancelled", 0)
    assert advance.item.outstanding_amount == Decimal("-1190.00")
    assert "give it back" in Notification.objects.filter(title__contains="are free")[0].body
    with pytest.raises(Conflict, match="cancelled"):
        receivables.bind_advance(
            advance.item_id, order.pk, by=here.by(Role.AR_ACCOUNTANT), on=MONDAY
        )


def test_undoing_takes_it_apart(here: World) -> None:
    order = here.submitted("10")
    made = _ahead(here, order)
    assert made is not None
    invoice, clerk = _shipped(here, order), here.by(Role.AR_ACCOUNTANT)
    flow.undo_match(made.pk, by=clerk, on=MONDAY)
    assert _open_of(invoice) == Decimal("1190.00")
    assert OrderAdvance.objects.get().freed_because == "undone"
    # on the account, and taken apart there: nothing takes it again by itself
    flow.match_entry(
        made.bank_entry_id, shares=(), customer_id=here.customer.pk, by=clerk, on=MONDAY
    )
    again = BankMatch.objects.get(undone_at=None)
    other = here.submitted("10")
    item = again.payment_item
    assert item is not None
    for _twice in range(2):
        bound = receivables.bind_advance(item.pk, other.pk, by=clerk, on=MONDAY)
    with pytest.raises(Conflict, match="free it there first"):
        receivables.bind_advance(item.pk, here.submitted("1").pk, by=clerk, on=MONDAY)
    with pytest.raises(PermissionMissing):
        receivables.free_advance(bound.pk, by=here.by(Role.WAREHOUSE), on=MONDAY)
    billed = _shipped(here, other)
    assert _open_of(billed) == 0
    receivables.unapply_match(again.pk, by=clerk, on=MONDAY)
    due.run_due([here.company], on=MONDAY, with_jobs=False)
    assert _open_of(billed) == Decimal("1190.00")
    with pytest.raises(Conflict, match="in full"):
        receivables.bind_advance(item.pk, other.pk, by=clerk, on=MONDAY)


def test_a_deposit_invoice_is_paid_by_what_was_paid_ahead(here: World, client: Client) -> None:
    order = here.submitted("10")
    _plan_a_third(here, order)
    made = _ahead(here, order, "357.00")  # what the deposit of the plan will ask
    assert made is not None
    assert made.confidence == "strong"
    advance = OrderAdvance.objects.get()
    deposit = flow.bill_advance(advance.pk, by=here.by(Role.BILLING), on=MONDAY)
    assert (deposit.gross_amount, _open_of(deposit)) == (Decimal("357.00"), 0)
    with pytest.raises(Conflict, match="Nothing of this payment"):
        flow.bill_advance(advance.pk, by=here.by(Role.BILLING), on=MONDAY)
    seen = _exposure(here)  # 1,190 ordered, of that 357 paid
    assert (seen.ordered_amount, seen.unapplied_amount) == (Decimal("833.00"), 0)
    _ahead(here, order, "100.00")  # a further one, which nothing asks: waits for a person
    (waiting,) = BankEntry.objects.filter(is_settled=False)
    made = flow.accept_match(
        waiting.pk, key=receivables.propose(waiting).rows[0][0],
        by=here.by(Role.AR_ACCOUNTANT), on=MONDAY,
    )  # fmt: skip
    second = flow.bill_advance(
        OrderAdvance.objects.get(item=made.payment_item).pk, by=here.by(Role.BILLING), on=MONDAY
    )
    assert (second.gross_amount, _open_of(second)) == (Decimal("100.00"), 0)
    final = _shipped(here, order)
    assert _open_of(final) == Decimal("733.00")
    client.force_login(here.by(Role.BILLING))
    answer = client.post(reverse("receivables:bill_advance", args=[advance.pk]))
    assert answer.status_code in (302, 409)


def _plan_a_third(here: World, order: Order) -> None:
    later = MONDAY + timedelta(days=30)
    draft = StepDraft("On order", trigger="date", due_on=later, share=Decimal("0.3"))
    plan_steps(order.pk, [draft], by=here.by(Role.BILLING), on=MONDAY)


def test_what_is_doubtful_is_only_proposed(here: World) -> None:
    order, clerk = here.submitted("10"), here.by(Role.AR_ACCOUNTANT)
    stranger = make.customer(here.company, "Fremde Firma GmbH")
    stranger.bank_accounts.create(iban="DE02120300000000202051")
    for text, amount, iban in (
        (f"{order.number}", "500.00", ""),  # another sum
        (f"{order.number}", "1190.00", "DE02120300000000202051"),  # another known payer
        (f"Rueckzahlung {order.number}", "1190.00", ""),  # speaks of money back
        ("999999", "1190.00", ""),  # no number of ours
    ):
        here.paid(amount, text, on=MONDAY, iban=iban, payer="Somebody Ltd" if iban else "")
    assert not BankMatch.objects.exists()
    assert not OrderAdvance.objects.exists()
    # an invoice of the same sum makes it ambiguous
    other = here.invoiced("10")
    here.paid("1190.00", order.number, on=MONDAY)
    assert _open_of(other) == Decimal("1190.00")
    with pytest.raises(InvalidInput, match="no payment"):
        receivables.bind_advance(
            OpenItem.objects.get(invoice=other).pk, order.pk, by=clerk, on=MONDAY
        )
    theirs = OpenItem.objects.get(invoice=other)
    with pytest.raises(IntegrityError, match="own customer"), transaction.atomic():
        OrderAdvance.objects.create(
            company=here.company, order=order, item=theirs, bound_by_name="x"
        )


def test_the_order_page_binds_and_frees(here: World, client: Client) -> None:
    order, clerk = here.submitted("10"), here.by(Role.AR_ACCOUNTANT)
    here.paid("800.00", "Zahlung", on=MONDAY)
    entry = BankEntry.objects.get(is_settled=False)
    made = flow.match_entry(entry.pk, shares=(), customer_id=here.customer.pk, by=clerk, on=MONDAY)
    assert made.payment_item is not None
    client.force_login(clerk)
    panel = reverse("receivables:order_panel", args=[order.pk])
    assert f'value="{made.payment_item_id}"' in client.get(panel).content.decode()
    act = reverse("receivables:bind_advance", args=[order.pk])
    assert client.post(act, {"item": "x"})["Location"] == order.get_absolute_url()
    assert client.post(act, {"item": "999999999"}).status_code == 404
    assert client.post(act, {"item": made.payment_item_id})["Location"] == order.get_absolute_url()
    assert _left(order) == Decimal("800.00")
    assert "Not for this order" in client.get(panel).content.decode()
    advance = OrderAdvance.objects.get()
    client.post(reverse("receivables:free_advance", args=[advance.pk]))
    assert _left(order) == 0
    assert "a person freed it" in client.get(panel).content.decode()
