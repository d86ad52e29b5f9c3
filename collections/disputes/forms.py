"""Forms of disputes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form, MoneyField
from disputes.models import Dispute


class OpenForm(Form):
    """What is contested."""

    amount = MoneyField(label=_("Disputed amount"))
    reason = forms.ChoiceField(label=_("Reason"), choices=Dispute.Reason.choices)
    note = forms.CharField(
        label=_("What the customer says"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ResolveForm(Form):
    """How it ends."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("", _("Choose")),
            ("accept", _("The customer is right")),
            ("reject", _("Our claim stands")),
        ],
    )
    resolution = forms.CharField(
        label=_("What we tell the customer"), widget=forms.Textarea(attrs={"rows": 3})
    )


class DecideForm(Form):
    """How a deduction ends: accepted with its reason, or charged back."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Dispute.Reason.choices)
    resolution = forms.CharField(
        label=_("What we tell the customer"), widget=forms.Textarea(attrs={"rows": 2})
    )
