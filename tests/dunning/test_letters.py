"""Write a reminder: what it says, what is dropped, in whose language, and once."""

import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

import disputes.services as disputes
import dunning.services as dunning
from core.models import OutboundMessage, StoredDocument
from core.roles import Role
from dunning.models import DunningNotice
from o2c.errors import Conflict, PermissionMissing
from tests import make
from tests.core.threads import beside_itself
from tests.dunning.make import LATE, ROBOT, approved, late, lender, proposed, written
from tests.receivables import make as books


@pytest.fixture
def company(db):
    return lender()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG", language="en", email="ap@kaeufer.example")


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_letter_names_items_sum_and_account(company, customer) -> None:
    item = late(customer, "1190.00")
    (notice,) = written(company)
    letter = text_of(notice.letter.read())
    assert (notice.state, notice.run.state) == ("written", "sent")
    for word in ("Käufer AG", item.document_number, "1,190.00", "6", "DE89 3704"):
        assert word in letter
    message = notice.message
    assert (message.to, message.language) == ("ap@kaeufer.example", "en")
    assert "1,190.00\u00a0EUR" in message.body
    assert [file.pk for file in message.attachments.all()] == [notice.letter_id]


def test_credits_are_shown_and_taken_off(company, customer) -> None:
    late(customer, "119.00")
    books.paid(company, "19.00", "no idea", name="Käufer AG")
    entry = books.BankEntry.objects.get()
    books.receivables.match_entry(
        entry.pk, shares=(), customer_id=customer.pk, by=books.ROBOT, on=books.DAY
    )
    (notice,) = written(company)
    letter = text_of(notice.letter.read())
    assert notice.amount == Decimal("119.00")
    assert "100.00" in letter
    assert "100.00\u00a0EUR" in notice.message.body


def test_without_an_address_there_is_a_letter_to_print(company) -> None:
    late(make.customer(company, email=""))
    (notice,) = written(company)
    assert notice.letter is not None
    assert notice.message is None


def test_what_is_disputed_since_the_proposal_is_not_asked_for(company, customer) -> None:
    clerk = make.user_with(Role.COLLECTOR, company)
    item = late(customer, "119.00")
    late(customer, "50.00")
    run = approved(company)
    disputes.open_dispute(item.pk, amount=item.amount, reason="quality", by=clerk, on=LATE)
    notice = dunning.write_letter(run.notices.get().pk, by=ROBOT, on=LATE)
    assert notice.amount == Decimal("50.00")
    assert [row.is_live for row in notice.items.order_by("item_id")] == [False, True]


def test_a_pause_since_the_approval_drops_the_reminder(company, customer) -> None:
    late(customer)
    run = approved(company)
    clerk = make.user_with(Role.COLLECTOR, company)
    dunning.hold(customer, until=LATE, reason="Promised", by=clerk, on=LATE)
    notice = dunning.write_letter(run.notices.get().pk, by=ROBOT, on=LATE)
    assert (notice.state, notice.letter) == ("dropped", None)
    assert not OutboundMessage.objects.exists()


def test_only_approved_runs_are_written_and_only_once(company, customer) -> None:
    late(customer)
    run = proposed(company)
    notice = run.notices.get()
    assert dunning.write_letter(notice.pk, by=ROBOT, on=LATE).state == "proposed"
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    dunning.approve(run.pk, by=boss, on=LATE, although_stale=True)
    first = dunning.write_letter(notice.pk, by=ROBOT, on=LATE)
    again = dunning.write_letter(notice.pk, by=ROBOT, on=LATE)
    assert first.letter_id == again.letter_id
    assert OutboundMessage.objects.count() == 1


def test_the_preview_is_the_letter_and_keeps_nothing(company, customer) -> None:
    item = late(customer)
    notice = proposed(company).notices.get()
    files = StoredDocument.objects.count()
    assert item.document_number in text_of(dunning.preview_letter(notice.pk, on=LATE))
    assert StoredDocument.objects.count() == files
    clerk = make.user_with(Role.COLLECTOR, company)
    dunning.hold(customer, until=LATE, reason="x", by=clerk, on=LATE)
    with pytest.raises(Conflict):
        dunning.preview_letter(notice.pk, on=LATE)


def test_a_sample_goes_to_who_asks_once_and_changes_nothing(company, customer) -> None:
    item = late(customer)
    notice = proposed(company).notices.get()
    clerk = make.user_with(Role.COLLECTOR, company)
    first, again = (dunning.send_sample(notice.pk, by=clerk, on=LATE) for _ in range(2))
    assert first == again
    assert (first.to, first.about_type) == (clerk.email, "dunning.dunningrun")
    assert item.document_number in first.body
    assert first.attachments.get().kind == "reminder_sample"
    assert StoredDocument.objects.filter(kind="reminder_sample").count() == 1
    notice.refresh_from_db()
    assert (notice.state, notice.recipient, notice.message) == ("proposed", "", None)
    with pytest.raises(PermissionMissing):
        dunning.send_sample(notice.pk, by=make.user_with(Role.WAREHOUSE, company), on=LATE)


def test_writing_takes_as_many_statements_for_one_item_as_for_many(company) -> None:
    counts = []
    for items in (1, 12):
        customer = make.customer(company)
        for _ in range(items):
            late(customer)
        run = approved(company)
        notice = run.notices.get()
        with CaptureQueriesContext(connection) as seen:
            dunning.write_letter(notice.pk, by=ROBOT, on=LATE)
        dunning.finish(run.pk, by=ROBOT, on=LATE)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_five_workers_write_one_letter() -> None:
    company = lender()
    late(make.customer(company))
    notice = approved(company).notices.get()
    results = beside_itself(lambda n: dunning.write_letter(notice.pk, by=ROBOT, on=LATE), threads=5)
    assert all(isinstance(result, DunningNotice) for result in results), results
    assert OutboundMessage.objects.count() == 1
    assert DunningNotice.objects.get().state == "written"
