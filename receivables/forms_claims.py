"""Forms of claims."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, PercentField
from core.forms import Form


class InterestForm(Form):
    """Up to when interest is claimed, and whether with the flat sum."""

    until = DayField(label=_("Up to and with"))
    with_flat_sum = forms.BooleanField(
        label=_("With the flat sum for late payment, once per invoice"), required=False
    )


class WaiveForm(Form):
    """Why a claim is given up."""

    reason = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class BaseRateForm(Form):
    """A base rate as the central bank published it."""

    valid_from = DayField(label=_("Holds from"))
    rate = PercentField(label=_("Base rate"))
