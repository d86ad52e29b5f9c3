"""Mails that came in, from a folder or a mailbox; each is taken once it has been dealt with.

``maildir:/path`` is a Maildir, ``eml:/path`` a folder of ``*.eml`` files (what a mail catcher
writes), ``imaps://user:secret@host/INBOX`` a mailbox on a server.
"""

import imaplib
import mailbox
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

MOST_BYTES = 5 * 1024 * 1024
AT_ONCE = 200


class Inbox(Protocol):
    """A place where mails lie."""

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """New mails as (name, bytes), at most two hundred at once."""

    def take(self, name: str) -> None:
        """Mark one as dealt with: it does not come again."""


@contextmanager
def inbox_at(url: str) -> Iterator[Inbox]:
    """The inbox an address names. Raises ValueError for an address that names none."""
    scheme, _colon, rest = url.partition(":")
    if scheme == "maildir":
        yield _Maildir(Path(rest))
    elif scheme == "eml":
        yield _Folder(Path(rest))
    elif scheme == "imaps":
        with _signed_in(url) as server:
            yield _Imap(server)
    else:
        raise ValueError(f"“{scheme}” is no kind of inbox: maildir, eml or imaps.")


class _Maildir:
    """``new`` holds what nobody has seen; taken mails are in ``cur``, marked as seen."""

    def __init__(self, path: Path) -> None:
        self.box = mailbox.Maildir(path, create=True)

    def mails(self) -> Iterator[tuple[str, bytes]]:
        unseen = [key for key, mail in self.box.iteritems() if mail.get_subdir() == "new"]
        for key in sorted(unseen)[:AT_ONCE]:
            yield key, self.box.get_bytes(key)[:MOST_BYTES]

    def take(self, name: str) -> None:
        mail = self.box[name]
        mail.set_subdir("cur")
        mail.add_flag("S")
        self.box[name] = mail


class _Folder:
    """Files ``*.eml``; taken ones go into the folder ``taken`` beside them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def mails(self) -> Iterator[tuple[str, bytes]]:
        for file in sorted(self.path.glob("*.eml"))[:AT_ONCE]:
            with file.open("rb") as content:
                yield file.name, content.read(MOST_BYTES)

    def take(self, name: str) -> None:
        taken = self.path / "taken"
        taken.mkdir(mode=0o700, exist_ok=True)
        (self.path / name).rename(taken / name)


@contextmanager
def _signed_in(url: str) -> Iterator[imaplib.IMAP4_SSL]:
    parts = urlsplit(url)
    server = imaplib.IMAP4_SSL(parts.hostname or "", parts.port or 993, timeout=20)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        server.select(parts.path.strip("/") or "INBOX")
        yield server
    finally:
        server.logout()


class _Imap:
    """Unseen mails of the folder chosen; taking marks as seen."""

    def __init__(self, server: imaplib.IMAP4_SSL) -> None:
        self.server = server

    def mails(self) -> Iterator[tuple[str, bytes]]:
        _answer, found = self.server.uid("SEARCH", "UNSEEN")
        for uid in found[0].split()[:AT_ONCE]:
            _answer, parts = self.server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield uid.decode(), content

    def take(self, name: str) -> None:
        self.server.uid("STORE", name, "+FLAGS", r"(\Seen)")
