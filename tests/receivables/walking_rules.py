"""The rules of the random walks for what is handed over, set off, given back, claimed, paid ahead.

Those of the bank, the desk and the documents are in ``test_walks``.
"""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.receivables.walking_dues import Life

T = TypeVar("T")
N = st.integers(0, 999)
FEW = st.integers(0, 6)


def there(what: str) -> Callable[[T], T]:
    """Only when there is something to act on."""
    return precondition(lambda machine: machine.walk.there[what])


class DuesRules(RuleBasedStateMachine):
    """A rule for each act; its numbers choose among what is there."""

    walk: Life

    # --- in hand ---------------------------------------------------------------------------------
    @rule(how=st.integers(0, 11), which=N, days_ago=FEW, share=N)
    def take(self, how: int, which: int, days_ago: int, share: int) -> None:
        self.walk.take(how, which, days_ago, share)

    @there("held")
    @rule(which=N)
    def cancel_receipt(self, which: int) -> None:
        self.walk.cancel_receipt(which)

    @there("held")
    @rule(which=N, count=FEW, steps=st.integers(0, 3))
    def put_on_slip(self, which: int, count: int, steps: int) -> None:
        """At times it goes to the bank at once, and the bank tells."""
        self.walk.put_on_slip(which, count)
        if steps:
            self.walk.hand_in(0)
        if steps > 1:
            self.walk.credited(which, count)

    @there("slips")
    @rule(which=N)
    def take_off_slip(self, which: int) -> None:
        self.walk.take_off_slip(which)

    @there("slips")
    @rule(which=N)
    def hand_in(self, which: int) -> None:
        self.walk.hand_in(which)

    @there("transit")
    @rule(which=N, how=FEW)
    def credited(self, which: int, how: int) -> None:
        self.walk.credited(which, how)

    @there("receipts")
    @rule(which=N, days_ago=FEW, fee=FEW)
    def bounce(self, which: int, days_ago: int, fee: int) -> None:
        """The bank tells at once, later, or not at all."""
        self.walk.bounce(which, days_ago, fee)
        if fee > 3:
            self.walk.cheque_debited(which)

    @there("bounced")
    @rule(which=N)
    def cheque_debited(self, which: int) -> None:
        self.walk.cheque_debited(which)

    # --- set off ---------------------------------------------------------------------------------
    @there("debits")
    @rule(who=N, first=N, share=N, is_approved=st.booleans())
    def propose_netting(self, who: int, first: int, share: int, is_approved: bool) -> None:
        self.walk.propose_netting(who, first, share)
        if is_approved:
            self.walk.decide_netting(1)

    @there("nettings")
    @rule(which=N)
    def decide_netting(self, which: int) -> None:
        self.walk.decide_netting(which)

    @there("netted")
    @rule(which=N)
    def take_back_netting(self, which: int) -> None:
        self.walk.take_back_netting(which)

    # --- given back ------------------------------------------------------------------------------
    @there("credits")
    @rule(which=N, share=N, is_approved=st.booleans())
    def propose_refund(self, which: int, share: int, is_approved: bool) -> None:
        self.walk.propose_refund(which, share)
        if is_approved:
            self.walk.decide_refund(1)

    @there("credits")
    @rule()
    def propose_sure_refunds(self) -> None:
        self.walk.propose_sure_refunds()

    @there("refunds")
    @rule(which=N)
    def decide_refund(self, which: int) -> None:
        self.walk.decide_refund(which)

    @there("approved")
    @rule(which=N)
    def withdraw_refund(self, which: int) -> None:
        self.walk.withdraw_refund(which)

    @there("approved")
    @rule(currency=st.sampled_from(("EUR", "EUR", "EUR", "USD")), steps=st.integers(0, 3), fee=FEW)
    def order_refunds(self, currency: str, steps: int, fee: int) -> None:
        """At times the bank carries them out at once, and the money comes back."""
        self.walk.order_refunds(currency)
        if steps:
            self.walk.refunded(fee, fee)
        if steps > 1:
            self.walk.refund_returned(fee, fee)

    @there("ordered")
    @rule(which=N, how=FEW)
    def refunded(self, which: int, how: int) -> None:
        self.walk.refunded(which, how)

    @there("at the bank")
    @rule(which=N, how=FEW)
    def rejected(self, which: int, how: int) -> None:
        self.walk.rejected(which, how)

    @there("refunded")
    @rule(which=N, fee=FEW)
    def refund_returned(self, which: int, fee: int) -> None:
        self.walk.refund_returned(which, fee)

    # --- claimed ---------------------------------------------------------------------------------
    @there("debits")
    @rule(which=N, days_ago=FEW, is_all=st.booleans())
    def claim(self, which: int, days_ago: int, is_all: bool) -> None:
        self.walk.claim(which, days_ago, is_all)

    @there("claims")
    @rule(which=N)
    def waive(self, which: int) -> None:
        self.walk.waive(which)

    @there("claims")
    @rule(which=N, how=FEW)
    def pay_claim(self, which: int, how: int) -> None:
        self.walk.pay_claim(which, how)

    # --- in another currency ---------------------------------------------------------------------
    @there("dollars")
    @rule(which=N, how=st.integers(0, 19), off=N)
    def sent_dollars(self, which: int, how: int, off: int) -> None:
        self.walk.sent_dollars(which, how, off)

    @there("dollars")
    @rule(which=N, item=N, share=N)
    def match_dollars(self, which: int, item: int, share: int) -> None:
        self.walk.match_dollars(which, item, share)

    # --- ahead -----------------------------------------------------------------------------------
    @rule(who=N, what=FEW, quantity=st.integers(1, 9), how=FEW)
    def order_ahead(self, who: int, what: int, quantity: int, how: int) -> None:
        self.walk.order_ahead(who, what, quantity)
        if how % 2:
            self.walk.pay_ahead(-1, how)

    @there("orders")
    @rule(which=N, how=FEW)
    def pay_ahead(self, which: int, how: int) -> None:
        self.walk.pay_ahead(which, how)

    @there("orders")
    @rule(which=N, order=N)
    def bind(self, which: int, order: int) -> None:
        self.walk.bind(which, order)

    @there("advances")
    @rule(which=N)
    def free(self, which: int) -> None:
        self.walk.free(which)

    @there("orders")
    @rule(which=N)
    def deliver_ahead(self, which: int) -> None:
        self.walk.deliver_ahead(which)

    @there("orders")
    @rule(which=N)
    def cancel_order(self, which: int) -> None:
        self.walk.cancel_order(which)
