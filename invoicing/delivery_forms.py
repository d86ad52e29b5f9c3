"""Forms of deliveries: what a person found out, and a customer's channels."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from invoicing.models import FORMATS, Channel, DeliveryRoute, Format
from invoicing.services import ORDER_NUMBER_LENGTH, Rung, clean_order_number
from o2c.errors import InvalidInput


class SettleForm(Form):
    """What a person found out about a delivery."""

    outcome = forms.ChoiceField(
        label=_("What is true"),
        choices=[
            ("arrived", _("The buyer has the invoice")),
            ("not_arrived", _("The buyer does not have it: take the next channel")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("How do you know"), max_length=200, help_text=_("Kept with the delivery.")
    )


class AskOrderNumberForm(Form):
    """Who is asked for the order number."""

    to = forms.EmailField(
        label=_("Ask"),
        max_length=254,
        help_text=_("Their contact for invoices; the mail may be passed on."),
    )


class OrderNumberForm(Form):
    """What a buyer types on the page that their link opens."""

    number = forms.CharField(
        label=_("Your order number"), max_length=ORDER_NUMBER_LENGTH, strip=True
    )

    def clean_number(self) -> str:
        """As it goes onto the invoice."""
        try:
            return clean_order_number(self.cleaned_data["number"])
        except InvalidInput as error:
            raise forms.ValidationError(error.message, error.code)


RUNGS = (_("First"), _("When that fails"), _("When that fails too"))
"""The steps of the ladder, as the form heads them."""


class ChannelsForm(Form):
    """A customer's channels, first to last; an empty channel ends the list."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number, _head in enumerate(RUNGS, start=1):
            for name, field in _rung_fields().items():
                self.fields[f"{name}_{number}"] = field

    @property
    def steps(self) -> list[tuple[str | Promise, list[forms.BoundField]]]:
        """Each step with its head and its fields."""
        return [
            (head, [self[f"{name}_{number}"] for name in _rung_fields()])
            for number, head in enumerate(RUNGS, start=1)
        ]

    @staticmethod
    def initial_of(routes: Iterable[DeliveryRoute]) -> dict[str, Any]:
        """What stands in the fields for the routes as they are."""
        found: dict[str, Any] = {}
        for number, route in enumerate(routes, start=1):
            found[f"channel_{number}"], found[f"format_{number}"] = route.channel, route.format
            found[f"recipient_{number}"] = route.recipient
            found[f"hours_{number}"] = route.timeout_hours
        return found

    def rungs(self) -> list[Rung]:
        """What was chosen."""
        given = self.cleaned_data
        return [
            Rung(
                Channel(given[f"channel_{n}"]),
                Format(given[f"format_{n}"] or FORMATS[given[f"channel_{n}"]][0]),
                given[f"recipient_{n}"],
                given[f"hours_{n}"] or 0,
            )
            for n in range(1, len(RUNGS) + 1)
            if given[f"channel_{n}"]
        ]


def _rung_fields() -> dict[str, forms.Field]:
    channels = [(c.value, c.label) for c in Channel if c != Channel.BLOCKED]
    return {
        "channel": forms.ChoiceField(
            label=_("Channel"),
            choices=[("", "–"), *channels],
            required=False,
        ),
        "format": forms.ChoiceField(
            label=_("Format"),
            choices=[("", _("the usual one")), *Format.choices],
            required=False,
        ),
        "recipient": forms.CharField(
            label=_("Recipient"),
            max_length=254,
            required=False,
            help_text=_("Empty: electronic address, contact or address of the customer."),
        ),
        "hours": forms.IntegerField(
            label=_("Time-out in hours"),
            min_value=1,
            max_value=720,
            required=False,
            help_text=_("Empty: 24 for Peppol, 48 for e-mail, 72 for letters and portals."),
        ),
    }
