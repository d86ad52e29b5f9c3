"""The buyer gives the order number: the invoice is exchanged, the new one goes out by itself."""

import pytest

import receivables.services as receivables
from core.models import Event, Notification, SignedLink
from core.roles import Role
from invoicing.models import Invoice, InvoiceDelivery
from o2c import answers, flow
from o2c.errors import Conflict, InvalidInput
from orders.models import Order
from receivables.models import OpenItem
from tests import make as kernel
from tests.core.mailbox import mail_server
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.deliveries import a_peppol_invoice, access_point, planned, sweep
from tests.invoicing.make import JOB, TODAY
from tests.invoicing.order_numbers import TO, an_invoice, asked
from tests.world import MONDAY, world

pytestmark = pytest.mark.django_db


def give(link: SignedLink, number: str = "4711") -> SignedLink:
    return answers.give_order_number(link, number, on=TODAY)


def test_the_invoice_is_exchanged_for_one_with_the_number():
    invoice = an_invoice(language="de")
    give(asked(invoice), " PO  4711 ")
    new = Invoice.objects.get(replaces=invoice)
    invoice.refresh_from_db()
    assert (invoice.state, new.state, new.po_number) == ("cancelled", "issued", "PO 4711")
    assert new.gross_amount == invoice.gross_amount
    assert OpenItem.objects.get(invoice=new).outstanding_amount == new.gross_amount
    assert "Bestellnummer PO 4711" in invoice.corrections.get().reason


def test_what_is_invoiced_next_of_the_order_carries_it_too():
    buyer = make.world(email=TO)
    receivables.set_up_ledger(buyer.company)
    order = make.an_order(buyer, po_number="")
    invoice = flow.bill_shipment(make.a_shipment(order, "4").pk, by=JOB, on=TODAY)
    waiting = make.a_shipment(order, "3")
    give(asked(invoice))
    assert Invoice.objects.get(shipment=waiting).po_number == "4711"
    last = flow.bill_shipment(make.a_shipment(order, "3").pk, by=JOB, on=TODAY)
    assert last.po_number == "4711"


def test_an_order_with_a_number_keeps_it():
    invoice = an_invoice(po_number="old")
    give(asked(invoice))
    assert Invoice.objects.get(replaces=invoice).po_number == "4711"
    assert Order.objects.get().po_number == "old"


def test_the_timeline_names_the_buyer():
    invoice = an_invoice()
    give(asked(invoice))
    events = Event.objects.filter(
        name__in=["invoice.order_number_given", "invoice.credited", "invoice.replaced"]
    )
    assert events.count() == 3
    for event in events:
        assert (event.actor_kind, event.actor_name) == ("customer", "Kim Buyer")
        assert event.actor_id == invoice.customer_id


def test_those_who_issue_invoices_are_told_in_their_language():
    invoice = an_invoice()
    german = kernel.user_with(Role.BILLING, invoice.company, language="de")
    give(asked(invoice))
    notice = Notification.objects.get(user=german)
    new = Invoice.objects.get(replaces=invoice)
    assert "Bestellnummer 4711" in notice.title
    assert notice.url == new.get_absolute_url()


def test_given_again_it_stays_as_given_first():
    link = asked(an_invoice())
    give(link)
    assert give(SignedLink.objects.get(pk=link.pk), "0815").answer == {"number": "4711"}
    assert Invoice.objects.filter(kind="invoice").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_exchange_once():
    link = asked(an_invoice())

    def answer(number: int) -> SignedLink:
        return give(SignedLink.objects.get(pk=link.pk), f"PO-{number}")

    first, second = beside_itself(answer, threads=2)
    assert first.answer == second.answer
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    assert Invoice.objects.filter(kind="invoice").count() == 2


def test_what_was_paid_meanwhile_stays_as_it_is():
    here = world()
    invoice = here.invoiced("1")
    link = asked(invoice)
    here.paid(invoice.gross_amount, invoice.number or "", on=MONDAY)
    with pytest.raises(Conflict, match="payment for invoice"):
        give(link)
    invoice.refresh_from_db()
    assert (invoice.state, link.state) == ("issued", SignedLink.State.OPEN)


def test_what_was_cancelled_meanwhile_is_refused_and_the_link_is_not_used():
    invoice = an_invoice()
    link = asked(invoice)
    flow.credit_invoice(invoice.pk, reason="Wrong", by=JOB, on=TODAY)
    with pytest.raises(Conflict, match="cancelled by a credit note"):
        give(link)
    link.refresh_from_db()
    assert link.state == SignedLink.State.OPEN
    assert Invoice.objects.filter(kind="invoice").count() == 1


def test_no_number_uses_nothing_up():
    link = asked(an_invoice())
    with pytest.raises(InvalidInput):
        give(link, "  ")
    link.refresh_from_db()
    assert link.state == SignedLink.State.OPEN


def test_where_the_new_one_is_refused_the_number_is_kept_and_people_are_told():
    invoice = an_invoice()
    company = invoice.company
    link = asked(invoice)
    company.name = ""  # the rules refuse an invoice of nobody
    company.save(update_fields=["name"])
    give(link)
    invoice.refresh_from_db()
    assert (invoice.state, Invoice.objects.count()) == ("issued", 1)
    assert SignedLink.objects.get(pk=link.pk).answer == {"number": "4711"}
    assert Event.objects.get(name="invoice.order_number_stuck").payload["number"] == "4711"
    notice = Notification.objects.get(user__memberships__role=Role.BILLING)
    assert notice.url == invoice.get_absolute_url()


def test_a_link_gives_no_other_right():
    invoice = an_invoice()
    other = an_invoice()
    buyer = answers.CustomerActor(1, "Kim", invoice.company_id, answers.REISSUES)
    assert buyer.may("invoicing.issue", invoice.company_id)
    assert not buyer.may("invoicing.send", invoice.company_id)
    assert not buyer.may("invoicing.issue", other.company_id)
    assert buyer.company_ids() == {invoice.company_id}


def test_a_rejected_one_is_mended_by_the_buyer_from_end_to_end(settings):
    with access_point(settings) as point, mail_server(settings) as mailbox:
        point.behave("refuses")
        invoice = a_peppol_invoice()
        receivables.set_up_ledger(invoice.company)
        planned(invoice)
        sweep(invoice)
        assert InvoiceDelivery.objects.to_settle().count() == 1
        link = asked(invoice)
        sweep(invoice)
        assert link.key() in str(mailbox.mails[-1].get_content())
        point.behave("well")
        give(link)
        assert InvoiceDelivery.objects.to_settle().count() == 0
        sweep(invoice)
        new = Invoice.objects.get(replaces=invoice)
        assert new.deliveries.get().channel == "peppol"
