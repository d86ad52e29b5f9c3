"""Template tags of the set-up pages."""

from typing import Any

from django import template

from core.set_up import LABELS, stored_text

register = template.Library()


@register.filter
def in_words(field: Any) -> Any:
    """What a field shows that can't be changed: rates, amounts, dates and codes in words."""
    name = field.field["name"]
    text = stored_text(field.form.instance, name) if isinstance(name, str) else None
    return field.contents() if text is None else text


@register.filter
def title_of(field: Any) -> Any:
    """The title of a field that can't be changed."""
    return LABELS.get(field.field["name"], field.field["label"])
