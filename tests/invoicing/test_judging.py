"""Which rules a draft must keep: those of every form that its buyer may be sent."""

from decimal import Decimal

import pytest

from core.models import NumberSeries
from invoicing.models import Invoice, InvoiceLine
from invoicing.services import EInvoiceInvalid, credit_in_full, issue, judge
from invoicing.services.judging import lacks_order_number, profiles_for
from tests.invoicing import make
from tests.invoicing.any_facts import LEITWEG
from tests.invoicing.make import JOB, TODAY, Wanted

D = Decimal
pytestmark = pytest.mark.django_db
PEPPOL = {"endpoint_scheme": "0204", "endpoint_id": LEITWEG}


@pytest.mark.parametrize(
    ("customer", "forms"),
    [
        ({}, ["zugferd"]),
        ({"buyer_reference": "Abt. 7"}, ["zugferd"]),
        ({"buyer_reference": "04011000-1234512345-07"}, ["zugferd"]),
        ({"buyer_reference": LEITWEG}, ["zugferd", "xrechnung-ubl"]),
        ({"is_public_body": True}, ["zugferd", "xrechnung-ubl"]),
        ({"is_public_body": True, "country": "SE"}, ["zugferd"]),
        ({"endpoint_scheme": "EM", "endpoint_id": "a@b.example"}, ["zugferd"]),
        (PEPPOL, ["zugferd", "peppol"]),
        ({"buyer_reference": LEITWEG, **PEPPOL}, ["zugferd", "xrechnung-ubl", "peppol"]),
    ],
)
def test_the_buyer_decides_by_which_forms_a_draft_is_judged(customer, forms):
    draft = make.a_draft(make.world(**customer))
    assert [profile.name for profile in profiles_for(draft)] == forms


def test_an_authority_without_its_reference_is_not_invoiced():
    draft = make.a_draft(make.world(is_public_body=True))
    with pytest.raises(EInvoiceInvalid) as refusal:
        issue(draft.pk, by=JOB, on=TODAY)
    assert [(one.rule, one.field) for one in refusal.value.findings] == [
        ("BR-DE-15", "customer.buyer_reference")
    ]
    series = NumberSeries.objects.get(company=draft.company, kind="invoice")
    assert series.next_value == 1


def test_an_authority_with_its_reference_is_invoiced():
    draft = make.a_draft(make.world(is_public_body=True, buyer_reference=LEITWEG))
    assert issue(draft.pk, by=JOB, on=TODAY).number


def test_peppol_wants_to_know_what_the_customer_ordered():
    draft = make.a_draft(make.world(**PEPPOL), po_number="")
    assert {one.rule for one in judge(draft, on=TODAY)} == {
        "PEPPOL-EN16931-R003",
        "DE-R-015",
    }


def test_a_swedish_company_charges_swedish_rates_only():
    draft = make.a_draft(make.world("SE"), Wanted(vat_rate="0.19"))
    (finding,) = judge(draft, on=TODAY)
    assert (finding.rule, finding.field) == ("SE-R-006", "product.vat_class")


def test_a_draft_that_is_only_judged_stays_a_draft():
    draft = make.a_draft(make.world(is_public_body=True))
    judge(draft, on=TODAY)
    assert Invoice.objects.get(pk=draft.pk).seller == {}


@pytest.mark.parametrize("count", [1, 20])
def test_reading_charges_costs_the_same_for_any_number_of_lines(
    count, django_assert_max_num_queries
):
    draft = make.a_draft(make.world(**PEPPOL, buyer_reference=LEITWEG), *[Wanted()] * count)
    with django_assert_max_num_queries(18):
        issue(draft.pk, by=JOB, on=TODAY)


def test_who_needs_an_order_number_is_not_invoiced_without_it():
    draft = make.a_draft(make.world(is_po_number_required=True), po_number="")
    with pytest.raises(EInvoiceInvalid, match="needs their order number") as refusal:
        issue(draft.pk, by=JOB, on=TODAY)
    (finding,) = refusal.value.findings
    assert (finding.rule, finding.field) == ("O2C-PO", "order.po_number")
    series = NumberSeries.objects.get(company=draft.company, kind="invoice")
    assert series.next_value == 1
    draft.po_number = "4711"
    draft.save(update_fields=["po_number"])
    assert issue(draft.pk, by=JOB, on=TODAY).number


def test_nobody_else_is_asked_for_it_and_no_credit_note_lacks_it():
    assert not judge(make.a_draft(make.world(), po_number=""), on=TODAY)
    invoice = make.an_invoice(make.world(), po_number="")
    invoice.customer.is_po_number_required = True
    invoice.customer.save(update_fields=["is_po_number_required"])
    assert credit_in_full(invoice.pk, reason="Wrong", by=JOB, on=TODAY).number


@pytest.mark.parametrize(("second", "is_lacking"), [("4712", False), ("", True)])
def test_an_invoice_of_many_orders_may_name_them_at_its_lines(second, is_lacking):
    buyer = make.world(is_po_number_required=True)
    draft = make.a_draft(buyer, po_number="4711")
    other = make.an_order(buyer, po_number=second)
    InvoiceLine.objects.create(
        invoice=draft, position=2, order_line=other.lines.get(), description="x", quantity=1,
        unit="C62", unit_price=1, net_amount=1, vat_category="S", vat_rate=D("0.19"),
    )  # fmt: skip
    Invoice.objects.filter(pk=draft.pk).update(po_number="", order=None, shipment=None)
    assert lacks_order_number(Invoice.objects.get(pk=draft.pk)) is is_lacking
