"""Broken bank files without end: seeded changes to the bytes of good and bad ones."""

import random
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_XML_TAG = re.compile(rb"</?([A-Za-z]+)")
_MT_TAG = re.compile(rb":\d\d[A-Z]?:")
_CODECS = ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252", "latin-1", "cp437", "utf-32")
_AWKWARD = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "\u202e".encode(),
    "\U0001f4b6".encode(),
    "\uffff".encode(),
    b"9" * 40,
    b"-",
    b"e5",
    b"\r",
    b"\x1a",
    b"&amp;",
    b"]]>",
    b":86:",
    b"-}{1:",
)


class HangError(BaseException):
    """A reader did not come back; no handler of ours may swallow this."""


@contextmanager
def watchdog(seconds: int = 5) -> Iterator[None]:
    """Ends what hangs (main thread only); it measures nothing."""

    def bark(_signal: int, _frame: FrameType | None) -> None:
        raise HangError(f"no end within {seconds} s")

    before = signal.signal(signal.SIGALRM, bark)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def mutant(content: bytes, dice: random.Random) -> bytes:
    """One to six changes of random kinds."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        if not content:
            break
        content = dice.choice(_CHANGES)(content, dice)
    return content


def _flip(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _insert(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + dice.choice(_AWKWARD) + content[place:]


def _drop_line(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    del lines[dice.randrange(len(lines))]
    return b"".join(lines)


def _repeat_lines(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    first = dice.randrange(len(lines))
    stretch = lines[first : first + dice.randint(1, 12)]
    place = dice.randrange(len(lines) + 1)
    return b"".join([*lines[:place], *stretch * dice.randint(1, 3), *lines[place:]])


def _swap_lines(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def _swap_tags(content: bytes, dice: random.Random) -> bytes:
    """One tag becomes another that occurs in the file; in XML at both its ends."""
    pattern = _XML_TAG if content.lstrip()[:1] == b"<" else _MT_TAG
    tags = sorted(set(pattern.findall(content)))
    if len(tags) < 2:
        return content
    one, two = dice.sample(tags, 2)
    if pattern is _XML_TAG and dice.random() < 0.7:
        return re.sub(rb"(</?)" + one + rb"\b", rb"\g<1>" + two, content)
    return content.replace(one, two, dice.choice((1, -1)))


def _change_digits(content: bytes, dice: random.Random) -> bytes:
    places = [match.start() for match in re.finditer(rb"\d", content)]
    if not places:
        return content
    changed = bytearray(content)
    for place in dice.sample(places, min(len(places), dice.randint(1, 3))):
        changed[place : place + 1] = dice.choice((b"0", b"9", b"", b"77", b".", b",", b"\xd9\xa3"))
    return bytes(changed)


def _recode(content: bytes, dice: random.Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(dice.choice(_CODECS), errors="replace")


def _new_ends(content: bytes, dice: random.Random) -> bytes:
    ends = dice.choice((b"\n", b"\r", b"\r\n", b"\n\n", b"\x0b", b"\x85"))
    return content.replace(b"\r\n", b"\n").replace(b"\n", ends)


_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip,
    _insert,
    _drop_line,
    _repeat_lines,
    _swap_lines,
    _cut,
    _swap_tags,
    _change_digits,
    _change_digits,
    _recode,
    _new_ends,
)
