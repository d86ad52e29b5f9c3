"""The warehouse of the demo: picks, dispatches, receives, and runs out of things."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import fulfillment.services as fulfillment
from catalog.models import Product
from core.roles import Role
from fulfillment.models import Shipment, ShipmentLine
from o2c import flow
from o2c.demo.life import Life
from o2c.demo.setting import shelf
from o2c.demo.tempers import SHIP_DELAY
from o2c.errors import BusinessError
from orders.models import Order

CARRIERS = {
    "DE": ("DHL Freight", "DHL Freight", "Dachser", "GLS", "Abholung"),
    "SE": ("PostNord", "PostNord", "DSV Road", "Schenker", "Avhämtning"),
}
_DELAYED = ("PU", "FU", "AN", "DF")
_ALWAYS_THERE = ("KH", "AK", "SV", "AN")
_SCARCE = 5
"""How many articles have not come in lately, so that somebody waits for them today."""


class Stockroom:
    """Released orders become shipments; on Tuesdays and Thursdays goods come in."""

    def __init__(self, life: Life) -> None:
        self.life = life
        goods = [p for p in life.stage.products if p.kind == Product.Kind.GOODS]
        dear = [p for p in goods if 60 < life.stage.eur_prices[p.pk] < 500]
        dear = [p for p in dear if p.number[:2] not in _ALWAYS_THERE]
        self.goods = {product.pk: product for product in goods}
        self.scarce = {product.pk for product in life.random.sample(dear, min(_SCARCE, len(dear)))}

    def plan(self, on: date) -> None:
        """Write today's work into the diary; the last day's picking is left to the visitor."""
        life = self.life
        if on.weekday() in (1, 3):
            life.at(395, self.receive)
        if on.weekday() == 4 and life.random.random() < 0.25:
            life.at(870, self.count)
        for shipment in self._on_their_way():
            life.at(540 + life.random.random() * 60, self.arrive, shipment)
        for order in fulfillment.orders_to_pick(life.stage.company.pk):
            if self._is_time(order, on):
                life.at(430 + life.random.random() * 260, self.pick, order.pk)
        for shipment in Shipment.objects.filter(company=life.stage.company).to_pick():
            if life.days_left or shipment.created_at.date() < on - timedelta(days=1):
                life.at(700 + life.random.random() * 60, self.dispatch, shipment.pk)

    def pick(self, order_pk: int) -> None:
        """Make the pick lists of an order; most leave the same afternoon."""
        life = self.life
        with suppress(BusinessError):
            made = fulfillment.create_shipments(order_pk, by=life.by(Role.WAREHOUSE), on=life.day)
            for shipment in made:
                if life.days_left and life.random.random() < 0.8:
                    life.at(720 + life.random.random() * 260, self.dispatch, shipment.pk)

    def dispatch(self, shipment_pk: int) -> None:
        """Hand a shipment to the carrier; rarely something is missing on the pallet."""
        life = self.life
        carrier = life.random.choice(CARRIERS[life.stage.company.country])
        is_fetched = carrier in ("Abholung", "Avhämtning")
        with suppress(BusinessError):  # a delivery stop keeps it here
            flow.dispatch_shipment(
                shipment_pk,
                carrier=carrier,
                tracking_number="" if is_fetched else f"{life.random.randint(10**11, 10**12 - 1)}",
                quantities=self._packed(shipment_pk),
                by=life.by(Role.WAREHOUSE),
                on=life.day,
            )

    def arrive(self, shipment: Shipment) -> None:
        """The carrier brings the proof of delivery."""
        with suppress(BusinessError):
            fulfillment.deliver(
                shipment.pk,
                delivered_on=self.life.day,
                by=self.life.by(Role.WAREHOUSE),
                on=self.life.day,
            )

    def receive(self) -> None:
        """What has run low comes in again, unless the supplier is late."""
        life, prices = self.life, self.life.stage.eur_prices
        found = fulfillment.availability(list(self.goods))
        low = [
            fulfillment.Receipt(product_id=pk, quantity=Decimal(shelf(prices[pk])))
            for pk, product in self.goods.items()
            if found[pk].available < product.reorder_point and not self._is_late(product)
        ]
        if low:
            fulfillment.receive_stock(
                life.stage.warehouse,
                low,
                key=f"demo-{life.stage.company.code}-{life.day.isoformat()}",
                by=life.by(Role.WAREHOUSE),
                on=life.day,
            )

    def count(self) -> None:
        """A shelf is counted and a few pieces are missing or found."""
        life = self.life
        product = life.random.choice(list(self.goods.values()))
        with suppress(BusinessError):
            fulfillment.adjust_stock(
                life.stage.warehouse,
                product.pk,
                quantity=Decimal(life.random.choice((-3, -2, -1, -1, 1, 2))),
                reason=life.says("Zähldifferenz Stichprobe", "Differens vid stickprov"),
                key=f"count-{life.stage.company.code}-{life.day.isoformat()}",
                by=life.by(Role.WAREHOUSE),
                on=life.day,
            )

    def empty_shelves(self) -> None:
        """The scarce articles sell out: what the shelves say, nobody finds."""
        life = self.life
        found = fulfillment.availability(list(self.scarce))
        for pk in sorted(self.scarce):
            if (left := found[pk].available) > 2:
                fulfillment.adjust_stock(
                    life.stage.warehouse,
                    pk,
                    quantity=Decimal(2) - left,
                    reason=life.says(
                        "Transportschaden, Charge gesperrt", "Transportskada, parti spärrat"
                    ),
                    key=f"blocked-{life.stage.company.code}-{pk}",
                    by=life.by(Role.WAREHOUSE),
                    on=life.day,
                )

    def _is_time(self, order: Order, on: date) -> bool:
        if not self.life.days_left or (order.released_at and order.released_at.date() >= on):
            return False
        if self.life.days_left <= 2:
            return self.life.random.random() < 0.1  # today's shelves are not swept empty
        days = (order.requested_on - on).days if order.requested_on else 0
        return self.life.random.random() < (0.75 if days <= 4 else 0.35)

    def _is_late(self, product: Product) -> bool:
        life = self.life
        if product.pk in self.scarce and life.days_left < 24:
            return True
        is_delayed = product.number[:2] in _DELAYED
        return is_delayed and SHIP_DELAY[0] <= life.t(life.day) < SHIP_DELAY[1]

    def _packed(self, shipment_pk: int) -> dict[int, Decimal] | None:
        if self.life.random.random() > 0.03:
            return None
        lines = ShipmentLine.objects.filter(shipment=shipment_pk).order_by("pk")
        return {
            line.pk: max(line.quantity - 1, Decimal(1)) if number == 0 else line.quantity
            for number, line in enumerate(lines)
        }

    def _on_their_way(self) -> list[Shipment]:
        """Shipments that arrive today: two business days after they left, mostly."""
        life = self.life
        left = Shipment.objects.filter(
            company=life.stage.company,
            state="dispatched",
            dispatched_on__range=(life.day - timedelta(days=9), life.day - timedelta(days=1)),
        )
        return [shipment for shipment in left.order_by("pk") if life.random.random() < 0.55]
