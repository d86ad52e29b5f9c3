"""Customers pay by card: the provider's word counts, whatever comes of its messages."""

import re
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

import receivables.services as receivables
from core.models import Company, Event, User
from core.roles import Role
from core.services import make_pay_link
from customers.models import Customer
from o2c import due
from o2c.errors import BusinessError
from receivables.models import (
    BankEntry,
    OpenItem,
    ProviderEvent,
    ProviderMovement,
    ProviderPayment,
    ProviderRefund,
    ProviderSettlement,
)
from receivables.provider.simulator import Simulator
from tests import make as base
from tests.receivables import make
from tests.receivables.cards import (
    balance,
    begun,
    hear,
    in_dollars,
    left,
    post,
    post_raw,
    provider,
)
from tests.receivables.make import DAY, ROBOT
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def company() -> Company:
    return make.ledger()


@pytest.fixture
def customer(company: Company) -> Customer:
    return base.customer(company)


@pytest.fixture
def point(settings: Any, company: Company) -> Iterator[Simulator]:
    with provider(settings, company) as made:
        yield made


def paid(point: Simulator, *items: OpenItem, **words: Any) -> ProviderPayment:
    """Items paid by card, told and booked."""
    payment = begun(items, **words)
    point.do("pay", payment=payment.remote_id)
    hear(point, payment.company)
    payment.refresh_from_db()
    return payment


# --- Paying --------------------------------------------------------------------------------------
def test_several_items_are_paid_at_once_and_the_money_waits_at_the_provider(
    point: Simulator, company: Company, customer: Customer
) -> None:
    one, two = make.item(customer, "119.00"), make.item(customer, "59.50")
    payment = paid(point, one, two)
    assert (payment.state, payment.method, payment.amount) == ("paid", "card", D("178.50"))
    assert left(one) == left(two) == 0
    assert balance(company, "provider") == D("178.50")
    assert balance(company, "receivables") == 0
    names = Event.objects.about(payment).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["card_payment.begun", "card_payment.captured"]


def test_the_rest_of_the_account_is_paid_less_what_stands_to_its_credit(
    point: Simulator, company: Company, customer: Customer
) -> None:
    old = make.item(customer, "119.00")
    paid(point, old)
    point.do("win", payment=_charged_back(point, old))  # leaves nothing open but a paid item
    hear(point, company)
    credit = make.invoice(customer, "19.00", corrects=old.invoice)
    receivables.book_invoice(credit, by=ROBOT)
    new = make.item(customer, "100.00")
    payment = paid(point, new, uses_credits=True)
    assert payment.amount == D("81.00")
    assert not OpenItem.objects.filter(customer=customer).open().exists()


def _charged_back(point: Simulator, item: OpenItem) -> str:
    payment = ProviderPayment.objects.get(shares__item=item)
    point.do("chargeback", payment=payment.remote_id)
    return payment.remote_id


def test_the_same_form_and_the_same_choice_are_one_payment(
    point: Simulator, customer: Customer
) -> None:
    item, key = make.item(customer), uuid.uuid4()
    first = begun([item], key=key)
    assert begun([item], key=key) == first == begun([item])
    assert len(point.books.payments) == 1


def test_what_was_paid_meanwhile_stays_on_account_and_people_hear_of_it(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, "119.00")
    accountant = base.user_with(Role.AR_ACCOUNTANT, company)
    first, second = begun([item]), begun([item, make.item(customer, "10.00")])
    for payment in (first, second):
        point.do("pay", payment=payment.remote_id)
    hear(point, company)
    assert left(item) == 0
    assert left(second.movements.get().item) == -D("119.00")
    assert "119" in accountant.notifications.get().title


def test_another_currency_is_refused_before_anything_begins(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = in_dollars(customer)
    with pytest.raises(BusinessError, match="USD"):
        begun([item])
    assert not ProviderPayment.objects.exists()
    assert not point.books.payments


def test_nothing_is_active_where_no_provider_is_set(customer: Customer) -> None:
    with pytest.raises(BusinessError) as refused:
        begun([make.item(customer)])
    assert refused.value.code == "provider.none"
    assert post(customer.company, {"event_id": "e"}) == 401


@pytest.mark.parametrize(
    ("amount", "paid_amount", "rest"), [("100.00", "100.00", "19.00"), ("130.00", "119.00", "0.00")]
)
def test_another_amount_than_asked_for_is_booked_as_it_came_and_told(
    point: Simulator, company: Company, customer: Customer, amount: str, paid_amount: str, rest: str
) -> None:
    item = make.item(customer, "119.00")
    payment = begun([item])
    point.do("pay", payment=payment.remote_id, amount=amount)
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.trouble, left(item)) == ("amount", D(rest))
    assert left(payment.movements.get().item) == D(paid_amount) - D(amount)
    receivables.clear_trouble(payment.pk, note="agreed by phone", by=ROBOT, on=DAY)
    assert receivables.sync_payment(payment.pk, by=ROBOT, on=DAY).trouble == ""


def test_money_in_another_currency_is_not_booked(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("pay", payment=payment.remote_id, currency="USD")
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.trouble, left(item)) == ("currency", item.amount)
    assert balance(company, "provider") == 0


def test_a_closed_month_takes_the_money_on_its_first_open_day(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, on=DAY)
    receivables.close_books(company, until=DAY.replace(day=31), by=ROBOT, on=DAY.replace(month=4))
    point.books.now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    payment = paid(point, item)
    movement = payment.movements.get()
    assert (movement.happened_on.day, movement.entry.posted_on.month) == (10, 4)
    assert left(item) == 0


def test_whoever_holds_the_link_pays_and_comes_back_without_its_key(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, "119.00")
    link = make_pay_link(item.invoice, to="buyer@example.org")
    assert link is not None
    client, address = Client(), f"/answers/pay?key={link.key()}"
    page = client.get(address).content.decode()
    assert re.search(rf'name="items" value="{item.pk}" checked', page)
    drawn = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert drawn
    sent = {"items": [item.pk], "key": drawn[1]}
    answers = [client.post(address, sent) for _turn in range(2)]
    payment = ProviderPayment.objects.get()
    assert {answer["Location"] for answer in answers} == {
        f"/answers/pay/state?payment={payment.key}"
    }
    assert payment.page_url in client.get(answers[0]["Location"]).content.decode()
    remote = point.books.payments[payment.remote_id]
    assert link.key() not in remote.return_url
    point.do("pay", payment=remote.id)
    client.get(f"/answers/pay/state?{remote.return_url.partition('?')[2]}")
    payment.refresh_from_db()
    assert (payment.state, left(item)) == ("paid", 0)
    assert 'name="items"' not in client.get(address).content.decode()
    assert client.get("/answers/pay?key=guessed").status_code == 410
    assert client.get("/answers/pay/state?payment=guessed").status_code == 410


# --- What the provider tells ---------------------------------------------------------------------
def test_a_lost_answer_an_early_message_and_a_late_try_are_one_payment(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item, key = make.item(customer), uuid.uuid4()
    point.behave("loses-answer")
    with pytest.raises(BusinessError):
        begun([item], key=key)
    payment = ProviderPayment.objects.get()
    assert (payment.state, payment.remote_id) == ("begun", "")
    remote = point.books.by_reference[str(key)]
    point.behave("quiet")
    point.do("pay", payment=remote.id)  # it is paid before we know the provider's name of it
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.state, payment.remote_id, left(item)) == ("paid", remote.id, 0)
    assert begun([item], key=key) == payment


def test_messages_come_twice_and_in_any_order(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer, "119.00")
    payment = begun([item])
    point.do("pay", payment=payment.remote_id)
    point.do("chargeback", payment=payment.remote_id)
    point.do("win", payment=payment.remote_id)
    point.held += point.held[:2]
    hear(point, company, is_newest_first=True)
    hear(point, company)
    assert set(payment.movements.values_list("kind", flat=True)) == {
        "capture", "chargeback_won", "chargeback",
    }  # fmt: skip
    assert left(item) == 0
    assert ProviderEvent.objects.filter(processed_at=None).count() == 0
    assert balance(company, "provider") == D("119.00")


def test_forged_old_foreign_and_broken_messages_are_refused_and_told_without_secrets(
    point: Simulator, company: Company, customer: Customer, settings: Any, caplog: Any
) -> None:
    payment = begun([make.item(customer)])
    news = point.books.news_of(point.books.payments[payment.remote_id])
    other = base.company_se()
    settings.PAYMENT_URLS |= {other.code: point.url}
    settings.PAYMENT_SECRETS |= {other.code: "another secret"}
    assert post(company, news, secret="guessed") == 401
    assert post(company, news, at=time.time() - 301) == 401
    assert post(company, news, at=time.time() + 400) == 401
    assert post_raw(company.code, b"{}", "") == 401
    assert post(other, news) == 401
    assert post(other, news, secret="another secret") == 403
    assert post(company, news | {"event_id": "x" * 81}) == 400
    assert post(company, news | {"kind": "payment.vanished"}) == 400
    assert post(company, news | {"more": "x" * 70_000}) == 413
    settings.PAYMENT_SECRETS = {}
    assert post(company, news, secret="") == 401
    assert not ProviderEvent.objects.exists()
    assert "guessed" not in caplog.text
    assert payment.remote_id not in caplog.text


def test_while_the_provider_is_away_messages_wait(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("pay", payment=payment.remote_id)
    point.behave("down")
    assert post(company, point.held.pop()) == 204
    assert [row["code"] for row in due.work_off_cards(company, on=DAY).failures] == [
        "provider.away"
    ]
    point.behave("quiet")
    hear(point, company)
    assert left(item) == 0


def test_a_payment_nobody_tells_of_is_asked_for_and_one_nobody_knows_given_up(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("pay", payment=payment.remote_id)
    point.held.clear()
    point.behave("refuses")
    with pytest.raises(BusinessError):
        begun([make.item(customer)])
    lost = ProviderPayment.objects.create(
        company=company, customer=customer, amount=1, currency="EUR", started_by_name="x"
    )
    ProviderPayment.objects.update(asked_at="2026-01-01T00:00Z")
    hear(point, company)
    states = dict(ProviderPayment.objects.values_list("pk", "state"))
    assert (states[payment.pk], states[lost.pk]) == ("paid", "expired")
    assert sorted(states.values()) == ["declined", "expired", "paid"]


def test_declined_is_told_and_the_items_stay_open(
    point: Simulator, company: Company, customer: Customer
) -> None:
    item = make.item(customer)
    payment = begun([item])
    point.do("decline", payment=payment.remote_id)
    hear(point, company)
    payment.refresh_from_db()
    assert (payment.state, payment.reason, left(item)) == (
        "declined", "The card was declined.", item.amount,
    )  # fmt: skip


# --- Going back ----------------------------------------------------------------------------------
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


# --- Settlements ---------------------------------------------------------------------------------
def test_a_payout_is_split_and_its_bank_entry_empties_the_clearing_account(
    point: Simulator, company: Company, customer: Customer
) -> None:
    one, two = make.item(customer, "119.00"), make.item(customer, "238.00")
    first, second = paid(point, one), paid(point, two)
    point.do("chargeback", payment=first.remote_id)
    reference = point.do("settle")
    hear(point, company)
    settlement = ProviderSettlement.objects.get()
    fee = D("1.92") + D("3.58") + D("15.00")
    assert (settlement.gross_amount, settlement.fee_amount) == (D("238.00"), fee)
    assert not ProviderSettlement.objects.disagreeing().exists()
    assert (balance(company, "provider_fee"), balance(company, "provider")) == (
        fee, settlement.net_amount,
    )  # fmt: skip
    make.imported(
        company, make.camt(make.entry(str(settlement.net_amount), text=f"PAYOUT {reference}"))
    )
    entry = BankEntry.objects.get()
    settlement.refresh_from_db()
    assert (entry.is_settled, settlement.is_paid, balance(company, "provider")) == (True, True, 0)
    receivables.undo_match(settlement.match_id, by=ROBOT, on=DAY)
    settlement = ProviderSettlement.objects.get()
    assert (settlement.is_paid, balance(company, "provider")) == (False, settlement.net_amount)
    assert second.movements.get().settlement_line.fee_amount == D("3.58")


def test_the_bank_entry_may_come_first_and_the_file_twice(
    point: Simulator, company: Company, customer: Customer
) -> None:
    paid(point, make.item(customer, "119.00"))
    content = point.books.settlements[point.books.settle("PO-77")]
    make.imported(company, make.camt(make.entry("117.08", text="PO-77 provider")))
    assert not BankEntry.objects.get().is_settled
    content = re.sub(rb"\d{4}-\d\d-\d\d", str(DAY).encode(), content)
    words: dict[str, Any] = {"filename": "a.csv", "by": ROBOT, "on": DAY}
    made, is_new = receivables.import_settlement(company, content, **words)
    assert (is_new, ProviderSettlement.objects.get().is_paid) == (True, True)
    assert receivables.import_settlement(company, content, **words) == (made, False)
    with pytest.raises(BusinessError, match="other content"):
        receivables.import_settlement(company, content + b"\n\n", **words)
    assert balance(company, "provider") == 0


def test_lines_that_agree_with_nothing_are_named_and_the_books_stay_provable(
    point: Simulator, company: Company, customer: Customer
) -> None:
    payment = paid(point, make.item(customer, "119.00"))
    capture = payment.movements.get().remote_id
    head = b"settlement,paid_on,currency,kind,id,payment,gross,fee,net\n"
    rows = (
        f"PO1,2026-03-05,EUR,capture,{capture},{payment.remote_id},118.00,1.00,117.00\n"
        "PO1,2026-03-05,EUR,capture,cap_strange,pay_strange,10.00,0.10,9.90\n"
        "PO1,2026-03-05,EUR,fee,fee_march,,0.00,5.00,-5.00\n"
    ).encode()
    receivables.import_settlement(company, head + rows, filename="a", by=ROBOT, on=DAY)
    settlement = ProviderSettlement.objects.disagreeing().get()
    assert [line.remote_id for line in settlement.lines.filter(movement=None)] == [
        capture, "cap_strange", "fee_march",
    ]  # fmt: skip
    assert balance(company, "provider") == D("119.00") - D("6.10")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("settlement;paid_on\n", "Line 1"),
        ("PO,2026-03-05,EUR,capture,c,p,10.00,1.00,9.01\n", "Line 2"),
        ("PO,2026-03-05,EUR,capture,c,p,1e2,1.00,9.00\n", "1e2"),
        ("PO,2026-02-30,EUR,capture,c,p,10.00,1.00,9.00\n", "2026-02-30"),
        ("PO,2026-03-05,USD,capture,c,p,10.00,1.00,9.00\n", "USD"),
        ("PO,2026-03-05,EUR,capture,c,p,10.00,1.00,9.00\n" * 2, "twice"),
        ("PO,2026-03-05,EUR,gift,c,p,10.00,1.00,9.00\n", "gift"),
        ("", "0 lines"),
    ],
)
def test_a_broken_settlement_books_nothing(company: Company, content: str, told: str) -> None:
    head = "" if ";" in content else "settlement,paid_on,currency,kind,id,payment,gross,fee,net\n"
    with pytest.raises(BusinessError, match=told):
        receivables.import_settlement(
            company, (head + content).encode(), filename="a", by=ROBOT, on=DAY
        )
    assert not ProviderSettlement.objects.exists()


def test_what_moved_stays_in_the_database(
    point: Simulator, company: Company, customer: Customer
) -> None:
    payment = paid(point, make.item(customer))
    movement = ProviderMovement.objects.get()
    for sql in (
        "UPDATE receivables_providermovement SET amount = 1",
        "DELETE FROM receivables_providermovement",
        "UPDATE receivables_providerpayment SET amount = 1",
        "DELETE FROM receivables_providershare",
    ):
        assert refusal_of(sql), sql
    copied = (
        "INSERT INTO receivables_providermovement (company_id, payment_id, kind, remote_id, amount,"
        " reason, happened_on, recorded_at, item_id, entry_id) SELECT company_id, payment_id, kind,"
        " %s, amount, reason, happened_on, recorded_at, item_id, entry_id"
        " FROM receivables_providermovement WHERE id = %s"
    )
    assert refusal_of(copied, movement.remote_id, movement.pk)
    assert payment.movements.count() == 1
