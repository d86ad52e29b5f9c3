"""Each role x each URL: open as the table says, else refused with 403; strangers see nothing."""

from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.roles import RIGHTS, Role
from tests import make
from tests.pages.routes import PUBLIC, ROUTES
from tests.pages.things import live_a_little
from tests.world import World

pytestmark = pytest.mark.django_db

FOREIGN = ("admin/", "accounts/")
"""Django's admin and allauth look after their own addresses."""

OF_A_STAGE = frozenset({"core:document", "core:job", "core:stop_job"})
"""Open to all; which of their rows, the right of the row's stage says."""


def _walk(resolver: URLResolver, namespace: str = "") -> dict[str, URLPattern]:
    found: dict[str, URLPattern] = {}
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if not str(pattern.pattern).startswith(FOREIGN):
                found |= _walk(pattern, pattern.namespace or namespace)
        else:
            found[f"{namespace}:{pattern.name}" if namespace else str(pattern.name)] = pattern
    return found


def _url(name: str, things: dict[str, Any]) -> str:
    thing = things[ROUTES[name].of]
    return reverse(name, args=[thing.pk] if thing is not None else [])


def _open(client: Client, name: str, things: dict[str, Any]) -> HttpResponse:
    """Ask once; what it does is taken back, so that the next address finds things as they were."""
    route = ROUTES[name]
    data = {route.asks: things[route.asks].pk} if route.asks else {}
    ask = client.post if route.is_post else client.get
    each = transaction.atomic()
    each._from_testcase = True  # as Django marks the one around a test: nobody's transaction
    with each:
        response = ask(_url(name, things), data)
        transaction.set_rollback(True)
    return response  # type: ignore[return-value]


def test_every_address_is_in_the_table_with_its_right() -> None:
    found = _walk(get_resolver())
    assert found.keys() == ROUTES.keys()
    rights = {name: getattr(pattern.callback, "right", "") for name, pattern in found.items()}
    assert rights == {name: route.right for name, route in ROUTES.items()}


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The story is lived once for all roles; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield live_a_little()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_the_table_says(
    role: Role, lived: tuple[World, dict[str, Any]], client: Client
) -> None:
    here, things = lived
    client.force_login(here.by(role))
    client.raise_request_exception = False
    wrong = []
    for name, route in ROUTES.items():
        may = not route.right or role in RIGHTS[route.right][1]
        status = _open(client, name, things).status_code
        if may and (status >= 500 or (status in (403, 404) and name not in OF_A_STAGE)):
            wrong.append(f"{name}: {status}, should be open")
        if not may and status != 403:
            wrong.append(f"{name}: {status}, should be 403")
    assert not wrong, "\n".join(wrong)


def test_a_stranger_finds_nothing(lived: tuple[World, dict[str, Any]], client: Client) -> None:
    """Somebody with every role in another company: the same 404 as for a number that never was."""
    _here, things = lived
    other = make.company_se()
    stranger = make.user_with(Role.FINANCE_MANAGER, other)
    for role in Role:
        stranger.memberships.get_or_create(company=other, role=role)
    client.force_login(stranger)
    client.raise_request_exception = False
    about = [name for name, route in ROUTES.items() if route.of or route.asks]
    wrong = [
        f"{name}: {status}"
        for name in sorted(set(about) - PUBLIC)
        if (status := _open(client, name, things).status_code) != 404
    ]
    assert not wrong, "\n".join(wrong)


def test_nobody_gets_in_without_a_login(
    lived: tuple[World, dict[str, Any]], client: Client
) -> None:
    _here, things = lived
    client.raise_request_exception = False
    wrong = [
        f"{name}: {response.status_code}"
        for name in ROUTES.keys() - PUBLIC
        if not _is_login(response := _open(client, name, things))
    ]
    assert not wrong, "\n".join(wrong)


def _is_login(response: HttpResponse) -> bool:
    if response.status_code == 401:
        return True
    return response.status_code == 302 and "/accounts/login" in response["Location"]
