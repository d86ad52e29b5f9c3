"""A mail server that is slow on purpose and outlives the suite it takes mail from."""

import asyncio
import email
import socket
import threading
from collections import Counter

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class SlowMailServer:
    """Keeps every message that it took; can keep the sender waiting for the answer.

    ``hold_from(n)``: from the n-th mail on it takes the text and does not answer before
    ``let_go()``. Whoever sends is then exactly where nobody knows whether the mail went out.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._let_go = threading.Event()
        self._left = -1
        self.taken: Counter[str] = Counter()
        self.held: list[str] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port())

    def start(self) -> None:
        """Take mail on a free port."""
        self._controller.start()

    def stop(self) -> None:
        """Let waiting senders go and stop."""
        self.let_go()
        self._controller.stop()

    @property
    def url(self) -> str:
        """For ``EMAIL_URL``."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def hold_from(self, count: int) -> None:
        """Let ``count`` - 1 mails through, keep the sender of each later one waiting."""
        with self._lock:
            self.held.clear()
            self._left = count - 1
            self._let_go.clear()

    def let_go(self) -> None:
        """Answer whoever waits; no more waiting."""
        with self._lock:
            self._left = -1
            self._let_go.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, answer when it is time; the name is the protocol library's."""
        name = str(email.message_from_bytes(envelope.original_content or b"")["Message-ID"])
        is_held = self._take(name)
        while is_held and not self._let_go.is_set():
            await asyncio.sleep(0.02)
        return "250 kept"

    def _take(self, name: str) -> bool:
        with self._lock:
            self.taken[name] += 1
            if self._left > 0:
                self._left -= 1
                return False
            if self._left == 0:
                self.held.append(name)
            return self._left == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
