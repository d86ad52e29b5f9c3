"""Requests nobody's browser sends: any address with any field filled with anything; never a 500."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from core.models import Membership
from core.roles import Role
from tests.pages.routes import ROUTES
from tests.pages.things import live_a_little
from tests.world import World

pytestmark = pytest.mark.django_db

_NAMES = (
    "act addresses although_stale amount article by choice company customer customer_text "
    "decision difference export f find first is_active is_confirmed item key last match next "
    "note on page per po_number q reason requested row_article row_discount row_key row_manual "
    "row_price row_product row_quantity row_reference seen_hash selected seq settled ship_to "
    "sort text to token version was_sent product warehouse kind as_of known_on overdue "
    "password__startswith state company_id pk id"
)
BY_HAND = _NAMES.split()
"""Names that views read themselves; the fields of every form are added."""

NASTY = {
    "nul": "a\x00b",
    "long and four-byte": "😀" + "x" * 5000,
    "digits": "9" * 5000,
    "bigint": "99999999999999999999",
    "exponent": "-1e5",
    "script": "<script>alert(1)</script>{{ 7|add:7 }}%s%(x)s",
    "last day": "9999-12-31",
}


ASKED = 500
"""Of a value in an address; a server takes no line of more than some thousand characters."""
FORM = "application/x-www-form-urlencoded"
PLAIN = {"Referer": "http://testserver/"}
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The story is lived once; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            here, things = live_a_little()
            person = here.by(Role.FINANCE_MANAGER)
            for role in Role:
                Membership.objects.get_or_create(user=person, company=here.company, role=role)
            yield here, things
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def _form_names() -> set[str]:
    found: set[str] = set()
    left = [BaseForm]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        found |= set(getattr(kind, "base_fields", ()))
    return found


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_no_field_of_any_address_breaks_it(
    nasty: str, lived: tuple[World, dict[str, Any]], client: Client
) -> None:
    here, things = lived
    client.force_login(here.by(Role.FINANCE_MANAGER))
    client.raise_request_exception = False
    everything = dict.fromkeys(sorted(_form_names() | set(BY_HAND)), nasty)
    as_form = urlencode(everything)
    asked = {name: value[:ASKED] for name, value in everything.items()}
    wrong = []
    turn = list(NASTY.values()).index(nasty)
    for number, (name, route) in enumerate(ROUTES.items()):
        if name == "core:profile":
            continue
        thing = things[route.of]
        url = reverse(name, args=[thing.pk] if thing is not None else [])
        # A form and a fragment by turns: over all the values each address is asked for both.
        posted = ("post", (PLAIN, HTMX)[(turn + number) % 2])
        for way, headers in [posted] if route.is_post else [("get", {}), ("post", PLAIN)]:
            with transaction.atomic():
                if way == "get":
                    response = client.get(url, asked, headers=headers)
                else:
                    response = client.post(url, as_form, content_type=FORM, headers=headers)
                transaction.set_rollback(True)
            wrong += _wrong(f"{way} {name}", response)
    assert not wrong, "\n".join(wrong)


def _wrong(what: str, response: Any) -> list[str]:
    found = []
    if response.status_code >= 500:
        error = getattr(response, "exc_info", None) or ("", "")
        found.append(f"{what}: {response.status_code} {error[1]!r:.200}")
    if response.get("Location", "").startswith(("//", "http")):
        found.append(f"{what} sends to {response['Location']}")
    is_page = response["Content-Type"].startswith("text/html")
    if is_page and b"<script>alert(1)" in b"".join(response):
        found.append(f"{what} shows a script unescaped")
    return found
