"""Letters of what the services make: a deposit, and the final invoice that takes it off."""

import io

import pypdf
import pytest

import receivables.services as receivables
from invoicing.services import StepDraft, plan_steps, produce_documents
from o2c import flow
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, D, Wanted

pytestmark = pytest.mark.django_db


def letter_of(invoice) -> str:
    stored = produce_documents(invoice.pk, by=JOB, on=TODAY).pdf
    pages = pypdf.PdfReader(io.BytesIO(stored.read())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture
def order():
    buyer = make.world(language="de")
    receivables.set_up_ledger(buyer.company)
    return make.an_order(buyer, Wanted(), Wanted("4", "25.00"))  # 960.00 + 182.40


def test_a_deposit_and_its_final_invoice_name_each_other(order):
    (step,) = plan_steps(order.pk, [StepDraft("Anzahlung", share=D("0.3"))], by=JOB, on=TODAY)
    deposit = flow.bill_step(step.pk, by=JOB, on=TODAY)
    asked = letter_of(deposit)
    assert f"Abschlagsrechnung {deposit.number}" in asked
    assert "342,72 EUR" in asked
    final = flow.bill_shipment(make.a_shipment(order).pk, by=JOB, on=TODAY)
    said = letter_of(final)
    assert f"Schlussrechnung {final.number}" in said
    assert f"{deposit.number} vom 20. November 2026 −288,00 −54,72 −342,72" in said
    assert "Noch zu zahlen 672,00 127,68 799,68" in said
    assert "IBAN" in said.split("Noch zu zahlen")[1]
