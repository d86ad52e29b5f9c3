"""Login page, error pages and the frame around every page."""

import lxml.html
import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db):
    return make.company_de()


@pytest.fixture
def browser(company):
    client = Client()
    client.force_login(make.user_with("administrator", company))
    return client


def test_login_page_shows_demo_logins_only_in_a_demo(db, settings):
    settings.DEMO = False
    assert "demo.example" not in Client().get("/accounts/login/").content.decode()
    settings.DEMO = True
    assert "rep@demo.example" in Client().get("/accounts/login/").content.decode()


def test_the_frame_has_its_landmarks_and_one_region_each(browser):
    page = browser.get("/jobs/").content.decode()
    assert page.count('role="status"') == 1
    assert page.count('id="live-alert"') == 1
    assert 'href="#main"' in page
    assert page.count("<main") == 1
    assert "X-CSRFToken" in page


@pytest.mark.parametrize(
    ("url_name", "place"),
    [
        ("core:jobs", "Jobs"),
        ("receivables:advices", "Bank files"),
        ("receivables:upload_advice", "Bank files"),
        ("receivables:bank_files", "Bank files"),
        ("receivables:cockpit", "Ledger"),
        ("receivables:rates", "Ledger"),
        ("receivables:matching", "Matching"),
    ],
)
def test_the_place_where_a_page_is_found_is_lit_in_the_menu(browser, url_name, place):
    page = lxml.html.fromstring(browser.get(reverse(url_name)).content)
    lit = page.xpath("//nav[contains(@class, 'o2c-nav')]//a[@aria-current='page']")
    assert [place in link.text_content() for link in lit] == [True]


@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_page_language_and_theme_follow_the_person(company, language):
    person = make.user_with("administrator", company, language=language, theme="dark")
    client = Client()
    client.force_login(person)
    page = client.get("/jobs/").content.decode()
    assert f'<html lang="{language}" data-theme="dark" data-bs-theme="dark"' in page


def test_account_pages_stand_in_our_frame(browser):
    for url in ("/accounts/2fa/", "/accounts/password/change/"):
        page = browser.get(url, follow=True)
        assert page.status_code == 200, url
        assert "o2c.css" in page.content.decode()


def test_a_second_factor_needs_no_confirmation_of_the_given_address(company):
    person, client = make.user_with("billing", company), Client()
    client.post("/accounts/login/", {"login": person.email, "password": make.PASSWORD})
    again = "/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/"
    page = client.post(again, {"password": make.PASSWORD}, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/2fa/totp/activate/"
    assert "<img" in page.content.decode()


def test_the_address_people_log_in_with_is_not_theirs_to_change(browser):
    answer = browser.get("/accounts/email/")
    assert (answer.status_code, answer["Location"]) == (302, "/profile")
    assert "/login/" in Client().get("/accounts/email/")["Location"]


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "errors/business"])
def test_error_pages_draw_without_a_person(db, name):
    context = {"status": 422, "message": "Too <b>much</b>."}
    html = render_to_string(f"{name}.html", context, RequestFactory().get("/"))
    assert "<h1" in html
    assert "<b>much" not in html


def test_unknown_page_is_a_designed_404(browser):
    page = browser.get("/no/such/page")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
