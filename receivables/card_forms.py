"""Forms of card payments and settlements."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, MoneyField


class RefundForm(Form):
    """How much is given back, and why."""

    amount = MoneyField(label=_("Amount"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class LookedAtForm(Form):
    """What it was."""

    note = forms.CharField(label=_("What it was"), max_length=200)


class OfferForm(Form):
    """To whom."""

    to = forms.EmailField(label=_("E-mail"))


class SettlementForm(Form):
    """The provider's file."""

    file = forms.FileField(label=_("Settlement file (CSV)"))


class PayForm(Form):
    """What a payer wants to pay; ``choices`` are the items that are open."""

    items = forms.TypedMultipleChoiceField(
        label=_("What you pay"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    uses_credits = forms.BooleanField(label=_("Take off my credits"), required=False)
    key = forms.RegexField(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **words: Any) -> None:
        super().__init__(*args, **words)
        cast(forms.TypedMultipleChoiceField, self.fields["items"]).choices = choices
