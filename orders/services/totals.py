"""An order's totals from its lines and charges; the one place where they are computed."""

from collections.abc import Iterable

from o2c.money import TaxableLine, Totals, totals
from orders.models import Order, OrderCharge, OrderLine
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


def sum_up(order: Order, lines: Iterable[OrderLine], charges: Iterable[OrderCharge]) -> None:
    """Set net, VAT and gross of the order from the nets its lines carry; saves nothing."""
    found = totals_of(lines, charges)
    order.net_amount, order.vat_amount = found.net_amount, found.vat_amount
    order.gross_amount = found.gross_amount


def totals_of(lines: Iterable[OrderLine], charges: Iterable[OrderCharge]) -> Totals:
    """Totals and VAT table from the nets of lines and charges; what documents print."""
    taxed = [TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines]
    taxed += [TaxableLine(one.signed_amount, one.vat_category, one.vat_rate) for one in charges]
    return totals(taxed)
