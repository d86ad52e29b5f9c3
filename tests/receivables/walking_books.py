"""What a company's books come to, worked out from single rows: the judge of a random walk.

Rows are read as they come (they never change) and every figure of every day is summed again here,
in Python, from nothing but them. Beside that the judge keeps what reports said at the end of each
day: a report of that day, as known then, must say the same for ever.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

import receivables.services as receivables
from core.models import Company
from customers.models import Customer
from receivables.models import Allocation, BankEntry, JournalEntry, JournalLine, OpenItem
from reporting.reads.ageing import ageing
from reporting.reads.receivables import receivable_balances
from reporting.rules import BUCKETS, bucket_of
from tests import sound

ZERO = Decimal("0.00")
Figures = dict[tuple[int, str], tuple[Decimal, ...]]
"""Customer and currency -> open by age, credits, unapplied cash."""
_LEFT_BEHIND = """
SELECT (SELECT row(count(*), sum(id)) FROM receivables_journalentry WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(amount), sum(outstanding_amount), sum(id))
          FROM receivables_openitem WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(amount)) FROM receivables_allocation WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(amount), count(*) FILTER (WHERE is_settled))
          FROM receivables_bankentry WHERE company_id = %(c)s),
       (SELECT row(count(*), count(undone_at)) FROM receivables_bankmatch WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(id)) FROM receivables_payeralias WHERE company_id = %(c)s),
       (SELECT row(count(*), string_agg(state, ',' ORDER BY id))
          FROM receivables_debit WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(gross_amount), string_agg(state, ',' ORDER BY id))
          FROM invoicing_invoice WHERE company_id = %(c)s),
       (SELECT row(count(*), max(id)) FROM receivables_booksclosing WHERE company_id = %(c)s),
       (SELECT row(count(*), count(slip_id), string_agg(state, ',' ORDER BY id))
          FROM receivables_receipt WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(amount), string_agg(state, ',' ORDER BY id))
          FROM receivables_depositslip WHERE company_id = %(c)s),
       (SELECT row(count(*), string_agg(state, ',' ORDER BY id))
          FROM receivables_netting WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(amount), string_agg(state, ',' ORDER BY id))
          FROM receivables_bankrefund WHERE company_id = %(c)s),
       (SELECT row(count(*), sum(amount), string_agg(state, ',' ORDER BY id))
          FROM receivables_claim WHERE company_id = %(c)s),
       (SELECT row(count(*), count(freed_at)) FROM receivables_orderadvance
         WHERE company_id = %(c)s),
       (SELECT row(count(*), string_agg(state, ',' ORDER BY id))
          FROM orders_order WHERE company_id = %(c)s),
       (SELECT row(count(*), max(id)) FROM core_event WHERE company_id = %(c)s)
"""


_THERE = """
SELECT (SELECT count(*) FROM receivables_openitem
         WHERE company_id = %(c)s AND outstanding_amount > 0) AS debits,
       (SELECT count(*) FROM receivables_openitem
         WHERE company_id = %(c)s AND outstanding_amount < 0) AS credits,
       (SELECT count(*) FROM receivables_bankentry
         WHERE company_id = %(c)s AND NOT is_settled AND amount > 0) AS came,
       (SELECT count(*) FROM receivables_bankentry
         WHERE company_id = %(c)s AND NOT is_settled AND amount < 0) AS went,
       (SELECT count(*) FROM receivables_bankmatch
         WHERE company_id = %(c)s AND undone_at IS NULL) AS matches,
       (SELECT count(*) FROM receivables_allocation WHERE company_id = %(c)s) AS allocations,
       (SELECT count(*) FROM receivables_debitrun
         WHERE company_id = %(c)s AND state = 'proposed') AS proposed,
       (SELECT count(*) FROM receivables_debit
         WHERE company_id = %(c)s AND state = 'sent') AS sent,
       (SELECT count(*) FROM receivables_debit
         WHERE company_id = %(c)s AND state = 'collected') AS collected,
       (SELECT count(*) FROM receivables_openitem
         WHERE company_id = %(c)s AND outstanding_amount > 0 AND currency = 'USD') AS dollars,
       (SELECT count(*) FROM receivables_receipt
         WHERE company_id = %(c)s AND state = 'held' AND slip_id IS NULL) AS held,
       (SELECT count(*) FROM receivables_receipt
         WHERE company_id = %(c)s AND state IN ('held', 'banked') AND kind = 'cheque') AS receipts,
       (SELECT count(*) FROM receivables_receipt
         WHERE company_id = %(c)s AND state = 'bounced' AND slip_id IS NOT NULL
           AND bounce_match_id IS NULL) AS bounced,
       (SELECT count(*) FROM receivables_depositslip
         WHERE company_id = %(c)s AND state = 'open') AS slips,
       (SELECT count(*) FROM receivables_depositslip
         WHERE company_id = %(c)s AND state = 'handed_in') AS transit,
       (SELECT count(*) FROM receivables_netting
         WHERE company_id = %(c)s AND state = 'proposed') AS nettings,
       (SELECT count(*) FROM receivables_netting
         WHERE company_id = %(c)s AND state = 'booked') AS netted,
       (SELECT count(*) FROM receivables_bankrefund
         WHERE company_id = %(c)s AND state = 'proposed') AS refunds,
       (SELECT count(*) FROM receivables_bankrefund
         WHERE company_id = %(c)s AND state = 'approved') AS approved,
       (SELECT count(*) FROM receivables_bankrefund
         WHERE company_id = %(c)s AND state = 'sent') AS ordered,
       (SELECT count(*) FROM receivables_bankrefund
         WHERE company_id = %(c)s AND state = 'paid') AS refunded,
       (SELECT count(*) FROM receivables_claim
         WHERE company_id = %(c)s AND state = 'claimed') AS claims,
       (SELECT count(*) FROM orders_order
         WHERE company_id = %(c)s AND state = 'released') AS orders,
       (SELECT count(*) FROM receivables_orderadvance
         WHERE company_id = %(c)s AND freed_at IS NULL) AS advances
"""


class Wrong(AssertionError):
    """The books do not say what they must."""


@dataclass(frozen=True)
class Item:
    """An open item; what is left of it is not kept here but summed."""

    customer: int
    currency: str
    kind: str
    posted_on: date
    document_on: date
    due_on: date
    amount: Decimal
    worth: Decimal


@dataclass
class Books:
    """A company's rows, and what its reports said on the evenings before."""

    company: Company
    items: dict[int, Item] = field(default_factory=dict)
    moves: dict[int, list[tuple[date, Decimal]]] = field(default_factory=lambda: defaultdict(list))
    worths: list[tuple[date, Decimal]] = field(default_factory=list)
    exchanged: list[tuple[date, date, Decimal]] = field(default_factory=list)
    entries: dict[int, tuple[str, date, int | None]] = field(default_factory=dict)
    cleared: dict[str, list[tuple[date, Decimal]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    said: dict[date, Figures] = field(default_factory=dict)
    stale: set[date] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    # --- after every act -------------------------------------------------------------------------
    def look(self, *, since: date, today: date, closed_until: date | None) -> None:
        """Read what an act wrote; ``since`` is the first day it may have been dated on."""
        posted, moved = list(self._read_entries()), list(self._read_moves())
        self._read_items()
        self._read_clearing()
        days = posted + moved
        if days and not since <= min(days) <= max(days) <= today:
            raise Wrong(f"dated {min(days)} to {max(days)}, not from {since} to {today}")
        if posted and closed_until and min(posted) <= closed_until:
            raise Wrong(f"posted on {min(posted)}, but the books are closed until {closed_until}")
        self.stale |= {day for day in self.said if days and day >= min(days)}
        self._prove()
        self._never_cleared_twice()
        for day in {today, since, max(since - timedelta(days=1), date.min)}:
            self._compare(day)

    def left_behind(self) -> tuple[object, ...]:
        """Something that any written row changes."""
        with connection.cursor() as cursor:
            cursor.execute(_LEFT_BEHIND, {"c": self.company.pk})
            return tuple(cursor.fetchone() or ())

    def what_is_there(self) -> dict[str, int]:
        """How much there is to act on."""
        with connection.cursor() as cursor:
            cursor.execute(_THERE, {"c": self.company.pk})
            names = [column.name for column in cursor.description or ()]
            return dict(zip(names, cursor.fetchone() or (), strict=True))

    def _prove(self) -> None:
        found = [f"{name}: {what}" for name, what in sound.breaches(self.company)]
        if found:
            raise Wrong("\n".join(found))

    def _never_cleared_twice(self) -> None:
        """On every day the money of a bank entry waits or is decided, and never decided twice."""
        for name, rows in self.cleared.items():
            whole = rows[0][1]
            for day, _amount in rows:
                left = sum((part for on, part in rows if on <= day), ZERO)
                if left not in (ZERO, whole):
                    raise Wrong(f"of bank entry {name} over {whole} {left} is in clearing on {day}")

    # --- at the end of a day, and of the walk ----------------------------------------------------
    def remember(self, day: date) -> None:
        """Keep what the reports say; nothing of the day is still unknown then."""
        known, effective = self._said(day, known=True), self._said(day)
        if known != effective:
            raise Wrong(f"as known on {day}: {known}, as effective: {effective}")
        self.said[day] = known

    def compare_all(self, today: date) -> None:
        """Every evening again: as known then for ever, as effective unless dated into since."""
        for day, before in self.said.items():
            if (now := self._said(day, known=True)) != before:
                raise Wrong(f"{day} as known then was {before} and is {now}")
            if day not in self.stale and (now := self._said(day)) != before:
                raise Wrong(f"{day} was {before} and is {now}, though nothing was dated into it")
            self._compare(day)
            self._compare_statements(day)
        self._compare_statements(today)

    # --- the books by single rows ----------------------------------------------------------------
    def figures(self, on: date) -> Figures:
        """Open by customer and age, credits, unapplied cash, by hand."""
        found: Figures = {}
        for key, item in self.items.items():
            left = self._left(key, on)
            if item.posted_on > on or not left:
                continue
            place = _place(item, left, on)
            whose = item.customer, item.currency
            row = list(found.get(whose, (ZERO,) * (len(BUCKETS) + 2)))
            row[place] += left
            found[whose] = tuple(row)
        return {customer: row for customer, row in found.items() if any(row)}

    def _left(self, key: int, on: date) -> Decimal:
        return self.items[key].amount - sum(
            (part for day, part in self.moves[key] if day <= on), ZERO
        )

    def _said(self, day: date, *, known: bool = False) -> Figures:
        rows = ageing(self.company, as_of=day, known_on=day if known else None)
        told = {
            (row.customer_id, row.currency): (
                *row.buckets, row.credit_amount, row.unapplied_amount,
            )
            for row in rows
        }  # fmt: skip
        return {customer: row for customer, row in told.items() if any(row)}

    def _compare(self, day: date) -> None:
        told, by_hand = self._said(day), self.figures(day)
        if told != by_hand:
            raise Wrong(f"the ageing of {day} says {told}, its rows {by_hand}")
        worth, (ledger,) = self._worth(day), receivable_balances(self.company, [day])
        if worth != ledger:
            raise Wrong(f"on {day} what customers owe is worth {worth}, the ledger says {ledger}")

    def _worth(self, day: date) -> Decimal:
        """What is open on a day stands in the books for, differences of exchange as posted."""
        items = (item.worth for item in self.items.values() if item.posted_on <= day)
        moved = (worth for on, worth in self.worths if on <= day)
        late = (
            difference for on, posted, difference in self.exchanged if on <= day < posted
        )  # paid in closed books: the difference came on the first open day
        return sum(items, ZERO) + sum(moved, ZERO) - sum(late, ZERO)

    def _compare_statements(self, day: date) -> None:
        for customer in Customer.objects.filter(company=self.company):
            told = [
                (row.item.pk, row.open_amount)
                for row in receivables.statement_of_account(customer, on=day)
            ]
            by_hand = [
                (key, self._left(key, day))
                for key, item in sorted(
                    self.items.items(), key=lambda pair: (pair[1].document_on, pair[0])
                )
                if item.customer == customer.pk and item.document_on <= day
            ]
            if told != by_hand:
                raise Wrong(f"the account of {customer} on {day} says {told}, its rows {by_hand}")

    # --- rows as they come -----------------------------------------------------------------------
    def _read_entries(self) -> Iterator[date]:
        rows = JournalEntry.objects.filter(company=self.company, pk__gt=self.last["entry"])
        for entry in rows.order_by("pk"):
            self.last["entry"] = entry.pk
            self.entries[entry.pk] = (entry.source_key, entry.posted_on, entry.reverses_id)
            yield entry.posted_on

    def _read_items(self) -> None:
        rows = OpenItem.objects.filter(company=self.company, pk__gt=self.last["item"])
        for row in rows.select_related("entry").order_by("pk"):
            self.last["item"] = row.pk
            self.items[row.pk] = Item(
                row.customer_id, row.currency, row.kind, row.entry.posted_on, row.document_on,
                row.due_on, row.amount, row.functional_amount,
            )  # fmt: skip

    def _read_moves(self) -> Iterator[date]:
        rows = Allocation.objects.filter(company=self.company, pk__gt=self.last["move"])
        for row in rows.order_by("pk"):
            self.last["move"] = row.pk
            self.moves[row.debit_item_id].append((row.effective_on, row.amount))
            self.moves[row.credit_item_id].append((row.effective_on, -row.amount))
            difference = row.credit_functional_amount - row.debit_functional_amount
            if difference:
                self.worths.append((row.effective_on, difference))
                posted = row.exchange_entries.get().posted_on
                self.exchanged.append((row.effective_on, posted, difference))
            yield row.effective_on

    def _read_clearing(self) -> None:
        rows = JournalLine.objects.filter(
            account__company=self.company, account__role="clearing", pk__gt=self.last["line"]
        )
        for row in rows.order_by("pk"):
            self.last["line"] = row.pk
            _source, day, _reverses = self.entries[row.entry_id]
            self.cleared[self._bank_entry(row.entry_id)].append((day, row.amount))

    def _bank_entry(self, entry_id: int) -> str:
        """Whose money a clearing line is about: the bank entry's key."""
        source, _day, reverses = self.entries[entry_id]
        if reverses:
            return self._bank_entry(reverses)
        if source.startswith("match:"):
            return source.split(":")[1]
        return str(BankEntry.objects.values_list("pk", flat=True).get(entry=entry_id))


def _place(item: Item, left: Decimal, on: date) -> int:
    if left > 0:
        return BUCKETS.index(bucket_of(item.due_on, as_of=on))
    return len(BUCKETS) + (item.kind == "payment")
