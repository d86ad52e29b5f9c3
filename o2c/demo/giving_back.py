"""Refunds of the demo: one is ordered and on its way, others wait for the visitor's approval."""

from collections.abc import Iterable

import receivables.services as receivables
from core.roles import Role
from o2c.demo.life import Life
from receivables.models import BankAccount, BankRefund, OpenItem
from receivables.services.debit_proposal import next_bank_day

PROPOSED = 2


def _propose(life: Life, count: int) -> Iterable[BankRefund]:
    """Refunds of credits whose payer is known, the oldest first."""
    company, by = life.stage.company, life.stage.team.colleague(Role.AR_ACCOUNTANT)
    held = OpenItem.objects.filter(company=company, kind="payment", bank_refunds=None)
    known = [item for item in held.credits().open().order_by("pk") if receivables.origin_of(item)]
    for credit in known[:count]:
        yield receivables.propose_bank_refund(
            credit.pk,
            amount=-credit.outstanding_amount,
            note=life.says("Kunde bittet um Rückzahlung", "Kunden ber om återbetalning"),
            by=by,
            on=life.day,
        )


def propose(life: Life) -> None:
    """They wait for the visitor, and a credit stays of which nobody has asked yet."""
    list(_propose(life, PROPOSED))


def order(life: Life) -> None:
    """One was approved, and its file went to the bank: the statement is still to come."""
    stage, on = life.stage, life.day
    boss, clerk = (
        stage.team.colleague(Role.FINANCE_MANAGER),
        stage.team.colleague(Role.AR_ACCOUNTANT),
    )
    for refund in _propose(life, 1):
        receivables.decide_bank_refund(refund.pk, is_approved=True, by=boss, on=on)
        account = BankAccount.objects.get(company=stage.company, kind="bank")
        plan = receivables.RefundOrder(account.pk, next_bank_day(on))
        receivables.write_refund_run(stage.company, plan, by=clerk, on=on)
