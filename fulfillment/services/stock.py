"""Goods in and count differences: the moves people type."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Product
from core.actors import Actor, require
from core.services import atomic_verb, record_event, retrying
from fulfillment.models import StockLevel, StockMove, Warehouse
from fulfillment.rules import NOTHING
from fulfillment.services.reservations import lock_waiting_orders, reserve_waiting
from o2c.errors import Conflict, InvalidInput

RIGHT = "fulfillment.adjust_stock"
STEP = Decimal("0.001")
MOST = Decimal(10) ** 12


class StockReserved(Conflict):
    """Stock can't shrink below what is promised to orders."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One line of goods received: product, quantity in its unit, lot where there is one."""

    product_id: int
    quantity: Decimal
    lot: str = ""


@retrying
@atomic_verb
def receive_stock(
    warehouse: Warehouse, receipts: Sequence[Receipt], *, key: str, by: Actor, on: date
) -> list[StockMove]:
    """Book goods in and give them to orders that wait for them, oldest wanted date first.

    ``key`` names this delivery (a form's token, a delivery note); the same key again books
    nothing and returns what was booked. Raises: InvalidInput for no lines, a quantity that is not
    above zero or finer than 0.001, or a product that is not stocked goods of this company.
    """
    require(by, RIGHT, warehouse.company_id)
    _check_receipts(warehouse, receipts)
    product_ids = {receipt.product_id for receipt in receipts}
    order_ids = lock_waiting_orders(warehouse.company_id, product_ids)
    levels = lock_levels(warehouse, product_ids)
    prefix = f"receipt:{warehouse.company_id}:{key}:"
    if booked := list(StockMove.objects.filter(source_key__startswith=prefix)):
        return booked
    moves = StockMove.objects.bulk_create(
        StockMove(
            company_id=warehouse.company_id,
            level=levels[receipt.product_id],
            kind=StockMove.Kind.RECEIPT,
            quantity=receipt.quantity,
            lot=receipt.lot[:40],
            source_key=f"{prefix}{position}",
            moved_on=on,
        )
        for position, receipt in enumerate(receipts, start=1)
    )
    record_event(
        "stock.received", warehouse, by=by, on=on, label=warehouse.name, lines=len(moves), key=key
    )
    reserve_waiting(warehouse.company_id, order_ids, product_ids, by=by, on=on)
    return moves


@retrying
@atomic_verb
def adjust_stock(
    warehouse: Warehouse,
    product_id: int,
    *,
    quantity: Decimal,
    reason: str,
    key: str,
    by: Actor,
    on: date,
) -> StockMove:
    """Correct a stock level by a signed quantity, with the reason (count, breakage, find).

    The same ``key`` again books nothing. Raises: InvalidInput without a reason, for zero or for a
    product that is not stocked; StockReserved when less would be left than orders were promised.
    """
    require(by, RIGHT, warehouse.company_id)
    _check_adjustment(warehouse, product_id, quantity, reason)
    level, source_key = lock_levels(warehouse, {product_id})[product_id], f"adjustment:{key}"
    if booked := StockMove.objects.filter(source_key=source_key).first():
        return booked
    _check_covers_reserved(level, quantity)
    move = StockMove.objects.create(
        company_id=warehouse.company_id,
        level=level,
        kind=StockMove.Kind.ADJUSTMENT,
        quantity=quantity,
        reason=reason.strip()[:200],
        source_key=source_key,
        moved_on=on,
    )
    record_event(
        "stock.adjusted",
        level,
        by=by,
        on=on,
        label=f"{level.product.number} @ {warehouse.code}",
        quantity=quantity,
        reason=move.reason,
    )
    return move


def lock_levels(warehouse: Warehouse, product_ids: Collection[int]) -> dict[int, StockLevel]:
    """Product id -> its stock level in the warehouse, locked in primary-key order.

    Levels that do not exist yet are made; two acts that make the same one agree on it.
    """
    levels = StockLevel.objects.filter(warehouse=warehouse, product__in=product_ids)
    found = {level.product_id: level for level in levels.for_update().select_related("product")}
    if missing := sorted(set(product_ids) - found.keys()):
        StockLevel.objects.bulk_create(
            (
                StockLevel(
                    company_id=warehouse.company_id, warehouse=warehouse, product_id=product_id
                )
                for product_id in missing
            ),
            ignore_conflicts=True,
        )
        found = {level.product_id: level for level in levels.for_update().select_related("product")}
    return found


def _check_receipts(warehouse: Warehouse, receipts: Sequence[Receipt]) -> None:
    if not receipts:
        raise InvalidInput("stock.no_lines", _("Enter at least one product and its quantity."))
    for position, receipt in enumerate(receipts, start=1):
        if not NOTHING < receipt.quantity < MOST or receipt.quantity % STEP:
            raise InvalidInput(
                "stock.quantity",
                _(
                    "Line %(line)s, quantity: %(value)s must be above 0 and below %(most)s, with at"
                    " most three decimals."
                )
                % {"line": position, "value": receipt.quantity, "most": f"{MOST:f}"},
            )
    _check_stocked(warehouse, {receipt.product_id for receipt in receipts})


def _check_stocked(warehouse: Warehouse, product_ids: Iterable[int]) -> None:
    goods = Product.objects.filter(company=warehouse.company_id, kind=Product.Kind.GOODS)
    wanted = set(product_ids)
    if unknown := wanted - set(goods.filter(pk__in=wanted).values_list("pk", flat=True)):
        named = Product.objects.filter(pk__in=unknown, company=warehouse.company_id).first()
        raise InvalidInput(
            "stock.not_stocked",
            _("%(product)s is not a stocked article of this company: choose goods, not a service.")
            % {"product": named or _("The product")},
            field="product",
        )


def _check_adjustment(
    warehouse: Warehouse, product_id: int, quantity: Decimal, reason: str
) -> None:
    if not reason.strip():
        raise InvalidInput("stock.reason", _("Say why the stock differs."), field="reason")
    if not NOTHING < abs(quantity) < MOST or quantity % STEP:
        raise InvalidInput(
            "stock.quantity",
            _("Enter the difference, plus or minus, with at most three decimals; not %(value)s.")
            % {"value": quantity},
            field="quantity",
        )
    _check_stocked(warehouse, {product_id})


def _check_covers_reserved(level: StockLevel, quantity: Decimal) -> None:
    after = level.on_hand + quantity
    if after < level.reserved:
        raise StockReserved(
            "stock.reserved",
            _(
                "%(on_hand)s on hand, %(reserved)s reserved for orders: at most %(free)s can be"
                " taken away. Release or cancel orders first."
            )
            % {
                "on_hand": level.on_hand.normalize(),
                "reserved": level.reserved.normalize(),
                "free": (level.on_hand - level.reserved).normalize(),
            },
            field="quantity",
        )
