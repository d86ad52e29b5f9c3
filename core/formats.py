"""How figures and dates read in the reader's language (Babel's data, our house rules).

Amounts carry two decimals, a true minus sign (U+2212) and the ISO code after the figure; dates
are ``22 Nov 2026``, never 03/04/2026.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_percent, get_decimal_symbol, get_group_symbol
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUS = "−"


def reader_locale() -> Locale:
    """Locale of the language the page is shown in."""
    return _locale_of(get_language() or "en")


@lru_cache(maxsize=32)
def _locale_of(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def figure(value: Decimal | float | str, *, least: int = 0, most: int = 6) -> str:
    """A number with grouping and between ``least`` and ``most`` decimals."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{exact:,.{most}f}"
    if most > least:
        whole, _, places = text.partition(".")
        places = places[:least] + places[least:].rstrip("0")
        text = f"{whole}.{places}" if places else whole
    return text.translate(_symbols(get_language() or "en"))


@lru_cache(maxsize=32)
def _symbols(language: str) -> dict[int, str]:
    """Python's signs in a figure -> the language's; Babel reads its pattern anew for each."""
    locale = _locale_of(language)
    signs = {",": get_group_symbol(locale), ".": get_decimal_symbol(locale), "-": MINUS}
    return str.maketrans(signs)


def amount(value: Decimal | str, currency: str = "") -> str:
    """An amount with two decimals, and its ISO code when given."""
    text = figure(value, least=2, most=2)
    return f"{text}\N{NO-BREAK SPACE}{currency}" if currency else text


def percent(rate: Decimal | float, *, most: int = 2) -> str:
    """A rate (0.19) as percentage (19 %)."""
    pattern = "#,##0" + ("." + "#" * most if most else "") + "\N{NO-BREAK SPACE}%"
    return format_percent(rate, format=pattern, locale=reader_locale()).replace("-", MINUS)


def day(value: date) -> str:
    """A date as people say it: 22 Nov 2026."""
    if isinstance(value, datetime):
        value = (localtime(value) if is_aware(value) else value).date()
    return _day_text(value, get_language() or "en")


@lru_cache(maxsize=4096)
def _day_text(value: date, language: str) -> str:
    """A list shows the same few hundred days again and again."""
    return format_date(value, format="d MMM yyyy", locale=_locale_of(language))


def clock(value: datetime) -> str:
    """Time of day in the current time zone: 14:05."""
    value = localtime(value) if is_aware(value) else value
    return value.strftime("%H:%M")


def moment(value: datetime) -> str:
    """Date and time: 22 Nov 2026, 14:05."""
    return f"{day(value)}, {clock(value)}"


def days(value: Decimal | float) -> str:
    """A span of days with one decimal: 41.2 d."""
    return _("%(days)s d") % {"days": figure(value, least=1, most=1)}


def hours(value: Decimal | float) -> str:
    """A span of hours with one decimal: 3.5 h."""
    return _("%(hours)s h") % {"hours": figure(value, least=1, most=1)}


def waiting(since: datetime, now: datetime) -> str:
    """How long something has waited: 2 d 4 h, 4 h 10 min, 20 min."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    left_days, hours = divmod(minutes // 60, 24)
    words = {"days": left_days, "hours": hours, "minutes": minutes % 60}
    if left_days:
        return (_("%(days)s d %(hours)s h") if hours else _("%(days)s d")) % words
    if hours:
        return (_("%(hours)s h %(minutes)s min") if minutes % 60 else _("%(hours)s h")) % words
    return _("%(minutes)s min") % words


def day_and_month(value: date) -> str:
    """A day within a year that is clear anyway: 22 Nov."""
    return format_date(value, format="d MMM", locale=reader_locale())


def month(value: date) -> str:
    """Month and year: Nov 2026."""
    return str(format_skeleton("yMMM", value, locale=reader_locale()))
