"""Forms as o2c shows them: renderer, base classes, and fields that read figures strictly.

``class OrderForm(ModelForm)`` from here gets Tabler widgets, errors beside the field, an error
summary on top, and amounts and dates typed in the reader's own way.
"""

import re
from pathlib import Path
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.fields import DayField, MoneyField, NumberField, PercentField, QuantityField, localized
from o2c.errors import BusinessError

_FRAME = frozenset({"csrfmiddlewaretoken", "next"})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

__all__ = [
    "DayField",
    "Form",
    "ModelForm",
    "MoneyField",
    "NumberField",
    "PercentField",
    "QuantityField",
    "Renderer",
]


class Renderer(DjangoTemplates):
    """Renders forms with the templates of ``templates/forms`` and Django's own widgets."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def engine(self) -> Backend:
        """Django's form engine with our templates folder in front."""
        builtin = Path(forms.__file__).parent / "templates"
        engine: Backend = self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [settings.BASE_DIR / "templates", builtin],
                "NAME": "djangoforms",
                "OPTIONS": {},
            }
        )
        return engine


def _one_line(value: str) -> None:
    """Refuse line breaks and control characters, which no browser sends from a one-line field."""
    if _CONTROLS.search(value):
        raise ValidationError(_("Write it on one line, without control characters."), "control")


class _O2cForm:
    """What both bases share: localized fields, and business errors beside their field."""

    fields: dict[str, forms.Field]
    data: Any
    prefix: str | None

    is_strict = True
    """Refuse what no field of the form reads; False for forms over the querystring of a page."""

    extra_names: frozenset[str] = frozenset()
    """What the page sends beside the fields and the view reads by itself: names of buttons."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            self.fields[name] = localized(field)
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.Textarea):
                field.validators.append(_one_line)

    def full_clean(self) -> None:
        """Check the fields, then whether something came that nobody would have read."""
        super().full_clean()  # type: ignore[misc]
        form = cast(forms.BaseForm, self)
        unknown = sorted(name for name in self.data if not self._knows(name))
        if form.is_bound and self.is_strict and unknown and hasattr(form, "cleaned_data"):
            text = _("This page sent something that is not asked for here: %(names)s. Reload it.")
            form.add_error(None, ValidationError(text % {"names": ", ".join(unknown)}, "unknown"))

    def _knows(self, name: str) -> bool:
        """Whether a name sent is one of ours, of a part of ours, or another form's."""
        if name in _FRAME or name in self.extra_names:
            return True
        if self.prefix and not name.startswith(f"{self.prefix}-"):
            return True
        form = cast(forms.BaseForm, self)
        ours = {form.add_prefix(field) for field in self.fields}
        return (
            name in ours or name.rpartition("_")[0] in ours or name.removesuffix("-clear") in ours
        )

    def add_business_error(self, error: BusinessError) -> None:
        """Show a refusal beside its field, or on top when it names none of ours."""
        field = error.field if error.field in self.fields else None
        cast(forms.BaseForm, self).add_error(field, error.message)


class Form(_O2cForm, forms.Form):
    """A plain form in o2c's look."""


class ModelForm(_O2cForm, forms.ModelForm):  # type: ignore[type-arg]
    """A form over a model in o2c's look; ``Meta.fields`` are named one by one."""
