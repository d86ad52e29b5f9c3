"""Forms of dunning."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form


class ReasonForm(Form):
    """Why a reminder is left out."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class HoldForm(Form):
    """Until when no reminders go out, and why."""

    until = DayField(label=_("No reminders until"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
