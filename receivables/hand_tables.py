"""Tables of cash, cheques, deposit slips and nettings."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table
from receivables.models import DepositSlip, Netting, Receipt


class ReceiptTable(Table):
    """What was taken by hand."""

    number = LinkColumn(verbose_name=_("Number"))
    received_on = DayColumn(verbose_name=_("Received"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    kind = Column(verbose_name=_("Kind"))
    cheque_number = Column(verbose_name=_("Cheque number"))
    slip = Column(accessor="slip__number", verbose_name=_("Deposit slip"))
    state = BadgeColumn()
    amount = MoneyColumn(verbose_name=_("Amount"))

    class Meta:
        model = Receipt
        fields = (
            "number", "received_on", "customer", "kind", "cheque_number", "slip", "state", "amount",
        )  # fmt: skip


class DepositTable(Table):
    """Deposit slips."""

    number = LinkColumn(verbose_name=_("Number"))
    bank_account = Column(accessor="bank_account__name", verbose_name=_("Bank account"))
    opened_on = DayColumn(verbose_name=_("Begun"))
    handed_in_on = DayColumn(verbose_name=_("Handed in"))
    state = BadgeColumn()
    amount = MoneyColumn(verbose_name=_("Amount"))

    class Meta:
        model = DepositSlip
        fields = ("number", "bank_account", "opened_on", "handed_in_on", "state", "amount")


class NettingTable(Table):
    """Nettings."""

    number = LinkColumn(verbose_name=_("Number"))
    proposed_on = DayColumn(verbose_name=_("Proposed"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    state = BadgeColumn()
    ours_amount = MoneyColumn(verbose_name=_("Our items"))
    theirs_amount = MoneyColumn(verbose_name=_("Their documents"))
    amount = MoneyColumn(verbose_name=_("Set off"))

    class Meta:
        model = Netting
        fields = (
            "number", "proposed_on", "customer", "state", "ours_amount", "theirs_amount", "amount",
        )  # fmt: skip
