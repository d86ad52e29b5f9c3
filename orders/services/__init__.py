"""The verbs of orders; other rooms and the flow import them from here."""

from orders.services.cancel import cancel
from orders.services.change import (
    add_line,
    change_line,
    remove_line,
    replace_lines,
    save_draft,
)
from orders.services.completeness import Missing, OrderIncomplete, missing_fields
from orders.services.confirm_order import confirm_order
from orders.services.create_order import create_order, create_orders
from orders.services.import_orders import ImportedOrder, import_orders
from orders.services.planning import OrderPlan, plan_lines, plan_orders
from orders.services.po_number import set_po_number, why_no_po_number
from orders.services.progress import (
    complete,
    hold,
    mark_in_fulfilment,
    move_on,
    release,
    release_all,
)
from orders.services.submit import SubmitWarning, submit, submit_all, warnings_before_submit

__all__ = [
    "ImportedOrder",
    "Missing",
    "OrderIncomplete",
    "OrderPlan",
    "SubmitWarning",
    "add_line",
    "cancel",
    "change_line",
    "complete",
    "confirm_order",
    "create_order",
    "create_orders",
    "hold",
    "import_orders",
    "mark_in_fulfilment",
    "missing_fields",
    "move_on",
    "plan_lines",
    "plan_orders",
    "release",
    "release_all",
    "remove_line",
    "replace_lines",
    "save_draft",
    "set_po_number",
    "submit",
    "submit_all",
    "warnings_before_submit",
    "why_no_po_number",
]
