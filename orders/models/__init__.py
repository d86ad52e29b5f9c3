"""Orders, their lines, and charges on them."""

from orders.models.charges import OrderCharge
from orders.models.orders import OPEN_STATES, Order, OrderLine, OrderQuerySet, OrderState

__all__ = ["OPEN_STATES", "Order", "OrderCharge", "OrderLine", "OrderQuerySet", "OrderState"]
