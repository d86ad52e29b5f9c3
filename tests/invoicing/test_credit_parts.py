"""Credits of parts: quantities, amounts alone, charges; all of them together are the invoice."""

from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse

import receivables.services as receivables
from invoicing.models import Invoice, InvoiceCharge, InvoiceVat
from invoicing.services import (
    CreditPart,
    credit_in_full,
    credit_parts,
    draft_from_shipment,
    issue,
)
from o2c import flow
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from o2c.money import TaxableLine, totals
from receivables.models import OpenItem
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, D, Wanted

pytestmark = pytest.mark.django_db


def an_invoice(*lines: Wanted) -> Invoice:
    buyer = make.world()
    receivables.set_up_ledger(buyer.company)
    return flow.bill_shipment(make.shipped(buyer, *lines).pk, by=JOB, on=TODAY)


def part(invoice, position=1, *, quantity=None, net=None, by=JOB, act=credit_parts) -> Invoice:
    line = invoice.lines.get(position=position)
    wanted = CreditPart(
        quantity=None if quantity is None else D(quantity),
        net_amount=None if net is None else D(net),
    )
    return act(invoice.pk, lines={line.pk: wanted}, charges={}, reason="Broken", by=by, on=TODAY)


def test_a_quantity_takes_its_share_with_price_and_discount_of_the_line():
    invoice = an_invoice(Wanted("10", "86.00", "0.05"), Wanted("1", "1.00"))
    note = part(invoice, quantity="3", by=kernel.user_with("billing", invoice.company))
    line = note.lines.get()
    assert (line.quantity, line.unit_price, line.discount_rate) == (3, D("86"), D("0.05"))
    assert (line.net_amount, line.discount_amount) == (D("245.10"), D("12.90"))
    assert (note.net_amount, note.vat_amount) == (D("245.10"), D("46.57"))
    invoice.refresh_from_db()
    assert invoice.state == "issued"


def test_the_last_quantity_takes_what_is_left_and_cancels():
    invoice = an_invoice(Wanted("3", "33.335"))
    notes = [part(invoice, quantity="1") for _ in range(3)]
    assert sum(note.net_amount for note in notes) == invoice.net_amount
    assert sum(note.vat_amount for note in notes) == invoice.vat_amount
    invoice.refresh_from_db()
    assert invoice.state == "cancelled"
    assert draft_from_shipment(invoice.shipment.pk, by=JOB, on=TODAY) != invoice


def test_an_amount_alone_gives_no_quantity_back():
    invoice = an_invoice()
    note = part(invoice, net="60")
    line = note.lines.get()
    assert (line.is_value_only, line.net_amount, note.gross_amount) == (True, 60, D("71.40"))
    rest = part(invoice, quantity="10")
    assert rest.net_amount == D("800.00")


def test_in_full_takes_the_remainder_after_parts():
    invoice = an_invoice(Wanted("3", "33.335"), Wanted("7", "0.99", vat_rate="0.07"))
    part(invoice, quantity="1")
    part(invoice, 2, net="1.11")
    rest = credit_in_full(invoice.pk, reason="All", by=JOB, on=TODAY)
    assert {line.quantity for line in rest.lines.all()} == {2, 7}
    credited = InvoiceVat.objects.filter(invoice__corrects=invoice).order_by()
    for row in invoice.vat_rows.all():
        sums = credited.filter(vat_rate=row.vat_rate).aggregate(
            net=Sum("net_amount"), vat=Sum("vat_amount")
        )
        assert sums == {"net": row.net_amount, "vat": row.vat_amount}
    invoice.refresh_from_db()
    assert invoice.state == "cancelled"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"quantity": "10.001"}, "10 is left"),
        ({"net": "860.01"}, "860 is left"),
        ({"quantity": "0"}, "can't be credited"),
        ({"net": "-1"}, "can't be credited"),
    ],
)
def test_never_more_than_is_left(wanted, words):
    with pytest.raises(InvalidInput, match=words):
        part(an_invoice(), **wanted)


def test_nothing_and_a_line_of_another_invoice_are_refused():
    invoice, other = an_invoice(), an_invoice()
    with pytest.raises(InvalidInput, match="Say what is credited"):
        credit_parts(invoice.pk, lines={}, charges={}, reason="x", by=JOB, on=TODAY)
    line = other.lines.get()
    with pytest.raises(InvalidInput, match="not on the invoice"):
        credit_parts(
            invoice.pk,
            lines={line.pk: CreditPart(quantity=D(1))},
            charges={},
            reason="x",
            by=JOB,
            on=TODAY,
        )


def test_a_rep_may_not():
    invoice = an_invoice()
    with pytest.raises(PermissionMissing):
        part(invoice, quantity="1", by=kernel.user_with("sales_rep", invoice.company))


def _with_freight(buyer) -> Invoice:
    draft = make.a_draft(buyer)
    charge = InvoiceCharge.objects.create(
        invoice=draft,
        position=1,
        is_charge=True,
        reason_code="FC",
        reason="Fracht",
        amount=D("40"),
        vat_category="S",
        vat_rate=D("0.19"),
    )
    sums = totals(
        [TaxableLine(D("860"), "S", D("0.19")), TaxableLine(charge.amount, "S", D("0.19"))]
    )
    draft.vat_rows.update(net_amount=sums.net_amount, vat_amount=sums.vat_amount)
    Invoice.objects.filter(pk=draft.pk).update(
        net_amount=sums.net_amount, vat_amount=sums.vat_amount, gross_amount=sums.gross_amount
    )
    return issue(draft.pk, by=JOB, on=TODAY)


def test_nothing_of_a_free_invoice_is_nothing_as_well():
    invoice = an_invoice(Wanted("1", "0"))
    with pytest.raises(InvalidInput, match="Say what is credited"):
        credit_parts(invoice.pk, lines={}, charges={}, reason="x", by=JOB, on=TODAY)
    assert part(invoice, quantity="1").gross_amount == 0


def test_a_charge_is_credited_alone_and_the_rest_with_the_lines():
    invoice = _with_freight(make.world())
    charge = invoice.charges.get()
    note = credit_parts(
        invoice.pk, lines={}, charges={charge.pk: D("15.01")}, reason="x", by=JOB, on=TODAY
    )
    assert (note.net_amount, note.charges.get().corrects) == (D("15.01"), charge)
    with pytest.raises(InvalidInput, match="24.99 is left"):
        credit_parts(
            invoice.pk, lines={}, charges={charge.pk: D("25")}, reason="x", by=JOB, on=TODAY
        )
    rest = credit_in_full(invoice.pk, reason="x", by=JOB, on=TODAY)
    assert rest.charges.get().amount == D("24.99")
    assert note.gross_amount + rest.gross_amount == invoice.gross_amount


def test_the_credit_pays_what_is_open_and_no_more():
    invoice = an_invoice()
    part(invoice, quantity="3", act=flow.credit_parts)
    item = OpenItem.objects.get(invoice=invoice)
    assert item.outstanding_amount == D("1023.40") - D("307.02")
    flow.credit_invoice(invoice.pk, reason="All", by=JOB, on=TODAY)
    item.refresh_from_db()
    assert item.outstanding_amount == 0
    assert not OpenItem.objects.filter(customer=invoice.customer).open().exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_credit_the_same_line_and_exactly_one_does():
    invoice = an_invoice()
    results = beside_itself(lambda _n: part(invoice, quantity="6"), threads=2)
    assert sorted(type(one).__name__ for one in results) == ["InvalidInput", "Invoice"]


def test_the_page_previews_and_credits(client):
    invoice = an_invoice()
    client.force_login(kernel.user_with("billing", invoice.company))
    url, line = reverse("invoicing:credit_parts", args=[invoice.pk]), invoice.lines.get()
    asked = {f"quantity_{line.pk}": "2", "reason": "Zwei defekt"}
    shown = client.post(url, asked | {"preview": "1"})
    assert b'id="credit-totals"' in shown.content
    assert not invoice.corrections.exists()
    both = client.post(url, asked | {f"amount_{line.pk}": "5"})
    assert both.status_code == 422
    too_much = client.post(url, asked | {f"quantity_{line.pk}": "11"})
    assert (too_much.status_code, invoice.corrections.count()) == (422, 0)
    done = client.post(url, asked)
    note = invoice.corrections.get()
    assert done.url == note.get_absolute_url()
    assert note.net_amount == Decimal("172.00")
    page = client.get(invoice.get_absolute_url()).content.decode()
    assert note.number in page


def test_a_cancelled_invoice_is_not_credited_again():
    invoice = an_invoice()
    note = part(invoice, quantity="10")
    with pytest.raises(Conflict, match=note.number):
        part(invoice, quantity="1")
