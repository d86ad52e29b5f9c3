"""Crediting in full: the original's own figures, once."""

import pytest

from core.models import Event
from invoicing.models import Invoice, InvoiceState
from invoicing.services import credit_in_full, draft_from_shipment, shipments_awaiting_invoice
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

pytestmark = pytest.mark.django_db
FIGURES = ("net_amount", "vat_amount", "gross_amount")
LINE = ("position", "quantity", "unit_price", "net_amount", "vat_category", "vat_rate")


def credit(invoice, *, reason="Wrong article", by=JOB):
    return credit_in_full(invoice.pk, reason=reason, by=by, on=TODAY)


def test_the_credit_note_has_the_invoices_figures():
    invoice = make.an_invoice(make.world(), Wanted(), Wanted("3", "1.005", "0.05"))
    note = credit(invoice, by=kernel.user_with("billing", invoice.company))
    assert note.kind == Invoice.Kind.CREDIT_NOTE
    assert note.number != invoice.number
    assert [getattr(note, name) for name in FIGURES] == [getattr(invoice, name) for name in FIGURES]
    assert list(note.lines.values_list(*LINE)) == list(invoice.lines.values_list(*LINE))
    assert note.corrects == invoice
    assert note.payment_reference == ""
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.CANCELLED
    assert Event.objects.get(name="invoice.credited").payload["credit_note"] == note.number


def test_twice_is_refused_and_names_the_credit_note():
    invoice = make.an_invoice(make.world())
    note = credit(invoice)
    with pytest.raises(Conflict, match=note.number):
        credit(invoice)


def test_a_draft_and_a_credit_note_can_not_be_credited():
    draft = make.a_draft(make.world())
    with pytest.raises(Conflict, match="nothing to credit"):
        credit(draft)
    note = credit(make.an_invoice(draft.customer))
    with pytest.raises(Conflict, match="nothing to credit"):
        credit(note)


def test_a_reason_is_needed():
    invoice = make.an_invoice(make.world())
    with pytest.raises(InvalidInput, match="why"):
        credit(invoice, reason="  ")


def test_a_rep_may_not_credit():
    invoice = make.an_invoice(make.world())
    with pytest.raises(PermissionMissing):
        credit(invoice, by=kernel.user_with("sales_rep", invoice.company))


def test_what_was_credited_is_billed_again_only_by_a_person():
    invoice = make.an_invoice(make.world())
    credit(invoice)
    assert not shipments_awaiting_invoice(invoice.company).exists()
    again = draft_from_shipment(invoice.shipment.pk, by=JOB, on=TODAY)
    assert again != invoice
    assert again.gross_amount == invoice.gross_amount


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_credit_once():
    invoice = make.an_invoice(make.world())
    results = beside_itself(lambda _n: credit(invoice), threads=10)
    assert sum(isinstance(result, Invoice) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 9
