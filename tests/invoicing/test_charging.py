"""All invoices of an order bear its lines and charges exactly once, however it is shipped."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import receivables.services as receivables
from invoicing.models import InvoiceLine
from invoicing.rules import part_net
from invoicing.services.charging import Charging
from o2c import flow
from orders.charges import charge_problems, charge_rows
from orders.draft import ChargeDraft
from orders.models import OrderLine
from orders.services.totals import sum_up
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

D = Decimal
RATES = st.sampled_from([("S", D("0.19")), ("S", D("0.07")), ("E", D(0))])
AMOUNTS = st.decimals("0.01", "999.99", places=2)
CHARGES = st.one_of(
    st.builds(
        ChargeDraft,
        reason_code=st.sampled_from(["FC", "PC", "95"]),
        amount=AMOUNTS,
        spread=st.sampled_from(["first", "last", "pro_rata"]),
    ),
    st.builds(
        ChargeDraft,
        reason_code=st.sampled_from(["ZZZ", "95", "100"]),
        rate=st.decimals("0.001", "0.5", places=3),
    ),
)


@st.composite
def shipped_orders(draw):
    """Lines, charges that fit them, and quantities shipped piece by piece until all has left."""
    lines = []
    for number, (net, quantity, (category, rate)) in enumerate(
        draw(
            st.lists(
                st.tuples(st.decimals("0.00", "9999.99", places=2), st.integers(1, 30), RATES),
                min_size=1,
                max_size=4,
            )
        ),
        start=1,
    ):
        lines.append(
            OrderLine(
                pk=number,
                order_id=1,
                quantity=D(quantity),
                net_amount=net,
                vat_category=category,
                vat_rate=rate,
            )
        )
    drafts = draw(st.lists(CHARGES, max_size=4))
    while charge_problems(drafts, lines):
        drafts.pop()
    charges = charge_rows(drafts, lines)
    for number, charge in enumerate(charges, start=1):
        charge.pk, charge.order_id = number, 1
    left = {line.pk: line.quantity for line in lines}
    shipments = []
    while any(left.values()):
        wanted = {pk: D(draw(st.integers(0, int(most)))) for pk, most in left.items()}
        if not any(wanted.values()):
            wanted = dict(left)
        left = {pk: most - wanted[pk] for pk, most in left.items()}
        shipments.append({pk: quantity for pk, quantity in wanted.items() if quantity})
    return lines, charges, shipments


def invoiced(lines, charges, shipments):
    """(lines, charges) of an invoice for each shipment."""
    by_pk = {line.pk: line for line in lines}
    charging = Charging({1: charges} if charges else {}, lines)
    done = {line.pk: (D(0), D(0)) for line in lines}
    for shipment in shipments:
        rows = []
        for pk, quantity in shipment.items():
            line = by_pk[pk]
            before, net = done[pk]
            part = part_net(
                line.net_amount,
                line.quantity,
                invoiced_quantity=before,
                invoiced_net=net,
                quantity=quantity,
            )
            done[pk] = before + quantity, net + part
            rows.append(
                InvoiceLine(
                    order_line=line,
                    quantity=quantity,
                    net_amount=part,
                    vat_category=line.vat_category,
                    vat_rate=line.vat_rate,
                )
            )
        yield rows, charging.bear(rows)


def nets_of(rows, charges):
    """Net by VAT category and rate."""
    nets = {}
    for row in itertools.chain(rows, charges):
        amount = getattr(row, "signed_amount", None)
        key = row.vat_category, row.vat_rate
        nets[key] = nets.get(key, D(0)) + (row.net_amount if amount is None else amount)
    return nets


@settings(max_examples=300)
@given(shipped_orders())
def test_invoices_of_all_shipments_make_the_order(order):
    lines, charges, shipments = order
    total = {}
    for rows, borne in invoiced(lines, charges, shipments):
        for key, net in nets_of(rows, borne).items():
            total[key] = total.get(key, D(0)) + net
            assert net >= 0, "no invoice gives money back at a rate"
    assert {key: net for key, net in total.items() if net} == {
        key: net for key, net in nets_of(lines, charges).items() if net
    }


@pytest.fixture
def charged(db):
    """An order of ten pieces at 10.00, with freight first, packing last and 3 % off."""
    buyer = make.world(language="sv")
    receivables.set_up_ledger(buyer.company)
    lines = [Wanted("10", "10.00")]
    drafts = [
        ChargeDraft(reason_code="FC", amount=D("12.50")),
        ChargeDraft(reason_code="PC", amount=D("5.00"), text="Emballage", spread="last"),
        ChargeDraft(reason_code="95", rate=D("0.03")),
    ]
    return make.an_order(buyer, *lines, charges=drafts)


def test_the_first_bears_the_freight_the_last_the_packing_and_each_its_discount(charged):
    first = flow.bill_shipment(make.a_shipment(charged, "3").pk, by=JOB, on=TODAY)
    assert first.net_amount == D("41.60")  # 30.00 + 12.50 - 0.90
    assert [(one.reason, one.amount) for one in first.charges.all()] == [
        ("frakt", D("12.50")),
        ("rabatt", D("0.90")),
    ]
    last = flow.bill_shipment(make.a_shipment(charged, "7").pk, by=JOB, on=TODAY)
    assert [(one.reason, one.signed_amount) for one in last.charges.all()] == [
        ("Emballage", D("5.00")),
        ("rabatt", D("-2.10")),
    ]
    assert first.net_amount + last.net_amount == charged.net_amount


def test_what_an_invoice_bore_that_was_taken_back_is_borne_by_the_next(charged):
    shipment = make.a_shipment(charged, "3")
    wrong = flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)
    flow.credit_invoice(wrong.pk, reason="wrong", by=JOB, on=TODAY)
    right = flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)
    assert right.net_amount == wrong.net_amount


def test_in_advance_everything_is_borne_at_once(charged):
    (invoice,) = flow.bill_ahead(charged.pk, by=JOB, on=TODAY)
    assert invoice.net_amount == charged.net_amount


def test_totals_of_the_order_are_those_of_its_rows(charged):
    again = charged.net_amount
    sum_up(charged, charged.lines.all(), charged.charges.all())
    assert charged.net_amount == again
