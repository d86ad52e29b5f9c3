"""Billing plans: what is asked for when, once, and never more than was ordered."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

import receivables.services as receivables
from core.actors import JobActor
from invoicing.models import BillingStep, Invoice
from invoicing.rules import share_nets
from invoicing.services import StepDraft, drop_step, plan_steps, reach_step, steps_awaiting_billing
from o2c import due, flow
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import TODAY, D, Wanted

pytestmark = pytest.mark.django_db
JOB = JobActor("billing")
TWO_RATES = (Wanted("10", "86.00"), Wanted("3", "33.33", vat_rate="0.07"))


def an_order(*lines: Wanted, country: str = "DE", **customer):
    buyer = make.world(country, **customer)
    receivables.set_up_ledger(buyer.company)
    return make.an_order(buyer, *lines)


def plan(order, *drafts, by=JOB):
    return plan_steps(order.pk, drafts, by=by, on=TODAY)


def bill(step) -> Invoice:
    return flow.bill_step(step.pk, by=JOB, on=TODAY)


def test_a_deposit_is_an_invoice_of_its_own_with_its_vat_per_rate():
    order = an_order(*TWO_RATES, language="de")
    (step,) = plan(order, StepDraft("Auftragserteilung", share=D("0.3")))
    deposit = bill(step)
    assert (deposit.kind, deposit.state) == ("deposit", "issued")
    assert deposit.number.startswith("RE-")
    rows = deposit.lines.values_list("net_amount", "vat_rate", "quantity")
    assert set(rows) == {(D("258.00"), D("0.19"), 1), (D("30.00"), D("0.07"), 1)}
    assert deposit.gross_amount == D("258.00") * D("1.19") + D("32.10")
    assert deposit.due_on == TODAY + timedelta(days=30)  # the first of the order's terms
    text = deposit.lines.first().description
    assert "Auftragserteilung" in text
    assert order.number in text
    step.refresh_from_db()
    assert (step.state, step.invoice) == ("billed", deposit)


def test_twice_is_the_same_invoice():
    (step,) = plan(an_order(), StepDraft("Order", share=D("0.3")))
    assert bill(step) == bill(step)
    assert Invoice.objects.count() == 1


def test_steps_wait_for_their_day_and_for_being_reached():
    order = an_order()
    later = TODAY + timedelta(days=7)
    dated, reached = plan(
        order,
        StepDraft("In a week", trigger="date", due_on=later, share=D("0.2")),
        StepDraft("Roof", kind="milestone", trigger="reached", net_amount=D("100")),
    )
    company = order.company
    assert not steps_awaiting_billing(company, on=later - timedelta(days=1)).exists()
    assert list(steps_awaiting_billing(company, on=later)) == [dated]
    reach_step(reached.pk, by=JOB, on=TODAY)
    reach_step(reached.pk, by=JOB, on=TODAY)
    assert list(steps_awaiting_billing(company, on=TODAY)) == [reached]
    assert bill(reached).net_amount == 100


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (StepDraft("x"), "share of the order or an amount"),
        (StepDraft("x", share=D("0.5"), net_amount=D(1)), "share of the order or an amount"),
        (StepDraft("x", share=D("1.01")), "at most all"),
        (StepDraft("x", net_amount=D("860.01")), "860.01"),
        (StepDraft(" ", share=D("0.5")), "what the step is for"),
        (StepDraft("x", share=D("0.5"), trigger="date"), "which day"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(draft, words):
    with pytest.raises(InvalidInput, match=words):
        plan(an_order(), draft)


def test_a_share_of_next_to_nothing_says_so_instead_of_breaking_a_rule():
    (step,) = plan(an_order(Wanted("1", "0.04")), StepDraft("Order", share=D("0.1")))
    with pytest.raises(Conflict, match="comes to nothing"):
        bill(step)


def test_all_steps_together_ask_for_no_more_than_was_ordered():
    order = an_order()
    plan(order, StepDraft("a", share=D("0.6")))
    with pytest.raises(InvalidInput, match="worth"):
        plan(order, StepDraft("b", share=D("0.5")))


def test_a_dropped_step_is_not_billed_and_a_billed_one_not_dropped():
    order = an_order()
    one, two = plan(order, StepDraft("a", share=D("0.1")), StepDraft("b", share=D("0.1")))
    drop_step(one.pk, by=JOB, on=TODAY)
    with pytest.raises(Conflict):
        bill(one)
    number = bill(two).number
    with pytest.raises(Conflict, match=number):
        drop_step(two.pk, by=JOB, on=TODAY)


def test_a_rep_plans_nothing():
    order = an_order()
    with pytest.raises(PermissionMissing):
        plan(order, StepDraft("a", share=D("0.1")), by=kernel.user_with("sales_rep", order.company))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_bill_a_step_once():
    (step,) = plan(an_order(), StepDraft("a", share=D("0.1")))
    results = beside_itself(lambda _n: bill(step), threads=4)
    assert len({result.pk for result in results}) == 1, results
    assert Invoice.objects.count() == 1
    assert BillingStep.objects.get().state == "billed"


CENTS = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)


@given(
    st.lists(CENTS, min_size=1, max_size=4), st.lists(st.integers(1, 60), min_size=1, max_size=8)
)
def test_shares_of_a_plan_make_the_order_exactly(nets, weights):
    shares = [(Decimal(weight) / sum(weights)).quantize(Decimal("0.000001")) for weight in weights]
    shares[-1] = 1 - sum(shares[:-1])
    parts = [
        share_nets(nets, share, before=sum(shares[:at], Decimal(0)))
        for at, share in enumerate(shares)
    ]
    assert [sum(column) for column in zip(*parts, strict=True)] == nets


def test_the_page_plans_reaches_and_bills(client):
    order = an_order()
    client.force_login(kernel.user_with("billing", order.company))
    added = client.post(
        reverse("invoicing:add_step", args=[order.pk]),
        {"label": "Roof", "kind": "milestone", "share": "30", "trigger": "reached"},
    )
    assert added.url == order.get_absolute_url()
    step = BillingStep.objects.get()
    assert (step.share, step.state) == (Decimal("0.3"), "planned")
    client.post(reverse("invoicing:reach_step", args=[step.pk]))
    billed = client.post(reverse("invoicing:bill_step", args=[step.pk]))
    invoice = Invoice.objects.get()
    assert billed.url == invoice.get_absolute_url()
    panel = client.get(reverse("invoicing:order_plan", args=[order.pk])).content.decode()
    assert invoice.number in panel
    too_much = client.post(
        reverse("invoicing:add_step", args=[order.pk]),
        {"label": "All", "kind": "deposit", "share": "80", "trigger": "release"},
    )
    assert too_much.status_code == 422
    assert b"deposit" in client.get(invoice.get_absolute_url()).content.lower()


def test_what_is_due_is_billed_by_itself():
    order = an_order()
    plan(order, StepDraft("Order", share=D("0.3")))
    report = due.run_due([order.company], on=TODAY, with_jobs=False)
    assert report.done["billing step billed"] == 1
    assert not steps_awaiting_billing(order.company, on=TODAY).exists()
