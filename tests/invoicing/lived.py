"""Live a story of ``any_orders`` by the product's own verbs, from the order to the last credit."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

import fulfillment.services as fulfillment
import orders.services as orders
import receivables.services as receivables
from catalog.models import Product
from core.actors import JobActor
from core.models import Company, User
from core.roles import Role
from customers.models import Customer, PaymentTerms
from fulfillment.models import Shipment, Warehouse
from invoicing.models import Invoice, InvoiceLine
from invoicing.services import (
    StepDraft,
    plan_steps,
    produce_documents,
)
from o2c import flow
from o2c.errors import BusinessError
from orders.draft import BuyerDraft, ChargeDraft, LineDraft, OrderDraft
from orders.models import Order, OrderLine, OrderState
from tests import make
from tests.invoicing.any_orders import WHOLE, Act, Item, Story
from tests.invoicing.corrected import ACTS

DAY = date(2026, 11, 2)
JOB = JobActor("billing")
D = Decimal
PLACES = {
    "DE": ("Hauptstraße 5", "10115", "Berlin"),
    "SE": ("Storgatan 5", "111 22", "Stockholm"),
    "GB": ("5 High Street", "BT1 1AA", "Belfast"),
}
TERMS: list[dict[str, Any]] = [
    {},
    {"discount": (14, "0.02")},
    {"parts": [("0.3", 0), ("0.7", 30)]},
    {"parts": [("0.333333", 10), ("0.333333", 40), ("0.333334", 70)], "discount": (8, "0.03")},
    {"parts": [("1", 0)]},
]
WHAT = {"goods": "Kugelhahn DN25 <mit> Größe & „Griff“", "service": "Wartung, Prüfung 🧰"}


@dataclass
class Seller:
    """A company that sells everything, with people who may."""

    company: Company
    terms: list[PaymentTerms]
    warehouse: Warehouse
    people: dict[Role, User]
    products: dict[tuple[str, str, str], Product] = field(default_factory=dict)
    today: date = DAY

    def product(self, item: Item) -> Product:
        """What the item sells, made when it is first wanted and in stock in plenty."""
        key = item.kind, item.vat_class, item.unit
        if key not in self.products:
            self.products[key] = self._make(*key)
        return self.products[key]

    def _make(self, kind: str, vat_class: str, unit: str) -> Product:
        made = make.product(
            self.company,
            price="19.985",
            name=WHAT[kind],
            kind=kind,
            vat_class=vat_class,
            unit=unit,
        )
        if kind == "goods":
            plenty = fulfillment.Receipt(product_id=made.pk, quantity=D(10) ** 8)
            fulfillment.receive_stock(
                self.warehouse,
                [plenty],
                key=make.unique("opening"),
                by=self.by(Role.WAREHOUSE),
                on=self.today,
            )
        return made

    def tomorrow(self, days: int = 1) -> date:
        """The next day: legal numbers run in the order of their days."""
        self.today += timedelta(days=days)
        return self.today

    def by(self, role: Role) -> User:
        """Who acts."""
        return self.people[role]


@dataclass
class Lived:
    """What came of a story: the orders and their documents, and what was refused on the way."""

    customer: Customer
    orders: list[Order] = field(default_factory=list)
    documents: list[Invoice] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)

    def unless_refused(self, step: str, act: Callable[[], Any]) -> Any:
        """What the act gives, or None with its refusal counted."""
        try:
            return act()
        except BusinessError as error:
            rules = ", ".join(finding.rule for finding in getattr(error, "findings", ()))
            self.refusals[f"{step}: {error.code} {rules}".strip()] += 1
            return None


def a_seller(country: str) -> Seller:
    """A German or Swedish company with every kind of terms."""
    company = make.company_se() if country == "SE" else make.company_de()
    receivables.set_up_ledger(company)
    terms = [
        make.payment_terms(
            company,
            *[(share, days) for share, days in one.get("parts", ())],
            discount=one.get("discount", (0, "0")),
        )
        for one in TERMS
    ]
    warehouse = Warehouse.objects.create(company=company, code="w", name="W", country=country)
    people = {role: make.user_with(role, company) for role in Role}
    return Seller(company, terms, warehouse, people)


def live(story: Story, seller: Seller) -> Lived:
    """Enter, ship, bill and correct; then make the files of every document."""
    lived = Lived(_customer(story, seller))
    _enter(story, seller, lived)
    for order in lived.orders:
        _deposit(story, order, lived, on=seller.today)
    for order in lived.orders:
        _send(story, order, seller, lived)
    _bill(story, seller, lived)
    lived.breaches += _unlike_the_orders(lived)
    for act in story.acts:
        _correct(act, lived, on=seller.tomorrow())
    mine = Invoice.objects.issued().filter(customer=lived.customer).order_by("pk")
    lived.documents = [produce_documents(one.pk, by=JOB, on=seller.today) for one in mine]
    return lived


def _enter(story: Story, seller: Seller, lived: Lived) -> None:
    on = seller.tomorrow()
    for items in story.orders:
        draft = _draft(story, items, seller, lived.customer, on=on)
        order = lived.unless_refused("order", lambda draft=draft: _entered(draft, seller, on=on))
        if order is not None:
            lived.orders.append(order)


def _draft(
    story: Story, items: tuple[Item, ...], seller: Seller, buyer: Customer, *, on: date
) -> OrderDraft:
    return OrderDraft(
        buyer=BuyerDraft(customer_id=buyer.pk),
        lines=tuple(_line(item, seller) for item in items),
        charges=tuple(
            ChargeDraft(
                reason_code=extra.reason_code,
                amount=extra.amount,
                rate=extra.rate,
                text=extra.text,
                spread=extra.spread,
            )
            for extra in story.extras
        ),
        billing_policy=story.policy,
        po_number=story.po_number,
        channel=story.channel,
        requested_on=on,
    )


def _entered(draft: OrderDraft, seller: Seller, *, on: date) -> Order:
    """The order, released: by a credit manager where credit holds it."""
    rep = seller.by(Role.SALES_REP)
    order = orders.create_order(seller.company, draft, by=rep, on=on)
    flow.submit_order(order.pk, by=rep, on=on)
    order.refresh_from_db()
    if order.state == OrderState.ON_HOLD:
        hold = order.credit_holds.get()
        flow.release_hold(hold.pk, reason="Known", by=seller.by(Role.CREDIT_MANAGER), on=on)
        order.refresh_from_db()
    return order


def _line(item: Item, seller: Seller) -> LineDraft:
    return LineDraft(
        product_id=seller.product(item).pk,
        quantity=item.quantity,
        unit_price=item.unit_price,
        discount_rate=item.discount_rate,
        buyer_reference="10",
    )


def _customer(story: Story, seller: Seller) -> Customer:
    buyer = story.buyer
    made = make.customer(
        seller.company,
        buyer.name,
        payment_terms=seller.terms[story.terms],
        email=f"{make.unique('buyer')}@customer.example" if buyer.has_contact else "",
        address=_place(buyer.country) | {"extra": buyer.extra},
        endpoint_scheme=buyer.endpoint[0],
        endpoint_id=buyer.endpoint[1],
        **{name: getattr(buyer, name) for name in _PLAIN},
    )
    if buyer.ships_to and buyer.ships_to != buyer.country:
        made.addresses.filter(kind="shipping").update(**_place(buyer.ships_to))
    return made


_PLAIN = (
    "country",
    "vat_id",
    "registration_number",
    "is_business",
    "is_public_body",
    "language",
    "buyer_reference",
    "project_reference",
    "contract_reference",
    "rounding",
)


def _place(country: str) -> dict[str, str]:
    street, postcode, city = PLACES.get(country, ("Rue 5", "1000", "Capital"))
    return {"street": street, "postcode": postcode, "city": city, "country": country}


def _deposit(story: Story, order: Order, lived: Lived, *, on: date) -> None:
    for step in story.steps:
        draft = StepDraft("Anzahlung", kind=step.kind, share=step.share)
        made = lived.unless_refused(
            "plan", lambda draft=draft: plan_steps(order.pk, [draft], by=JOB, on=on)
        )
        if made:
            lived.unless_refused("deposit", lambda pk=made[0].pk: flow.bill_step(pk, by=JOB, on=on))


def _send(story: Story, order: Order, seller: Seller, lived: Lived) -> None:
    """Send parcels and then the rest."""
    for share in (*story.parcels, None):
        on = seller.tomorrow()
        wanted = _part_of(order, share)
        if not wanted:
            continue
        shipment = fulfillment.create_shipment(
            order.pk,
            warehouse=seller.warehouse,
            quantities=wanted,
            by=seller.by(Role.WAREHOUSE),
            on=on,
        )
        flow.dispatch_shipment(
            shipment.pk, carrier="DHL", tracking_number="1", by=seller.by(Role.WAREHOUSE), on=on
        )


def _bill(story: Story, seller: Seller, lived: Lived) -> None:
    """Bill what dispatch left: a week that has passed, a month before its end, what was refused."""
    customer = lived.customer
    if story.policy == "week":
        on = seller.tomorrow(8)
        lived.unless_refused("week", lambda: flow.bill_customer(customer.pk, by=JOB, on=on))
    if story.policy == "advance":
        for order in lived.orders:
            lived.unless_refused(
                "ahead", lambda pk=order.pk: flow.bill_ahead(pk, by=JOB, on=seller.today)
            )
        return
    left = Shipment.objects.filter(order__in=lived.orders, has_invoice=False)
    for pks in (
        [list(left.values_list("pk", flat=True))]
        if story.policy == "month"
        else [[pk] for pk in left.values_list("pk", flat=True)]
    ):
        lived.unless_refused("invoice", lambda pks=pks: _bill_early(pks, on=seller.today))


def _bill_early(pks: list[int], *, on: date) -> None:
    if pks:
        flow.bill_due(pks, by=JOB, on=on, until=on)


def _part_of(order: Order, share: Decimal | None) -> dict[int, Decimal]:
    """Order line id -> how much of what is left goes now; whole pieces stay whole."""
    sent = fulfillment.shipped_quantities(order.pk)
    wanted = {}
    for line in order.lines.all():
        left = line.quantity - sent.get(line.pk, D(0))
        step = D(1) if line.unit in WHOLE else D("0.001")
        part = left if share is None else (left * share).quantize(step, rounding=ROUND_DOWN)
        if part > 0:
            wanted[line.pk] = part
    return wanted


def _unlike_the_orders(lived: Lived) -> list[str]:
    """Before anything is corrected: the invoices ask the orders' net together, and each line's."""
    billed = Invoice.objects.filter(customer=lived.customer, kind="invoice", state="issued")
    lines = InvoiceLine.objects.filter(invoice__in=billed)
    found = []
    for line in OrderLine.objects.filter(order__in=lived.orders):
        parts = lines.filter(order_line=line)
        quantity = sum((part.quantity for part in parts), D(0))
        if quantity != line.quantity:
            return []  # an invoice was refused
        net = sum((part.net_amount for part in parts), D(0))
        if net != line.net_amount:
            found.append(f"line {line} over {line.net_amount}, invoiced {net}")
    nets = sum((one.net_amount for one in billed), D(0))
    ordered = sum((order.net_amount for order in lived.orders), D(0))
    if nets != ordered:
        found.append(f"ordered for {ordered}, invoices over {nets}")
    return found


def _correct(act: Act, lived: Lived, *, on: date) -> None:
    asked = Invoice.objects.issued().filter(customer=lived.customer).exclude(kind="credit_note")
    documents = list(asked.filter(state="issued").order_by("pk"))
    if documents:
        invoice = documents[act.which % len(documents)]
        lived.unless_refused(act.what, lambda: ACTS[act.what](invoice, act, on))
