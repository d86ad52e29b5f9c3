"""What a report is asked for: a day, or a span of days; a currency where there are several."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form


class CurrencyForm(Form):
    """A currency, where the company has more than one; amounts of two are never added."""

    is_strict = False  # the address carries more: export, sorting
    currency = forms.ChoiceField(label=_("Currency"))

    def __init__(self, *args: Any, currencies: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(code, code) for code in currencies]
        if len(currencies) < 2:
            field.widget = forms.HiddenInput()


class AsOfForm(CurrencyForm):
    """A day."""

    as_of = DayField(label=_("As of"))
    field_order = ["as_of", "known_on", "currency"]


class KnownForm(AsOfForm):
    """A day; with ``known_on`` as the books were known at the end of that day."""

    known_on = DayField(label=_("As known on"), required=False)


class PeriodForm(Form):
    """From a day to a day, both included."""

    is_strict = False  # the address carries more: export, sorting
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        """The span must not be upside down."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day lies before “From”: choose a later one."))
        return cleaned


class SpanForm(PeriodForm, CurrencyForm):
    """From a day to a day, in a currency."""

    field_order = ["first", "last", "currency"]


class DifferenceForm(SpanForm):
    """From the end of one day to the end of another, as effective or as known then."""

    way = forms.ChoiceField(
        label=_("As"),
        choices=[("effective", _("effective")), ("known", _("known on both days"))],
    )
    field_order = ["first", "last", "way", "currency"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["first"].label = _("From the end of")
        self.fields["last"].label = _("To the end of")
