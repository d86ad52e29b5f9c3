"""Live the demo companies' months day by day through the real services, by seed."""

import logging
import random
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from multiprocessing import get_context

from django.db import connections

import disputes.services as disputes
import fulfillment.services as fulfillment
import orders.services as orders
from core.actors import JobActor
from core.models import User
from core.roles import Role
from core.services import mark_read
from customers.models import Customer
from fulfillment.models import Shipment
from fulfillment.services import NothingToPick
from invoicing.models import Invoice
from o2c import due, flow
from o2c.demo.bank import Bank, Payment
from o2c.demo.setting import Stage, days_of_business, set_up
from o2c.money import cents
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order
from receivables.models import OpenItem

log = logging.getLogger(__name__)
DAYS = 92
SEED = 20261122
CARRIERS = {"DE": "DHL Freight", "SE": "PostNord"}
ORDERS_A_DAY = {"DE": 0.9, "SE": 0.6}
DUNNING = JobActor("dunning")

SOMEBODYS_IBAN = "DE12500105170648489890"
# temper -> days after the due date (low, high); "early" counts from the invoice date instead
HABITS = {
    "punctual": (-3, 1),
    "public": (0, 5),
    "early": (7, 13),
    "sloppy": (-2, 6),
    "short": (-2, 4),
    "slow": (8, 34),
    "disputing": (2, 12),
    "growing": (-4, 3),
    "failing": (25, 60),
}


def live(today: date, *, tell: Callable[[str], None] = log.info) -> None:
    """Fill an empty database with the demo companies and their last three months.

    The companies know nothing of each other, so each lives in a process of its own.
    """
    first = today - timedelta(days=DAYS)
    stages = set_up(first)
    tell(f"{len(stages)} companies set up")
    connections.close_all()
    with ProcessPoolExecutor(len(stages), mp_context=get_context("fork")) as pool:
        for line in pool.map(partial(_live_one, first=first, today=today), stages):
            tell(line)
    for person in User.objects.all():
        mark_read(person)  # three months of notices would hide today's


def _live_one(stage: Stage, *, first: date, today: date) -> str:
    life = _Life(stage, today)
    for day in sorted({*days_of_business(first, today), today}):
        life.day(day)
    orders_count = Order.objects.filter(company=stage.company).count()
    invoice_count = Invoice.objects.filter(company=stage.company).issued().count()
    connections.close_all()
    return f"{stage.company}: {orders_count} orders, {invoice_count} invoices"


class _Life:
    """One company's days."""

    def __init__(self, stage: Stage, today: date) -> None:
        self.stage, self.today = stage, today
        self.random = random.Random(f"{SEED}-{stage.company.code}")  # noqa: S311 - repeatable
        self.bank = Bank(stage.company.iban, stage.company.currency)
        self.payments: dict[date, list[Payment]] = defaultdict(list)
        self.planned: set[int] = set()
        self.customers = list(Customer.objects.filter(company=stage.company).order_by("pk"))

    def day(self, on: date) -> None:
        """Morning bank, orders, credit, warehouse; reminders on Mondays; mail in the evening."""
        self._bank(on)
        self._enter_orders(on)
        if on != self.today:
            self._decide_holds(on)
            self._ship(on)
        if on.weekday() == 0 or on == self.today:
            self._remind(on)
        due.run_due([self.stage.company], on=on)
        self._plan_payments(on)

    def _by(self, role: Role) -> User:
        return self.stage.people[role]

    # --- sales ------------------------------------------------------------------------------

    def _enter_orders(self, on: date) -> None:
        rate = ORDERS_A_DAY[self.stage.company.country]
        count = int(rate) + (self.random.random() < rate % 1) + (3 if on == self.today else 0)
        for _number in range(count):
            customer = self.random.choice(self.customers)
            order = orders.create_order(
                self.stage.company, self._draft(customer, on), by=self._by(Role.SALES_REP), on=on
            )
            if on == self.today and self.random.random() < 0.3:
                continue
            flow.submit_order(order.pk, by=self._by(Role.SALES_REP), on=on)

    def _draft(self, customer: Customer, on: date) -> OrderDraft:
        products = self.random.sample(self.stage.products, self.random.randint(1, 5))
        return OrderDraft(
            buyer=BuyerDraft(customer_id=customer.pk),
            po_number=f"{self.random.choice('BPK')}{self.random.randint(10000, 99999)}",
            requested_on=on + timedelta(days=self.random.randint(2, 10)),
            lines=tuple(
                LineDraft(
                    product_id=product.pk,
                    quantity=Decimal(self._quantity(product.number)),
                    discount_rate=self.random.choice(
                        [Decimal(0), Decimal(0), Decimal(0), Decimal("0.05")]
                    ),
                )
                for product in products
            ),
        )

    def _quantity(self, number: str) -> int:
        if number.startswith("PU"):
            return self.random.randint(1, 3)
        if number[:2] in ("DI", "FL", "BO"):
            return self.random.choice([10, 20, 50, 60])
        return self.random.choice([1, 2, 4, 5, 8, 10, 12])

    # --- credit and warehouse -----------------------------------------------------------------

    def _decide_holds(self, on: date) -> None:
        """The credit manager clears the queue, except for the customer who stopped paying."""
        held = Order.objects.filter(company=self.stage.company, state="on_hold")
        for order in held.select_related("customer"):
            hold = order.credit_holds.filter(state="open").first()
            if hold is None or self.random.random() < 0.4:
                continue
            by = self._by(Role.CREDIT_MANAGER)
            if self.stage.tempers[order.customer_id] == "failing":
                flow.reject_hold(hold.pk, reason="Old invoices are still unpaid", by=by, on=on)
            else:
                flow.release_hold(hold.pk, reason="Long-standing customer", by=by, on=on)

    def _ship(self, on: date) -> None:
        by = self._by(Role.WAREHOUSE)
        for order in fulfillment.orders_to_pick(self.stage.company.pk):
            if self.random.random() < 0.35:
                continue
            try:
                shipments = fulfillment.create_shipments(order.pk, by=by, on=on)
            except NothingToPick:
                continue
            for shipment in shipments:
                self._dispatch(shipment, on)
        if on.weekday() == 2:
            self._restock(on)

    def _dispatch(self, shipment: Shipment, on: date) -> None:
        flow.dispatch_shipment(
            shipment.pk,
            carrier=CARRIERS[self.stage.company.country],
            tracking_number=f"{self.random.randint(10**11, 10**12 - 1)}",
            by=self._by(Role.WAREHOUSE),
            on=on,
        )

    def _restock(self, on: date) -> None:
        """Every Wednesday what has run low comes in again."""
        low = [
            product.pk
            for product in self.stage.products
            if product.kind == "goods"
            and fulfillment.availability([product.pk])[product.pk].available < product.reorder_point
        ]
        if low:
            fulfillment.receive_stock(
                self.stage.warehouse,
                [fulfillment.Receipt(product_id=pk, quantity=Decimal(60)) for pk in low],
                key=f"demo-{self.stage.company.code}-{on.isoformat()}",
                by=self._by(Role.WAREHOUSE),
                on=on,
            )

    # --- money --------------------------------------------------------------------------------

    def _plan_payments(self, on: date) -> None:
        """Every new invoice gets the day its customer will pay it, and how."""
        items = OpenItem.objects.filter(company=self.stage.company, kind="invoice")
        for item in items.exclude(pk__in=self.planned).select_related("customer", "invoice"):
            self.planned.add(item.pk)
            temper = self.stage.tempers[item.customer_id]
            if temper == "failing" and self.random.random() < 0.7:
                continue
            low, high = HABITS[temper]
            start = item.document_on if temper == "early" else item.due_on
            day = max(start + timedelta(days=self.random.randint(low, high)), on)
            self.payments[day + timedelta(days=1)].append(self._payment(item, temper, day))
            if temper == "disputing" and self.random.random() < 0.4:
                self._dispute(item, on)

    def _payment(self, item: OpenItem, temper: str, day: date) -> Payment:
        amount, text, reference = item.amount, f"RG {item.document_number}", ""
        invoice = item.invoice
        assert invoice is not None
        if temper == "early" and item.discount_until and day < item.discount_until:
            amount -= item.discount_amount
        if temper == "short" and self.random.random() < 0.5:
            amount = cents(amount * Decimal("0.97"))
        if temper == "public":
            reference = invoice.payment_reference
        if temper == "sloppy":
            text = self.random.choice(
                ["Danke", item.document_number[-4:], f"Best. {invoice.po_number}", "Rechnung"]
            )
        name, iban = item.customer.name[:70], self.stage.ibans[item.customer_id]
        if temper == "sloppy" and self.random.random() < 0.6:
            name, iban = name.split()[-1].upper(), SOMEBODYS_IBAN
        return Payment(amount, name, iban, text, reference)

    def _bank(self, on: date) -> None:
        coming = [day for day in sorted(self.payments) if day <= on]
        payments = [payment for day in coming for payment in self.payments.pop(day)]
        if on == self.today:
            payments += self._puzzles()
        if not payments:
            return
        content = self.bank.statement(on, payments)
        flow.import_statement(
            self.stage.company,
            content,
            filename=f"camt053-{self.stage.company.code}-{on.isoformat()}.xml",
            by=self._by(Role.AR_ACCOUNTANT),
            on=on,
        )

    def _puzzles(self) -> list[Payment]:
        """What lands on the matching screen: a part payment, a lump sum, a payer nobody knows."""
        items = list(
            OpenItem.objects.filter(company=self.stage.company, kind="invoice")
            .open()
            .select_related("customer")
            .order_by("due_on", "pk")[:6]
        )
        if len(items) < 6:
            return []
        first, second, third, fourth = items[0], items[1], items[3], items[5]
        return [
            Payment(
                cents(first.outstanding_amount / 2),
                first.customer.name[:70],
                self.stage.ibans[first.customer_id],
                f"Teilzahlung {first.document_number}",
            ),
            Payment(
                second.outstanding_amount + third.outstanding_amount,
                "TREUHAND NORD",
                SOMEBODYS_IBAN,
                f"{second.document_number} u. {third.document_number}",
            ),
            Payment(
                fourth.outstanding_amount - 5,
                fourth.customer.name[:70],
                self.stage.ibans[fourth.customer_id],
                f"{fourth.document_number} abzgl. Spesen",
            ),
            Payment(Decimal("250.00"), "M. SOMMER", SOMEBODYS_IBAN, "Danke"),
        ]

    def _dispute(self, item: OpenItem, on: date) -> None:
        disputes.open_dispute(
            item.pk,
            amount=cents(item.outstanding_amount / 4),
            reason=self.random.choice(["price", "quality", "quantity"]),
            note="Reported by phone",
            by=self._by(Role.COLLECTOR),
            on=on,
        )

    def _remind(self, on: date) -> None:
        run = flow.propose_dunning(self.stage.company, by=DUNNING, on=on)
        if on > self.today - timedelta(days=7):
            return  # the newest proposal waits for the visitor
        # The demo's bank is silent on days without money, so its last statement may look old.
        flow.approve_dunning(run.pk, by=self._by(Role.FINANCE_MANAGER), on=on, although_stale=True)
        due.send_dunning(run.pk, on=on)
