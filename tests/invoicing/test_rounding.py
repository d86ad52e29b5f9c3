"""Öresavrundning: invoices that ask for whole kronor, and what becomes of the öre in the books."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

import receivables.services as receivables
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.rules import whole_rounding
from invoicing.services import (
    CreditPart,
    StepDraft,
    credit_in_full,
    credit_parts,
    facts_of,
    plan_steps,
)
from o2c import flow
from receivables.models import JournalLine, OpenItem
from tests import make as builders
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, D, Wanted

LINE = Wanted("3", "33.33", vat_rate="0.25")  # 99.99 + 25.00 VAT = 124.99


@given(st.decimals("0", "99999999", places=2))
def test_half_a_krona_and_more_goes_up_less_goes_down(amount: Decimal) -> None:
    rounding = whole_rounding(amount)
    assert (amount + rounding) % 1 == 0
    assert D("-0.49") <= rounding <= D("0.50")


def a_buyer(*, rounds: bool = True, rounding: str = "", **fields: str) -> Customer:
    """A customer of a Swedish company with books."""
    company = builders.company_se(rounds_totals=rounds)
    receivables.set_up_ledger(company)
    return builders.customer(company, rounding=rounding, **fields)


def billed(buyer: Customer, *lines: Wanted, **fields: object) -> Invoice:
    """An issued and booked invoice of one shipment."""
    shipment = make.shipped(buyer, *(lines or (LINE,)), **fields)
    return Invoice.objects.get(pk=flow.bill_shipment(shipment.pk, by=JOB, on=TODAY).pk)


def balance(buyer: Customer, role: str) -> Decimal:
    """What stands on the accounts of a role."""
    lines = JournalLine.objects.filter(account__company=buyer.company, account__role=role)
    return lines.aggregate(total=Sum("amount"))["total"] or D(0)


@pytest.mark.django_db
def test_a_whole_sum_is_asked_for_and_the_oere_are_posted() -> None:
    buyer = a_buyer()
    invoice = billed(buyer)
    assert (invoice.gross_amount, invoice.rounding_amount) == (D("124.99"), D("0.01"))
    assert OpenItem.objects.get(invoice=invoice).amount == D("125.00")
    assert balance(buyer, "receivables") == D("125.00")
    assert balance(buyer, "revenue") == D("-99.99")
    assert balance(buyer, "vat") == D("-25.00")
    assert balance(buyer, "rounding") == D("-0.01")
    facts = facts_of(invoice)
    assert (facts.rounding_amount, facts.payable_amount) == (D("0.01"), D("125.00"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rounds", "rounding", "expected"),
    [(True, "", "0.01"), (True, "exact", "0"), (False, "", "0"), (False, "whole", "0.01")],
)
def test_what_the_customer_wants_comes_before_what_the_company_does(
    rounds: bool, rounding: str, expected: str
) -> None:
    assert billed(a_buyer(rounds=rounds, rounding=rounding)).rounding_amount == D(expected)


@pytest.mark.django_db
def test_euros_keep_their_cents() -> None:
    company = builders.company_de(rounds_totals=True)
    assert make.an_invoice(builders.customer(company), LINE).rounding_amount == 0


@pytest.mark.django_db
def test_instalments_share_the_whole_sum() -> None:
    buyer = a_buyer()
    terms = builders.payment_terms(buyer.company, ("0.5", 10), ("0.5", 40))
    invoice = billed(buyer, payment_terms=terms)
    assert [part.amount for part in invoice.instalments.all()] == [D("62.50"), D("62.50")]


@pytest.mark.django_db
def test_taken_back_in_full_nothing_is_left_in_the_books() -> None:
    buyer = a_buyer()
    invoice = billed(buyer)
    note = flow.credit_invoice(invoice.pk, reason="Wrong", by=JOB, on=TODAY)
    assert (note.gross_amount, note.rounding_amount) == (D("124.99"), D("0.01"))
    for role in ("receivables", "revenue", "vat", "rounding"):
        assert balance(buyer, role) == 0, role


@pytest.mark.django_db
def test_a_part_is_given_back_to_the_oere_and_the_last_part_with_the_rounding() -> None:
    invoice = make.an_invoice(a_buyer(), LINE)
    (line,) = invoice.lines.all()
    first = credit_parts(
        invoice.pk,
        lines={line.pk: CreditPart(quantity=D(1))},
        charges={},
        reason="One came back",
        by=JOB,
        on=TODAY,
    )
    assert (first.rounding_amount, first.payable_amount) == (0, D("41.66"))
    last = credit_in_full(invoice.pk, reason="The others too", by=JOB, on=TODAY)
    assert first.payable_amount + last.payable_amount == invoice.payable_amount == D("125.00")


@pytest.mark.django_db
def test_no_credit_note_takes_money_for_what_was_rounded_off() -> None:
    """All but ten öre are credited of an invoice that was rounded down by thirty."""
    buyer = a_buyer()
    invoice = make.an_invoice(buyer, Wanted("1", "80.24", vat_rate="0.25"))  # 100.30
    assert invoice.rounding_amount == D("-0.30")
    (line,) = invoice.lines.all()
    credit_parts(
        invoice.pk,
        lines={line.pk: CreditPart(net_amount=D("80.16"))},
        charges={},
        reason="Price",
        by=JOB,
        on=TODAY,
    )
    last = credit_in_full(invoice.pk, reason="The rest", by=JOB, on=TODAY)
    assert (last.gross_amount, last.payable_amount) == (D("0.10"), 0)


@pytest.mark.django_db
def test_a_deposit_and_its_final_invoice_are_whole_each() -> None:
    buyer = a_buyer()
    order = make.an_order(buyer, Wanted("10", "86.37", vat_rate="0.25"))  # 863.70 + 215.93
    (step,) = plan_steps(order.pk, [StepDraft("Deposit", share=D("0.3"))], by=JOB, on=TODAY)
    deposit = flow.bill_step(step.pk, by=JOB, on=TODAY)
    final = flow.bill_shipment(make.a_shipment(order).pk, by=JOB, on=TODAY)
    assert (deposit.gross_amount, deposit.payable_amount) == (D("323.89"), D("324.00"))
    assert (final.gross_amount, final.deposit_amount) == (D("1079.63"), D("323.89"))
    assert final.payable_amount == D("756.00")
    assert balance(buyer, "receivables") == D("1080.00")
    assert balance(buyer, "rounding") == D("-0.37")
    assert balance(buyer, "advance") == 0
    assert balance(buyer, "vat") == D("-215.93")


@pytest.mark.django_db
@pytest.mark.parametrize("rounding", ["0.02", "-0.99"])
def test_the_database_takes_no_rounding_that_makes_nothing_whole(rounding: str) -> None:
    draft = make.a_draft(a_buyer(), LINE)
    with pytest.raises(IntegrityError, match="invoice_rounded_to_whole"), transaction.atomic():
        Invoice.objects.filter(pk=draft.pk).update(rounding_amount=D(rounding))


@pytest.mark.django_db
def test_the_cost_centre_and_the_goods_receipt_are_on_the_invoice() -> None:
    buyer = a_buyer(accounting_reference="KST 4711")
    draft = make.a_draft(buyer, LINE)
    draft.receiving_advice = "WE-88"
    facts = facts_of(draft, on=TODAY)
    assert (facts.accounting_reference, facts.receiving_advice) == ("KST 4711", "WE-88")
