"""Forms of refunds by bank transfer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, MoneyField
from core.forms import Form
from receivables.models import BankAccount, RefundRun
from receivables.services import RefundAccount, RefundOrder


class RefundAccountForm(Form):
    """Another account than the one the money came from, and why."""

    iban = forms.CharField(label=_("IBAN"), max_length=50)
    holder = forms.CharField(label=_("Account holder"), max_length=140)
    bic = forms.CharField(label=_("BIC"), max_length=11, required=False)
    account_reason = forms.CharField(
        label=_("Reason for this account"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Who told you so, and how you checked it: call back by a number you knew before. A"
            " new account told by e-mail is a common fraud."
        ),
    )

    def account(self) -> RefundAccount:
        """What was given."""
        data = self.cleaned_data
        return RefundAccount(data["iban"], data["holder"], data["account_reason"], data["bic"])


class RefundForm(RefundAccountForm):
    """How much goes back, why, and to which account if not to the one it came from."""

    amount = MoneyField(label=_("Amount"))
    note = forms.CharField(
        label=_("Why it is given back"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("amount", "note", "iban", "holder", "bic", "account_reason")

    def __init__(self, *args: Any, origin: RefundAccount | None, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("iban", "holder", "account_reason"):
            self.fields[name].required = False
        iban = self.fields["iban"]
        iban.label = _("Another IBAN")
        iban.help_text = (
            _("Empty: back to %(iban)s of %(holder)s, where the money came from.")
            % {"iban": origin.iban, "holder": origin.holder}
            if origin
            else _("Nobody knows where the money came from; it may be given later.")
        )

    def other_account(self) -> RefundAccount | None:
        """The account, if one was given."""
        return self.account() if self.cleaned_data["iban"].strip() else None


class RefundRunForm(Form):
    """From which account the approved refunds are paid, and when."""

    bank_account = forms.ModelChoiceField(
        label=_("From bank account"), queryset=BankAccount.objects.none(), empty_label=None
    )
    execute_on = DayField(label=_("Execute on"))
    format = forms.ChoiceField(label=_("Format"), choices=RefundRun.Format.choices)

    def __init__(self, *args: Any, accounts: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["bank_account"]
        field.queryset = accounts

    def order(self) -> RefundOrder:
        """What was entered, for the verb."""
        values = dict(self.cleaned_data)
        return RefundOrder(values.pop("bank_account").pk, **values)


class ReasonForm(Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=140)


class AccountPolicyForm(Form):
    """What is proposed by itself on customers' accounts."""

    refund_after_days = forms.IntegerField(
        label=_("Days after which a credit is proposed to go back"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("Empty: never by itself. Only for customers who owe nothing."),
    )
    is_duplicate_refunded = forms.BooleanField(
        label=_("Propose to give back what was surely paid twice"),
        required=False,
        help_text=_("The same account, amount and purpose within 60 days; the first was used."),
    )
    is_return_fee_passed_on = forms.BooleanField(
        label=_("Claim a bank's fee for a returned direct debit from the customer"),
        required=False,
        help_text=_("Otherwise the company bears it."),
    )
