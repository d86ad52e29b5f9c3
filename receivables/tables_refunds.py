"""Tables of refunds and payment runs."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table
from receivables.models import BankRefund, RefundRun


class BankRefundTable(Table):
    """Refunds, newest first."""

    number = LinkColumn(verbose_name=_("Number"))
    customer = Column(accessor="item__customer", verbose_name=_("Customer"))
    document = Column(accessor="item__document_number", verbose_name=_("Document"))
    cause = Column()
    amount = MoneyColumn(currency="item__currency")
    account_source = Column(verbose_name=_("Account"))
    proposed_on = DayColumn()
    proposed_by_name = Column()
    decided_by_name = Column()
    state = BadgeColumn()

    class Meta:
        model = BankRefund
        fields = (
            "number",
            "customer",
            "document",
            "cause",
            "amount",
            "account_source",
            "proposed_on",
            "proposed_by_name",
            "decided_by_name",
            "state",
        )


class RefundRunTable(Table):
    """Payment runs, newest first."""

    number = LinkColumn(verbose_name=_("Number"))
    execute_on = DayColumn()
    bank_account = Column(verbose_name=_("From bank account"))
    refund_count = Column(verbose_name=_("Refunds"))
    amount = MoneyColumn(currency="bank_account__currency", verbose_name=_("Amount"))
    made_by_name = Column()

    class Meta:
        model = RefundRun
        fields = (
            "number",
            "execute_on",
            "bank_account",
            "format",
            "refund_count",
            "amount",
            "made_by_name",
        )
