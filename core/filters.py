"""Filters of lists: names mapped by hand, chips for what is set, unknown keys ignored.

A filter set declares each public name; nothing of the request becomes an ORM lookup by itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import formats
from core.fields import DayField, MoneyField
from core.requests import Request
from core.widgets import LookupInput

__all__ = ["Chip", "ChoiceFilter", "DayFilter", "FilterSet", "ModelChoiceFilter"]
__all__ += ["IndexedSearchFilter", "LookupFilter", "MoneyFilter", "SearchFilter"]
__all__ += ["SwitchFilter", "scoped"]


MOST_KEYS = 5_000


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter in words, and the querystring without it."""

    label: str
    value: str
    query: str


class SearchFilter(django_filters.CharFilter):
    """Free text over the lookups given: ``SearchFilter("number__istartswith", "name__icontains")``.

    Several words must all be found.
    """

    def __init__(self, *lookups: str, **options: Any) -> None:
        self.lookups = lookups
        super().__init__(**{"label": _("Search"), **options})

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Rows in which every word is found."""
        for word in (value or "").split()[:8]:
            any_of = Q()
            for lookup in self.lookups:
                any_of |= Q(**{lookup: word})
            qs = qs.filter(any_of)
        return qs


class IndexedSearchFilter(SearchFilter):
    """The same over tables of millions of rows: every arm is one that an index answers.

    Lookups are fields: ``IndexedSearchFilter("number", "customer__name")``. Texts are found
    anywhere, by trigrams (``iban__startswith``: from their beginning); a field of another table is
    looked up there first, so that the database sees how many rows it stands for, the newest
    ``MOST_KEYS``. Words of one or two letters only start a number.
    """

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Rows in which every word is found."""
        for word in (value or "").split()[:8]:
            qs = qs.filter(self._any_of(qs.model, word))
        return qs

    def _any_of(self, model: type[Model], word: str) -> Q:
        by_path: dict[str, Q] = {"": Q(pk=None)}
        for lookup in self.lookups:
            path, name = _split(lookup)
            by_path[path] = by_path.get(path, Q()) | finds(name, word)
        for path in sorted(by_path, key=len, reverse=True):
            if path and by_path[path]:
                nearer, _sep, relation = path.rpartition("__")
                found = Q(**{f"{relation}__in": self._keys(model, path, by_path[path])})
                by_path[nearer] = by_path.get(nearer, Q()) | found
        return by_path[""]

    def _keys(self, model: type[Model], path: str, wanted: Q) -> list[int]:
        """Keys of the rows at the end of a path of relations."""
        far: Any = model
        for relation in path.split("__"):
            far = far._meta.get_field(relation).related_model
        rows = scoped(far)(self.parent.request).filter(wanted).order_by("-pk")
        return list(rows.values_list("pk", flat=True)[:MOST_KEYS])


def _split(lookup: str) -> tuple[str, str]:
    """Path of relations, and the field with its operator if it has one."""
    parts = lookup.split("__")
    at = -2 if parts[-1] == "startswith" else -1
    return "__".join(parts[:at]), "__".join(parts[at:])


def finds(name: str, word: str) -> Q:
    """What finds a word in a field; nothing where no index could."""
    if name.endswith("__startswith"):
        return Q(**{name: word}) | Q(**{name: word.upper()}) | Q(**{name: word.capitalize()})
    if len(word) > 2:
        return Q(**{f"{name}__iregex": re.escape(word)})
    return Q(**{f"{name}__startswith": word.upper()}) if name.endswith("number") else Q()


class ChoiceFilter(django_filters.ChoiceFilter):
    """One of fixed values; without choice "All"."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"empty_label": _("All"), **options})


class ModelChoiceFilter(django_filters.ModelChoiceFilter):
    """One of the rows the actor may see; give ``queryset=scoped(Model)``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"empty_label": _("All"), **options})


class LookupFilter(ModelChoiceFilter):
    """One of very many rows, found by typing: give ``lookup``, the address of a combobox."""

    def __init__(self, *, lookup: str, **options: Any) -> None:
        super().__init__(**{"widget": LookupInput(lookup), **options})


class DayFilter(django_filters.DateFilter):
    """A date typed as people do: ``DayFilter(field_name="due_on", lookup_expr="lte")``."""

    field_class = DayField


class MoneyFilter(django_filters.NumberFilter):
    """An amount typed as people do."""

    field_class = MoneyField

    def get_max_validator(self) -> None:
        """No limit of its own."""


class SwitchFilter(django_filters.ChoiceFilter):
    """Yes or nothing: applies ``apply(queryset)`` when on, such as ``OpenItem.objects.overdue``."""

    def __init__(self, apply: Callable[[Any], QuerySet[Any]], **options: Any) -> None:
        self.apply = apply
        choices = [("1", _("Yes"))]
        super().__init__(**{"choices": choices, "empty_label": _("All"), **options})

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The narrowed rows."""
        return self.apply(qs) if value == "1" else qs


class FilterSet(django_filters.FilterSet):
    """Base of all filter sets. ``q``, where declared, is the search box in front."""

    def chips(self) -> list[Chip]:
        """What is set, in words, each with the address that drops it."""
        if not self.is_bound:
            return []
        self.form.is_valid()
        return [
            Chip(str(self.filters[name].label), self._in_words(name, value), self._without(name))
            for name, value in self.form.cleaned_data.items()
            if value not in (None, "", []) and name in self.filters
        ]

    def problems(self) -> list[str]:
        """Values that can't be read, in words; such a filter is left out."""
        if not self.is_bound:
            return []
        return [
            f"{self.filters[name].label}: {' '.join(map(str, errors))}"
            for name, errors in self.form.errors.items()
            if name in self.filters
        ]

    def _without(self, name: str) -> str:
        left: QueryDict = self.data.copy()
        for key in (name, "page"):
            left.pop(key, None)
        return left.urlencode()

    def _in_words(self, name: str, value: Any) -> str:
        field = self.form.fields[name]
        choices = getattr(field, "choices", None)
        if isinstance(value, Model):
            return str(value)
        if choices is not None:
            return str(dict(choices).get(value, value))
        if isinstance(field, DayField):
            return formats.day(value)
        return formats.amount(value) if isinstance(field, MoneyField) else str(value)


def scoped(model: type[Model]) -> Callable[[Request], QuerySet[Any]]:
    """Choices of the chosen company that the actor may see."""

    def rows(request: Request) -> QuerySet[Any]:
        visible: QuerySet[Any] = model.objects.visible_to(request.user)  # type: ignore[attr-defined]
        return visible.filter(company=request.company)

    return rows
