"""Forms of asking a customer what their payment is for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.widgets import LookupInput
from customers.models import Customer
from receivables.models import OpenItem


class AskPayerForm(Form):
    """Which customer is asked, and at which address."""

    customer = forms.ModelChoiceField(
        label=_("Customer"),
        queryset=Customer.objects.none(),
        widget=LookupInput("customers:lookup"),
    )
    to = forms.EmailField(
        label=_("Ask"),
        max_length=254,
        required=False,
        help_text=_("Left empty: their contact for invoices. The mail may be passed on."),
    )

    def __init__(self, *args: Any, customers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["customer"]
        field.queryset = customers


class PaymentForForm(Form):
    """The invoices that a customer ticks."""

    item = forms.TypedMultipleChoiceField(
        label=_("Invoices"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the invoices that you paid.")},
    )

    def __init__(self, *args: Any, items: Iterable[OpenItem], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["item"]
        field.choices = [(item.pk, item.document_number) for item in items]
