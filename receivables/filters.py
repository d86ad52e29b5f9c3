"""Filters of receivables' lists."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.filters import (
    ChoiceFilter,
    DayFilter,
    FilterSet,
    IndexedSearchFilter,
    SearchFilter,
    SwitchFilter,
)
from receivables.models import (
    BankEntry,
    BankFile,
    BooksExport,
    DebitRun,
    ExchangeRate,
    JournalEntry,
    OpenItem,
    PayerAlias,
    RemittanceAdvice,
    WriteOff,
    WriteOffReason,
    WriteOffState,
)


class ItemFilter(FilterSet):
    """Items by document, customer, kind and due day."""

    q = IndexedSearchFilter("document_number", "customer__name", "customer__number")
    kind = ChoiceFilter(label=_("Kind"), choices=OpenItem.Kind.choices)
    settled = SwitchFilter(lambda rows: rows, label=_("Settled ones too"))
    overdue = SwitchFilter(lambda rows: rows.debits().open(), label=_("Overdue"))
    credit = SwitchFilter(lambda rows: rows.credits().open(), label=_("Credits and unapplied cash"))
    due_from = DayFilter(label=_("Due from"), field_name="due_on", lookup_expr="gte")
    due_until = DayFilter(label=_("Due until"), field_name="due_on", lookup_expr="lte")

    class Meta:
        model = OpenItem
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        today = self.request.company.today()
        self.filters["overdue"].apply = lambda rows: rows.overdue(today)


class BankFileFilter(FilterSet):
    """Files by name and state."""

    q = SearchFilter("filename__icontains")
    state = ChoiceFilter(label=_("State"), choices=BankFile.State.choices)

    class Meta:
        model = BankFile
        fields: list[str] = []


class BankEntryFilter(FilterSet):
    """Entries by payer, text, IBAN and day."""

    q = IndexedSearchFilter("payer_name", "remittance", "payer_iban__startswith")
    waiting = SwitchFilter(lambda rows: rows.to_match(), label=_("To match"))
    received = SwitchFilter(lambda rows: rows.received(), label=_("Money received"))
    since = DayFilter(label=_("Since"), field_name="booking_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="booking_on", lookup_expr="lte")

    class Meta:
        model = BankEntry
        fields: list[str] = []


class JournalFilter(FilterSet):
    """Entries by text, document and day."""

    q = IndexedSearchFilter("text")
    since = DayFilter(label=_("Since"), field_name="posted_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="posted_on", lookup_expr="lte")

    class Meta:
        model = JournalEntry
        fields: list[str] = []


class DebitRunFilter(FilterSet):
    """Direct debit runs by state and day; searched by what they collect."""

    q = SearchFilter("debits__item__document_number__exact")
    state = ChoiceFilter(label=_("State"), choices=DebitRun.State.choices)
    since = DayFilter(label=_("Since"), field_name="collect_on", lookup_expr="gte")

    class Meta:
        model = DebitRun
        fields: list[str] = []


class BooksExportFilter(FilterSet):
    """Exports by name, format and period."""

    q = SearchFilter("document__filename__icontains")
    form = ChoiceFilter(label=_("Format"), field_name="format", choices=BooksExport.Format.choices)
    since = DayFilter(label=_("Since"), field_name="end_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="start_on", lookup_expr="lte")

    class Meta:
        model = BooksExport
        fields: list[str] = []


class RateFilter(FilterSet):
    """Rates by currency, source and day."""

    q = SearchFilter("currency__iexact", "source__icontains")
    since = DayFilter(label=_("Since"), field_name="valid_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="valid_on", lookup_expr="lte")

    class Meta:
        model = ExchangeRate
        fields: list[str] = []


class LearnedFilter(FilterSet):
    """What was learned by value, customer and whether it is in use."""

    q = SearchFilter("value__icontains", "customer__name__icontains", "customer__number__iexact")
    kind = ChoiceFilter(label=_("Kind"), choices=PayerAlias.Kind.choices)
    state = ChoiceFilter(
        label=_("State"),
        choices=[("in_use", _("in use")), ("forgotten", _("forgotten"))],
        method="in_state",
    )

    class Meta:
        model = PayerAlias
        fields: list[str] = []

    def in_state(self, rows: QuerySet[PayerAlias], _name: str, value: str) -> QuerySet[PayerAlias]:
        """In use, or forgotten."""
        return rows.filter(forgotten_at__isnull=value == "in_use")


class AdviceFilter(FilterSet):
    """Advices by reference, payer, customer and state."""

    q = SearchFilter("reference__icontains", "payer_name__icontains", "customer__name__icontains")
    state = ChoiceFilter(label=_("State"), choices=RemittanceAdvice.State.choices)

    class Meta:
        model = RemittanceAdvice
        fields: list[str] = []


class WriteOffFilter(FilterSet):
    """By document, customer, state and reason."""

    q = SearchFilter("item__document_number__istartswith", "item__customer__name__icontains")
    state = ChoiceFilter(label=_("State"), choices=WriteOffState.choices)
    reason = ChoiceFilter(label=_("Reason"), choices=WriteOffReason.choices)
    automatic = SwitchFilter(
        lambda rows: rows.filter(is_automatic=True), label=_("Accepted by itself")
    )

    class Meta:
        model = WriteOff
        fields: list[str] = []
