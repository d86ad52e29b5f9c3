"""A company whose provider answers, and a customer of it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from core.models import Company
from customers.models import Customer
from receivables.provider.simulator import Simulator
from tests import make as base
from tests.receivables import make
from tests.receivables.cards import (
    provider,
)

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
