"""Tables of credit."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table
from credit.models import CreditDecision, CreditHold, LimitChange
from credit.words import brief


class HoldTable(Table):
    """The queue: order, customer, amount, why."""

    order = LinkColumn(accessor="order__number", verbose_name=_("Order"))
    customer = Column(accessor="order__customer", verbose_name=_("Customer"))
    created_at = DayColumn(verbose_name=_("Since"))
    gross_amount = MoneyColumn(
        accessor="order__gross_amount", currency="order__currency", verbose_name=_("Amount")
    )
    why = Column(accessor="decision", verbose_name=_("Why"), orderable=False)
    requested_on = DayColumn(accessor="order__requested_on", verbose_name=_("Wanted on"))
    state = BadgeColumn()

    class Meta:
        model = CreditHold
        fields = (
            "order",
            "customer",
            "created_at",
            "gross_amount",
            "why",
            "requested_on",
            "state",
        )

    def render_why(self, value: CreditDecision) -> str:
        """The rules that did not pass, short."""
        return brief(value)

    def value_why(self, value: CreditDecision) -> str:
        """The same for files."""
        return brief(value)


class LimitTable(Table):
    """Proposed and decided limits."""

    customer = LinkColumn(accessor="account__customer__name", verbose_name=_("Customer"))
    proposed_at = DayColumn(verbose_name=_("Proposed"))
    proposed_by = Column(verbose_name=_("By"))
    old_amount = MoneyColumn(currency="company__currency", verbose_name=_("From"))
    new_amount = MoneyColumn(currency="company__currency", verbose_name=_("To"))
    reason = Column()
    state = BadgeColumn()

    class Meta:
        model = LimitChange
        fields = (
            "customer",
            "old_amount",
            "new_amount",
            "state",
            "reason",
            "proposed_at",
            "proposed_by",
        )
