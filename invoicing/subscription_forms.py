"""Forms of subscriptions and of the indices that their prices follow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, VatClass
from core.forms import DayField, Form, NumberField, PercentField, QuantityField
from core.models import Company
from customers.forms import CustomerField
from customers.models import PaymentTerms
from invoicing.models import PriceIndex
from invoicing.services import LineDraft, SubscriptionDraft

PRICE: dict[str, Any] = {"max_digits": 18, "decimal_places": 6}


class SubscriptionForm(Form):
    """What is agreed; the customer is asked for a new one only."""

    customer = CustomerField(label=_("Customer"))
    title = forms.CharField(label=_("What for"), max_length=120)
    payment_terms = forms.ModelChoiceField(
        label=_("Terms"),
        queryset=PaymentTerms.objects.none(),
        required=False,
        empty_label=_("as the customer"),
    )
    po_number = forms.CharField(label=_("Customer's order number"), max_length=60, required=False)
    starts_on = DayField(label=_("Begins"))
    ends_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: no end agreed."))
    notice_months = forms.IntegerField(
        label=_("Months of notice"), min_value=0, max_value=120, initial=0
    )
    interval_months = forms.IntegerField(
        label=_("Months per period"),
        min_value=1,
        max_value=120,
        initial=1,
        help_text=_("1 month, 3 quarter, 12 year."),
    )
    anchor_day = forms.IntegerField(
        label=_("Day on which periods begin"), min_value=1, max_value=31, initial=1
    )
    anchor_month = forms.IntegerField(
        label=_("Month in which a period begins"),
        min_value=1,
        max_value=12,
        required=False,
        help_text=_("1 for calendar quarters and years. Empty: from the start."),
    )
    is_in_advance = forms.BooleanField(label=_("Billed in advance"), required=False, initial=True)
    AGREED = (
        "starts_on", "ends_on", "interval_months", "anchor_day", "anchor_month", "is_in_advance"
    )  # fmt: skip

    def __init__(
        self, *args: Any, company: Company, is_new: bool = True, is_running: bool = False,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        # scope: the company that the view took from the person
        terms = PaymentTerms.objects.filter(company=company)
        self.fields["payment_terms"].queryset = terms  # type: ignore[attr-defined]
        self.fields["customer"].company = company  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["customer"]
            self.fields["payment_terms"].required = True
            self.fields["payment_terms"].empty_label = None  # type: ignore[attr-defined]
        for name in self.AGREED if is_running else ():
            self.fields[name].disabled = True

    def draft(self) -> SubscriptionDraft:
        """What was typed, as the verb takes it."""
        return SubscriptionDraft(
            **{name: value for name, value in self.cleaned_data.items() if name != "customer"}
        )


class LineForm(Form):
    """One more thing that is charged, and how its price moves."""

    product = forms.CharField(
        label=_("Article"), max_length=40, required=False, help_text=_("Or words alone.")
    )
    description = forms.CharField(label=_("Description"), max_length=160, required=False)
    quantity = QuantityField(label=_("Quantity"), initial=1)
    unit_price = NumberField(label=_("Price per period"), **PRICE)
    vat_class = forms.ChoiceField(
        label=_("VAT class"), choices=VatClass.choices, help_text=_("Where it is no article.")
    )
    starts_on = DayField(label=_("Begins"), required=False)
    ends_on = DayField(label=_("Last day"), required=False)
    step_on = DayField(label=_("Next price from"), required=False)
    step_price = NumberField(label=_("Next price"), required=False, **PRICE)
    index = forms.ModelChoiceField(
        label=_("Price follows an index"), queryset=PriceIndex.objects.none(), required=False
    )
    index_base_value = NumberField(
        label=_("Index value that the price stands for"),
        max_digits=12, decimal_places=4, required=False,
    )  # fmt: skip
    index_base_on = DayField(label=_("Date of that value"), required=False)
    index_threshold = PercentField(
        label=_("Adjusted from a change of"), required=False, min_value=0, max_value=99
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        self.company = company
        super().__init__(*args, **options)
        # scope: the company that the view took from the person
        indices = PriceIndex.objects.filter(company=company)
        self.fields["index"].queryset = indices  # type: ignore[attr-defined]

    def clean_product(self) -> Product | None:
        """The article with the number typed."""
        text = self.cleaned_data["product"]
        # scope: the company that the view took from the person
        found = Product.objects.filter(company=self.company).named(text).first()
        if text and found is None:
            raise forms.ValidationError(
                _("There is no article %(number)s."), "unknown", {"number": text}
            )
        return found

    def clean(self) -> dict[str, Any]:
        """A step is a day and a price."""
        found: dict[str, Any] = super().clean() or {}
        if (found.get("step_on") is None) != (found.get("step_price") is None):
            self.add_error("step_on", _("Give the day and the price of the step."))
        return found

    def draft(self) -> LineDraft:
        """What was typed, as the verb takes it."""
        found = dict(self.cleaned_data)
        step = found.pop("step_on"), found.pop("step_price")
        found["index_threshold"] = found["index_threshold"] or 0
        return LineDraft(**found, steps=[step] if step[0] else [])


class PriceForm(Form):
    """A new price from a day on."""

    unit_price = NumberField(label=_("Price per period"), **PRICE)
    valid_from = DayField(label=_("From"))
    note = forms.CharField(label=_("Reason"), max_length=200)


class LastDayForm(Form):
    """The last day of a line."""

    ends_on = DayField(label=_("Last day"))


class PauseForm(Form):
    """From when nothing is charged, and why."""

    first_on = DayField(label=_("From"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ResumeForm(Form):
    """From when it is charged again."""

    first_on = DayField(label=_("From"))


class EndForm(Form):
    """With which day it ends, and why."""

    ends_on = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    is_short_notice = forms.BooleanField(
        label=_("Earlier than the notice allows, by agreement"), required=False
    )


class IndexForm(Form):
    """An index that prices may follow."""

    name = forms.CharField(label=_("Name"), max_length=80)
    publisher = forms.CharField(label=_("Published by"), max_length=120)


class IndexValueForm(Form):
    """A published value."""

    valid_from = DayField(label=_("Holds from"))
    value = NumberField(label=_("Value"), max_digits=12, decimal_places=4)
    source = forms.CharField(label=_("Source"), max_length=200)
