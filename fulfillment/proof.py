"""What ``manage.py prove`` asks of fulfilment: every running total equals the sum of its rows."""

from core.models import Company
from core.proofs import Check, check_of

_LEVELS = """
SELECT product.number, warehouse.code, level.on_hand, level.reserved,
       coalesce(moved.quantity, 0), coalesce(held.quantity, 0)
  FROM fulfillment_stocklevel AS level
  JOIN catalog_product AS product ON product.id = level.product_id
  JOIN fulfillment_warehouse AS warehouse ON warehouse.id = level.warehouse_id
  LEFT JOIN (SELECT level_id, sum(quantity) AS quantity FROM fulfillment_stockmove GROUP BY 1)
       AS moved ON moved.level_id = level.id
  LEFT JOIN (SELECT level_id, sum(quantity) AS quantity FROM fulfillment_reservation GROUP BY 1)
       AS held ON held.level_id = level.id
 WHERE level.company_id = %(company)s
   AND (level.on_hand <> coalesce(moved.quantity, 0)
        OR level.reserved <> coalesce(held.quantity, 0))
 ORDER BY 1, 2
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
 WHERE ordered.company_id = %(company)s
   AND shipped.quantity > line.quantity - line.cancelled_quantity
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
 WHERE shipment.company_id = %(company)s AND product.kind = 'goods'
   AND shipment.state IN ('dispatched', 'delivered')
   AND coalesce(-moved.quantity, 0) <> item.quantity
 ORDER BY 1, 2
"""

_STRAY = """
SELECT ordered.number, ordered.state, sum(held.quantity)
  FROM fulfillment_reservation AS held
  JOIN orders_orderline AS line ON line.id = held.order_line_id
  JOIN orders_order AS ordered ON ordered.id = line.order_id
 WHERE ordered.company_id = %(company)s AND held.quantity > 0
   AND ordered.state IN ('draft', 'completed', 'closed', 'cancelled')
 GROUP BY 1, 2 ORDER BY 1
"""


CHECKS: dict[str, Check] = {
    "stock: on hand and reserved are sums of moves and reservations": check_of(
        _LEVELS,
        "{0} in {1}: on hand {2}, moves sum to {4}; reserved {3}, reservations sum to {5}.",
    ),
    "shipments: shipped never exceeds ordered less cancelled": check_of(
        _SHIPPED, "Order {0} line {1}: {3} in shipments, {2} ordered."
    ),
    "shipments: what left the house left the stock": check_of(
        _MOVED, "Shipment {0} line {1}: {2} shipped, {3} taken out of stock."
    ),
    "stock: kept only for orders that wait for it": check_of(
        _STRAY, "Order {0} is {1} and still has {2} reserved."
    ),
}


def breaches(company: Company) -> list[str]:
    """All of fulfilment's invariants in one company; an empty list means they hold."""
    return [breach for check in CHECKS.values() for breach in check(company)]
