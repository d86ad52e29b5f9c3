"""Help beside each page, and the guided first hour."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from core.models import GuideMark
from core.roles import Role
from o2c.help import _ROOM, TOPICS, topic_of
from o2c.help.guide import STEPS
from tests import make

pytestmark = pytest.mark.django_db


def names(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif entry.name:
            yield prefix + entry.name


@pytest.fixture
def company():
    return make.company_de()


def client_of(role, company):
    user = make.user_with(role, company)
    client = Client()
    client.force_login(user)
    return client, user


def test_every_topic_and_every_step_is_of_a_page_that_exists():
    known = set(names())
    assert set(TOPICS) <= known
    assert set(_ROOM.values()) <= set(TOPICS)
    assert {step.url_name for step in STEPS} <= known


def test_a_page_without_a_topic_of_its_own_has_that_of_its_room():
    assert topic_of("customers:add_address") is TOPICS["customers:list"]
    assert topic_of("unheard:of") is TOPICS["home"]


def test_the_panel_explains_the_page_asked_from_and_names_who_may_open_it(company):
    client, _user = client_of("finance_manager", company)
    page = client.get(reverse("help:panel"), {"path": "/receivables/matching"}).content.decode()
    assert "Matching payments" in page
    assert "Finance manager" in page
    assert client.get(reverse("help:panel"), {"path": "/no/such/page"}).status_code == 200


def test_every_role_has_a_first_hour():
    for role in Role:
        assert any(role in step.roles for step in STEPS), role


def test_trying_a_step_ticks_it_off_once_and_leads_there(company):
    client, user = client_of("finance_manager", company)
    assert "0 of" in client.get("/").content.decode()
    for _again in range(2):
        answer = client.post(reverse("help:try_step"), {"step": "remind"})
        assert answer["Location"] == reverse("dunning:list")
    assert GuideMark.objects.filter(user=user).count() == 1
    assert "1 of" in client.get("/").content.decode()
    assert client.post(reverse("help:try_step"), {"step": "evil"})["Location"] == "/"
    assert GuideMark.objects.filter(user=user).count() == 1


def test_the_guide_hides_and_comes_back(company):
    client, _user = client_of("sales_rep", company)
    client.post(reverse("help:hide_guide"))
    assert "Your first hour" not in client.get("/").content.decode()
    client.post(reverse("help:restart_guide"))
    assert "Your first hour" in client.get("/").content.decode()
