"""Forms of the warehouse; they read what is typed or pasted, the verbs check it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core.fields import read_figure
from core.forms import DayField, Form, NumberField, QuantityField
from core.models import Company
from fulfillment.models import ShipmentLine, Warehouse
from fulfillment.services import Receipt

ROWS = 6
MOST_ROWS = 500


class ProductField(forms.CharField):
    """A stocked article, typed as number or GTIN with suggestions; cleans to the row or None."""

    default_error_messages = {
        "unknown": _("There is no article %(text)s here: type its number or choose a name."),
    }

    def __init__(self, *, company: Company, **options: Any) -> None:
        lookup = {"data-combobox": reverse_lazy("catalog:lookup"), "autocomplete": "off"}
        options.setdefault("widget", forms.TextInput(attrs=lookup))
        super().__init__(**{"label": _("Article"), **options})
        self.company = company

    def clean(self, value: Any) -> Product | None:
        """The article with the number typed."""
        text = super().clean(value)
        if not text:
            return None
        found = find_article(self.company, text)
        if found is None:
            raise forms.ValidationError(
                self.error_messages["unknown"], code="unknown", params={"text": text}
            )
        return found


def find_article(company: Company, text: str) -> Product | None:
    """The company's article with exactly this number or GTIN."""
    # scope: the form's company, which the view took from the person
    return Product.objects.of(company).named(text).order_by("pk").first()


def warehouses_of(company: Company) -> Any:
    """Warehouses of the company that ship, as choices."""
    # scope: the form's company, which the view took from the person
    return Warehouse.objects.filter(company=company, is_active=True)


class DispatchForm(Form):
    """Carrier, tracking number, and what was really packed per line."""

    carrier = forms.CharField(label=_("Carrier"), max_length=60, required=False)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=60, required=False)

    def __init__(self, *args: Any, lines: Sequence[ShipmentLine], **options: Any) -> None:
        super().__init__(*args, **options)
        for line in lines:
            label = _now("Packed of line %(line)s") % {"line": line.order_line.position}
            attrs = {"form": "dispatch", "aria-label": label, "inputmode": "decimal", "size": 8}
            self.fields[f"quantity_{line.pk}"] = NumberField(
                label=label,
                widget=forms.TextInput(attrs=attrs),
                initial=line.quantity.normalize(),
                min_value=Decimal(0),
                decimal_places=3,
                max_digits=18,
            )

    @property
    def quantities(self) -> dict[int, Decimal]:
        """Shipment line id -> quantity packed."""
        prefix = "quantity_"
        return {
            int(name.removeprefix(prefix)): quantity
            for name, quantity in self.cleaned_data.items()
            if name.startswith(prefix)
        }


class DeliveredForm(Form):
    """When the goods arrived."""

    delivered_on = DayField(label=_("Delivered on"))

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["delivered_on"] = DayField(
            label=_("Delivered on"), today=company.today(), initial=company.today()
        )


class ReceiveForm(Form):
    """Goods in: a warehouse, some rows, and rows pasted from a spreadsheet."""

    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none())
    pasted = forms.CharField(
        label=_("Or paste from a spreadsheet"),
        help_text=_("One line each: article number, quantity, lot; separated by tab or semicolon."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=100_000,
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=36)

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("token", str(uuid4()))
        super().__init__(*args, **options)
        self.company = company
        places = warehouses_of(company)
        self.fields["warehouse"].queryset = places  # type: ignore[attr-defined]
        self.fields["warehouse"].initial = places.first()
        for row in range(1, ROWS + 1):
            self._add_row(row)

    def _add_row(self, row: int) -> None:
        """Article, quantity and lot of one row, each with a name for readers of the screen."""
        self.fields[f"article_{row}"] = ProductField(
            company=self.company, required=False, label=_now("Article, row %(row)s") % {"row": row}
        )
        self.fields[f"quantity_{row}"] = QuantityField(
            required=False, label=_now("Quantity, row %(row)s") % {"row": row}
        )
        self.fields[f"lot_{row}"] = forms.CharField(
            required=False, max_length=40, label=_now("Lot, row %(row)s") % {"row": row}
        )
        for name in ("article", "quantity", "lot"):
            field = self.fields[f"{name}_{row}"]
            field.widget.attrs["aria-label"] = field.label

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Bound fields of each row, for the template."""
        return [
            (self[f"article_{row}"], self[f"quantity_{row}"], self[f"lot_{row}"])
            for row in range(1, ROWS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Collect typed and pasted rows into ``receipts``; each unreadable one is named."""
        data = super().clean() or self.cleaned_data
        receipts = [receipt for row in range(1, ROWS + 1) if (receipt := self._typed(row, data))]
        receipts += self._pasted(data.get("pasted", ""))
        if not receipts and not self.errors:
            self.add_error(None, _("Enter at least one article and its quantity."))
        return {**data, "receipts": receipts}

    def _typed(self, row: int, data: Mapping[str, Any]) -> Receipt | None:
        article, quantity = data.get(f"article_{row}"), data.get(f"quantity_{row}")
        has_error = {f"article_{row}", f"quantity_{row}"} & self.errors.keys()
        if has_error or (article is None and quantity is None):
            return None
        if article is None:
            self.add_error(f"article_{row}", _("Enter the article this quantity is of."))
            return None
        if quantity is None:
            self.add_error(f"quantity_{row}", _("Enter how much has arrived."))
            return None
        return Receipt(article.pk, quantity, data.get(f"lot_{row}", ""))

    def _pasted(self, text: str) -> list[Receipt]:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_ROWS:
            self.add_error("pasted", _("Paste at most 500 lines at a time."))
            return []
        receipts = []
        for position, line in enumerate(lines, start=1):
            cells = [cell.strip() for cell in line.replace(";", "\t").split("\t")]
            receipt = self._pasted_row(position, cells)
            if receipt:
                receipts.append(receipt)
        return receipts

    def _pasted_row(self, position: int, cells: Sequence[str]) -> Receipt | None:
        article = find_article(self.company, cells[0])
        quantity = read_figure(cells[1]) if len(cells) > 1 else None
        if article is None or quantity is None or quantity <= 0:
            what = (
                _now("there is no article %(text)s") % {"text": cells[0][:40]}
                if article is None
                else _now("a quantity above 0 is missing")
            )
            self.add_error(
                "pasted", _now("Line %(line)s: %(what)s.") % {"line": position, "what": what}
            )
            return None
        return Receipt(article.pk, quantity, cells[2] if len(cells) > 2 else "")


class AdjustForm(Form):
    """A count difference with its reason."""

    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none())
    product = forms.CharField()
    quantity = NumberField(
        label=_("Difference"),
        decimal_places=3,
        max_digits=18,
        help_text=_("What has to be added; with a minus what is missing."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("For example: count, breakage, found")
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=36)

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("token", str(uuid4()))
        super().__init__(*args, **options)
        places = warehouses_of(company)
        self.fields["product"] = ProductField(company=company)
        self.fields["warehouse"].queryset = places  # type: ignore[attr-defined]
        self.fields["warehouse"].initial = places.first()
