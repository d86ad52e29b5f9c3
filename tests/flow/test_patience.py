"""Due work that fails for ever: it rests, is told of, and stands in nobody's way."""

import pytest

import receivables.services as receivables
from core.models import Company
from core.roles import Role
from credit.models import CreditDecision
from dunning.models import DunningRun
from o2c import due, tasks
from o2c.due_work import Report, work_off_patiently
from o2c.errors import Conflict
from receivables.models import BankEntry
from tests import make
from tests.world import MONDAY, set_limit, world

pytestmark = pytest.mark.django_db


def test_what_failed_rests_and_is_reported_with_its_reason() -> None:
    company, other = make.company_de(), make.company_de()
    tried: list[int] = []

    def refuse_one(pk: int) -> None:
        tried.append(pk)
        if pk == company.pk:
            raise Conflict("test.no", "never")

    rows = Company.objects.order_by("pk")
    for sweep in (1, 2):
        report = Report()
        work_off_patiently(company, "test work", rows, refuse_one, report)
        assert report.done["test work"] == 1
        assert [failure["reason"] for failure in report.failures] == ["never"]
        assert tried.count(company.pk) == 1
        assert tried.count(other.pk) == sweep


def test_a_company_without_levels_does_not_keep_the_others_from_dunning() -> None:
    make.company_de()
    here = world()
    tasks.propose_dunning()
    assert DunningRun.objects.filter(company=here.company).exists()


def test_a_hold_is_freed_after_a_payment_matched_by_hand() -> None:
    here = world(limit="150")
    invoice = here.invoiced("1")
    held = here.submitted("1")
    assert held.state == "on_hold"
    here.paid("119.00", "unreadable", on=MONDAY, payer="Somebody", iban="DE02120300000000202051")
    entry = BankEntry.objects.get()
    assert not entry.is_settled
    receivables.match_entry(
        entry.pk,
        shares=[receivables.ShareDraft(invoice.open_items.get().pk, invoice.gross_amount)],
        by=here.by(Role.AR_ACCOUNTANT),
        on=MONDAY,
    )
    due.run_due([here.company], on=MONDAY)
    held.refresh_from_db()
    assert held.state == "released"


def test_a_hold_is_freed_by_a_higher_limit() -> None:
    here = world(limit="100")
    held = here.submitted("1")
    assert held.state == "on_hold"
    set_limit(here, "500")
    due.run_due([here.company], on=MONDAY)
    held.refresh_from_db()
    assert held.state == "released"
    assert CreditDecision.objects.filter(order=held).count() == 2


def test_money_in_advance_frees_an_order_that_has_no_limit() -> None:
    here = world(limit="1")
    held = here.submitted("1")
    assert held.state == "on_hold"
    here.paid("118.00", "advance", on=MONDAY)
    receivables.match_entry(
        BankEntry.objects.get().pk,
        shares=[],
        customer_id=here.customer.pk,
        by=here.by(Role.AR_ACCOUNTANT),
        on=MONDAY,
    )
    due.run_due([here.company], on=MONDAY)
    held.refresh_from_db()
    assert held.state == "released"
    assert here.submitted("1").state == "on_hold"  # the money is spoken for
