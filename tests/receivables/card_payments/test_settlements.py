"""A payout is split into gross, fee and net, and its bank entry empties the clearing account."""

import re
from decimal import Decimal
from typing import Any

import pytest

import receivables.services as receivables
from core.models import Company
from customers.models import Customer
from o2c.errors import BusinessError
from receivables.models import (
    BankEntry,
    ProviderMovement,
    ProviderSettlement,
)
from receivables.provider.simulator import Simulator
from tests.receivables import make
from tests.receivables.cards import (
    balance,
    hear,
    paid,
)
from tests.receivables.make import DAY, ROBOT
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
D = Decimal


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
