"""Forms of products and prices; they read what is typed, the verbs check it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from catalog.models import Classification, Product, VatClass
from catalog.services import PriceDraft, ProductDraft
from core.choices import country_choices, currency_choices
from core.forms import DayField, Form, NumberField
from core.models import Company
from customers.forms import CustomerField


class Unit(models.TextChoices):
    """Units offered, as UN/ECE recommendation 20 codes them; imports may bring others."""

    PIECE = "C62", _("piece")
    SET = "SET", _("set")
    PAIR = "PR", _("pair")
    KILOGRAM = "KGM", _("kilogram")
    TONNE = "TNE", _("tonne")
    METRE = "MTR", _("metre")
    SQUARE_METRE = "MTK", _("square metre")
    CUBIC_METRE = "MTQ", _("cubic metre")
    LITRE = "LTR", _("litre")
    HOUR = "HUR", _("hour")
    DAY = "DAY", _("day")
    MONTH = "MON", _("month")


def unit_name(code: str) -> str:
    """The unit in words; a code that isn't offered stays a code."""
    return str(Unit(code).label) if code in Unit.values else code


class ProductField(forms.CharField):
    """A product of one company, typed as article number with suggestions; cleans to the row."""

    default_error_messages = {
        "unknown": _("There is no article %(number)s here: type a number or choose a name."),
    }

    def __init__(self, **options: Any) -> None:
        lookup = {"data-combobox": reverse_lazy("catalog:lookup"), "autocomplete": "off"}
        options.setdefault("widget", forms.TextInput(attrs=lookup))
        super().__init__(**options)
        self.company: Company | None = None

    def clean(self, value: Any) -> Product | None:
        """The product whose number, GTIN or previous number was typed."""
        number = super().clean(value)
        if not number:
            return None
        # scope: the form's company, which the view took from the person
        found = Product.objects.filter(company=self.company).named(number)[:2]
        if len(found) != 1:
            raise forms.ValidationError(
                self.error_messages["unknown"], code="unknown", params={"number": number}
            )
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        """A stored product appears as number."""
        return value.number if isinstance(value, Product) else value


class AttributesField(forms.CharField):
    """Pairs of a name and a value, typed one a line as ``name: value``."""

    def clean(self, value: Any) -> list[list[str]]:
        """The pairs; a line without a colon is one without a value, which the verb refuses."""
        lines = str(super().clean(value)).splitlines()
        split = (line.partition(":") for line in lines if line.strip())
        return [[name.strip(), text.strip()] for name, _colon, text in split]


def _typed(pairs: list[list[str]]) -> str:
    """Stored attributes as they are typed."""
    return "\n".join(": ".join(pair) for pair in pairs)


def _origins() -> list[tuple[str, str]]:
    return [("", "–"), *country_choices()]


class ProductForm(Form):
    """A product's facts."""

    number = forms.CharField(label=_("Article number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=160)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Product.Kind.choices)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    vat_class = forms.ChoiceField(label=_("VAT class"), choices=VatClass.choices)
    gtin = forms.CharField(
        label=_("GTIN"), max_length=20, required=False, help_text=_("The number under the barcode")
    )
    origin_country = forms.ChoiceField(
        label=_("Country of origin"), choices=_origins, required=False
    )
    classification_list = forms.ChoiceField(
        label=_("Classified by"), choices=Classification.choices, required=False
    )
    classification_code = forms.CharField(label=_("Code"), max_length=30, required=False)
    attributes = AttributesField(
        label=_("Attributes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line: name: value. E-invoices name them."),
    )
    reorder_point = NumberField(
        label=_("Reorder point"),
        required=False,
        max_digits=18,
        decimal_places=3,
        min_value=0,
        help_text=_("Order again when the stock falls below it"),
    )
    previous_number = forms.CharField(
        label=_("Number in the previous system"), max_length=40, required=False
    )
    is_active = forms.BooleanField(label=_("May be sold"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        stored = self.initial.get("unit")
        if stored and stored not in Unit.values:
            unit: Any = self.fields["unit"]
            unit.choices = [*Unit.choices, (stored, stored)]

    @classmethod
    def of(cls, product: Product, data: Any = None) -> "ProductForm":
        """The form over a product as it stands."""
        draft = ProductDraft.of(product)
        names = draft.__dataclass_fields__
        initial = {name: getattr(draft, name) for name in names}
        shown = {"version": product.version, "attributes": _typed(product.attributes)}
        return cls(data, initial=initial | shown)

    def draft(self) -> ProductDraft:
        """What was entered, for the verb."""
        values = {name: self.cleaned_data[name] for name in ProductDraft.__dataclass_fields__}
        return ProductDraft(**values | {"reorder_point": values["reorder_point"] or Decimal(0)})


class PriceListForm(Form):
    """A general list, or an agreement with one customer."""

    name = forms.CharField(label=_("Name"), max_length=80)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    customer = CustomerField(
        label=_("Only for customer"),
        max_length=20,
        required=False,
        help_text=_("Leave empty for prices that hold for everybody"),
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        customer: Any = self.fields["customer"]
        customer.company = company


class PriceForm(Form):
    """A price of a product on a list, from a quantity and a day on."""

    product = ProductField(label=_("Article"), max_length=40)
    unit_price = NumberField(
        label=_("Net price per unit"), max_digits=18, decimal_places=6, min_value=0
    )
    min_quantity = NumberField(
        label=_("From quantity"), max_digits=18, decimal_places=3, min_value=0, required=False
    )
    starts_on = DayField(label=_("Valid from"))
    ends_on = DayField(
        label=_("Valid until"), required=False, help_text=_("Empty: until further notice")
    )

    def __init__(self, *args: Any, company: Company, today: date, **options: Any) -> None:
        initial = {"starts_on": today, **options.pop("initial", {})}
        super().__init__(*args, initial=initial, **options)
        product: Any = self.fields["product"]
        product.company = company
        for name in ("starts_on", "ends_on"):
            field: Any = self.fields[name]
            field.today = today

    def draft(self) -> PriceDraft:
        """What was entered, for the verb; the last day counts in full."""
        values = self.cleaned_data
        last = values["ends_on"]
        return PriceDraft(
            unit_price=values["unit_price"],
            starts_on=values["starts_on"],
            min_quantity=values["min_quantity"] or Decimal(0),
            ends_before=last + timedelta(days=1) if last else None,
        )
