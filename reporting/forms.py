"""What a report is asked for: a day, or a span of days."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form


class AsOfForm(Form):
    """A day; with ``known_on`` as the books were known at the end of that day."""

    is_strict = False  # the address carries more: export, sorting
    as_of = DayField(label=_("As of"))
    known_on = DayField(label=_("As known on"), required=False)


class SpanForm(Form):
    """From a day to a day, both included."""

    is_strict = False
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        """The span must not be upside down."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day lies before “From”: choose a later one."))
        return cleaned
