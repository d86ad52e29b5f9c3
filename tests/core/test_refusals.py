"""What the database, the disk or a rule refuses reaches the person in words, never as a 500."""

import errno

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from core import refusals
from core.forms import Form, MoneyField
from core.models import Company, Event, NumberSeries
from core.services import record_event
from o2c.errors import InvalidInput
from tests import make


def refused_by(act) -> refusals.Refusal | None:
    """The refusal behind what the database raises for an act."""
    with pytest.raises(Exception) as caught, transaction.atomic():  # noqa: PT011, PT012
        act()
    return refusals.of(caught.value)


@pytest.mark.django_db
def test_a_rule_of_the_database_is_a_conflict_in_its_own_words():
    company = make.company_de()
    record_event("t.t", company, by=make.SET_UP, on=make.DAY)
    refusal = refused_by(lambda: Event.objects.update(name="x"))
    assert refusal.status == 409
    assert "recorded facts are never changed" in refusal.message


@pytest.mark.django_db
def test_a_twin_row_is_a_conflict_that_asks_to_look_again():
    company = make.company_de()
    refusal = refused_by(lambda: NumberSeries.objects.create(company=company, kind="order"))
    assert (refusal.status, "Somebody else" in refusal.message) == (409, True)


@pytest.mark.django_db
def test_too_long_a_value_is_a_mistake_of_input():
    company = make.company_de()
    refusal = refused_by(lambda: Company.objects.filter(pk=company.pk).update(currency="EUROS"))
    assert refusal.status == 422


@pytest.mark.django_db
def test_a_missing_value_is_a_defect_of_ours():
    company = make.company_de()
    assert refused_by(lambda: Company.objects.filter(pk=company.pk).update(name=None)) is None


@pytest.mark.django_db
def test_a_lock_that_nobody_gives_back_in_time_is_a_matter_of_trying_again():
    def wait_too_long():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(5)")

    assert refused_by(wait_too_long).status == 503


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (ValueError("A string literal cannot contain NUL (0x00) characters."), 400),
    ],
)
def test_machine_troubles_have_their_status(error, status):
    assert refusals.of(error).status == status


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "x"), ValueError("x"), KeyError("x")])
def test_defects_are_not_dressed_up(error):
    assert refusals.of(error) is None


@pytest.mark.django_db(transaction=True)
def test_without_its_database_the_suite_answers_503_and_comes_back(monkeypatch):
    company = make.company_de()
    client = Client(raise_request_exception=False)
    client.force_login(make.user_with("billing", company))
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", "1")
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        answer = client.get("/jobs/")
        ready = client.get("/readyz")
        alive = client.get("/livez")
        connection.close()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"Nothing was lost" in answer.content
    assert (ready.status_code, ready.json()["database"]) == (503, False)
    assert alive.status_code == 200
    assert client.get("/jobs/").status_code == 200


class AmountForm(Form):
    amount = MoneyField()


def test_a_refused_form_comes_back_with_what_was_typed_and_the_error_at_its_field(rf):
    request = rf.post("/x", {"amount": "12.00"})
    form = AmountForm(request.POST)
    assert form.is_valid()
    refusals.show_on_form(request, form, "forms/form.html")
    error = InvalidInput("amount.too_high", "At most 10.00.", field="amount")
    answer = refusals.answer(request, refusals.of(error))
    assert answer.status_code == 422
    assert form.errors == {"amount": ["At most 10.00."]}
    assert 'value="12.00"' in str(form)


def test_an_error_without_a_field_stands_above_the_form(rf: RequestFactory):
    request = rf.post("/x", {"amount": "12.00"})
    form = AmountForm(request.POST)
    form.is_valid()
    refusals.show_on_form(request, form, "forms/form.html")
    refusals.answer(request, refusals.of(InvalidInput("x.y", "Closed.", field="unknown")))
    assert form.non_field_errors() == ["Closed."]


def test_database_errors_carry_no_internals_to_the_person():
    refusal = refusals.of(DatabaseError("relation core_secret does not exist"))
    assert refusal is None
