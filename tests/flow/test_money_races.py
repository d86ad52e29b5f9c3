"""Acts on the same money beside each other: one wins, the other is told why, the books agree."""

from decimal import Decimal

import pytest

import receivables.services as receivables
from core.roles import Role
from invoicing.models import Invoice
from o2c import due, flow
from o2c.errors import BusinessError
from receivables.models import (
    BankAccount,
    BankEntry,
    BankMatch,
    OpenItem,
    OrderAdvance,
    RefundRun,
)
from receivables.services.debit_proposal import next_bank_day
from tests.core.threads import beside_itself
from tests.world import MONDAY, World, world

pytestmark = pytest.mark.django_db(transaction=True)


def waiting_payment(here: World, amount: str) -> BankEntry:
    here.paid(amount, "unreadable", on=MONDAY, payer="Who", iban="DE02120300000000202051")
    return BankEntry.objects.latest("pk")


def bugs(results: list[object]) -> list[object]:
    """Whatever is neither a result nor a refusal in words."""
    return [r for r in results if isinstance(r, Exception) and not isinstance(r, BusinessError)]


def test_a_credit_note_beside_a_payment() -> None:
    here = world()
    invoice: Invoice = here.invoiced("1")
    item = invoice.open_items.get()
    entry = waiting_payment(here, "119.00")
    share = receivables.ShareDraft(item.pk, Decimal("119.00"))
    by = here.by(Role.AR_ACCOUNTANT)

    def act(number: int) -> object:
        if number % 2:
            return flow.credit_invoice(
                invoice.pk, reason="returned", by=here.by(Role.FINANCE_MANAGER), on=MONDAY
            )
        return receivables.match_entry(entry.pk, shares=[share], by=by, on=MONDAY)

    results = beside_itself(act, threads=6)
    assert not bugs(results)
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    item.refresh_from_db()
    assert item.outstanding_amount == 0


def test_undoing_a_match_beside_applying_its_rest() -> None:
    here = world()
    first, second = here.invoiced("1"), here.invoiced("1")
    entry = waiting_payment(here, "200.00")
    by = here.by(Role.AR_ACCOUNTANT)
    share = receivables.ShareDraft(first.open_items.get().pk, Decimal("119.00"))
    match = receivables.match_entry(entry.pk, shares=[share], by=by, on=MONDAY)
    rest, item = match.payment_item, second.open_items.get()
    assert rest is not None

    def act(number: int) -> object:
        if number % 2:
            return receivables.undo_match(match.pk, by=by, on=MONDAY)
        return receivables.allocate(rest.pk, item.pk, amount=Decimal("10.00"), by=by, on=MONDAY)

    results = beside_itself(act, threads=8)
    assert not bugs(results)
    match.refresh_from_db()
    assert match.undone_at is not None
    owed = OpenItem.objects.filter(customer=here.customer, amount__gt=0, kind="invoice")
    assert {item.outstanding_amount for item in owed} == {Decimal("119.00")}


def test_two_sweeps_at_once_do_everything_once() -> None:
    here = world()
    here.invoiced("1")
    here.customer.contacts.create(name="Buyer", email="buyer@example.com", receives_invoices=True)
    results = beside_itself(lambda _n: due.run_due([here.company], on=MONDAY), threads=3)
    assert not bugs(results)
    assert not [failure for report in results for failure in report.failures]
    invoice = Invoice.objects.get()
    assert invoice.deliveries.count() == 1
    assert BankMatch.objects.count() == 0


def _on_account(here: World, amount: str) -> OpenItem:
    """A payment that nobody has given to an item yet."""
    entry = waiting_payment(here, amount)
    match = receivables.match_entry(
        entry.pk, shares=(), customer_id=here.customer.pk, by=here.by(Role.AR_ACCOUNTANT), on=MONDAY
    )
    assert match.payment_item is not None
    return match.payment_item


def test_giving_money_back_beside_using_it() -> None:
    here = world()
    owed = here.invoiced("1").open_items.get()
    credit = _on_account(here, "100.00")
    clerk, boss = here.by(Role.AR_ACCOUNTANT), here.by(Role.FINANCE_MANAGER)
    refund = receivables.propose_bank_refund(
        credit.pk, amount=Decimal("80.00"), note="paid twice", by=clerk, on=MONDAY
    )
    account = BankAccount.objects.get(company=here.company, kind="bank")
    plan = receivables.RefundOrder(account.pk, next_bank_day(MONDAY))
    acts = (
        lambda: receivables.decide_bank_refund(refund.pk, is_approved=True, by=boss, on=MONDAY),
        lambda: receivables.allocate(
            credit.pk, owed.pk, amount=Decimal("70.00"), by=clerk, on=MONDAY
        ),
        lambda: receivables.write_refund_run(here.company, plan, by=clerk, on=MONDAY),
        lambda: receivables.withdraw_bank_refund(refund.pk, reason="no", by=clerk, on=MONDAY),
    )
    results = beside_itself(lambda number: acts[number % len(acts)](), threads=8)
    assert not bugs(results)
    credit.refresh_from_db()
    owed.refresh_from_db()
    refund.refresh_from_db()
    is_given_back = refund.state in {"approved", "sent"}
    is_used = owed.outstanding_amount == Decimal("49.00")
    assert not (is_given_back and is_used)
    taken = Decimal("80.00") * is_given_back + Decimal("70.00") * is_used
    assert credit.outstanding_amount == taken - Decimal("100.00")
    assert RefundRun.objects.count() == (refund.state == "sent")


def test_binding_an_advance_beside_billing_its_order() -> None:
    here = world()
    order = here.submitted("1")
    shipment = here.picked(order)
    credit = _on_account(here, "119.00")
    clerk = here.by(Role.AR_ACCOUNTANT)

    def act(number: int) -> object:
        if number % 2:
            return here.dispatched(shipment)
        return receivables.bind_advance(credit.pk, order.pk, by=clerk, on=MONDAY)

    results = beside_itself(act, threads=6)
    assert not bugs(results)
    due.run_due([here.company], on=MONDAY)
    item = OpenItem.objects.get(customer=here.customer, kind="invoice")
    credit.refresh_from_db()
    is_bound = OrderAdvance.objects.filter(item=credit).exists()
    assert OrderAdvance.objects.count() == is_bound
    paid_by = Decimal("119.00") if is_bound else Decimal(0)
    assert (item.outstanding_amount, credit.outstanding_amount) == (
        Decimal("119.00") - paid_by, paid_by - Decimal("119.00"),
    )  # fmt: skip
