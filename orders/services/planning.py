"""From drafts to planned orders: who buys, which articles, at which price and VAT.

Everything is looked up for all drafts and lines at once, so that the number of statements does
not grow with them. Nothing is written. What does not work out is a problem in words, with the
place, the value and the remedy; a plan with problems is never stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from core.models import Company
from customers.models import Address, BillingPolicy, Customer
from o2c.money import CURRENCIES
from orders.charges import charge_problems, charge_rows
from orders.draft import LineDraft, OrderDraft, PlaceDraft
from orders.models import Order, OrderCharge, OrderLine
from orders.services.articles import Articles
from orders.services.buyers import Buyers
from orders.services.pricing import Wanted, price_all

MAX_PO_NUMBER = 60


@dataclass(slots=True)
class LinePlan:
    """A line as it would be stored (``line``, unsaved), or why it can't be (``problem``)."""

    draft: LineDraft
    line: OrderLine | None = None
    problem: str = ""
    warning: str = ""
    code: str = ""


@dataclass(slots=True)
class OrderPlan:
    """What a draft would become; ``problems`` forbid it, ``warnings`` want a person's eye."""

    draft: OrderDraft
    customer: Customer | None = None
    ship_to: Address | None = None
    currency: str = ""
    lines: list[LinePlan] = field(default_factory=list)
    charges: list[OrderCharge] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def order_lines(self) -> list[OrderLine]:
        """The unsaved lines, numbered 1, 2, 3 in the order of the draft."""
        lines = [plan.line for plan in self.lines if plan.line is not None]
        for position, line in enumerate(lines, start=1):
            line.position = position
        return lines


def plan_orders(company: Company, drafts: Sequence[OrderDraft], *, on: date) -> list[OrderPlan]:
    """Plan every draft of a company; prices and VAT as of ``on``."""
    buyers = Buyers(company, drafts)
    articles = Articles(company, [line for draft in drafts for line in draft.lines])
    plans = [_plan_head(company, draft, buyers) for draft in drafts]
    for plan in plans:
        plan.lines = [_plan_article(articles, line) for line in plan.draft.lines]
    _price(plans, company, on)
    for plan in plans:
        plan.problems += [line.problem for line in plan.lines if line.problem]
        plan.warnings += [line.warning for line in plan.lines if line.warning]
        _plan_charges(plan)
        plan.warnings += _other_total(plan)
    return plans


def plan_lines(
    company: Company,
    customer: Customer,
    lines: Iterable[LineDraft],
    *,
    on: date,
    ship_to_country: str = "",
) -> list[LinePlan]:
    """Plan lines for a known customer, each with its own problem: what the entry grid asks."""
    drafts = list(lines)
    articles = Articles(company, drafts)
    plans = [_plan_article(articles, line) for line in drafts]
    wanted = [
        Wanted(customer, customer.currency, plan, ship_to_country) for plan in plans if plan.line
    ]
    price_all(company, wanted, on=on)
    return plans


def _plan_head(company: Company, draft: OrderDraft, buyers: Buyers) -> OrderPlan:
    plan = OrderPlan(draft, problems=list(draft.problems))
    plan.customer, problem = buyers.find(draft.buyer)
    if problem:
        plan.problems.append(problem)
    if len(draft.po_number) > MAX_PO_NUMBER:
        plan.problems.append(
            _("The order number “%(number)s…” is longer than %(most)s characters. Shorten it: it"
              " goes to the invoice as it is.")
            % {"number": draft.po_number[:30], "most": MAX_PO_NUMBER}
        )  # fmt: skip
    if draft.seller_vat_id and company.vat_id and draft.seller_vat_id != company.vat_id:
        plan.problems.append(
            _("The order is addressed to %(name)s (VAT id %(found)s), not to %(company)s"
              " (%(own)s). Choose the company it is meant for.")
            % {"name": draft.seller_name or "–", "found": draft.seller_vat_id,
               "company": company.name, "own": company.vat_id}
        )  # fmt: skip
    if draft.billing_policy and draft.billing_policy not in BillingPolicy.values:
        plan.problems.append(
            _("“%(policy)s” is no way to invoice; known: %(known)s.")
            % {"policy": draft.billing_policy[:20], "known": ", ".join(BillingPolicy.values)}
        )
    if plan.customer is None:
        return plan
    plan.currency = plan.customer.currency
    plan.problems += _currency_problems(draft, plan.customer)
    plan.ship_to, problem = _ship_to(draft, buyers.addresses_of(plan.customer))
    if problem:
        plan.warnings.append(problem)
    return plan


def _currency_problems(draft: OrderDraft, customer: Customer) -> list[str]:
    if not draft.currency or draft.currency == customer.currency:
        return []
    if draft.currency not in CURRENCIES:
        return [
            _("The order is in %(found)s, which o2c does not book in. Known: %(known)s.")
            % {"found": draft.currency[:10], "known": ", ".join(sorted(CURRENCIES))}
        ]
    return [
        _("The order is in %(found)s, but %(customer)s buys in %(currency)s. Ask for an order in"
          " %(currency)s, or change the customer's currency.")
        % {"found": draft.currency, "customer": customer, "currency": customer.currency}
    ]  # fmt: skip


def _ship_to(draft: OrderDraft, addresses: Sequence[Address]) -> tuple[Address | None, str]:
    """The address chosen, else the one the file states, else the default; a note if none fits."""
    default = next((address for address in addresses if address.is_default), None)
    default = default or next(iter(addresses), None)
    if draft.ship_to_id:
        chosen = next((a for a in addresses if a.pk == draft.ship_to_id), None)
        return (chosen or default), ""
    if draft.ship_to is None:
        return default, ""
    stated = next((a for a in addresses if _is_at(a, draft.ship_to)), None)
    if stated is not None:
        return stated, ""
    place = draft.ship_to
    return default, _(
        "The delivery address in the file (%(place)s) is none of the customer's; the default is"
        " used. Add the address to the customer if goods must go there."
    ) % {
        "place": ", ".join(
            filter(None, (place.gln, place.street, place.postcode, place.city, place.country))
        )
    }


def _is_at(address: Address, place: PlaceDraft) -> bool:
    if place.gln and address.gln:
        return place.gln == address.gln
    here = (address.street.casefold(), address.postcode.replace(" ", ""))
    return here == (place.street.casefold(), place.postcode.replace(" ", ""))


def _plan_article(articles: Articles, draft: LineDraft) -> LinePlan:
    product, problem, code = articles.find(draft)
    if product is None:
        return LinePlan(draft, problem=problem, code=code)
    return LinePlan(
        draft,
        line=OrderLine(
            product=product,
            description=product.name,
            quantity=draft.quantity,
            unit=product.unit,
            discount_rate=draft.discount_rate,
            buyer_reference=draft.buyer_reference,
        ),
    )


def _price(plans: Iterable[OrderPlan], company: Company, on: date) -> None:
    wanted = [
        Wanted(
            plan.customer,
            plan.currency,
            line,
            plan.ship_to.country if plan.ship_to else "",
            is_keyed=plan.draft.channel == Order.Channel.KEYED,
        )
        for plan in plans
        if plan.customer is not None
        for line in plan.lines
        if line.line is not None
    ]
    price_all(company, wanted, on=on)


def _plan_charges(plan: OrderPlan) -> None:
    lines = plan.order_lines()
    if plan.draft.charges and not plan.problems:
        plan.problems += charge_problems(plan.draft.charges, lines)
    if not plan.problems:
        plan.charges = charge_rows(plan.draft.charges, lines)


def _other_total(plan: OrderPlan) -> list[str]:
    expected = plan.draft.expected_net
    lines = [line.line for line in plan.lines if line.line is not None and not line.problem]
    if expected is None or plan.problems:
        return []
    found = sum((line.net_amount for line in lines), start=expected * 0)
    found += sum((charge.signed_amount for charge in plan.charges), start=expected * 0)
    if found == expected:
        return []
    return [
        _("The customer expects %(expected)s net; at our prices it is %(found)s %(currency)s.")
        % {"expected": expected, "found": found, "currency": plan.currency}
    ]
