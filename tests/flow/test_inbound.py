"""Watched folders and the mailbox of advices: taken once, told when refused, nothing lost."""

import mailbox
import os
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from core.models import Company, Notification
from customers.models import Contact
from o2c.due import run_due
from o2c.inbound import read_advice_mail, take_bank_files
from receivables.models import BankEntry, BankFile, RemittanceAdvice
from tests import make
from tests.receivables.make import camt, entry, item, ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def folder(company, settings, tmp_path) -> Path:
    settings.BANK_FOLDERS = {company.code: str(tmp_path)}
    return tmp_path


def put(folder: Path, name: str, content: bytes, *, age: int = 60) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)
    return path


class TestBankFolder:
    def test_a_file_is_booked_and_moved(self, company, folder) -> None:
        put(folder, "may.xml", camt(entry("10.00", "a")))
        assert take_bank_files() == 1
        assert BankEntry.objects.get().company == company
        assert [path.name for path in (folder / "booked").iterdir()] == ["may.xml"]
        assert take_bank_files() == 0

    def test_a_file_that_is_still_written_waits(self, folder) -> None:
        put(folder, "may.xml", camt(entry("10.00", "a")), age=0)
        assert take_bank_files() == 0
        assert (folder / "may.xml").exists()

    def test_the_same_again_is_known_and_keeps_its_own_name(self, folder) -> None:
        for _turn in range(3):
            put(folder, "may.xml", camt(entry("10.00", "a")))
            take_bank_files()
        assert BankEntry.objects.count() == 1
        assert sorted(path.name for path in (folder / "known").iterdir()) == [
            "may-2.xml",
            "may.xml",
        ]

    def test_a_refused_one_says_why_and_to_whom(self, company, folder) -> None:
        clerk = make.user_with("ar_accountant", company)
        put(folder, "bad.xml", b"<Document>")
        put(folder, "good.xml", camt(entry("10.00", "a")))
        assert take_bank_files() == 2
        reason = (folder / "refused" / "bad.xml.reason.txt").read_text()
        assert BankFile.objects.get(state="refused").message == reason.strip()
        assert Notification.objects.get(user=clerk).body == reason.strip()
        assert BankEntry.objects.count() == 1

    def test_what_a_dead_worker_left_is_taken_later(self, folder) -> None:
        (folder / "taking").mkdir()
        put(folder / "taking", "may.xml", camt(entry("10.00", "a")), age=60)
        assert take_bank_files() == 0
        put(folder / "taking", "may.xml", camt(entry("10.00", "a")), age=3600)
        assert take_bank_files() == 1
        assert [path.name for path in (folder / "booked").iterdir()] == ["may.xml"]

    def test_one_that_no_worker_gets_through_is_given_up_and_told(
        self, company, folder, monkeypatch
    ) -> None:
        clerk = make.user_with("ar_accountant", company)
        put(folder, "may.xml", camt(entry("10.00", "a")))
        with monkeypatch.context() as killed:
            killed.setattr("o2c.flow.import_statement", die)
            for _turn in range(4):
                with pytest.raises(SystemExit):
                    take_bank_files()
                os.utime(folder / "taking" / "may.xml", (time.time() - 3600,) * 2)
        assert take_bank_files() == 1
        assert (folder / "refused" / "may.xml").exists()
        assert "4 times" in Notification.objects.get(user=clerk).body
        assert not BankEntry.objects.exists()
        assert not list((folder / "taking").iterdir())

    def test_a_folder_that_is_gone_or_of_nobody_stops_nothing(self, settings, tmp_path) -> None:
        settings.BANK_FOLDERS = {"nobody": str(tmp_path), "gone": "/nowhere"}
        assert take_bank_files() == 0
        assert not run_due([]).failures


def die(*_args: object, **_how: object) -> None:
    raise SystemExit


class TestAdviceMail:
    @pytest.fixture
    def box(self, company, settings, tmp_path) -> mailbox.Maildir:
        settings.ADVICE_INBOXES = {company.code: f"maildir:{tmp_path / 'box'}"}
        return mailbox.Maildir(tmp_path / "box", create=True)

    def test_an_attached_list_is_kept_for_its_sender(self, company, box) -> None:
        customer = make.customer(company, name="Lindgren AB")
        Contact.objects.create(customer=customer, name="Eva", email="eva@lindgren.example")
        owed = item(customer, "119.00", number="OLD-4711")
        box.add(mail("Eva <Eva@Lindgren.example>", "avis.csv", b"document;amount\nOLD-4711;119.00"))
        assert read_advice_mail() == 1
        advice = RemittanceAdvice.objects.get()
        assert (advice.customer, advice.lines.get().item) == (customer, owed)
        assert read_advice_mail() == 0

    def test_what_is_no_list_is_told_once(self, company, box) -> None:
        clerk = make.user_with("ar_accountant", company)
        box.add(mail("x@y.example", "logo.png", b"\x89PNG"))
        box.add(mail("x@y.example", "a.csv", b"a;b\n1;2"))
        assert run_due([]).done["advice taken"] == 0
        run_due([])
        told = [one.body for one in Notification.objects.filter(user=clerk).order_by("pk")]
        assert len(told) == 2
        assert any("attached" in body for body in told)
        assert any("a.csv" in body for body in told)


def mail(sender: str, filename: str, content: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "Zahlungsavis"
    message.set_content("siehe Anlage")
    message.add_attachment(
        content, maintype="application", subtype="octet-stream", filename=filename
    )
    return message
