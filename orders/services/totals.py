"""An order's totals from its lines; the one place where they are computed."""

from collections.abc import Iterable

from o2c.money import TaxableLine, Totals, totals
from orders.models import Order, OrderLine
from orders.rules import Figures


def figures(line: OrderLine) -> Figures:
    """The line as arithmetic sees it: what is cancelled is not wanted any more."""
    return Figures(
        line.quantity - line.cancelled_quantity,
        line.unit_price,
        line.discount_rate,
        line.vat_category,
        line.vat_rate,
    )


def set_totals(order: Order, lines: Iterable[OrderLine]) -> None:
    """Set net of each line and net, VAT, gross of the order; saves nothing."""
    lines = list(lines)
    for line in lines:
        line.net_amount = figures(line).net_amount
    sum_up(order, lines)


def sum_up(order: Order, lines: Iterable[OrderLine]) -> None:
    """Set net, VAT and gross of the order from the nets its lines carry; saves nothing."""
    found = totals(TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines)
    order.net_amount, order.vat_amount = found.net_amount, found.vat_amount
    order.gross_amount = found.gross_amount


def totals_of(lines: Iterable[OrderLine]) -> Totals:
    """Totals and VAT table from the nets the lines carry; what documents print."""
    return totals(TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines)
