"""What ``manage.py prove`` asks of fulfilment: every running total equals the sum of its rows."""

from django.db import connection

_LEVELS = """
SELECT company.code, product.number, warehouse.code, level.on_hand, level.reserved,
       coalesce(moved.quantity, 0), coalesce(held.quantity, 0)
  FROM fulfillment_stocklevel AS level
  JOIN core_company AS company ON company.id = level.company_id
  JOIN catalog_product AS product ON product.id = level.product_id
  JOIN fulfillment_warehouse AS warehouse ON warehouse.id = level.warehouse_id
  LEFT JOIN (SELECT level_id, sum(quantity) AS quantity FROM fulfillment_stockmove GROUP BY 1)
       AS moved ON moved.level_id = level.id
  LEFT JOIN (SELECT level_id, sum(quantity) AS quantity FROM fulfillment_reservation GROUP BY 1)
       AS held ON held.level_id = level.id
 WHERE level.on_hand <> coalesce(moved.quantity, 0)
    OR level.reserved <> coalesce(held.quantity, 0)
 ORDER BY 1, 2, 3
"""

_SHIPPED = """
SELECT ordered.number, line.position, line.quantity - line.cancelled_quantity, shipped.quantity
  FROM orders_orderline AS line
  JOIN orders_order AS ordered ON ordered.id = line.order_id
  JOIN (SELECT item.order_line_id, sum(item.quantity) AS quantity
          FROM fulfillment_shipmentline AS item
          JOIN fulfillment_shipment AS shipment ON shipment.id = item.shipment_id
         WHERE shipment.state <> 'cancelled' GROUP BY 1)
       AS shipped ON shipped.order_line_id = line.id
 WHERE shipped.quantity > line.quantity - line.cancelled_quantity
 ORDER BY 1, 2
"""

_MOVED = """
SELECT shipment.number, line.position, item.quantity, coalesce(-moved.quantity, 0)
  FROM fulfillment_shipmentline AS item
  JOIN fulfillment_shipment AS shipment ON shipment.id = item.shipment_id
  JOIN orders_orderline AS line ON line.id = item.order_line_id
  JOIN catalog_product AS product ON product.id = line.product_id
  LEFT JOIN (SELECT shipment_line_id, sum(quantity) AS quantity FROM fulfillment_stockmove
              WHERE kind = 'shipment' GROUP BY 1) AS moved ON moved.shipment_line_id = item.id
 WHERE product.kind = 'goods' AND shipment.state IN ('dispatched', 'delivered')
   AND coalesce(-moved.quantity, 0) <> item.quantity
 ORDER BY 1, 2
"""

_STRAY = """
SELECT ordered.number, ordered.state, sum(held.quantity)
  FROM fulfillment_reservation AS held
  JOIN orders_orderline AS line ON line.id = held.order_line_id
  JOIN orders_order AS ordered ON ordered.id = line.order_id
 WHERE ordered.state IN ('draft', 'completed', 'closed', 'cancelled') AND held.quantity > 0
 GROUP BY 1, 2 ORDER BY 1
"""


def _rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def stock_breaches() -> list[str]:
    """Stock levels whose totals differ from their moves or reservations."""
    return [
        f"{company}: {product} in {warehouse}: on hand {on_hand}, moves sum to {moved};"
        f" reserved {reserved}, reservations sum to {held}"
        for company, product, warehouse, on_hand, reserved, moved, held in _rows(_LEVELS)
    ]


def shipped_breaches() -> list[str]:
    """Order lines with more in shipments than was ordered and not cancelled."""
    return [
        f"Order {number} line {position}: {shipped} in shipments, {ordered} ordered"
        for number, position, ordered, shipped in _rows(_SHIPPED)
    ]


def moved_breaches() -> list[str]:
    """Dispatched goods whose stock moves do not add up to what was shipped."""
    return [
        f"Shipment {number} line {position}: {shipped} shipped, {moved} taken out of stock"
        for number, position, shipped, moved in _rows(_MOVED)
    ]


def stray_breaches() -> list[str]:
    """Stock still kept for orders that will not be shipped."""
    return [
        f"Order {number} is {state} and still has {held} reserved"
        for number, state, held in _rows(_STRAY)
    ]


def breaches() -> list[str]:
    """All of fulfilment's invariants; an empty list means they hold."""
    return stock_breaches() + shipped_breaches() + moved_breaches() + stray_breaches()
