"""What invoices bear of the charges and discounts of their orders, until all is borne once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Self

from django.db.models import F, Sum, prefetch_related_objects

from invoicing.models import Invoice, InvoiceCharge, InvoiceLine
from invoicing.rules import charge_part
from invoicing.services.rows import Key
from o2c.money import CENT, ZERO, cents
from orders.models import Order, OrderCharge, OrderLine


class Charging:
    """The charges of some orders, and how much of their lines and of them is invoiced.

    ``bear`` is asked for one invoice after the other and counts what it gave.
    """

    def __init__(
        self, charges: Mapping[int, Sequence[OrderCharge]], lines: Iterable[OrderLine]
    ) -> None:
        """Order id -> its charges, and all lines of these orders; nothing is invoiced yet."""
        self._charges = charges
        self._left: dict[int, Decimal] = {}
        self._lines: dict[int, list[int]] = defaultdict(list)
        self._nets: dict[int, dict[Key, Decimal]] = defaultdict(dict)
        self._done: dict[int, dict[Key, Decimal]] = defaultdict(dict)
        self._borne: dict[int, Decimal] = {}
        for line in lines:
            self._left[line.pk] = line.quantity - line.cancelled_quantity
            self._lines[line.order_id].append(line.pk)
            nets = self._nets[line.order_id]
            nets[_key(line)] = nets.get(_key(line), ZERO) + line.net_amount

    @classmethod
    def of(cls, orders: Iterable[Order]) -> Self:
        """The charges of orders as they stand; orders known to have none cost no statement."""
        asked = [order for order in orders if order.has_charges is not False]
        prefetch_related_objects(asked, "charges")
        charges = {order.pk: list(order.charges.all()) for order in asked if order.charges.all()}
        found = cls(charges, OrderLine.objects.filter(order__in=charges) if charges else ())
        if charges:
            found._read_invoiced()
        return found

    def _read_invoiced(self) -> None:
        live = Invoice.objects.live()
        lines = InvoiceLine.objects.filter(order_line__in=self._left, invoice__in=live)
        for line in lines.annotate(of_order=F("order_line__order")):
            self._count(line, line.of_order)
        borne = InvoiceCharge.objects.filter(
            order_charge__order__in=self._charges, invoice__in=live
        )
        sums = borne.order_by().values_list("order_charge").annotate(total=Sum("amount"))
        self._borne = {pk: total for pk, total in sums if pk is not None}

    def _count(self, line: InvoiceLine, order_id: int) -> None:
        self._left[line.order_line_id or 0] -= line.quantity
        done = self._done[order_id]
        done[_key(line)] = done.get(_key(line), ZERO) + line.net_amount

    def is_whole(self, order_id: int) -> bool:
        """Whether an order has charges, and all of its lines are invoiced."""
        return order_id in self._charges and all(
            self._left[pk] <= 0 for pk in self._lines[order_id]
        )

    def bear(self, lines: Sequence[InvoiceLine], *, is_rest: bool = False) -> list[InvoiceCharge]:
        """What an invoice of these lines bears (unsaved, without their invoice).

        ``is_rest`` asks for whatever was not borne yet of orders that have nothing left to invoice.
        """
        nets: dict[int, dict[Key, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for line in lines:
            order_line = line.order_line
            if order_line is not None and order_line.order_id in self._charges:
                nets[order_line.order_id][_key(line)] += line.net_amount
                self._count(line, order_line.order_id)
        found = [
            _part(charge, amount, nets[order_id][_key(charge)])
            for order_id in (self._charges if is_rest else list(nets))
            for charge, amount in self._of_order(order_id, nets[order_id])
        ]
        for position, part in enumerate(found, start=1):
            part.position = position
        return found

    def _of_order(
        self, order_id: int, nets: Mapping[Key, Decimal]
    ) -> Iterable[tuple[OrderCharge, Decimal]]:
        """What of an order's charges is borne with ``nets`` of its lines."""
        charges = self._charges[order_id]
        is_closing = self.is_whole(order_id)
        room = dict(nets)
        amounts: dict[int, Decimal] = {}
        for charge in charges:
            amount = charge_part(
                charge.amount,
                spread=charge.spread,
                until_now=self._share(charge),
                billed=self._borne.get(charge.pk, ZERO),
                is_closing=is_closing,
            )
            if not charge.is_charge:
                amount = min(amount, room.get(_key(charge), ZERO))
                room[_key(charge)] = room.get(_key(charge), ZERO) - amount
            amounts[charge.pk] = amount
        self._take_early(order_id, amounts, room)
        for charge in charges:
            self._borne[charge.pk] = self._borne.get(charge.pk, ZERO) + amounts[charge.pk]
        return [(charge, amounts[charge.pk]) for charge in charges if amounts[charge.pk]]

    def _take_early(
        self, order_id: int, amounts: dict[int, Decimal], room: Mapping[Key, Decimal]
    ) -> None:
        """Discounts never leave more than the lines still to be invoiced can bear.

        Their shares are rounded, so pieces of cents would else leave the last invoice a discount
        above its lines.
        """
        discounts = [charge for charge in self._charges[order_id] if not charge.is_charge]
        for key, space in room.items():
            own = [charge for charge in discounts if _key(charge) == key]
            rest = {
                one.pk: one.amount - self._borne.get(one.pk, ZERO) - amounts[one.pk] for one in own
            }
            lines = self._nets[order_id][key] - self._done[order_id].get(key, ZERO)
            short = min(sum(rest.values(), ZERO) - lines, space)
            for pk, left in rest.items():
                more = max(min(short, left), ZERO)
                amounts[pk] += more
                short -= more

    def _share(self, charge: OrderCharge) -> Decimal:
        """The charge's share of the lines invoiced so far, not rounded."""
        done = self._done[charge.order_id].get(_key(charge), ZERO)
        if charge.rate is not None:
            return charge.rate * done
        whole = self._nets[charge.order_id].get(_key(charge), ZERO)
        return charge.amount * done / whole if whole else ZERO


def _part(charge: OrderCharge, amount: Decimal, net: Decimal) -> InvoiceCharge:
    """A percentage is named where it still tells how the amount came about."""
    is_rate = charge.rate is not None and abs(cents(net * charge.rate) - amount) <= CENT
    return InvoiceCharge(
        order_charge=charge,
        is_charge=charge.is_charge,
        reason_code=charge.reason_code,
        reason=charge.words[:100],
        rate=charge.rate if is_rate else None,
        base_amount=net if is_rate else None,
        amount=amount,
        vat_category=charge.vat_category,
        vat_rate=charge.vat_rate,
        vat_note=charge.vat_note,
    )


def _key(row: OrderLine | OrderCharge | InvoiceLine) -> Key:
    return row.vat_category, row.vat_rate.normalize()
