"""Numbers and dates as people and office programs write them, read without guessing.

What can be read in two ways is refused with both readings, never decided silently: an import that
takes 1.190 for one instead of a thousand ships the wrong order.
"""

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from o2c.errors import InvalidInput
from o2c.money import number

_YEARS = range(2000, 2200)
_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f']")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00(?::00)?)?", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def local_number(text: str, *, what: str) -> Decimal:
    """Read ``1.190,50``, ``1,190.50``, ``1 190.5`` or ``1190``; ``what`` names the place.

    Raises ``InvalidInput``: for what is no number, and for ``1.190`` or ``1,190``, which may mean
    a thousand or one and a bit.
    """
    plain = _BLANKS.sub("", text).replace("\u2212", "-")
    if _AMBIGUOUS.fullmatch(plain.lstrip("+-")):
        whole, part = re.split("[.,]", plain)
        raise InvalidInput(
            "number.ambiguous",
            _("%(what)s: “%(text)s” may mean %(whole)s%(part)s or %(whole)s.%(part)s. Write it "
              "as %(whole)s%(part)s or as %(whole)s.%(part)s0.")
            % {"what": what, "text": text[:40], "whole": whole, "part": part},
        )  # fmt: skip
    return number(_with_point(plain), what=what)


def _with_point(plain: str) -> str:
    """The last of comma and point is the decimal mark; marks before it group thousands."""
    mark = max(plain.rfind(","), plain.rfind("."))
    if mark < 0:
        return plain
    separator, whole, decimals = plain[mark], plain[:mark], plain[mark + 1 :]
    if _THOUSANDS.fullmatch(plain) and plain.count(separator) > 1:
        return plain.replace(separator, "")
    grouped = _THOUSANDS.fullmatch(whole)
    if grouped and grouped[1] != separator:
        whole = whole.replace(grouped[1], "")
    return f"{whole}.{decimals}"


def day(text: str, *, what: str) -> date:
    """Read ``2026-11-24`` or ``24.11.2026``; ``03/04/2026`` is refused because it has two readings.

    Raises ``InvalidInput`` naming the place and the text.
    """
    plain = text.strip()
    if iso := _ISO.fullmatch(plain):
        return _calendar_day(int(iso[1]), int(iso[2]), int(iso[3]), plain, what)
    if dotted := _DOTTED.fullmatch(plain):
        return _calendar_day(int(dotted[3]), int(dotted[2]), int(dotted[1]), plain, what)
    slashed = _SLASHED.fullmatch(plain)
    if slashed and (int(slashed[1]) > 12) != (int(slashed[2]) > 12):
        first, second = int(slashed[1]), int(slashed[2])
        month, the_day = (second, first) if first > 12 else (first, second)
        return _calendar_day(int(slashed[3]), month, the_day, plain, what)
    raise _no_day(plain, what)


def _calendar_day(year: int, month: int, the_day: int, text: str, what: str) -> date:
    try:
        found = date(year, month, the_day)
    except ValueError:
        raise _no_day(text, what)
    if found.year not in _YEARS:
        raise InvalidInput(
            "date.year",
            _("%(what)s: “%(text)s” lies outside the years %(first)s to %(last)s.")
            % {"what": what, "text": text[:40], "first": _YEARS[0], "last": _YEARS[-1]},
        )
    return found


def _no_day(text: str, what: str) -> InvalidInput:
    return InvalidInput(
        "date.unreadable",
        _("%(what)s: “%(text)s” is not a date that can be read in one way only. Write it as "
          "2026-11-24 or 24.11.2026.") % {"what": what, "text": text[:40]},
    )  # fmt: skip
