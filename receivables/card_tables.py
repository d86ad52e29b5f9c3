"""Tables of card payments and settlements."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MomentColumn, MoneyColumn, Table
from receivables.card_words import trouble_words
from receivables.models import ProviderPayment, ProviderSettlement


class CardPaymentTable(Table):
    """Card payments."""

    number = LinkColumn(verbose_name=_("Number"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    state = BadgeColumn()
    method = Column(verbose_name=_("By"))
    trouble = Column(verbose_name=_("Does not agree"))
    started_at = MomentColumn(verbose_name=_("Begun"))
    amount = MoneyColumn(verbose_name=_("Amount"))

    class Meta:
        model = ProviderPayment
        fields = ("number", "customer", "state", "method", "trouble", "started_at", "amount")

    def render_trouble(self, record: ProviderPayment) -> str:
        """What it is, in words."""
        return trouble_words(record.trouble)


class SettlementTable(Table):
    """Settlements of the provider."""

    reference = LinkColumn(verbose_name=_("Reference"))
    paid_on = DayColumn(verbose_name=_("Paid out"))
    payout = Column(empty_values=(), verbose_name=_("On the bank account"))
    gross_amount = MoneyColumn(verbose_name=_("Gross"))
    fee_amount = MoneyColumn(verbose_name=_("Fee"))
    net_amount = MoneyColumn(verbose_name=_("Net"))

    class Meta:
        model = ProviderSettlement
        fields = ("reference", "paid_on", "payout", "gross_amount", "fee_amount", "net_amount")

    def render_payout(self, record: ProviderSettlement) -> str:
        """Whether the bank has told of it."""
        return str(_("yes") if record.is_paid or not record.net_amount else _("awaited"))
