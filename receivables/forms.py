"""Forms of receivables."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form, MoneyField
from receivables.models import BooksExport


class UploadForm(Form):
    """A bank file."""

    file = forms.FileField(
        label=_("Bank file"),
        help_text=_(
            "camt.053 (XML) or MT940, as downloaded from the bank. It books whole or not at all."
        ),
    )


class AllocateForm(Form):
    """So much of a credit for an item."""

    debit_item = forms.IntegerField(widget=forms.HiddenInput)
    amount = MoneyField(label=_("Amount"))


class AccountForm(Form):
    """The day of a statement of account."""

    is_strict = False  # the address carries more
    as_of = DayField(label=_("As of"))


class CloseForm(Form):
    """Up to when the books are closed."""

    until = DayField(label=_("Closed until"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class BooksOutForm(Form):
    """Which books, for whom."""

    form = forms.ChoiceField(label=_("Format"), choices=BooksExport.Format.choices)
    start = DayField(label=_("From"))
    end = DayField(label=_("To"))
    token = forms.CharField(widget=forms.HiddenInput, max_length=32)
