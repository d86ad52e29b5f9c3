"""Forms of cash, cheques, deposit slips and nettings."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from core import formats
from core.fields import read_day, read_figure
from core.forms import DayField, Form, MoneyField
from core.widgets import LookupInput
from customers.models import Customer
from receivables.models import OpenItem, Receipt
from receivables.rules.sharing import Wanted, share_out
from receivables.services import NettingDraft, ReceiptDraft, ShareDraft, SupplierDocument


class CustomerForm(Form):
    """Whose it is."""

    customer = forms.ModelChoiceField(
        label=_("Customer"),
        queryset=Customer.objects.none(),
        widget=LookupInput("customers:lookup"),
    )

    def __init__(self, *args: Any, customers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["customer"]
        field.queryset = customers


class ItemsForm(Form):
    """A form with items of a customer to tick."""

    items = forms.TypedMultipleChoiceField(
        label=_("Open items"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, items: Sequence[OpenItem], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = {item.pk: item for item in items}
        field: Any = self.fields["items"]
        field.choices = [(item.pk, _told(item)) for item in items]

    def chosen(self) -> list[OpenItem]:
        """The ticked items."""
        return [self.offered[pk] for pk in self.cleaned_data["items"]]


def _told(item: OpenItem) -> str:
    words = {
        "number": item.document_number,
        "due": formats.day(item.due_on),
        "open": formats.amount(item.outstanding_amount, item.currency),
    }
    return now("%(number)s, due %(due)s: %(open)s") % words


class ReceiptForm(ItemsForm):
    """What was handed over, and what it pays."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Receipt.Kind.choices)
    amount = MoneyField(label=_("Amount"))
    received_on = DayField(label=_("Received"))
    cheque_number = forms.CharField(label=_("Cheque number"), max_length=30, required=False)
    drawer_bank = forms.CharField(label=_("Drawer's bank"), max_length=80, required=False)
    identification = forms.CharField(
        label=_("Who paid, identified by"), max_length=200, required=False,
        help_text=_("Name and document, where the law asks for it."),
    )  # fmt: skip
    difference = forms.ChoiceField(
        label=_("If less is given than the items ask"),
        choices=[("open", _("the rest stays open")), ("discount", _("it is the discount"))],
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("kind", "amount", "received_on", "cheque_number", "drawer_bank", "items")

    def draft(self, customer: Customer) -> ReceiptDraft:
        """What was filled in; without items all of it stays on account."""
        data = self.cleaned_data
        return ReceiptDraft(
            customer.pk,
            data["kind"],
            data["amount"],
            data["received_on"],
            cheque_number=data["cheque_number"],
            drawer_bank=data["drawer_bank"],
            identification=data["identification"],
            note=data["note"],
            shares=self._shares(),
            key=data["key"],
        )

    def _shares(self) -> list[ShareDraft]:
        is_discount = self.cleaned_data["difference"] == "discount"
        wanted = [Wanted(item.pk, item.due_on, item.outstanding_amount) for item in self.chosen()]
        parts = share_out(self.cleaned_data["amount"], wanted, is_closing=is_discount)
        return [ShareDraft(part.pk, part.amount, discount=part.shortage) for part in parts]


class CancelForm(Form):
    """Why a receipt is taken back."""

    note = forms.CharField(label=_("Why"), max_length=200)


class BounceForm(Form):
    """What the bank said of a cheque."""

    bounced_on = DayField(label=_("Bounced on"))
    fee = MoneyField(label=_("Bank's fee"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class SlipForm(Form):
    """What goes to which bank."""

    bank_account = forms.TypedChoiceField(label=_("Bank account"), coerce=int)
    receipts = forms.TypedMultipleChoiceField(
        label=_("Receipts in hand"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, accounts: Iterable[Any], receipts: Iterable[Receipt], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["bank_account"].choices = [(one.pk, str(one)) for one in accounts]  # type: ignore[attr-defined]
        self.fields["receipts"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.number} · {one.customer.name} · {_amount(one)}") for one in receipts
        ]


def _amount(one: Receipt) -> str:
    return formats.amount(one.amount, one.currency)


class NettingForm(ItemsForm):
    """Our items against their documents."""

    documents = forms.CharField(
        label=_("Their documents"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each: number; date; amount."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["items"].label = now("Our open items")

    def clean_documents(self) -> list[SupplierDocument]:
        """The lines as documents; the first that can't be read is named."""
        lines = [line for line in self.cleaned_data["documents"].splitlines() if line.strip()]
        return [self._document(line) for line in lines[:200]]

    def _document(self, line: str) -> SupplierDocument:
        parts = [part.strip() for part in line.replace("\t", ";").split(";")]
        day = read_day(parts[1], today=self.today) if len(parts) == 3 else None
        amount = read_figure(parts[2]) if len(parts) == 3 else None
        if day is None or amount is None:
            example = f"K-100; {formats.day(self.today)}; {formats.figure(1190)}"
            raise ValidationError(
                now("“%(line)s” can't be read. Write it like %(example)s.")
                % {"line": line.strip(), "example": example},
                "line",
            )
        return SupplierDocument(parts[0], day, amount)

    def draft(self) -> NettingDraft:
        """What was filled in."""
        data = self.cleaned_data
        return NettingDraft(data["items"], data["documents"], data["note"])
