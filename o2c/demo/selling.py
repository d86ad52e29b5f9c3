"""The sales desk of the demo: orders as customers place them, drafts, some cancellations."""

import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import invoicing.services as invoicing
import orders.services as orders
from catalog.models import Product
from core.models import User
from core.roles import Role
from customers.models import BillingPolicy
from invoicing.models import BillingStep
from o2c import flow
from o2c.demo.clients import LINE_VALUE, Client
from o2c.demo.life import Life
from o2c.demo.setting import shelf
from o2c.demo.tempers import appetite, eagerness
from o2c.errors import BusinessError
from orders.draft import BuyerDraft, ChargeDraft, LineDraft, OrderDraft
from orders.models import Order

BUSINESS_DAYS = 21
_NICE = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 300, 500)
_SERVICES = ("FR-PAU", "MO-STD", "IN-BET", "KA-ZER")
_NOTES = {
    "DE": (
        "Bitte Lieferung zwischen 7 und 14 Uhr, Anmeldung am Tor 2.",
        "Teillieferung erlaubt.",
        "Werkszeugnis 3.1 beilegen.",
        "Ansprechpartner vor Ort: Herr Wilke, mobil auf dem Lieferschein angeben.",
    ),
    "SE": (
        "Leverans till godsmottagning port 4, ring 30 min innan.",
        "Delleverans går bra.",
        "Materialintyg 3.1 bifogas.",
        "Märk pallen med vårt ordernummer.",
    ),
}


_BY_ORDER = (BillingPolicy.SHIPMENT, BillingPolicy.ORDER)
_PLAN_EVERY, _PLAN_FIRST = 24, 6
"""Of so many orders one is paid in steps, the first of them early."""


class Sales:
    """Customers call, write and send files; the reps enter what they want."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.tastes: dict[int, list[Product]] = {}
        self.counts: dict[int, int] = {}
        self.taken = 0
        # Of their own, so that what is agreed besides changes nobody's day.
        self.dice = random.Random(f"terms-{life.stage.company.code}")  # noqa: S311 - repeatable

    def plan(self, on: date) -> None:
        """Write today's calls into the diary."""
        life = self.life
        for client in life.clients.values():
            if life.random.random() < self._chance(client, on):
                life.at(490 + life.random.random() * 460, self.take_order, client)

    def take_order(
        self, client: Client, *, scale: float = 1.0, po_number: str | None = None
    ) -> Order:
        """Enter and submit what a customer wants, with their order number unless one is given."""
        order = self.draft(client, scale=scale, po_number=po_number)
        self._agree_steps(order)
        self.life.clock.wait(60 + self.life.random.random() * 240)
        flow.submit_order(order.pk, by=self._rep(client), on=self.life.day)
        return order

    def draft(self, client: Client, *, scale: float = 1.0, po_number: str | None = None) -> Order:
        """Enter what a customer wants, without submitting it."""
        life, on = self.life, self.life.day
        rng = life.random
        lines = self._lines(client, on, scale)
        return orders.create_order(
            life.stage.company,
            OrderDraft(
                buyer=BuyerDraft(customer_id=client.pk),
                po_number=self._po_number(client) if po_number is None else po_number,
                requested_on=on + timedelta(days=rng.choice((2, 3, 4, 5, 7, 9, 12, 14))),
                lines=lines,
                charges=self._charges(client),
                channel=rng.choices(("keyed", "xml", "file"), (0.72, 0.2, 0.08))[0],
                note=rng.choice(_NOTES[life.stage.company.country]) if rng.random() < 0.2 else "",
                ship_to_id=self._ship_to(client),
            ),
            by=self._rep(client),
            on=on,
        )

    def change_minds(self) -> None:
        """Once in a while a customer cancels what has not been shipped."""
        life = self.life
        fresh = Order.objects.filter(
            company=life.stage.company,
            state="released",
            ordered_on__gte=life.day - timedelta(days=6),
            shipments=None,
            billing_steps=None,
        ).exclude(billing_policy=BillingPolicy.ADVANCE)
        for order in fresh.order_by("pk"):
            if life.random.random() < 0.012:
                with suppress(BusinessError):
                    flow.cancel_order(
                        order.pk,
                        reason=life.says(
                            "Projekt verschoben, Kunde storniert",
                            "Projektet uppskjutet, kunden avbeställer",
                        ),
                        by=self._rep(life.clients[order.customer_id]),
                        on=life.day,
                    )

    def finish_drafts(self) -> None:
        """Drafts of yesterday are completed and submitted, but for the visitor's."""
        life = self.life
        waiting = Order.objects.filter(company=life.stage.company, state="draft")
        for order in waiting.order_by("pk"):
            if life.days_left > 4 and life.random.random() < 0.6:
                flow.submit_order(
                    order.pk, by=self._rep(life.clients[order.customer_id]), on=life.day
                )

    def _charges(self, client: Client) -> tuple[ChargeDraft, ...]:
        """Freight on some orders, a discount by agreement for some customers."""
        found = []
        if self.dice.random() < 0.16:
            amount = Decimal(self.dice.choice(("24.50", "38.00", "65.00")))
            if not self.life.stage.is_german:
                amount *= 10
            spread = self.dice.choice(("first", "pro_rata"))
            found.append(ChargeDraft(reason_code="FC", amount=amount, spread=spread))
        if client.index % 6 == 3:
            text = self.life.says("Bonus lt. Rahmenvertrag", "Bonus enligt ramavtal")
            found.append(ChargeDraft(reason_code="100", rate=Decimal("0.02"), text=text))
        return tuple(found)

    def _agree_steps(self, order: Order) -> None:
        """Once in a while a part is paid ahead: at release, or also when drawings are approved."""
        self.taken += 1
        if self.taken % _PLAN_EVERY != _PLAN_FIRST or order.billing_policy not in _BY_ORDER:
            return
        says, life = self.life.says, self.life
        share = Decimal("0.3")
        steps = [invoicing.StepDraft(says("Anzahlung", "Förskott"), share=share)]
        if self.taken % (2 * _PLAN_EVERY) == _PLAN_FIRST:
            steps.append(
                invoicing.StepDraft(
                    says("Zeichnungen freigegeben", "Ritningar godkända"),
                    kind=BillingStep.Kind.MILESTONE,
                    trigger=BillingStep.Trigger.REACHED,
                    share=share,
                )
            )
        invoicing.plan_steps(order.pk, steps, by=life.by(Role.BILLING), on=life.day)

    def _chance(self, client: Client, on: date) -> float:
        life, firm = self.life, client.firm
        eager = eagerness(firm.temper, life.t(on), on, life.stage.company.country)
        return firm.orders * eager * life.pace / BUSINESS_DAYS

    def _rep(self, client: Client) -> User:
        rep = client.customer.sales_rep
        return rep if rep is not None else self.life.stage.team.login(Role.SALES_REP)

    def _ship_to(self, client: Client) -> int | None:
        places = list(
            client.customer.addresses.filter(kind="shipping")
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        return self.life.random.choice(places) if len(places) > 1 else None

    def _po_number(self, client: Client) -> str:
        """Each customer counts its orders in a way of its own."""
        count = self.counts[client.pk] = self.counts.get(client.pk, client.index * 37 % 600) + 1
        return {
            0: f"45{client.index:03d}{count:05d}",
            1: f"B-{self.life.day:%y}-{count:04d}",
            2: f"{self.life.day:%y%m}/{count:03d}",
        }[client.index % 3]

    def _lines(self, client: Client, on: date, scale: float) -> tuple[LineDraft, ...]:
        rng, stage = self.life.random, self.life.stage
        taste = [product for product in self._taste(client) if product.is_active]
        count = min(rng.choice((1, 2, 2, 3, 3, 4, 5, 7)), len(taste))
        hunger = scale * client.firm.size * appetite(client.firm.temper, self.life.t(on))
        lines = [
            LineDraft(
                product_id=product.pk,
                quantity=Decimal(self._quantity(stage.eur_prices[product.pk], hunger)),
                discount_rate=Decimal(rng.choice(("0", "0", "0", "0", "0.03", "0.05"))),
            )
            for product in rng.sample(taste, count)
        ]
        if rng.random() < 0.22:
            number = rng.choices(_SERVICES, (6, 2, 0.5, 1))[0]
            service = next(product for product in stage.products if product.number == number)
            hours = rng.choice((2, 4, 6, 8)) if number == "MO-STD" else 1
            lines.append(LineDraft(product_id=service.pk, quantity=Decimal(hours)))
        return tuple(lines)

    def _taste(self, client: Client) -> list[Product]:
        """The two dozen articles a customer keeps buying."""
        if client.pk not in self.tastes:
            goods = [p for p in self.life.stage.products if p.kind == Product.Kind.GOODS]
            self.tastes[client.pk] = self.life.random.sample(goods, min(24, len(goods)))
        return self.tastes[client.pk]

    def _quantity(self, eur_price: Decimal, hunger: float) -> int:
        worth = LINE_VALUE * hunger * self.life.random.lognormvariate(-0.25, 0.7)
        wanted = min(worth / float(eur_price), shelf(eur_price) / 3)
        return max((nice for nice in _NICE if nice <= wanted), default=1)
