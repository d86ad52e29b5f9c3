"""Orders, their lines, and charges on them."""

from orders.models.charges import OrderCharge
from orders.models.keys import ReferenceKey
from orders.models.orders import (
    OPEN_STATES,
    UNENDED_STATES,
    Order,
    OrderLine,
    OrderQuerySet,
    OrderState,
)

__all__ = [
    "OPEN_STATES",
    "UNENDED_STATES",
    "Order",
    "OrderCharge",
    "OrderLine",
    "OrderQuerySet",
    "OrderState",
    "ReferenceKey",
]
