"""Reads of reports against booked rows: ageing as effective and as known, DSO, cash, sales."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

import receivables.services as receivables
from core.roles import Role
from o2c import flow
from receivables.models import OpenItem
from reporting.reads.ageing import ageing, ageing_now, ageing_totals
from reporting.reads.receivables import cash_in, dso, receivable_balance
from reporting.reads.sales import open_orders, sales
from reporting.rules import BUCKETS
from tests import make
from tests.receivables import make as books
from tests.receivables.make import DAY, entry, imported, item, ledger, paid
from tests.world import MONDAY, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def buckets(company, as_of: date, **known: date) -> dict[str, Decimal]:
    (row,) = ageing(company, as_of=as_of, **known)
    return {name: amount for name, amount in zip(BUCKETS, row.buckets, strict=True) if amount}


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "not_due"), (1, "d1_30"), (30, "d1_30"), (31, "d31_60"), (60, "d31_60"), (61, "d61_90"),
     (90, "d61_90"), (91, "d91")],
)  # fmt: skip
def test_the_sql_ages_as_the_rule_says(company, customer, days: int, bucket: str) -> None:
    due = item(customer, "119.00").due_on
    as_of = due + timedelta(days=days)
    assert buckets(company, as_of) == {bucket: Decimal("119.00")}
    (now,) = ageing_now(company, on=as_of)
    assert dict(zip(BUCKETS, now.buckets, strict=True))[bucket] == now.balance_amount


def test_a_payment_counts_from_its_day_on(company, customer) -> None:
    invoice = item(customer, "119.00")
    paid_on = DAY + timedelta(days=20)
    paid(company, "119.00", invoice.document_number, name="Käufer AG", on=paid_on)
    assert not OpenItem.objects.open().exists()
    before = paid_on - timedelta(days=1)
    assert buckets(company, before) == {"d1_30": Decimal("119.00")}
    assert ageing(company, as_of=paid_on) == []
    assert receivable_balance(company, as_of=before) == Decimal("119.00")


def test_before_it_was_posted_nothing_is_owed(company, customer) -> None:
    item(customer)
    assert ageing(company, as_of=DAY - timedelta(days=1)) == []


def recorded(table: str, moment: str) -> None:
    """Move when rows became known, past the triggers, as if somebody had been early."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE {table} SET recorded_at = %s", [moment])  # noqa: S608
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_as_known_leaves_out_what_was_recorded_later(company, customer) -> None:
    """Paid with effect of 22 March, recorded on the 25th at 23:30 UTC: in Berlin the 26th."""
    invoice = item(customer, "119.00")
    on = date(2026, 3, 22)
    recorded("receivables_journalentry", "2026-03-02T10:00Z")
    paid(company, "119.00", invoice.document_number, name="Käufer AG", on=on)
    recorded("receivables_allocation", "2026-03-25T23:30Z")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE receivables_journalentry SET recorded_at = '2026-03-25T23:30Z'"
            " WHERE posted_on = %s",
            [on],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert ageing(company, as_of=on) == []
    assert buckets(company, on, known_on=date(2026, 3, 25)) == {"d1_30": Decimal("119.00")}
    assert ageing(company, as_of=on, known_on=date(2026, 3, 26)) == []


def test_credits_and_unapplied_cash_stand_apart_and_all_is_the_ledger(company, customer) -> None:
    first = item(customer, "1190.00")
    item(make.customer(company, "Zweite AG"), "59.50")
    assert first.invoice is not None
    note = books.invoice(customer, "119.00", corrects=first.invoice)
    receivables.book_invoice(note, by=books.ROBOT)
    imported(company, books.camt(entry("40.00", "thanks", name="Käufer AG")))
    bank_entry = books.BankEntry.objects.get()
    receivables.match_entry(
        bank_entry.pk, shares=(), customer_id=customer.pk, by=books.ROBOT, on=DAY
    )
    for as_of in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=15), DAY + timedelta(days=99)):
        rows = ageing(company, as_of=as_of)
        total = sum((row.balance_amount for row in rows), Decimal(0))
        assert total == receivable_balance(company, as_of=as_of)
    (total,) = ageing_totals(ageing(company, as_of=DAY))
    assert total.unapplied_amount == Decimal("-40.00")
    assert [row.customer_name for row in ageing(company, as_of=DAY, customer_id=customer.pk)] == [
        "Käufer AG"
    ]


def test_another_companys_items_are_not_there(company, customer) -> None:
    item(customer)
    other = ledger()
    assert ageing(other, as_of=DAY) == []
    assert ageing_now(other, on=DAY) == []
    assert dso(other, as_of=DAY).receivable_amount == 0


def test_dso_of_a_worked_example(company, customer) -> None:
    """February 595, March 1,190 of which 400 came back: 1,385 owed at 31 March.
    Count-back: 1,190 takes March (31 days), 195 of February's 595: 28 x 195 / 595 = 9.2."""
    item(customer, "595.00", on=date(2026, 2, 10))
    second = item(customer, "1190.00", on=date(2026, 3, 10))
    paid(company, "400.00", second.document_number, name="Käufer AG", on=date(2026, 3, 20))
    bank_entry = books.BankEntry.objects.get()
    if not bank_entry.is_settled:
        receivables.match_entry(
            bank_entry.pk, shares=(), customer_id=customer.pk, by=books.ROBOT, on=date(2026, 3, 20)
        )
    figures = dso(company, as_of=date(2026, 3, 31))
    assert figures.receivable_amount == Decimal("1385.00")
    assert figures.count_back_days == Decimal("40.2")
    assert figures.sales_90_amount == Decimal("1785.00")
    assert figures.simple_days == Decimal("69.8")


def test_cash_is_counted_once_however_often_it_was_matched(company, customer) -> None:
    invoice = item(customer, "119.00")
    found = paid(company, "119.00", invoice.document_number, name="Käufer AG")
    match = found.matches.get(undone_at=None)
    receivables.undo_match(match.pk, by=books.ROBOT, on=DAY)
    receivables.match_entry(found.pk, shares=(), customer_id=customer.pk, by=books.ROBOT, on=DAY)
    (row,) = cash_in(company, first=DAY, last=DAY)
    assert (row.received_amount, row.touchless_amount, row.unmatched_amount) == (119, 0, 0)


def test_sales_less_credit_notes_by_rep_product_and_customer() -> None:
    here = world()
    invoice = here.invoiced("3")
    here.invoiced("2")
    flow.credit_invoice(invoice.pk, reason="Wrong", by=here.by(Role.BILLING), on=MONDAY)
    for by in ("rep", "product", "customer"):
        (row,) = sales(here.company, by=by, first=MONDAY, last=MONDAY)
        assert (row.net_amount, row.quantity, row.invoice_count) == (200, 2, 3)
    rep = here.by(Role.SALES_REP)
    assert not sales(
        here.company, by="product", first=MONDAY, last=MONDAY, sales_rep_id=rep.pk + 10**6
    )


def test_the_backlog_is_what_is_still_to_ship() -> None:
    here = world(stock="3")
    order = here.submitted("5")
    here.dispatched(here.picked(order))
    (row,) = open_orders(here.company)
    assert (row.number, row.net_amount, row.open_net_amount) == (order.number, 500, 200)
    flow.cancel_order(order.pk, reason="x", by=here.by(Role.SALES_REP), on=MONDAY)
    assert open_orders(here.company) == []
