"""Pro forma: the order as a letter, with no number of the series, kept with the order."""

import io
from decimal import Decimal

import pypdf
import pytest
from django.urls import reverse

from core.models import NumberSeries, StoredDocument
from invoicing.models import Invoice
from invoicing.services import make_pro_forma
from o2c.errors import Conflict, PermissionMissing
from orders.models import Order, OrderCharge
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

pytestmark = pytest.mark.django_db


def text_of(stored):
    pages = pypdf.PdfReader(io.BytesIO(stored.read())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_it_says_what_it_is_and_takes_no_number():
    order = make.an_order(make.world(language="de"), Wanted("10", "86.00", "0.05"))
    series = list(NumberSeries.objects.order_by("pk").values_list("next_value", flat=True))
    stored = make_pro_forma(order.pk, by=JOB, on=TODAY)
    text = text_of(stored)
    assert f"Proforma-Rechnung {order.number}" in text
    assert "keine Rechnung im Sinne" in text
    for amount in ("817,00", "155,23", "972,23 EUR", "5 %"):
        assert amount in text
    assert not Invoice.objects.exists()
    assert series == list(NumberSeries.objects.order_by("pk").values_list("next_value", flat=True))
    assert list(StoredDocument.objects.about(order)) == [stored]


def test_charges_of_the_order_are_in_its_sum():
    released = make.an_order(make.world(language="de"), Wanted("1", "100.00"))
    line = released.lines.get()
    order = Order.objects.create(
        company=released.company, customer=released.customer, number="AU-999", ordered_on=TODAY,
        payment_terms=released.payment_terms, currency="EUR",
    )  # fmt: skip
    line.pk, line.order = None, order
    line.save()
    OrderCharge.objects.create(
        order=order, position=1, is_charge=True, reason_code="FC",
        amount=Decimal("20.00"), vat_category="S", vat_rate=Decimal("0.19"),
    )  # fmt: skip
    text = text_of(make_pro_forma(order.pk, by=JOB, on=TODAY))
    assert "Fracht 20,00" in text
    assert "142,80 EUR" in text
    order.delete()


def test_twice_keeps_both_and_a_cancelled_order_has_none():
    order = make.an_order(make.world())
    first, second = (make_pro_forma(order.pk, by=JOB, on=TODAY) for _ in range(2))
    assert first.sha256 == second.sha256
    order.to_cancelled(reason="No")
    order.save()
    with pytest.raises(Conflict):
        make_pro_forma(order.pk, by=JOB, on=TODAY)


def test_only_who_enters_orders_makes_one(client):
    buyer = make.world()
    order = make.an_order(buyer)
    clerk = kernel.user_with("auditor", buyer.company)
    with pytest.raises(PermissionMissing):
        make_pro_forma(order.pk, by=clerk, on=TODAY)
    rep = kernel.user_with("sales_rep", buyer.company)
    client.force_login(rep)
    answer = client.post(reverse("invoicing:pro_forma", args=[order.pk]), follow=True)
    (stored,) = StoredDocument.objects.about(order)
    assert stored.filename in answer.text
