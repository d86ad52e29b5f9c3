"""kill -9 of worker, web, PostgreSQL and Redis while reminders go out and while a bank file books.

Afterwards everything is proved; each entry is booked once, each reminder is written once, no mail
went out twice, and a mail whose outcome the kill hid waits for a person.
"""

import hashlib
import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings

from o2c.local import postgres
from tests.infra.test_up import answers, is_alive
from tests.suite import Suite, until
from tests.survival.company import PAYMENTS, REMINDERS, STRANGERS
from tests.survival.mailserver import SlowMailServer

pytestmark = pytest.mark.xdist_group("survival")

VICTIMS = ("worker", "web", "postgres", "redis")
HIDES_THE_OUTCOME = {"worker", "postgres"}
"""Who sends, and where the outcome is written: only their death leaves a mail uncertain."""


@dataclass
class _Patient(Suite):
    """A suite that mails to our server."""

    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.extra

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into its database; a server that is down raises OperationalError."""
        connection = psycopg2.connect(postgres.cluster_at(self.data_dir).url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()
        finally:
            connection.close()


@dataclass(frozen=True)
class Ward:
    """The suite, its mail server, and the companies by who is killed on them."""

    suite: _Patient
    mails: SlowMailServer
    companies: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def ward() -> Iterator[Ward]:
    mails = SlowMailServer()
    mails.start()
    suite = _Patient.make()
    assert isinstance(suite, _Patient)
    suite.extra = {"EMAIL_URL": mails.url}
    try:
        suite.start()
        fill = (
            f"from tests.survival.company import fill; fill({VICTIMS!r}, {str(suite.data_dir)!r})"
        )
        filled = suite.manage("shell", "-v0", "-c", fill)
        assert filled.returncode == 0, filled.stderr
        yield Ward(suite, mails, json.loads(filled.stdout))
    finally:
        mails.let_go()
        suite.remove()
        mails.stop()


def kill_and_recover(suite: Suite, victim: str) -> datetime:
    """kill -9; the supervisor brings it back without our help.

    Returns a moment after everything that the dead did and before anything its successor does: a
    worker's children live on until the supervisor looks.
    """
    dead = suite.kill(victim)
    killed_at = datetime.now(UTC)
    until(lambda: suite.pids[victim] not in {0, dead} and is_alive(suite.pids[victim]))
    return datetime.now(UTC) if victim == "worker" else killed_at


def assert_proved(suite: Suite) -> None:
    """Nothing in the database contradicts anything else in it."""
    proved = suite.manage("prove")
    assert proved.returncode == 0, proved.stdout + proved.stderr


# --- Reminders -----------------------------------------------------------------------------------
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_while_reminders_go_out(ward: Ward, victim: str) -> None:
    suite, mails = ward.suite, ward.mails
    mails.hold_from(5)
    approved = suite.manage(
        "dunning", "approve", "--company", victim, "--although-stale",
        "--by", ward.companies[victim]["approver"],
    )  # fmt: skip
    assert approved.returncode == 0, approved.stderr
    until(lambda: bool(mails.held), 120)

    hidden = set(mails.held)
    lost_at = kill_and_recover(suite, victim)
    mails.let_go()  # before the web answers: a sender that waits too long is uncertain by itself
    until(lambda: answers(suite))
    if victim in HIDES_THE_OUTCOME:
        _let_leases_run_out(suite, victim, lost_at)
    until(lambda: _is_settled(suite, victim), 120)

    states = _messages(suite, victim)
    assert len(states) == REMINDERS
    assert set(states.values()) <= {"done", "uncertain"}
    assert {mails.taken[name] for name, state in states.items() if state == "done"} == {1}
    uncertain = {name for name, state in states.items() if state == "uncertain"}
    assert all(mails.taken[name] <= 1 for name in uncertain)
    assert hidden <= uncertain if victim in HIDES_THE_OUTCOME else not uncertain

    # Another sweep, long after: what is uncertain stays so, nothing is written or sent again.
    before = dict(mails.taken)
    assert suite.manage("run_due", "--company", victim).returncode == 0
    assert (_messages(suite, victim), dict(mails.taken)) == (states, before)
    written = suite.rows(
        "SELECT count(*), count(DISTINCT n.customer_id), count(DISTINCT n.letter_id), min(r.state)"
        " FROM dunning_dunningnotice n JOIN dunning_dunningrun r ON r.id = n.run_id"
        " JOIN core_company c ON c.id = n.company_id WHERE c.code = %s AND n.state = 'written'",
        victim,
    )
    assert written == [(REMINDERS, REMINDERS, REMINDERS, "sent")]
    _told_who_may_settle(suite, victim, len(uncertain))
    assert_proved(suite)


def _messages(suite: _Patient, company: str) -> dict[str, str]:
    """Message-ID -> state of a company's mails; the id follows from the idempotency key."""
    host = urlsplit(suite.base_url).hostname
    rows = suite.rows(
        "SELECT idempotency_key, state FROM core_outboundmessage m"
        " JOIN core_company c ON c.id = m.company_id WHERE c.code = %s AND kind = 'reminder'",
        company,
    )
    return {f"<{hashlib.sha256(k.encode()).hexdigest()[:40]}@{host}>": s for k, s in rows}


def _let_leases_run_out(suite: _Patient, company: str, claimed_before: datetime) -> None:
    """Five minutes pass for what was claimed before the kill.

    The lease must outlive the longest task, so a suite with shorter leases would not start.
    """
    suite.rows(
        "UPDATE core_outboundmessage m SET lease_until = now() - interval '1 second'"
        " FROM core_company c WHERE c.id = m.company_id AND c.code = %s AND state = 'claimed'"
        " AND m.lease_until < %s RETURNING 1",
        company,
        claimed_before + timedelta(seconds=settings.LEASE_SECONDS),
    )


def _is_settled(suite: _Patient, company: str) -> bool:
    """Sweep as cron would, then look: all reminders written and nothing on its way any more."""
    suite.manage("run_due", "--company", company)
    states = _messages(suite, company).values()
    return len(states) == REMINDERS and not {"pending", "claimed"} & set(states)


def _told_who_may_settle(suite: _Patient, company: str, count: int) -> None:
    rows = suite.rows(
        "SELECT count(DISTINCT n.url) FROM core_notification n"
        " JOIN core_company c ON c.id = n.company_id WHERE c.code = %s"
        " AND n.url LIKE '/messages/%%'",
        company,
    )
    assert rows == [(count,)]


# --- Bank files ----------------------------------------------------------------------------------
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_while_a_bank_file_books(ward: Ward, victim: str) -> None:
    suite, company = ward.suite, ward.companies[victim]
    upload = threading.Thread(target=_upload, args=(suite, company))
    upload.start()
    until(lambda: _is_booking(suite))
    kill_and_recover(suite, victim)
    upload.join(60)
    until(lambda: answers(suite))

    until(lambda: not _is_booking(suite))
    (booked,) = _booked(suite, victim)
    assert booked in {(0, 0, 0), (1, PAYMENTS + STRANGERS, PAYMENTS)}
    if victim in {"web", "postgres"}:
        assert booked == (0, 0, 0), "the kill came too late to interrupt anything"

    again = suite.manage("import_statement", company["file"], "--company", victim, "--json")
    assert again.returncode == 0, again.stdout + again.stderr
    (told,) = json.loads(again.stdout)["files"]
    assert told["state"] == ("known" if booked[0] else "booked")
    assert _booked(suite, victim) == [(1, PAYMENTS + STRANGERS, PAYMENTS)]
    assert_proved(suite)


def _upload(suite: Suite, company: dict[str, str]) -> None:
    """What the browser sends; the connection may die with the server."""
    token = "a" * 32
    content = Path(company["file"]).read_bytes()
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="bank.xml"\r\n'
        b"Content-Type: application/xml\r\n\r\n" + content + b"\r\n--edge--\r\n"
    )
    headers = {
        "Content-Type": "multipart/form-data; boundary=edge",
        "Cookie": f"sessionid={company['session']}; csrftoken={token}",
        "X-CSRFToken": token,
    }
    connection = http.client.HTTPConnection(urlsplit(suite.base_url).netloc, timeout=60)
    try:
        connection.request("POST", "/receivables/bank-files/import", body, headers)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()


def _is_booking(suite: _Patient) -> bool:
    """Whether a transaction that has begun to write bank entries is open."""
    try:
        rows = suite.rows(
            "SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock'"
            " AND relation = 'receivables_bankentry'::regclass"
        )
    except psycopg2.OperationalError:
        return False
    return bool(rows)


def _booked(suite: _Patient, company: str) -> list[tuple[Any, ...]]:
    """(files booked, different entries with their journal entry, matches)."""
    return suite.rows(
        "SELECT count(DISTINCT s.file_id), count(DISTINCT e.entry_id),"
        " count(DISTINCT b.bank_entry_id) FROM core_company c"
        " LEFT JOIN receivables_bankentry e ON e.company_id = c.id"
        " LEFT JOIN receivables_bankstatement s ON s.id = e.statement_id"
        " LEFT JOIN receivables_bankmatch b ON b.bank_entry_id = e.id AND b.undone_at IS NULL"
        " WHERE c.code = %s",
        company,
    )
