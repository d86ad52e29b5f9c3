"""Tables of receivables."""

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tables import (
    BadgeColumn,
    Column,
    DayColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    Table,
)
from receivables.bankfiles.csv_columns import FIELDS
from receivables.models import (
    BankCsvProfile,
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
)


class ItemTable(Table):
    """Open items."""

    document_number = LinkColumn(verbose_name=_("Document"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    kind = Column(verbose_name=_("Kind"))
    document_on = DayColumn(verbose_name=_("Date"))
    due_on = DayColumn(verbose_name=_("Due"))
    amount = MoneyColumn(verbose_name=_("Amount"))
    outstanding_amount = MoneyColumn(word=_("credit"), verbose_name=_("Open"))

    class Meta:
        model = OpenItem
        fields = (
            "document_number",
            "customer",
            "kind",
            "document_on",
            "due_on",
            "amount",
            "outstanding_amount",
        )


class BankFileTable(Table):
    """Bank files as they came."""

    filename = LinkColumn(verbose_name=_("File"))
    state = BadgeColumn()
    format = Column(accessor="format_name", verbose_name=_("Format"))
    new_count = Column(verbose_name=_("New"))
    known_count = Column(verbose_name=_("Known"))
    matched_count = Column(verbose_name=_("Matched by itself"))
    imported_by_name = Column(verbose_name=_("By"))
    imported_at = MomentColumn(verbose_name=_("Imported"))

    class Meta:
        model = BankFile
        fields = (
            "filename",
            "state",
            "format",
            "new_count",
            "known_count",
            "matched_count",
            "imported_by_name",
            "imported_at",
        )


class BankEntryTable(Table):
    """Entries of our bank accounts."""

    booking_on = DayColumn(verbose_name=_("Booked"))
    payer_name = LinkColumn(empty_values=(), verbose_name=_("Payer"))
    remittance = Column(verbose_name=_("Purpose"))
    bank_account = Column(accessor="bank_account__name", verbose_name=_("Bank account"))
    amount = MoneyColumn(verbose_name=_("Amount"))

    class Meta:
        model = BankEntry
        fields = ("booking_on", "payer_name", "remittance", "bank_account", "amount")

    def render_payer_name(self, record: BankEntry) -> str:
        """The payer, or a dash where the bank names none."""
        return record.payer_name or "–"


class JournalTable(Table):
    """Entries of the journal."""

    id = LinkColumn(verbose_name=_("Entry"))
    posted_on = DayColumn(verbose_name=_("Date"))
    text = Column(verbose_name=_("Text"))
    document_number = Column(verbose_name=_("Document"))
    debit_amount = MoneyColumn(currency="company__currency", verbose_name=_("Amount"))
    recorded_at = MomentColumn(verbose_name=_("Recorded"))

    class Meta:
        model = JournalEntry
        fields = ("id", "posted_on", "text", "document_number", "debit_amount", "recorded_at")


class DebitRunTable(Table):
    """Direct debit runs, newest first."""

    number = LinkColumn(verbose_name=_("Number"))
    collect_on = DayColumn(verbose_name=_("Collected on"))
    state = BadgeColumn()
    debit_count = Column(verbose_name=_("Direct debits"))
    amount = MoneyColumn(currency="bank_account__currency", verbose_name=_("Amount"))
    proposed_by_name = Column(verbose_name=_("Proposed by"))
    approved_by = Column(verbose_name=_("Approved by"))

    class Meta:
        model = DebitRun
        fields = (
            "number",
            "collect_on",
            "state",
            "scheme",
            "debit_count",
            "amount",
            "proposed_by_name",
            "approved_by",
        )


class BooksExportTable(Table):
    """Books handed out."""

    document = LinkColumn(accessor="document__filename", verbose_name=_("File"))
    format = Column(accessor="get_format_display", verbose_name=_("Format"))
    start_on = DayColumn(verbose_name=_("From"))
    end_on = DayColumn(verbose_name=_("To"))
    entry_count = Column(verbose_name=_("Entries"))
    added_count = Column(verbose_name=_("New"))
    debit_amount = MoneyColumn(currency="company__currency", verbose_name=_("Debit = credit"))
    made_at = MomentColumn(verbose_name=_("Made"))

    class Meta:
        model = BooksExport
        fields = (
            "document",
            "format",
            "start_on",
            "end_on",
            "entry_count",
            "added_count",
            "debit_amount",
            "made_at",
        )


class AdviceTable(Table):
    """Remittance advices."""

    name = LinkColumn(orderable=False, verbose_name=_("Advice"))
    state = BadgeColumn()
    customer = Column(accessor="customer__name", orderable=False, verbose_name=_("Customer"))
    paid_on = DayColumn(orderable=False, verbose_name=_("Paid"))
    amount = MoneyColumn(verbose_name=_("Amount"))
    told_by_name = Column(orderable=False, verbose_name=_("By"))
    told_at = MomentColumn(verbose_name=_("Received"))

    class Meta:
        model = RemittanceAdvice
        fields = ("name", "state", "customer", "paid_on", "amount", "told_by_name", "told_at")


class ActColumn(Column):
    """A button in each row, for those who have the right to press it."""

    def __init__(self, template: str, right: str, **options: Any) -> None:
        self.template, self.right = template, right
        super().__init__(
            accessor="pk", orderable=False, exclude_from_export=True, empty_values=(), **options
        )

    def render(self, record: Any, table: Table) -> str:
        """The button, or nothing."""
        if not table.request.user.may(self.right, record.company_id):
            return ""
        return render_to_string(self.template, {"record": record}, request=table.request)


def _use_of(alias: PayerAlias) -> tuple[str, str]:
    return ("amber", gettext("forgotten")) if alias.forgotten_at else ("green", gettext("in use"))


class LearnedTable(Table):
    """What was learned: name or account, whose it is, from which decision, how often used."""

    value = LinkColumn(linkify=None, verbose_name=_("Learned"))
    kind = Column(orderable=False, verbose_name=_("Kind"))
    customer = Column(
        accessor="customer",
        orderable=False,
        linkify=lambda record: record.customer.get_absolute_url(),
        verbose_name=_("Customer"),
    )
    state = BadgeColumn(of=_use_of)
    created_at = MomentColumn(verbose_name=_("Since"))
    source = Column(
        accessor="learned_from", orderable=False, empty_values=(), verbose_name=_("From")
    )
    used_count = NumberColumn(orderable=False, most=0, verbose_name=_("Used since"))
    act = ActColumn("receivables/learned_act.html", "receivables.reverse", verbose_name=_("Forget"))

    class Meta:
        model = PayerAlias
        fields = (
            "value", "kind", "customer", "state", "created_at", "source", "used_count", "act"
        )  # fmt: skip

    def render_source(self, record: PayerAlias) -> str:
        """The payment that taught it, and who decided."""
        return render_to_string("receivables/learned_source.html", {"record": record})

    def value_source(self, record: PayerAlias) -> str:
        """The payment's name."""
        match = record.learned_from
        return f"P-{match.bank_entry_id} {match.decided_by_name}" if match else ""


class CsvProfileTable(Table):
    """What was said of the columns of banks' CSV files."""

    account = LinkColumn(linkify=None, accessor="bank_account__name", verbose_name=_("Account"))
    columns = Column(accessor="header", orderable=False, verbose_name=_("Columns"))
    reads = Column(accessor="pk", orderable=False, verbose_name=_("Amounts and days"))
    saved_by_name = Column(orderable=False, verbose_name=_("By"))
    saved_at = MomentColumn(verbose_name=_("Saved"))
    act = ActColumn(
        "receivables/csv_profile_act.html",
        "receivables.import_statement",
        verbose_name=_("Forget"),
    )

    class Meta:
        model = BankCsvProfile
        fields = ("account", "columns", "reads", "saved_by_name", "saved_at", "act")

    def render_columns(self, record: BankCsvProfile) -> str:
        """Each column of the bank with what it holds; those left out are left out."""
        pairs = zip(record.header, record.fields, strict=False)
        return ", ".join(f"{name} → {FIELDS[field]}" for name, field in pairs if field in FIELDS)

    def render_reads(self, record: BankCsvProfile) -> str:
        """How amounts and days are written."""
        sign = {"": _("as the figures tell"), ",": "1.234,56", ".": "1,234.56"}[record.decimal]
        day = _("month first") if record.is_month_first else _("day first")
        return f"{sign}, {day}"


class RateTable(Table):
    """Exchange rates as quoted, and what one unit costs."""

    valid_on = DayColumn(verbose_name=_("Day"))
    currency = Column(verbose_name=_("Currency"))
    quoted = Column(empty_values=(), orderable=False, verbose_name=_("Quoted"))
    price = Column(empty_values=(), orderable=False, verbose_name=_("One unit costs"))
    source = Column(verbose_name=_("Source"))
    recorded_at = MomentColumn(verbose_name=_("Recorded"))

    class Meta:
        model = ExchangeRate
        fields = ("valid_on", "currency", "quoted", "price", "source", "recorded_at")

    def render_quoted(self, record: ExchangeRate) -> str:
        """Both sides as the source quotes them."""
        return _("%(foreign)s %(currency)s = %(books)s %(home)s") % {
            "foreign": rate(record.currency_amount),
            "currency": record.currency,
            "books": rate(record.books_amount),
            "home": record.company.currency,
        }

    def render_price(self, record: ExchangeRate) -> str:
        """In the books' currency, six places."""
        price = (record.books_amount / record.currency_amount).quantize(Decimal("0.000001"))
        return f"{rate(price)} {record.company.currency}"


def rate(value: Decimal) -> str:
    """A rate as people write it, without the noughts behind it."""
    return number_format(value.normalize(), use_l10n=True)


class WriteOffTable(Table):
    """Write-offs, newest first."""

    document = LinkColumn(accessor="item__document_number", verbose_name=_("Document"))
    customer = Column(accessor="item__customer", verbose_name=_("Customer"))
    reason = Column()
    amount = MoneyColumn(currency="item__currency")
    asked_on = DayColumn()
    asked_by_name = Column()
    decided_by_name = Column()
    state = BadgeColumn()

    class Meta:
        model = WriteOff
        fields = (
            "document",
            "customer",
            "reason",
            "amount",
            "asked_on",
            "asked_by_name",
            "decided_by_name",
            "state",
        )
