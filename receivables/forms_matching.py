"""The form of the matching settings."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, MoneyField
from receivables.services import KINDS, Leeway


def new_token() -> str:
    """Makes a double click one job."""
    return uuid.uuid4().hex


def kind_words() -> dict[str, str]:
    """What a match may rest on, in the reader's language."""
    return {
        "reference": _("Document number"),
        "payer": _("Payer and amount"),
        "sum": _("Sum of several items, or the balance"),
        "part": _("Part of a named document"),
        "advice": _("Remittance advice"),
        "credit": _("Credit note that nobody named"),
        "several": _("Items of several customers"),
        "difference": _("Cents or a bank fee"),
        "order": _("Order that is not invoiced yet"),
        "habit": _("The payer's habit"),
        "currency": _("Items in another currency than the payment"),
    }


class MatchingForm(Form):
    """Limits, and what is only proposed."""

    rounding = MoneyField(
        label=gettext_lazy("Cents rounded away, up to"),
        help_text=gettext_lazy(
            "What may lack of a named document and still close it; 1.00 at most."
        ),
    )
    charges = MoneyField(
        label=gettext_lazy("Bank fee, up to"),
        help_text=gettext_lazy(
            "Where number and payer agree and a tenth of the document at most is missing, it is"
            " booked as a bank fee. 0.00: never by itself; 25.00 at most."
        ),
    )
    held = forms.MultipleChoiceField(
        label=gettext_lazy("Only proposed, never booked by itself"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_token)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = kind_words()
        field: Any = self.fields["held"]
        field.choices = [(kind, words[kind]) for kind in KINDS]

    @staticmethod
    def of(leeway: Leeway) -> dict[str, Any]:
        """Initial values."""
        return {
            "rounding": leeway.rounding_limit,
            "charges": leeway.charges_limit,
            "held": sorted(leeway.held),
        }

    def leeway(self) -> Leeway:
        """What was typed."""
        told = self.cleaned_data
        return Leeway(told["rounding"], told["charges"], frozenset(told["held"]))
