"""Forms of invoicing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form, MoneyField, PercentField, QuantityField
from invoicing.models import BillingStep, Channel, Invoice, InvoiceLine
from invoicing.services import Corrections, CreditPart
from invoicing.services.crediting import ChargeLeft, Left, LineLeft
from o2c.money import ZERO
from orders.models import Order


class CreditForm(Form):
    """Why an invoice is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Printed on the credit note: the customer reads it."),
    )


class BillNowForm(Form):
    """Up to which day of dispatch a billing run goes beyond what is due."""

    is_strict = False  # the address may carry more
    until = DayField(label=_("Also early, what left until"), required=False)


class AttachForm(Form):
    """A file that goes with an invoice."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PNG, JPEG, CSV, XLSX or ODS; 5 MB each, 10 MB in all."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.csv,.xlsx,.ods"}),
    )
    description = forms.CharField(
        label=_("What it is"),
        max_length=100,
        required=False,
        help_text=_("E.g. proof of delivery or timesheet; the buyer's software shows it."),
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
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[("", _("as usual")), *((c.value, c.label) for c in Channel if c != "blocked")],
    )


class StepForm(Form):
    """A deposit or milestone: how much of the order, and when."""

    label = forms.CharField(
        label=_("What for"),
        max_length=120,
        help_text=_("The customer reads it on the invoice."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=BillingStep.Kind.choices)
    share = PercentField(label=_("Share of the order"), required=False)
    net_amount = MoneyField(
        label=_("Or an amount (net)"), required=False, help_text=_("One of the two.")
    )
    trigger = forms.ChoiceField(
        label=_("Billed"), choices=BillingStep.Trigger.choices, initial="release"
    )
    due_on = DayField(label=_("Day"), required=False, help_text=_("Where it is billed on a day."))

    def __init__(self, *args: Any, order: Order, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["net_amount"].currency = order.currency  # type: ignore[attr-defined]


def _name_cells(form: Form) -> None:
    """Fields in cells of a table have no label beside them: screen readers are told their name."""
    for name, field in form.fields.items():
        if name.partition("_")[0] in ("quantity", "amount", "charge", "text"):
            field.widget.attrs["aria-label"] = str(field.label)


class CreditPartsForm(Form):
    """What is credited of each line and charge: a quantity, or money alone; and why."""

    extra_names = frozenset({"preview"})

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Printed on the credit note: the customer reads it."),
    )

    def __init__(self, *args: Any, left: Left, **options: Any) -> None:
        self.left = left
        super().__init__(*args, **options)
        for pk, row in left.lines.items():
            self.fields[f"quantity_{pk}"] = QuantityField(
                label=_("Quantity of %(line)s") % {"line": row.line.description}, required=False
            )
            self.fields[f"amount_{pk}"] = MoneyField(
                label=_("Amount of %(line)s") % {"line": row.line.description}, required=False
            )
        for pk, charge in left.charges.items():
            self.fields[f"charge_{pk}"] = MoneyField(
                label=_("Amount of %(line)s") % {"line": charge.charge.reason}, required=False
            )
        _name_cells(self)

    def clean(self) -> dict[str, Any]:
        """A line is credited by quantity or by amount, not by both."""
        found: dict[str, Any] = super().clean() or {}
        for pk in self.left.lines:
            if found.get(f"quantity_{pk}") and found.get(f"amount_{pk}"):
                self.add_error(f"amount_{pk}", _("Give a quantity or an amount, not both."))
        return found

    def line_rows(self) -> list[tuple[LineLeft, Any, Any]]:
        """Each line with what is left of it and its two fields."""
        return [
            (row, self[f"quantity_{pk}"], self[f"amount_{pk}"])
            for pk, row in self.left.lines.items()
        ]

    def charge_rows(self) -> list[tuple[ChargeLeft, Any]]:
        """Each charge with what is left of it and its field."""
        return [(row, self[f"charge_{pk}"]) for pk, row in self.left.charges.items()]

    def wanted(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        found, lines = self.cleaned_data, {}
        for pk in self.left.lines:
            if quantity := found.get(f"quantity_{pk}"):
                lines[pk] = CreditPart(quantity=quantity)
            elif net := found.get(f"amount_{pk}"):
                lines[pk] = CreditPart(net_amount=net)
        charges = {pk: found[f"charge_{pk}"] for pk in self.left.charges if found[f"charge_{pk}"]}
        return {"lines": lines, "charges": charges}


class ReissueForm(Form):
    """What the invoice that replaces another says instead."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Printed on the credit note; the buyer reads it."),
    )
    po_number = forms.CharField(label=_("Customer's order number"), max_length=60, required=False)
    buyer_reference = forms.CharField(label=_("Buyer reference"), max_length=60, required=False)
    receiving_advice = forms.CharField(
        label=_("Customer's goods receipt"), max_length=60, required=False
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    street = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    is_draft = forms.BooleanField(
        label=_("Look at the new invoice before it is issued"),
        required=False,
        help_text=_("It stays a draft until you issue it."),
    )
    ADDRESS = ("name", "street", "postcode", "city")

    def __init__(self, *args: Any, invoice: Invoice, **options: Any) -> None:
        self.invoice, self.lines = invoice, list(invoice.lines.all())
        known = {name: invoice.buyer.get(name, "") for name in self.ADDRESS}
        references = ("po_number", "buyer_reference", "receiving_advice")
        known |= {name: getattr(invoice, name) for name in references}
        super().__init__(*args, initial=known, **options)
        for line in self.lines:
            self.fields[f"text_{line.pk}"] = forms.CharField(
                label=_("Text of %(line)s") % {"line": line.description},
                max_length=200,
                initial=line.description,
            )
            self.fields[f"quantity_{line.pk}"] = QuantityField(
                label=_("Quantity of %(line)s") % {"line": line.description},
                initial=line.quantity,
                required=False,
            )
        _name_cells(self)

    def line_rows(self) -> list[tuple[InvoiceLine, Any, Any]]:
        """Each line with its two fields."""
        return [(one, self[f"text_{one.pk}"], self[f"quantity_{one.pk}"]) for one in self.lines]

    def corrections(self) -> Corrections:
        """What was typed, as the verb takes it: the address only where it differs."""
        found = self.cleaned_data
        buyer = self.invoice.buyer
        return Corrections(
            po_number=found["po_number"],
            buyer_reference=found["buyer_reference"],
            receiving_advice=found["receiving_advice"],
            address={n: found[n] for n in self.ADDRESS if found[n] != buyer.get(n, "")},
            texts={line.pk: found[f"text_{line.pk}"] for line in self.lines},
            quantities={line.pk: found[f"quantity_{line.pk}"] or ZERO for line in self.lines},
        )
