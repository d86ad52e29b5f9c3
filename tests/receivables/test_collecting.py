"""The bank's answers to direct debits, a day at a time: collected, returned, undone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import customers.services as customers
import dunning.services as dunning
import receivables.services as receivables
from core.models import Event, Notification
from core.roles import Role
from customers.models import Mandate
from dunning.models import DunningNotice, DunningNoticeItem
from o2c import flow
from receivables.models import BankAccount, BankEntry, BankMatch, Debit, DebitRun, OpenItem
from receivables.rules.debits import batch_of, is_suspending
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, item, ledger

COLLECT = date(2026, 3, 16)


def told(amount: str, *, end_to_end: str = "", mandate: str = "", code: str = "", on: date) -> str:
    """A camt entry of one direct debit: its credit, or with ``code`` its return."""
    side = "DBIT" if amount.startswith("-") else "CRDT"
    refs = f"<EndToEndId>{end_to_end}</EndToEndId>" if end_to_end else ""
    refs += f"<MndtId>{mandate}</MndtId>" if mandate else ""
    back = f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""
    return (
        f'{amount}|<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>"
        f"<NtryDtls><TxDtls><Refs>{refs}</Refs>{back}</TxDtls></NtryDtls></Ntry>"
    )


class Days:
    """A company that collects, and the bank's statements."""

    def __init__(self) -> None:
        self.company = ledger(creditor_identifier="DE98ZZZ09999999999")
        self.clerk = make.user_with(Role.AR_ACCOUNTANT, self.company)
        self.second = make.user_with(Role.FINANCE_MANAGER, self.company)

    def customer(self, name: str = "Käufer AG"):
        payer = make.customer(self.company, name)
        paper = customers.MandateDraft("DE02120300000000202051", DAY)
        mandate = customers.enter_mandate(payer.pk, paper, by=self.clerk, on=DAY)
        customers.activate_mandate(mandate.pk, by=self.second, on=DAY)
        return payer

    def run(self, on: date = DAY, collect_on: date = COLLECT) -> DebitRun:
        account = BankAccount.objects.get(company=self.company)
        plan = receivables.DebitPlan(account.pk, collect_on)
        run = flow.propose_debits(self.company, plan, by=self.clerk, on=on)
        return flow.approve_debits(run.pk, by=self.second, on=on)

    def bank(self, *entries: str, on: date):
        content = camt(*entries, number=make.unique(""), on=on)
        return imported(self.company, content, on=on)


@pytest.fixture
def days(db) -> Days:
    return Days()


def left(found: OpenItem) -> Decimal:
    found.refresh_from_db()
    return found.outstanding_amount


def state(found: OpenItem) -> list[str]:
    return list(found.debits.order_by("pk").values_list("state", flat=True))


def remind(days: Days, on: date) -> None:
    """Reminders of that day, written."""
    dunning.set_up_levels(days.company)
    run = flow.propose_dunning(days.company, by=ROBOT, on=on)
    flow.approve_dunning(run.pk, by=days.second, on=on, although_stale=True)
    for notice in DunningNotice.objects.filter(run=run):
        flow.write_reminder(notice.pk, by=ROBOT, on=on)


def test_day_by_day_collected_returned_and_reminded_where_it_was(days):
    payer = days.customer()
    owed, other = item(payer, "119.00"), item(days.customer("Zweite AG"), "60.00")
    # 26 March: overdue, so it is reminded at level 1.
    reminded_on = owed.due_on + timedelta(days=10)
    remind(days, reminded_on)
    # The same day the run is approved: the items are at the bank.
    collect_on = receivables.first_day(days.company, reminded_on)
    run = days.run(reminded_on, collect_on)
    assert state(owed) == ["sent"]
    # One credit for the whole run.
    file = days.bank(entry("179.00", run.number, on=collect_on), on=collect_on)
    assert file.matched_count == 1
    assert (left(owed), left(other)) == (0, 0)
    assert state(owed) == ["collected"]
    # Five days later one customer's bank has no funds and takes a fee.
    debit, back_on = owed.debits.get(), collect_on + timedelta(days=5)
    file = days.bank(
        told("-122.00", end_to_end=debit.end_to_end_id, code="AM04", on=back_on), on=back_on
    )
    assert file.matched_count == 1
    debit.refresh_from_db()
    assert (debit.state, debit.returned_on, debit.return_reason) == ("returned", back_on, "AM04")
    assert debit.fee_amount == Decimal("3.00")
    assert (left(owed), left(other)) == (Decimal("119.00"), 0)
    assert owed.due_on == DAY + timedelta(days=14)
    level = DunningNoticeItem.objects.get(item=owed, is_live=True)
    assert (level.level, level.notice.state) == (1, "written")
    fee = OpenItem.objects.get(customer=payer, outstanding_amount=Decimal("3.00"))
    assert fee.document_on == back_on
    assert Mandate.objects.get(customer=payer).state == "active"
    assert owed.debit_allocations.get(amount__lt=0).effective_on == back_on
    assert {"debit.collected", "debit.returned"} <= set(
        Event.objects.about(run).values_list("name", flat=True)
    )
    assert Notification.objects.filter(user=days.clerk, title__contains="AM04").exists()
    # It is free again: the next run takes it.
    again = days.run(back_on, receivables.first_day(days.company, back_on))
    assert again.debits.get(item=owed).sequence == "RCUR"


def test_a_file_of_many_credits_asks_no_more_than_one_of_two(days):
    item(days.customer(), "119.00")
    days.run()
    counts = []
    for size in (2, 40):
        entries = [entry(f"{n + 1}.00", "danke", reference=f"R{size}-{n}") for n in range(size)]
        with CaptureQueriesContext(connection) as told:
            days.bank(*entries, on=COLLECT)
        counts.append(len(told))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("code", "expected"), [("AC04", "suspended"), ("MD01", "suspended"), ("MS03", "active")]
)
def test_the_code_decides_about_the_mandate(days, code, expected):
    payer = days.customer()
    owed = item(payer)
    days.run()
    debit = owed.debits.get()
    days.bank(told("119.00", end_to_end=debit.end_to_end_id, on=COLLECT), on=COLLECT)
    reference = debit.mandate.reference
    days.bank(told("-119.00", mandate=reference, code=code, on=COLLECT), on=COLLECT)
    assert state(owed) == ["returned"]
    assert left(owed) == owed.amount
    assert Mandate.objects.get(customer=payer).state == expected


def test_credit_and_return_in_one_file(days):
    owed = item(days.customer())
    days.run()
    name = owed.debits.get().end_to_end_id
    file = days.bank(
        told("-119.00", end_to_end=name, code="MD06", on=COLLECT),
        told("119.00", end_to_end=name, on=COLLECT),
        on=COLLECT,
    )
    assert file.matched_count == 2
    assert state(owed) == ["returned"]


def test_without_a_reference_sum_account_and_day_must_fit(days):
    owed = item(days.customer())
    days.run()
    days.bank(entry("119.00", "Sammler", on=COLLECT - timedelta(days=1)), on=DAY)
    days.bank(entry("118.00", "Sammler", on=COLLECT), on=COLLECT)
    assert state(owed) == ["sent"]
    days.bank(entry("119.00", "Sammler", on=COLLECT), on=COLLECT)
    assert state(owed) == ["collected"]


def test_what_was_paid_meanwhile_stays_on_the_customers_account(days):
    payer = days.customer()
    owed = item(payer)
    run = days.run()
    days.bank(entry("119.00", owed.document_number, name="Käufer AG", on=DAY), on=DAY)
    assert left(owed) == 0
    days.bank(entry("119.00", run.number, on=COLLECT), on=COLLECT)
    held = OpenItem.objects.filter(customer=payer).credits().open().get()
    assert held.outstanding_amount == Decimal("-119.00")


def test_undone_the_debit_is_at_the_bank_again(days):
    owed, other = item(days.customer()), item(days.customer("Zweite AG"), "60.00")
    run = days.run()
    days.bank(entry("179.00", run.number, on=COLLECT), on=COLLECT)
    match = BankMatch.objects.get()
    receivables.undo_match(match.pk, by=ROBOT, on=COLLECT)
    assert (left(owed), left(other)) == (owed.amount, other.amount)
    assert state(owed) == state(other) == ["sent"]
    taken = BankEntry.objects.get()
    assert receivables.auto_match(days.company, [taken.pk], by=ROBOT, on=COLLECT) == 0


def test_more_than_a_fee_beside_it_waits_for_a_person(days):
    owed = item(days.customer())
    days.run()
    name = owed.debits.get().end_to_end_id
    days.bank(told("119.00", end_to_end=name, on=COLLECT), on=COLLECT)
    days.bank(told("-150.00", end_to_end=name, code="AM04", on=COLLECT), on=COLLECT)
    assert state(owed) == ["collected"]
    assert BankEntry.objects.to_match().count() == 1


def test_a_batch_is_named_or_the_only_one_that_fits():
    sums = {"DD1": Decimal(5), "DD1FRST": Decimal(5), "DD2": Decimal(5), "DD3": Decimal(7)}
    assert batch_of(Decimal(5), sums, told={"DD2"}, near=set()) == "DD2"
    assert batch_of(Decimal(5), sums, told=set(), near={"DD1", "DD1FRST"}) == "DD1"
    assert batch_of(Decimal(5), sums, told=set(), near=set(sums)) == ""
    assert batch_of(Decimal(7), sums, told={"DD1"}, near=set(sums)) == ""
    assert is_suspending("ac04")
    assert not is_suspending("AM04")


def test_an_unknown_debit_stays_unbooked(days):
    item(days.customer())
    days.run()
    days.bank(told("-10.00", end_to_end="DD999999I00000001", code="AC04", on=DAY), on=DAY)
    assert BankEntry.objects.to_match().count() == 1
    assert Debit.objects.filter(state="sent").count() == 1
