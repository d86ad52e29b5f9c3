"""What the database itself refuses, whoever asks."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from fulfillment.models import Shipment, ShipmentLine
from invoicing import proof
from invoicing.models import Invoice, InvoiceLine, InvoiceVat
from invoicing.services import credit_in_full, deliver
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db
D = Decimal
FORBIDDEN = [
    "UPDATE invoicing_invoice SET gross_amount = gross_amount + 1, net_amount = net_amount + 1",
    "UPDATE invoicing_invoice SET number = 'RE-X'",
    "UPDATE invoicing_invoice SET buyer = '{}'",
    "UPDATE invoicing_invoice SET terms_text = 'now'",
    "UPDATE invoicing_invoice SET state = 'draft', number = NULL",
    "UPDATE invoicing_invoice SET state = 'cancelled'",
    "UPDATE invoicing_invoice SET pdf_id = NULL",
    "UPDATE invoicing_invoice SET is_delivery_planned = false",
    "DELETE FROM invoicing_invoiceline",
    "UPDATE invoicing_invoiceline SET net_amount = 0",
    "UPDATE invoicing_invoicevat SET vat_amount = 0",
    "DELETE FROM invoicing_invoiceinstalment",
    "UPDATE invoicing_invoicedelivery SET recipient = 'x'",
    "DELETE FROM invoicing_invoicedelivery",
    "TRUNCATE invoicing_invoice CASCADE",
    "TRUNCATE invoicing_invoiceline CASCADE",
]


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError:
        return True
    return False


def test_an_issued_invoice_never_changes():
    invoice = make.a_documented_invoice(make.world())
    deliver(invoice.pk, by=JOB, on=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE refuses while checks wait
    assert [sql for sql in FORBIDDEN if not refused(sql)] == []


def test_no_line_is_added_to_an_issued_invoice():
    line = make.an_invoice(make.world()).lines.get()
    line.pk, line.position, line.shipment_line = None, 99, None
    with pytest.raises(IntegrityError, match="issued"), transaction.atomic():
        line.save(force_insert=True)


def test_an_invoice_is_born_as_a_draft():
    invoice = make.an_invoice(make.world())
    invoice.pk, invoice.number, invoice.shipment = None, "RE-FAKE", None
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        invoice.save(force_insert=True)


def test_more_than_shipped_is_not_invoiced():
    draft = make.a_draft(make.world())
    line = draft.lines.get()
    with pytest.raises(IntegrityError, match="only 10.000 shipped"), transaction.atomic():
        InvoiceLine.objects.filter(pk=line.pk).update(quantity=D("10.001"))
    line.pk, line.position, line.quantity = None, 2, D("0.001")
    with pytest.raises(IntegrityError, match="10.001 invoiced"), transaction.atomic():
        line.save(force_insert=True)
    assert ShipmentLine.objects.get().quantity == 10


def test_more_than_invoiced_is_not_credited():
    invoice = make.an_invoice(make.world())
    draft = Invoice.objects.create(
        company=invoice.company,
        customer=invoice.customer,
        kind="credit_note",
        corrects=invoice,
        currency="EUR",
        language="de",
    )
    line = invoice.lines.get()
    line.pk, line.invoice, line.corrects_id, line.shipment_line = None, draft, line.pk, None
    line.net_amount += D("0.01")
    with pytest.raises(IntegrityError, match="credited"), transaction.atomic():
        line.save(force_insert=True)


@pytest.mark.parametrize("rows", ["vat", "line"])
def test_totals_that_are_no_sums_are_not_issued(rows):
    draft = make.a_draft(make.world())
    if rows == "vat":
        InvoiceVat.objects.filter(invoice=draft).update(vat_amount=D("163.39"))
    else:
        InvoiceLine.objects.filter(invoice=draft).update(net_amount=D("859.99"))
    with pytest.raises(IntegrityError, match="lines"), transaction.atomic():
        Invoice.objects.filter(pk=draft.pk).update(
            state="issued", number="RE-1", issued_on=TODAY, due_on=TODAY
        )


def test_a_number_has_no_twin():
    invoice = make.an_invoice(make.world())
    other = make.a_draft(invoice.customer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=other.pk).update(number=invoice.number, state="issued")


def test_the_proof_finds_nothing_on_a_sound_world_and_the_breach_on_a_broken_one():
    invoice = make.an_invoice(make.world())
    credit_in_full(invoice.pk, reason="x", by=JOB, on=TODAY)
    make.a_documented_invoice(invoice.customer)
    company = invoice.company
    assert not [breach for check in proof.CHECKS.values() for breach in check(company)]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE invoicing_invoiceline SET net_amount = net_amount + 1")
        found = proof.CHECKS["invoices: totals are the sums of lines, VAT table and instalments"]
        assert invoice.number in "".join(found(company))
        transaction.set_rollback(True)


def test_a_shipment_knows_of_its_invoice_by_the_database_alone():
    draft = make.a_draft(make.world())
    shipment = draft.shipment
    assert Shipment.objects.get(pk=shipment.pk).has_invoice
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Shipment.objects.filter(pk=shipment.pk).update(has_invoice=False)
    draft.lines.all().delete()
    draft.delete()
    assert not Shipment.objects.get(pk=shipment.pk).has_invoice
