"""Index values, and prices that follow them: previewed, reckoned, kept, never twice."""

from datetime import date

import pytest

import invoicing.services as services
from invoicing.models import IndexValue
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make as kernel
from tests.invoicing.subscriptions import (
    BEFORE,
    JOB,
    START,
    D,
    a_draft,
    a_line,
    an_index,
    bill,
    enter,
)
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2027, 1, 1)


def an_indexed(threshold: str = "0", **fields):
    """An active subscription over 100.00 by an index that stood at 117.8."""
    subscription = a_draft(**fields)
    index = an_index(subscription, d20251001="117.8")
    a_line(
        subscription,
        index=index,
        index_base_value=D("117.8"),
        index_base_on=date(2025, 10, 1),
        index_threshold=D(threshold),
    )
    return services.activate_subscription(subscription.pk, by=JOB, on=BEFORE), index


def adjust(subscription, until: date = NEXT_YEAR, *, by=JOB):
    rows = [
        row
        for row in services.preview_adjustments(subscription.company, until=until)
        if row.figures.is_due
    ]
    return services.adjust_prices(
        subscription.company,
        [row.line.pk for row in rows],
        until=until,
        seen=services.token_of(rows),
        by=by,
        on=until,
    )


def test_a_value_is_entered_with_its_source_and_never_changed():
    subscription = a_draft()
    index = an_index(subscription, d20260101="121.4")
    assert "never changed" in refusal_of("UPDATE invoicing_indexvalue SET value = 1")
    for fields, field in (
        ({"valid_from": START, "value": D(1), "source": "x"}, "valid_from"),
        ({"valid_from": NEXT_YEAR, "value": D(0), "source": "x"}, "value"),
        ({"valid_from": NEXT_YEAR, "value": D(1), "source": " "}, "source"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.enter_index_value(index, **fields, by=JOB, on=BEFORE)
        assert refused.value.field == field
    services.drop_index_value(IndexValue.objects.get().pk, by=JOB, on=BEFORE)
    assert not index.values.exists()
    with pytest.raises(InvalidInput):
        services.add_index(subscription.company, name=index.name, publisher="", by=JOB, on=BEFORE)


def test_the_preview_says_who_changes_from_what_to_what_and_changes_nothing():
    subscription, index = an_indexed()
    assert services.preview_adjustments(subscription.company, until=NEXT_YEAR) == []
    enter(index, date(2026, 10, 1), "121.4")
    assert services.preview_adjustments(subscription.company, until=date(2026, 12, 31)) == []
    (row,) = services.preview_adjustments(subscription.company, until=NEXT_YEAR)
    assert (row.anniversary_on, row.valid_from) == (NEXT_YEAR, NEXT_YEAR)
    found = row.figures
    assert (found.old_price, found.base_value, found.new_value, found.new_price) == (
        100,
        D("117.8"),
        D("121.4"),
        D("103.06"),
    )
    assert subscription.lines.get().prices.count() == 1


def test_an_adjustment_keeps_its_calculation_and_is_made_once():
    subscription, index = an_indexed()
    enter(index, date(2026, 10, 1), "121.4")
    (price,) = adjust(subscription)
    assert (price.unit_price, price.old_price, price.base_value) == (
        D("103.06"),
        100,
        D("117.8"),
    )
    assert (price.index_value.value, price.change_rate) == (D("121.4"), D("0.030560"))
    assert services.preview_adjustments(subscription.company, until=NEXT_YEAR) == []
    with pytest.raises(Conflict):
        services.drop_index_value(price.index_value_id, by=JOB, on=NEXT_YEAR)


def test_the_next_year_reckons_from_the_value_before_it():
    subscription, index = an_indexed()
    enter(index, date(2026, 10, 1), "121.4")
    adjust(subscription)
    enter(index, date(2027, 10, 1), "124.0")
    (price,) = adjust(subscription, date(2028, 1, 1))
    assert (price.old_price, price.base_value) == (D("103.06"), D("121.4"))
    assert price.unit_price == D("105.27")


def test_small_moves_add_up_until_the_threshold_is_reached():
    subscription, index = an_indexed("0.05")
    enter(index, date(2026, 10, 1), "121.4")
    (row,) = services.preview_adjustments(subscription.company, until=NEXT_YEAR)
    assert not row.figures.is_due
    with pytest.raises(Conflict):
        adjust(subscription)
    enter(index, date(2027, 10, 1), "124.0")
    (price,) = adjust(subscription, date(2028, 1, 1))
    assert (price.base_value, price.unit_price) == (D("117.8"), D("105.26"))


def test_billed_days_keep_their_price():
    subscription, index = an_indexed(starts_on=date(2025, 2, 1))
    for _month in range(13):
        bill(subscription, date(2026, 2, 1))
    enter(index, date(2025, 12, 1), "121.4")
    subscription.refresh_from_db()
    (price,) = adjust(subscription, date(2026, 3, 1))
    assert price.anniversary_on == date(2026, 2, 1)
    assert price.valid_from == subscription.next_from == date(2026, 3, 1)


def test_figures_that_changed_since_they_were_seen_are_looked_at_again():
    subscription, index = an_indexed()
    enter(index, date(2026, 10, 1), "121.4")
    rows = services.preview_adjustments(subscription.company, until=NEXT_YEAR)
    enter(index, date(2026, 11, 1), "121.9")
    with pytest.raises(Conflict, match="look again"):
        services.adjust_prices(
            subscription.company,
            [row.line.pk for row in rows],
            until=NEXT_YEAR,
            seen=services.token_of(rows),
            by=JOB,
            on=NEXT_YEAR,
        )
    assert subscription.lines.get().prices.count() == 1


def test_a_rep_adjusts_nothing():
    subscription, index = an_indexed()
    enter(index, date(2026, 10, 1), "121.4")
    with pytest.raises(PermissionMissing):
        adjust(subscription, by=kernel.user_with("sales_rep", subscription.company))


def test_a_year_by_days_with_a_step_and_an_index():
    """Quarterly in advance from 15 January; a step in July, the index in the second year."""
    subscription = a_draft(
        starts_on=date(2026, 1, 15), interval_months=3, anchor_day=1, anchor_month=1
    )
    index = an_index(subscription, d20251001="120")
    a_line(subscription, "900", description="Hotline", steps=[(date(2026, 7, 1), D("990"))])
    a_line(
        subscription,
        "1200",
        description="Wartung",
        index=index,
        index_base_value=D(120),
        index_base_on=date(2025, 10, 1),
    )
    services.activate_subscription(subscription.pk, by=JOB, on=BEFORE)
    billed = {}
    day = date(2026, 1, 1)
    enter(index, date(2026, 10, 1), "126")
    while day < date(2027, 4, 2):
        if day == date(2027, 1, 15):
            # the first quarter of 2027 is billed: the new price holds from the second
            adjust(subscription, day)
        subscription.refresh_from_db()
        if subscription.next_bill_on == day:
            billed[day] = bill(subscription, day).net_amount
        day = date.fromordinal(day.toordinal() + 1)
    # 76 of 90 days of the first quarter: 760.00 + 1013.33
    assert billed == {
        date(2026, 1, 15): D("1773.33"),
        date(2026, 4, 1): D("2100.00"),
        date(2026, 7, 1): D("2190.00"),
        date(2026, 10, 1): D("2190.00"),
        date(2027, 1, 1): D("2190.00"),
        date(2027, 4, 1): D("2250.00"),
    }
