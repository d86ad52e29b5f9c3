"""What the access point tells by itself: signed, fresh, once."""

import json
import time

import pytest
from django.urls import reverse

from core.signatures import sign
from invoicing.models import AccessPointEvent
from tests.invoicing.deliveries import (
    SECRET,
    a_peppol_invoice,
    access_point,
    planned,
    sweep,
    ways,
)

HOOK = reverse("access_point_news")


@pytest.fixture
def point(settings):
    with access_point(settings) as running:
        running.behave("slowly")
        yield running


def body_for(key: str, event_id: str = "event-1", state: str = "delivered") -> bytes:
    return json.dumps({"event_id": event_id, "key": key, "id": "AP-1", "state": state}).encode()


def tell(client, body: bytes, *, secret: str = SECRET, ago: int = 0) -> int:
    signature = sign(body, secret=secret, at=int(time.time()) - ago)
    answer = client.post(
        HOOK, body, content_type="application/json", headers={"O2C-Signature": signature}
    )
    return answer.status_code


@pytest.mark.django_db
def test_a_receipt_told_twice_is_one(client, point):
    invoice = a_peppol_invoice()
    delivery = planned(invoice)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "awaited")]
    for event_id in ("a", "a", "b"):
        assert tell(client, body_for(delivery.idempotency_key, event_id)) == 204
    assert AccessPointEvent.objects.count() == 2
    assert sweep(invoice).done["receipt told"] == 1
    assert sweep(invoice).done["receipt told"] == 0
    assert ways(invoice) == [("peppol", "done", "accepted")]
    assert list(AccessPointEvent.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "new",
        "known",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("options", "status"), [({"secret": "other"}, 401), ({"ago": 301}, 401)])
def test_a_stranger_or_an_old_one_is_refused(client, point, options, status):
    assert tell(client, body_for("x"), **options) == status
    assert not AccessPointEvent.objects.exists()


@pytest.mark.django_db
def test_a_changed_body_is_refused(client, point):
    body = body_for("x")
    signature = sign(body, secret=SECRET, at=int(time.time()))
    answer = client.post(
        HOOK,
        body.replace(b"delivered", b"rejected"),
        content_type="application/json",
        headers={"O2C-Signature": signature},
    )
    assert answer.status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"event_id": 1, "state": "delivered"}', b"\xff"]
)
def test_what_can_not_be_read_is_named_so(client, point, body):
    assert tell(client, body) == 400
    assert not AccessPointEvent.objects.exists()


@pytest.mark.django_db
def test_without_a_secret_nobody_may_tell_anything(client, settings):
    settings.ACCESS_POINT_SECRET = ""
    assert tell(client, body_for("x"), secret="") == 401


@pytest.mark.django_db
def test_news_of_a_document_that_is_none_of_ours_is_kept_and_changes_nothing(client, point):
    invoice = a_peppol_invoice()
    planned(invoice)
    assert tell(client, body_for("of somebody else")) == 204
    sweep(invoice)
    assert AccessPointEvent.objects.get().outcome == "no such delivery"


@pytest.mark.django_db(transaction=True)
def test_an_access_point_that_answers_twice_by_itself_is_believed_once(live_server, settings):
    with access_point(settings, hook=f"{live_server.url}{HOOK}") as point:
        point.behave("answers-twice")
        invoice = a_peppol_invoice()
        delivery = planned(invoice)
        sweep(invoice)
        point.wait_until_told(3)
        sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "accepted")]
    assert AccessPointEvent.objects.count() == 2
    assert point.documents[delivery.idempotency_key].sent == 1
