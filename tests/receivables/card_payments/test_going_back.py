"""Refunds and charge-backs open the items as they were."""

from decimal import Decimal

import pytest

import receivables.services as receivables
from core.models import Company, User
from core.roles import Role
from customers.models import Customer
from o2c import due
from o2c.errors import BusinessError
from receivables.models import (
    OpenItem,
    ProviderPayment,
    ProviderRefund,
)
from receivables.provider.simulator import Simulator
from tests import make as base
from tests.receivables import make
from tests.receivables.cards import (
    balance,
    hear,
    left,
    paid,
)
from tests.receivables.make import DAY
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_charge_back_opens_the_items_as_they_were(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, "119.00")
    payment = paid(point, item)
    point.do("chargeback", payment=payment.remote_id, reason="fraudulent")
    hear(point, company)
    back = OpenItem.objects.get(pk=item.pk)
    assert (back.outstanding_amount, back.due_on) == (D("119.00"), item.due_on)
    assert payment.movements.get(kind="chargeback").reason == "fraudulent"
    assert balance(company, "provider") == 0
    assert OpenItem.objects.filter(customer=customer).open().get() == item


def test_a_part_goes_back_off_what_was_paid_last_and_no_more_than_came(
    point: Simulator, company: Company, customer: Customer
) -> None:
    accountant = base.user_with(Role.AR_ACCOUNTANT, company)
    one, two = make.item(customer, "119.00"), make.item(customer, "50.00")
    payment = paid(point, one, two)
    _refund(payment, "60.00", by=accountant)
    hear(point, company)
    assert (left(one), left(two)) == (D("10.00"), D("50.00"))
    assert ProviderRefund.objects.get().state == "done"
    with pytest.raises(BusinessError, match=r"109\.00"):
        _refund(payment, "109.01", by=accountant)
    assert "left to give back" in refusal_of(
        "INSERT INTO receivables_providerrefund (company_id, payment_id, key, amount, reason,"
        " state, needs_approval, proposed_by_name, decided_by_name, proposed_at, note)"
        " VALUES (%s, %s, gen_random_uuid(), 500, 'x', 'approved', false, 'x', '', now(), '')",
        company.pk,
        payment.pk,
    )


def _refund(payment: ProviderPayment, amount: str, *, by: User) -> ProviderRefund:
    return receivables.propose_refund(
        payment.pk, amount=D(amount), reason="Returned", by=by, on=DAY
    )


def test_above_the_limit_somebody_else_approves(
    point: Simulator, company: Company, customer: Customer
) -> None:
    chief = base.user_with(Role.FINANCE_MANAGER, company)
    item = make.item(customer, "357.00")
    payment = paid(point, item)
    refund = _refund(payment, "300.00", by=chief)
    with pytest.raises(BusinessError, match="somebody else"):
        receivables.decide_refund(refund.pk, is_approved=True, by=chief, on=DAY)
    hear(point, company)
    assert left(item) == 0
    assert "provider_refund_four_eyes" in refusal_of(
        "UPDATE receivables_providerrefund SET state = 'approved' WHERE id = %s", refund.pk
    )
    other = base.user_with(Role.CREDIT_MANAGER, company)
    receivables.decide_refund(refund.pk, is_approved=True, by=other, on=DAY)
    point.behave("loses-answer")
    assert due.work_off_cards(company, on=DAY).failures[0]["code"] == "provider.away"
    point.behave("quiet")
    hear(point, company)
    refund.refresh_from_db()
    assert (refund.state, left(item)) == ("done", D("300.00"))
    assert payment.movements.filter(kind="refund").count() == 1


def test_money_goes_back_one_way_only(
    point: Simulator, company: Company, customer: Customer
) -> None:
    clerk = base.user_with(Role.AR_ACCOUNTANT, company)
    chief = base.user_with(Role.FINANCE_MANAGER, company)
    item = make.item(customer, "119.00")
    payment = paid(point, item)
    receivables.take_back(item.debit_allocations.get().pk, by=clerk, on=DAY)
    account = receivables.RefundAccount("DE02120300000000202051", "Käufer", "by letter")
    words = {"note": "cancelled", "account": account, "by": clerk, "on": DAY}
    credit = payment.movements.get().item
    refund = receivables.propose_bank_refund(credit.pk, amount=D("100.00"), **words)
    with pytest.raises(BusinessError, match=r"19\.00"):
        _refund(payment, "119.00", by=clerk)
    receivables.decide_bank_refund(refund.pk, is_approved=True, by=chief, on=DAY)
    assert receivables.refundable(payment) == D("19.00")
    # Charged back before the bank has the order: it is not paid a second time.
    point.do("chargeback", payment=payment.remote_id, reason="fraudulent")
    hear(point, company)
    refund.refresh_from_db()
    assert (refund.state, balance(company, "refunds"), left(credit)) == ("refused", 0, 0)
    assert OpenItem.objects.filter(customer=customer).open().get() == item
