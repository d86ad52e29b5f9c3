"""The question after each database test finds what the proof finds."""

import pytest
from django.db import connection

from o2c import proof
from tests import make
from tests.receivables.make import item, ledger
from tests.sound import unsound


@pytest.mark.breaks_invariants
@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE receivables_openitem SET outstanding_amount = outstanding_amount - 1,"
        " outstanding_functional_amount = outstanding_functional_amount - 1",
        "UPDATE core_numberseries SET next_value = next_value + 1 WHERE kind = 'invoice'",
    ],
)
def test_what_the_proof_finds_is_found(broken):
    company = ledger()
    item(make.customer(company), "119.00")
    assert unsound() == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(broken)
        assert cursor.rowcount
    told = [f"{company}: {name}: {what}" for name, what in proof.breaches(company, is_quick=True)]
    assert told
    assert unsound() == told
