"""Tables of receivables."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MomentColumn, MoneyColumn, Table
from receivables.models import BankEntry, BankFile, JournalEntry, OpenItem


class ItemTable(Table):
    """Open items."""

    document_number = LinkColumn()
    customer = Column(accessor="customer__name")
    kind = Column()
    document_on = DayColumn()
    due_on = DayColumn()
    amount = MoneyColumn()
    outstanding_amount = MoneyColumn(word=_("credit"))

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

    filename = LinkColumn()
    state = BadgeColumn()
    format = Column()
    new_count = Column()
    known_count = Column()
    matched_count = Column()
    imported_by_name = Column()
    imported_at = MomentColumn()

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

    booking_on = DayColumn()
    payer_name = LinkColumn(empty_values=())
    remittance = Column()
    bank_account = Column(accessor="bank_account__name")
    amount = MoneyColumn()

    class Meta:
        model = BankEntry
        fields = ("booking_on", "payer_name", "remittance", "bank_account", "amount")

    def render_payer_name(self, record: BankEntry) -> str:
        """The payer, or a dash where the bank names none."""
        return record.payer_name or "–"


class JournalTable(Table):
    """Entries of the journal."""

    id = LinkColumn(verbose_name=_("Entry"))
    posted_on = DayColumn()
    text = Column()
    document_number = Column()
    debit_amount = MoneyColumn(currency="company__currency", verbose_name=_("Amount"))
    recorded_at = MomentColumn()

    class Meta:
        model = JournalEntry
        fields = ("id", "posted_on", "text", "document_number", "debit_amount", "recorded_at")
