"""A company with a warehouse, two articles and a customer."""

from types import SimpleNamespace

import pytest

from tests.fulfillment import make


@pytest.fixture
def world(db):
    """company, warehouse, goods, service, customer, worker (a person of the warehouse)."""
    return make_world()


@pytest.fixture
def committed_world(transactional_db):
    """The same, committed, for tests with threads."""
    return make_world()


def make_world() -> SimpleNamespace:
    company = make.company()
    return SimpleNamespace(
        company=company,
        warehouse=make.warehouse(company),
        goods=make.product(company),
        service=make.product(company, "service"),
        customer=make.customer(company),
        worker=make.user(company, "warehouse"),
    )
