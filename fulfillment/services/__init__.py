"""Fulfilment's verbs and reads; other rooms import them from here."""

from fulfillment.progress import (
    LineProgress,
    availability,
    backorders,
    is_all_shipped,
    lines_to_ship,
    orders_to_pick,
    progress_of,
    servable_products,
    shipped_quantities,
)
from fulfillment.services.delivery_notes import (
    delivery_note_pdf,
    make_delivery_note,
    pick_list_pdf,
    printable,
)
from fulfillment.services.dispatch import DeliveryStopped, ReservationGone, dispatch
from fulfillment.services.reservations import (
    OrderNotReleased,
    Reserved,
    release_reservations,
    reserve_backorders,
    reserve_order,
)
from fulfillment.services.shipments import (
    MoreThanReserved,
    NothingToPick,
    NotPicking,
    Picked,
    cancel_shipment,
    create_shipment,
    create_shipments,
    deliver,
    pick_orders,
)
from fulfillment.services.stock import Receipt, StockReserved, adjust_stock, receive_stock

__all__ = [
    "DeliveryStopped",
    "LineProgress",
    "MoreThanReserved",
    "NotPicking",
    "Picked",
    "NothingToPick",
    "OrderNotReleased",
    "Receipt",
    "ReservationGone",
    "Reserved",
    "StockReserved",
    "adjust_stock",
    "availability",
    "backorders",
    "cancel_shipment",
    "create_shipment",
    "create_shipments",
    "deliver",
    "delivery_note_pdf",
    "dispatch",
    "is_all_shipped",
    "lines_to_ship",
    "make_delivery_note",
    "orders_to_pick",
    "pick_list_pdf",
    "pick_orders",
    "printable",
    "progress_of",
    "receive_stock",
    "release_reservations",
    "reserve_backorders",
    "reserve_order",
    "servable_products",
    "shipped_quantities",
]
