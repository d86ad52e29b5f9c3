"""Who gets which stock: pure arithmetic, no database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

NOTHING = Decimal(0)
NOTE_DAYS = 60
"""How long after dispatch a delivery note is still made unasked."""


@dataclass(frozen=True, slots=True)
class Need:
    """Quantity of a product that an order line still wants."""

    order_id: int
    line_id: int
    product_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Free:
    """Quantity of a product that lies unreserved at one stock level (product in a warehouse)."""

    level_id: int
    product_id: int
    warehouse_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Grant:
    """Quantity of a stock level given to an order line."""

    line_id: int
    level_id: int
    quantity: Decimal


def share_out(needs: Iterable[Need], free: Iterable[Free]) -> list[Grant]:
    """Give free stock to needs in the order given, so that an order leaves from few warehouses.

    Earlier needs are served first; needs of one order stand together. Per order the warehouse
    that can serve most of its lines whole comes first; a line is split over warehouses only when
    none can serve it whole. Never grants more than is free, nor more than is needed.
    """
    pool: dict[int, list[Free]] = defaultdict(list)
    for stock in free:
        pool[stock.product_id].append(stock)
    left = {stock.level_id: stock.quantity for stocks in pool.values() for stock in stocks}
    grants: list[Grant] = []
    for _order, group in groupby(needs, key=lambda need: need.order_id):
        grants += _serve_order(list(group), pool, left)
    return grants


def _serve_order(
    needs: Sequence[Need], pool: dict[int, list[Free]], left: dict[int, Decimal]
) -> list[Grant]:
    """Grants for one order; takes what it grants out of ``left``."""
    whole = Counter(
        stock.warehouse_id
        for need in needs
        for stock in pool.get(need.product_id, ())
        if left[stock.level_id] >= need.quantity
    )
    grants = []
    for need in needs:
        stocks = sorted(
            pool.get(need.product_id, ()),
            key=lambda stock: (
                left[stock.level_id] < need.quantity,
                -whole[stock.warehouse_id],
                stock.warehouse_id,
            ),
        )
        grants += _serve_line(need, stocks, left)
    return grants


def _serve_line(need: Need, stocks: Sequence[Free], left: dict[int, Decimal]) -> list[Grant]:
    """Grants for one line, stocks tried in the order given."""
    grants, wanted = [], need.quantity
    for stock in stocks:
        taken = min(wanted, left[stock.level_id])
        if taken > NOTHING:
            grants.append(Grant(need.line_id, stock.level_id, taken))
            left[stock.level_id] -= taken
            wanted -= taken
    return grants
