"""Bank files over HTTP: with a key, whole or not at all, twice is once, nothing of others."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import ApiToken, Company, Event, Membership
from core.services.tokens import give_key, hash_of
from receivables.models import BankEntry, BankFile
from tests import make
from tests.receivables.make import camt, entry, item, ledger

pytestmark = pytest.mark.django_db
URL = "/api/bank-files"


@pytest.fixture
def company() -> Company:
    cache.clear()
    return ledger()


def _key(company: Company, name: str = "Bank robot") -> str:
    token = ApiToken(company=company, name=name)
    key = give_key(token)
    token.save()
    return key


def _sent(client: Client, key: str, content: bytes, *, url: str = URL) -> tuple[int, Any]:
    answer = client.post(
        url,
        content,
        content_type="application/octet-stream",
        headers={"authorization": f"Bearer {key}"},
    )
    return answer.status_code, json.loads(answer.content)


def _asked(client: Client, key: str, pk: int) -> tuple[int, Any]:
    answer = client.get(f"{URL}/{pk}", headers={"authorization": f"Bearer {key}"})
    return answer.status_code, json.loads(answer.content)


def test_a_file_is_booked_once_and_its_result_can_be_asked(company: Company) -> None:
    client, key = Client(enforce_csrf_checks=True), _key(company)
    found = item(make.customer(company, "Käufer AG"), "119.00")
    content = camt(
        entry("119.00", found.document_number, reference="A"),
        entry("7.00", "unknown", reference="B"),
    )
    status, told = _sent(client, key, content, url=f"{URL}?name=day.xml")
    assert (status, told["state"], told["new"], told["matched"]) == (201, "booked", 2, 1)
    assert told["name"] == "day.xml"
    assert [row["is_settled"] for row in told["entries"]] == [True, False]
    found.refresh_from_db()
    assert found.outstanding_amount == 0
    assert Event.objects.filter(name="bank_file.imported", actor_name="Bank robot").exists()
    status, again = _sent(client, key, content)
    assert (status, again["id"], again["state"]) == (200, told["id"], "known")
    assert BankEntry.objects.count() == 2
    status, asked = _asked(client, key, told["id"])
    assert (status, asked["new"], asked["statements"]) == (200, 2, told["statements"])
    assert ApiToken.objects.get().last_used_at is not None


def test_what_is_refused_says_why_and_books_nothing(company: Company) -> None:
    client, key = Client(), _key(company)
    status, told = _sent(client, key, camt(entry("1.00", "x"), closing="9.99"))
    assert (status, told["state"], told["new"]) == (422, "refused", 0)
    assert told["code"]
    assert "9.99" in told["message"]
    assert _asked(client, key, told["id"])[1]["message"] == told["message"]
    assert not BankEntry.objects.exists()
    assert _sent(client, key, b"")[0] == 400
    assert client.get(URL, headers={"authorization": f"Bearer {key}"}).status_code == 405


def test_a_body_over_the_limit_is_refused(company: Company, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    status, told = _sent(Client(), _key(company), b"x" * 11)
    assert (status, told["error"]["code"]) == (413, "too_large")
    assert not BankFile.objects.exists()


def test_without_a_key_in_use_nothing_opens(company: Company) -> None:
    client, key = Client(), _key(company)
    _status, told = _sent(client, key, camt(entry("1.00", "x")))
    other = _key(ledger(code="OTHER"), "Theirs")
    assert _asked(client, other, told["id"])[0] == 404
    assert _sent(client, "wrong", b"x")[0] == 401
    assert client.get(f"{URL}/{told['id']}").status_code == 401
    ApiToken.objects.filter(key_hash=hash_of(key)).update(is_active=False)
    assert _asked(client, key, told["id"])[0] == 401
    statuses = {_sent(client, "wrong", b"x")[0] for _try in range(20)}
    assert statuses == {401, 429}


def test_an_administrator_makes_a_key_that_is_shown_once_and_switches_it_off(
    company: Company, client: Client
) -> None:
    boss = make.user_with("administrator", company)
    assert Membership.objects.filter(user=boss).exists()
    client.force_login(boss)
    url = reverse("admin:core_apitoken_add")
    sent = {
        "company": company.pk, "name": "Robot", "right": "receivables.import_statement",
        "is_active": "on",
    }  # fmt: skip
    shown = client.post(url, sent, follow=True).content.decode()
    token = ApiToken.objects.get()
    key = shown[shown.index(token.hint) :].split()[0].split("<")[0]
    assert hash_of(key) == token.key_hash
    assert key not in client.get(reverse("admin:core_apitoken_changelist")).content.decode()
    client.post(reverse("admin:core_apitoken_change", args=[token.pk]), {"_save": "1"})
    assert _sent(Client(), key, b"x")[0] == 401
