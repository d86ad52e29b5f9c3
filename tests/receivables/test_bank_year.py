"""A bank year of 23 kinds of payments: how much books itself, and whether any of it is wrong.

``YEAR_PAYMENTS`` and ``YEAR_SEED`` make it a longer or another year (10,000 for the figures of
``docs/matching.md``); with ``-s`` the table is printed.
"""

import os

from core.roles import Role
from tests import make
from tests.receivables.bank_year import Year, payments
from tests.receivables.bank_year_books import Books, run
from tests.receivables.plain_rules import Plain
from tests.receivables.sloppiness import KINDS

COUNT = int(os.environ.get("YEAR_PAYMENTS", "230"))
SEED = int(os.environ.get("YEAR_SEED", "1"))


def test_a_year_books_itself_and_nothing_wrong(db) -> None:
    year = Year(SEED, firms=min(300, COUNT // 4))
    books = Books(year)
    clerk = make.user_with(Role.AR_ACCOUNTANT, books.company)
    plain = Plain()
    paid = payments(year, COUNT, KINDS, seen=plain.see)
    score = run(year, paid, by=clerk, books=books)
    print(f"\nseed {SEED}, series {year.series}", *score.table(), *plain.lines(), sep="\n")
    print(*score.odd[: int(os.environ.get("YEAR_ODD", "0"))], sep="\n")
    assert not score.wrong.total()
    assert not score.doubtful.total()
    assert score.decided_by_itself.total() >= 0.95 * score.decided.total()
