"""The form that says what a bank's CSV columns hold."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from receivables.bankfiles.csv_columns import FIELDS, guess
from receivables.bankfiles.csv_entries import CsvProfile
from receivables.bankfiles.csv_table import Table
from receivables.models import BankAccount

_SAMPLES = 3


class CsvColumnsForm(Form):
    """A field per column, named as the column, with what the first rows hold."""

    extra_names = frozenset({"act"})
    account = forms.ModelChoiceField(BankAccount.objects.none(), label=_("Bank account"))
    decimal = forms.ChoiceField(
        label=_("Decimal sign"),
        required=False,
        choices=[("", _("as the figures tell")), (",", "1.234,56"), (".", "1,234.56")],
    )
    is_month_first = forms.BooleanField(label=_("The month comes before the day"), required=False)

    def __init__(
        self, *args: Any, table: Table, accounts: QuerySet[BankAccount], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._table = table
        account = cast("forms.ModelChoiceField[BankAccount]", self.fields["account"])
        account.queryset = accounts
        if accounts.count() == 1:
            account.initial = accounts[0]
        guessed = guess(table.header) or [""] * len(table.header)
        for at, name in enumerate(table.header):
            self.fields[f"column{at}"] = forms.ChoiceField(
                label=name or _("Column %(number)d") % {"number": at + 1},
                choices=[("", _("not read")), *FIELDS.items()],
                initial=guessed[at],
                required=False,
                help_text=" · ".join(self._samples(at)),
            )

    def _samples(self, at: int) -> list[str]:
        cells = (row[at][:40] for _line, row in self._table.rows if at < len(row) and row[at])
        return [cell for cell, _turn in zip(cells, range(_SAMPLES), strict=False)]

    def fields_told(self) -> list[str]:
        """A field, or nothing, per column."""
        return [self.cleaned_data[f"column{at}"] for at in range(len(self._table.header))]

    def profile(self) -> CsvProfile:
        """What was said, as the reader takes it."""
        account = self.cleaned_data["account"]
        return CsvProfile(
            self._table.key,
            tuple(self.fields_told()),
            account.iban,
            account.currency,
            self.cleaned_data["decimal"],
            self.cleaned_data["is_month_first"],
        )
