"""Tables of disputes."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table
from disputes.models import Dispute


class DisputeTable(Table):
    """Disputes, newest first."""

    document = LinkColumn(accessor="item__document_number", verbose_name=_("Document"))
    customer = Column(accessor="item__customer", verbose_name=_("Customer"))
    reason = Column()
    amount = MoneyColumn(currency="item__currency")
    opened_on = DayColumn(verbose_name=_("Opened"))
    answer_by = DayColumn()
    owner = Column()
    state = BadgeColumn()

    class Meta:
        model = Dispute
        fields = (
            "document",
            "customer",
            "reason",
            "amount",
            "opened_on",
            "answer_by",
            "owner",
            "state",
        )
