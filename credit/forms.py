"""Forms of credit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, MoneyField


class DecisionForm(Form):
    """Why a held order is released or refused; the address says which, ``decision`` goes along."""

    decision = forms.ChoiceField(
        choices=[("release", _("Release once")), ("reject", _("Reject and cancel"))],
        required=False,
        widget=forms.HiddenInput,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the decision and shown to the sales rep."),
    )


class LimitForm(Form):
    """A new limit and why."""

    amount = MoneyField(label=_("New limit"), min_value=0)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
