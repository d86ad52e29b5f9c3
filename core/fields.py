"""Fields that read figures and dates as the reader writes them, strictly, and never guess.

German and Swedish write 1.190,00 and 1 190,00, English 1,190.00; what does not fit the reader's
own way is refused with an example. Digits are ASCII only: no 1e5, no 1_000, no full-width.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import get_month_names
from babel.numbers import get_decimal_symbol, get_group_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import formats

YEARS = range(1900, 2200)
"""Years that a date of business may lie in."""

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009 ", " "))
_NUMERIC_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.?(\d{4})?\Z", re.ASCII)
_WORDY_DAY = re.compile(r"(\d{1,2})\.? ?([^\W\d]+)\.?(?: (\d{4}))?\Z")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_OFFSET = re.compile(r"\+(\d{1,3})\Z", re.ASCII)


def read_figure(text: str) -> Decimal | None:
    """The number a person typed in the language of the page; None when it can't be read."""
    locale = formats.reader_locale()
    point, group = get_decimal_symbol(locale), get_group_symbol(locale).translate(_SPACES)
    text = text.strip().translate(_SPACES).replace(formats.MINUS, "-")
    groups = {group, "'"} if group in " " else {group, " "}
    body = "|".join(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+" for mark in sorted(groups))
    if not re.fullmatch(rf"-?(?:\d+|{body})(?:{re.escape(point)}\d+)?", text, re.ASCII):
        return None
    for mark in groups:
        text = text.replace(mark, "")
    return Decimal(text.replace(point, "."))


class NumberField(forms.DecimalField):
    """A number in the reader's format with at most ``decimal_places`` decimals."""

    kind = "number"
    least_decimals = 0
    example = Decimal("1190.5")
    default_error_messages = {
        "unreadable": _("“%(value)s” can't be read as a number. Write it like %(example)s."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        options["widget"].attrs.setdefault("autocomplete", "off")
        super().__init__(**options)

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        """The typed text as Decimal."""
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        found = read_figure(str(value))
        if found is None:
            example = formats.figure(self.example, least=self.least_decimals, most=2)
            raise ValidationError(
                self.error_messages["unreadable"],
                code="unreadable",
                params={"value": value, "example": example},
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        """Stored numbers appear in the reader's format; typed text stays as it was."""
        if isinstance(value, Decimal | int):
            most = 6 if self.decimal_places is None else self.decimal_places
            return formats.figure(value, least=self.least_decimals, most=most)
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``step``/``min``: the field is text, since number inputs read the browser's format."""
        return {}


class MoneyField(NumberField):
    """An amount with two decimals; ``currency`` is shown behind the field."""

    kind = "money"
    least_decimals = 2
    example = Decimal("1190")

    def __init__(self, *, currency: str = "", **options: Any) -> None:
        self.currency = currency
        super().__init__(**{"max_digits": 18, "decimal_places": 2, **options})


class QuantityField(NumberField):
    """A quantity with up to three decimals, above zero."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"max_digits": 18, "decimal_places": 3, "min_value": Decimal("0.001"), **options}
        )


class PercentField(NumberField):
    """Typed as percent (19), kept as rate (0.19)."""

    kind = "percent"
    example = Decimal("19")

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 7, "decimal_places": 4, **options})

    def clean(self, value: Any) -> Decimal | None:
        """The rate."""
        found = super().clean(value)
        return None if found is None else found / 100

    def prepare_value(self, value: Any) -> Any:
        """A stored rate appears as percent."""
        return super().prepare_value(value * 100 if isinstance(value, Decimal) else value)


def read_day(text: str, *, today: date) -> date | None:
    """The date a person typed: 22.11, 22.11.2026, 22 Nov 2026, 2026-11-22, +30, t; else None.

    A year outside ``YEARS`` is a slip of the finger, and days near the ends of the calendar can't
    be reckoned with.
    """
    found = _typed_day(text, today=today)
    return found if found is not None and found.year in YEARS else None


def _typed_day(text: str, *, today: date) -> date | None:
    """The day without a look at its year.

    A day without a year is the next one to come within the year, or this year's past one when
    it lies less than half a year back. 11/22 is refused: half the world swaps it.
    """
    text = " ".join(text.translate(_SPACES).split())
    if text.lower() == "t":
        return today
    if offset := _OFFSET.match(text):
        return today + timedelta(days=int(offset[1]))
    try:
        if _ISO_DAY.match(text):
            return date.fromisoformat(text)
        if parts := _NUMERIC_DAY.match(text):
            return _complete(int(parts[1]), int(parts[2]), parts[3], today)
        if parts := _WORDY_DAY.match(text):
            month = _month(parts[2])
            return _complete(int(parts[1]), month, parts[3], today) if month else None
    except (ValueError, OverflowError):
        return None
    return None


def _month(word: str) -> int:
    word = word.casefold().rstrip(".")
    for locale in (formats.reader_locale(), "en"):
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, locale)
                for month, name in names.items():
                    if name.casefold().rstrip(".") == word:
                        return month
    return 0


def _complete(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year), month, day)
    found = date(today.year, month, day)
    return found if (today - found).days < 183 else date(today.year + 1, month, day)


class DayField(forms.DateField):
    """A date; ``today`` (the company's) is what ``t`` and ``+30`` count from."""

    kind = "day"
    default_error_messages = {
        "invalid": _("“%(value)s” can't be read as a date. Write it like %(example)s."),
    }

    def __init__(self, *, today: date | None = None, **options: Any) -> None:
        self.today = today
        options.setdefault("widget", forms.TextInput(attrs={"data-day": ""}))
        options["widget"].attrs.setdefault("autocomplete", "off")
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """The typed text as date."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        today = self.today or timezone.localdate()
        found = read_day(str(value), today=today)
        if found is None:
            raise ValidationError(
                self.error_messages["invalid"],
                code="invalid",
                params={"value": value, "example": formats.day(today)},
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        """A date, also one that an address names as 2026-11-22, appears as 22 Nov 2026.

        Other text stays as it was typed.
        """
        if isinstance(value, str) and _ISO_DAY.match(value):
            value = read_day(value, today=timezone.localdate()) or value
        return formats.day(value) if isinstance(value, date) else value


def localized(field: forms.Field) -> forms.Field:
    """Our field in place of Django's plain decimal or date field; any other as it is.

    Two decimals read as money, six decimals below ten (``numeric(7,6)``) as a rate in percent.
    """
    names = ("required", "label", "initial", "help_text")
    options: dict[str, Any] = {name: getattr(field, name) for name in names}
    if type(field) is forms.DateField:
        return DayField(**options)
    if type(field) is not forms.DecimalField:
        return field
    if (field.max_digits, field.decimal_places) == (7, 6):
        return PercentField(**options)
    for name in ("max_digits", "decimal_places", "min_value", "max_value"):
        options[name] = getattr(field, name)
    return MoneyField(**options) if field.decimal_places == 2 else NumberField(**options)
