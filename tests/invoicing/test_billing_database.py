"""What the database refuses of charges, deposits and what is billed in advance."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

import receivables.services as receivables
from customers.models import Customer
from fulfillment.models import Shipment
from invoicing.models import (
    Invoice,
    InvoiceCharge,
    InvoiceDeposit,
    InvoiceInstalment,
    InvoiceLine,
    InvoiceVat,
)
from invoicing.services import draft_from_shipment
from o2c import flow
from orders.draft import ChargeDraft
from orders.models import OrderCharge
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
D = Decimal


def a_deposit(buyer: Customer, net: str = "100.00", *, is_issued: bool = True) -> Invoice:
    """A deposit invoice over a net amount at 19 %."""
    vat = (D(net) * D("0.19")).quantize(D("0.01"))
    draft = Invoice.objects.create(
        company=buyer.company,
        customer=buyer,
        kind="deposit",
        currency="EUR",
        language="de",
        net_amount=D(net),
        vat_amount=vat,
        gross_amount=D(net) + vat,
    )
    InvoiceLine.objects.create(
        invoice=draft,
        position=1,
        description="Anzahlung",
        quantity=1,
        unit="C62",
        unit_price=D(net),
        net_amount=D(net),
        vat_category="S",
        vat_rate=D("0.19"),
    )
    InvoiceVat.objects.create(
        invoice=draft, vat_category="S", vat_rate=D("0.19"), net_amount=D(net), vat_amount=vat
    )
    InvoiceInstalment.objects.create(invoice=draft, position=1, due_on=TODAY, amount=D(net) + vat)
    if is_issued:
        number_of(draft)
    return draft


def number_of(draft: Invoice) -> str:
    """Issue it past the services; what the database has against it, in words."""
    return refusal_of(
        "UPDATE invoicing_invoice SET state = 'issued', number = %s, issued_on = %s, due_on = %s"
        " WHERE id = %s",
        f"RE-{draft.pk}",
        TODAY,
        TODAY,
        draft.pk,
    )


def deduct(final: Invoice, deposit: Invoice, net: str, vat: str) -> InvoiceDeposit:
    """Take a part of a deposit off a final invoice."""
    return InvoiceDeposit.objects.create(
        invoice=final,
        deposit=deposit,
        vat_category="S",
        vat_rate=D("0.19"),
        net_amount=D(net),
        vat_amount=D(vat),
    )


def freight(draft: Invoice, amount: str = "12.50") -> InvoiceCharge:
    """A charge on a draft, without minding its totals."""
    return InvoiceCharge.objects.create(
        invoice=draft,
        position=1,
        is_charge=True,
        reason_code="FC",
        reason="Fracht",
        amount=D(amount),
        vat_category="S",
        vat_rate=D("0.19"),
    )


def test_a_charge_belongs_to_the_totals_of_its_invoice():
    draft = make.a_draft(make.world())
    freight(draft)
    assert "lines and charges 872.50" in number_of(draft)


def test_charges_of_an_issued_invoice_stay():
    invoice = make.an_invoice(make.world())
    with pytest.raises(IntegrityError, match="issued"), transaction.atomic():
        freight(invoice)


@pytest.mark.breaks_invariants  # its number was drawn from no series
def test_a_deposit_is_deducted_once_and_never_more_than_it_was():
    buyer = make.world()
    deposit, final, other = a_deposit(buyer), make.a_draft(buyer), make.a_draft(buyer)
    too_much = r"100\.01 and 19\.00 VAT deducted of 100\.00"
    with pytest.raises(IntegrityError, match=too_much), transaction.atomic():
        deduct(final, deposit, "100.01", "19.00")
    deduct(final, deposit, "100.00", "19.00")
    with pytest.raises(IntegrityError, match="deposit_deducted_once"), transaction.atomic():
        deduct(other, deposit, "0.00", "0.00")


@pytest.mark.breaks_invariants  # its number was drawn from no series
def test_a_draft_and_a_strangers_deposit_are_not_deducted():
    buyer = make.world()
    final = make.a_draft(buyer)
    strangers = a_deposit(make.make.customer(buyer.company))
    for deposit in (a_deposit(buyer, is_issued=False), strangers, make.an_invoice(buyer)):
        with pytest.raises(IntegrityError, match="deducted"), transaction.atomic():
            deduct(final, deposit, "1.00", "0.19")


@pytest.mark.breaks_invariants  # its number was drawn from no series
def test_a_final_invoice_asks_for_what_is_left():
    buyer = make.world()
    deposit, final = a_deposit(buyer), make.a_draft(buyer)
    deduct(final, deposit, "100.00", "19.00")
    InvoiceInstalment.objects.create(
        invoice=final, position=1, due_on=TODAY, amount=final.gross_amount
    )
    assert "deposits 119.00" in number_of(final)
    InvoiceInstalment.objects.filter(invoice=final).update(amount=final.gross_amount - 119)
    Invoice.objects.filter(pk=final.pk).update(deposit_amount=119)
    assert not number_of(final)


@pytest.mark.breaks_invariants  # its number was drawn from no series
def test_deductions_are_given_up_only_by_an_invoice_that_was_taken_back():
    buyer = make.world()
    deposit, final = a_deposit(buyer), make.a_draft(buyer)
    deduct(final, deposit, "100.00", "19.00")
    give_up = "UPDATE invoicing_invoicedeposit SET is_live = false WHERE invoice_id = %s"
    assert "refused" in refusal_of(give_up, final.pk)


def test_what_is_billed_in_advance_is_never_more_than_ordered():
    buyer = make.world()
    order = make.an_order(buyer)
    ahead = make.a_draft(buyer)
    line = ahead.lines.get()
    line.pk, line.position, line.shipment_line = None, 2, None
    line.order_line, line.quantity = order.lines.get(), D("10.001")
    with pytest.raises(IntegrityError, match="only 10.000 ordered"), transaction.atomic():
        line.save(force_insert=True)
    line.quantity = D(10)
    line.save(force_insert=True)


def test_no_charge_is_credited_twice():
    buyer = make.world()
    original = make.a_draft(buyer)
    charge = freight(original)
    credit = Invoice.objects.create(
        company=buyer.company,
        customer=buyer,
        kind="credit_note",
        corrects=original,
        currency="EUR",
        language="de",
    )
    charge.pk, charge.invoice, charge.corrects_id = None, credit, charge.pk
    with pytest.raises(IntegrityError, match="credited of 12.50"), transaction.atomic():
        charge.save(force_insert=True)


def test_an_invoice_of_many_shipments_marks_them_all():
    buyer = make.world()
    first, second = make.shipped(buyer), make.shipped(buyer)
    draft = Invoice.objects.create(
        company=buyer.company, customer=buyer, currency="EUR", language="de"
    )
    pattern = make.a_draft(buyer).lines.get()
    for position, shipment in enumerate((first, second), start=1):
        line = shipment.lines.get()
        pattern.pk, pattern.invoice, pattern.position = None, draft, position
        pattern.shipment_line, pattern.order_line = line, line.order_line
        pattern.save(force_insert=True)
    marked = Shipment.objects.filter(pk__in=(first.pk, second.pk), has_invoice=True)
    assert marked.count() == 2
    draft.delete()
    assert marked.count() == 0


def test_charges_of_a_submitted_order_stay_and_count():
    order = make.an_order(make.world())
    with pytest.raises(IntegrityError, match="its order is released"), transaction.atomic():
        OrderCharge.objects.create(
            order=order,
            position=1,
            reason_code="FC",
            reason="Fracht",
            amount=D(5),
            vat_category="S",
            vat_rate=D("0.19"),
        )


def test_what_was_billed_ahead_is_not_billed_with_its_delivery_again():
    buyer = make.world()
    receivables.set_up_ledger(buyer.company)
    order = make.an_order(buyer, billing_policy="advance")
    flow.bill_ahead(order.pk, by=JOB, on=TODAY)
    gone = make.a_shipment(order).lines.get()
    other = make.a_draft(buyer)
    line = other.lines.get()
    line.pk, line.position = None, 2
    line.order_line, line.shipment_line = gone.order_line, gone
    with pytest.raises(IntegrityError, match="invoiced, but only"), transaction.atomic():
        line.save()


def test_a_charge_of_the_order_is_borne_once():
    buyer = make.world()
    charge = ChargeDraft(reason_code="FC", amount=D("12.50"))
    order = make.an_order(buyer, Wanted("10", "10.00"), charges=[charge])
    draft_from_shipment(make.a_shipment(order, "3").pk, by=JOB, on=TODAY)
    other = make.a_draft(buyer)
    again = freight(other, "0.01")
    again.order_charge = order.charges.get()
    with pytest.raises(IntegrityError, match="only 12.50 agreed"), transaction.atomic():
        again.save()


def test_how_a_submitted_order_is_invoiced_stays():
    order = make.an_order(make.world())
    order.billing_policy = "month"
    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        order.save()
