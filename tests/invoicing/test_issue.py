"""Issuing: judged first, numbered last, frozen for ever."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

import receivables.services as receivables
from core.models import Event, NumberSeries
from customers.models import Address
from invoicing.models import Invoice, InvoiceState
from invoicing.services import EInvoiceInvalid, issue
from o2c import flow
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from receivables.models import JournalEntry
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

D = Decimal
pytestmark = pytest.mark.django_db


def next_value(company, kind="invoice"):
    return NumberSeries.objects.get(company=company, kind=kind).next_value


def test_issuing_numbers_freezes_and_dates():
    draft = make.a_draft(make.world())
    billing = kernel.user_with("billing", draft.company)
    invoice = issue(draft.pk, by=billing, on=TODAY)
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.ISSUED
    assert invoice.number
    assert invoice.issued_on == TODAY
    assert invoice.seller == draft.company.snapshot()
    assert invoice.buyer["number"] == draft.customer.number
    assert invoice.buyer["city"] == "Berlin"
    assert invoice.due_on == TODAY + timedelta(days=30)
    assert invoice.payment_reference.startswith("RF")
    assert "20. Dezember 2026" in invoice.terms_text
    event = Event.objects.get(name="invoice.issued")
    assert (event.actor_name, event.subject_label) == (billing.name, invoice.number)


def test_instalments_and_discount_follow_the_terms():
    buyer = make.world()
    terms = kernel.payment_terms(buyer.company, ("0.3", 10), ("0.7", 40), discount=(14, "0.02"))
    invoice = make.an_invoice(buyer, Wanted("1", "100.01"), payment_terms=terms)
    assert [(part.due_on, part.amount) for part in invoice.instalments.all()] == [
        (date(2026, 11, 30), D("35.70")),
        (date(2026, 12, 30), D("83.31")),
    ]
    assert invoice.due_on == date(2026, 11, 30)
    assert (invoice.discount_rate, invoice.discount_until) == (D("0.02"), date(2026, 12, 4))


def test_a_swedish_company_asks_for_an_ocr_number():
    invoice = make.an_invoice(make.world("SE"), Wanted(vat_rate="0.25"))
    assert invoice.payment_reference.isdigit()
    assert invoice.currency == "SEK"
    assert "december 2026" in invoice.terms_text


def test_what_was_issued_can_not_be_issued_again():
    invoice = make.an_invoice(make.world())
    with pytest.raises(Conflict, match=invoice.number):
        issue(invoice.pk, by=JOB, on=TODAY)
    assert next_value(invoice.company) == 2


def test_without_the_right_nothing_happens():
    draft = make.a_draft(make.world())
    with pytest.raises(PermissionMissing):
        issue(draft.pk, by=kernel.user_with("warehouse", draft.company), on=TODAY)
    assert next_value(draft.company) == 1


def test_a_failing_rule_is_named_and_costs_no_number():
    buyer = make.world(vat_id="")
    draft = make.a_draft(buyer, Wanted(vat_category="AE", vat_rate="0", vat_note="Reverse charge"))
    with pytest.raises(EInvoiceInvalid) as refusal:
        issue(draft.pk, by=JOB, on=TODAY)
    finding = refusal.value.findings[0]
    assert (finding.rule, finding.field) == ("BR-AE-02", "customer.vat_id")
    assert "BR-AE-02" in refusal.value.message
    draft = Invoice.objects.get(pk=draft.pk)
    assert (draft.state, draft.number, next_value(draft.company)) == ("draft", None, 1)
    assert not draft.instalments.exists()


def test_a_customer_without_address_is_named():
    draft = make.a_draft(make.world())
    Address.objects.filter(customer=draft.customer).update(is_active=False)
    with pytest.raises(EInvoiceInvalid) as refusal:
        issue(draft.pk, by=JOB, on=TODAY)
    assert refusal.value.field == "customer.addresses"


def test_no_date_before_the_last_number():
    invoice = make.an_invoice(make.world())
    draft = make.a_draft(invoice.customer)
    with pytest.raises(InvalidInput, match="date"):
        issue(draft.pk, by=JOB, on=TODAY - timedelta(days=1))


def test_later_changes_of_the_customer_do_not_touch_it():
    invoice = make.an_invoice(make.world(name="Alter Name GmbH"))
    invoice.customer.name = "Neuer Name GmbH"
    invoice.customer.save()
    invoice.refresh_from_db()
    assert invoice.buyer["name"] == "Alter Name GmbH"


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_leave_no_gap_and_no_twin():
    buyer = make.world()
    drafts = [make.a_draft(buyer) for _ in range(20)]
    beside_itself(lambda n: issue(drafts[n].pk, by=JOB, on=TODAY))
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert [int(number[-6:]) for number in numbers] == list(range(1, 21))
    assert next_value(buyer.company) == 21


@pytest.mark.django_db(transaction=True)
def test_two_series_run_beside_each_other_and_what_is_not_booked_gives_its_number_back():
    """Some fail after their number was drawn: the books have no account for their rate."""
    buyers = [make.world("DE"), make.world("SE")]
    for buyer in buyers:
        receivables.set_up_ledger(buyer.company)
    rates = ["0.17", "0.25", "0.19", "0.25", "0.19", "0.25"]
    shipments = [make.shipped(buyers[n % 2], Wanted(vat_rate=rates[n % 6])) for n in range(72)]

    def bill(thread: int) -> list[object]:
        return [_billed(shipment.pk) for shipment in shipments[thread::20]]

    results = [one for each in beside_itself(bill) for one in each]
    assert Counter(map(type, results)) == {Invoice: 60, Conflict: 12}
    for buyer in buyers:
        mine = Invoice.objects.filter(company=buyer.company)
        numbers = sorted(int(number[-6:]) for number in mine.values_list("number", flat=True))
        assert numbers == list(range(1, next_value(buyer.company)))
    assert JournalEntry.objects.count() == 60


def _billed(pk):
    try:
        return flow.bill_shipment(pk, by=JOB, on=TODAY)
    except Conflict as refusal:
        return refusal


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_on_one_draft_issue_it_once():
    draft = make.a_draft(make.world())
    results = beside_itself(lambda _n: issue(draft.pk, by=JOB, on=TODAY))
    assert sum(isinstance(result, Invoice) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 19
    assert next_value(draft.company) == 2


@pytest.mark.parametrize("lines", [1, 50])
def test_the_statements_do_not_grow_with_the_lines(lines, django_assert_max_num_queries):
    draft = make.a_draft(make.world(), *[Wanted() for _ in range(lines)])
    with django_assert_max_num_queries(18):
        issue(draft.pk, by=JOB, on=TODAY)
