"""The facts of a stored document: charges, deposits, periods and references reach the XML."""

from datetime import date
from decimal import Decimal

import pytest

from core.models import remember
from invoicing.einvoice import PROFILES, errors
from invoicing.models import Invoice, InvoiceCharge, InvoiceDeposit, InvoiceVat
from invoicing.services import facts_of
from o2c.money import TaxableLine, totals
from tests.invoicing import make
from tests.invoicing.make import TODAY

D = Decimal
pytestmark = pytest.mark.django_db


def with_charges(invoice, *charges):
    """The draft with charges (amount, whether it is one), and totals that follow."""
    InvoiceCharge.objects.bulk_create(
        InvoiceCharge(
            invoice=invoice,
            position=position,
            is_charge=is_charge,
            reason_code="FC" if is_charge else "95",
            reason="Fracht" if is_charge else "Treuerabatt",
            amount=D(amount),
            vat_category="S",
            vat_rate=D("0.19"),
        )
        for position, (amount, is_charge) in enumerate(charges, start=1)
    )
    invoice = Invoice.objects.get(pk=invoice.pk)  # which remembers that it had none
    lines = [*invoice.lines.all()]
    sums = totals(
        [
            *(TaxableLine(one.net_amount, one.vat_category, one.vat_rate) for one in lines),
            *(
                TaxableLine(one.signed_amount, one.vat_category, one.vat_rate)
                for one in invoice.charges.all()
            ),
        ]
    )
    Invoice.objects.filter(pk=invoice.pk).update(
        net_amount=sums.net_amount, vat_amount=sums.vat_amount, gross_amount=sums.gross_amount
    )
    InvoiceVat.objects.filter(invoice=invoice).delete()
    for row in sums.vat_rows:
        InvoiceVat.objects.create(
            invoice=invoice,
            vat_category=row.vat_category,
            vat_rate=row.vat_rate,
            net_amount=row.net_amount,
            vat_amount=row.vat_amount,
        )
    return Invoice.objects.get(pk=invoice.pk)


def frozen(invoice):
    """The document with its snapshots, as issuing sets them, and its instalment."""
    invoice.seller = invoice.company.snapshot()
    invoice.buyer = {
        "name": "Käufer GmbH", "street": "Weg 1", "postcode": "10115", "city": "Berlin",
        "country": "DE",
    }  # fmt: skip
    invoice.terms_text = "Netto."
    return invoice


def test_charges_and_allowances_are_facts_and_close():
    draft = with_charges(make.a_draft(make.world()), ("9.00", True), ("2.50", False))
    facts = facts_of(frozen(draft), on=TODAY)
    assert [(one.reason, one.signed_amount) for one in facts.charges] == [
        ("Fracht", D("9.00")),
        ("Treuerabatt", D("-2.50")),
    ]
    assert facts.net_amount == facts.line_total + D("6.50")
    assert errors(facts, [PROFILES["zugferd"]]) == []


def test_deposits_are_facts_with_their_tax():
    buyer = make.world()
    deposits = [make.an_invoice(buyer) for _ in range(2)]
    draft = make.a_draft(buyer)
    draft.deposit_amount = D("238.00")
    deducted = {"vat_category": "S", "net_amount": D("100.00"), "vat_amount": D("19.00")}
    rows = [
        InvoiceDeposit(invoice=draft, deposit=deposit, vat_rate=D("0.19"), **deducted)
        for deposit in deposits
    ]
    remember(draft, "deposits", rows)
    facts = facts_of(frozen(draft), on=TODAY)
    assert {one.number for one in facts.deposits} == {one.number for one in deposits}
    assert facts.deposit_amount == D("238.00")
    assert facts.payable_amount == facts.gross_amount - D("238.00")
    assert errors(facts, [PROFILES["zugferd"]]) == []


def test_periods_project_contract_and_rounding_are_facts():
    draft = make.a_draft(make.world())
    draft.period_from, draft.period_to = date(2026, 11, 1), date(2026, 11, 30)
    draft.project_reference, draft.contract_reference = "P-7", "V-9"
    frozen(draft).rounding_amount = D("0.40")
    facts = facts_of(draft, on=TODAY)
    assert (facts.period_from, facts.period_to) == (draft.period_from, draft.period_to)
    assert (facts.project_reference, facts.contract_reference) == ("P-7", "V-9")
    assert facts.payable_amount == facts.gross_amount + D("0.40")


@pytest.mark.parametrize(
    ("kind", "code"), [("invoice", "380"), ("deposit", "386"), ("credit_note", "381")]
)
def test_the_kind_goes_by_its_code(kind, code):
    draft = make.a_draft(make.world())
    draft.kind = kind
    assert facts_of(frozen(draft), on=TODAY).kind == code


def test_lines_of_many_orders_and_shipments_name_their_own():
    draft = make.a_draft(make.world())
    order, shipment = draft.order, draft.shipment
    draft.order = draft.shipment = None
    (line,) = facts_of(frozen(draft), on=TODAY).lines
    assert (line.order_number, line.delivery_note_number) == (order.number, shipment.number)
    draft.order, draft.shipment = order, shipment
    (line,) = facts_of(frozen(draft), on=TODAY).lines
    assert (line.order_number, line.delivery_note_number) == ("", "")


def test_a_reissued_invoice_names_the_one_it_replaces():
    buyer = make.world()
    old = make.an_invoice(buyer)
    draft = make.a_draft(buyer)
    draft.replaces = old
    facts = facts_of(frozen(draft), on=TODAY)
    assert [(one.number, one.issued_on) for one in facts.preceding] == [(old.number, old.issued_on)]
