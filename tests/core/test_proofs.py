"""A check of the proof: a sentence for a row, and a bound where very many rows are wrong."""

import pytest

from core.proofs import MOST, check_of
from tests import make

pytestmark = pytest.mark.django_db


def test_a_broken_book_is_told_in_some_sentences_not_in_a_million() -> None:
    company = make.company_de()
    every = "SELECT n, %(company)s FROM generate_series(1, 1000000) AS n ORDER BY n DESC\n"
    found = check_of(every, "Row {0} of company {1}.")(company)
    assert len(found) == MOST
    assert found[0] == f"Row 1000000 of company {company.pk}."


def test_columns_may_have_one_name_and_nothing_wrong_says_nothing() -> None:
    sums = "SELECT sum(n), sum(2 * n) FROM generate_series(1, 3) AS n HAVING sum(n) > {0}"
    company = make.company_de()
    assert check_of(sums.format(5), "{0} and {1}")(company) == ["6 and 12"]
    assert check_of(sums.format(6), "{0} and {1}")(company) == []
