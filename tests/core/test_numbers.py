"""Numbers run without a gap and without a twin."""

from datetime import timedelta

import pytest
from django.db import transaction

from core.models import Company, NumberSeries
from core.services import take_number
from o2c.errors import Conflict, InvalidInput, NotFound
from tests import make
from tests.core.threads import beside_itself

DAY = make.DAY

pytestmark = pytest.mark.breaks_invariants  # numbers are taken here without documents


def take(company: Company, kind: str = "invoice", on=DAY) -> str:
    with transaction.atomic():
        return take_number(company.pk, kind, on=on)


@pytest.mark.django_db
def test_numbers_follow_each_other_per_kind_and_company():
    german, swedish = make.company_de(), make.company_se()
    assert [take(german), take(german), take(swedish), take(german, "order")] == [
        "RE-000001",
        "RE-000002",
        "F-000001",
        "SO-000001",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back():
    company = make.company_de()
    with transaction.atomic():
        assert take_number(company.pk, "invoice", on=DAY) == "RE-000001"
        transaction.set_rollback(True)
    assert take(company) == "RE-000001"


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_leave_no_gap_and_no_twin():
    company = make.company_de()

    def act(number: int) -> str:
        with transaction.atomic():
            taken = take_number(company.pk, "invoice", on=DAY)
            if number % 5 == 0:
                transaction.set_rollback(True)
                return ""
            return taken

    taken = sorted(filter(None, beside_itself(act)))
    assert taken == [f"RE-{value:06d}" for value in range(1, 17)]
    assert NumberSeries.objects.get(company=company, kind="invoice").next_value == 17


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    company = make.company_de()
    with pytest.raises(RuntimeError, match="transaction"):
        take_number(company.pk, "invoice", on=DAY)


@pytest.mark.django_db
def test_invoices_run_in_order_of_date_and_the_refusal_names_both_days():
    company = make.company_de()
    take(company)
    with pytest.raises(InvalidInput, match=r"2026-03-02.*not 2026-03-01"):
        take(company, on=DAY - timedelta(days=1))
    assert take(company) == "RE-000002"


@pytest.mark.django_db
def test_orders_may_be_dated_back():
    company = make.company_de()
    take(company, "order")
    assert take(company, "order", on=DAY - timedelta(days=9)) == "SO-000002"
    assert NumberSeries.objects.get(company=company, kind="order").last_on == DAY


@pytest.mark.django_db
def test_a_closed_company_and_a_missing_series_are_named():
    company = make.company_de()
    with pytest.raises(NotFound, match="no number series for “nonsense”"):
        take(company, "nonsense")
    Company.objects.filter(pk=company.pk).update(is_active=False)
    with pytest.raises(Conflict, match="closed"):
        take(company)
