"""Pages of deliveries: the list and its tabs, one delivery, letters, a customer's channels."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from invoicing.models import DeliveryRoute, InvoiceDelivery, LetterBatch
from invoicing.services import credit_in_full
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.deliveries import a_peppol_invoice, access_point, planned, sweep
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def point(settings):
    with access_point(settings) as running:
        yield running


@pytest.fixture
def rejected(point, client):
    """A delivery that was refused for a rule, and a clerk who looks at it."""
    point.behave("refuses")
    invoice = a_peppol_invoice()
    planned(invoice)
    sweep(invoice)
    client.force_login(kernel.user_with("billing", invoice.company))
    return InvoiceDelivery.objects.get()


def shown(client, name, *args, **query) -> str:
    answer = client.get(reverse(f"invoicing:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_rejected_one_shows_its_rule_in_plain_words(client, rejected):
    page = shown(client, "delivery", rejected.pk)
    assert "Reverse charge needs the VAT ids of both sides." in page
    assert reverse("invoicing:reissue", args=[rejected.invoice_id]) in page
    assert "rejected this invoice" in shown(client, "detail", rejected.invoice_id)


def test_its_case_ends_when_the_invoice_is_taken_back(rejected):
    assert InvoiceDelivery.objects.to_settle().count() == 1
    credit_in_full(rejected.invoice_id, reason="Rejected", by=JOB, on=TODAY)
    assert InvoiceDelivery.objects.to_settle().count() == 0


@pytest.mark.parametrize(
    ("stage", "is_there"),
    [("to_settle", True), ("rejected", True), ("failed", False), ("on_the_way", False),
     ("awaiting_receipt", False), ("closed", False)],
)  # fmt: skip
def test_the_tabs_hold_what_they_say(client, rejected, stage, is_there):
    page = shown(client, "deliveries", stage=stage)
    assert (rejected.get_absolute_url() in page) is is_there


def test_the_list_asks_as_often_for_one_row_as_for_many(
    client, rejected, django_assert_max_num_queries
):
    for _ in range(5):
        buyer = kernel.customer(rejected.company)
        planned(make.a_documented_invoice(buyer))
    client.get(reverse("invoicing:deliveries"))
    with django_assert_max_num_queries(12):
        client.get(reverse("invoicing:deliveries"))


def test_pages_of_one_stay_within_25_statements(client, rejected, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        shown(client, "delivery", rejected.pk)


def test_a_clerk_settles_it_with_a_reason(client, rejected):
    url = reverse("invoicing:settle_delivery", args=[rejected.pk])
    assert client.post(url, {"outcome": "not_arrived", "reason": ""}).status_code == 422
    answer = client.post(url, {"outcome": "not_arrived", "reason": "They want a PDF"})
    assert answer.status_code == 302
    rejected.refresh_from_db()
    assert rejected.closed_at is not None
    assert rejected.invoice.deliveries.order_by("-pk")[0].channel == "email"
    again = client.post(url, {"outcome": "arrived", "reason": "Again"})
    assert again.status_code == 409


def test_the_invoice_names_the_channels_that_are_left(client, point):
    point.behave("slowly")
    invoice = a_peppol_invoice(email="ap@kunde.example")
    planned(invoice)
    sweep(invoice)
    client.force_login(kernel.user_with("billing", invoice.company))
    page = shown(client, "detail", invoice.pk)
    assert "e-mail (ap@kunde.example)" in page
    assert "receipt awaited" in page


def test_letters_are_collected_and_posted_by_a_click(client, tmp_path, settings):
    settings.LETTER_FOLDER = str(tmp_path)
    invoice = make.a_documented_invoice(make.world(email=""))
    planned(invoice)
    client.force_login(kernel.user_with("billing", invoice.company))
    assert "1 letter waits" in shown(client, "letter_batches")
    client.post(reverse("invoicing:collect_letters"))
    batch = LetterBatch.objects.get()
    assert invoice.number in shown(client, "letter_batch", batch.pk)
    assert client.get(reverse("core:document", args=[batch.pdf_id])).status_code == 200
    client.post(reverse("invoicing:hand_over_batch", args=[batch.pk]))
    assert InvoiceDelivery.objects.get().receipt == "accepted"


def test_a_letter_alone_is_handed_over(client):
    invoice = make.a_documented_invoice(make.world(email=""))
    delivery = planned(invoice)
    client.force_login(kernel.user_with("billing", invoice.company))
    url = reverse("invoicing:hand_over", args=[delivery.pk])
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert InvoiceDelivery.objects.get().receipt == "accepted"


def test_a_customers_channels_are_set_and_emptied(client):
    buyer = make.world()
    client.force_login(kernel.user_with("sales_rep", buyer.company))
    url = reverse("invoicing:channels", args=[buyer.pk])
    assert client.get(url).status_code == 200
    twice = {"channel_1": "email", "channel_2": "email"}
    assert client.post(url, twice).status_code == 422
    assert client.post(url, {"channel_1": "letter", "format_1": "zugferd"}).status_code == 422
    wanted = {"channel_1": "export", "recipient_1": "Portal 7", "hours_1": "8"}
    assert client.post(url, {**wanted, "channel_2": "letter"}).status_code == 302
    rows = list(DeliveryRoute.objects.order_by("position"))
    assert [(row.channel, row.format, row.timeout_hours) for row in rows] == [
        ("export", "zugferd", 8),
        ("letter", "pdf", 72),
    ]
    assert planned(make.a_documented_invoice(buyer)).channel == "export"
    client.post(url, {"channel_1": ""})
    assert not DeliveryRoute.objects.exists()


def test_a_stranger_finds_nothing_and_the_warehouse_may_not(client, rejected):
    client.force_login(kernel.user_with("billing", kernel.company_de()))
    assert client.get(rejected.get_absolute_url()).status_code == 404
    client.force_login(kernel.user_with("warehouse", rejected.company))
    assert client.get(rejected.get_absolute_url()).status_code == 403


def test_the_command_says_where_deliveries_stand(rejected, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("deliver", company=rejected.company.code, json=True)
    assert ended.value.code == 1
    assert '"rejected": 1' in capsys.readouterr().out
