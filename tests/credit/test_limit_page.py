"""The page of a proposed limit: what speaks for it, and who may decide."""

from decimal import Decimal

import pytest
from django.test import Client

import credit.services as credit
from core.roles import Role
from tests import make
from tests.world import MONDAY
from tests.world import world as make_world

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def change(world):
    return credit.propose_limit(
        world.customer,
        amount=Decimal(25000),
        reason="Grows by a third",
        by=world.by(Role.CREDIT_MANAGER),
        on=MONDAY,
    )


def test_a_second_person_decides_where_the_figures_stand(world, change):
    client = client_of(world.by(Role.FINANCE_MANAGER))
    page = client.get(change.get_absolute_url()).content.decode()
    assert "Grows by a third" in page
    assert "Approve limit" in page
    url = f"{change.get_absolute_url()}decide"
    answer = client.post(url, {"decision": "approve"}, follow=True)
    assert answer.redirect_chain[-1][0] == change.get_absolute_url()
    change.refresh_from_db()
    assert change.state == "approved"
    assert "Approve limit" not in answer.content.decode()


def test_whoever_proposed_it_reads_that_somebody_else_must_decide(world, change):
    page = client_of(world.by(Role.CREDIT_MANAGER)).get(change.get_absolute_url())
    assert "You proposed this limit" in page.content.decode()
    assert "Approve limit" not in page.content.decode()


def test_a_stranger_finds_nothing(change):
    stranger = client_of(make.user_with("finance_manager", make.company_se()))
    assert stranger.get(change.get_absolute_url()).status_code == 404


def test_a_held_order_tells_a_rep_what_would_free_it_but_no_limit(world):
    order = world.submitted("100")
    page = client_of(world.by(Role.SALES_REP)).get(f"/credit/orders/{order.pk}/unlock")
    text = page.content.decode()
    assert "Payment in advance of" in text
    assert "limit" not in text.lower()
    seen = client_of(world.by(Role.CREDIT_MANAGER)).get(f"/credit/orders/{order.pk}/unlock")
    assert "A limit of at least" in seen.content.decode()
