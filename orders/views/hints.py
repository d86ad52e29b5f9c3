"""What other rooms know while one types an order: stock, terms, notes, a PO number used twice."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Product
from core import formats
from core.models import Event
from core.requests import Request
from customers.models import Customer, CustomerNote
from fulfillment.services import availability
from o2c.money import ZERO
from orders.entry import Grid, Row, grid_of, usual_billing
from orders.models import Order, OrderLine


def add_stock(grid: Grid) -> None:
    """Say of each row of goods what is free, and where it is short how it could be split.

    Rows of one article share what there is, from the top; one statement for all.
    """
    rows = [row for row in grid.rows if row.plan and row.plan.line]
    goods = [row for row in rows if _line(row).product.kind == Product.Kind.GOODS]
    free = dict(availability([_line(row).product_id for row in goods]) if goods else {})
    left = {pk: max(found.available, ZERO) for pk, found in free.items()}
    for row in goods:
        _say(row, left)


def _line(row: Row) -> OrderLine:
    line = row.plan.line if row.plan else None
    if line is None:
        raise LookupError(row.key)
    return line


def _say(row: Row, left: dict[int, Decimal]) -> None:
    line = _line(row)
    there = left.get(line.product_id, ZERO)
    left[line.product_id] = max(there - line.quantity, ZERO)
    words = {"free": formats.figure(there, most=3)}
    if line.quantity <= there:
        row.stock = _("%(free)s available") % words
        return
    row.is_short = True
    missing = line.quantity - there
    words["missing"] = formats.figure(missing, most=3)
    if there > ZERO:
        row.stock = _("%(free)s in stock, %(missing)s wait") % words
        row.split = (words["free"], words["missing"])
    else:
        row.stock = _("none in stock: all wait")


def head_of(request: Request, grid: Grid, pk: int | None) -> dict[str, Any]:
    """Terms, what is pinned on the customer, and whether the order number was used before."""
    customer = grid.customer
    if customer is None:
        return {}
    return {
        "billing": usual_billing(customer),
        "terms": f"{customer.payment_terms.name} · {customer.currency}",
        "notes": [note for note in (customer.note, *_pinned(request, customer)) if note],
        "stop": customer.delivery_stop_reason,
        "po": _used_before(request, customer, grid.po_number, pk),
    }


def _pinned(request: Request, customer: Customer) -> list[str]:
    notes = CustomerNote.objects.visible_to(request.user).without_money()
    rows = notes.filter(customer=customer, is_pinned=True).order_by("-pk")
    return list(rows.values_list("text", flat=True)[:3])


def _used_before(request: Request, customer: Customer, po_number: str, pk: int | None) -> str:
    if not po_number:
        return ""
    asked = Order(pk=pk, customer=customer, po_number=po_number)
    others = Order.objects.visible_to(request.user).same_po_number(asked)
    numbers = list(others.values_list("number", flat=True)[:3])
    if not numbers:
        return ""
    return _("Already used: %(orders)s") % {"orders": ", ".join(numbers)}


def stored(request: Request, order: Order) -> dict[str, Any]:
    """The draft as it is stored now, and who changed it last: for the page that is behind it."""
    grid = grid_of(order, list(order.lines.select_related("product")), list(order.charges.all()))
    last = Event.objects.visible_to(request.user).about(order).first()
    rows: list[Mapping[str, str]] = [
        {"article": row.article, "name": row.name, "quantity": row.quantity,
         "price": row.price, "discount": row.discount}
        for row in grid.rows if not row.is_blank
    ]  # fmt: skip
    return {
        "version": order.version,
        "who": last.who if last else "",
        "when": formats.clock(last.recorded_at) if last else "",
        "head": {
            "po_number": grid.po_number, "requested": grid.requested, "note": grid.note,
            "billing": dict(grid.billing_choices)[grid.billing],
        },
        "rows": rows,
        "charges": [row.said() for row in grid.charges],
    }  # fmt: skip
