"""Decide, release, reject, recheck, limits: happy, refused, twice, beside itself."""

from decimal import Decimal

import pytest
from django.utils.translation import override

import credit.services as credit
import fulfillment.services as fulfillment
import receivables.services as receivables
from core.models import Event
from core.roles import Role
from core.sentences import event_sentence
from credit.exposure import exposures_of
from credit.models import CreditAccount, CreditDecision, CreditHold, LimitChange
from credit.rules import Exposure
from customers.models import Customer
from o2c import flow
from o2c.errors import BusinessError, Conflict, PermissionMissing
from orders.models import Order
from receivables.models import BankEntry
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.credit.make import held, member, order_of, set_limit
from tests.world import MONDAY, World, world


@pytest.fixture
def here(db) -> World:
    return world()


# --- exposure ------------------------------------------------------------------------------------
def test_exposure_follows_the_order_on_its_way(here: World) -> None:
    """238 ordered; 119 of it shipped, then invoiced, then due, then paid in advance."""
    order = here.submitted("2")
    assert seen(here) == Exposure(ordered_amount=Decimal("238.00"))

    shipment = here.picked(order)
    line = shipment.lines.get()
    flow.dispatch_shipment(
        shipment.pk,
        carrier="DHL",
        tracking_number="1",
        quantities={line.pk: Decimal(1)},
        by=here.by(Role.WAREHOUSE),
        on=MONDAY,
    )
    assert seen(here) == Exposure(
        ordered_amount=Decimal("119.00"), not_due_amount=Decimal("119.00")
    )
    due_on = receivables_due(here)
    assert seen(here, on=due_on).overdue_amount == 0
    late = seen(here, on=due_on.replace(day=due_on.day + 3))
    assert (late.overdue_amount, late.oldest_overdue_days) == (Decimal("119.00"), 3)


def test_what_is_shipped_and_not_invoiced_counts(here: World) -> None:
    """Goods that left count, whether or not an invoice could be made."""
    shipment = here.picked(here.submitted("1"))
    fulfillment.dispatch(
        shipment.pk, carrier="DHL", tracking_number="1", by=here.by(Role.WAREHOUSE), on=MONDAY
    )
    assert seen(here) == Exposure(shipped_amount=Decimal("119.00"))
    flow.bill_shipment(shipment.pk, by=here.by(Role.BILLING), on=MONDAY)
    assert seen(here) == Exposure(not_due_amount=Decimal("119.00"))


def test_unapplied_cash_is_taken_off(here: World) -> None:
    here.invoiced("1")
    here.paid("100.00", "thank you", on=MONDAY)
    entry = BankEntry.objects.get()
    receivables.match_entry(
        entry.pk,
        shares=(),
        customer_id=here.customer.pk,
        by=here.by(Role.AR_ACCOUNTANT),
        on=MONDAY,
    )
    found = seen(here)
    assert (found.unapplied_amount, found.total_amount) == (Decimal("100.00"), Decimal("19.00"))


def test_exposure_takes_one_statement(here: World, django_assert_num_queries) -> None:
    for _ in range(3):
        here.invoiced("1")
    with django_assert_num_queries(1):
        seen(here)


def seen(here: World, on=MONDAY) -> Exposure:
    return exposures_of(Customer.objects.filter(pk=here.customer.pk), on=on)[here.customer.pk]


def receivables_due(here: World):
    return here.customer.open_items.get().due_on


# --- decide --------------------------------------------------------------------------------------
def test_a_decision_keeps_what_it_saw(here: World) -> None:
    hold = held(here)
    decision = hold.decision
    assert decision.outcome == "hold"
    assert decision.figures["shortfall_amount"] == "138.00"
    assert "138.00" in decision.why
    assert Order.objects.get(pk=hold.order_id).hold_note == "The credit limit would be exceeded."


def test_everybody_reads_in_their_language_why_an_order_waits(here: World) -> None:
    with override("sv"):
        order = held(here).order
    event = Event.objects.get(name="order.held", subject_id=order.pk)
    for language, words in (("de", "Kreditlimit"), ("sv", "Kreditgränsen")):
        with override(language):
            assert words in Order.objects.get(pk=order.pk).hold_words
            assert words in event_sentence(event)


def test_a_member_is_held_by_the_group_and_the_head_too(here: World) -> None:
    head = here.customer
    set_limit(here, head, "200")
    first, second = member(here, head), member(here, head)
    rep = here.by(Role.SALES_REP)
    states = [
        flow.submit_order(order_of(here, who).pk, by=rep, on=MONDAY).state
        for who in (first, second, head)
    ]
    assert states == ["released", "on_hold", "on_hold"]
    decision = CreditHold.objects.get(order__customer=second).decision
    assert [a["rule"] for a in decision.answers if a["outcome"] == "hold"] == ["group_limit"]
    assert decision.figures["group"]["exposure"]["total_amount"] == "119.00"


def test_a_blocked_customer_is_refused_and_no_release_helps(here: World) -> None:
    Customer.objects.filter(pk=here.customer.pk).update(is_blocked=True)
    hold = CreditHold.objects.get(order=here.submitted("1"))
    assert hold.decision.outcome == "refuse"
    with pytest.raises(BusinessError, match="blocked"):
        flow.release_hold(hold.pk, reason="x", by=here.by(Role.CREDIT_MANAGER), on=MONDAY)
    hold.refresh_from_db()
    assert hold.state == "open"


# --- release, reject, recheck --------------------------------------------------------------------
def test_who_submitted_does_not_release(here: World) -> None:
    set_limit(here, here.customer, "100")
    both = kernel.user_with(Role.CREDIT_MANAGER, here.company)
    both.memberships.create(company=here.company, role=Role.SALES_REP)
    order = flow.submit_order(here.order("2").pk, by=both, on=MONDAY)
    hold = CreditHold.objects.get(order=order)
    with pytest.raises(BusinessError, match="somebody else"):
        flow.release_hold(hold.pk, reason="me", by=both, on=MONDAY)


def test_a_release_needs_the_right_and_a_reason(here: World) -> None:
    hold = held(here)
    with pytest.raises(PermissionMissing):
        flow.release_hold(hold.pk, reason="x", by=here.by(Role.COLLECTOR), on=MONDAY)
    with pytest.raises(BusinessError, match="reason"):
        flow.release_hold(hold.pk, reason="  ", by=here.by(Role.CREDIT_MANAGER), on=MONDAY)
    stranger = kernel.user_with(Role.CREDIT_MANAGER, kernel.company_de())
    with pytest.raises(PermissionMissing):
        flow.release_hold(hold.pk, reason="x", by=stranger, on=MONDAY)


def test_a_rejected_order_is_cancelled_once(here: World) -> None:
    hold = held(here)
    by = here.by(Role.CREDIT_MANAGER)
    flow.reject_hold(hold.pk, reason="No trust", by=by, on=MONDAY)
    hold.refresh_from_db()
    assert (hold.state, hold.order.state) == ("rejected", "cancelled")
    with pytest.raises(Conflict):
        flow.reject_hold(hold.pk, reason="again", by=by, on=MONDAY)


def test_a_recheck_frees_what_passes_now(here: World) -> None:
    hold = held(here)
    by = here.by(Role.CREDIT_MANAGER)
    assert flow.recheck_hold(hold.pk, by=by, on=MONDAY).state == "on_hold"
    set_limit(here, here.customer, "1000")
    assert flow.recheck_hold(hold.pk, by=by, on=MONDAY).state == "released"
    hold.refresh_from_db()
    assert (hold.state, hold.decided_by) == ("cleared", None)


def test_a_recheck_of_a_decided_hold_changes_nothing(here: World) -> None:
    """The released order is part of the exposure now: asked again it would be counted twice."""
    hold = held(here)
    by = here.by(Role.CREDIT_MANAGER)
    flow.release_hold(hold.pk, reason="Known well", by=by, on=MONDAY)
    with pytest.raises(Conflict, match="released"):
        flow.recheck_hold(hold.pk, by=by, on=MONDAY)
    assert CreditHold.objects.count() == 1
    assert Order.objects.get(pk=hold.order_id).state == "released"


def test_a_cancelled_order_waits_for_nobody(here: World) -> None:
    hold = held(here)
    flow.cancel_order(hold.order_id, reason="Typo", by=here.by(Role.SALES_REP), on=MONDAY)
    hold.refresh_from_db()
    assert hold.state == "cleared"


# --- limits --------------------------------------------------------------------------------------
def propose(here: World, amount: str = "5000", by: Role = Role.CREDIT_MANAGER) -> LimitChange:
    return credit.propose_limit(
        here.customer, amount=Decimal(amount), reason="Grows", by=here.by(by), on=MONDAY
    )


def test_a_limit_counts_once_a_second_person_approved(here: World) -> None:
    change = propose(here)
    assert account(here).limit_amount == 10000
    with pytest.raises(BusinessError, match="somebody else"):
        decide(here, change, Role.CREDIT_MANAGER)
    decide(here, change, Role.FINANCE_MANAGER)
    assert account(here).limit_amount == 5000
    with pytest.raises(Conflict):
        decide(here, change, Role.FINANCE_MANAGER)
    assert (
        Event.objects.filter(name="credit.limit_approved").latest("pk").payload["new"] == "5000.00"
    )


def test_a_rejected_limit_changes_nothing(here: World) -> None:
    change = propose(here)
    credit.decide_limit(change.pk, is_approved=False, by=here.by(Role.FINANCE_MANAGER), on=MONDAY)
    assert account(here).limit_amount == 10000


@pytest.mark.parametrize("amount", ["-1", "10000", "0.001"])
def test_limits_that_are_none(here: World, amount: str) -> None:
    with pytest.raises(BusinessError) as caught:
        propose(here, amount)
    assert caught.value.field == "amount"


def test_one_proposal_at_a_time_and_only_with_the_right(here: World) -> None:
    with pytest.raises(PermissionMissing):
        propose(here, by=Role.SALES_REP)
    propose(here)
    with pytest.raises(Conflict):
        propose(here, "6000")


def decide(here: World, change: LimitChange, by: Role) -> None:
    credit.decide_limit(change.pk, is_approved=True, by=here.by(by), on=MONDAY)


def account(here: World) -> CreditAccount:
    return CreditAccount.objects.get(customer=here.customer)


# --- beside itself -------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_one_place_in_the_group_for_ten_members() -> None:
    here = world()
    set_limit(here, here.customer, "150")
    drafts = [order_of(here, member(here, here.customer)) for _ in range(9)]
    drafts.append(order_of(here, here.customer))
    rep = here.by(Role.SALES_REP)
    states = beside_itself(
        lambda n: flow.submit_order(drafts[n].pk, by=rep, on=MONDAY).state, threads=10
    )
    assert sorted(map(str, states)) == ["on_hold"] * 9 + ["released"]


@pytest.mark.django_db(transaction=True)
def test_release_reject_and_recheck_at_the_same_moment_decide_once() -> None:
    here = world()
    hold = held(here)
    by = here.by(Role.CREDIT_MANAGER)
    acts = [
        lambda: flow.release_hold(hold.pk, reason="yes", by=by, on=MONDAY),
        lambda: flow.reject_hold(hold.pk, reason="no", by=by, on=MONDAY),
    ]
    results = beside_itself(lambda n: acts[n % 2](), threads=8)
    done = [result for result in results if isinstance(result, Order)]
    assert len(done) == 1
    assert all(isinstance(result, Order | Conflict) for result in results), results
    assert CreditDecision.objects.filter(checkpoint="release").count() <= 1


@pytest.mark.django_db(transaction=True)
def test_two_approve_one_limit() -> None:
    here = world()
    change = propose(here)
    boss = here.by(Role.FINANCE_MANAGER)
    results = beside_itself(
        lambda n: credit.decide_limit(change.pk, is_approved=n % 2 == 0, by=boss, on=MONDAY),
        threads=6,
    )
    assert sum(isinstance(result, LimitChange) for result in results) == 1
