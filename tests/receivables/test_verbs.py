"""The verbs of receivables: happy, refused, twice; money that comes in, goes on, comes back."""

from datetime import timedelta
from decimal import Decimal

import pytest

import receivables.services as receivables
from customers.models import CustomerBankAccount
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from receivables.models import (
    Allocation,
    BankEntry,
    BankMatch,
    JournalEntry,
    JournalLine,
    OpenItem,
    PayerAlias,
)
from receivables.services import ShareDraft
from tests import make
from tests.receivables.make import (
    DAY,
    ROBOT,
    camt,
    entry,
    imported,
    invoice,
    item,
    ledger,
    paid,
)

OTHER_IBAN = "DE02120300000000202051"

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def left(found: OpenItem) -> Decimal:
    found.refresh_from_db()
    return found.outstanding_amount


# --- matching ------------------------------------------------------------------------------------
def test_discount_in_time_corrects_the_vat(company, customer) -> None:
    found = item(customer, "119.00", discount=("0.02", 10))
    paid(company, "116.62", found.document_number)
    assert left(found) == 0
    entry_ = BankMatch.objects.get().entry
    lines = {line.account.number: line.amount for line in entry_.lines.select_related("account")}
    assert lines == {
        "1590": Decimal("116.62"),
        "8736": Decimal("2.00"),
        "1776": Decimal("0.38"),
        "1400": Decimal("-119.00"),
    }


def test_discount_a_day_late_is_only_proposed(company, customer) -> None:
    found = item(customer, "119.00", discount=("0.02", 10))
    waiting = paid(company, "116.62", found.document_number, value_on=DAY + timedelta(days=11))
    assert left(found) == Decimal("119.00")
    proposal = receivables.propose(waiting).outcome.proposals[0]
    assert proposal.difference == Decimal("-2.38")


def test_the_same_item_is_paid_once_in_one_file(company, customer) -> None:
    found = item(customer, "119.00")
    twice = camt(
        entry("119.00", found.document_number, reference="A"),
        entry("119.00", found.document_number, reference="B"),
    )
    assert imported(company, twice).matched_count == 1
    assert left(found) == 0


def test_a_person_may_match_and_o2c_learns(company, customer) -> None:
    clerk = make.user_with("ar_accountant", company)
    first, second = item(customer, "119.00"), item(customer, "70.00")
    waiting = paid(company, "119.00", "danke", name="Muttergesellschaft SE")
    receivables.match_entry(
        waiting.pk, shares=[ShareDraft(first.pk, Decimal("119.00"))], by=clerk, on=DAY
    )
    assert PayerAlias.objects.filter(kind="name", value="MUTTERGESELLSCHAFT").exists()
    paid(company, "70.00", "danke", name="Muttergesellschaft SE")
    assert left(second) == 0


def test_a_discount_taken_late_is_left_open(company, customer) -> None:
    found = item(customer, "119.00", discount=("0.02", 10))
    late = DAY + timedelta(days=11)
    paid(company, "116.62", found.document_number, name="Käufer AG", value_on=late)
    assert left(found) == Decimal("2.38")


def test_a_credit_note_is_netted_with_the_money_and_open_again_after_undo(
    company, customer
) -> None:
    clerk = make.user_with("ar_accountant", company)
    credited = item(customer, "50.00")
    paid(company, "50.00", credited.document_number)
    receivables.book_invoice(invoice(customer, "50.00", corrects=credited.invoice), by=ROBOT)
    note, found = OpenItem.objects.get(kind="credit_note"), item(customer, "119.00")
    text = f"{found.document_number} abz. {note.document_number}"
    waiting = paid(company, "69.00", text)
    match = BankMatch.objects.get(bank_entry=waiting)
    assert (left(found), left(note), left(match.payment_item)) == (0, 0, 0)
    receivables.undo_match(match.pk, by=clerk, on=DAY)
    assert (left(found), left(note)) == (Decimal("119.00"), Decimal("-50.00"))


def test_credits_alone_or_more_than_is_left_of_them_are_refused(company, customer) -> None:
    clerk = make.user_with("ar_accountant", company)
    waiting = paid(company, "10.00", "danke")
    on_account = paid(company, "30.00", "auch danke")
    receivables.match_entry(on_account.pk, shares=(), customer_id=customer.pk, by=clerk, on=DAY)
    credit, found = OpenItem.objects.get(kind="payment"), item(customer, "119.00")
    for shares, error in (
        ([ShareDraft(credit.pk, Decimal("-30.00"))], InvalidInput),
        ([ShareDraft(credit.pk, Decimal("-31.00")), ShareDraft(found.pk, Decimal(41))], Conflict),
        ([ShareDraft(credit.pk, Decimal("30.00")), ShareDraft(found.pk, Decimal(1))], InvalidInput),
    ):
        with pytest.raises(error):
            receivables.match_entry(waiting.pk, shares=shares, by=clerk, on=DAY)
    assert (left(credit), left(found)) == (Decimal("-30.00"), Decimal("119.00"))


def test_a_parent_that_pays_for_its_daughter_still_pays_for_itself(company, customer) -> None:
    clerk = make.user_with("ar_accountant", company)
    parent = make.customer(company, "Mutter SE")
    CustomerBankAccount.objects.create(customer=parent, iban=OTHER_IBAN)
    theirs, own = item(customer, "119.00"), item(parent, "77.00")
    waiting = paid(company, "119.00", "danke", name="Mutter SE", iban=OTHER_IBAN)
    shares = [ShareDraft(theirs.pk, Decimal("119.00"))]
    receivables.match_entry(waiting.pk, shares=shares, by=clerk, on=DAY)
    assert not PayerAlias.objects.exists()
    paid(company, "77.00", "danke", name="Mutter SE", iban=OTHER_IBAN)
    assert left(own) == 0


def test_a_learned_name_that_others_bear_too_is_no_proof(company) -> None:
    clerk = make.user_with("ar_accountant", company)
    first = item(make.customer(company, "Nordbau GmbH"), "119.00")
    second = item(make.customer(company, "Nordbau Service GmbH"), "77.00")
    waiting = paid(company, "119.00", "danke", name="Nordbau")
    assert left(first) == Decimal("119.00")
    shares = [ShareDraft(first.pk, Decimal("119.00"))]
    receivables.match_entry(waiting.pk, shares=shares, by=clerk, on=DAY)
    third = item(first.customer, "77.00")
    paid(company, "77.00", "danke", name="Nordbau")
    assert (left(second), left(third)) == (Decimal("77.00"), Decimal("77.00"))


def test_an_account_that_pays_for_many_proves_nobody_under_another_name(company, customer) -> None:
    clerk = make.user_with("ar_accountant", company)
    first = item(customer, "119.00")
    waiting = paid(company, "119.00", "danke", name="Norddeutsche Factoring", iban=OTHER_IBAN)
    shares = [ShareDraft(first.pk, Decimal("119.00"))]
    receivables.match_entry(waiting.pk, shares=shares, by=clerk, on=DAY)
    second = item(customer, "77.00")
    paid(company, "77.00", "danke", name="A. Svensson", iban=OTHER_IBAN)
    assert left(second) == Decimal("77.00")
    paid(company, "77.00", "danke", name="Norddeutsche Factoring", iban=OTHER_IBAN)
    assert left(second) == 0


def test_a_number_an_amount_and_the_own_name_teach_the_account(company, customer) -> None:
    known = item(customer, "119.00")
    paid(company, "119.00", known.document_number, name="Käufer AG", iban=OTHER_IBAN)
    assert PayerAlias.objects.get(kind="iban").customer == customer


def test_undo_brings_everything_back_and_forgets(company, customer) -> None:
    clerk = make.user_with("ar_accountant", company)
    found = item(customer, "119.00", discount=("0.02", 10))
    waiting = paid(company, "100.00", "danke", name="Wer auch immer")
    made = receivables.match_entry(
        waiting.pk, shares=[ShareDraft(found.pk, Decimal("100.00"))], by=clerk, on=DAY
    )
    assert left(found) == Decimal("19.00")
    receivables.undo_match(made.pk, by=clerk, on=DAY)
    assert left(found) == Decimal("119.00")
    assert not PayerAlias.objects.exists()
    waiting.refresh_from_db()
    assert not waiting.is_settled
    with pytest.raises(Conflict):
        receivables.undo_match(made.pk, by=clerk, on=DAY)
    receivables.match_entry(waiting.pk, shares=(), customer_id=customer.pk, by=clerk, on=DAY)
    assert BankMatch.objects.filter(undone_at=None).count() == 1


def test_what_is_matched_again_leaves_the_days_before_as_they_were(company, customer) -> None:
    """Paid by mistake on the 2nd, undone on the 7th: only from then on somebody else paid it."""
    found, undone_on = item(customer, "119.00"), DAY + timedelta(days=5)
    share = [ShareDraft(found.pk, Decimal("119.00"))]
    wrong = paid(company, "119.00", "danke")
    made = receivables.match_entry(wrong.pk, shares=share, by=ROBOT, on=DAY)
    right = paid(company, "119.00", "thanks", on=DAY + timedelta(days=2))
    receivables.undo_match(made.pk, by=ROBOT, on=undone_on)
    second = receivables.match_entry(right.pk, shares=share, by=ROBOT, on=undone_on)
    assert second.entry.posted_on == right.booking_on
    assert [row.effective_on for row in found.debit_allocations.order_by("pk")] == [
        DAY, undone_on, undone_on
    ]  # fmt: skip
    again = receivables.match_entry(
        wrong.pk, shares=(), customer_id=customer.pk, by=ROBOT, on=undone_on
    )
    assert again.entry.posted_on == undone_on  # it was the wrong item's up to then


def test_matching_twice_is_refused(company, customer) -> None:
    found = item(customer, "119.00")
    waiting = paid(company, "50.00", "danke")
    share = [ShareDraft(found.pk, Decimal("50.00"))]
    receivables.match_entry(waiting.pk, shares=share, by=ROBOT, on=DAY)
    with pytest.raises(Conflict, match="already"):
        receivables.match_entry(waiting.pk, shares=share, by=ROBOT, on=DAY)


@pytest.mark.parametrize(
    ("amount", "kind"), [("119.01", InvalidInput), ("60.00", InvalidInput), ("0.00", InvalidInput)]
)
def test_more_than_was_paid_or_nothing_is_refused(company, customer, amount: str, kind) -> None:
    found = item(customer, "119.00")
    waiting = paid(company, "50.00", "danke")
    with pytest.raises(kind):
        receivables.match_entry(
            waiting.pk, shares=[ShareDraft(found.pk, Decimal(amount))], by=ROBOT, on=DAY
        )


def test_items_of_two_customers_are_paid_when_nothing_is_left_over(company, customer) -> None:
    other = item(make.customer(company), "30.00")
    mine = item(customer, "20.00")
    waiting = paid(company, "50.00", "danke")
    shares = [ShareDraft(mine.pk, Decimal("20")), ShareDraft(other.pk, Decimal("29"))]
    with pytest.raises(InvalidInput, match="given out whole"):
        receivables.match_entry(waiting.pk, shares=shares, by=ROBOT, on=DAY)
    shares[1] = ShareDraft(other.pk, Decimal("30"))
    made = receivables.match_entry(waiting.pk, shares=shares, by=ROBOT, on=DAY)
    assert (left(mine), left(other)) == (0, 0)
    payments = OpenItem.objects.filter(entry=made.entry).values_list("customer", "amount")
    assert dict(payments) == {customer.pk: -20, other.customer_id: -30}
    receivables.undo_match(made.pk, by=ROBOT, on=DAY)
    assert (left(mine), left(other)) == (20, 30)


def test_an_item_of_another_company_is_refused(company, customer) -> None:
    foreign = item(make.customer(ledger(iban="DE02120300000000202051")), "30.00")
    waiting = paid(company, "50.00", "danke")
    mine = item(customer, "20.00")
    shares = [ShareDraft(mine.pk, Decimal(20)), ShareDraft(foreign.pk, Decimal(30))]
    with pytest.raises(InvalidInput):
        receivables.match_entry(waiting.pk, shares=shares, by=ROBOT, on=DAY)


def test_without_the_right_nothing_happens(company, customer) -> None:
    auditor = make.user_with("auditor", company)
    waiting = paid(company, "50.00", "danke")
    with pytest.raises(PermissionMissing):
        receivables.match_entry(waiting.pk, shares=(), customer_id=customer.pk, by=auditor, on=DAY)
    with pytest.raises(PermissionMissing):
        receivables.import_bank_file(company, b"x", filename="x", by=auditor, on=DAY)


def test_a_returned_payment_opens_its_item_at_the_old_due_day(company, customer) -> None:
    found = item(customer, "100.00")
    due_on = found.due_on
    paid(company, "100.00", found.document_number)
    back = (
        '-103.50|<Ntry><Amt Ccy="EUR">103.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
        f"<RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{DAY}</Dt></BookgDt>"
        "<NtryDtls><TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>"
    )
    imported(company, camt(back, opening="1100.00", number="9"))
    returned = company_entry(company)
    assert not returned.is_settled
    made = receivables.return_payment(
        returned.pk, match_pk=BankMatch.objects.get().pk, by=ROBOT, on=DAY
    )
    assert left(found) == Decimal("100.00")
    assert found.due_on == due_on
    assert left(made.payment_item) == 0
    fee = OpenItem.objects.get(kind="fee")
    assert (left(fee), fee.claim.principal) == (Decimal("3.50"), found)
    receivables.undo_match(made.pk, by=ROBOT, on=DAY)


def company_entry(company):
    return BankEntry.objects.filter(company=company).latest("pk")


# --- allocate ------------------------------------------------------------------------------------
def test_unapplied_cash_pays_an_item_and_may_be_taken_back(company, customer) -> None:
    waiting = paid(company, "50.00", "danke")
    receivables.match_entry(waiting.pk, shares=(), customer_id=customer.pk, by=ROBOT, on=DAY)
    credit, debit = OpenItem.objects.get(kind="payment"), item(customer, "119.00")
    made = receivables.allocate(credit.pk, debit.pk, amount=Decimal("50.00"), by=ROBOT, on=DAY)
    assert (left(credit), left(debit)) == (0, Decimal("69.00"))
    with pytest.raises(Conflict):
        receivables.allocate(credit.pk, debit.pk, amount=Decimal("0.01"), by=ROBOT, on=DAY)
    receivables.take_back(made.pk, by=ROBOT, on=DAY)
    assert (left(credit), left(debit)) == (Decimal("-50.00"), Decimal("119.00"))
    with pytest.raises(Conflict):
        receivables.take_back(made.pk, by=ROBOT, on=DAY)
    assert Allocation.objects.count() == 2


# --- closing, statement of account ---
def test_closed_books_take_no_posting(company, customer) -> None:
    manager = make.user_with("finance_manager", company)
    receivables.close_books(company, until=DAY, by=manager, on=DAY + timedelta(days=9))
    with pytest.raises(Conflict, match="closed"):
        receivables.book_invoice(invoice(customer), by=ROBOT)
    with pytest.raises(Conflict, match="two people"):
        receivables.close_books(
            company, until=DAY - timedelta(days=1), by=manager, on=DAY + timedelta(days=9)
        )


def test_the_account_runs_to_the_balance(company, customer) -> None:
    found = item(customer, "119.00")
    paid(company, "100.00", "danke", name="Käufer AG")
    rows = list(receivables.statement_of_account(customer, on=DAY))
    assert [row.balance for row in rows] == [Decimal("119.00")]
    assert rows[0].item == found


def test_every_entry_balances(company, customer) -> None:
    found = item(customer, "119.00", discount=("0.02", 10))
    paid(company, "116.62", found.document_number)
    for journal_entry in JournalEntry.objects.all():
        amounts = JournalLine.objects.filter(entry=journal_entry).values_list("amount", flat=True)
        assert sum(amounts) == 0
