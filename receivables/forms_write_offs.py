"""Forms of write-offs and tolerances."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, MoneyField, PercentField, localized
from core.forms import Form
from core.models import Company
from core.services import people_with
from o2c.money import ZERO
from receivables.models import WriteOffReason
from receivables.rules.write_offs import BAD_DEBTS, Tolerated
from receivables.services import Policy

DEDUCTED = [(value, label) for value, label in WriteOffReason.choices if value not in BAD_DEBTS]
WRITTEN_OFF = [(value, label) for value, label in WriteOffReason.choices if value in BAD_DEBTS]


class WriteOffForm(Form):
    """How much is given up, and why."""

    amount = MoneyField(label=_("Amount"))
    reason = forms.ChoiceField(label=_("Reason"), choices=WRITTEN_OFF)
    note = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever approves it, and the auditor, ask."),
    )  # fmt: skip


class TolerancesForm(Form):
    """What holds for shortages from a day on; a reason left empty always waits for a person."""

    valid_from = DayField(label=_("Hold from"))

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        currency = {"currency": company.currency}
        self.fields["alone_amount"] = MoneyField(
            label=_("One person decides alone up to (%(currency)s)") % currency
        )
        self.fields["year_amount"] = MoneyField(
            label=_("Accepted by itself per customer and year up to (%(currency)s)") % currency
        )
        self.fields["part_rate"] = localized(
            PercentField(
                label=_("A rest beyond this share that nothing explains is a payment in part")
            )
        )
        self.fields["answer_days"] = forms.IntegerField(
            label=_("Days until the answer"), min_value=1, max_value=365
        )
        people = people_with("disputes.manage", company.pk)
        self.fields["owner"] = forms.TypedChoiceField(
            label=_("Who looks after them"), required=False, coerce=int, empty_value=None,
            choices=[("", _("who matched the payment")), *((one.pk, one.name) for one in people)],
        )  # fmt: skip
        for reason, label in DEDUCTED:
            self.fields[f"{reason}_amount"] = MoneyField(
                label=_("%(reason)s: accepted by itself up to") % {"reason": label},
                required=False,
            )
            self.fields[f"{reason}_rate"] = localized(
                PercentField(
                    label=_("%(reason)s: and up to this share of the item") % {"reason": label},
                    required=False,
                )
            )

    def policy(self) -> Policy:
        """What was filled in."""
        data = self.cleaned_data
        amounts = {reason: data[f"{reason}_amount"] for reason, _label in DEDUCTED}
        return Policy(
            {
                reason: Tolerated(amount, _or_all(data[f"{reason}_rate"]))
                for reason, amount in amounts.items()
                if amount is not None and amount != ZERO
            },
            year_amount=data["year_amount"],
            alone_amount=data["alone_amount"],
            part_rate=data["part_rate"],
            answer_days=data["answer_days"],
            owner_id=data["owner"],
        )


def _or_all(rate: Decimal | None) -> Decimal:
    """A share that was left empty limits nothing."""
    return Decimal(1) if rate is None else rate


def initial_of(policy: Policy) -> dict[str, Any]:
    """A policy as the form shows it."""
    found: dict[str, Any] = {
        "alone_amount": policy.alone_amount,
        "year_amount": policy.year_amount,
        "part_rate": policy.part_rate,
        "answer_days": policy.answer_days,
        "owner": policy.owner_id,
    }
    for reason, one in policy.tolerated.items():
        found |= {f"{reason}_amount": one.amount, f"{reason}_rate": one.rate}
    return found
