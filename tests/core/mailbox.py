"""A real SMTP server in a thread that takes mail, refuses it, or breaks off in the middle."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Answers of the server, by stage; ``mails`` are those it accepted."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.sender_answer = self.recipient_answer = self.data_answer = ""
        self.breaks_off_after_text = False

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_answer or "250 ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self.recipient_answer:
            envelope.rcpt_tos.append(address)
        return self.recipient_answer or "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer:
            return self.data_answer
        content: Any = envelope.content
        self.mails.append(message_from_bytes(content, policy=policy.default))
        if self.breaks_off_after_text:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"


@contextmanager
def mail_server(settings: Any) -> Iterator[Mailbox]:
    """Run a server on a free port and point Django's mail at it."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield mailbox
    finally:
        controller.stop()
