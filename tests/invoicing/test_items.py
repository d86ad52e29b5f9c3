"""What an article's e-invoice says beside number and name: frozen on the line, in both syntaxes."""

from dataclasses import replace

import pytest

from catalog.services import ProductDraft, change_product
from invoicing.einvoice import PROFILES, build_xml, findings
from invoicing.models import Invoice
from invoicing.services import credit_in_full, draft_from_shipment, facts_of, issue
from o2c.errors import InvalidInput
from tests import make as builders
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db
BUYER = {
    "endpoint_scheme": "9930",
    "endpoint_id": "DE129273398",
    "buyer_reference": "04011000-1234512345-06",
}
GTIN = "4006381333931"
KNOWN = {
    "gtin": GTIN,
    "origin_country": "cz",
    "classification_list": "TST",
    "classification_code": "40141607",
    "attributes": [["Nennweite", "DN 25"], ["Druck", "PN 16"]],
}


def a_draft(**facts: object) -> Invoice:
    """The draft of a shipment whose article is known by these facts."""
    shipment = make.shipped(make.world(**BUYER))
    (ordered,) = shipment.order.lines.select_related("product")
    product = change_product(
        ordered.product.pk,
        replace(ProductDraft.of(ordered.product), **facts),
        by=builders.SET_UP,
        on=TODAY,
    )
    draft = draft_from_shipment(shipment.pk, by=JOB, on=TODAY)
    later = replace(ProductDraft.of(product), origin_country="CN", attributes=())
    change_product(product.pk, later, by=builders.SET_UP, on=TODAY)
    return draft


def test_the_line_keeps_what_was_known_when_it_was_drafted() -> None:
    invoice = issue(a_draft(**KNOWN).pk, by=JOB, on=TODAY)
    (line,) = facts_of(Invoice.objects.get(pk=invoice.pk)).lines
    assert (line.gtin, line.origin_country) == (GTIN, "CZ")
    assert line.classifications == (("40141607", "TST"),)
    assert line.attributes == (("Nennweite", "DN 25"), ("Druck", "PN 16"))
    note = credit_in_full(invoice.pk, reason="Wrong", by=JOB, on=TODAY)
    (credited,) = facts_of(note).lines
    assert (credited.gtin, credited.attributes) == (line.gtin, line.attributes)


def test_an_article_of_which_nothing_is_known_adds_nothing() -> None:
    (line,) = a_draft().lines.all()
    assert line.item == {}


@pytest.mark.parametrize("form", ["zugferd", "peppol"])
def test_both_syntaxes_name_it_all_and_the_rules_accept_it(form: str) -> None:
    facts = facts_of(issue(a_draft(**KNOWN).pk, by=JOB, on=TODAY))
    assert findings(facts, PROFILES[form]) == []
    xml = build_xml(facts, PROFILES[form]).decode()
    for said in (GTIN, "CZ", "40141607", "TST", "Nennweite", "DN 25"):
        assert f">{said}<" in xml or f'"{said}"' in xml, said


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"origin_country": "Tschechien"}, "origin_country"),
        ({"classification_list": "TST"}, "classification_code"),
        ({"classification_code": "40141607"}, "classification_list"),
        ({"classification_list": "XX", "classification_code": "1"}, "classification_list"),
        ({"attributes": [["Nennweite", ""]]}, "attributes"),
        ({"attributes": [["a", "b"]] * 21}, "attributes"),
        ({"attributes": [["a", "b" * 101]]}, "attributes"),
    ],
)
def test_what_no_e_invoice_could_carry_is_refused(facts: dict[str, object], field: str) -> None:
    company = builders.company_de()
    with pytest.raises(InvalidInput) as refused:
        builders.product(company, **facts)
    assert refused.value.field == field
