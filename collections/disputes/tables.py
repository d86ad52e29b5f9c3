"""Tables of disputes."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table
from disputes.models import Dispute


class DaysColumn(Column):
    """So many days."""

    def render(self, value: timedelta) -> str:
        """The number."""
        return str(value.days)

    def value(self, value: timedelta) -> int:
        """The number."""
        return value.days


class DisputeTable(Table):
    """Disputes, newest first."""

    document = LinkColumn(accessor="item__document_number", verbose_name=_("Document"))
    customer = Column(accessor="item__customer", verbose_name=_("Customer"))
    source = Column()
    reason = Column()
    amount = MoneyColumn(currency="item__currency")
    opened_on = DayColumn(verbose_name=_("Opened"))
    age = DaysColumn(verbose_name=_("Days"), attrs={"td": {"class": "o2c-num"}})
    answer_by = DayColumn()
    owner = Column()
    state = BadgeColumn()

    class Meta:
        model = Dispute
        fields = (
            "document",
            "customer",
            "source",
            "reason",
            "amount",
            "opened_on",
            "age",
            "answer_by",
            "owner",
            "state",
        )
