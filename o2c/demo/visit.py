"""What waits for the visitor: the last days leave work on every desk, full but not silly."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import catalog.services as catalog
import fulfillment.services as fulfillment
import invoicing.services as invoicing
import orders.services as orders
import receivables.services as receivables
from core.models import OutboundMessage
from core.roles import Role
from core.services import leases, start_job
from customers.models import BillingPolicy
from invoicing.models import Invoice
from o2c import flow
from o2c.demo import claiming, giving_back, inbox
from o2c.demo.clients import LINE_VALUE, LINES, limit_for
from o2c.demo.collecting import DUNNING, Collectors
from o2c.demo.goods import SEK_PER_EUR
from o2c.demo.life import Life
from o2c.demo.paying import Payers
from o2c.demo.puzzles import Puzzles
from o2c.demo.selling import Sales
from o2c.demo.shipping import CARRIERS, Stockroom
from o2c.errors import BusinessError
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order
from receivables.models import BankAccount

BILLING_DRAFTS = 2


class Visit:
    """The scene of the last two weeks; ``plan`` adds it to each day's diary."""

    def __init__(
        self, life: Life, sales: Sales, stockroom: Stockroom, payers: Payers, collectors: Collectors
    ) -> None:
        self.life, self.sales, self.stockroom = life, sales, stockroom
        self.payers, self.collectors = payers, collectors
        self.puzzles = Puzzles(life, payers)
        self.marks: set[int] = set()

    def plan(self, on: date) -> None:
        """Whatever of the scene falls on that day; what a weekend swallowed comes after it."""
        scene = (
            (22, 700, self.stockroom.empty_shelves),
            (12, 640, self._order_scarce_goods),
            (9, 660, self._complain),
            (8, 670, self._order_scarce_goods),
            (6, 690, self._complain),
            (4, 600, self._overdraw),
            (4, 850, self._pause),
            (3, 720, self._complain),
            (3, 610, self._overdraw),
            (3, 880, self._send_to_a_wrong_address),
            (2, 620, self._overdraw),
            (2, 780, self._propose_limits),
            (1, 560, self._overdraw),
            (1, 570, self._order_today),
            (1, 700, self._complain),
            (1, 840, self._draft_invoices),
            (1, 900, self._draft_orders),
            (1, 930, self._submit_many),
            (1, 960, self._lose_a_mail),
            (2, 970, self._post_letters),
            (0, 410, self._take_in),
            (0, 540, self._ask_for_paper),
            (0, 425, self._propose_reminders),
            (0, 427, self._propose_debits),
            (1, 966, self._claim_interest),
            (1, 968, self._order_refund),
            (0, 428, self._propose_refunds),
            (0, 430, self._order_today),
            (0, 470, self._pick),
            (0, 500, self._draft_orders),
            (0, 520, self._overdraw),
        )
        left = self.life.days_left
        for number, (days, minutes, act) in enumerate(scene):
            if days >= left and number not in self.marks and days - left < 5:
                self.marks.add(number)
                self.life.at(minutes, act)

    def _take_in(self) -> None:
        """Rates, an advice of a payment still to come, and a CSV that nobody has explained."""
        stage, on = self.life.stage, self.life.day
        by = stage.team.colleague(Role.AR_ACCOUNTANT)
        inbox.enter_rates(stage.company, crowns=SEK_PER_EUR, by=by, on=on)
        inbox.upload_csv(stage.company, by=by, on=on)
        first = self.puzzles.open_items().order_by("-due_on").first()
        if first:
            mine = self.puzzles.open_items().filter(customer=first.customer_id)
            inbox.upload_advice(stage.company, list(mine[:3]), by=by, on=on)

    # --- sales and warehouse --------------------------------------------------------------------
    def _overdraw(self) -> None:
        """An order that is more than its customer's limit allows, of a smaller customer."""
        held = self._held()
        found = self.life.some(("growing", "slow", "seasonal", "punctual", "declining", "new"))
        for client in sorted(found, key=lambda client: client.firm.size):
            if client.pk not in held:
                usual = LINE_VALUE * LINES * client.firm.size
                limit = float(limit_for(self.life.stage, client.firm))
                in_euro = limit if self.life.stage.is_german else limit / float(SEK_PER_EUR)
                self.sales.take_order(client, scale=1.2 * in_euro / usual)
                return

    def _order_today(self) -> None:
        for client in self.life.some(("punctual", "early", "public"))[:4]:
            self.sales.take_order(client, scale=0.6)

    def _propose_debits(self) -> None:
        """What is due of customers with a mandate waits for the visitor's approval."""
        stage, on = self.life.stage, self.life.day
        if stage.is_german:
            account = BankAccount.objects.get(company=stage.company, is_active=True)
            plan = receivables.DebitPlan(account.pk, receivables.first_day(stage.company, on))
            by = stage.team.colleague(Role.AR_ACCOUNTANT)
            flow.propose_debits(stage.company, plan, by=by, on=on)

    def _claim_interest(self) -> None:
        claiming.claim(self.life)

    def _order_refund(self) -> None:
        giving_back.order(self.life)

    def _propose_refunds(self) -> None:
        giving_back.propose(self.life)

    def _draft_orders(self) -> None:
        """Started and not finished, by the rep the visitor logs in as."""
        rep = self.life.stage.team.login(Role.SALES_REP)
        mine = [c for c in self.life.clients.values() if c.customer.sales_rep_id == rep.pk]
        for client in self.life.random.sample(mine, min(2, len(mine))):
            self.sales.draft(client)

    def _submit_many(self) -> None:
        """A rep submits drafts at one go; one of them wants what is not sold any more."""
        life, by = self.life, self.life.stage.team.login(Role.SALES_REP)
        goods = [p for p in life.stage.products if p.kind == "goods"]
        product = life.random.choice([p for p in goods if p.number[:2] == "RO"] or goods)
        mine = [c for c in self.life.some(("punctual", "early", "short")) if c.customer.is_active][
            :3
        ]
        drafts = [self.sales.draft(client, scale=0.5) for client in mine]
        orders.add_line(
            drafts[0].pk,
            LineDraft(product_id=product.pk, quantity=Decimal(12)),
            by=by,
            on=life.day,
        )
        manager = life.stage.team.colleague(Role.SALES_MANAGER)
        gone = replace(catalog.ProductDraft.of(product), is_active=False)
        catalog.change_product(product.pk, gone, by=manager, on=life.day)
        product.is_active = False
        start_job(
            life.stage.company,
            "orders.submit",
            "Submit orders",
            {"rows": [[o.pk, str(o), o.get_absolute_url()] for o in drafts], "reason": ""},
            by=by,
            token=f"orders.submit:{by.pk}:demo-{life.stage.company.code}",
        )

    def _order_scarce_goods(self) -> None:
        """Somebody wants what is out of stock: a part goes, the rest waits."""
        life = self.life
        for client in self.life.some(("punctual", "early", "new"))[:2]:
            wanted = life.random.sample(sorted(self.stockroom.scarce), 2)
            others = life.random.sample([p.pk for p in life.stage.products if p.kind == "goods"], 2)
            order = orders.create_order(
                life.stage.company,
                OrderDraft(
                    buyer=BuyerDraft(customer_id=client.pk),
                    po_number=f"P-{life.day:%m%d}-{client.index}",
                    requested_on=life.day + timedelta(days=7),
                    lines=tuple(
                        LineDraft(product_id=pk, quantity=Decimal(life.random.choice((4, 5, 6, 8))))
                        for pk in (*wanted, *others)
                    ),
                ),
                by=life.stage.team.login(Role.SALES_REP),
                on=life.day,
            )
            flow.submit_order(order.pk, by=life.stage.team.login(Role.SALES_REP), on=life.day)

    def _pick(self) -> None:
        """Three pick lists are printed and not on the truck yet."""
        life = self.life
        for order in fulfillment.orders_to_pick(life.stage.company.pk).order_by("pk")[:3]:
            with suppress(BusinessError):
                fulfillment.create_shipments(order.pk, by=life.by(Role.WAREHOUSE), on=life.day)

    def _draft_invoices(self) -> None:
        """Two deliveries whose invoices somebody wants to look at before they go out."""
        life = self.life
        made = 0
        waiting = fulfillment.orders_to_pick(life.stage.company.pk).exclude(po_number="")
        for order in waiting.exclude(billing_policy=BillingPolicy.ADVANCE).order_by("-pk"):
            if made == BILLING_DRAFTS:
                break
            with suppress(BusinessError):
                by = life.by(Role.WAREHOUSE)
                for shipment in fulfillment.create_shipments(order.pk, by=by, on=life.day)[:1]:
                    carrier = CARRIERS[life.stage.company.country][0]
                    fulfillment.dispatch(
                        shipment.pk, carrier=carrier, tracking_number="", by=by, on=life.day
                    )
                    invoicing.draft_from_shipment(
                        shipment.pk, by=life.by(Role.BILLING), on=life.day
                    )
                    made += 1

    # --- credit and collections -----------------------------------------------------------------
    def _propose_limits(self) -> None:
        for client, factor in zip(
            self.life.some(("growing", "new", "punctual"))[:3],
            ("1.5", "1.3", "1.25"),
            strict=False,
        ):
            self.collectors.propose_limit(client.pk, Decimal(factor), is_decided=False)

    def _pause(self) -> None:
        for client in self.life.some(("slow", "declining"))[:1]:
            self.collectors.pause_reminders(client.pk, until=self.life.day + timedelta(days=21))

    def _complain(self) -> None:
        items = self.puzzles.open_items().filter(
            document_on__range=(
                self.life.day - timedelta(days=30),
                self.life.day - timedelta(days=3),
            ),
            disputes=None,
        )
        for item in self.puzzles.spread(list(items), 1):
            self.collectors.complain(item.pk)

    def _propose_reminders(self) -> None:
        flow.propose_dunning(self.life.stage.company, by=DUNNING, on=self.life.day)

    # --- mails ----------------------------------------------------------------------------------
    def _send_to_a_wrong_address(self) -> None:
        """A copy goes to an address with a typing error; the mail server refuses it."""
        life = self.life
        newest = Invoice.objects.filter(company=life.stage.company, kind="invoice")
        for invoice in newest.exclude(pdf=None).order_by("-pk")[4:5]:
            domain = life.clients[invoice.customer_id].firm.domain
            invoicing.resend(
                invoice.pk,
                reason=life.says("Kunde bittet um Kopie", "Kunden ber om kopia"),
                to=f"rechnnung@unknown.{domain}",
                by=life.by(Role.BILLING),
                on=life.day,
            )

    def _ask_for_paper(self) -> None:
        """Two customers want their newest invoice on paper as well: it waits for the post."""
        life = self.life
        newest = Invoice.objects.filter(company=life.stage.company, kind="invoice")
        for invoice in newest.exclude(pdf=None).order_by("-pk")[6:8]:
            invoicing.resend(
                invoice.pk,
                reason=life.says("Kunde bittet um Papier", "Kunden ber om papper"),
                channel="letter",
                by=life.by(Role.BILLING),
                on=life.day,
            )

    def _post_letters(self) -> None:
        """Letters of that day: collected, printed and posted."""
        self._ask_for_paper()
        life, by = self.life, self.life.by(Role.BILLING)
        batch = invoicing.collect_letters(life.stage.company.pk, by=by, on=life.day)
        if batch is not None:
            invoicing.print_batch(batch.pk)
            invoicing.hand_over_batch(batch.pk, by=by, on=life.day)

    def _lose_a_mail(self) -> None:
        """A worker dies while it sends: nobody knows whether the mail went out."""
        life = self.life
        newest = Invoice.objects.filter(company=life.stage.company, kind="invoice")
        for invoice in newest.exclude(pdf=None).order_by("-pk")[2:3]:
            invoicing.resend(
                invoice.pk,
                reason=life.says("Rechnung nicht angekommen", "Fakturan kom inte fram"),
                by=life.by(Role.BILLING),
                on=life.day,
            )
            life.bells.clear()
            mails = OutboundMessage.objects.filter(company=life.stage.company)
            leases.claim(mails.due(life.clock.now()).order_by("-pk"))

    def _held(self) -> set[int]:
        held = Order.objects.filter(company=self.life.stage.company, state="on_hold")
        return set(held.values_list("customer_id", flat=True))
