"""A month is closed on what its checks say."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, Event, Job, User
from core.services import run_job
from o2c.errors import Conflict, InvalidInput
from o2c.jobs import JOBS
from receivables.models import (
    BooksClosing,
    ProofRun,
    Reopening,
)
from receivables.services.month_checks import MonthCheck
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, invoice, item, ledger
from tests.receivables.make import paid as received
from tests.receivables.test_closing import browser_of, closed, proposed

pytestmark = pytest.mark.django_db
END = date(2026, 3, 31)
AFTER = date(2026, 4, 8)


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def manager(company) -> User:
    return make.user_with("finance_manager", company)


@pytest.fixture
def clerk(company) -> User:
    return make.user_with("ar_accountant", company)


def checks(company: Company) -> dict[str, MonthCheck]:
    return {check.code: check for check in receivables.month_checks(company, until=END)}


def proved(company: Company, *breaches: tuple[str, str], at: date = AFTER) -> ProofRun:
    noon = datetime(at.year, at.month, at.day, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    return receivables.keep_proof(
        company, check_count=3, breaches=breaches, started_at=noon, by=ROBOT, on=at
    )


def statement(company: Company, *entries: str, number: str, opening: str, on: date) -> None:
    file = imported(company, camt(*entries, number=number, opening=opening, on=on), on=on)
    assert file.state == "booked", file.message


def test_a_proof_counts_from_the_month_s_end_on(company) -> None:
    assert checks(company)["proof"].outcome == "missing"
    proved(company, at=END)
    assert checks(company)["proof"].state == "red"
    run = proved(company, ("numbers: no gap and no twin", "A gap."), at=AFTER)
    found = checks(company)
    assert (found["numbers"].state, found["numbers"].count) == ("red", 1)
    assert found["proof"].row == run.pk
    assert found["proof"].state != "red"


def test_the_bank_must_reach_the_end_and_follow(company) -> None:
    assert (checks(company)["bank"].state, checks(company)["bank"].outcome) == ("amber", "none")
    statement(company, entry("10.00", "a", on=DAY), number="1", opening="0.00", on=DAY)
    assert (checks(company)["bank"].state, checks(company)["bank"].outcome) == ("red", "short")
    statement(company, entry("5.00", "b", on=END), number="2", opening="10.00", on=END)
    assert checks(company)["bank"].outcome == "complete"
    statement(company, entry("1.00", "c", on=AFTER), number="4", opening="99.00", on=AFTER)
    assert (checks(company)["bank"].state, checks(company)["bank"].outcome) == ("red", "broken")


def test_what_came_after_the_month_s_next_statement_is_of_another_month(company) -> None:
    statement(company, entry("10.00", "a", on=END), number="1", opening="0.00", on=END)
    statement(company, entry("5.00", "b", on=AFTER), number="2", opening="10.00", on=AFTER)
    missing = AFTER + timedelta(days=3)
    statement(company, entry("1.00", "c", on=missing), number="4", opening="99.00", on=missing)
    assert checks(company)["bank"].outcome == "complete"
    april = receivables.month_checks(company, until=date(2026, 4, 30))
    assert next(check.outcome for check in april if check.code == "bank") == "broken"


def test_a_statement_that_was_undone_counts_as_none(company) -> None:
    file = imported(company, camt(entry("10.00", "a", on=END), opening="0.00", on=END), on=END)
    assert checks(company)["bank"].outcome == "complete"
    receivables.undo_import(file.pk, by=ROBOT, on=AFTER)
    assert checks(company)["bank"].outcome == "none"
    statement(company, entry("12.00", "b", on=END), number="2", opening="0.00", on=END)
    assert checks(company)["bank"].outcome == "complete"


def test_what_waits_is_told_with_its_sum(company) -> None:
    customer = make.customer(company)
    found = checks(company)
    assert {found[c].state for c in ("to_match", "unapplied", "unbooked", "drafts")} == {"green"}
    received(company, "50.00", "danke")
    waiting = received(company, "20.00", "danke")
    receivables.match_entry(waiting.pk, shares=(), customer_id=customer.pk, by=ROBOT, on=DAY)
    invoice(customer)
    found = checks(company)
    assert (found["to_match"].count, found["to_match"].amount) == (1, Decimal("50.00"))
    assert (found["unapplied"].state, found["unapplied"].amount) == ("green", Decimal("-20.00"))
    assert (found["unbooked"].state, found["unbooked"].count) == ("red", 1)
    may = {c.code: c for c in receivables.month_checks(company, until=date(2026, 5, 31))}
    assert (may["unapplied"].state, may["unapplied"].outcome) == ("amber", "old")


def ready(company: Company) -> None:
    """A month with nothing red: proved, statements to its end."""
    statement(company, entry("10.00", "a", on=END), number="1", opening="0.00", on=END)
    proved(company)


def test_red_closes_nothing_and_amber_needs_a_reason(company, manager) -> None:
    words: dict[str, Any] = {"until": END, "by": manager, "on": AFTER}
    with pytest.raises(Conflict, match="red"):
        receivables.close_month(company, reasons={}, **words)
    ready(company)
    with pytest.raises(InvalidInput, match="amber"):
        receivables.close_month(company, reasons={}, **words)
    amber = [check.key for check in receivables.month_checks(company, until=END) if check.is_amber]
    assert "to_match" in amber
    made = receivables.close_month(company, reasons=dict.fromkeys(amber, "Known"), **words)
    kept = {check["code"]: check for check in made.checks}
    assert (kept["to_match"]["reason"], kept["to_match"]["amount"]) == ("Known", "10.00")
    assert "reason" not in kept["bank"]
    assert Event.objects.get(name="books.closed").payload["checks"] == made.checks
    with pytest.raises(Conflict, match="already"):
        receivables.close_month(company, reasons=dict.fromkeys(amber, "Known"), **words)


# --- pages -----------------------------------------------------------------------------------
def test_the_proof_is_a_job_whose_outcome_the_cockpit_shows(company, clerk) -> None:
    browser = browser_of(clerk)
    item(make.customer(company))
    for _ in range(2):
        browser.post(reverse("receivables:prove"), {"token": "t"})
    job = Job.objects.get(kind="receivables.prove")
    ended = run_job(job.pk, JOBS)
    assert ended is not None
    assert ended.state == "done", ended.message
    run = ProofRun.objects.get()
    assert run.breaches == []
    assert ended.result_url == run.get_absolute_url()
    assert browser.get(run.get_absolute_url()).status_code == 200
    assert browser.get(reverse("receivables:cockpit")).context["rows"][0].check.state == "green"


def test_a_month_is_closed_from_its_page(company, manager) -> None:
    ready(company)
    browser = browser_of(manager)
    page = browser.get(reverse("receivables:cockpit"), {"month": "2026-03"})
    assert page.context["red_count"] == 0
    sent = {"month": "2026-03", "area": "all", "strength": "soft"}
    answer = browser.post(reverse("receivables:close_month"), sent)
    assert answer.status_code == 422
    sent |= {name: "Known" for name in answer.context["form"].keys}
    assert browser.post(reverse("receivables:close_month"), sent).status_code == 302
    made = BooksClosing.objects.get()
    assert (made.closed_until, made.strength, made.closed_by) == (END, "soft", manager)
    assert "Known" in browser.get(reverse("receivables:cockpit")).content.decode()


def test_who_may_not_close_sees_and_a_stranger_sees_nothing(company, clerk, manager) -> None:
    ready(company)
    closed(company, until=DAY - timedelta(days=9))
    seen = browser_of(clerk).get(reverse("receivables:cockpit"), {"month": "2026-03"})
    assert seen.context["may_close"] is False
    sent = {"month": "2026-03", "area": "all", "strength": "hard"}
    assert browser_of(clerk).post(reverse("receivables:close_month"), sent).status_code == 403
    other = make.user_with("finance_manager", make.company_se())
    asked = proposed(company, clerk, until=DAY - timedelta(days=20))
    url = reverse("receivables:decide_reopening", args=[asked.pk])
    assert browser_of(other).post(url, {"decision": "approve"}).status_code == 404
    assert browser_of(other).get(ProofRun.objects.get().get_absolute_url()).status_code == 404
    assert browser_of(manager).post(url, {"decision": "approve"}).status_code == 302
    assert Reopening.objects.get().state == "approved"
