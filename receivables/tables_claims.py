"""The table of claims."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table
from receivables.models import Claim


class ClaimTable(Table):
    """Claims, newest first."""

    number = LinkColumn(accessor="item__document_number", verbose_name=_("Number"))
    kind = Column()
    customer = Column(accessor="item__customer", verbose_name=_("Customer"))
    principal = Column(accessor="principal__document_number", verbose_name=_("For"))
    claimed_on = DayColumn()
    amount = MoneyColumn(currency="item__currency")
    left = MoneyColumn(currency="item__currency", verbose_name=_("Open"))
    state = BadgeColumn()

    class Meta:
        model = Claim
        fields = (
            "number",
            "kind",
            "customer",
            "principal",
            "claimed_on",
            "amount",
            "left",
            "state",
        )
