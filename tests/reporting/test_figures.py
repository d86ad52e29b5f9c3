"""Key figures, forecast and stages against examples worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

import disputes.services as disputes
import receivables.services as receivables
from core.roles import Role
from customers.models import CustomerNote
from receivables.services import ShareDraft
from reporting.models import DayMove, Fold, Kept
from reporting.proof import days_are_sums
from reporting.reads.cash import cash_weeks, discounts, disputed
from reporting.reads.forecast import back_test, expected_items, forecast
from reporting.reads.items import items_then
from reporting.reads.key_figures import key_figures
from reporting.reads.late import late_payers
from reporting.reads.positions import ledger_balance, positions
from reporting.reads.promises import promises
from reporting.reads.sales import sales_months
from reporting.reads.stages import stage_times, waiting
from reporting.rules import BUCKETS, collection_effectiveness
from reporting.services import companies_to_fold, companies_to_keep, fold_days, keep_statistics
from tests import make
from tests.receivables.make import DAY, ROBOT, item, ledger, paid
from tests.world import MONDAY, world

pytestmark = pytest.mark.django_db
ZERO = Decimal(0)


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def pay(company, found, amount: str, on: date) -> None:
    """So much on an item; by hand where it does not match by itself."""
    entry = paid(company, amount, found.document_number, name="Käufer AG", on=on)
    if not entry.is_settled:
        share = ShareDraft(found.pk, Decimal(amount))
        receivables.match_entry(entry.pk, shares=[share], by=ROBOT, on=on)


def on_account(company, customer, amount: str, on: date) -> None:
    """So much on the customer's account, for no item."""
    entry = paid(company, amount, "nonsense", name="Nobody", on=on)
    receivables.match_entry(entry.pk, shares=(), customer_id=customer.pk, by=ROBOT, on=on)


# --- rules ---------------------------------------------------------------------------------------
def test_collection_effectiveness_of_a_worked_example() -> None:
    """1,000 at the beginning, 500 billed, 600 at the end, 300 of it not due: of the 1,200 that
    could have come 900 came, 75 %."""
    figures = {"opening": Decimal(1000), "sales": Decimal(500), "closing": Decimal(600)}
    assert collection_effectiveness(**figures, closing_not_due=Decimal(300)) == Decimal("75.0")
    everything = figures | {"closing": Decimal(300)}
    assert collection_effectiveness(**everything, closing_not_due=Decimal(300)) == Decimal("100.0")
    nothing = {"opening": ZERO, "sales": ZERO, "closing": ZERO, "closing_not_due": ZERO}
    assert collection_effectiveness(**nothing) is None


# --- positions -----------------------------------------------------------------------------------
def test_positions_of_days_are_the_items_of_those_days_and_the_ledger(company, customer) -> None:
    """119 due 16 March, 238 due 24 March; 100 paid on 20 March; 50 paid on nothing on 25 March."""
    first = item(customer, "119.00")
    item(customer, "238.00", on=DAY + timedelta(days=8))
    pay(company, first, "100.00", date(2026, 3, 20))
    on_account(company, customer, "50.00", date(2026, 3, 25))
    days = [DAY, date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 20), date(2026, 4, 20)]
    found = positions(company, days, currency="EUR")
    assert [p.day for p in found] == days
    assert [p.not_due_amount for p in found] == [Decimal(119), Decimal(357), Decimal(238), 238, 0]
    assert [p.overdue_amount for p in found] == [0, 0, Decimal(119), Decimal(19), Decimal(257)]
    assert [p.unapplied_amount for p in found] == [0, 0, 0, 0, Decimal(-50)]
    for position in found:
        for bucket, amount in zip(BUCKETS, position.buckets, strict=True):
            drill = items_then(company, as_of=position.day, currency="EUR", bucket=bucket)
            assert drill.total_amount == amount
            assert sum((row.open_amount for row in drill.rows), ZERO) == amount
        balance = ledger_balance(company, currency="EUR", as_of=position.day)
        assert position.balance_amount == balance
    assert positions(company, [DAY], currency="SEK")[0].open_amount == 0


def test_key_figures_of_a_worked_example(company, customer) -> None:
    """595 billed in February (due 24th), 1,190 on 20 March (due 3 April), 400 paid on 20 March.

    At 31 March 1,385 are owed, 1,190 of it not due: DSO 31 + 28 x 195 / 595 = 40.2 days, best
    possible 31, so lateness costs 9.2. Of 595 + 1,190 - 1,190 = 595 that could come 400 came.
    """
    old = item(customer, "595.00", on=date(2026, 2, 10))
    item(customer, "1190.00", on=date(2026, 3, 20))
    pay(company, old, "400.00", date(2026, 3, 20))
    (now,) = key_figures(company, [date(2026, 3, 31)], currency="EUR")
    assert (now.dso_days, now.best_days) == (Decimal("40.2"), Decimal("31.0"))
    assert now.delinquent_days == Decimal("9.2")
    assert now.effectiveness == Decimal("67.2")  # 400 / 595
    assert now.sales_90_amount == Decimal("1785.00")
    assert now.position.overdue_amount == Decimal("195.00")


def test_folding_changes_no_figure_and_may_be_done_twice(company, customer) -> None:
    first = item(customer, "119.00")
    days = [DAY, DAY + timedelta(days=40)]
    before = key_figures(company, days, currency="EUR")
    assert fold_days(company.pk)
    assert DayMove.objects.filter(company=company).exists()
    assert key_figures(company, days, currency="EUR") == before
    kept = list(DayMove.objects.order_by("pk").values_list("side", "moved_on", "amount"))
    assert fold_days(company.pk)
    assert list(DayMove.objects.order_by("pk").values_list("side", "moved_on", "amount")) == kept
    pay(company, first, "119.00", DAY + timedelta(days=3))  # after the marks, before the day
    assert positions(company, [days[1]], currency="EUR")[0].open_amount == 0
    assert fold_days(company.pk)
    assert positions(company, [days[1]], currency="EUR")[0].open_amount == 0
    assert days_are_sums(company) == []
    assert not companies_to_fold(company).exists()


@pytest.mark.breaks_invariants
def test_a_day_that_is_not_the_sum_of_its_rows_is_named(company, customer) -> None:
    item(customer, "119.00")
    fold_days(company.pk)
    DayMove.objects.filter(side="owed").update(amount=Decimal(120))
    assert days_are_sums(company) == [
        "A day's owed in EUR is kept as 120.00, its rows come to 119.00."
    ]


# --- cash ----------------------------------------------------------------------------------------
def test_cash_of_weeks_and_what_matched_by_itself(company, customer) -> None:
    """Weeks end with the day asked for: the 8th of March closes the week from the 2nd."""
    found = item(customer, "119.00")
    pay(company, found, "119.00", date(2026, 3, 8))
    paid(company, "7.00", "nobody knows", name="Nobody", on=date(2026, 3, 2))
    paid(company, "5.00", "nobody knows", name="Nobody", on=date(2026, 3, 1))
    last = cash_weeks(company, as_of=date(2026, 3, 8), currency="EUR")[-1]
    assert (last.first, last.last) == (date(2026, 3, 2), date(2026, 3, 8))
    assert (last.received_amount, last.entry_count) == (Decimal("126.00"), 2)
    assert (last.touchless_amount, last.touchless_count) == (Decimal("119.00"), 1)
    assert last.unmatched_amount == Decimal("7.00")


def test_the_forecast_moves_due_days_by_the_customers_habit(company, customer) -> None:
    """Three invoices of March paid 10 days late each; the fourth, due on 15 April, should come on
    the 25th. Another customer without a habit follows everybody's."""
    for on in (DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)):
        pay(company, item(customer, "119.00", on=on), "119.00", on + timedelta(days=24))
    open_item = item(customer, "238.00", on=date(2026, 4, 1))
    as_of = date(2026, 4, 5)
    ahead = forecast(company, as_of=as_of, currency="EUR")
    weeks = {week.first: week.likely_amount for week in ahead.weeks if week.likely_amount}
    assert weeks == {date(2026, 4, 20): Decimal("238.00")}
    (expected,) = expected_items(
        company, as_of=as_of, currency="EUR", first=date(2026, 4, 20), until=date(2026, 4, 26)
    )
    assert (expected.item_id, expected.expected_on) == (open_item.pk, date(2026, 4, 25))
    disputes.open_dispute(
        open_item.pk, amount=Decimal(38), reason="price",
        by=make.user_with(Role.COLLECTOR, company), on=as_of,
    )  # fmt: skip
    assert forecast(company, as_of=as_of, currency="EUR").likely_amount == Decimal("200.00")
    stranger = make.customer(company)
    item(stranger, "59.50", on=date(2026, 4, 2))
    assert forecast(company, as_of=as_of, currency="EUR").likely_amount == Decimal("259.50")


def test_what_is_later_than_usual_comes_in_a_week_and_the_very_old_not_at_all(
    company, customer
) -> None:
    item(customer, "119.00")  # due 16 March, nobody has a habit
    ahead = forecast(company, as_of=date(2026, 4, 1), currency="EUR")
    assert ahead.weeks[0].likely_amount == Decimal("119.00")
    ahead = forecast(company, as_of=date(2026, 6, 15), currency="EUR")  # 91 days late
    assert (ahead.likely_amount, ahead.left_out_amount) == (0, Decimal("119.00"))


def test_the_back_test_compares_with_what_came(company, customer) -> None:
    """Four weeks before 5 April one item of 119 is expected; 100 of it came."""
    pay(company, item(customer, "119.00"), "100.00", date(2026, 3, 20))
    test = back_test(company, as_of=date(2026, 4, 5), currency="EUR")
    assert (test.as_of, test.expected_amount, test.came_amount) == (
        date(2026, 3, 8), Decimal("119.00"), Decimal("100.00"),
    )  # fmt: skip


def test_late_payers_by_overdue_with_days_weighted_by_amount(company, customer) -> None:
    """100 paid 10 days late, 300 paid 2 days late: 4 days, weighted. 119 are overdue."""
    for gross, days in (("100.00", 24), ("300.00", 16)):
        pay(company, item(customer, gross), gross, DAY + timedelta(days=days))
    item(customer, "119.00", on=date(2026, 3, 5))
    item(make.customer(company, "Pünktlich AG"), "59.50", on=date(2026, 4, 1))
    (payer,) = late_payers(company, as_of=date(2026, 4, 10), currency="EUR")
    assert (payer.name, payer.overdue_amount) == ("Käufer AG", Decimal("119.00"))
    assert (payer.payments, payer.late_days, payer.before_days) == (2, Decimal("4.0"), None)
    assert payer.oldest_due_on == date(2026, 3, 19)


def test_disputes_by_reason_and_discounts_are_sums(company, customer) -> None:
    clerk = make.user_with(Role.COLLECTOR, company)
    for gross, reason in (("119.00", "price"), ("59.50", "price"), ("10.00", "quality")):
        found = item(customer, gross)
        disputes.open_dispute(found.pk, amount=Decimal(5), reason=reason, by=clerk, on=DAY)
    assert [(d.reason, d.count, d.amount) for d in disputed(company, currency="EUR")] == [
        ("price", 2, Decimal("10.00")), ("quality", 1, Decimal("5.00")),
    ]  # fmt: skip
    assert disputed(company, currency="SEK") == []
    offered = item(customer, "100.00", discount=("0.02", 14))
    paid(company, "98.00", offered.document_number, name="Käufer AG", on=DAY + timedelta(days=5))
    (row,) = discounts(company, currency="EUR", first=DAY, last=DAY + timedelta(days=30))
    assert (row.month, row.customer_id, row.amount) == (date(2026, 3, 1), customer.pk, Decimal(2))


def promise(customer, amount: str | None, *, noted: date, on: date) -> None:
    clerk = make.user_with(Role.COLLECTOR, customer.company)
    CustomerNote.objects.create(
        company=customer.company, customer=customer, outcome="promise", author=clerk,
        promised_amount=amount, promised_on=on, noted_on=noted,
    )  # fmt: skip


def test_promises_are_kept_open_or_broken(company, customer) -> None:
    """100 promised for 20 March and 80 came on the 22nd: open until the 23rd, then broken."""
    found = item(customer, "119.00")
    promise(customer, "100.00", noted=date(2026, 3, 17), on=date(2026, 3, 20))
    pay(company, found, "80.00", date(2026, 3, 22))

    def state(as_of: date) -> str:
        (row,) = promises(company, as_of=as_of, currency="EUR")
        return row.state(as_of)

    assert [state(date(2026, 3, day)) for day in (20, 23, 24)] == ["open", "open", "broken"]
    pay(company, found, "20.00", date(2026, 3, 23))
    assert state(date(2026, 3, 24)) == "kept"
    other = make.customer(company)
    item(other, "59.50")
    promise(other, None, noted=date(2026, 3, 20), on=date(2026, 3, 25))
    (_kept, all_overdue) = promises(company, as_of=date(2026, 3, 30), currency="EUR")
    assert (all_overdue.state(date(2026, 3, 30)), all_overdue.expected_amount) == (
        "broken", Decimal("59.50"),
    )  # fmt: skip
    assert promises(ledger(), as_of=date(2026, 3, 30), currency="EUR") == []


# --- stages, sales -------------------------------------------------------------------------------
def test_stages_of_an_order_from_dispatch_to_payment() -> None:
    """Dispatched and invoiced on Monday, paid twelve days later; a second order waits."""
    here = world()
    invoice = here.invoiced("2")
    here.paid(invoice.gross_amount, str(invoice.number), on=MONDAY + timedelta(days=12))
    here.submitted("3")
    times = stage_times(here.company, as_of=MONDAY + timedelta(days=20))
    assert (times["bill"].passed_count, times["bill"].median_days) == (1, 0)
    assert (times["pay"].passed_count, times["pay"].median_days) == (1, Decimal("12.0"))
    found = waiting(here.company, currency="EUR", unbilled=[])
    assert (found["dispatch"].count, found["dispatch"].amount) == (1, Decimal("357.00"))
    assert (found["pay"].count, found["release"].count, found["bill"].count) == (0, 0, 0)


def test_sales_by_month_are_net_and_by_rep() -> None:
    here = world()
    here.invoiced("2")
    span = {"currency": "EUR", "first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    assert sales_months(here.company, **span) == {date(2026, 3, 1): Decimal("200.00")}
    rep, other = here.by(Role.SALES_REP), here.by(Role.SALES_MANAGER)
    assert sales_months(here.company, **span, sales_rep_id=rep.pk)
    assert sales_months(here.company, **span, sales_rep_id=other.pk) == {}


def test_kept_statistics_are_what_is_made_now_and_another_companys_are_not(
    company, customer
) -> None:
    today = company.today()
    found = item(customer, "119.00", on=today - timedelta(days=60))
    pay(company, found, "119.00", today - timedelta(days=40))
    live = late_payers(company, as_of=today, currency="EUR"), stage_times(company, as_of=today)
    keep_statistics(company.pk, on=today)
    keep_statistics(company.pk, on=today)
    assert Kept.objects.filter(company=company).count() == 4
    assert (
        late_payers(company, as_of=today, currency="EUR"), stage_times(company, as_of=today)
    ) == live  # fmt: skip
    Kept.objects.filter(company=company, key="habits").update(rows=[])
    assert late_payers(company, as_of=today, currency="EUR") != live[0]  # what is kept is read
    assert late_payers(company, as_of=today - timedelta(days=1), currency="EUR") == live[0]
    assert not companies_to_keep(company, on=today).exists()  # too small to keep anything
    assert Fold.objects.count() == 0
