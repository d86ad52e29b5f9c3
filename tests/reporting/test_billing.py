"""Billing quality against examples worked by hand: times, what was right, causes, differences."""

from datetime import date
from decimal import Decimal

import pytest

import receivables.services as receivables
from core.roles import Role
from fulfillment.models import StockLevel, StockMove
from invoicing.services import draft_from_shipment
from o2c import flow
from orders.models import OrderCharge, OrderLine
from reporting.billing_rules import Cause, Facts, cause_of
from reporting.reads.billing import billed_documents, billing_months
from reporting.reads.corrections import corrections
from reporting.reads.refusals import refusals
from reporting.reads.unlike import unlike_counts, unlike_rows
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, D, Wanted
from tests.reporting.billed import (
    REVERSE_CHARGE,
    SPAN,
    billed,
    credited,
    disputed,
    handed,
    past_the_rules,
    reissued,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    made = make.world()
    receivables.set_up_ledger(made.company)
    return made


# --- Times ---------------------------------------------------------------------------------------
def test_times_of_a_worked_example(buyer) -> None:
    """Issued 0, 1, 2 and 11 days after dispatch: in November half within 1 and 9 of 10 within 1.8
    (between 1 and 2), in all 1.5 and 2 + 0.7 x 9 = 8.3. Sent after 1 and 3 hours: 2 and 2.8.
    Of the receipts only that of Peppol counts: it came 5 hours after the first try was sent."""
    first, second, third, fourth = [billed(buyer, days=days) for days in (0, 1, 2, 11)]
    handed(first, hours=1, receipt="bounced", after=1)
    handed(first, "email", hours=4, receipt="accepted", after=2)
    handed(second, hours=None)
    handed(second, "letter", hours=3, receipt="accepted")
    handed(third, hours=None)
    assert fourth.number
    november, december, whole = billing_months(buyer.company, **SPAN)
    assert [row.month for row in (november, december)] == [date(2026, 11, 1), date(2026, 12, 1)]
    assert [row.count for row in (november, december, whole)] == [3, 1, 4]
    bill = november.steps["bill"]
    assert (bill.count, bill.median, bill.p90) == (3, D("1.0"), D("1.8"))
    bill = whole.steps["bill"]
    assert (bill.count, bill.median, bill.p90) == (4, D("1.5"), D("8.3"))
    send, receive = whole.steps["send"], whole.steps["receive"]
    assert (send.count, send.median, send.p90) == (2, D("2.0"), D("2.8"))
    assert (receive.count, receive.median) == (1, D("5.0"))
    assert december.steps["send"].median is None


def test_the_slowest_come_first_and_a_span_holds_its_days_only(buyer) -> None:
    quick, slow = billed(buyer), billed(buyer, days=5)
    found = billed_documents(buyer.company, **SPAN, of="bill")
    assert [(row.number, row.bill_days) for row in found] == [(slow.number, 5), (quick.number, 0)]
    assert found[0].all_count == 2
    only_first = {"first": TODAY, "last": TODAY}
    assert [row.number for row in billed_documents(buyer.company, **only_first, of="all")] == [
        quick.number
    ]
    other = make.world().company
    assert billed_documents(other, **SPAN, of="all") == []
    assert [row.count for row in billing_months(other, **SPAN)] == [0]


def test_a_replacement_is_no_late_invoice(buyer) -> None:
    """It repeats the day of supply, and what it took to correct is no time to issue."""
    new = reissued(billed(buyer), po_number="4711")
    (row,) = [r for r in billed_documents(buyer.company, **SPAN, of="all") if not r.is_first]
    assert (row.number, row.bill_days) == (new.number, None)


# --- Right the first time ------------------------------------------------------------------------
def test_right_the_first_time_of_a_worked_example(buyer) -> None:
    """Nine issued, one of them a replacement: of eight four are wrong, 50 %. Goods of bad quality
    and a dispute that was turned down are not the invoice's fault."""
    billed(buyer)
    disputed(billed(buyer), "quality")
    disputed(billed(buyer), "price", is_turned_down=True)
    handed(billed(buyer), hours=1, receipt="accepted", after=1)
    wrong = [billed(buyer) for _ in range(4)]
    credited(wrong[0], net_amount="1.00")
    reissued(wrong[1], po_number="4711")
    handed(wrong[2], hours=1, receipt="rejected", after=1)
    disputed(wrong[3], "invoice")
    (*_months, whole) = billing_months(buyer.company, **SPAN)
    assert (whole.count, whole.first_count, whole.wrong_count) == (9, 8, 4)
    assert whole.right_rate == D("0.5")
    found = billed_documents(buyer.company, **SPAN, of="wrong")
    assert {row.number: _why(row) for row in found} == {
        wrong[0].number: (True, False, False, False),
        wrong[1].number: (True, False, False, True),
        wrong[2].number: (False, True, False, False),
        wrong[3].number: (False, False, True, False),
    }


def _why(row) -> tuple[bool, ...]:
    return row.is_credited, row.is_refused, row.is_disputed, row.is_replaced


# --- Causes --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        (Facts(is_whole=True), Cause("other")),
        (Facts(has_quantity=True), Cause("quantity")),
        (Facts(), Cause("price")),
        (Facts(is_reissued=True, is_whole=True), Cause("other")),
        (Facts(is_reissued=True, is_other_text=True, is_other_quantity=True), Cause("quantity")),
        (Facts(is_reissued=True, is_other_quantity=True, is_other_price=True), Cause("price")),
        (Facts(is_reissued=True, is_other_price=True, is_other_address=True), Cause("reference")),
        (Facts(is_other_reference=True, is_whole=True), Cause("other")),  # of no new invoice
        (Facts(claim="quantity", is_whole=True), Cause("quantity")),
        (Facts(claim="delivery"), Cause("return")),
        (Facts(claim="invoice", is_whole=True), Cause("other")),
        (Facts(claim="price", is_return=True), Cause("return")),
        (Facts(rules=(), is_reissued=True, is_other_reference=True), Cause("rejected")),
        (Facts(rules=("", "BR-DE-15")), Cause("rejected", "BR-DE-15")),
    ],
)
def test_the_first_cause_that_fits(facts: Facts, cause: Cause) -> None:
    assert cause_of(facts) == cause


def test_causes_are_told_from_what_happened(buyer) -> None:
    lines = (Wanted("10"), Wanted("5"))
    acts = {
        "other": lambda one: credited(one),
        "quantity": lambda one: credited(one, quantity="2"),
        "price": lambda one: credited(one, net_amount="7.00"),
        "reference": lambda one: reissued(one, po_number="4711"),
        "reference ": lambda one: reissued(one, address={"street": "Neue Straße 5"}),
        "quantity ": lambda one: reissued(one, quantities={one.lines.first().pk: D(9)}),
        "quantity  ": lambda one: reissued(one, quantities={one.lines.last().pk: D(0)}),
        "text": lambda one: reissued(one, texts={one.lines.first().pk: "Kugelhahn, Messing"}),
        "price ": lambda one: (disputed(one, "price"), credited(one)),
    }
    invoices = {name: billed(buyer, *lines) for name in acts}
    for name, act in acts.items():
        act(invoices[name])
    found = {row.invoice_number: row.cause.key for row in corrections(buyer.company, **SPAN)}
    assert found == {invoice.number: name.strip() for name, invoice in invoices.items()}


def test_a_rejection_before_it_is_the_cause_with_its_rule(buyer) -> None:
    refused, later = billed(buyer), billed(buyer)
    delivery = handed(refused, hours=0, receipt="rejected")
    delivery.findings = [{"rule": "BR-DE-15", "text": "Buyer reference"}]
    delivery.save(update_fields=["findings"])
    handed(later, hours=20, receipt="rejected")  # after the credit below
    new = reissued(refused, buyer_reference="04011000-1234512345-35")
    credited(later, "Ordered twice")
    second, first = corrections(buyer.company, **SPAN)
    assert (first.cause, first.replaced_by) == (Cause("rejected", "BR-DE-15"), new.number)
    assert (second.cause, second.reason) == (Cause("other"), "Ordered twice")


def test_goods_that_came_back_are_a_return(buyer) -> None:
    invoice = billed(buyer)
    line = invoice.lines.get()
    level = StockLevel.objects.create(
        company=buyer.company, warehouse=invoice.shipment.warehouse, product=line.product
    )
    StockMove.objects.create(
        company=buyer.company,
        level=level,
        kind="return",
        quantity=2,
        shipment_line=line.shipment_line,
        source_key="return:1",
        moved_on=TODAY,
    )
    credited(invoice, quantity="2")
    (row,) = corrections(buyer.company, **SPAN)
    assert row.cause == Cause("return")


# --- Unlike the order ----------------------------------------------------------------------------
def differences(company, **kind: str) -> list[tuple[str, str, str, Decimal | None]]:
    rows = unlike_rows(company, **SPAN, **kind)
    return [(row.kind, row.ordered, row.billed, row.net_amount) for row in rows]


def test_what_is_billed_as_ordered_and_shipped_is_not_unlike(buyer) -> None:
    order = make.an_order(buyer, Wanted("10", "1.005", "0.05"), Wanted("3"))
    for part in (("4", "0"), ("6", "3")):
        flow.bill_shipment(make.a_shipment(order, *part).pk, by=JOB, on=TODAY)
    credited(billed(buyer), quantity="3")  # a correction, not a difference
    assert differences(buyer.company) == []
    assert [(row.count, row.kind) for row in unlike_counts(buyer.company, **SPAN)] == [(0, None)]


def test_a_new_invoice_that_says_less_differs_from_order_and_shipment(buyer) -> None:
    """10 at 86.00 shipped and 9 billed: 86.00 less; the second line, 5 at 20.00 less 10 %, left
    out: 90.00 less."""
    invoice = billed(buyer, Wanted("10"), Wanted("5", "20.00", "0.1"))
    one, two = invoice.lines.all()
    reissued(invoice, quantities={one.pk: D(9), two.pk: D(0)}, texts={one.pk: "Kugelhahn"})
    assert sorted(differences(buyer.company)) == [
        ("description", one.description, "Kugelhahn", None),
        ("left_out", "5.000", "0", D("-90.00")),
        ("quantity", "10.000", "9.000", D("-86.00")),
    ]
    counts = {(row.month, row.kind): row for row in unlike_counts(buyer.company, **SPAN)}
    assert (counts[None, None].count, counts[None, None].invoice_count) == (3, 1)
    assert counts[date(2026, 11, 1), "left_out"].count == 1
    assert [row[0] for row in differences(buyer.company, kind="quantity")] == ["quantity"]


def test_a_draft_that_bills_it_elsewhere_leaves_nothing_out(buyer) -> None:
    order = make.an_order(buyer)
    draft_from_shipment(make.a_shipment(order, "4").pk, by=JOB, on=TODAY)
    flow.bill_shipment(make.a_shipment(order, "6").pk, by=JOB, on=TODAY)
    assert differences(buyer.company) == []


@pytest.mark.breaks_invariants
def test_price_discount_vat_and_order_number(buyer) -> None:
    """10 billed at 86.00 where 80.00 was ordered: 60.00 more; 5 % discount not given on 20 at
    10.00: 10.00 more."""
    invoice = billed(buyer, Wanted("10"), Wanted("20", "10.00"), Wanted("1", "5.00"))
    one, two, three = OrderLine.objects.filter(order=invoice.order).order_by("position")
    with past_the_rules():
        OrderLine.objects.filter(pk=one.pk).update(unit_price=D(80))
        OrderLine.objects.filter(pk=two.pk).update(discount_rate=D("0.05"))
        OrderLine.objects.filter(pk=three.pk).update(vat_rate=D("0.07"))
        type(invoice.order).objects.filter(pk=invoice.order_id).update(po_number="4711")
    found = {kind: rest for kind, *rest in differences(buyer.company)}
    assert found.keys() == {"price", "discount", "vat", "reference"}
    assert found["price"] == ["80.000000", "86.000000", D("60.00")]
    assert found["discount"][2] == D("10.00")
    assert found["reference"] == ["4711", "4500012345", None]


@pytest.mark.breaks_invariants
def test_a_charge_of_the_order_that_is_due_and_not_billed(buyer) -> None:
    """Freight of 9.50 belongs on the first invoice; a charge on the last waits for it."""
    invoice = billed(buyer)
    vat = {"vat_category": "S", "vat_rate": D("0.19")}
    with past_the_rules():
        OrderCharge.objects.create(
            order=invoice.order, position=1, reason_code="FC", reason="Fracht", amount=D("9.50"),
            spread="first", **vat,
        )  # fmt: skip
        OrderCharge.objects.create(
            order=invoice.order, position=2, reason_code="ZZZ", reason="Montage",
            amount=D("3.00"), spread="last", **vat,
        )  # fmt: skip
    assert differences(buyer.company) == [("charge", "9.50", "0", D("-9.50"))]


# --- Refused before numbering --------------------------------------------------------------------
def test_an_attempt_is_kept_with_its_rules_and_what_became_of_it() -> None:
    buyer = make.world(vat_id="")
    receivables.set_up_ledger(buyer.company)
    shipment = make.a_shipment(make.an_order(buyer, REVERSE_CHARGE), is_gone=False)
    flow.dispatch_shipment(
        shipment.pk,
        carrier="DHL",
        tracking_number="T1",
        by=kernel.user_with(Role.WAREHOUSE, buyer.company),
        on=TODAY,
    )
    (row,) = refusals(buyer.company, **SPAN)
    assert "BR-AE-02" in row.rules
    assert (row.number, row.customer_name, row.has_invoice) == (shipment.number, buyer.name, False)
    buyer.vat_id = "SE556188840401"
    buyer.save()
    flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)
    (row,) = refusals(buyer.company, **SPAN)
    assert row.has_invoice
