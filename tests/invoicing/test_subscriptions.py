"""Subscriptions are written down and changed: drafts freely, running ones from unbilled days on."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

import invoicing.services as services
from catalog.models import Product
from invoicing.models import Subscription, SubscriptionPrice
from invoicing.services import LineDraft, SubscriptionDraft
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make as kernel
from tests.invoicing.subscriptions import (
    BEFORE,
    JOB,
    START,
    D,
    a_customer,
    a_draft,
    a_line,
    active,
    an_index,
    bill,
)
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 1)


def test_a_draft_has_a_number_and_bills_nothing():
    subscription = a_draft(starts_on=date(2026, 1, 20))
    a_line(subscription)
    assert (subscription.number, subscription.state) == ("SU-00001", "draft")
    assert (subscription.next_from, subscription.anchor_month) == (date(2026, 1, 20), 2)
    assert not services.subscriptions_awaiting_billing(
        subscription.company, on=date(2027, 1, 1)
    ).exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"interval_months": 0}, "interval_months"),
        ({"anchor_day": 32}, "anchor_day"),
        ({"anchor_month": 13}, "anchor_month"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(fields, field):
    with pytest.raises(InvalidInput) as refused:
        a_draft(**fields)
    assert refused.value.field == field


def test_terms_of_another_company_are_refused():
    with pytest.raises(InvalidInput) as refused:
        a_draft(payment_terms=kernel.payment_terms(kernel.company_de()))
    assert refused.value.field == "payment_terms"


def test_a_draft_changes_altogether_and_takes_its_lines_along():
    subscription = a_draft()
    a_line(subscription)
    later = date(2026, 2, 1)
    changed = SubscriptionDraft("Reinigung", subscription.payment_terms, later, interval_months=3)
    services.change_subscription(subscription.pk, changed, by=JOB, on=BEFORE)
    subscription.refresh_from_db()
    assert (subscription.title, subscription.next_from) == ("Reinigung", later)
    line = subscription.lines.get()
    assert (line.starts_on, line.prices.get().valid_from) == (later, later)


def test_of_a_running_one_only_the_words_change():
    subscription = active()
    changed = SubscriptionDraft(
        "Neu", subscription.payment_terms, date(2030, 1, 1), interval_months=12, po_number="B-7"
    )
    services.change_subscription(subscription.pk, changed, by=JOB, on=TODAY)
    subscription.refresh_from_db()
    assert (subscription.title, subscription.po_number) == ("Neu", "B-7")
    assert (subscription.starts_on, subscription.interval_months) == (START, 1)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (LineDraft(" ", D(1), D(1)), "description"),
        (LineDraft("x", D(0), D(1)), "quantity"),
        (LineDraft("x", D(1), D(-1)), "unit_price"),
        (LineDraft("x", D(1), D(1), starts_on=date(2025, 1, 1)), "starts_on"),
        (LineDraft("x", D(1), D(1), ends_on=date(2025, 1, 1)), "starts_on"),
        (LineDraft("x", D(1), D(1), steps=[(START, D(2))]), "steps"),
        (
            LineDraft("x", D(1), D(1), steps=[(date(2027, 1, 1), D(2)), (date(2026, 6, 1), D(3))]),
            "steps",
        ),
        (LineDraft("x", D(1), D(1), product=Product(company_id=0)), "product"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_at_its_field(draft, field):
    with pytest.raises(InvalidInput) as refused:
        services.add_line(a_draft().pk, draft, by=JOB, on=BEFORE)
    assert refused.value.field == field


def test_an_index_needs_its_base():
    subscription = a_draft()
    index = an_index(subscription)
    with pytest.raises(InvalidInput) as refused:
        a_line(subscription, index=index)
    assert refused.value.field == "index_base_value"
    based = {"index": index, "index_base_value": D(100), "index_base_on": START}
    with pytest.raises(InvalidInput) as refused:
        a_line(subscription, steps=[(date(2027, 1, 1), D(2))], **based)
    assert refused.value.field == "index"


def test_a_line_is_dropped_from_a_draft_and_ended_later():
    subscription = a_draft()
    gone, kept = a_line(subscription), a_line(subscription)
    services.drop_line(gone.pk, by=JOB, on=BEFORE)
    services.activate_subscription(subscription.pk, by=JOB, on=BEFORE)
    with pytest.raises(Conflict):
        services.drop_line(kept.pk, by=JOB, on=BEFORE)
    bill(subscription, TODAY)
    with pytest.raises(InvalidInput, match="1 Feb 2026"):
        services.end_line(kept.pk, ends_on=date(2026, 1, 15), by=JOB, on=TODAY)
    services.end_line(kept.pk, ends_on=date(2026, 1, 31), by=JOB, on=TODAY)
    subscription.refresh_from_db()
    assert subscription.next_bill_on is None


def test_a_price_changes_from_an_unbilled_day_on():
    subscription = active()
    line = subscription.lines.get()
    bill(subscription, TODAY)

    def change(valid_from, note="Mehr Fahrten"):
        return services.set_price(
            line.pk, unit_price=D("120"), valid_from=valid_from, note=note, by=JOB, on=TODAY
        )

    with pytest.raises(InvalidInput, match="31 Jan 2026"):
        change(date(2026, 1, 31))
    with pytest.raises(InvalidInput, match="why"):
        change(date(2026, 2, 1), note=" ")
    price = change(date(2026, 2, 1))
    with pytest.raises(InvalidInput, match="withdraw"):
        change(date(2026, 2, 1))
    assert bill(subscription, date(2026, 2, 1)).net_amount == 120
    with pytest.raises(InvalidInput):
        services.withdraw_price(price.pk, by=JOB, on=TODAY)


def test_a_price_of_the_future_is_withdrawn_but_not_the_first():
    subscription = active(line={"steps": [(date(2026, 3, 1), D(130))]})
    first, step = subscription.lines.get().prices.all()
    services.withdraw_price(step.pk, by=JOB, on=TODAY)
    with pytest.raises(Conflict):
        services.withdraw_price(first.pk, by=JOB, on=TODAY)
    assert subscription.lines.get().prices.get() == first


def test_a_rep_agrees_on_nothing():
    subscription = a_draft()
    rep = kernel.user_with("sales_rep", subscription.company)
    with pytest.raises(PermissionMissing):
        services.add_line(subscription.pk, LineDraft("x", D(1), D(1)), by=rep, on=BEFORE)
    with pytest.raises(PermissionMissing):
        services.activate_subscription(subscription.pk, by=rep, on=BEFORE)


def test_an_inactive_customer_gets_none():
    buyer = a_customer()
    buyer.is_active = False
    with pytest.raises(Conflict):
        a_draft(buyer)


def test_monthly_worth_counts_what_runs_on_the_day():
    subscription = a_draft(interval_months=3)
    a_line(subscription, "300", steps=[(date(2027, 1, 1), D(330))])
    a_line(subscription, "90", quantity="2", ends_on=date(2026, 6, 30))
    for day, worth in ((date(2026, 6, 30), 160), (date(2026, 7, 1), 100), (date(2027, 1, 1), 110)):
        found = Subscription.objects.with_monthly_worth(day).get(pk=subscription.pk)
        assert found.monthly_amount == worth
    assert Subscription.objects.with_monthly_worth(date(2025, 1, 1)).get().monthly_amount == 0


# --- what the database refuses -------------------------------------------------------------------
NOW = "SET CONSTRAINTS ALL IMMEDIATE; "


def test_the_database_keeps_what_is_agreed_and_billed():
    subscription = active()
    line = subscription.lines.get()
    bill(subscription, TODAY)
    table, pk = "invoicing_subscription", subscription.pk
    assert "agreed" in refusal_of(f"UPDATE {table} SET interval_months = 3 WHERE id = %s", pk)
    assert "agreed" in refusal_of(f"UPDATE {table} SET next_from = '2026-01-01' WHERE id = %s", pk)
    assert "agreed" in refusal_of(f"UPDATE {table} SET ends_on = '2026-01-15' WHERE id = %s", pk)
    assert "agreed" in refusal_of(f"UPDATE {table} SET state = 'draft' WHERE id = %s", pk)
    assert "agreed" in refusal_of(f"DELETE FROM {table} WHERE id = %s", pk)
    lines = "invoicing_subscriptionline"
    assert "billed" in refusal_of(f"UPDATE {lines} SET quantity = 9 WHERE id = %s", line.pk)
    assert "billed" in refusal_of(
        f"UPDATE {lines} SET ends_on = '2026-01-15' WHERE id = %s", line.pk
    )
    assert "billed" in refusal_of(f"DELETE FROM {lines} WHERE id = %s", line.pk)
    price = line.prices.get()
    prices = "invoicing_subscriptionprice"
    assert "billed" in refusal_of(f"UPDATE {prices} SET unit_price = 1 WHERE id = %s", price.pk)
    assert "billed" in refusal_of(f"DELETE FROM {prices} WHERE id = %s", price.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        SubscriptionPrice.objects.create(
            line=line, valid_from=date(2026, 1, 31), unit_price=D(1), origin="changed"
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        subscription.pauses.create(first_on=date(2026, 1, 15))


def test_the_database_knows_whose_a_subscription_is():
    subscription, other = active(), a_customer()
    words = refusal_of(
        NOW + "UPDATE invoicing_invoice SET customer_id = %s WHERE id = %s",
        other.pk,
        services.draft_period(subscription.pk, by=JOB, on=TODAY).pk,
    )
    assert "same_c" in words
    draft = a_draft(other)
    words = refusal_of(
        NOW + "UPDATE invoicing_subscription SET customer_id = %s WHERE id = %s",
        subscription.customer_id,
        draft.pk,
    )
    assert "subscription_customer_same_company" in words


def test_without_terms_of_its_own_it_has_the_customers():
    subscription = a_draft(payment_terms=None)
    assert subscription.payment_terms == subscription.customer.payment_terms
