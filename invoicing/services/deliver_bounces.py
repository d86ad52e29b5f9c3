"""Mails that came back: read as delivery status notifications (RFC 3464), set on their delivery."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from django.conf import settings

from core.actors import JobActor
from core.inbox import inbox_at
from invoicing.models import InvoiceDelivery
from invoicing.services.deliver_receipts import bounce

READING = JobActor("mail")
_OURS = re.compile(r"<([0-9a-f]{40})@")


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail that was not delivered: the left part of its Message-ID, and the server's words."""

    digest: str
    reason: str


def read_bounces() -> int:
    """Read the mailbox of returns; says how many deliveries were new ones to come back.

    A mail is taken after its delivery is noted: read twice it is noted once. What is no return of
    an invoice is taken as well, and left to whoever reads the mailbox.
    """
    if not settings.BOUNCES_URL:
        return 0
    count = 0
    with inbox_at(settings.BOUNCES_URL) as inbox:
        for name, content in inbox.mails():
            count += sum(_note(returned) for returned in returned_of(content))
            inbox.take(name)
    return count


def _note(returned: Returned) -> bool:
    rows = InvoiceDelivery.objects.filter(idempotency_key=returned.digest, channel="email")
    delivery = rows.select_related("company").first()
    if delivery is None:
        return False
    on = delivery.company.today()
    return bounce(delivery.pk, text=returned.reason, by=READING, on=on)


def returned_of(content: bytes) -> Iterator[Returned]:
    """What a mail says came back for good; nothing for delays and for mails of other kinds."""
    mail = message_from_bytes(content, policy=policy.default)
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return
    parts = [part for part in mail.iter_parts() if isinstance(part, Message)]
    digest = next((found for part in parts if (found := _digest(part))), "")
    failures = [
        reason
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for reason in _failures(part)
    ]
    if digest and failures:
        yield Returned(digest, "; ".join(failures)[:2000])


def _failures(part: Message) -> Iterator[str]:
    """Recipients that failed for good, each with the diagnosis of the server that refused."""
    for fields in part.get_payload() if part.is_multipart() else []:
        if not isinstance(fields, Message):
            continue
        if str(fields.get("Action", "")).strip().lower() != "failed":
            continue
        recipient = str(fields.get("Final-Recipient", "")).partition(";")[2].strip()
        diagnosis = str(fields.get("Diagnostic-Code", "")).partition(";")[2].strip()
        status = str(fields.get("Status", "")).strip()
        yield " ".join(filter(None, [recipient, status, " ".join(diagnosis.split())]))


def _digest(part: Message) -> str:
    """The left part of the returned mail's own Message-ID, when the return quotes it."""
    if part.get_content_type() not in ("message/rfc822", "text/rfc822-headers"):
        return ""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        quoted = inner[0] if isinstance(inner, list) and inner else None
        name = str(quoted.get("Message-ID", "")) if isinstance(quoted, Message) else ""
    else:
        text = part.get_content() if isinstance(part, EmailMessage) else ""
        name = text if isinstance(text, str) else text.decode("utf-8", "replace")
    found = _OURS.search(name)
    return found.group(1) if found else ""
