"""Forms of orders besides the entry grid."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class ImportForm(Form):
    """A file of orders."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("E-order (UBL 2.1 or Peppol BIS XML), Excel workbook (.xlsx) or CSV."),
        widget=forms.FileInput(attrs={"accept": ".xml,.xlsx,.csv,.txt"}),
    )


class CancelForm(Form):
    """Why an order is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
