"""The billing desk of the demo: what is due by policy or plan, corrections, one it can't bill."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

import fulfillment.services as fulfillment
import invoicing.services as invoicing
from core.roles import Role
from invoicing.models import (
    BillingStep,
    Channel,
    Invoice,
    InvoiceDelivery,
    InvoiceQuerySet,
    Receipt,
)
from invoicing.services.deliver_receipts import locked, take_receipt
from o2c import flow
from o2c.demo.life import Life
from o2c.demo.selling import Sales
from o2c.demo.shipping import Stockroom
from o2c.errors import BusinessError
from o2c.money import cents
from orders.models import Order
from receivables.models import OpenItem

LATELY = timedelta(days=16)
MOST_DAYS_AFTER = 5
"""What fell on a weekend is done in so many days; older things were before this story."""


class Billing:
    """Bills in the morning what is due; puts right what buyers send back."""

    def __init__(self, life: Life, sales: Sales, stockroom: Stockroom) -> None:
        self.life, self.sales, self.stockroom = life, sales, stockroom
        self.unnumbered: list[int] = []
        self.waiting: list[tuple[int, float, Callable[[], object]]] = [
            (331, 610, self._correct_order_number),
            (243, 640, self._grant_rebate),
            (158, 620, self._correct_order_number),
            (109, 640, self._correct_address),
            (71, 615, self._correct_order_number),
            (38, 655, self._correct_address),
            (19, 625, self._grant_rebate),
            (11, 630, self._correct_order_number),
            (9, 650, self._hear_of_a_rule),
            (6, 645, self._correct_address),
            (5, 585, self._order_without_number),
            (3, 700, self._ship_without_number),
        ]

    def plan(self, on: date) -> None:
        """Write what the sweep finds each morning and what buyers ask for into the diary."""
        life = self.life
        life.at(480, self.bill, on)
        while self.waiting and self.waiting[0][0] >= life.days_left:
            days, minutes, act = self.waiting.pop(0)
            if days - life.days_left < MOST_DAYS_AFTER:
                life.at(minutes, act)

    def bill(self, on: date) -> None:
        """What the sweep would do that morning: weeks and months that ended, ripe steps."""
        company = self.life.stage.company
        for pk in invoicing.customers_to_bill(company, on=on).values_list("pk", flat=True):
            with suppress(BusinessError):
                flow.bill_customer(pk, by=flow.BILLING, on=on)
        self._reach_milestones(on)
        for pk in invoicing.steps_awaiting_billing(company, on=on).values_list("pk", flat=True):
            with suppress(BusinessError):
                flow.bill_step(pk, by=flow.BILLING, on=on)

    def _reach_milestones(self, on: date) -> None:
        """Drawings are approved the day after an order was released, before anything leaves."""
        steps = BillingStep.objects.filter(
            company=self.life.stage.company,
            state="planned",
            trigger="reached",
            order__state="released",
        )
        for step in steps.order_by("pk"):
            invoicing.reach_step(step.pk, by=self.life.by(Role.BILLING), on=on)

    # --- corrections ----------------------------------------------------------------------------
    def _correct_order_number(self) -> None:
        """The buyer booked the order under another number: cancelled and reissued with it."""
        for invoice in self._correctable().exclude(po_number="")[:1]:
            self._reissue(
                invoice,
                invoicing.Corrections(po_number=f"{invoice.po_number}-01"),
                self.life.says("Bestellnummer des Kunden falsch", "Fel beställningsnummer"),
            )

    def _correct_address(self) -> None:
        """The buyer wants invoices at another address."""
        for invoice in self._correctable()[:1]:
            box = self.life.says("Postfach 10 42 60", "Box 1042")
            self._reissue(
                invoice,
                invoicing.Corrections(address={"street": box}),
                self.life.says("Rechnungsanschrift geändert", "Ändrad fakturaadress"),
            )

    def _reissue(self, invoice: Invoice, corrections: invoicing.Corrections, reason: str) -> None:
        with suppress(BusinessError):
            flow.cancel_and_reissue(
                invoice.pk,
                corrections,
                reason=reason,
                by=self.life.by(Role.BILLING),
                on=self.life.day,
            )

    def _grant_rebate(self) -> None:
        """A tenth of the dearest line is given back, the goods stay."""
        for invoice in self._correctable()[:1]:
            line = max(invoice.lines.all(), key=lambda line: line.net_amount)
            part = invoicing.CreditPart(net_amount=cents(line.net_amount / 10))
            with suppress(BusinessError):
                flow.credit_parts(
                    invoice.pk,
                    lines={line.pk: part},
                    charges={},
                    reason=self.life.says(
                        "Preisnachlass: Oberfläche zerkratzt", "Prisavdrag: repad yta"
                    ),
                    by=self.life.by(Role.BILLING),
                    on=self.life.day,
                )

    def _correctable(self) -> InvoiceQuerySet:
        """Lately issued, nothing paid, contested or corrected of it; newest first."""
        company = self.life.stage.company
        untouched = OpenItem.objects.filter(
            company=company, kind="invoice", outstanding_amount=F("amount"), disputes=None
        )
        return Invoice.objects.filter(
            company=company,
            kind=Invoice.Kind.INVOICE,
            state="issued",
            issued_on__range=(self.life.day - LATELY, self.life.day - timedelta(days=1)),
            order__isnull=False,
            deposit_amount=0,
            replaces=None,
            corrections=None,
            pk__in=untouched.values("invoice"),
        ).order_by("-pk")

    def _hear_of_a_rule(self) -> None:
        """A buyer's software refuses a mailed e-invoice for a rule; somebody has to look at it."""
        sent = InvoiceDelivery.objects.filter(
            company=self.life.stage.company,
            channel=Channel.EMAIL,
            state="done",
            reason="",
            invoice__kind=Invoice.Kind.INVOICE,
            invoice__customer__is_public_body=True,
        )
        for pk in sent.order_by("-pk").values_list("pk", flat=True)[:1]:
            rule = self.life.says("BR-DE-15", "PEPPOL-EN16931-R003")
            words = self.life.says(
                "Käuferreferenz (Leitweg-ID) gehört zu einer anderen Stelle",
                "Beställarens referens saknas i deras register",
            )
            with transaction.atomic():
                take_receipt(
                    locked(pk),
                    Receipt.REJECTED,
                    text=words,
                    findings=[{"rule": rule, "text": words}],
                    by=flow.BILLING,
                    on=self.life.day,
                )

    # --- what can't be billed -------------------------------------------------------------------
    def _order_without_number(self) -> None:
        """Buyers who need their order number on each invoice forget to give it."""
        for client in self.life.clients.values():
            if client.firm.facts.get("needs") == "po":
                order = self.sales.take_order(client, scale=0.2, po_number="")
                self.unnumbered.append(order.pk)

    def _ship_without_number(self) -> None:
        """What is free leaves all the same, and waits for its invoice with the reason."""
        life = self.life
        for order in Order.objects.filter(pk__in=self.unnumbered, shipments=None).order_by("pk"):
            with suppress(BusinessError):
                by = life.by(Role.WAREHOUSE)
                for shipment in fulfillment.create_shipments(order.pk, by=by, on=life.day):
                    self.stockroom.dispatch(shipment.pk)
