"""The book and the statements of the bench, small: true, and nothing is matched wrongly."""

import pytest

from o2c.bench.big_book import open_big_book
from o2c.bench.big_statement import work
from receivables.models import BankFile

pytestmark = pytest.mark.django_db


def test_a_small_one_books_all_matches_most_and_proves_clean() -> None:
    figures = {
        (figure.workload, figure.what): figure.value
        for figure in work(open_big_book(600, customers=40), items=600, sizes=(30, 120))
    }
    assert [file.new_count for file in BankFile.objects.order_by("pk")][-2:] == [30, 120]
    for size in (30, 120):
        assert figures[f"W2 {size} on 600", "matched wrongly"] == 0
        assert figures[f"W2 {size} on 600", "matched"] > 70
    assert figures["W2 600 items", "breaches"] == 0
