"""The pages of subscriptions: from a new one to its invoice, and the adjustment by index."""

from datetime import date

import pytest
from django.urls import reverse

import invoicing.services as services
from invoicing.models import IndexValue, PriceIndex, Subscription
from o2c import flow
from tests import make as kernel
from tests.invoicing.subscriptions import JOB, D, a_customer, active

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    return a_customer()


@pytest.fixture
def biller(client, buyer):
    client.force_login(kernel.user_with("billing", buyer.company))
    return client


def page(client, name, *args):
    response = client.get(reverse(f"invoicing:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def post(client, view, *args, **data):
    return client.post(reverse(f"invoicing:{view}", args=args), data)


def test_from_a_new_one_to_its_invoice(biller, buyer):
    today = buyer.company.today()
    agreed = {
        "customer": buyer.number,
        "title": "Wartung",
        "payment_terms": buyer.payment_terms_id,
        "starts_on": today.replace(day=1).isoformat(),
        "notice_months": "3",
        "interval_months": "1",
        "anchor_day": "1",
        "is_in_advance": "on",
    }
    assert post(biller, "new_subscription", **agreed | {"customer": "none"}).status_code == 422
    assert post(biller, "new_subscription", **agreed).status_code == 302
    made = Subscription.objects.get()
    line = {"description": "Anlage 7", "quantity": "1", "unit_price": "80", "vat_class": "standard"}
    half = post(biller, "add_line", made.pk, **line, step_on="2099-01-01")
    assert half.status_code == 422
    assert post(biller, "add_line", made.pk, **line).status_code == 302
    assert post(biller, "activate_subscription", made.pk).status_code == 302
    text = page(biller, "subscription", made.pk)
    assert "Anlage 7" in text
    assert reverse("invoicing:bill_subscription", args=[made.pk]) in text
    post(biller, "bill_subscription", made.pk)
    invoice = made.invoices.get()
    assert (invoice.state, invoice.net_amount) == ("issued", 80)
    assert str(made) in page(biller, "detail", invoice.pk)
    assert invoice.number in page(biller, "subscription", made.pk)
    listed = page(biller, "subscriptions")
    assert "Wartung" in listed
    assert "80.00" in listed


def test_a_refusal_stands_on_the_form(biller, buyer):
    made = active(buyer=buyer)
    flow.bill_subscription(made.pk, by=JOB, on=date(2026, 1, 1))
    answer = post(biller, "pause_subscription", made.pk, first_on="2026-01-15", reason="Umbau")
    assert answer.status_code == 422
    assert "1 Feb 2026" in answer.content.decode()
    assert (
        post(
            biller, "pause_subscription", made.pk, first_on="2026-03-01", reason="Umbau"
        ).status_code
        == 302
    )
    assert "Umbau" in page(biller, "subscription", made.pk)
    assert post(biller, "resume_subscription", made.pk, first_on="2026-04-01").status_code == 302
    ended = {"ends_on": "2099-12-31", "reason": "Kündigung"}
    assert post(biller, "end_subscription", made.pk, **ended).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.ends_on) == ("active", date(2099, 12, 31))


def test_a_credited_period_is_drafted_again_from_its_invoice(biller, buyer):
    made = active(buyer=buyer)
    invoice = flow.bill_subscription(made.pk, by=JOB, on=date(2026, 1, 1))
    flow.credit_invoice(invoice.pk, reason="Falsch", by=JOB, on=date(2026, 1, 1))
    again = reverse("invoicing:bill_again", args=[invoice.pk])
    assert again in page(biller, "detail", invoice.pk)
    biller.post(again)
    assert made.invoices.get(kind="invoice", state="draft").net_amount == 100


def test_the_adjustment_shows_its_figures_before_it_is_made(biller, buyer):
    company = buyer.company
    post(biller, "add_index", name="VPI", publisher="Destatis")
    index = PriceIndex.objects.get()
    value = {"valid_from": "2026-10-01", "value": "121.4", "source": "Destatis"}
    assert post(biller, "enter_value", index.pk, **value).status_code == 302
    based = {"index": index, "index_base_value": D("117.8"), "index_base_on": date(2025, 10, 1)}
    made = active(buyer=buyer, line=based)
    shown = biller.get(reverse("invoicing:adjust_prices"), {"until": "2027-01-01"})
    assert "103.06" in shown.content.decode()
    assert 'value="1 Jan 2027"' in shown.content.decode()
    due = services.preview_adjustments(company, until=date(2027, 1, 1))
    seen = services.token_of(due)
    stale = post(biller, "adjust_prices", until="2027-01-01", seen="other")
    assert stale.status_code in (302, 409)
    assert made.lines.get().prices.count() == 1
    post(biller, "adjust_prices", until="2027-01-01", seen=seen)
    assert made.lines.get().prices.last().unit_price == D("103.06")
    assert "121.4" in page(biller, "indices")
    post(biller, "drop_value", IndexValue.objects.get().pk)
    assert IndexValue.objects.exists()


def test_another_company_knows_nothing_of_it(client, buyer):
    made = active(buyer=buyer)
    client.force_login(kernel.user_with("billing", kernel.company_de()))
    for name in ("subscription", "change_subscription", "add_line"):
        assert client.get(reverse(f"invoicing:{name}", args=[made.pk])).status_code == 404
    line = made.lines.get()
    assert client.get(reverse("invoicing:set_price", args=[line.pk])).status_code == 404


def test_an_auditor_looks_and_is_offered_no_acts(client, buyer):
    made = active(buyer=buyer)
    client.force_login(kernel.user_with("auditor", buyer.company))
    text = page(client, "subscription", made.pk)
    assert reverse("invoicing:end_subscription", args=[made.pk]) not in text
    assert client.get(reverse("invoicing:new_subscription")).status_code == 403
