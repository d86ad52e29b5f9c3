"""Final invoices: the full supply less deposits, each once, VAT once, the books in step."""

from decimal import Decimal

import pytest
from django.db.models import Sum

import receivables.services as receivables
from core.models import Event, OutboundMessage
from invoicing.models import Invoice
from invoicing.services import (
    StepDraft,
    credit_in_full,
    deliver,
    plan_steps,
    produce_documents,
)
from invoicing.standing import standing_of, with_standing
from o2c import flow
from o2c.errors import Conflict
from receivables.models import JournalLine, OpenItem
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, D, Wanted

pytestmark = pytest.mark.django_db


def an_order(*lines: Wanted, country: str = "DE"):
    buyer = make.world(country)
    receivables.set_up_ledger(buyer.company)
    return make.an_order(buyer, *lines)


def deposit(order, share: str) -> Invoice:
    (step,) = plan_steps(order.pk, [StepDraft("Deposit", share=D(share))], by=JOB, on=TODAY)
    return flow.bill_step(step.pk, by=JOB, on=TODAY)


def bill(order, *quantities: str) -> Invoice:
    shipment = make.a_shipment(order, *quantities)
    invoice = flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)
    return Invoice.objects.get(pk=invoice.pk)


def balance(order, role: str) -> Decimal:
    lines = JournalLine.objects.filter(account__company=order.company, account__role=role)
    return lines.aggregate(total=Sum("amount"))["total"] or D(0)


def test_the_final_invoice_is_the_supply_less_the_deposit_and_tax_is_owed_once():
    order = an_order()  # 860.00 + 163.40
    first = deposit(order, "0.3")
    assert first.gross_amount == D("307.02")
    assert balance(order, "advance") == D("-258.00")
    assert balance(order, "revenue") == 0
    final = bill(order)
    assert (final.net_amount, final.gross_amount) == (D("860.00"), D("1023.40"))
    assert (final.deposit_amount, final.payable_amount) == (D("307.02"), D("716.38"))
    assert final.instalments.aggregate(total=Sum("amount"))["total"] == D("716.38")
    assert OpenItem.objects.get(invoice=final).amount == D("716.38")
    assert OpenItem.objects.get(invoice=first).outstanding_amount == D("307.02")
    assert balance(order, "advance") == 0
    assert balance(order, "revenue") == D("-860.00")
    assert balance(order, "vat") == D("-163.40")
    assert balance(order, "receivables") == D("1023.40")
    (seen,) = with_standing(Invoice.objects.filter(pk=final.pk), on=TODAY)
    assert standing_of(seen)[1] == "open"  # and not partly paid


def test_a_deposit_comes_off_once_from_the_first_invoice_that_bears_it():
    order = an_order()
    deposit(order, "0.5")
    small, large, last = bill(order, "2"), bill(order, "6"), bill(order, "2")
    assert small.deposit_amount == last.deposit_amount == 0
    assert large.deposit_amount == D("511.70")


@pytest.mark.parametrize(("nets", "payable"), [(("100.01", "0.99"), "0.02"), (("1.53", "2"), "0")])
def test_rounded_deposits_over_everything_leave_only_the_cents_they_did_not_ask(nets, payable):
    """VAT of three deposits may be a cent less or more than that of the whole."""
    order = an_order(Wanted("1", nets[0]), Wanted("1", nets[1], vat_rate="0.07"))
    asked = [deposit(order, share) for share in ("0.333333", "0.333333", "0.333334")]
    final = bill(order)
    assert final.payable_amount == D(payable)
    assert balance(order, "advance") == 0
    assert balance(order, "revenue") == -final.net_amount
    owed = sum(one.gross_amount for one in asked) + final.payable_amount
    assert balance(order, "receivables") == owed
    assert -balance(order, "vat") == owed - final.net_amount >= final.vat_amount


def test_a_deposit_of_more_than_the_order_came_to_is_cut_and_told():
    order = an_order()
    first = deposit(order, "0.5")
    order.lines.update(cancelled_quantity=7, net_amount=D("258.00"))
    order.net_amount, order.vat_amount = D("258.00"), D("49.02")
    order.gross_amount = D("307.02")
    order.save()
    final = bill(order, "3")
    assert (final.deposit_amount, final.payable_amount) == (D("307.02"), 0)
    event = Event.objects.get(name="invoice.deposit_left")
    assert "172" in event.payload["rest"]
    assert event.subject_id == first.pk


def test_a_credited_deposit_is_not_deducted():
    order = an_order()
    first = deposit(order, "0.3")
    flow.credit_invoice(first.pk, reason="Wrong", by=JOB, on=TODAY)
    assert balance(order, "advance") == balance(order, "vat") == 0
    assert balance(order, "receivables") == 0
    assert bill(order).deposit_amount == 0


def test_a_deducted_deposit_is_credited_only_after_its_final_invoice():
    order = an_order()
    first = deposit(order, "0.3")
    final = bill(order)
    with pytest.raises(Conflict, match=final.number):
        credit_in_full(first.pk, reason="Wrong", by=JOB, on=TODAY)


def test_a_credited_final_invoice_gives_its_deductions_up_and_the_next_takes_them():
    order = an_order()
    first = deposit(order, "0.3")
    final = bill(order)
    note = flow.credit_invoice(final.pk, reason="Wrong", by=JOB, on=TODAY)
    assert note.gross_amount == final.gross_amount
    assert OpenItem.objects.get(invoice=note).amount == -final.payable_amount
    assert OpenItem.objects.get(invoice=final).outstanding_amount == 0
    assert balance(order, "advance") == D("-258.00")
    assert balance(order, "vat") == D("-49.02")
    assert not final.deposits.filter(is_live=True).exists()
    again = flow.bill_shipment(final.shipment.pk, by=JOB, on=TODAY)
    assert (again.deposit_amount, again.payable_amount) == (D("307.02"), D("716.38"))
    assert first.deductions.filter(is_live=True).get().invoice == again
    assert balance(order, "advance") == 0


def test_in_sweden_the_advance_is_on_its_account():
    order = an_order(Wanted(vat_rate="0.25"), country="SE")
    deposit(order, "0.3")
    line = JournalLine.objects.get(account__company=order.company, account__role="advance")
    assert (line.account.number, line.amount) == ("2420", D("-258.00"))


def test_documents_name_the_kind_the_deposit_and_what_is_to_pay():
    order = an_order()
    first = deposit(order, "0.3")
    final = bill(order)
    note = flow.credit_invoice(final.pk, reason="Wrong", by=JOB, on=TODAY)
    files = {}
    for one in (first, final, note):
        made = produce_documents(one.pk, by=JOB, on=TODAY)
        files[one.kind] = made.xml.read().decode()
        assert made.pdf.read().startswith(b"%PDF")
    assert "<ram:TypeCode>386</ram:TypeCode>" in files["deposit"]
    assert first.number in files["invoice"]
    assert "307.02</ram:TotalPrepaidAmount>" in files["invoice"]
    assert "716.38</ram:DuePayableAmount>" in files["invoice"]
    assert "716.38</ram:DuePayableAmount>" in files["credit_note"]
    deliver(final.pk, by=JOB, on=TODAY)
    message = OutboundMessage.objects.get()
    assert "716.38" in message.body or "716,38" in message.body
