"""The billing plan of an order: what is asked for before the goods have left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, retrying
from invoicing.models import BillingStep, Invoice, InvoiceLine, InvoiceVat
from invoicing.rules import share_nets
from invoicing.services.rows import vat_rows_of
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, TaxableLine, Totals, cents, split, totals
from orders.models import Order, OrderCharge, OrderLine, OrderState
from orders.services.totals import totals_of

BILLABLE = (OrderState.RELEASED, OrderState.IN_FULFILMENT, OrderState.COMPLETED)
WAITING = (BillingStep.State.PLANNED, BillingStep.State.DUE)
Trigger, State = BillingStep.Trigger, BillingStep.State


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step to be planned: a share of the order (0.3) or a net amount, and when it is billed."""

    label: str
    kind: str = BillingStep.Kind.DEPOSIT
    trigger: str = BillingStep.Trigger.RELEASE
    share: Decimal | None = None
    net_amount: Decimal | None = None
    due_on: date | None = None


def steps_awaiting_billing(company: Company, *, on: date) -> QuerySet[BillingStep]:
    """Steps whose day has come, whose order is released, or that were reached; due work."""
    ripe = Q(state=State.DUE) | Q(state=State.PLANNED, trigger=Trigger.RELEASE)
    ripe |= Q(state=State.PLANNED, trigger=Trigger.DATE, due_on__lte=on)
    steps = BillingStep.objects.filter(company=company, order__state__in=BILLABLE)
    return steps.filter(ripe).order_by("order", "position")


@retrying
@atomic_verb
def plan_steps(
    order_pk: int, drafts: Sequence[StepDraft], *, by: Actor, on: date
) -> list[BillingStep]:
    """Add steps to an order's billing plan, behind those that are there.

    Raises: InvalidInput when a step is neither a share nor an amount, has no day where it needs
    one, or all together ask for more than the order is worth; Conflict for a cancelled order;
    PermissionMissing.
    """
    order = Order.objects.for_update().get(pk=order_pk)
    require(by, "invoicing.issue", order.company_id)
    if order.state in (OrderState.CANCELLED, OrderState.CLOSED):
        raise Conflict(
            "plan.order_over",
            _("Order %(number)s is %(state)s: nothing more is billed of it.")
            % {"number": order.number, "state": order.get_state_display()},
        )
    last = order.billing_steps.aggregate(last=Max("position"))["last"] or 0
    steps = [_step(order, draft, position) for position, draft in enumerate(drafts, start=last + 1)]
    known = list(order.billing_steps.exclude(state=State.CANCELLED))
    _refuse_more_than_ordered(order, [*known, *steps])
    BillingStep.objects.bulk_create(steps)
    for step in steps:
        _record("order.step_planned", step, by=by, on=on)
    return steps


@retrying
@atomic_verb
def reach_step(pk: int, *, by: Actor, on: date) -> BillingStep:
    """Say that a milestone is reached: it is to be billed. Again changes nothing."""
    step = _locked(pk)
    require(by, "invoicing.issue", step.company_id)
    if step.state == State.CANCELLED:
        raise Conflict("plan.step_cancelled", _("“%(step)s” was dropped.") % {"step": step.label})
    if step.state == State.PLANNED:
        step.state = State.DUE
        step.save(update_fields=["state"])
        _record("order.step_reached", step, by=by, on=on)
    return step


@retrying
@atomic_verb
def drop_step(pk: int, *, by: Actor, on: date) -> BillingStep:
    """Take a step that is not billed yet off the plan. Raises: Conflict for a billed one."""
    step = _locked(pk)
    require(by, "invoicing.issue", step.company_id)
    if step.state == State.BILLED:
        raise Conflict(
            "plan.step_billed",
            _("“%(step)s” is billed by %(invoice)s: credit that instead.")
            % {"step": step.label, "invoice": step.invoice},
        )
    if step.state != State.CANCELLED:
        step.state = State.CANCELLED
        step.save(update_fields=["state"])
        _record("order.step_dropped", step, by=by, on=on)
    return step


@atomic_verb
def draft_step(pk: int, *, by: Actor, on: date) -> Invoice:
    """Draft the deposit invoice of a step, to be issued in the same act; again gives the same.

    One line per VAT category and rate of the order. Raises: Conflict when the order is not
    released, the step was dropped, or the order has become worth less than what is asked for;
    PermissionMissing.
    """
    step = _locked(pk)
    require(by, "invoicing.issue", step.company_id)
    if step.invoice is not None:
        return step.invoice
    order = step.order
    if order.state not in BILLABLE or step.state == State.CANCELLED:
        raise Conflict(
            "plan.not_billable",
            _("“%(step)s” can't be billed: order %(number)s is %(state)s.")
            % {
                "step": step.label,
                "number": order.number,
                "state": order.get_state_display(),
            },
        )
    live = list(order.billing_steps.exclude(state=State.CANCELLED))
    _refuse_more_than_ordered(order, live)
    invoice = _draft(step, live, on=on)
    step.invoice, step.state = invoice, State.BILLED
    step.save(update_fields=["invoice", "state"])
    _record("order.step_billed", step, by=by, on=on)
    return invoice


def step_amounts(step: BillingStep, live: Sequence[BillingStep], worth: Totals) -> list[Decimal]:
    """Net of a step per row of the order's VAT table; shares of a plan make the rows exactly."""
    nets = [row.net_amount for row in worth.vat_rows]
    if step.share is None:
        return split(step.net_amount or ZERO, nets)
    before = sum((one.share or ZERO for one in live if one.position < step.position), ZERO)
    return share_nets(nets, step.share, before=before)


def worth_of(order: Order) -> Totals:
    """The order's VAT table with its charges and allowances."""
    return totals_of(order.lines.all(), order.charges.all())


def _locked(pk: int) -> BillingStep:
    """The step, its order locked before: whoever waited sees what was billed meanwhile."""
    order_id = BillingStep.objects.values_list("order_id", flat=True).get(pk=pk)
    related = ("customer", "payment_terms", "company", "ship_to")
    order = Order.objects.for_update().select_related(*related).get(pk=order_id)
    step = BillingStep.objects.select_for_update(of=("self",)).get(pk=pk)
    step.order = order
    return step


def _step(order: Order, draft: StepDraft, position: int) -> BillingStep:
    if not draft.label.strip():
        raise InvalidInput("plan.no_label", _("Say what the step is for."), field="label")
    if (draft.share is None) == (draft.net_amount is None):
        raise InvalidInput(
            "plan.no_worth", _("Give either a share of the order or an amount."), field="share"
        )
    if not ((draft.share or draft.net_amount or ZERO) > 0 and (draft.share or ZERO) <= 1):
        raise InvalidInput(
            "plan.worth", _("A step asks for more than nothing and at most all."), field="share"
        )
    if draft.trigger == Trigger.DATE and draft.due_on is None:
        raise InvalidInput("plan.no_day", _("Say on which day it is billed."), field="due_on")
    return BillingStep(
        company_id=order.company_id,
        order=order,
        position=position,
        kind=draft.kind,
        label=draft.label.strip()[:120],
        share=draft.share,
        net_amount=draft.net_amount,
        trigger=draft.trigger,
        due_on=draft.due_on if draft.trigger == Trigger.DATE else None,
    )


def _refuse_more_than_ordered(order: Order, steps: Sequence[BillingStep]) -> None:
    shares = sum((step.share or ZERO for step in steps), ZERO)
    fixed = sum((step.net_amount or ZERO for step in steps), ZERO)
    asked = cents(order.net_amount * shares) + fixed
    if asked > order.net_amount:
        raise InvalidInput(
            "plan.too_much",
            _("The plan asks for %(asked)s, but the order is worth %(net)s (net).")
            % {"asked": asked, "net": order.net_amount},
            field="share",
        )


def _draft(step: BillingStep, live: Sequence[BillingStep], *, on: date) -> Invoice:
    order, worth = step.order, worth_of(step.order)
    nets = step_amounts(step, live, worth)
    rows = [row for row in zip(worth.vat_rows, nets, strict=True) if row[1]]
    _refuse_nothing(step, rows)
    sums = totals(TaxableLine(net, row.vat_category, row.vat_rate) for row, net in rows)
    invoice = Invoice.objects.create(
        kind=Invoice.Kind.DEPOSIT,
        company=order.company,
        customer=order.customer,
        order=order,
        payment_terms=order.payment_terms,
        currency=order.currency,
        language=order.customer.language,
        po_number=order.po_number,
        buyer_reference=order.customer.buyer_reference,
        project_reference=order.customer.project_reference,
        contract_reference=order.customer.contract_reference,
        accounting_reference=order.customer.accounting_reference,
        delivered_on=_supply_day(order, worth, on=on),
        ship_to=order.ship_to.snapshot() if order.ship_to else {},
        net_amount=sums.net_amount,
        vat_amount=sums.vat_amount,
        gross_amount=sums.gross_amount,
    )
    with translation.override(invoice.language):
        text = _words(step)
    _store_rows(invoice, sums, text)
    return invoice


def _refuse_nothing(step: BillingStep, rows: Sequence[object]) -> None:
    if not rows:
        raise Conflict(
            "plan.nothing",
            _(
                "“%(step)s” comes to nothing, as %(order)s is worth %(net)s (net): drop the step,"
                " the invoices ask for everything."
            )
            % {"step": step.label, "order": step.order.number, "net": step.order.net_amount},
        )


def _store_rows(invoice: Invoice, sums: Totals, text: str) -> None:
    """A line and a row of the VAT table for each category and rate."""
    assert invoice.order is not None
    parts: list[OrderLine | OrderCharge] = [*invoice.order.charges.all()]
    parts += invoice.order.lines.all()
    table = vat_rows_of(invoice, sums, parts)
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            description=text[:200],
            quantity=Decimal(1),
            unit="C62",
            unit_price=row.net_amount,
            net_amount=row.net_amount,
            vat_category=row.vat_category,
            vat_rate=row.vat_rate,
            vat_note=row.vat_note,
        )
        for position, row in enumerate(table, start=1)
    )
    InvoiceVat.objects.bulk_create(table)


def _supply_day(order: Order, worth: Totals, *, on: date) -> date | None:
    """Only a supply within the EU needs a day already now (BR-IC-11): the one it is planned for."""
    is_abroad = any(row.vat_category == "K" for row in worth.vat_rows)
    return (order.requested_on or on) if is_abroad else None


def _words(step: BillingStep) -> str:
    """What the deposit's lines say, in the active language."""
    words = {"order": step.order.number, "label": step.label}
    if step.kind == BillingStep.Kind.MILESTONE:
        return _("Part payment for order %(order)s: %(label)s") % words
    return _("Deposit for order %(order)s: %(label)s") % words


def _record(name: str, step: BillingStep, *, by: Actor, on: date) -> None:
    record_event(
        name,
        step.order,
        by=by,
        on=on,
        correlation=f"order:{step.order_id}",
        what=step.label,
        step=step.position,
    )
