"""The set-up pages: each answers, names what it shows, and tells nothing of other companies."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from catalog.models import VatRate
from core.auth import SET_UP_APPS
from core.models import Company
from core.roles import Role
from receivables.models import BooksSetting, CashLimits
from tests import make
from tests.pages.things import live_a_little

pytestmark = pytest.mark.django_db

MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label in SET_UP_APPS),
    key=lambda model: model._meta.label,
)
CODED = re.compile(r"\b0\.\d{6}\b|DateRange|\[datetime|\b\d+\.\d{2}</")
"""How a rate, a range and an amount look when they are written as they are stored."""


def _client(company: Company, language: str = "en") -> Client:
    client = Client()
    client.force_login(make.user_with(Role.ADMINISTRATOR, company, language=language))
    return client


def test_every_list_and_form_answers_in_words() -> None:
    here, _things = live_a_little()
    BooksSetting.objects.get_or_create(company=here.company)
    CashLimits.objects.get_or_create(company=here.company)
    client = _client(here.company)
    for model in MODELS:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        answers = [client.get(path)]
        row = model._default_manager.first()
        assert row is not None, f"{path} has no row to look at"
        answers.append(client.get(f"{path}{row.pk}/change/"))
        for answer in answers:
            text = re.sub(r'value="[^"]*"', "", answer.content.decode())
            assert answer.status_code == 200, path
            assert not CODED.search(text), f"{path}: {CODED.search(text)}"


@pytest.mark.parametrize("language", ["de", "sv"])
def test_titles_are_in_the_readers_language(language: str) -> None:
    """A title that reads the same in English and here was never given one."""
    here, _things = live_a_little()
    english, other = _client(here.company), _client(here.company, language)
    same = {
        "Name",
        "Status",
        "Position",
        "Text",
        "Region",
        "Land",
        "BIC",
        "IBAN",
        "Limit",
        "Prefix",
    }
    for model in MODELS:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        left = _titles(english, path) & _titles(other, path) - same
        assert not left, f"{path}: {left}"


def _titles(client: Client, path: str) -> set[str]:
    page = client.get(path).content.decode()
    return set(re.findall(r'<div class="text">(?:<a[^>]*>|<span>)([^<]+)', page))


def test_a_filter_names_own_companies_only() -> None:
    company, second = make.company_de(), make.company_de(name="Second GmbH")
    make.company_se(name="Foreign AB")
    client = Client()
    client.force_login(make.user_with(Role.ADMINISTRATOR, company, second))
    page = client.get("/admin/core/numberseries/").content.decode()
    assert "Second GmbH" in page
    assert "Foreign AB" not in page


def test_a_rate_is_typed_as_percent_and_its_days_as_days() -> None:
    company = make.company_de()
    form = {"country": "DE", "vat_class": "reduced", "rate": "8.5", "source": "Act of 2030"}
    days = {"valid_0": "1 Jan 2031", "valid_1": ""}
    VatRate.objects.filter(country="DE", vat_class="reduced").delete()
    answer = _client(company).post("/admin/catalog/vatrate/add/", form | days)
    assert answer.status_code == 302, answer.content.decode()
    rate = VatRate.objects.get(source="Act of 2030")
    assert (str(rate.rate), str(rate.valid.lower)) == ("0.085000", "2031-01-01")
    page = _client(company).get("/admin/catalog/vatrate/").content.decode()
    assert "8.5\xa0%" in page
    assert "from 1 Jan 2031" in page
