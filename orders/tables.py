"""Tables of orders."""

from django.utils.translation import gettext_lazy as _

from core.tables import BadgeColumn, Column, DayColumn, LinkColumn, MoneyColumn, Table, TickColumn
from orders.models import Order


class OrderTable(Table):
    """Orders with customer, dates, state and amount."""

    tick = TickColumn(amount="gross_amount")
    number = LinkColumn()
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    po_number = Column(verbose_name=_("Customer's no."))
    ordered_on = DayColumn()
    requested_on = DayColumn()
    state = BadgeColumn()
    net_amount = MoneyColumn()
    gross_amount = MoneyColumn()

    class Meta:
        model = Order
        fields = (
            "tick", "number", "customer", "po_number", "ordered_on", "requested_on", "state",
            "net_amount", "gross_amount",
        )  # fmt: skip
