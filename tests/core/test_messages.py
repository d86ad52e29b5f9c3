"""Mails go out once, and where nobody knows whether one did, a person decides."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from core.models import Event, Notification, OutboundMessage
from core.services import (
    leases,
    retry_message,
    send_message,
    settle_message,
    sweep_messages,
    write_message,
)
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make
from tests.core.mailbox import mail_server
from tests.core.threads import beside_itself


@pytest.fixture
def mailbox(settings):
    with mail_server(settings) as mailbox:
        yield mailbox


def write(company, **fields):
    defaults = {
        "key": make.unique("mail:"),
        "kind": "invoice",
        "to": "einkauf@kunde.example",
        "subject": "Rechnung RE-1",
        "body": "Guten Tag,\nanbei Ihre Rechnung über 1.190,00 €.",
        "language": "de",
    }
    return write_message(company_id=company.pk, **defaults | fields)


def state_of(message) -> str:
    return OutboundMessage.objects.get(pk=message.pk).state


def make_due(message) -> None:
    OutboundMessage.objects.filter(pk=message.pk).update(not_before=timezone.now())


# --- written ----------
@pytest.mark.django_db
def test_the_same_key_is_the_same_mail():
    company = make.company_de()
    first = write(company, key="invoice:1")
    again = write(company, key="invoice:1", subject="Another")
    assert again == first
    assert again.subject == "Rechnung RE-1"
    assert OutboundMessage.objects.count() == 1


@pytest.mark.django_db
def test_an_address_that_is_none_is_named():
    with pytest.raises(InvalidInput, match="“nobody” is not an e-mail address"):
        write(make.company_de(), to="nobody")


# --- sent ----------
@pytest.mark.django_db
def test_a_mail_goes_out_with_text_html_and_files(mailbox):
    company = make.company_de()
    pdf = make.document(company, b"%PDF-1.7 invoice", filename="RE-1.pdf", subject=company)
    message = write(
        company,
        html="<p>Guten Tag</p>",
        attachments=[pdf],
        about=company,
        subject="Rechnung\r\nBcc: victim@example.org",
    )
    assert send_message(message.pk).state == "done"

    (mail,) = mailbox.mails
    assert mail["Subject"] == "Rechnung Bcc: victim@example.org"
    assert mail["Bcc"] is None
    assert mail["To"] == "einkauf@kunde.example"
    assert mail["From"].startswith("Nordwind Handel GmbH <")
    assert mail["Reply-To"] == "rechnung@nordwind.example"
    assert mail["Message-ID"].endswith("@127.0.0.1>")
    assert "1.190,00 €" in mail.get_body(("plain",)).get_content()
    assert "<p>Guten Tag</p>" in mail.get_body(("html",)).get_content()
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "RE-1.pdf"
    assert attachment.get_content() == b"%PDF-1.7 invoice"
    event = Event.objects.about(company).filter(name="message.sent").get()
    assert event.payload["to"] == "einkauf@kunde.example"


@pytest.mark.django_db
def test_sending_twice_sends_once(mailbox):
    message = write(make.company_de())
    assert send_message(message.pk).state == "done"
    assert send_message(message.pk) is None
    assert len(mailbox.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_at_one_mail_send_it_once(mailbox):
    message = write(make.company_de())
    results = beside_itself(lambda _number: send_message(message.pk))
    assert [result for result in results if result is not None] == [message]
    assert len(mailbox.mails) == 1
    assert state_of(message) == "done"


@pytest.mark.django_db
def test_a_mail_for_later_waits(mailbox):
    message = write(make.company_de(), not_before=timezone.now() + timedelta(hours=1))
    assert send_message(message.pk) is None
    assert message.pk not in sweep_messages()
    assert message.pk in sweep_messages(now=timezone.now() + timedelta(hours=2))


# --- surely not sent ----------
@pytest.mark.django_db
def test_without_a_server_it_waits_however_long_and_goes_out_once_when_it_is_back(settings):
    with mail_server(settings):
        pass  # its port is free again: nobody listens
    company = make.company_de()
    helper, rep = make.user_with("billing", company), make.user_with("sales_rep", company)
    message = write(company)
    waits = []
    for _attempt in range(12):
        sent = send_message(message.pk)
        assert sent.state == "pending"
        assert "No connection" in sent.last_error
        waits.append(sent.not_before - timezone.now())
        make_due(message)
    assert timedelta(seconds=50) < waits[0] < waits[1] < waits[2]
    assert max(waits) <= timedelta(minutes=15)
    assert Notification.objects.filter(user=helper, title__contains="RE-1").count() == 1
    assert not Notification.objects.filter(user=rep).exists()
    with mail_server(settings) as mailbox:
        assert send_message(message.pk).state == "done"
        assert send_message(message.pk) is None
    assert len(mailbox.mails) == 1


@pytest.mark.django_db
def test_a_server_that_always_says_later_is_given_up_after_five(mailbox):
    mailbox.recipient_answer = "451 greylisted, come back"
    company = make.company_de()
    helper = make.user_with("billing", company)
    message = write(company)
    for _attempt in range(4):
        assert send_message(message.pk).state == "pending"
        make_due(message)
    assert send_message(message.pk).state == "parked"
    assert Notification.objects.filter(user=helper, title__contains="RE-1").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["sender_answer", "recipient_answer", "data_answer"])
def test_a_final_refusal_is_parked_with_the_servers_words(mailbox, stage):
    setattr(mailbox, stage, "550 mailbox unknown")
    message = write(make.company_de())
    sent = send_message(message.pk)
    assert sent.state == "parked"
    assert "550 mailbox unknown" in sent.last_error
    assert mailbox.mails == []


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["sender_answer", "recipient_answer", "data_answer"])
def test_a_passing_refusal_is_tried_again(mailbox, stage):
    setattr(mailbox, stage, "451 greylisted, come back")
    message = write(make.company_de())
    assert send_message(message.pk).state == "pending"
    setattr(mailbox, stage, "")
    make_due(message)
    assert send_message(message.pk).state == "done"
    assert len(mailbox.mails) == 1


@pytest.mark.django_db
def test_a_damaged_attachment_is_not_sent(mailbox):
    company = make.company_de()
    pdf = make.document(company)
    message = write(company, attachments=[pdf])
    default_storage.delete(pdf.storage_key)
    sent = send_message(message.pk)
    assert sent.state == "parked"
    assert "test.pdf" in sent.last_error
    assert mailbox.mails == []


# --- uncertain ----------
@pytest.mark.django_db
def test_a_server_that_breaks_off_after_the_text_leaves_it_uncertain(mailbox):
    mailbox.breaks_off_after_text = True
    company = make.company_de()
    helper = make.user_with("finance_manager", company)
    message = write(company)
    assert send_message(message.pk).state == "uncertain"
    assert Notification.objects.filter(user=helper, title__startswith="Was this mail").exists()
    make_due(message)
    assert send_message(message.pk) is None
    assert message.pk not in sweep_messages()
    assert len(mailbox.mails) == 1


@pytest.mark.django_db
def test_a_claim_whose_worker_was_killed_becomes_uncertain_and_is_never_repeated(mailbox):
    company = make.company_de()
    helper = make.user_with("collector", company)
    message = write(company)
    assert leases.claim(OutboundMessage.objects.due(timezone.now())) == message  # then: kill -9
    assert sweep_messages() == []
    assert state_of(message) == "claimed"
    later = timezone.now() + timedelta(hours=1)
    assert sweep_messages(now=later) == []
    assert state_of(message) == "uncertain"
    assert Notification.objects.filter(user=helper).count() == 1
    assert sweep_messages(now=later) == []
    assert Notification.objects.filter(user=helper).count() == 1
    assert send_message(message.pk) is None
    assert mailbox.mails == []


@pytest.mark.django_db
def test_a_slow_worker_may_still_tell_how_it_ended_unless_a_person_decided():
    company = make.company_de()
    boss = make.user_with("finance_manager", company)
    slow, decided = write(company), write(company)
    due = OutboundMessage.objects.due(timezone.now())
    claims = [leases.claim(due.filter(pk=message.pk)) for message in (slow, decided)]
    sweep_messages(now=timezone.now() + timedelta(hours=1))
    settle_message(decided.pk, was_sent=False, by=boss)
    assert [leases.finish(claim) for claim in claims] == [True, False]
    assert [state_of(message) for message in (slow, decided)] == ["done", "pending"]


@pytest.mark.django_db
@pytest.mark.parametrize(("was_sent", "state", "count"), [(True, "done", 0), (False, "pending", 1)])
def test_a_person_settles_it(mailbox, was_sent, state, count):
    company = make.company_de()
    boss = make.user_with("finance_manager", company)
    message = write(company)
    leases.claim(OutboundMessage.objects.due(timezone.now()))
    sweep_messages(now=timezone.now() + timedelta(hours=1))
    settled = settle_message(message.pk, was_sent=was_sent, by=boss)
    assert (settled.state, settled.settled_by) == (state, boss)
    assert Event.objects.get(name="message.settled").payload["was_sent"] is was_sent
    send_message(message.pk)
    assert len(mailbox.mails) == count
    with pytest.raises(Conflict, match="nothing left to decide"):
        settle_message(message.pk, was_sent=True, by=boss)


@pytest.mark.django_db
def test_settling_needs_the_right_in_that_company():
    company, other = make.company_de(), make.company_se()
    message = write(company)
    OutboundMessage.objects.update(state="uncertain")
    for stranger in (make.user_with("sales_rep", company), make.user_with("billing", other)):
        with pytest.raises(PermissionMissing, match="uncertain"):
            settle_message(message.pk, was_sent=True, by=stranger)
    assert state_of(message) == "uncertain"


@pytest.mark.django_db
def test_a_parked_mail_goes_out_to_the_corrected_address(mailbox):
    company = make.company_de()
    billing = make.user_with("billing", company)
    mailbox.recipient_answer = "550 no such user"
    message = write(company)
    send_message(message.pk)
    mailbox.recipient_answer = ""
    with pytest.raises(InvalidInput):
        retry_message(message.pk, by=billing, to="typo")
    retry_message(message.pk, by=billing, to="neu@kunde.example")
    assert send_message(message.pk).state == "done"
    assert mailbox.mails[0]["To"] == "neu@kunde.example"


# --- without Redis ----------
@pytest.mark.django_db(transaction=True)
def test_without_redis_writing_is_quick_and_nothing_is_lost():
    company = make.company_de()
    started = timezone.now()
    with transaction.atomic():
        message = write(company)
    assert timezone.now() - started < timedelta(seconds=2)
    assert sweep_messages() == [message.pk]
