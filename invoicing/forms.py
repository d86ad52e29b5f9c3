"""Forms of invoicing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class CreditForm(Form):
    """Why an invoice is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Printed on the credit note: the customer reads it."),
    )


class ResendForm(Form):
    """Why and where to an invoice is sent again."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Kept with the delivery.")
    )
    to = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Empty: the customer's contact for invoices."),
    )
