"""The kernel's pages: who sees what, what is refused, and that lists stay cheap."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from core.models import Job, Notification, OutboundMessage, User
from core.services import notify, record_event, start_job, write_message
from tests import make

pytestmark = pytest.mark.django_db

LISTS = ["/jobs/", "/messages/", "/notifications/", "/audit/"]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def company():
    return make.company_de()


@pytest.fixture
def admin(company):
    return make.user_with("administrator", company, name="Ada Admin")


def job_of(company, person) -> Job:
    return start_job(company, "test", "Import of May", {}, by=person, token=make.unique("t"))


def mail_of(company, **fields) -> OutboundMessage:
    defaults = {"key": make.unique("k"), "kind": "invoice", "to": "a@kunde.example"}
    defaults |= {"subject": "Invoice", "body": "Text", "language": "en"}
    return write_message(company_id=company.pk, **defaults | fields)


# --- health ----------
def test_machines_may_ask_whether_it_lives_and_is_ready():
    assert Client().get("/livez").status_code == 200
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["database"] is True


def test_status_is_for_administrators(company, admin):
    assert Client().get("/statusz").status_code == 302
    assert signed_in(make.user_with("billing", company)).get("/statusz").status_code == 403
    (status,) = signed_in(admin).get("/statusz").json()["companies"]
    assert status["company"] == company.code
    assert status["chain_ok"] is True
    assert status["messages"] == {"due": 0, "uncertain": 0, "parked": 0, "queue_age": 0}


# --- login and company ----------
@pytest.mark.parametrize("path", [*LISTS, "/profile", "/documents/1/", "/statusz", "/admin/"])
def test_a_stranger_is_sent_to_the_login(path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert Client().get(path, headers={"HX-Request": "true"}).status_code == 401


def test_nobody_signs_up():
    answer = Client().post("/accounts/signup/", {"email": "x@y.example", "password1": "x" * 20})
    assert answer.status_code in (200, 302, 403, 404)
    assert not User.objects.exists()


def test_a_person_without_company_is_told_whom_to_ask():
    lonely = User.objects.create_user("l@o2c.example", "x" * 20, name="L")
    answer = signed_in(lonely).get("/jobs/")
    assert answer.status_code == 403
    assert b"Ask an administrator" in answer.content


def test_the_company_is_chosen_among_ones_own(company):
    other, foreign = make.company_se(), make.company_de()
    client = signed_in(make.user_with("billing", company, other))
    assert client.get("/jobs/").context["shell"].company == company
    client.post("/company", {"company": other.pk, "next": "/jobs/"})
    assert client.get("/jobs/").context["shell"].company == other
    assert client.post("/company", {"company": foreign.pk}).status_code == 404
    assert client.post("/company", {"company": "x"}).status_code == 404
    assert client.get("/jobs/").context["shell"].company == other


def test_signed_in_pages_are_not_kept_and_answer_in_the_persons_language(company):
    client = signed_in(make.user_with("billing", company, language="de"))
    answer = client.get("/jobs/")
    assert answer["Cache-Control"] == "no-store"
    assert "HX-Request" in answer["Vary"]
    assert answer["Content-Language"] == "de"
    assert len(answer["X-Request-ID"]) == 32
    assert (
        client.get("/jobs/", headers={"X-Request-ID": "abc-12345"})["X-Request-ID"] == "abc-12345"
    )


def test_an_idle_session_ends(company, settings):
    client = signed_in(make.user_with("billing", company))
    assert client.get("/jobs/").status_code == 200
    session = client.session
    session["seen"] = session["seen"] - settings.SESSION_IDLE_SECONDS - 1
    session.save()
    assert client.get("/jobs/").status_code == 302


# --- four people at each object: owner's company, colleague without right, other company, stranger
def test_a_job_is_seen_in_its_company_only(company):
    person = make.user_with("billing", company)
    job = job_of(company, person)
    stranger = signed_in(make.user_with("billing", make.company_se()))
    url = f"/jobs/{job.pk}/"
    assert signed_in(person).get(url).status_code == 200
    assert b"Import of May" in signed_in(person).get(url, headers={"HX-Request": "true"}).content
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}stop").status_code == 404
    assert signed_in(person).post(f"{url}stop").status_code == 302
    assert Job.objects.get().state == "cancelled"


def test_the_rows_of_a_job_can_be_downloaded(company):
    person = make.user_with("billing", company)
    job = job_of(company, person)
    job.rows.create(key="7", label="=row", state="failed", message="Not found")
    lines = b"".join(signed_in(person).get(f"/jobs/{job.pk}/?export=csv").streaming_content)
    assert b'"7","\'=row","failed","Not found"' in lines


def test_messages_follow_the_rights_of_their_stage(company):
    shipment_mail = mail_of(company)
    OutboundMessage.objects.update(about_type="dunning.dunningnotice", about_id=1)
    url = f"/messages/{shipment_mail.pk}/"
    assert signed_in(make.user_with("collector", company)).get(url).status_code == 200
    assert signed_in(make.user_with("warehouse", company)).get(url).status_code == 404
    assert signed_in(make.user_with("collector", make.company_se())).get(url).status_code == 404
    listed = signed_in(make.user_with("warehouse", company)).get("/messages/")
    assert b"a@kunde.example" not in listed.content


def test_an_uncertain_message_is_settled_on_its_page(company):
    message = mail_of(company)
    OutboundMessage.objects.update(state="uncertain")
    url = f"/messages/{message.pk}/"
    rep, boss = make.user_with("sales_rep", company), make.user_with("finance_manager", company)
    page = signed_in(rep).get(url)
    assert b"Nobody knows" in page.content
    assert b"was_sent" not in page.content
    refused = signed_in(rep).post(f"{url}settle", {"was_sent": "yes"})
    assert refused.status_code == 403
    assert b"Finance manager" in refused.content
    client = signed_in(boss)
    assert b"was_sent" in client.get(url).content
    assert client.post(f"{url}settle", {"was_sent": "yes"}).status_code == 302
    assert OutboundMessage.objects.get().state == "done"


def test_documents_are_served_whole_and_only_to_those_who_may(company):
    pdf = make.document(company, b"%PDF-1.7 x", filename="RE-1.pdf", kind="bank_file")
    url = f"/documents/{pdf.pk}/"
    client = signed_in(make.user_with("ar_accountant", company))
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    assert answer["Content-Disposition"] == 'attachment; filename="RE-1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{url}?inline=1")["Content-Disposition"].startswith("inline")
    assert signed_in(make.user_with("warehouse", company)).get(url).status_code == 403
    assert signed_in(make.user_with("ar_accountant", make.company_se())).get(url).status_code == 404
    assert client.get("/documents/999999/").status_code == 404


def test_html_is_never_shown_inline(company, admin):
    page = make.document(company, b"<script>", filename="x.html", content_type="text/html")
    answer = signed_in(admin).get(f"/documents/{page.pk}/?inline=1")
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_audit_trail_needs_its_right(company):
    assert signed_in(make.user_with("auditor", company)).get("/audit/").status_code == 200
    refused = signed_in(make.user_with("billing", company)).get("/audit/")
    assert refused.status_code == 403
    assert b"read the audit trail" in refused.content


def test_notices_are_ones_own(company):
    ada, ben = make.user_with("billing", company), make.user_with("billing", company)
    notify([ada], company_id=company.pk, title="For Ada")
    assert b"For Ada" in signed_in(ada).get("/notifications/").content
    assert b"For Ada" not in signed_in(ben).get("/notifications/").content
    assert signed_in(ada).get("/jobs/").context["shell"].unread == 1
    signed_in(ada).post("/notifications/read")
    assert not Notification.objects.filter(read_at=None).exists()


def test_the_profile_saves_what_is_ones_own_and_nothing_else(company):
    person = make.user_with("billing", company)
    client = signed_in(person)
    fields = {"name": "New Name", "language": "sv", "theme": "dark", "has_single_keys": ""}
    before = person.email
    foreign = {"is_superuser": "1", "email": "e@e.e"}
    assert client.post("/profile", fields | foreign).status_code == 422
    person.refresh_from_db()
    assert (person.name == "New Name", person.is_superuser) == (False, False)
    assert client.post("/profile", fields).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.language, person.theme) == ("New Name", "sv", "dark")
    assert (person.email, person.is_superuser, person.has_single_keys) == (before, False, False)
    assert client.post("/profile", fields | {"language": "xx"}).status_code == 422


# --- refusals ----------
def test_a_refusal_goes_back_to_the_page_before_with_a_message(company):
    person = make.user_with("billing", company)
    job = job_of(company, make.user_with("billing", company))
    client = signed_in(person)
    url = f"/jobs/{job.pk}/stop"
    here = {"Referer": "http://testserver/jobs/?q=1"}
    answer = client.post(url, headers=here)
    assert (answer.status_code, answer["Location"]) == (302, "/jobs/?q=1")
    assert "Only the one who started" in str(next(iter(get_messages(answer.wsgi_request))))
    for elsewhere in ({"Referer": "https://evil.example/jobs/"}, {}):
        assert client.post(url, headers=elsewhere).status_code == 409
    fragment = client.post(url, headers={"HX-Request": "true"})
    assert fragment.status_code == 409
    assert b"<html" not in fragment.content
    assert b"Only the one who started" in fragment.content


def test_a_null_character_in_a_search_is_refused_not_a_crash(company, admin):
    assert signed_in(admin).get("/jobs/?q=%00").status_code in (200, 400)


def test_an_upload_above_the_cap_is_refused_before_it_is_read(company, settings):
    settings.UPLOAD_MAX_BYTES = 10
    client = signed_in(make.user_with("billing", company))
    answer = client.post("/profile", {"name": "x" * 2_000_000})
    assert answer.status_code == 413


# --- cheap ----------
@pytest.mark.parametrize("path", LISTS)
def test_lists_cost_the_same_for_many_rows(company, path, django_assert_max_num_queries):
    auditor = make.user_with("auditor", company)
    client = signed_in(auditor)
    for count in (1, 30):
        for _turn in range(count):
            job_of(company, auditor)
            mail_of(company)
            notify([auditor], company_id=company.pk, title="T")
            record_event("t.t", company, by=auditor, on=make.DAY)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200


# --- set-up ----------
@pytest.mark.parametrize("path", ["", "core/company/", "core/user/", "core/numberseries/"])
def test_the_set_up_is_for_administrators(company, admin, path):
    assert signed_in(admin).get(f"/admin/{path}").status_code == 200
    other = signed_in(make.user_with("finance_manager", company))
    assert other.get(f"/admin/{path}").status_code in (302, 403)


def test_an_administrator_sees_and_gives_only_own_companies(company, admin):
    foreign = make.company_se(name="Foreign AB")
    stranger = make.user_with("billing", foreign)
    both = make.user_with("billing", company, foreign)
    client = signed_in(admin)
    assert b"Foreign AB" not in client.get("/admin/core/company/").content
    assert client.get(f"/admin/core/company/{foreign.pk}/change/").status_code == 302
    assert client.get(f"/admin/core/user/{stranger.pk}/change/").status_code == 302
    page = client.get(f"/admin/core/user/{both.pk}/change/").content
    assert b"Foreign AB" not in page
    assert b'name="_save"' not in page  # works elsewhere too: looks only
