"""One invoice for each period of a subscription: drafted, issued, booked, once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

import invoicing.services as services
import receivables.services as receivables
from core.models import Event
from invoicing.models import Invoice, Subscription
from o2c import due, flow
from o2c.errors import Conflict, PermissionMissing
from o2c.trail import document_flow
from receivables.models import OpenItem
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing.subscriptions import (
    BEFORE,
    JOB,
    START,
    D,
    a_customer,
    a_draft,
    a_line,
    active,
    bill,
    nets,
)

pytestmark = pytest.mark.django_db
FEBRUARY = date(2026, 2, 1)


def test_a_period_becomes_an_invoice_with_its_days():
    buyer = a_customer(language="de")
    terms = kernel.payment_terms(buyer.company, ("1", 10), discount=(5, "0.02"))
    subscription = active(buyer=buyer, payment_terms=terms, po_number="B-4711")
    invoice = bill(subscription, START)
    assert (invoice.state, invoice.number, invoice.subscription) == (
        "issued",
        "RE-000001",
        subscription,
    )
    assert (invoice.period_from, invoice.period_to) == (START, date(2026, 1, 31))
    assert (invoice.net_amount, invoice.vat_amount, invoice.gross_amount) == (100, 19, 119)
    assert (invoice.due_on, invoice.discount_until) == (date(2026, 1, 11), date(2026, 1, 6))
    assert (invoice.po_number, invoice.order, invoice.delivered_on) == ("B-4711", None, None)
    line = invoice.lines.get()
    assert (line.description, line.unit_price, line.quantity) == ("Wartung Anlage 1", 100, 1)
    subscription.refresh_from_db()
    assert (subscription.next_from, subscription.next_bill_on) == (FEBRUARY, FEBRUARY)


def test_it_is_booked_and_open_and_delivered_like_any_other():
    subscription = active(line={"quantity": "3"})
    report = due.run_due([subscription.company], on=START)
    assert report.failures == []
    invoice = subscription.invoices.get()
    assert invoice.pdf_id is not None
    assert invoice.xml_id is not None
    item = OpenItem.objects.get(invoice=invoice)
    assert (item.amount, item.outstanding_amount) == (357, 357)
    assert due.run_due([subscription.company], on=START).done["subscription billed"] == 0


def test_in_arrears_it_waits_for_the_end_of_the_period():
    subscription = active(is_in_advance=False)
    company = subscription.company
    assert not services.subscriptions_awaiting_billing(company, on=date(2026, 1, 31)).exists()
    with pytest.raises(Conflict, match="1 Feb 2026"):
        bill(subscription, date(2026, 1, 31))
    assert list(services.subscriptions_awaiting_billing(company, on=FEBRUARY)) == [subscription]
    assert bill(subscription, FEBRUARY).period_to == date(2026, 1, 31)


def test_a_started_period_is_charged_by_days_and_says_so():
    subscription = active("310", starts_on=date(2026, 1, 11), anchor_day=1)
    invoice = bill(subscription, date(2026, 1, 11))
    line = invoice.lines.get()
    assert (line.net_amount, line.unit_price) == (210, 210)
    assert line.description.startswith("Wartung Anlage 1 (21")
    assert (line.period_from, line.period_to) == (date(2026, 1, 11), date(2026, 1, 31))


def test_twice_is_the_same_invoice():
    subscription = active()
    assert bill(subscription, START) == bill(subscription, START)
    assert Invoice.objects.count() == 1


def test_several_subscriptions_of_a_customer_stay_apart():
    buyer = a_customer()
    one, two = active(buyer=buyer), active("55", buyer=buyer)
    due.run_due([buyer.company], on=START)
    assert nets(one) == [("01.01.26–31.01.26", 100)]
    assert nets(two) == [("01.01.26–31.01.26", 55)]


def test_articles_follow_the_vat_rules_of_orders():
    buyer = a_customer(country="SE", vat_id="SE556703748501")
    company = buyer.company
    german = kernel.customer(company, country="DE", vat_id="DE136695976", language="de")
    subscription = a_draft(german)
    service = kernel.product(company, kind="service", name="Support")
    a_line(subscription, "200", product=service, description="")
    services.activate_subscription(subscription.pk, by=JOB, on=BEFORE)
    line = bill(subscription, START).lines.get()
    assert (line.description, line.product_number) == ("Support", service.number)
    assert (line.vat_category, line.vat_rate) == ("AE", 0)
    assert line.vat_note


def test_a_day_is_on_one_invoice_only_says_the_database():
    subscription = active()
    invoice = bill(subscription, START)
    copy = {
        "company": invoice.company,
        "customer": invoice.customer,
        "subscription": subscription,
        "currency": "EUR",
        "language": "de",
    }
    with pytest.raises(IntegrityError, match="subscription_billed_once"), transaction.atomic():
        Invoice.objects.create(period_from=date(2026, 1, 31), period_to=FEBRUARY, **copy)
    with pytest.raises(IntegrityError, match="invoice_of_subscription"), transaction.atomic():
        Invoice.objects.create(**copy)


def test_a_credited_period_comes_back_by_a_person_only():
    subscription = active()
    invoice = bill(subscription, START)
    with pytest.raises(Conflict, match=invoice.number):
        services.draft_period_again(invoice.pk, by=JOB, on=START)
    flow.credit_invoice(invoice.pk, reason="Falsch", by=JOB, on=START)
    assert due.run_due([subscription.company], on=START).done["subscription billed"] == 0
    again = services.draft_period_again(invoice.pk, by=JOB, on=START)
    assert (again.state, again.period_from, again.net_amount) == ("draft", START, 100)
    flow.issue_invoice(again.pk, by=JOB, on=START)
    assert nets(subscription) == [("01.01.26–31.01.26", 100)]
    assert OpenItem.objects.get(invoice=again).outstanding_amount == 119
    subscription.refresh_from_db()
    assert subscription.next_from == FEBRUARY


def test_a_credit_and_a_reissue_keep_the_period():
    subscription = active()
    invoice = bill(subscription, START)
    fresh = flow.cancel_and_reissue(
        invoice.pk, services.Corrections(po_number="B-9"), reason="PO", by=JOB, on=START
    )
    note = Invoice.objects.get(kind="credit_note")
    for one in (fresh, note):
        assert (one.subscription, one.period_from) == (subscription, START)
        assert one.lines.get().period_to == date(2026, 1, 31)
    assert (fresh.po_number, fresh.due_on) == ("B-9", invoice.due_on)


def test_why_it_could_not_be_billed_stands_with_it_once():
    subscription = active()
    receivables.close_books(subscription.company, until=START, by=JOB, on=FEBRUARY)
    for _sweep in range(2):
        assert due.run_due([subscription.company], on=START).failures
    causes = services.why_not_billed([Subscription.objects.get()])
    assert causes[subscription.pk]
    assert Event.objects.filter(name="subscription.not_billed").count() == 1
    assert not subscription.invoices.exists()


def test_who_may_not_issue_may_not_bill():
    subscription = active()
    rep = kernel.user_with("sales_rep", subscription.company)
    with pytest.raises(PermissionMissing):
        flow.bill_subscription(subscription.pk, by=rep, on=START)


def test_its_document_flow_begins_with_the_subscription():
    subscription = active()
    invoice = bill(subscription, START)
    steps = document_flow(invoice)
    assert [step.number for step in steps][:2] == [subscription.number, invoice.number]
    assert Event.objects.along(invoice.correlation).filter(name="invoice.issued").exists()
    assert Event.objects.along(subscription.correlation).filter(name="subscription.billed").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_invoice():
    subscription = active()
    results = beside_itself(lambda _n: bill(subscription, START), threads=4)
    assert {getattr(result, "pk", result) for result in results} == {Invoice.objects.get().pk}
    subscription.refresh_from_db()
    assert subscription.next_from == FEBRUARY


@pytest.mark.django_db(transaction=True)
def test_a_change_of_price_waits_for_the_billing_or_comes_before_it():
    subscription = active()
    line = subscription.lines.get()

    def act(number):
        if number:
            return bill(subscription, START)
        return services.set_price(
            line.pk, unit_price=D(150), valid_from=date(2026, 1, 11), note="x", by=JOB, on=START
        )

    beside_itself(act, threads=2)
    line.refresh_from_db()
    expected = D("133.87") if line.prices.count() == 2 else 100
    assert Invoice.objects.get().net_amount == expected
