"""What comes in by itself: bank files in watched folders, remittance advice by mail.

A folder per company. A file is taken once it lies still for a moment: moved to ``taking`` (which
one worker alone can do), booked, then moved to ``booked``, ``known`` or ``refused``, there with the
reason beside it. A worker that dies leaves it in ``taking``, from where it is taken again; booking
the same file twice books it once. One that no worker gets through is given up after four.
"""

import logging
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actors import JobActor
from core.inbox import inbox_at
from core.models import Company
from core.services import notify, people_with
from customers.models import Contact, Customer
from o2c import flow
from o2c.errors import BusinessError

BANKING, READING = JobActor("bank folder"), JobActor("advice mail")
STILL_SECONDS = 5
LEFT_SECONDS = 900
MOST_TRIES = 4
_SHEETS = (".csv", ".txt", ".xlsx", ".pdf")
log = logging.getLogger(__name__)


# --- bank files -----------------------------------------------------------------------------------
def take_bank_files() -> int:
    """Book what lies in the watched folders (``O2C_BANK_FOLDERS``); returns how many files.

    A refused one is told to those who import bank files; nothing stops the others.
    """
    count = 0
    for code, folder in settings.BANK_FOLDERS.items():
        company = _company(code, "O2C_BANK_FOLDERS")
        if company:
            count += sum(_take_file(company, Path(folder), path) for path in _still(Path(folder)))
    return count


def _company(code: str, setting: str) -> Company | None:
    # scope: the company that the installation's own setting names
    found = Company.objects.filter(code__iexact=code).first()
    if found is None:
        log.error("a setting names no company", extra={"setting": setting, "code": code})
    return found


def _still(folder: Path) -> Iterator[Path]:
    """Files nobody writes to any more, and those that a worker left; oldest first."""
    now = time.time()
    found = []
    for place, rest in ((folder, STILL_SECONDS), (folder / "taking", LEFT_SECONDS)):
        if not place.is_dir():
            continue
        for path in place.iterdir():
            is_theirs = path.is_file() and not path.is_symlink()
            if is_theirs and not path.name.startswith("."):
                changed = path.stat().st_mtime
                if now - changed >= rest:
                    found.append((changed, path))
    yield from (path for _changed, path in sorted(found))


def _take_file(company: Company, folder: Path, path: Path) -> bool:
    taking = _moved(path, folder / "taking")
    if taking is None:
        return False
    taking.touch()  # the worker that has it now begins
    tries = taking.with_name(f".{taking.name}.tries")
    count = tries.stat().st_size + 1 if tries.exists() else 1
    tries.write_bytes(b"." * count)
    if count <= MOST_TRIES:
        state, reason = _booked(company, taking, path.name)
    else:
        state = "refused"
        reason = _(
            "Import was begun %(count)s times and never ended. Look into the worker's log, split"
            " the file, or give it to manage.py import_statement."
        ) % {"count": MOST_TRIES}
    done = _moved(taking, folder / state)
    tries.unlink(missing_ok=True)
    if reason and done:
        done.with_name(f"{done.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
        _tell(
            company,
            "receivables.import_statement",
            _("Bank file refused: %(file)s") % {"file": path.name},
            reason,
            reverse("receivables:bank_files"),
        )
    return True


def _booked(company: Company, path: Path, name: str) -> tuple[str, str]:
    """What became of the file, and why it was refused; payments of a long one wait for sweeps."""
    try:
        with path.open("rb") as content:
            file = flow.import_statement(
                company,
                content,
                filename=name,
                by=BANKING,
                on=company.today(),
                is_patient=False,
            )
    except BusinessError as error:
        return "refused", error.message
    return file.state, file.message if file.state == "refused" else ""


def _moved(path: Path, folder: Path) -> Path | None:
    """The file in its new folder, under a free name; None if another worker has it."""
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    number = 1
    while target.exists() and target != path:
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    try:
        path.rename(target)
    except FileNotFoundError:
        return None
    return target


# --- remittance advice ----------------------------------------------------------------------------
def read_advice_mail() -> int:
    """Take the lists attached to mails in (``O2C_ADVICE_INBOXES``); returns how many advices.

    A mail is taken after its lists are kept: read twice they are kept once. Who sent it tells the
    customer, if one customer alone has that address. What is no list is told to those who match.
    """
    count = 0
    for code, url in settings.ADVICE_INBOXES.items():
        company = _company(code, "O2C_ADVICE_INBOXES")
        if company is None:
            continue
        with inbox_at(url) as inbox:
            for name, content in inbox.mails():
                mail = message_from_bytes(content, policy=policy.default)
                count += _take_mail(company, mail)
                inbox.take(name)
    return count


def _take_mail(company: Company, mail: EmailMessage) -> int:
    sender = parseaddr(str(mail.get("From", "")))[1]
    count, reasons = 0, []
    lists = list(_attachments(mail))
    customer = _sender(company, sender)
    for filename, content in lists:
        try:
            taken = flow.import_advice(
                company,
                content,
                filename,
                by=READING,
                on=company.today(),
                customer=customer,
            )
            count += taken.new_count
        except BusinessError as error:
            reasons.append(error.message)
    if not lists:
        reasons.append(_("No CSV, Excel workbook or PDF is attached."))
    if reasons:
        subject = " ".join(str(mail.get("Subject", "")).split())[:80]
        title = _("Mail from %(sender)s is no advice: %(subject)s")
        _tell(
            company,
            "receivables.match",
            title % {"sender": sender[:60] or "?", "subject": subject},
            " ".join(reasons),
            reverse("receivables:advices"),
        )
    return count


def _attachments(mail: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in mail.walk():
        name = Path(part.get_filename() or "").name
        if name.lower().endswith(_SHEETS):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield name[:120], content


def _sender(company: Company, address: str) -> Customer | None:
    if not address:
        return None
    # scope: contacts of the company whose mailbox this is
    rows = Contact.objects.filter(
        customer__company=company, email__iexact=address, is_active=True
    ).select_related("customer")
    found = {contact.customer for contact in rows[:50]}
    return found.pop() if len(found) == 1 else None


def _tell(company: Company, right: str, title: str, body: str, url: str) -> None:
    notify(people_with(right, company.pk), company_id=company.pk, title=title, body=body, url=url)
