"""Statements per page: no more for many rows than for few, and within the budget of its kind."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import credit.services as credit
import disputes.services as disputes
from core.models import Membership, User
from core.roles import Role
from core.services import notify, write_message
from receivables.models import OpenItem
from tests import make
from tests.pages.routes import PUBLIC, ROUTES
from tests.pages.things import live_a_little
from tests.world import World, set_limit

pytestmark = pytest.mark.django_db

LIST_BUDGET, DOCUMENT_BUDGET = 12, 25
"""SQL statements of a page with its shell (architecture.md)."""

DESKS = frozenset(
    {
        "home",
        "receivables:matching",
        "receivables:cockpit",
        "reporting:dashboard",
        "reporting:home_pictures",
        "reporting:expected",
    }
)
"""Pages of several parts about one thing, without its number in their address."""
NOBODY = "DE02120300000000202051"
PAGES = sorted(name for name, route in ROUTES.items() if not route.is_post and name not in PUBLIC)
FILES = frozenset(
    {
        "core:document",
        "receivables:books_export_file",
        "receivables:receipt_file",
        "receivables:deposit_file",
        "receivables:netting_file",
        "fulfillment:pick_list",
        "fulfillment:delivery_note",
        "invoicing:preview",
        "dunning:preview",
    }
)
"""Answers that are a file, not a page."""


def _more(here: World, times: int) -> None:
    """So many more of everything that a page could show a row of."""
    today = here.company.today()
    for number in range(times):
        customer = make.customer(here.company)
        make.product(here.company, price="5")
        paid, owed = here.invoiced("1", on=today), here.invoiced("2", on=today)
        here.paid(paid.gross_amount, f"{paid.number}", on=today)
        here.paid("3.00", "unknown", on=today, payer="Nobody", iban="DE02120300000000202051")
        here.picked(here.submitted("1", on=today), on=today)
        here.submitted("1", on=today)
        here.order("1", on=today, customer=customer)
        disputes.open_dispute(
            OpenItem.objects.get(invoice=owed).pk,
            amount=Decimal(1),
            reason="price",
            by=here.by(Role.COLLECTOR),
            on=today,
        )
        credit.propose_limit(
            customer, amount=Decimal(7), reason="New", by=here.by(Role.CREDIT_MANAGER), on=today
        )
        write_message(
            company_id=here.company.pk, key=make.unique("more"), kind="test", subject="Hello",
            to="a@customer.example", body="Hello", language="en",
        )  # fmt: skip
        notify([_all_roles(here)], company_id=here.company.pk, title=f"News {number}")


def _all_roles(here: World) -> User:
    """Somebody who may open every page."""
    person = here.by(Role.FINANCE_MANAGER)
    for role in Role:
        Membership.objects.get_or_create(user=person, company=here.company, role=role)
    return person


def _count(
    client: Client, name: str, things: dict[str, Any], *, is_warm: bool = True
) -> tuple[int, int]:
    """Statements and status of a page, asked for once before; what it writes is taken back."""
    route = ROUTES[name]
    thing = things[route.of]
    url = reverse(name, args=[thing.pk] if thing is not None else [])
    data = {route.asks: things[route.asks].pk} if route.asks else {}
    with transaction.atomic():
        if is_warm:
            client.get(url, data)
        with CaptureQueriesContext(connection) as statements:
            status = client.get(url, data).status_code
        transaction.set_rollback(True)
    return len(statements), status


def _budget(name: str) -> int:
    return DOCUMENT_BUDGET if ROUTES[name].of or name in DESKS else LIST_BUDGET


def test_pages_cost_the_same_for_many_rows_and_keep_their_budget(client: Client) -> None:
    here, things = live_a_little()
    credit.decide_limit(
        things["limit"].pk,
        is_approved=False,
        by=here.by(Role.FINANCE_MANAGER),
        on=here.company.today(),
    )
    set_limit(here, "1000000")
    client.force_login(_all_roles(here))
    _more(here, 1)
    pages = [name for name in PAGES if name not in FILES]
    few = {name: _count(client, name, things) for name in pages}
    _more(here, 3)
    many = {name: _count(client, name, things) for name in pages}
    wrong = [
        f"{name}: {few[name][0]} statements for few rows, {many[name][0]} for many,"
        f" {_budget(name)} allowed, status {many[name][1]}"
        for name in pages
        if many[name][0] > min(few[name][0], _budget(name)) or many[name][1] >= 400
    ]
    assert not wrong, "\n".join(wrong)
