"""A mail server that delivers nowhere: every message becomes a file in the data folder.

So that trying out and tests send by real SMTP. Run by ``manage.py up`` when ``EMAIL_URL`` is unset,
as ``python -m o2c.local.mail FOLDER DESCRIPTOR`` with a listening socket's descriptor.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES = 33_554_432
NOBODY = "@unknown."
"""At such a domain nobody lives: mails there are refused, as real servers refuse typing errors."""


class Catcher:
    """Writes each message to ``<time>-<pid>-<count>.eml``, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient or refuse it; the name is the protocol library's."""
        if NOBODY in address:
            return f"550 5.1.1 {address} is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message; the name is the protocol library's."""
        self.count += 1
        name = f"{time.time_ns()}-{os.getpid()}-{self.count}"
        head = "".join(f"X-Envelope-To: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        draft = self.folder / f"{name}.part"
        draft.write_bytes(head.encode() + (envelope.original_content or b""))
        draft.rename(self.folder / f"{name}.eml")
        return f"250 kept as {name}"


async def serve(folder: Path, listener: socket.socket) -> None:
    """Take mail until SIGTERM or SIGINT."""
    folder.mkdir(mode=0o700, exist_ok=True)
    catcher, stopped = Catcher(folder), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(catcher, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True), sock=listener
    )
    async with server:
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))))
