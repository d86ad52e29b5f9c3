"""Cash and cheques: booked at once, handed in, credited by the bank, bounced, undone."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

import receivables.services as receivables
from core.roles import Role
from disputes.models import Dispute
from o2c import flow
from o2c.errors import BusinessError
from receivables.models import (
    BankAccount,
    BankEntry,
    BankMatch,
    CashLimits,
    DepositSlip,
    JournalLine,
    OpenItem,
    Receipt,
)
from receivables.rules.cash import rule_of
from reporting.reads import receivables as reads
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, item, ledger
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
D = Decimal
ACT = {"by": ROBOT, "on": DAY}
LATER = DAY + timedelta(days=3)


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def draft(customer, amount, *shares, kind="cheque", number="4711", **fields):
    """A receipt as somebody enters it; ``shares`` are items or (item, amount)."""
    cheque = {"cheque_number": number, "drawer_bank": "Volksbank  Ulm"} if kind == "cheque" else {}
    given = [
        receivables.ShareDraft(one.pk, D(amount)) if isinstance(one, OpenItem) else one
        for one in shares
    ]
    values = {"received_on": DAY, "shares": given, **cheque, **fields}
    return receivables.ReceiptDraft(customer.pk, kind, D(amount), **values)


def taken(customer, amount, *shares, **fields) -> Receipt:
    return flow.take_receipt(customer.company, draft(customer, amount, *shares, **fields), **ACT)


def handed_in(company, *receipts: Receipt) -> DepositSlip:
    account = BankAccount.objects.get(company=company, kind="bank")
    keys = [one.pk for one in receipts]
    slip = receivables.put_on_slip(company, keys, bank_account_pk=account.pk, **ACT)
    return receivables.hand_in(slip.pk, **ACT)


def booked(role: str) -> Decimal:
    lines = JournalLine.objects.filter(account__role=role)
    return lines.aggregate(sum=Sum("amount"))["sum"] or D(0)


def left(found: OpenItem) -> Decimal:
    found.refresh_from_db()
    return found.outstanding_amount


def bank(company, amount: str, text: str = "", *, on=LATER, **fields) -> BankEntry:
    content = camt(entry(amount, text, on=on, **fields), number=make.unique(""), on=on)
    imported(company, content, on=on)
    return BankEntry.objects.filter(bank_account__kind="bank").latest("pk")


def test_a_cheque_pays_with_discount_goes_to_the_bank_and_is_credited(company, customer) -> None:
    found = item(customer, "119.00", discount=("0.02", 10))
    share = receivables.ShareDraft(found.pk, D("116.62"), discount=D("2.38"))
    cheque = taken(customer, "116.62", share)
    cash = taken(customer, "50.00", kind="cash")
    assert (cheque.number, cash.number, cheque.drawer_bank) == (
        "RC-000001", "RC-000002", "Volksbank Ulm",
    )  # fmt: skip
    assert (left(found), booked("cheques"), booked("cash"), booked("clearing")) == (
        0, D("116.62"), D("50.00"), 0,
    )  # fmt: skip
    on_account = OpenItem.objects.get(kind="payment", outstanding_amount__lt=0)
    assert on_account.outstanding_amount == D("-50.00")
    slip = handed_in(company, cheque, cash)
    assert (slip.number, slip.state, slip.amount, booked("transit")) == (
        "DS-00001", "handed_in", D("166.62"), D("166.62"),
    )  # fmt: skip
    assert (booked("cheques"), booked("cash")) == (0, 0)
    credit = bank(company, "166.62", f"EINREICHUNG {slip.number}")
    slip = DepositSlip.objects.get()
    assert (slip.state, slip.match.bank_entry, booked("transit")) == ("credited", credit, 0)
    (month,) = reads.cash_in(company, first=DAY, last=LATER)
    assert (month.received_amount, month.touchless_amount) == (D("166.62"), 0)
    receivables.undo_match(slip.match_id, **ACT)
    assert (DepositSlip.objects.get().state, booked("transit")) == ("handed_in", D("166.62"))


def test_the_credit_is_found_without_a_name_only_where_nothing_else_fits(company, customer) -> None:
    first, second = taken(customer, "70.00"), taken(customer, "70.00", number="4712")
    before = bank(company, "70.00", "EINREICHUNG", on=DAY)
    slip = handed_in(company, first)
    assert DepositSlip.objects.get().match.bank_entry == before
    twin = handed_in(company, second)
    assert not bank(company, "70.00", iban="DE02120300000000202051").is_settled
    assert DepositSlip.objects.get(pk=twin.pk).state == "handed_in", "a transfer has the sum too"
    named = bank(company, "70.00", f"Gutschrift {twin.number}")
    assert DepositSlip.objects.get(pk=twin.pk).match.bank_entry == named
    assert slip.pk != twin.pk
    # A payment that names an invoice is that invoice's, though a slip has its sum.
    found = item(customer, "83.00")
    handed_in(company, taken(customer, "83.00", number="4713"))
    bank(company, "83.00", f"Rechnung {found.document_number}")
    assert DepositSlip.objects.latest("pk").state == "handed_in"


def test_a_cheque_the_bank_took_back_is_not_missing_from_the_credit(company, customer) -> None:
    bad, good = taken(customer, "119.00"), taken(customer, "31.00", number="4712")
    slip = handed_in(company, bad, good)
    flow.bounce_cheque(bad.pk, bounced_on=DAY, reason="Stopped", **ACT)
    bank(company, "-119.00", f"RUECKSCHECK {bad.number}")
    assert not bank(company, "31.00", slip.number).is_settled, "it debited 119.00, so owes 150.00"
    credit = bank(company, "150.00", slip.number)
    assert (DepositSlip.objects.get().state, booked("transit")) == ("credited", 0)
    receivables.undo_import(credit.statement.file_id, by=ROBOT, on=LATER)
    assert (DepositSlip.objects.get().state, booked("transit")) == ("handed_in", D("150.00"))


def test_a_cheque_that_bounces_opens_its_item_as_it_was(company, customer) -> None:
    found = item(customer, "119.00", discount=("0.02", 10))
    due = found.due_on
    share = receivables.ShareDraft(found.pk, D("116.62"), discount=D("2.38"))
    cheque = taken(customer, "116.62", share)
    slip = handed_in(company, cheque)
    bank(company, "116.62", slip.number)
    words = {"bounced_on": LATER, "reason": "No funds", "by": ROBOT, "on": LATER}
    flow.bounce_cheque(cheque.pk, fee=D("7.50"), **words)
    assert (left(found), found.due_on, booked("discount")) == (D("119.00"), due, 0)
    assert (booked("bank_charges"), booked("transit")) == (D("7.50"), D("-124.12"))
    assert {day for day in OpenItem.objects.exclude(pk=found.pk).values_list(
        "outstanding_amount", flat=True)} == {D(0)}  # fmt: skip
    with pytest.raises(BusinessError, match="already"):
        flow.bounce_cheque(cheque.pk, **words)
    debit = bank(company, "-124.12", "RUECKSCHECK 4711")
    cheque = Receipt.objects.get()
    assert (cheque.state, cheque.bounce_match.bank_entry, booked("transit")) == (
        "bounced", debit, 0,
    )  # fmt: skip


def test_a_cheque_bounced_before_the_credit_is_missing_from_it(company, customer) -> None:
    found = item(customer, "119.00")
    bad, good = taken(customer, "119.00", found), taken(customer, "31.00", number="4712")
    slip = handed_in(company, bad, good)
    flow.bounce_cheque(bad.pk, bounced_on=DAY, reason="Stopped", **ACT)
    bank(company, "31.00", slip.number)
    assert (DepositSlip.objects.get().state, booked("transit"), left(found)) == (
        "credited", 0, D("119.00"),
    )  # fmt: skip
    assert not Receipt.objects.bounced_at_bank().exists()
    in_hand = taken(customer, "119.00", found, number="4713")
    with pytest.raises(BusinessError, match="no fee"):
        flow.bounce_cheque(in_hand.pk, bounced_on=DAY, reason="", fee=D(1), **ACT)
    flow.bounce_cheque(in_hand.pk, bounced_on=DAY, reason="Signature", **ACT)
    assert (left(found), booked("cheques")) == (D("119.00"), 0)


def test_a_cheque_that_the_desk_takes_for_returned_bounces(company, customer) -> None:
    found = item(customer, "119.00")
    cheque, held = taken(customer, "119.00", found), taken(customer, "119.00", number="4712")
    slip = handed_in(company, cheque)
    bank(company, "119.00", slip.number)
    code = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"
    debit = bank(company, "-126.50", "Rueckgabe", told=code)
    back = bank(company, "-119.00", "Rueckgabe", told=code)
    assert [one.bank_entry for one in receivables.returnable(back)] == [cheque.bank_entry]
    kept, match = held.bank_entry.matches.get(), cheque.bank_entry.matches.get()
    with pytest.raises(BusinessError, match="in hand"):
        flow.return_payment(back.pk, match_pk=kept.pk, by=ROBOT, on=LATER)
    made = flow.return_payment(debit.pk, match_pk=match.pk, by=ROBOT, on=LATER)
    cheque.refresh_from_db()
    assert (cheque.state, cheque.bounce_match, cheque.fee_amount) == ("bounced", made, D("7.50"))
    assert (left(found), booked("transit"), booked("bank_charges")) == (D("119.00"), 0, D("7.50"))
    assert receivables.returnable(back) == []
    with pytest.raises(BusinessError, match="bounced already"):
        flow.return_payment(back.pk, match_pk=match.pk, by=ROBOT, on=LATER)
    flow.undo_match(made.pk, by=ROBOT, on=LATER)
    assert booked("transit") == D("-126.50"), "the bank's entry is awaited again"


def test_what_is_short_is_a_deduction_and_a_cancelled_receipt_closes_it(company, customer) -> None:
    found = item(customer, "1190.00", discount=("0.02", 10))
    late = DAY + timedelta(days=12)
    clerk = make.user_with(Role.AR_ACCOUNTANT, company)
    given = draft(customer, "1166.20", found, received_on=late)
    cheque = flow.take_receipt(company, given, by=clerk, on=late)
    assert (Dispute.objects.get().state, left(found)) == ("open", D("23.80"))
    again = flow.take_receipt(company, given, by=clerk, on=late)
    assert (again, Receipt.objects.count()) == (cheque, 1)
    flow.cancel_receipt(cheque.pk, note="Wrong customer", by=clerk, on=late)
    assert (left(found), booked("cheques"), Dispute.objects.get().state) == (
        D("1190.00"), 0, "undone",
    )  # fmt: skip
    assert taken(customer, "10.00").number == "RC-000002", "the cheque may be entered anew"
    with pytest.raises(BusinessError, match="no paper"):
        receivables.receipt_paper(cheque.pk)


def test_undone_at_the_desk_it_waits_there_and_is_matched_anew(company, customer) -> None:
    found, other = item(customer, "119.00"), item(customer, "119.00")
    cheque = taken(customer, "119.00", found)
    flow.undo_match(cheque.bank_entry.matches.get().pk, **ACT)
    assert BankEntry.objects.to_match().get() == cheque.bank_entry
    with pytest.raises(BusinessError, match="given to nobody"):
        flow.bounce_cheque(cheque.pk, bounced_on=DAY, reason="x", **ACT)
    share = receivables.ShareDraft(other.pk, D("119.00"))
    flow.match_entry(cheque.bank_entry_id, shares=[share], **ACT)
    assert (left(found), left(other), BankMatch.objects.count()) == (D("119.00"), 0, 2)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"amount": "0.00"}, "0.00"),
        ({"amount": "-5.00"}, "-5.00"),
        ({"amount": "0.001"}, "0.001"),
        ({"amount": "5.00", "currency": "USD"}, "USD"),
        ({"amount": "5.00", "received_on": DAY + timedelta(days=1)}, "still to come"),
        ({"amount": "5.00", "number": " "}, "number and the drawer"),
        ({"amount": "5.00", "kind": "gold"}, "cash or cheque"),
        ({"amount": "10000.00", "kind": "cash"}, "who pays"),
        ({"amount": "20000.01", "kind": "cash", "identification": "ID"}, "20,000.00"),
    ],
)
def test_what_may_not_be_taken_is_refused_with_its_value(company, customer, fields, told) -> None:
    CashLimits.objects.create(company=company, limit_amount=D(20_000))
    with pytest.raises(BusinessError, match=told):
        taken(customer, **fields)
    assert not Receipt.objects.exists()


def test_parts_of_a_day_count_together_and_a_cheque_is_taken_once(company, customer) -> None:
    taken(customer, "6000.00", kind="cash")
    with pytest.raises(BusinessError, match="10,000.00"):
        taken(customer, "4000.00", kind="cash")
    assert taken(customer, "4000.00", kind="cash", identification="Passport C01").identification
    first = taken(customer, "5.00")
    with pytest.raises(BusinessError, match=first.number):
        taken(customer, "5.00", number="47 11", drawer_bank="volksbank ulm")
    slip = handed_in(company, first)
    with pytest.raises(BusinessError, match=first.number):
        handed_in(company, first)
    for sql in (
        "UPDATE receivables_receipt SET amount = 6 WHERE id = %s",
        "UPDATE receivables_receipt SET slip_id = NULL WHERE id = %s",
        "UPDATE receivables_receipt SET state = 'gone' WHERE id = %s",
        "DELETE FROM receivables_receipt WHERE id = %s",
    ):
        assert refusal_of(sql, first.pk), sql
    for sql in (
        "UPDATE receivables_depositslip SET amount = 6 WHERE id = %s",
        "UPDATE receivables_depositslip SET state = 'credited' WHERE id = %s",
    ):
        assert refusal_of(sql, slip.pk), sql
    copied = refusal_of(
        "INSERT INTO receivables_receipt SELECT (jsonb_populate_record(row, jsonb_build_object("
        "'id', 0, 'key', %s::text, 'number', 'x', 'bank_entry_id', %s))).*"
        " FROM receivables_receipt AS row WHERE id = %s",
        str(uuid.uuid4()), 0, first.pk,
    )  # fmt: skip
    assert "receipt_cheque_once" in copied


def test_the_papers_are_made_once_in_the_readers_language(company, customer) -> None:
    type(customer).objects.filter(pk=customer.pk).update(language="de")
    cheque = taken(customer, "119.00", item(customer, "119.00"))
    paper = receivables.receipt_paper(cheque.pk)
    assert (paper, paper.filename) == (
        receivables.receipt_paper(cheque.pk), f"Quittung {cheque.number}.pdf",
    )  # fmt: skip
    slip = handed_in(company, cheque)
    assert receivables.deposit_paper(slip.pk, language="sv").content_type == "application/pdf"


def test_the_law_is_data_and_a_company_may_be_stricter() -> None:
    assert rule_of("DE", None, None).asks_who(D("10000.00"))
    assert not rule_of("DE", None, None).asks_who(D("9999.99"))
    assert not rule_of("SE", None, None).asks_who(D(10**6))
    assert rule_of("SE", D(40_000), None).is_too_much(D("40000.01"))


def test_a_bounce_in_closed_books_leaves_past_days_as_they_were(company, customer) -> None:
    found = item(customer, "119.00")
    cheque = taken(customer, "119.00", found)
    receivables.close_books(company, until=LATER, by=ROBOT, on=LATER + timedelta(days=1))
    after = LATER + timedelta(days=5)
    flow.bounce_cheque(cheque.pk, bounced_on=DAY, reason="No funds", by=ROBOT, on=after)
    days = set(found.debit_allocations.filter(amount__lt=0).values_list("effective_on", flat=True))
    assert (left(found), days) == (D("119.00"), {LATER + timedelta(days=1)})
