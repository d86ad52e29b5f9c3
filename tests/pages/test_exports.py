"""Every list's file holds figures and words, never what a browser would draw."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.pages.routes import ROUTES
from tests.pages.test_query_counts import PAGES, _all_roles
from tests.pages.things import live_a_little

pytestmark = pytest.mark.django_db


def test_no_file_holds_markup(client: Client) -> None:
    here, _things = live_a_little()
    client.force_login(_all_roles(here))
    lists = [name for name in PAGES if not ROUTES[name].of and not ROUTES[name].asks]
    seen = {}
    for name in lists:
        answer = client.get(reverse(name), {"export": "csv"})
        if "text/csv" in answer.headers.get("Content-Type", ""):
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            seen[name] = content.decode()
    assert {"invoicing:list", "core:jobs", "orders:list", "reporting:ageing"} <= seen.keys()
    assert [name for name, text in seen.items() if "<span" in text or "<svg" in text] == []
