"""How stored values read on the set-up pages: as on every other page, not as they are kept.

Rates are percent, amounts carry their currency, dates read like 22 Nov 2026, codes of countries
and languages have names, and what is typed is read by our strict fields.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.forms import DateRangeField as SpanFormField
from django.contrib.postgres.forms import RangeWidget
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import choices, formats
from core.fields import DayField, localized

CHOICES: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "country": choices.country_choices,
    "currency": choices.currency_choices,
    "language": choices.language_choices,
    "time_zone": choices.zone_choices,
}
"""Names of columns that hold a code, and what may stand in them."""

LABELS = {
    "company": gettext_lazy("company"),
    "customer": gettext_lazy("customer"),
    "ledger_account": gettext_lazy("ledger account"),
    "position": gettext_lazy("position"),
    "vat_category": gettext_lazy("VAT category"),
    "vat_rate": gettext_lazy("VAT rate"),
}
"""Titles of columns that have none of their own."""

NAMES = {"country": choices.country_name, "language": choices.language_name}


class SpanField(SpanFormField):
    """Two dates: the first day, and the day from which it holds no longer (empty: no end)."""

    base_field = DayField

    def __init__(self, **options: Any) -> None:
        begin, end = DayField(required=True), DayField(required=False)
        begin.widget.attrs["aria-label"] = gettext_lazy("From")
        end.widget.attrs["aria-label"] = gettext_lazy("Up to, but without")
        options["widget"] = RangeWidget(begin.widget)
        options["widget"].widgets = [begin.widget, end.widget]
        super().__init__(fields=[begin, end], **options)


class PlainFields(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """Fields of a set-up form, or of rows within one, read as on every other page."""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Our strict fields for figures and dates; a choice of names where a code is kept."""
        if isinstance(db_field, DateRangeField):
            help_text = _("Leave the second day empty while there is no end.")
            return SpanField(label=db_field.verbose_name, help_text=help_text)
        if db_field.name in CHOICES and not db_field.choices:
            return forms.ChoiceField(
                label=db_field.verbose_name,
                choices=CHOICES[db_field.name],
                initial=db_field.get_default(),
            )
        if db_field.name in LABELS:
            options.setdefault("label", LABELS[db_field.name])
        field = super().formfield_for_dbfield(db_field, request, **options)
        return localized(field) if field else field


class NamesFilter(admin.AllValuesFieldListFilter):
    """Narrows a list by a code, under the code's name."""

    def choices(self, changelist: Any) -> Any:
        """The codes that occur, named."""
        naming = NAMES[str(self.field_path)]
        for choice in super().choices(changelist):
            yield choice | {"display": naming(str(choice["display"]))}


class PlainAdmin(PlainFields, admin.ModelAdmin):  # type: ignore[type-arg]
    """Base of all set-up pages: columns and fields read as on every other page."""

    list_select_related = True
    show_facets = admin.ShowFacets.NEVER

    def get_list_display(self, request: HttpRequest) -> Any:
        """The declared columns, those with a stored code or figure in words."""
        return tuple(_column(self.model, name) for name in super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The declared filters; codes are chosen by their names."""
        names = super().get_list_filter(request)
        return [(name, NamesFilter) if name == "country" else name for name in names]


def stored_text(row: models.Model, name: str) -> str | None:
    """A row's value in words, or None where the page's own way will do."""
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    value = getattr(row, name)
    if value in (None, "") or getattr(field, "choices", None):
        return None
    return _text_of(field, value, row)


def _text_of(field: Any, value: Any, row: models.Model) -> str | None:
    if isinstance(field, DateRangeField):
        return _span(value)
    if isinstance(field, models.DecimalField):
        return _figure(field, value, row)
    if isinstance(field, models.DateField):
        return (
            formats.moment(value) if isinstance(field, models.DateTimeField) else formats.day(value)
        )
    naming = NAMES.get(field.name)
    return naming(value) if naming else None


def _figure(field: Any, value: Decimal, row: Any) -> str:
    if field.max_digits == 7:  # rates are numeric(7,6), see o2c.money
        return formats.percent(value)
    if field.decimal_places != 2:
        return formats.figure(value)
    currency = getattr(row, "currency", "") or row.company.currency
    return formats.amount(value, currency)


def _span(value: Any) -> str:
    first = formats.day(value.lower) if value.lower else "…"
    if not value.upper:
        return _("from %(day)s") % {"day": first}
    return f"{first} – {formats.day(value.upper - timedelta(days=1))}"


def label_of(field: Any) -> Any:
    """A column's title."""
    return LABELS.get(field.name, field.verbose_name)


def _column(model: type[models.Model], name: Any) -> Any:
    """The column of a stored value as text, sorted by what is stored; others as declared."""
    try:
        field = model._meta.get_field(name)
    except (FieldDoesNotExist, TypeError, AttributeError):
        return name
    if getattr(field, "choices", None) or isinstance(field, models.BooleanField):
        return name

    @admin.display(description=label_of(field), ordering=name)
    def shown(row: models.Model) -> Any:
        return stored_text(row, name) or getattr(row, name)

    shown.__name__ = name
    return shown
