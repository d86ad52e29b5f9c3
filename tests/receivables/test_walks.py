"""Random walks through a company's money: whatever people and jobs do, the books are right.

``O2C_WALK_ACTS=10000 O2C_WALK_SEED=7 .venv/bin/python -m pytest -n 0 -s -k walks`` walks further;
seed and what was done are printed.
"""

import os
from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

import hypothesis
import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from o2c.demo.clock import lived_by
from receivables.models import Allocation, OpenItem
from receivables.services import joining
from tests import world
from tests.receivables.walking_books import Wrong
from tests.receivables.walking_dues import Life
from tests.receivables.walking_rules import FEW, DuesRules, N, there

ACTS = int(os.environ.get("O2C_WALK_ACTS", "200"))
SEED = int(os.environ.get("O2C_WALK_SEED", "1"))
STEPS = min(ACTS, int(os.environ.get("O2C_WALK_STEPS", "100")))
DONE: Counter[str] = Counter()
IDLE = frozenset({"match by itself", "next day", "sum the days", "the same file again"})
"""What is done always, whether it finds something to do or not."""

pytestmark = pytest.mark.django_db(transaction=True)


class Walks(DuesRules):
    """A rule for each act; its numbers choose among what is there."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Life()
        self.lived = lived_by(self.walk.clock)
        self.lived.__enter__()

    def teardown(self) -> None:
        """The end: every evening is looked at again."""
        try:
            self.walk.books.compare_all(self.walk.day)
        finally:
            self.lived.__exit__(None, None, None)
            DONE.update(self.walk.count)
            if ACTS > 1000:
                print(f"{DONE.total()} acts so far", flush=True)

    @initialize(what=st.lists(FEW, min_size=3, max_size=4))
    def begin(self, what: list[int]) -> None:
        """There is something to live on."""
        for who, articles in enumerate(what):
            self.walk.bill(who, articles, 1 + articles)
        self.walk.paid(*what[:2], 0, what[2])

    @rule(who=N, what=FEW, quantity=st.integers(1, 9))
    def bill(self, who: int, what: int, quantity: int) -> None:
        self.walk.bill(who, what, quantity)

    @there("debits")
    @rule(which=N)
    def credit_in_full(self, which: int) -> None:
        self.walk.credit_in_full(which)

    @there("debits")
    @rule(which=N, line=FEW, share=N)
    def credit_part(self, which: int, line: int, share: int) -> None:
        self.walk.credit_part(which, line, share)

    @rule(who=N, days_ago=st.integers(0, 60), amount=st.integers(1, 999))
    def open_an_old_item(self, who: int, days_ago: int, amount: int) -> None:
        self.walk.open_an_old_item(who, days_ago, amount)

    @there("debits")
    @rule(how=FEW, which=N, days_ago=FEW, who=N)
    def paid(self, how: int, which: int, days_ago: int, who: int) -> None:
        self.walk.paid(how, which, days_ago, who)

    @there("debits")
    @rule(how=st.integers(0, 8), which=N, who=N)
    def paid_today(self, how: int, which: int, who: int) -> None:
        self.walk.paid(how, which, 0, who)

    @rule(which=N)
    def import_again(self, which: int) -> None:
        self.walk.import_again(which)

    @rule(which=FEW)
    def undo_import(self, which: int) -> None:
        self.walk.undo_import(which)

    @there("matches")
    @rule(which=N, fee=FEW)
    def went_back(self, which: int, fee: int) -> None:
        self.walk.went_back(which, fee)

    @there("came")
    @rule(which=N, items=FEW, how=FEW, first=N)
    def match(self, which: int, items: int, how: int, first: int) -> None:
        self.walk.match(which, items, how, first)

    @there("came")
    @rule(which=N, first=N, second=N)
    def match_several(self, which: int, first: int, second: int) -> None:
        self.walk.match_several(which, first, second)

    @there("came")
    @rule(which=N, item=N, share=N)
    def match_a_part(self, which: int, item: int, share: int) -> None:
        self.walk.match_a_part(which, item, share)

    @there("came")
    @rule(which=N, proposal=FEW)
    def accept(self, which: int, proposal: int) -> None:
        self.walk.accept(which, proposal)

    @there("came")
    @rule(which=N)
    def accept_sure(self, which: int) -> None:
        self.walk.accept_sure(which)

    @there("not looked at")
    @rule()
    def match_by_itself(self) -> None:
        self.walk.match_by_itself()

    @rule(which=N, who=N)
    def on_account(self, which: int, who: int) -> None:
        self.walk.on_account(which, who)

    @there("went")
    @rule(which=N, match=FEW)
    def give_back(self, which: int, match: int) -> None:
        self.walk.give_back(which, match)

    @there("debits")
    @rule(which=N, share=N, why=N)
    def write_off(self, which: int, share: int, why: int) -> None:
        self.walk.write_off(which, share, why)

    @rule(which=N)
    def decide_write_off(self, which: int) -> None:
        self.walk.decide_write_off(which)

    @rule(which=N)
    def take_back_write_off(self, which: int) -> None:
        self.walk.take_back_write_off(which)

    @there("matches")
    @rule(which=N)
    def undo(self, which: int) -> None:
        self.walk.undo(which)

    @there("matches")
    @rule(which=N)
    def unapply(self, which: int) -> None:
        self.walk.unapply(which)

    @there("credits")
    @rule(credit=N, debit=N, share=N)
    def allocate(self, credit: int, debit: int, share: int) -> None:
        self.walk.allocate(credit, debit, share)

    @there("allocations")
    @rule(which=N)
    def take_back(self, which: int) -> None:
        self.walk.take_back(which)

    @there("debits")
    @rule(is_approved=st.booleans())
    def propose_debits(self, is_approved: bool) -> None:
        self.walk.propose_debits()
        if is_approved:
            self.walk.approve_debits(0)

    @there("proposed")
    @rule(which=st.sampled_from((0, 0, 0, 1)))
    def approve_debits(self, which: int) -> None:
        self.walk.approve_debits(which)

    @there("sent")
    @rule(which=N)
    def collected(self, which: int) -> None:
        self.walk.collected(which)

    @there("collected")
    @rule(which=N, fee=FEW)
    def debit_returned(self, which: int, fee: int) -> None:
        self.walk.debit_returned(which, fee)

    @rule(days_ago=st.integers(0, 40))
    def close(self, days_ago: int) -> None:
        self.walk.close(days_ago)

    @rule(days_ago=st.integers(0, 12))
    def revalue(self, days_ago: int) -> None:
        self.walk.revalue(days_ago)

    @rule()
    def sum_days(self) -> None:
        self.walk.sum_days()

    @rule(days=st.integers(1, 9))
    def next_day(self, days: int) -> None:
        self.walk.next_day(days)


def walked(*, acts: int, steps: int, seed: int, phases: Collection[Phase] = tuple(Phase)) -> None:
    """So many acts, in walks of so many steps; the shortest way to a fault is looked for."""
    run_state_machine_as_test(
        hypothesis.seed(seed)(Walks),
        settings=hypothesis.settings(
            max_examples=max(acts // steps, 1),
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )


def test_walks() -> None:
    """A few hundred acts, or as many as are asked for."""
    DONE.clear()
    print(f"seed {SEED}, {ACTS} acts in walks of {STEPS}")
    walked(acts=ACTS, steps=STEPS, seed=SEED)
    print(f"{DONE.total()} acts", *(f"{DONE[name]} {name}" for name in sorted(DONE)), sep="\n")
    acts = {name: count for name, count in DONE.items() if name not in IDLE}
    refused = sum(count for name, count in acts.items() if name.endswith(": refused"))
    assert sum(acts.values()) > DONE.total() / 3
    assert refused < sum(acts.values()) / 2


# --- a fault is found ----------------------------------------------------------------------------
BACKDATED = """
INSERT INTO receivables_allocation
    (company_id, debit_item_id, credit_item_id, amount, effective_on, recorded_at,
     debit_functional_amount, credit_functional_amount)
SELECT debit.company_id, debit.id, credit.id, 1, %(day)s, %(told)s, 1, 1
  FROM receivables_openitem AS debit JOIN receivables_openitem AS credit
    ON credit.customer_id = debit.customer_id AND credit.outstanding_amount < -1
 WHERE debit.outstanding_amount > 1 LIMIT 1
"""
CARRIED = """
UPDATE receivables_openitem AS item
   SET outstanding_amount = item.amount - moved, outstanding_functional_amount = item.amount - moved
  FROM (
      SELECT id, coalesce((
          SELECT sum(CASE WHEN debit_item_id = owed.id THEN 1 ELSE -1 END * part.amount)
            FROM receivables_allocation AS part
           WHERE owed.id IN (debit_item_id, credit_item_id)), 0) AS moved
        FROM receivables_openitem AS owed
  ) AS sums WHERE sums.id = item.id
"""
FAULTS = {
    "an item is changed": (
        "UPDATE receivables_openitem SET outstanding_amount = outstanding_amount - 1,"
        " outstanding_functional_amount = outstanding_functional_amount - 1"
        " WHERE outstanding_amount > 1 AND outstanding_functional_amount > 1",
        "control account says",
    ),
    "something is allocated on a past day": (BACKDATED + ";" + CARRIED, "dated 2026-03-02"),
    "a posting is moved into the past": (
        "UPDATE receivables_journalentry SET posted_on = %(day)s WHERE posted_on > %(day)s",
        "though nothing was dated into it",
    ),
    "an invoice's tax is lost": (
        "UPDATE receivables_journalline SET amount = amount + 1,"
        " currency_amount = currency_amount + 1 WHERE tax_base_amount IS NOT NULL",
        "VAT",
    ),
    "a match is forgotten": (
        "UPDATE receivables_bankmatch SET undone_at = now()",
        "undecided entries sum to",
    ),
}


UNDONE_ON = world.MONDAY + timedelta(days=5)


@pytest.fixture
def lived():
    """A walk of some days: bills, a payment too much, money on account, an undone match."""
    walk = Life()
    with lived_by(walk.clock):
        for who in range(3):
            walk.bill(who, 2, 3)
        walk.next_day(3)
        walk.paid(0, 0, 0, 0)
        walk.paid(2, 1, 0, 0)
        walk.on_account(0, 1)
        walk.next_day(2)
        assert walk.day == UNDONE_ON
        walk.undo(0)
        walk.next_day(2)
        yield walk


def planted(sql: str, **values: object) -> None:
    """Write past every trigger, as a fault in the product or a hand in the database would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)


@pytest.mark.breaks_invariants
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(lived: Life, name: str) -> None:
    judge(lived)
    sql, told = FAULTS[name]
    planted(sql, day=world.MONDAY, told=timezone.now())
    with pytest.raises(Wrong, match=told):
        judge(lived)


def judge(walk: Life) -> None:
    """As after an act, and as at the end."""
    walk.look()
    walk.books.compare_all(walk.day)


@pytest.mark.breaks_invariants
def test_a_report_of_before_that_says_something_else_is_found(lived: Life) -> None:
    """Allocated on the first day, and as if it had been known then."""
    sql = BACKDATED + ";" + CARRIED
    planted(sql, day=world.MONDAY, told=timezone.now() - timedelta(days=7))
    with pytest.raises(Wrong, match="as known then was"):
        lived.books.compare_all(lived.day)


@pytest.mark.breaks_invariants
def test_a_rule_of_before_is_found(lived: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was before: what pays an item again counts from the bank's day."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE receivables_allocation DISABLE TRIGGER allocation_day")
    try:
        monkeypatch.setattr(joining, "joinable_from", document_days)
        with pytest.raises(Wrong, match="beyond zero"):
            paid_again(lived)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE receivables_allocation ENABLE TRIGGER allocation_day")


def test_what_pays_again_counts_from_the_day_the_match_was_undone(lived: Life) -> None:
    """The same by the rule of today, so that the fault above is the rule's."""
    assert paid_again(lived).effective_on == UNDONE_ON


def paid_again(walk: Life) -> Allocation:
    """The bank books money before the match is undone; the item it pays was paid until then."""
    item = OpenItem.objects.filter(company=walk.company).open().debits().earliest("pk")
    walk.paid(0, 0, 3, 6)
    item.refresh_from_db()
    assert item.outstanding_amount == 0
    judge(walk)
    return Allocation.objects.filter(debit_item=item).latest("pk")


def document_days(item_ids: Collection[int]) -> dict[int, date]:
    """The rule of before: only the documents' own days."""
    return dict(OpenItem.objects.filter(pk__in=item_ids).values_list("pk", "document_on"))
