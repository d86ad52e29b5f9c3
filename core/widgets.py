"""How Django's widgets become Tabler's: classes and attributes by kind of field."""

from typing import Any

from django import forms
from django.forms import BoundField

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
