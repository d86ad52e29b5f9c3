"""Try matching settings on payments that were decided, and count what would be otherwise.

Only reads, in transactions of a day that the database lets do nothing else and that lock nothing.
Each day is judged as it began (``Past``), with the customers, accounts and names of today, and
without remittance advice. Both the settings in force and the ones tried are run, so that what
this way leaves out is the same for both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.actors import Actor, require
from core.models import Company, Job
from core.services import start_job
from o2c.errors import InvalidInput
from receivables.models import Allocation, Backtest, BankEntry, BankMatch
from receivables.rules.facts import Outcome, Verdict
from receivables.rules.leeway import Leeway
from receivables.services.leeway import LEEWAY_RIGHT, check_leeway, leeway_of
from receivables.services.lookups import cases_of
from receivables.services.naming import Names, names_of
from receivables.services.past import Past

BACKTEST_JOB = "receivables.backtest"
_ROWS = 500

Choice = dict[int, Decimal]
"""Item -> by how much it shrinks."""


@dataclass(slots=True)
class Tally:
    """Counts by name, and the payments that differ, the first ``_ROWS`` of them."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("payments", "now", "then", "more", "fewer", "other", "wrong_now", "wrong_then"), 0
        )
    )
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, entry: BankEntry, now: Choice, then: Choice, final: Choice) -> None:
        """One payment: what each settings book by themselves (nothing if a person decides)."""
        wrong_now, wrong_then = bool(now) and now != final, bool(then) and then != final
        what = "more" if then and not now else "fewer" if now and not then else "other"
        is_other = now != then
        for name, is_so in (
            ("payments", True),
            ("now", bool(now)),
            ("then", bool(then)),
            (what, is_other),
            ("wrong_now", wrong_now),
            ("wrong_then", wrong_then),
        ):
            self.counts[name] += is_so
        if (is_other or wrong_then) and len(self.rows) < _ROWS:
            self.rows.append(
                {
                    "entry": entry.pk,
                    "booking_on": entry.booking_on.isoformat(),
                    "amount": str(entry.amount),
                    "currency": entry.currency,
                    "payer": entry.payer_name,
                    "what": what if is_other else "same",
                    "is_wrong": wrong_then,
                }
            )


def start_backtest(
    company: Company, leeway: Leeway, start: date, end: date, *, by: Actor, token: str
) -> Job:
    """Have a job try settings; the same token is the same job."""
    require(by, LEEWAY_RIGHT, company.pk)
    check_leeway(leeway)
    _check(start, end)
    params = {
        "rounding": str(leeway.rounding_limit),
        "charges": str(leeway.charges_limit),
        "held": sorted(leeway.held),
        "start": start.isoformat(),
        "end": end.isoformat(),
    }
    title = gettext_noop("Try matching settings on past payments")
    return start_job(company, BACKTEST_JOB, title, params, by=by, token=token)


def backtest(
    company: Company,
    leeway: Leeway,
    start: date,
    end: date,
    *,
    tell: Callable[[int, int, date], bool] = lambda done, days, day: True,
) -> Tally:
    """Try settings on the payments booked in a period.

    ``tell`` hears of each day done (so many of so many) and may say to stop.
    """
    _check(start, end)
    tally, names = Tally(), names_of(company)
    leeways = (leeway_of(company), leeway)
    days = list(_decided(company, start, end).values_list("booking_on", flat=True).distinct())
    for done, day in enumerate(days, start=1):
        with _only_reading():
            entries = list(_decided(company, day, day).order_by("pk"))
            _try_day(company, entries, day, leeways, names, tally)
        if not tell(done, len(days), day):
            break
    return tally


def keep_backtest(
    company: Company, leeway: Leeway, start: date, end: date, tally: Tally, *, by: Actor
) -> Backtest:
    """Keep what was found, for the page on which the settings are saved."""
    require(by, LEEWAY_RIGHT, company.pk)
    return Backtest.objects.create(
        company=company,
        from_on=start,
        until_on=end,
        rounding_limit=leeway.rounding_limit,
        charges_limit=leeway.charges_limit,
        held=sorted(leeway.held),
        counts=tally.counts,
        rows=tally.rows,
        run_by_name=by.actor_name,
    )


def _check(start: date, end: date) -> None:
    if start > end or (end - start).days > 3 * 366:
        raise InvalidInput(
            "backtest.days", _("Name a period of three years at most, its first day first.")
        )


class _only_reading:  # noqa: N801 - used as a statement
    """A transaction in which the database refuses to write, unless one is open already."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        is_outermost = not connection.in_atomic_block
        self.atomic.__enter__()
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")

    def __exit__(self, *problem: Any) -> None:
        self.atomic.__exit__(*problem)


def _decided(company: Company, start: date, end: date) -> Any:
    """Money received that somebody decided on, or undid."""
    matches = BankMatch.objects.filter(bank_entry=OuterRef("pk"))
    return BankEntry.objects.filter(
        Exists(matches),
        company=company,
        amount__gt=0,
        is_undone=False,
        booking_on__range=(start, end),
    ).order_by("booking_on")


def _try_day(  # noqa: PLR0913 - a day and what it is tried with
    company: Company,
    entries: Sequence[BankEntry],
    day: date,
    leeways: Sequence[Leeway],
    names: Names,
    tally: Tally,
) -> None:
    final = _final(entries)
    cases = cases_of(company, entries, names=names, leeway=leeways[0], past=Past(day))
    tried: list[list[Choice]] = []
    for leeway in leeways:
        outcomes = []
        for case in cases:
            case.leeway = leeway
            outcomes.append(case.decide())
        tried.append(list(_booked(outcomes)))
    for case, now, then in zip(cases, *tried, strict=True):
        tally.add(case.entry, now, then, final.get(case.entry.pk, {}))


def _booked(outcomes: Iterable[Outcome]) -> Iterator[Choice]:
    """What each outcome books by itself; an item is given out once a day, as in an import."""
    given: set[int] = set()
    for outcome in outcomes:
        shares = outcome.proposals[0].shares if outcome.verdict == Verdict.AUTO else ()
        choice = {
            s.item.pk: s.amount + s.discount + s.rounding + s.charges
            for s in shares
            if s.amount > 0
        }
        if given & choice.keys():
            choice = {}
        given |= choice.keys()
        yield choice


def _final(entries: Sequence[BankEntry]) -> dict[int, Choice]:
    """Entry -> what people left standing of it; nothing of a match that was undone."""
    live = BankMatch.objects.filter(bank_entry__in=entries, undone_at=None)
    made = dict(live.values_list("entry", "bank_entry"))
    rows = (
        Allocation.objects.filter(credit_item__entry__in=made)
        .exclude(debit_item__entry__in=made)
        .filter(~Q(debit_item__kind="set_off"))
        .order_by()
        .values_list("credit_item__entry", "debit_item")
        .annotate(total=Sum("amount"))
    )
    found: dict[int, Choice] = {}
    for entry, item, amount in rows:
        if amount:
            found.setdefault(made[entry], {})[item] = amount
    return found
