"""Forms of receivables."""

import calendar
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import PercentField, localized
from core.forms import DayField, Form, MoneyField
from core.models import Company
from customers.models import Mandate
from o2c.money import CURRENCIES
from receivables.models import Area, BankAccount, BooksExport, DebitRun, Strength
from receivables.services import STEPS, DebitPlan, MonthCheck


class UploadForm(Form):
    """A bank file."""

    file = forms.FileField(
        label=_("Bank file"),
        help_text=_(
            "camt.053 (XML), MT940 or CSV, as downloaded from the bank; camt.054 adds details. It"
            " books whole or not at all."
        ),
    )


class LateUploadForm(UploadForm):
    """A bank file that may be posted into softly closed days by who says why."""

    late_reason = forms.CharField(
        label=_("Reason for posting into a closed month"), max_length=200, required=False
    )


class AdviceForm(Form):
    """A remittance advice."""

    file = forms.FileField(
        label=_("Advice"),
        help_text=_("CSV, Excel workbook (.xlsx) or PDF."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.pdf"}),
    )


class AllocateForm(Form):
    """So much of a credit for an item."""

    debit_item = forms.IntegerField(widget=forms.HiddenInput)
    amount = MoneyField(label=_("Amount"))


class AccountForm(Form):
    """The day of a statement of account."""

    is_strict = False  # the address carries more
    as_of = DayField(label=_("As of"))


class CloseForm(Form):
    """Up to when an area of the books is closed."""

    until = DayField(label=_("Closed until"))
    area = forms.ChoiceField(label=_("Area"), choices=Area.choices, initial=Area.ALL)
    strength = forms.ChoiceField(
        label=_("Closing"),
        choices=Strength.choices,
        widget=forms.RadioSelect,
        initial=Strength.HARD,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class ReopenForm(CloseForm):
    """Back to which day, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class DecisionForm(Form):
    """Yes or no to a reopening."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])


class LedgerDayForm(Form):
    """The day at whose end two ledgers are compared."""

    is_strict = False  # the address carries more
    day = DayField(label=_("Day"))


class MonthForm(Form):
    """A month, as the page names it."""

    is_strict = False  # other forms of the page carry more
    month = forms.CharField(widget=forms.HiddenInput, max_length=7)

    def clean_month(self) -> date:
        """Its last day."""
        found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", self.cleaned_data["month"], re.ASCII)
        if not found:
            raise forms.ValidationError(_("This is no month."), "month")
        year, month = int(found[1]), int(found[2])
        return date(year, month, calendar.monthrange(year, month)[1])


class CloseMonthForm(MonthForm):
    """Which area, how hard, and a reason for every amber check."""

    is_strict = True
    area = forms.ChoiceField(label=_("Area"), choices=Area.choices, initial=Area.ALL)
    strength = forms.ChoiceField(
        label=_("Closing"), choices=Strength.choices, initial=Strength.HARD
    )

    def __init__(self, *args: Any, checks: Sequence[MonthCheck], **options: Any) -> None:
        super().__init__(*args, **options)
        self.keys = {
            f"reason_{check.key}".replace(":", "_"): check.key for check in checks if check.is_amber
        }
        for name in self.keys:
            self.fields[name] = forms.CharField(
                label=_("Reason why it may be closed all the same"), max_length=200
            )

    def reasons(self) -> dict[str, str]:
        """The reasons by check."""
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}


class ValueForm(MonthForm):
    """The month to value; a reason where it is softly closed."""

    is_strict = True
    late_reason = forms.CharField(
        label=_("Reason for posting into a closed month"), max_length=200, required=False
    )


class DebitForm(Form):
    """What a direct debit run collects."""

    bank_account = forms.ModelChoiceField(
        label=_("Onto bank account"),
        queryset=BankAccount.objects.none(),
        empty_label=None,
    )
    collect_on = DayField(label=_("Collect on"))
    scheme = forms.ChoiceField(
        label=_("Scheme"), choices=Mandate.Scheme.choices, widget=forms.RadioSelect, initial="CORE"
    )
    format = forms.ChoiceField(
        label=_("Format"), choices=DebitRun.Format.choices, initial=DebitRun.Format.V8
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        accounts: Any = self.fields["bank_account"]
        # scope: accounts of the company that the person chose
        accounts.queryset = BankAccount.objects.filter(
            company=company, is_active=True, currency="EUR"
        ).order_by("name", "pk")

    def plan(self) -> DebitPlan:
        """What was entered, for the verb."""
        values = dict(self.cleaned_data)
        return DebitPlan(values.pop("bank_account").pk, **values)


class BooksOutForm(Form):
    """Which books, for whom."""

    form = forms.ChoiceField(label=_("Format"), choices=BooksExport.Format.choices)
    start = DayField(label=_("From"))
    end = DayField(label=_("To"))
    token = forms.CharField(widget=forms.HiddenInput, max_length=32)


class RateForm(Form):
    """What a currency is worth on a day, as quoted: so many units of it for so much."""

    currency = forms.ChoiceField(label=_("Currency"))
    valid_on = DayField(label=_("Day"))
    currency_amount = forms.DecimalField(
        label=_("Units of the currency"),
        help_text=_("As quoted, for example 1.0832."),
        max_digits=15,
        decimal_places=6,
        localize=True,
    )
    books_amount = forms.DecimalField(
        label=_("Worth in the books' currency"),
        max_digits=15,
        decimal_places=6,
        localize=True,
        initial=1,
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("Where the rate is from, for example the central bank."),
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["currency"]
        field.choices = [(code, code) for code in sorted(CURRENCIES - {company.currency})]
        self.fields["books_amount"].label = _("Worth in %(currency)s") % {
            "currency": company.currency
        }


class ProvisionRatesForm(Form):
    """Percentages by days overdue, from a day on."""

    valid_from = DayField(label=_("Hold from"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for days in STEPS:
            label = _("From %(days)s days overdue") % {"days": days} if days else _("Not due yet")
            self.fields[f"from_{days}"] = localized(PercentField(label=label, required=False))
        self.fields["source"] = forms.CharField(
            label=_("Where they come from"), max_length=120, required=False
        )

    def rates(self) -> dict[int, Decimal]:
        """Days overdue from -> rate, of the steps that were filled in."""
        found = {days: self.cleaned_data[f"from_{days}"] for days in STEPS}
        return {days: rate for days, rate in found.items() if rate is not None}
