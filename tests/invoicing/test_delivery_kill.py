"""kill -9 of a worker between send and receipt: the access point is asked, nothing goes twice."""

import os
import signal
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection

from invoicing.models import InvoiceDelivery
from tests.invoicing.deliveries import (
    a_peppol_invoice,
    access_point,
    hours_pass,
    planned,
    sweep,
    ways,
)

pytestmark = pytest.mark.django_db(transaction=True)


def environment(point_url: str) -> dict[str, str]:
    """A worker's: this test's database and files, and the access point."""
    found = connection.settings_dict
    who = f"{quote(str(found['USER']))}:{quote(str(found['PASSWORD']))}"
    host = found["HOST"] or found["OPTIONS"].get("host", "")
    where = f"/{found['NAME']}?host={host}"
    if not host.startswith("/"):
        where = f"{host}:{found['PORT'] or 5432}/{found['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{who}@{where}",
        "MEDIA_ROOT": str(django_settings.STORAGES["default"]["OPTIONS"]["location"]),
        "O2C_ACCESS_POINT_URL": point_url,
        "O2C_ACCESS_POINT_IS_SIMULATOR": "1",
    }


def worker(pk: int, point_url: str) -> "subprocess.Popen[bytes]":
    """A process of its own that sends one delivery."""
    code = f"from invoicing.services import send_delivery; send_delivery({pk})"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    return subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=environment(point_url))


def test_a_worker_killed_before_the_answer(settings):
    with access_point(settings) as point:
        point.behave("hangs")
        invoice = a_peppol_invoice()
        delivery = planned(invoice)
        process = worker(delivery.pk, point.url)
        assert point.wait_until_hung(60), process.poll()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        assert ways(invoice) == [("peppol", "claimed", "")]

        sweep(invoice)
        assert ways(invoice) == [("peppol", "claimed", "")], "its lease still runs"
        hours_pass(1)
        point.behave("slowly")
        sweep(invoice)
        assert ways(invoice) == [("peppol", "done", "awaited")]
        assert [taken.sent for taken in point.documents.values()] == [1]
        point.answer(delivery.idempotency_key, "delivered")
        hours_pass(2)
        sweep(invoice)
        assert ways(invoice) == [("peppol", "done", "accepted")]
        assert [taken.sent for taken in point.documents.values()] == [1]
        assert InvoiceDelivery.objects.count() == 1


def test_a_worker_killed_before_the_document_was_taken(settings):
    """The claim is there, the document never came: asked, and sent under the same key."""
    with access_point(settings) as point:
        point.behave("hangs-first")
        invoice = a_peppol_invoice()
        delivery = planned(invoice)
        process = worker(delivery.pk, point.url)
        assert point.wait_until_hung(60), process.poll()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        assert point.documents == {}
        hours_pass(1)
        point.behave("well")
        sweep(invoice)
        sweep(invoice)
        hours_pass(2)
        sweep(invoice)
        assert ways(invoice) == [("peppol", "done", "accepted")]
        assert list(point.documents) == [delivery.idempotency_key]
        assert point.documents[delivery.idempotency_key].sent == 1
