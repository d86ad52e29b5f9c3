"""Refunds by bank transfer: proposed, approved by two, ordered once, answered by the bank."""

from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest
import sepaxml
from django.db import DatabaseError, transaction
from django.urls import reverse
from lxml import etree

import receivables.services as receivables
from core.models import Event, Notification
from core.roles import Role
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from receivables.bankfiles import pain001
from receivables.models import (
    BankAccount,
    BankEntry,
    BankMatch,
    BankRefund,
    ExchangeRate,
    JournalLine,
    OpenItem,
    RefundRun,
)
from receivables.services.debit_proposal import next_bank_day
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, item, ledger, paid
from tests.receivables.test_collecting import told

pytestmark = pytest.mark.django_db

HOME, OTHER = "DE02120300000000202051", "SE4550000000058398257466"
PAY_DAY = date(2026, 3, 4)


class Desk:
    """A company, its people, and a customer with money on account."""

    def __init__(self) -> None:
        self.company = ledger()
        self.clerk = make.user_with(Role.AR_ACCOUNTANT, self.company)
        self.boss = make.user_with(Role.FINANCE_MANAGER, self.company)
        self.payer = make.customer(self.company, "Käufer & Söhne AG")

    def credit(self, amount: str = "50.00", text: str = "zu viel", **fields) -> OpenItem:
        fields = {"iban": HOME, "name": "Käufer AG"} | fields
        came = paid(self.company, amount, text, **fields)
        match = receivables.match_entry(
            came.pk, shares=(), customer_id=self.payer.pk, by=self.clerk, on=DAY
        )
        return match.payment_item

    def propose(self, credit: OpenItem, amount: str = "50.00", **more) -> BankRefund:
        return receivables.propose_bank_refund(
            credit.pk, amount=D(amount), note="paid too much", by=self.clerk, on=DAY, **more
        )

    def approve(self, refund: BankRefund) -> BankRefund:
        return receivables.decide_bank_refund(refund.pk, is_approved=True, by=self.boss, on=DAY)

    def order(self, **more) -> RefundRun:
        account = BankAccount.objects.get(company=self.company)
        plan = receivables.RefundOrder(account.pk, PAY_DAY, **more)
        return receivables.write_refund_run(self.company, plan, by=self.clerk, on=DAY)

    def bank(self, *entries: str, on: date = PAY_DAY):
        return imported(self.company, camt(*entries, number=make.unique(""), on=on), on=on)

    def balance(self, role: str) -> D:
        lines = JournalLine.objects.filter(account__company=self.company, account__role=role)
        return sum((line.amount for line in lines), D(0))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def left(found: OpenItem) -> D:
    found.refresh_from_db()
    return found.outstanding_amount


def state(refund: BankRefund) -> str:
    return BankRefund.objects.values_list("state", flat=True).get(pk=refund.pk)


def test_day_by_day_from_the_credit_to_the_money_that_comes_back(desk):
    credit = desk.credit()
    refund = desk.propose(credit, "30.00")
    assert (refund.iban, refund.holder, refund.account_source) == (HOME, "Käufer AG", "payer")
    assert Notification.objects.filter(user=desk.boss, title__contains="30.00").exists()
    with pytest.raises(Conflict, match="back already"):
        desk.propose(credit, "10.00")
    assert left(credit) == D("-50.00")
    # Approved: the credit is taken, so neither an item nor a second refund can have it.
    desk.approve(refund)
    assert (left(credit), desk.balance("refunds")) == (D("-20.00"), D("-30.00"))
    owed = item(desk.payer)
    with pytest.raises(Conflict, match="Only"):
        receivables.allocate(credit.pk, owed.pk, amount=D("30.00"), by=desk.clerk, on=DAY)
    taken = credit.credit_allocations.get()
    with pytest.raises(Conflict, match="withdraw"):
        receivables.take_back(taken.pk, by=desk.clerk, on=DAY)
    match = BankMatch.objects.get(payment_item=credit)
    for undo in (receivables.undo_match, receivables.unapply_match):
        with pytest.raises(Conflict, match=refund.number):
            undo(match.pk, by=desk.clerk, on=DAY)
    # Ordered once: the second file has nothing to order.
    run = desk.order()
    assert state(refund) == "sent"
    with pytest.raises(Conflict, match="No approved refund"):
        desk.order()
    # Another sum under its name is not its entry; its own is, and nothing is left on the way.
    name = refund.end_to_end_id
    desk.bank(told("-29.00", end_to_end=name, on=PAY_DAY))
    assert state(refund) == "sent"
    file = desk.bank(told("-30.00", end_to_end=name, on=PAY_DAY))
    assert (file.matched_count, state(refund), desk.balance("refunds")) == (1, "paid", 0)
    paying = BankMatch.objects.get(refunds=refund)
    with pytest.raises(Conflict, match="can't be undone"):
        receivables.undo_match(paying.pk, by=desk.clerk, on=PAY_DAY)
    # The same name again is somebody else's mistake: nothing is booked for it.
    again = desk.bank(told("-30.00", end_to_end=name, on=PAY_DAY + timedelta(days=1)))
    assert again.matched_count == 0
    # The account was closed: the credit is open as it was, once.
    back_on = PAY_DAY + timedelta(days=2)
    for _turn in range(2):
        desk.bank(told("30.00", end_to_end=name, code="AC04", on=back_on), on=back_on)
    refund.refresh_from_db()
    assert (refund.state, refund.returned_on, refund.return_reason) == ("returned", back_on, "AC04")
    assert left(credit) == D("-50.00")
    assert Notification.objects.filter(user=desk.clerk, title__contains="AC04").exists()
    assert not OpenItem.objects.filter(kind="refund").open().exists()
    names = set(Event.objects.about(refund, run).values_list("name", flat=True))
    assert {"refund.proposed", "refund.approved", "refund_run.written", "refund.paid"} <= names
    # It may be proposed anew, to another account.
    account = receivables.RefundAccount(OTHER, "Köparen", "told by letter of 6 March")
    assert desk.propose(credit, "50.00", account=account).iban == OTHER


def test_who_gives_an_account_never_approves_it(desk):
    credit = desk.credit(iban="")
    refund = desk.propose(credit)
    assert (refund.iban, refund.account_source) == ("", "none")
    with pytest.raises(Conflict, match="IBAN"):
        desk.approve(refund)
    for iban, reason, told_ in ((OTHER, " ", "Say why"), ("DE00123", "letter", "valid IBAN")):
        with pytest.raises(InvalidInput, match=told_):
            receivables.give_refund_account(
                refund.pk, receivables.RefundAccount(iban, "X", reason), by=desk.boss, on=DAY
            )
    account = receivables.RefundAccount(OTHER, "Käufer", "told by phone, called back")
    receivables.give_refund_account(refund.pk, account, by=desk.boss, on=DAY)
    with pytest.raises(Conflict, match="somebody else"):
        desk.approve(refund)
    with pytest.raises(PermissionMissing):
        receivables.decide_bank_refund(refund.pk, is_approved=True, by=desk.clerk, on=DAY)
    other = make.user_with(Role.CREDIT_MANAGER, desk.company)
    with pytest.raises(Conflict, match="changed"):
        receivables.decide_bank_refund(
            refund.pk, is_approved=True, by=other, on=DAY, seen_iban=HOME
        )
    receivables.decide_bank_refund(refund.pk, is_approved=True, by=other, on=DAY, seen_iban=OTHER)
    with pytest.raises(Conflict, match="approved already"):
        receivables.give_refund_account(refund.pk, account, by=desk.boss, on=DAY)
    # The database holds it, too: the account, the sum, the order of states, four eyes.
    rows = BankRefund.objects.filter(pk=refund.pk)
    for change in (
        {"iban": HOME},
        {"amount": D("10.00")},
        {"state": "paid"},
        {"decided_by": desk.clerk},
        {"decided_by": desk.boss},
        {"state": "proposed"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_a_refund_is_withdrawn_rejected_or_too_late(desk):
    credit, owed = desk.credit(), item(desk.payer)
    refund = desk.propose(credit)
    receivables.allocate(credit.pk, owed.pk, amount=D("10.00"), by=desk.clerk, on=DAY)
    with pytest.raises(Conflict, match=r"Only .*40\.00"):
        desk.approve(refund)
    receivables.decide_bank_refund(refund.pk, is_approved=False, by=desk.boss, on=DAY)
    second = desk.approve(desk.propose(credit, "40.00"))
    receivables.withdraw_bank_refund(second.pk, reason="they owe more", by=desk.clerk, on=DAY)
    assert (state(second), left(credit), desk.balance("refunds")) == ("refused", D("-40.00"), 0)
    third = desk.approve(desk.propose(credit, "40.00"))
    run = desk.order()
    with pytest.raises(Conflict, match="at the bank"):
        receivables.withdraw_bank_refund(third.pk, reason="x", by=desk.clerk, on=DAY)
    receivables.reject_bank_refund(third.pk, reason="file refused", by=desk.boss, on=PAY_DAY)
    assert (state(third), left(credit), desk.balance("refunds")) == ("returned", D("-40.00"), 0)
    # Its entry comes all the same: nothing is sure, nothing is booked as a refund.
    assert desk.bank(told("-40.00", end_to_end=third.end_to_end_id, on=PAY_DAY)).matched_count == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        RefundRun.objects.filter(pk=run.pk).update(execute_on=DAY)


def test_both_versions_are_valid_and_an_import_undone_brings_the_refund_back_on_its_way(desk):
    first = desk.credit()
    second = desk.credit("7.50", "noch was", iban=OTHER, name="Köp &amp; Sälj")
    rows = [desk.approve(desk.propose(first)), desk.approve(desk.propose(second, "7.50"))]
    for day, refused in ((date(2026, 3, 7), "next day"), (date(2026, 3, 1), "next day")):
        account = BankAccount.objects.get(company=desk.company).pk
        with pytest.raises(InvalidInput, match=refused):
            receivables.write_refund_run(
                desk.company, receivables.RefundOrder(account, day), by=desk.clerk, on=DAY
            )
    run = desk.order(format=pain001.V3)
    content = run.document.read()
    folder = Path(sepaxml.__file__).parent / "schemas"
    judge = etree.XMLSchema(etree.parse(folder / f"{pain001.V3}.xsd"))
    root = etree.fromstring(content)
    judge.assertValid(root)
    space = {"p": f"urn:iso:std:iso:20022:tech:xsd:{pain001.V3}"}

    def all_of(path: str) -> list[str]:
        return [node.text for node in root.iterfind(f".//p:{path}", space)]

    assert all_of("EndToEndId") == [row.end_to_end_id for row in rows]
    assert all_of("InstdAmt") == ["50.00", "7.50"]
    assert set(all_of("CtrlSum")) == {"57.50"}
    assert all_of("CdtrAcct/p:Id/p:IBAN") == [HOME, OTHER]
    assert "Kaeufer AG" in all_of("Nm")
    debtor = pain001.Debtor("Firma", HOME, "", "SEK")
    one = pain001.Transfer("RF1", D("1.00"), "X", OTHER, "DEUTDEFF", "text")
    words = {"execute_on": PAY_DAY, "created_on": DAY}
    newer = pain001.write("PR-1", debtor, [one], schema=pain001.V9, **words)
    assert b"<BICFI>DEUTDEFF</BICFI>" in newer
    assert b"SEPA" not in newer
    with pytest.raises(InvalidInput, match="not valid"):
        pain001.write("PR-1", debtor, [], schema=pain001.V9, **words)
    # The bank books the whole order at once, naming the run.
    file = desk.bank(entry("-57.50", run.number, on=PAY_DAY))
    assert [state(row) for row in rows] == ["paid", "paid"]
    receivables.undo_import(file.pk, by=desk.clerk, on=PAY_DAY)
    assert [state(row) for row in rows] == ["sent", "sent"]
    assert desk.balance("refunds") == D("-57.50")
    desk.bank(entry("-57.50", run.number, on=PAY_DAY))
    assert desk.balance("refunds") == 0


def test_what_is_surely_too_much_proposes_itself_once(desk):
    company, payer = desk.company, desk.payer
    owed = item(payer, "119.00")
    for number in range(2):
        came = paid(company, "119.00", owed.document_number, iban=HOME, reference=f"B{number}")
        if not came.is_settled:
            receivables.match_entry(came.pk, shares=(), customer_id=payer.pk, by=desk.clerk, on=DAY)
    assert left(owed) == 0
    old = desk.credit("20.00", "irgendwas")
    later = DAY + timedelta(days=40)
    assert [
        (row.cause, row.amount)
        for row in receivables.propose_bank_refunds(company, by=ROBOT, on=later)
    ] == [("duplicate", D("119.00"))]
    with pytest.raises(PermissionMissing):
        receivables.set_account_policy(
            company, refund_after_days=40, is_duplicate_refunded=True, by=desk.clerk, on=DAY
        )
    receivables.set_account_policy(
        company, refund_after_days=40, is_duplicate_refunded=True, by=desk.boss, on=DAY
    )
    assert receivables.propose_bank_refunds(company, by=ROBOT, on=later - timedelta(1)) == []
    again = receivables.propose_bank_refunds(company, by=ROBOT, on=later)
    assert [(row.item_id, row.cause) for row in again] == [(old.pk, "old")]
    # Refused by a person: it does not come again by itself. Nor for one who owes something.
    receivables.decide_bank_refund(again[0].pk, is_approved=False, by=desk.boss, on=later)
    debtor = make.customer(company, "Schuldner")
    owing = paid(company, "5.00", "x", iban=OTHER)
    receivables.match_entry(owing.pk, shares=(), customer_id=debtor.pk, by=desk.clerk, on=DAY)
    item(debtor)
    assert receivables.propose_bank_refunds(company, by=ROBOT, on=later) == []


def test_in_a_foreign_currency_the_rate_of_the_way_is_booked(desk):
    company = desk.company
    account = receivables.add_bank_account(company, name="Kronor", iban=OTHER, currency="SEK")
    for day, price in ((DAY, "10"), (PAY_DAY, "8"), (PAY_DAY + timedelta(days=1), "9")):
        receivables.enter_rate(
            company, currency="SEK", valid_on=day, currency_amount=D(price),
            books_amount=D(1), by=desk.clerk, on=date(2026, 3, 9),
        )  # fmt: skip
    assert ExchangeRate.objects.count() == 3
    sek = {"iban": OTHER, "currency": "SEK"}
    imported(company, camt(entry("80.00", "x", iban=HOME, currency="SEK"), **sek))
    came = BankEntry.objects.get(currency="SEK")
    match = receivables.match_entry(
        came.pk, shares=(), customer_id=desk.payer.pk, by=desk.clerk, on=DAY
    )
    refund = desk.approve(desk.propose(match.payment_item, "80.00"))
    receivables.write_refund_run(
        company, receivables.RefundOrder(account.pk, PAY_DAY), by=desk.clerk, on=DAY
    )
    money = told("-80.00", end_to_end=refund.end_to_end_id, on=PAY_DAY).replace("EUR", "SEK")
    imported(company, camt(money, number="2", on=PAY_DAY, **sek), on=PAY_DAY)
    assert (state(refund), desk.balance("exchange_loss")) == ("paid", D("2.00"))
    day = PAY_DAY + timedelta(days=1)
    money = told("80.00", end_to_end=refund.end_to_end_id, code="AC01", on=day)
    imported(company, camt(money.replace("EUR", "SEK"), number="3", on=day, **sek), on=day)
    assert (state(refund), desk.balance("exchange_loss")) == ("returned", D("2.00"))
    assert desk.balance("exchange_gain") == D("-0.89")
    assert left(match.payment_item) == D("-80.00")


def test_pages_propose_give_an_account_approve_order_and_end(desk, client):
    credit, on = desk.credit(iban=""), desk.company.today()
    client.force_login(desk.clerk)
    new = reverse("receivables:refund_item", args=[credit.pk])
    assert new in client.get(credit.get_absolute_url()).content.decode()
    assert "Nobody knows" in client.get(new).content.decode()
    sent = {"amount": "60.00", "note": "paid too much"}
    assert client.post(new, sent).status_code == 422
    assert client.post(new, sent | {"amount": "50.00"}).status_code == 302
    refund = BankRefund.objects.get()
    page = refund.get_absolute_url()
    give = reverse("receivables:refund_account", args=[refund.pk])
    assert give in client.get(page).content.decode()
    bank = {"iban": HOME, "holder": "Käufer", "account_reason": "called back"}
    assert client.post(give, bank | {"account_reason": ""}).status_code == 422
    assert client.post(give, bank).status_code == 302
    decide = reverse("receivables:decide_bank_refund", args=[refund.pk])
    assert client.post(decide, {"decision": "approve"}).status_code == 403
    client.force_login(desk.boss)
    shown = client.get(page).content.decode()
    assert decide in shown
    assert "does not go back where it came from" in shown
    assert client.post(decide, {"decision": "approve", "seen_iban": OTHER}).status_code == 409
    assert client.post(decide, {"decision": "approve", "seen_iban": HOME}).status_code == 302
    pay = reverse("receivables:write_refund_run")
    assert client.get(pay).status_code == 200
    account = BankAccount.objects.get(company=desk.company).pk
    day = next_bank_day(on)
    sent = {"bank_account": account, "execute_on": day.isoformat(), "format": pain001.V9}
    assert client.post(pay, sent).status_code == 302
    assert client.post(pay, sent).status_code == 409
    run = RefundRun.objects.get()
    assert run.document.sha256 in client.get(run.get_absolute_url()).content.decode()
    file = client.get(reverse("core:document", args=[run.document_id]))
    assert refund.end_to_end_id.encode() in b"".join(file)
    assert refund.number in client.get(reverse("receivables:bank_refunds")).content.decode()
    end = reverse("receivables:end_refund", args=[refund.pk])
    assert "paid twice" in client.get(end).content.decode()
    assert client.post(end, {"reason": "never handed in"}).status_code == 302
    assert "never handed in" in client.get(page).content.decode()
    rules = reverse("receivables:account_rules")
    assert client.post(rules, {"refund_after_days": "30"}).status_code == 302
    policy = receivables.account_policy(desk.company)
    assert (policy.refund_after_days, policy.is_duplicate_refunded) == (30, False)


def test_what_is_not_there_is_not_given_back(desk):
    # The payment is taken back by its bank: approved, the refund goes with it; ordered, it is owed.
    early, late = desk.credit(), desk.credit("60.00", "noch was")
    gone, ordered = desk.propose(early), desk.propose(late, "60.00")
    desk.approve(ordered)
    desk.order()
    desk.approve(gone)
    for amount, credit in (("-50.00", early), ("-60.00", late)):
        desk.bank(told(amount, code="MS03", on=PAY_DAY))
        back = BankEntry.objects.latest("pk")
        match = BankMatch.objects.get(payment_item=credit)
        receivables.return_payment(back.pk, match_pk=match.pk, by=desk.clerk, on=PAY_DAY)
    assert (state(gone), state(ordered), left(early), left(late)) == ("refused", "sent", 0, 0)
    assert (desk.balance("refunds"), left(BankRefund.objects.get(pk=ordered.pk).debit_item)) == (
        D("-60.00"), D("60.00"),
    )  # fmt: skip
    with pytest.raises(Conflict, match="No approved refund"):
        desk.order()
    titles = Notification.objects.filter(user=desk.clerk).values_list("title", flat=True)
    assert any(f"{ordered.number} went back: stop" in title for title in titles)
    receivables.reject_bank_refund(ordered.pk, reason="stopped", by=desk.boss, on=PAY_DAY)
    assert not OpenItem.objects.open().exists()
    # A cheque is money once the bank has credited it.
    draft = receivables.ReceiptDraft(
        desk.payer.pk, "cheque", D("70.00"), DAY, cheque_number="1", drawer_bank="B"
    )
    cheque = receivables.take_receipt(desk.company, draft, by=ROBOT, on=DAY)
    paid_in = cheque.bank_entry.matches.get().payment_item
    with pytest.raises(Conflict, match="not credited"):
        desk.propose(paid_in, "70.00")
    receivables.set_account_policy(
        desk.company, refund_after_days=1, is_duplicate_refunded=True, by=desk.boss, on=DAY
    )
    assert receivables.propose_bank_refunds(desk.company, by=ROBOT, on=PAY_DAY) == []


def test_what_came_back_stays_so_on_whichever_account(desk):
    account = receivables.add_bank_account(desk.company, name="Zweitbank", iban=OTHER)
    refund = desk.approve(desk.propose(desk.credit()))
    receivables.write_refund_run(
        desk.company,
        receivables.RefundOrder(BankAccount.objects.exclude(pk=account.pk).get().pk, PAY_DAY),
        by=desk.clerk,
        on=DAY,
    )
    name = refund.end_to_end_id
    file = desk.bank(told("-50.00", end_to_end=name, on=PAY_DAY))
    # Another reference that begins alike is not its id.
    assert desk.bank(told("50.00", end_to_end=f"RF{refund.pk}", on=PAY_DAY)).matched_count == 0
    content = camt(told("50.00", end_to_end=name, on=PAY_DAY), iban=OTHER, on=PAY_DAY)
    imported(desk.company, content, on=PAY_DAY)
    assert state(refund) == "returned"
    later = BankEntry.objects.get(statement__file__gt=file.pk, bank_account__name="Musterbank")
    receivables.undo_import(later.statement.file_id, by=desk.clerk, on=PAY_DAY)
    with pytest.raises(Conflict, match=f"{refund.number}, which it paid out, came back"):
        receivables.undo_import(file.pk, by=desk.clerk, on=PAY_DAY)
