"""Cancel and reissue in one act: the old one credited, the new one says it right, or neither."""

import pytest
from django.urls import reverse

import receivables.services as receivables
from core.models import Event
from invoicing.models import Invoice
from invoicing.services import Corrections, attach_file, draft_from_shipment
from o2c import flow
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from orders.draft import ChargeDraft
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


def reissue(invoice, *, by=JOB, is_issued=True, **corrections) -> Invoice:
    return flow.cancel_and_reissue(
        invoice.pk,
        Corrections(**corrections),
        reason="Wrong order number",
        is_issued=is_issued,
        by=by,
        on=TODAY,
    )


def test_the_new_one_says_it_right_and_asks_for_the_same():
    invoice = an_invoice(Wanted(), Wanted("3", "1.005", "0.05"))
    first = invoice.lines.first()
    new = reissue(
        invoice,
        po_number="4711",
        buyer_reference="04011000-1234512345-35",
        address={"street": "Neue Straße 5"},
        texts={first.pk: "Kugelhahn, Messing"},
        by=kernel.user_with("billing", invoice.company),
    )
    new, old = Invoice.objects.get(pk=new.pk), Invoice.objects.get(pk=invoice.pk)
    assert (old.state, new.state, new.replaces) == ("cancelled", "issued", old)
    assert (new.po_number, new.buyer["street"]) == ("4711", "Neue Straße 5")
    assert new.buyer["city"] == old.buyer["city"]
    assert new.lines.first().description == "Kugelhahn, Messing"
    assert (new.gross_amount, new.due_on) == (old.gross_amount, old.due_on)
    assert OpenItem.objects.get(invoice=old).outstanding_amount == 0
    assert OpenItem.objects.get(invoice=new).outstanding_amount == new.gross_amount
    assert Event.objects.get(name="invoice.replaced").payload["new"] == new.number


def test_less_takes_its_share_and_none_takes_the_line_off():
    invoice = an_invoice(Wanted("10", "86.00"), Wanted("3", "33.335"), Wanted("1", "5.00"))
    ten, three, _one = invoice.lines.all()
    new = reissue(invoice, quantities={ten.pk: D(0), three.pk: D(2)})
    assert list(new.lines.values_list("quantity", "net_amount")) == [
        (2, D("66.67")),
        (1, D("5.00")),
    ]


def test_more_and_nothing_are_refused_and_nothing_has_happened():
    invoice = an_invoice()
    line = invoice.lines.get()
    with pytest.raises(InvalidInput, match="more than"):
        reissue(invoice, quantities={line.pk: D("10.001")})
    with pytest.raises(InvalidInput, match="Nothing is left"):
        reissue(invoice, quantities={line.pk: D(0)})
    invoice.refresh_from_db()
    assert (invoice.state, Invoice.objects.count()) == ("issued", 1)


def test_a_draft_waits_for_a_look():
    new = reissue(an_invoice(), po_number="4711", is_issued=False)
    assert (new.state, new.number, new.po_number) == ("draft", None, "4711")
    assert flow.issue_invoice(new.pk, by=JOB, on=TODAY).number


def test_what_is_corrected_or_no_invoice_is_refused():
    invoice = an_invoice()
    note = flow.credit_invoice(invoice.pk, reason="x", by=JOB, on=TODAY)
    for wrong in (invoice, note):
        with pytest.raises(Conflict, match="reissued"):
            reissue(wrong)


def test_a_rep_may_not():
    invoice = an_invoice()
    with pytest.raises(PermissionMissing):
        reissue(invoice, by=kernel.user_with("sales_rep", invoice.company))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_reissue_once():
    invoice = an_invoice()
    results = beside_itself(lambda _n: reissue(invoice, po_number="4711"), threads=2)
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Invoice"]
    assert Invoice.objects.filter(replaces=invoice).count() == 1


def test_the_page_shows_what_is_there_and_puts_it_right(client):
    invoice = an_invoice()
    client.force_login(kernel.user_with("billing", invoice.company))
    url, line = reverse("invoicing:reissue", args=[invoice.pk]), invoice.lines.get()
    assert invoice.buyer["street"] in client.get(url).content.decode()
    asked = {name: invoice.buyer[name] for name in ("name", "street", "postcode", "city")}
    asked |= {"po_number": "4711", "buyer_reference": "", "reason": "Falsche Nummer"}
    asked |= {"receiving_advice": "WE-88"}
    asked |= {f"text_{line.pk}": line.description, f"quantity_{line.pk}": "11"}
    assert client.post(url, asked).status_code == 422
    done = client.post(url, asked | {f"quantity_{line.pk}": "9"})
    new = Invoice.objects.get(replaces=invoice)
    assert done.url == new.get_absolute_url()
    assert (new.po_number, new.net_amount) == ("4711", D("774.00"))
    assert new.receiving_advice == "WE-88"
    old_page = client.get(invoice.get_absolute_url()).content.decode()
    assert new.number in old_page
    assert invoice.number in client.get(new.get_absolute_url()).content.decode()


def test_a_percentage_follows_lines_that_became_less_and_files_go_along():
    buyer = make.world()
    receivables.set_up_ledger(buyer.company)
    three_percent = ChargeDraft(reason_code="95", rate=D("0.03"))
    order = make.an_order(buyer, Wanted("10", "10.00"), charges=[three_percent])
    draft = draft_from_shipment(make.a_shipment(order).pk, by=JOB, on=TODAY)
    attach_file(
        draft.pk, b"%PDF-1.7\n", filename="proof.pdf", description="Proof", by=JOB, on=TODAY
    )
    invoice = flow.issue_invoice(draft.pk, by=JOB, on=TODAY)
    line = invoice.lines.get()
    new = flow.cancel_and_reissue(
        invoice.pk, Corrections(quantities={line.pk: D(4)}), reason="fewer", by=JOB, on=TODAY
    )
    assert [one.amount for one in new.charges.all()] == [D("1.20")]
    assert new.net_amount == D("38.80")
    assert [one.document.filename for one in new.files.all()] == ["proof.pdf"]
