"""Long bank files: read in pieces, booked whole or not at all, matched by thousands, resumable."""

import io
import threading
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, Job
from core.services import run_job
from o2c import due, flow
from o2c.errors import InvalidInput
from o2c.jobs import JOBS
from receivables.bankfiles import EntryMark, ParsedEntry, entries_of, outline, read
from receivables.bankfiles.reading import KEPT
from receivables.models import BankEntry, BankFile, BankMatch, JournalEntry, OpenItem
from receivables.proof import CHECKS
from receivables.views.bank import AT_ONCE_BYTES
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, item, ledger

ONCE = receivables.MATCHED_AT_ONCE
LONG = 2 * ONCE + 100


def owed(at: int) -> str:
    """What the customer owes on an invoice; no sum of some is another."""
    return f"{100 * 2**at + 0.37 * at:.2f}"


def number(at: int) -> str:
    """The invoice's number; none is near another's."""
    return f"INV-2026-{1234 + 1111 * at}"


def books(count: int) -> Company:
    """A company to which a customer owes so many invoices of different amounts."""
    company = ledger()
    customer = make.customer(company, "Käufer AG")
    for at in range(count):
        item(customer, owed(at), number=number(at))
    return company


def long_file(entries: int, *, payments: int = 0, closing: str = "") -> bytes:
    """Small credits of nobody, the payments spread evenly over the file."""
    paid = {
        at * (entries // payments): entry(
            owed(at), f"Rg {number(at)}", name="Käufer AG", reference=f"P{at}"
        )
        for at in range(payments)
    }
    rows = [
        paid.get(at) or entry("0.01", f"nobody {at}", reference=f"B{at}") for at in range(entries)
    ]
    return camt(*rows, closing=closing)


def booked_only(company: Company, content: bytes) -> BankFile:
    """A long file whose matching is left to others."""
    return receivables.import_bank_file(
        company, content, filename="bank.xml", by=ROBOT, on=DAY, is_patient=False
    )


def breaches(company: Company) -> list[str]:
    return [breach for check in CHECKS.values() for breach in check(company)]


@pytest.mark.django_db
def test_a_long_file_is_booked_whole_and_matched_to_its_end() -> None:
    company = books(6)
    file = imported(company, long_file(LONG, payments=6))
    assert (file.state, file.new_count, file.matched_count) == ("booked", LONG, 6)
    assert (file.looked_at_count, file.match_from_id, file.message) == (LONG, None, "")
    assert not OpenItem.objects.debits().open().exists()
    assert BankEntry.objects.to_match().count() == LONG - 6
    assert imported(company, long_file(LONG, payments=6)).state == "known"
    assert breaches(company) == []


@pytest.mark.django_db
def test_a_break_at_the_end_of_a_long_file_books_nothing_of_it() -> None:
    company = books(0)
    file = imported(company, long_file(LONG, closing="7.77"))
    assert (file.state, file.format) == ("refused", "bankfile.chain")
    assert f"plus {LONG} entries" in file.message
    assert not BankEntry.objects.exists()
    assert not JournalEntry.objects.exists()


@pytest.mark.django_db
def test_what_ended_on_the_way_is_gone_on_with_by_the_sweeper() -> None:
    company = books(6)
    file = booked_only(company, long_file(LONG, payments=6))
    assert (file.matched_count, file.looked_at_count) == (0, 0)
    assert JournalEntry.objects.count() == LONG + 6
    after = receivables.match_file(file.pk, by=ROBOT, on=DAY, most=1)
    assert (after.looked_at_count, after.matched_count) == (ONCE, 3)
    assert [row.pk for row in BankFile.objects.awaiting_matching()] == [file.pk]
    assert due.run_due([company], on=DAY).done["bank file matched"] == 1
    file.refresh_from_db()
    assert (file.looked_at_count, file.matched_count, file.match_from_id) == (LONG, 6, None)
    assert receivables.match_file(file.pk, by=ROBOT, on=DAY).matched_count == 6
    assert breaches(company) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_match_one_file_match_each_entry_once() -> None:
    company = books(6)
    file = booked_only(company, long_file(LONG, payments=6))
    told: list[int] = []
    failures: list[Exception] = []

    def match() -> None:
        try:
            receivables.match_file(
                file.pk, by=ROBOT, on=DAY, tell=lambda done: told.append(done.looked_at_count)
            )
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    both = [threading.Thread(target=match) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    file.refresh_from_db()
    assert failures == []
    assert sorted(told) == [ONCE, 2 * ONCE, LONG]
    assert (file.matched_count, BankMatch.objects.count()) == (6, 6)
    assert breaches(company) == []


@pytest.mark.django_db
def test_a_long_upload_becomes_a_job_that_ends_at_the_file(client) -> None:
    company = books(6)
    client.force_login(make.user_with("ar_accountant", company))
    content = long_file(LONG, payments=6) + b"\n" * AT_ONCE_BYTES
    upload = SimpleUploadedFile("year.xml", content)
    answer = client.post(reverse("receivables:upload"), {"file": upload})
    job = Job.objects.get(kind="receivables.import_file")
    assert answer.url == job.get_absolute_url()
    assert job.said == "Import of year.xml"
    assert not BankFile.objects.exists()
    run_job(job.pk, JOBS)
    job.refresh_from_db()
    file = BankFile.objects.get()
    assert (job.state, job.done_count, job.total) == ("done", 3, 3)
    assert job.result_url == file.get_absolute_url()
    assert (file.new_count, file.matched_count, file.document.size) == (LONG, 6, len(content))


@pytest.mark.django_db
def test_the_page_shows_how_far_matching_is_and_reloads_at_its_end(client) -> None:
    company = books(0)
    client.force_login(make.user_with("ar_accountant", company))
    file = booked_only(company, long_file(LONG))
    receivables.match_file(file.pk, by=ROBOT, on=DAY, most=1)
    page = client.get(file.get_absolute_url()).content.decode()
    assert "matched" in page
    assert f'value="{ONCE}" max="{LONG}"' in page
    part = client.get(file.get_absolute_url(), headers={"HX-Request": "true"})
    assert f'value="{ONCE}" max="{LONG}"' in part.content.decode()
    assert "<html" not in part.content.decode()
    flow.match_statement(file.pk, by=ROBOT, on=DAY)
    done = client.get(file.get_absolute_url(), headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert 'id="matching"' not in client.get(file.get_absolute_url()).content.decode()


def text_of(kind: str, count: int) -> bytes:
    """A file of so many entries of one cent."""
    if kind == "camt.053":
        return camt(*(entry("0.01", f"Grüße {at}", reference=f"B{at}") for at in range(count)))
    head = ":20:X\r\n:25:DE89370400440532013000\r\n:28C:1/1\r\n:60F:C260302EUR1000,00\r\n"
    rows = "".join(
        f":61:2603020302C0,01NTRFNONREF//B{at}\r\n:86:Grüße {at}\r\n" for at in range(count)
    )
    closing = f"{1000 + Decimal(count) / 100:.2f}".replace(".", ",")
    return f"{head}{rows}:62F:C260302EUR{closing}\r\n-".encode()


@pytest.mark.parametrize("kind", ["camt.053", "mt940"])
def test_a_file_too_long_to_be_held_is_handed_out_entry_by_entry_all_the_same(kind: str) -> None:
    content = text_of(kind, KEPT + 20)
    source = io.BytesIO(content)
    parsed = outline(source)
    assert parsed.kind == kind
    marks = parsed.statements[0].entries
    assert isinstance(marks[KEPT - 1], ParsedEntry)
    assert isinstance(marks[KEPT], EntryMark)
    again = list(entries_of(source, parsed))
    assert [entry for _at, _place, entry in again] == list(read(content).statements[0].entries)
    assert [(at, place) for at, place, _entry in again] == [(0, n) for n in range(KEPT + 20)]


def test_a_file_that_changed_between_the_readings_is_not_booked() -> None:
    content = text_of("mt940", KEPT + 2)
    parsed = outline(io.BytesIO(content))
    other = io.BytesIO(content.replace(b"//B7\r", b"//C7\r"))
    with pytest.raises(RuntimeError, match="changed while it was read"):
        list(entries_of(other, parsed))


class Endless(io.RawIOBase):
    """A bank file of any length that is nowhere as a whole."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        content, self._rest = self._rest[:size], self._rest[size:]
        return content

    def seek(self, offset: int, whence: int = 0) -> int:
        """Only the readers' look at the beginning, which this file does not need."""
        return 0


def test_what_was_read_of_a_camt_file_is_let_go() -> None:
    from receivables.bankfiles import camt as reader

    head, _mark, tail = camt(entry("0.01", "x"), closing="0.00").partition(b"<Ntry>")
    one = b"<Ntry>" + tail.partition(b"</Stmt>")[0]

    def grown(count: int) -> int:
        tracemalloc.start()
        parts = reader.parts(Endless(iter([head, *[one] * count])))
        for _part in range(count):
            next(parts)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    grown(50)
    assert grown(4_000) < grown(400) + 300_000


def test_a_heap_of_xml_without_an_entry_is_refused_before_it_fills_the_memory() -> None:
    from receivables.bankfiles import camt as reader

    junk = b"<Document><BkToCstmrStmt>" + b"<a><b>x</b></a>" * 70_000
    parts = reader.parts(Endless(iter([junk] + [junk[24 + 1 :]] * 100)))
    with pytest.raises(InvalidInput, match="One part of the XML file has more than 64 MB"):
        list(parts)


def test_balances_behind_the_entries_are_read_too() -> None:
    """The standard puts them before; nothing is lost by taking them here."""
    good = camt(entry("10.00", "a"), entry("-3.00", "b"))
    start, end = good.index(b"<Bal>"), good.rindex(b"</Bal>") + len(b"</Bal>")
    balances = good[start:end]
    late = good[:start] + good[end:].replace(b"</Stmt>", balances + b"</Stmt>")
    assert read(late) == read(good)
