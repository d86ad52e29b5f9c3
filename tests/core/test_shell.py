"""What surrounds every page: the session, conflicts of two people, compression, the timeline."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core import conflicts, timeline
from core.compression import CompressionMiddleware
from core.forms import Form
from core.models import Event
from tests import make


def signed_in(**fields) -> tuple[Client, object]:
    """A browser with a person logged in."""
    person, client = make.user_with("billing", make.company_de(), **fields), Client()
    client.force_login(person)
    return client, person


# --- session --------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_request_after_the_session_ended_is_told_so_without_leaving_the_page():
    answer = Client().get("/jobs/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


@pytest.mark.django_db
def test_who_is_logged_in_gets_a_fresh_token_and_no_content():
    client, _person = signed_in()
    answer = client.get("/session")
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(answer.headers["X-CSRF-Token"]) > 30


@pytest.mark.django_db
def test_the_end_of_the_login_over_a_page_tells_who_is_back():
    client, person = signed_in()
    page = client.get("/session/back").content.decode()
    assert f'data-user="{person.pk}"' in page
    assert "data-csrf=" in page


@pytest.mark.django_db
def test_high_contrast_is_on_the_page_of_whoever_wants_it():
    client, _person = signed_in(has_high_contrast=True)
    assert 'data-contrast="more"' in client.get("/profile").content.decode()
    other = Client()
    other.force_login(make.user_with("billing", make.company_se()))
    assert "data-contrast" not in other.get("/profile").content.decode()


# --- forms ----------------------------------------------------------------------------------------
class Letter(Form):
    """A form of one field."""

    subject = forms.CharField(required=False)


class Named(Form):
    """A form over a row that others may change meanwhile."""

    name = forms.CharField()
    city = forms.CharField()
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_what_no_field_reads_is_refused_by_name():
    request = RequestFactory().post("/", {"subject": "1.2.2026", "is_paid": "1"})
    form = Letter(request.POST)
    assert not form.is_valid()
    assert "is_paid" in str(form.non_field_errors())


def test_the_token_and_another_forms_fields_are_none_of_its_business():
    sent = {"csrfmiddlewaretoken": "x", "next": "/", "other-subject": "1"}
    assert Letter(RequestFactory().post("/", sent).POST, prefix="mine").is_valid()


def test_a_form_over_a_querystring_lets_the_rest_of_it_be():
    class Span(Form):
        is_strict = False

    assert Span(RequestFactory().get("/", {"export": "csv"}).GET).is_valid()


def test_a_conflict_names_what_is_stored_and_takes_its_version_over():
    sent = RequestFactory().post("/", {"name": "Acme AG", "city": "Kiel", "version": "3"}).POST
    form = Named(sent, initial={"name": "Acme GmbH", "city": "Kiel", "version": 4})
    assert form.is_valid()
    conflicts.show_both(form)
    assert "Acme GmbH" in str(form.errors["name"])
    assert "city" not in form.errors
    assert form["name"].value() == "Acme AG"
    assert form["version"].value() == "4"


# --- compression ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_pages_are_compressed_with_a_length_that_varies():
    client, _person = signed_in()
    lengths = set()
    for _ in range(5):
        answer = client.get("/profile", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        lengths.add(len(answer.content))
    assert len(lengths) > 1


def test_files_are_left_as_they_are():
    middleware = CompressionMiddleware(lambda request: None)
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    pdf = HttpResponse(b"x" * 5000, content_type="application/pdf")
    assert "Content-Encoding" not in middleware.process_response(request, pdf)


# --- timeline -------------------------------------------------------------------------------------
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def event(name: str, at: datetime = NOON, who: str = "job", **fields) -> Event:
    """An event that is not stored."""
    plain = {"actor_name": "mail", "subject_label": "INV-1", "payload": {}}
    return Event(name=name, recorded_at=at, actor_kind=who, **(plain | fields))


def test_days_have_names_and_the_newest_comes_first():
    events = [event("invoice.issued"), event("order.created", NOON - timedelta(days=1))]
    days = timeline.days_of(events, NOON.date())
    assert [str(day.label) for day in days] == ["Today", "Yesterday"]


def test_a_run_of_one_automatic_event_is_folded_and_a_persons_acts_never_are():
    events = [event("message.sent") for _ in range(4)] + [
        event("order.changed", who="user") for _ in range(4)
    ]
    (day,) = timeline.days_of(events, NOON.date())
    assert [len(entry.more) for entry in day.entries] == [3, 0, 0, 0, 0]
    assert [entry.is_automatic for entry in day.entries] == [True, False, False, False, False]


def test_automatic_events_that_need_a_look_are_not_quiet():
    (day,) = timeline.days_of([event("message.parked", payload={"reason": "full"})], NOON.date())
    assert not day.entries[0].is_automatic


def test_kinds_tell_messages_money_and_people_apart():
    kinds = [
        timeline.days_of([one], NOON.date())[0].entries[0].kinds
        for one in (event("message.sent"), event("invoice.issued", who="user"), event("x.y"))
    ]
    assert kinds == ["messages", "people money", ""]
