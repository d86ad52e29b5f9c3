"""Two people changed one row: the later one sees both values and keeps what was typed."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from core import formats

VERSION = "version"


def show_both(form: forms.BaseForm) -> None:
    """Name beside each field that differs what is stored now, and let saving again replace it.

    Works on forms with a hidden ``version`` whose ``initial`` is the row as it stands: the form
    takes the stored version over, so the next save is a choice and not the same conflict again.
    """
    if VERSION not in form.fields or form.initial.get(VERSION) is None:
        return
    for name in form.changed_data:
        if name != VERSION:
            stored = _in_words(
                form.fields[name], form.get_initial_for_field(form.fields[name], name)
            )
            text = _("Stored now: %(value)s. What you typed is kept; save again to replace it.")
            form.add_error(name, text % {"value": stored})
    sent: Any = form.data
    form.data = sent.copy()
    form.data[form.add_prefix(VERSION)] = str(form.initial[VERSION])  # type: ignore[index]


def _in_words(field: forms.Field, value: Any) -> str:
    """A stored value as the person would read it on the page."""
    if value in (None, ""):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Model):
        return str(value)
    choices = dict(getattr(field, "choices", ()))
    if value in choices:
        return str(choices[value])
    return formats.day(value) if hasattr(value, "isoformat") else str(value)
