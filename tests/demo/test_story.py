"""The demo company: the same day gives the same story, recorded when it happened, proved."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.models import Company, Event
from customers.models import BillingGroup, BillingPolicy
from invoicing.models import Invoice
from o2c import proof
from o2c.demo.bank import Bank, Payment, Return
from o2c.demo.cast import CUSTOMERS
from o2c.demo.clock import Clock, lived_by
from o2c.demo.goods import GOODS, SMALL_GOODS
from o2c.demo.people import hire
from o2c.demo.setting import found_companies
from o2c.demo.story import SIZES, Size, live_one
from orders.models import Order
from receivables.bankfiles import read
from receivables.models import BankEntry, OpenItem

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
_KNOWN: dict[str, Any] = {}
"""What the first turn lived; each turn starts on an empty database."""
FEW = Size(10, {"nordwerk": 5}, SMALL_GOODS[-30:], pace=2.0)


def _lived() -> dict[str, list[Any]]:
    """Ten days of five customers, and what is there afterwards."""
    company, other = found_companies()
    hire([company, other], at=NOW)
    live_one(company, NOW, FEW)
    # The companies themselves were founded by the test, today.
    events = Event.objects.filter(company=company).exclude(name="company.set_up").order_by("pk")
    return {
        # No labels: drafts and payments are called by their keys, which go on after a flush.
        "events": list(events.values_list("name", "actor_name", "recorded_at")),
        "days": list(events.values_list("recorded_at", "effective_on")),
        "orders": list(Order.objects.order_by("pk").values_list("number", "gross_amount", "state")),
        "invoices": list(Invoice.objects.order_by("pk").values_list("number", "gross_amount")),
        "items": list(OpenItem.objects.order_by("pk").values_list("kind", "outstanding_amount")),
        "bank": list(BankEntry.objects.order_by("pk").values_list("amount", "remittance")),
    }


@pytest.mark.xdist_group("demo_story")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_day_lives_the_same_twice_and_records_it_when_it_happened(turn):
    first = _lived()
    company = Company.objects.get(code="nordwerk")
    assert list(proof.breaches(company)) == []
    assert len(first["orders"]) > 8
    assert len(first["invoices"]) > 1
    assert [
        recorded for recorded, _day in first["days"] if recorded > NOW + timedelta(minutes=2)
    ] == []
    late = [d for at, d in first["days"] if at.astimezone(ZoneInfo("Europe/Berlin")).date() != d]
    assert late == []
    assert first["days"] == sorted(first["days"], key=lambda row: row[0])
    assert _KNOWN.setdefault("story", first) == first


def test_the_clock_shifts_time_only_inside_and_never_past_now():
    company = Company(time_zone="Europe/Berlin")
    clock = Clock(company, until=NOW)
    clock.set(date(2026, 3, 2), 9 * 60)
    with lived_by(clock):
        assert company.today() == date(2026, 3, 2)
        clock.set(date(2026, 3, 2), 8 * 60)
        assert timezone.now() > datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "never back within a day"
        clock.set(date(2026, 11, 26), 23 * 60)
        assert timezone.now() - NOW < timedelta(seconds=1)
    assert abs(timezone.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_recalled_payment_stands_in_the_statement_as_money_out():
    payment = Payment(
        Decimal("119.00"), "Kunde", "DE33370400440001234567", "RE-1", end_to_end="E-1"
    )
    bank = Bank("DE89370400440532013000", "EUR")
    content = bank.statement(date(2026, 3, 2), [payment], [Return(payment, "AC04")])
    (statement,) = read(content).statements
    came, went = statement.entries
    assert (came.amount, went.amount) == (Decimal("119.00"), Decimal("-119.00"))
    assert (went.return_reason, went.end_to_end_id) == ("AC04", "E-1")
    assert (went.payer_name, went.payer_iban) == ("Kunde", "DE33370400440001234567")
    assert statement.opening_amount == statement.closing_amount


def test_every_article_and_customer_is_told_apart():
    assert len(GOODS) == len({good.number for good in GOODS}) == 300
    firms = [firm for company in CUSTOMERS.values() for firm in company]
    assert len(firms) == len({firm.name for firm in firms}) == 80
    assert all(firm.domain.endswith(".example") for firm in firms)
    assert len({firm.domain for firm in firms}) == 80


def test_the_small_demo_shows_every_way_to_bill():
    firms = [
        firm for code, count in SIZES["small"].firms.items() for firm in CUSTOMERS[code][:count]
    ]
    policies = {firm.facts.get("billing", "shipment") for firm in firms}
    assert policies == set(BillingPolicy.values)
    assert {firm.facts.get("together", "customer") for firm in firms} >= {"customer", "po_number"}
    everyone = [firm.facts for company in CUSTOMERS.values() for firm in company]
    assert {facts["together"] for facts in everyone if "together" in facts} <= set(
        BillingGroup.values
    )
    assert all(facts["billing"] in BillingPolicy for facts in everyone if "billing" in facts)
