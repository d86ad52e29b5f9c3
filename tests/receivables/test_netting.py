"""Netting with a customer who supplies us: proposed, approved by another, booked, taken back."""

from decimal import Decimal

import pytest
from django.db.models import Sum

import customers.services as customers
import disputes.services as disputes
import receivables.services as receivables
from core.roles import Role
from o2c import flow
from o2c.errors import BusinessError
from receivables.models import (
    BankAccount,
    Debit,
    DebitRun,
    JournalLine,
    Netting,
    NettingDocument,
    OpenItem,
    WriteOff,
)
from receivables.services import NettingDraft, SupplierDocument
from tests import make
from tests.receivables.make import DAY, ROBOT, item, ledger, paid
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


@pytest.fixture
def clerk(company):
    return make.user_with(Role.AR_ACCOUNTANT, company)


@pytest.fixture
def boss(company):
    return make.user_with(Role.FINANCE_MANAGER, company)


def theirs(amount: str, number: str = "K-100/26") -> SupplierDocument:
    return SupplierDocument(number, DAY, D(amount))


def proposed(customer, by, items, *documents) -> Netting:
    draft = NettingDraft([one.pk for one in items], documents)
    return flow.propose_netting(customer.pk, draft, by=by, on=DAY)


def decided(made, by, *, is_approved=True) -> Netting:
    return flow.decide_netting(made.pk, is_approved=is_approved, by=by, on=DAY)


def booked(role: str) -> Decimal:
    lines = JournalLine.objects.filter(account__role=role)
    return lines.aggregate(sum=Sum("amount"))["sum"] or D(0)


def left(found: OpenItem) -> Decimal:
    found.refresh_from_db()
    return found.outstanding_amount


def test_the_lower_side_is_set_off_oldest_first_and_taken_back_whole(
    company, customer, clerk, boss
) -> None:
    first, second = item(customer, "119.00"), item(customer, "238.00")
    due = (first.due_on, second.due_on)
    made = proposed(customer, clerk, [second, first], theirs("150.00"), theirs("50.00", "K-101"))
    assert (made.number, made.amount, made.rest_amount, booked("payables")) == (
        "NET-00001", D("200.00"), D("157.00"), 0,
    )  # fmt: skip
    with pytest.raises(BusinessError, match="may not"):
        decided(made, clerk)
    made = decided(made, boss)
    assert (left(first), left(second), booked("payables")) == (0, D("157.00"), D("200.00"))
    part = second.debit_allocations.get()
    with pytest.raises(BusinessError, match="netting"):
        receivables.take_back(part.pk, by=boss, on=DAY)
    with pytest.raises(BusinessError, match="NET-00001"):
        proposed(customer, clerk, [second], theirs("9.00", "k 100-26"))
    receivables.take_back_netting(made.pk, by=clerk, on=DAY)
    with pytest.raises(BusinessError, match="no paper"):
        receivables.netting_paper(made.pk)
    assert (left(first), left(second), booked("payables")) == (D("119.00"), D("238.00"), 0)
    assert (first.due_on, second.due_on) == due
    with pytest.raises(BusinessError, match="not in the books"):
        receivables.take_back_netting(made.pk, by=clerk, on=DAY)
    again = proposed(customer, clerk, [first, second], theirs("400.00"))
    assert (again.amount, again.rest_amount) == (D("357.00"), D("-43.00"))
    decided(again, boss)
    assert (left(first), left(second)) == (0, 0)


def test_money_that_went_back_is_not_netted_as_its_match_may_be_undone(
    company, customer, clerk
) -> None:
    code = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    gone = paid(company, "-50.00", told=code)
    words = {"shares": (), "customer_id": customer.pk, "by": clerk, "on": DAY}
    back = receivables.match_entry(gone.pk, **words).payment_item
    assert (left(back), flow.nettable(customer)) == (D("50.00"), [])
    with pytest.raises(BusinessError, match="can't be netted"):
        proposed(customer, clerk, [back], theirs("50.00"))


def test_two_people_decide_on_what_is_still_true(company, customer, boss) -> None:
    found = item(customer, "119.00")
    made = proposed(customer, boss, [found], theirs("100.00"))
    with pytest.raises(BusinessError, match="yourself"):
        decided(made, boss)
    other = make.user_with(Role.FINANCE_MANAGER, company)
    with pytest.raises(BusinessError, match="can't be netted"):
        proposed(customer, boss, [found], theirs("1.00", "K-2"))
    share = receivables.ShareDraft(found.pk, D(1))
    part = receivables.ReceiptDraft(customer.pk, "cash", D(1), DAY, shares=[share])
    flow.take_receipt(company, part, by=boss, on=DAY)
    with pytest.raises(BusinessError, match="propose again"):
        decided(made, other)
    decided(made, other, is_approved=False)
    assert not NettingDocument.objects.filter(is_live=True).exists()
    with pytest.raises(BusinessError, match="decided already"):
        decided(made, other)
    made = proposed(customer, boss, [found], theirs("100.00"))
    asked = {"amount": D("118.00"), "reason": "goodwill", "note": "insolvent"}
    receivables.write_off(found.pk, **asked, by=make.user_with(Role.AR_ACCOUNTANT, company), on=DAY)
    with pytest.raises(BusinessError, match="written off"):
        decided(made, other)
    receivables.decide_write_off(WriteOff.objects.get().pk, is_approved=False, by=other, on=DAY)
    dispute = {"amount": D(1), "reason": "price", "by": boss, "on": DAY}
    disputes.open_dispute(found.pk, **dispute)
    with pytest.raises(BusinessError, match="propose again"):
        decided(made, other)


def test_what_is_contested_or_collected_is_not_offered(company, customer, clerk) -> None:
    free, contested, flying = (item(customer) for _ in range(3))
    disputes.open_dispute(contested.pk, amount=D(1), reason="price", by=clerk, on=DAY)
    account = BankAccount.objects.get(company=company)
    paper = customers.MandateDraft("DE02120300000000202051", DAY)
    mandate = customers.enter_mandate(customer.pk, paper, by=clerk, on=DAY)
    run = DebitRun.objects.create(
        company=company, bank_account=account, scheme="CORE", format="pain.008.001.08",
        proposed_on=DAY, collect_on=DAY, notice_days=1, proposed_by_name="x",
    )  # fmt: skip
    Debit.objects.create(
        company=company, run=run, item=flying, mandate=mandate, amount=D("119.00"),
        sequence="FRST", end_to_end_id="E1",
    )  # fmt: skip
    assert flow.nettable(customer) == [free]
    with pytest.raises(BusinessError, match=contested.document_number):
        proposed(customer, clerk, [free, contested], theirs("1.00"))


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ([], "at least one"),
        ([theirs("0.00")], "above zero"),
        ([theirs("1.00", " ")], "no number"),
        ([theirs("1.00"), theirs("2.00", "K10026")], "twice"),
    ],
)
def test_what_may_not_be_proposed_says_why(company, customer, clerk, documents, told) -> None:
    found = item(customer)
    with pytest.raises(BusinessError, match=told):
        proposed(customer, clerk, [found], *documents)
    with pytest.raises(BusinessError, match="Choose the items"):
        proposed(customer, clerk, [], theirs("1.00"))


def test_the_database_keeps_both_lists(company, customer, clerk, boss) -> None:
    made = decided(proposed(customer, clerk, [item(customer)], theirs("100.00")), boss)
    document = made.documents.get()
    for sql in (
        "UPDATE receivables_nettingdocument SET is_live = false WHERE id = %s",
        "UPDATE receivables_nettingdocument SET amount = 1 WHERE id = %s",
        "DELETE FROM receivables_nettingdocument WHERE id = %s",
    ):
        assert refusal_of(sql, document.pk), sql
    for sql in (
        "UPDATE receivables_netting SET amount = 1 WHERE id = %s",
        "UPDATE receivables_netting SET decided_by_id = proposed_by_id WHERE id = %s",
    ):
        assert refusal_of(sql, made.pk), sql
    copied = (
        "INSERT INTO receivables_nettingdocument (netting_id, customer_id, position, number,"
        " number_key, document_on, amount, is_live) SELECT netting_id, customer_id, 2, number,"
        " number_key, document_on, amount, is_live FROM receivables_nettingdocument WHERE id = %s"
    )
    assert "netting_document_once" in refusal_of(copied, document.pk)


def test_the_letter_tells_both_lists_once(company, customer, clerk, boss, client) -> None:
    type(customer).objects.filter(pk=customer.pk).update(language="sv")
    made = proposed(customer, clerk, [item(customer)], theirs("100.00"))
    with pytest.raises(BusinessError, match="approved"):
        receivables.netting_paper(made.pk)
    decided(made, boss)
    paper = receivables.netting_paper(made.pk)
    assert (paper, paper.filename) == (
        receivables.netting_paper(made.pk), f"Kvittning {made.number}.pdf",
    )  # fmt: skip
    assert list(receivables.nettings_to_tell(made.company, on=DAY)) == [made]
    mail, again = (receivables.tell_netting(made.pk, by=ROBOT, on=DAY) for _n in range(2))
    assert mail is not None
    assert (mail, list(mail.attachments.all())) == (again, [paper])
    assert mail.subject == f"Kvittningsbesked {made.number}"
    assert "av våra poster mot era dokument" in mail.body
    assert not receivables.nettings_to_tell(made.company, on=DAY).exists()
    client.force_login(boss)
    page = client.get(made.get_absolute_url()).content.decode()
    assert mail.to in page
