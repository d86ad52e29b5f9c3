"""Following a document or a saved view: what others do is told at the bell, once."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Follow, Notification, SavedView
from core.roles import Role
from o2c import flow
from o2c.follows import tell_followers
from tests import make
from tests.world import MONDAY, World
from tests.world import world as make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def notices(user):
    return list(Notification.objects.filter(user=user).order_by("pk"))


def test_what_others_do_along_the_order_is_told_once(world):
    rep, clerk = world.by(Role.SALES_REP), world.by(Role.SALES_MANAGER)
    order = world.order()
    page = reverse("orders:detail", args=[order.pk])
    client_of(clerk).post(reverse("follow"), {"path": page})
    assert tell_followers(world.company) == 0
    flow.submit_order(order.pk, by=rep, on=MONDAY)
    assert tell_followers(world.company) == 1
    assert tell_followers(world.company) == 0
    [notice] = notices(clerk)
    assert notice.title.startswith(f"{order}: ")
    assert notice.url == page
    assert not notices(rep)


def test_what_one_does_oneself_is_not_told(world):
    rep = world.by(Role.SALES_REP)
    order = world.order()
    client_of(rep).post(reverse("follow"), {"path": reverse("orders:detail", args=[order.pk])})
    flow.cancel_order(order.pk, reason="Typed twice", by=rep, on=MONDAY)
    tell_followers(world.company)
    assert not notices(rep)


def test_following_again_stops_it(world):
    rep = world.by(Role.SALES_REP)
    client = client_of(rep)
    page = reverse("orders:detail", args=[world.order().pk])
    assert 'aria-pressed="false"' in client.get(page).content.decode()
    client.post(reverse("follow"), {"path": page})
    assert 'aria-pressed="true"' in client.get(page).content.decode()
    client.post(reverse("follow"), {"path": page})
    assert not Follow.objects.exists()


def test_nobody_follows_what_they_may_not_see(world):
    page = reverse("orders:detail", args=[world.order().pk])
    stranger = client_of(make.user_with("sales_rep", make.company_se()))
    assert stranger.post(reverse("follow"), {"path": page}).status_code == 404
    for path in ("/no/such/page", "https://evil.example/", "//evil.example/", "/orders/"):
        answer = client_of(world.by(Role.SALES_REP)).post(reverse("follow"), {"path": path})
        assert answer.status_code == 422
    assert not Follow.objects.exists()


def test_rows_that_come_into_a_followed_view_are_told(world):
    rep, manager = world.by(Role.SALES_REP), world.by(Role.SALES_MANAGER)
    world.order()
    client = client_of(manager)
    client.post(f"{reverse('orders:list')}?state=draft", {"act": "save_view", "name": "Drafts"})
    view = SavedView.objects.get()
    client.post(reverse("follow"), {"path": reverse("orders:list"), "view": view.pk})
    assert tell_followers(world.company) == 0
    world.order()
    world.order()
    assert tell_followers(world.company) == 1
    assert tell_followers(world.company) == 0
    assert [notice.title for notice in notices(manager)] == ["Drafts: 2 new"]
    assert not notices(rep)


def test_whoever_lost_the_right_hears_nothing(world):
    manager = world.by(Role.SALES_MANAGER)
    client = client_of(manager)
    client.post(f"{reverse('orders:list')}?state=draft", {"act": "save_view", "name": "Drafts"})
    posted = {"path": reverse("orders:list"), "view": SavedView.objects.get().pk}
    client.post(reverse("follow"), posted)
    manager.memberships.all().delete()
    world.order()
    assert tell_followers(world.company) == 0
    assert not notices(manager)
