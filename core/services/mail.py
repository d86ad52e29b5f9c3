"""Hand one mail to the SMTP server and say what is known about its fate.

SMTP tells refusal from acceptance at every step. Only between the last byte of the text and the
server's answer can the outcome stay unknown; everything before is surely not sent.
"""

import hashlib
import smtplib
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from enum import Enum
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from core.models import LINK_MARK, OutboundMessage


class Fate(Enum):
    """What is known of a mail after the attempt."""

    SENT = "sent"
    NO_SERVER = "no server"  # surely not sent; the mail server is away, which is not its fault
    NOT_YET = "not yet"  # surely not sent; may work later
    REFUSED = "refused"  # surely not sent; will not work later
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fate and the reason in words."""

    fate: Fate
    reason: str = ""


def message_digest(message: OutboundMessage) -> str:
    """The left part of the mail's Message-ID; what comes back names it."""
    return hashlib.sha256(message.idempotency_key.encode()).hexdigest()[:40]


def compose(message: OutboundMessage) -> EmailMultiAlternatives:
    """The mail as it goes out: text always, HTML where written, stored documents attached.

    The Message-ID comes from the idempotency key, so the same message always carries the same
    one. A link of its own is filled in here and stands nowhere else. Raises OSError when an
    attachment can't be read, BadHeaderError on a line break in a header, Conflict for a link that
    is lost.
    """
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    company = message.company
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=_with_link(message),
        from_email=formataddr((company.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[message.to],
        reply_to=[company.contact_email] if company.contact_email else None,
        headers={
            "Message-ID": f"<{message_digest(message)}@{host}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for document in message.attachments.order_by("pk"):
        email.attach(document.filename, document.read(), document.content_type)
    return email


def _with_link(message: OutboundMessage) -> str:
    if message.link is None:
        return message.body
    return message.body.replace(LINK_MARK, message.link.address())


def deliver(email: EmailMultiAlternatives) -> Outcome:
    """Send through the configured mail backend, once; raises BadHeaderError before anything is
    sent when a header holds a line break."""
    content = email.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    backend = mail.get_connection()
    if not isinstance(backend, EmailBackend):
        backend.send_messages([email])
        return Outcome(Fate.SENT)
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.NO_SERVER, f"No connection to the mail server: {error}")
    server = backend.connection
    assert server is not None  # just opened
    try:
        return _converse(server, email, content)
    finally:
        _hang_up(server)


def _converse(server: smtplib.SMTP, email: EmailMultiAlternatives, content: bytes) -> Outcome:
    encoding = email.encoding or settings.DEFAULT_CHARSET
    try:
        server.ehlo_or_helo_if_needed()
        steps = [server.mail(sanitize_address(email.from_email, encoding))]
        steps += [server.rcpt(sanitize_address(to, encoding)) for to in email.recipients()]
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.NOT_YET, f"The mail server broke off before the text: {error}")
    for code, answer in steps:
        if code not in (250, 251):
            return _refusal(code, answer)
    try:
        code, answer = server.data(content)
    except smtplib.SMTPDataError as error:
        return _refusal(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.UNKNOWN, f"The mail server broke off while it took the text: {error}")
    return Outcome(Fate.SENT) if code == 250 else _refusal(code, answer)


def _refusal(code: int, answer: bytes | str) -> Outcome:
    """4xx asks to come back later, 5xx is final (RFC 5321, 4.2.1)."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    fate = Fate.NOT_YET if 400 <= code < 500 else Fate.REFUSED
    return Outcome(fate, f"The mail server answered {code} {text}")


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; what was accepted stays accepted even if that fails."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
