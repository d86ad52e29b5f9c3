"""The completeness gate: what every channel's order must have before it counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models import Product
from o2c.errors import BusinessError
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing an order lacks: the field on the page and what to do, in words."""

    field: str
    message: str


class OrderIncomplete(BusinessError):
    """The gate stays shut; ``missing`` names each thing and its field."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(
            "order.incomplete",
            "\n".join(item.message for item in missing),
            field=missing[0].field,
        )
        self.missing = tuple(missing)


def missing_fields(order: Order, lines: Sequence[OrderLine] | None = None) -> list[Missing]:
    """Everything the order lacks, in the order of the page; empty when it may be submitted.

    ``lines`` with their products spares two statements where the caller has them.
    """
    if lines is None:
        lines = list(order.lines.select_related("product"))
    return [*_head(order, lines), *_lines(lines)]


def _head(order: Order, lines: Sequence[OrderLine]) -> list[Missing]:
    customer = order.customer
    missing = []
    if not customer.is_active:
        missing.append(Missing("customer", _("Customer %(name)s is closed.") % {"name": customer}))
    if order.currency != order.company.currency:
        missing.append(
            Missing(
                "customer",
                _("%(company)s keeps its books in %(books)s: an order in %(currency)s can't be"
                  " invoiced yet. Change the customer's currency and enter the order again.")
                % {
                    "company": order.company.name,
                    "books": order.company.currency,
                    "currency": order.currency,
                },
            )
        )  # fmt: skip
    has_goods = any(line.product.kind == Product.Kind.GOODS for line in lines)
    if has_goods and order.ship_to_id is None:
        missing.append(
            Missing("ship_to", _("Choose a delivery address, or add one to the customer."))
        )
    if customer.is_public_body and not customer.buyer_reference:
        missing.append(
            Missing(
                "customer",
                _("%(name)s is a public body: enter its buyer reference (Leitweg-ID) at the"
                  " customer.") % {"name": customer},
            )
        )  # fmt: skip
    if order.requested_on and order.requested_on < order.ordered_on:
        missing.append(
            Missing("requested_on", _("The wanted date lies before the order date; choose a later"
                                      " one."))
        )  # fmt: skip
    return missing


def _lines(lines: Sequence[OrderLine]) -> list[Missing]:
    if not lines:
        return [Missing("lines", _("Enter at least one line."))]
    return [
        Missing(
            "lines",
            _("Line %(line)s: article %(article)s is not sold any more; choose its successor.")
            % {"line": line.position, "article": line.product.number},
        )
        for line in lines
        if not line.product.is_active
    ]
