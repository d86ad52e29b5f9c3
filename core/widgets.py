"""How Django's widgets become Tabler's: classes and attributes by kind of field."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.requests import row_number

_SELECTS = (forms.Select, forms.SelectMultiple)
_CHOICE_LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def control_kind(field: BoundField) -> str:
    """How the field is laid out; a field class may name its own (``kind = "money"``)."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, _CHOICE_LISTS):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    return str(getattr(field.field, "kind", "text"))


def control_attrs(field: BoundField) -> dict[str, Any]:
    """Classes for the widget, keeping those it has; marks the field in error."""
    widget = field.field.widget
    own = str(widget.attrs.get("class", ""))
    classes = [own, *_base_classes(widget)]
    if field.errors:
        classes.append("is-invalid")
    return {"class": " ".join(dict.fromkeys(name for name in classes if name))}


def _base_classes(widget: forms.Widget) -> list[str]:
    if isinstance(widget, (forms.CheckboxInput, *_CHOICE_LISTS)):
        return ["form-check-input"]
    if isinstance(widget, _SELECTS):
        return ["form-select"]
    if isinstance(widget, forms.HiddenInput):
        return []
    return ["form-control"]


class LookupInput(forms.TextInput):
    """One of very many rows: typed into a combobox (``lookup``: the address that finds), its key
    hidden beside. A list of thousands of options would be most of the page."""

    choices: Any = ()
    needs_multipart_form = False

    def __init__(self, lookup: str) -> None:
        self.lookup = lookup
        super().__init__()

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The text box with the row's words, and the hidden key."""
        row = self._row(value)
        box = {
            **(attrs or {}),
            "data-combobox": reverse(self.lookup),
            "data-combobox-value": name,
            "data-combobox-show": "text",
        }
        shown = super().render("", str(row or ""), box, renderer)
        key = getattr(row, "pk", "")
        return format_html('{}<input type="hidden" name="{}" value="{}">', shown, name, key)

    def _row(self, value: Any) -> Any:
        """The row that is chosen, of those that may be."""
        queryset = getattr(self.choices, "queryset", None)
        key = row_number(str(value or ""))
        return queryset.filter(pk=key).first() if queryset is not None and key else None
