"""Jobs show their progress, stop when asked, and survive the death of their worker."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from core.actors import JobActor
from core.models import Event, Job, Notification
from core.services import record_event, run_job, start_job, stop_job, sweep_jobs
from o2c.errors import Conflict, InvalidInput
from tests import make
from tests.core.threads import beside_itself


def start(company, **fields):
    defaults = {"kind": "test", "title": "Import", "params": {}, "token": make.unique("token")}
    return start_job(company, by=fields.pop("by", JobActor("test")), **defaults | fields)


def counting(numbers, act=lambda number: None):
    """A job function that does one act per number."""

    def function(job, progress):
        progress.total(len(numbers))
        progress.each(numbers, act, key=lambda number: number, label=lambda number: f"row {number}")
        return "counted"

    return {"test": function}


def silence(job):
    """The worker was killed: its heartbeat stopped a while ago."""
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))


class Killed(BaseException):
    """Ends the worker in the middle, as kill -9 does: nothing of ours catches it."""


# --- started ----------
@pytest.mark.django_db
def test_a_double_click_is_one_job():
    company = make.company_de()
    assert start(company, token="t") == start(company, token="t")
    assert Job.objects.count() == 1
    with pytest.raises(Conflict, match="already used"):
        start(make.company_se(), token="t")


# --- run ----------
@pytest.mark.django_db
def test_it_runs_to_the_end_reports_each_row_and_tells_its_starter():
    company = make.company_de()
    person = make.user_with("ar_accountant", company)

    def act(number):
        if number == 2:
            raise InvalidInput("test.two", "Two is not allowed.", field="number")

    job = run_job(start(company, by=person).pk, counting([1, 2, 3], act))
    assert (job.state, job.total, job.done_count, job.failed_count) == ("done", 3, 2, 1)
    assert job.message == "counted"
    failed = job.rows.get(state="failed")
    assert (failed.label, failed.message) == ("row 2", "Two is not allowed.")
    notice = Notification.objects.get(user=person)
    assert notice.title == "Import: done"
    assert notice.url == f"/jobs/{job.pk}/"


@pytest.mark.django_db
def test_a_job_that_breaks_ends_failed_with_a_reason_and_no_trace_of_the_machine():
    def broken(job, progress):
        raise KeyError("secret internals")

    job = run_job(start(make.company_de()).pk, {"test": broken})
    assert job.state == "failed"
    assert str(job.pk) in job.message
    assert "secret" not in job.message


@pytest.mark.django_db
def test_a_refusal_of_the_business_is_the_reason():
    def refused(job, progress):
        raise InvalidInput("file.empty", "The file is empty.")

    job = run_job(start(make.company_de()).pk, {"test": refused})
    assert (job.state, job.message) == ("failed", "The file is empty.")


@pytest.mark.django_db
def test_a_row_that_fails_leaves_nothing_behind():
    company = make.company_de()

    def act(number):
        record_event("test.row", company, by=make.SET_UP, on=make.DAY, number=number)
        if number == 2:
            raise InvalidInput("test.two", "Two is not allowed.")

    run_job(start(company).pk, counting([1, 2, 3], act))
    numbers = Event.objects.filter(name="test.row").values_list("payload__number", flat=True)
    assert sorted(numbers) == [1, 3]


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_one_job_run_it_once():
    company = make.company_de()
    job, ran = start(company), []
    results = beside_itself(lambda _n: run_job(job.pk, counting([1, 2], ran.append)), threads=10)
    assert sum(result is not None for result in results) == 1
    assert ran == [1, 2]


# --- stopped ----------
@pytest.mark.django_db
def test_stopped_before_it_began_it_never_runs():
    company = make.company_de()
    person = make.user_with("collector", company)
    job = start(company, by=person)
    assert stop_job(job.pk, by=person).state == "cancelled"
    assert run_job(job.pk, counting([1])) is None


@pytest.mark.django_db
def test_stopped_in_the_middle_it_keeps_what_is_done():
    company = make.company_de()
    person = make.user_with("collector", company)
    job = start(company, by=person)

    def act(number):
        if number == 2:
            stop_job(job.pk, by=person)

    ended = run_job(job.pk, counting([1, 2, 3, 4], act))
    assert (ended.state, ended.done_count) == ("cancelled", 2)
    with pytest.raises(Conflict, match="ended already"):
        stop_job(job.pk, by=person)


@pytest.mark.django_db
def test_only_the_starter_and_administrators_stop_it():
    company = make.company_de()
    job = start(company, by=make.user_with("collector", company))
    with pytest.raises(Conflict, match="Only the one who started"):
        stop_job(job.pk, by=make.user_with("collector", company))
    assert stop_job(job.pk, by=make.user_with("administrator", company)).state == "cancelled"


# --- survives ----------
@pytest.mark.django_db
def test_a_dead_worker_is_noticed_and_the_next_one_goes_on_where_it_stopped():
    job, done, kills = start(make.company_de()), [], [3]

    def act(number):
        if number in kills:
            kills.remove(number)
            raise Killed
        done.append(number)

    with pytest.raises(Killed):
        run_job(job.pk, counting([1, 2, 3, 4], act))
    assert job.pk not in sweep_jobs()  # its heart may still beat
    silence(job)
    assert job.pk in sweep_jobs()
    ended = run_job(job.pk, counting([1, 2, 3, 4], act))
    assert done == [1, 2, 3, 4]
    assert (ended.state, ended.done_count, ended.attempts) == ("done", 4, 2)


@pytest.mark.django_db
def test_failed_rows_are_tried_again_after_a_restart():
    job = start(make.company_de())
    problems = {1}

    def act(number):
        if number in problems:
            raise InvalidInput("test.not_yet", "Not yet.")
        if number == 2 and problems:
            raise Killed

    with pytest.raises(Killed):
        run_job(job.pk, counting([1, 2], act))
    silence(job)
    sweep_jobs()
    problems.clear()
    ended = run_job(job.pk, counting([1, 2], act))
    assert (ended.done_count, ended.failed_count) == (2, 0)


@pytest.mark.django_db
def test_the_fifth_dead_worker_ends_it():
    job = start(make.company_de(), by=make.user_with("collector", make.company_de()))

    def act(number):
        raise Killed

    for _attempt in range(5):
        with pytest.raises(Killed):
            run_job(job.pk, counting([1], act))
        silence(job)
        sweep_jobs()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "five times" in job.message


@pytest.mark.django_db
def test_a_worker_that_lost_its_job_changes_nothing_more():
    job = start(make.company_de())

    def act(number):
        Job.objects.filter(pk=job.pk).update(lease_owner="another worker")

    left = run_job(job.pk, counting([1, 2], act))
    assert left.state == "running"
    assert left.done_count == 0
    assert not left.rows.exists()


@pytest.mark.django_db
def test_a_job_that_was_being_stopped_when_its_worker_died_is_stopped():
    company = make.company_de()
    person = make.user_with("collector", company)
    job = start(company, by=person)

    def act(number):
        raise Killed

    with pytest.raises(Killed):
        run_job(job.pk, counting([1], act))
    assert stop_job(job.pk, by=person).state == "stopping"
    silence(job)
    sweep_jobs()
    job.refresh_from_db()
    assert job.state == "cancelled"


@pytest.mark.django_db
def test_a_job_is_called_what_it_does_in_the_readers_language():
    job = start(make.company_de(), title="Dunning run %(number)s", params={"number": "M-7"})
    assert job.title == "Dunning run %(number)s"
    said = []
    for language in ("en", "de", "sv"):
        with translation.override(language):
            said.append(job.said)
    assert said == ["Dunning run M-7", "Mahnlauf M-7", "Påminnelsekörning M-7"]


# --- many rows together ----------
@pytest.mark.django_db
def test_a_chunk_that_was_refused_before_is_counted_once_when_it_is_done():
    job, refused = start(make.company_de()), []

    def together(chunk):
        if not refused:
            raise InvalidInput("test.two", "Two is not allowed.")

    def alone(number):
        if number == 2:
            raise InvalidInput("test.two", "Two is not allowed.")
        if number == 3:
            raise Killed

    def function(job, progress):
        progress.total(3)
        progress.each_together(
            [1, 2, 3],
            together,
            alone,
            key=lambda number: number,
            refused=lambda number, error: refused.append((number, error.code)),
        )

    with pytest.raises(Killed):
        run_job(job.pk, {"test": function})
    job.refresh_from_db()
    assert (job.done_count, job.failed_count) == (1, 1)
    assert refused == [(2, "test.two")]
    silence(job)
    sweep_jobs()
    run_job(job.pk, {"test": function})
    job.refresh_from_db()
    assert (job.state, job.done_count, job.failed_count) == ("done", 3, 0)
    assert dict(job.rows.values_list("key", "message")) == {"1": "", "2": "", "3": ""}
