"""What must be right before a month is closed: each check with its colour and figures.

Green: nothing to do. Amber: may be closed with a reason that is kept. Red: closes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Max, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils import timezone

import invoicing.services as invoicing
from core.calendars import is_business_day
from core.models import Company
from invoicing.models import Invoice
from o2c.errors import InvalidInput
from o2c.money import ZERO
from receivables.models import (
    BankAccount,
    BankEntry,
    BankFile,
    BankStatement,
    LedgerList,
    OpenItem,
    ProofRun,
)
from receivables.services.balances import account_differences, lacks_control_account
from receivables.services.booking import invoices_awaiting_booking
from receivables.services.providing import is_provision_due, provision_on, provision_rates
from receivables.services.revaluing import all_valuations, due_valuations

GREEN, AMBER, RED = "green", "amber", "red"
FRESH = timedelta(hours=24)
_OLD = timedelta(days=30)
_KINDS = {"numbers": "numbers:", "events": "events:"}


@dataclass(frozen=True, slots=True)
class MonthCheck:
    """One check: ``code`` says which and how it came out, ``about`` of what (an account).

    ``count`` rows behind it, ``amount`` in the books' currency where money is meant, ``day`` and
    ``row`` where one is named.
    """

    code: str
    state: str
    outcome: str = ""
    about: str = ""
    count: int = 0
    amount: Decimal | None = None
    day: date | None = None
    row: int | None = None

    @property
    def key(self) -> str:
        """What a reason is given for."""
        return f"{self.code}:{self.row}" if self.row else self.code

    @property
    def is_amber(self) -> bool:
        """Whether closing needs a reason."""
        return self.state == AMBER

    def as_json(self, reason: str = "") -> dict[str, object]:
        """As it is kept with the closing."""
        facts = {name: value for name, value in asdict(self).items() if value not in (None, "", 0)}
        facts = {name: str(v) if not isinstance(v, int) else v for name, v in facts.items()}
        return facts | ({"reason": reason} if reason else {})


def month_checks(company: Company, *, until: date) -> list[MonthCheck]:
    """Every check of the month that ends ``until``, in the order of the page."""
    checks: Sequence[Callable[[Company, date], Iterable[MonthCheck]]] = (
        _proof,
        _bank,
        _to_match,
        _credits,
        _unbilled,
        _drafts,
        _unbooked,
        _currencies,
        _ledger,
        _provision,
    )
    return [found for check in checks for found in check(company, until)]


def first_of(until: date) -> date:
    """The first day of the month."""
    return until.replace(day=1)


def last_proof(company: Company) -> ProofRun | None:
    """The newest proof."""
    return ProofRun.objects.filter(company=company).order_by("-pk").first()


def _proof(company: Company, until: date) -> Iterable[MonthCheck]:
    """Invariants, gaps in numbers, chain of events: three lines of one proof."""
    run = last_proof(company)
    if run is None or run.started_at.astimezone(ZoneInfo(company.time_zone)).date() <= until:
        none = MonthCheck("proof", RED, "missing", row=run.pk if run else None)
        return [none, replace(none, code="numbers"), replace(none, code="events")]
    age = AMBER if timezone.now() - run.started_at > FRESH else GREEN
    found = []
    for code in ("proof", "numbers", "events"):
        count = sum(1 for name, _text in run.breaches if _kind_of(name) == code)
        state = RED if count else age
        outcome = "breaches" if count else {GREEN: "proved", AMBER: "old"}[age]
        found.append(
            MonthCheck(code, state, outcome, count=count, day=run.started_at.date(), row=run.pk)
        )
    return found


def _kind_of(check: str) -> str:
    return next((kind for kind, start in _KINDS.items() if check.startswith(start)), "proof")


def _bank(company: Company, until: date) -> Iterable[MonthCheck]:
    """Each account has statements to the month's last business day, and each follows the last.

    A later statement that follows shows that nothing moved in between. An account without entries
    in the last weeks may simply be quiet: its bank sends nothing then.
    """
    reached = until
    while not is_business_day(reached, country=company.country):
        reached -= timedelta(days=1)
    broken = _broken(company, until)
    moved = _last_entries(company, until)
    statements = _booked(company).filter(bank_account=OuterRef("pk")).order_by()
    latest = statements.values("bank_account").annotate(day=Max("until_on")).values("day")
    accounts = BankAccount.objects.filter(company=company, is_active=True)
    for account in accounts.annotate(latest=Subquery(latest)).order_by("pk"):
        shown = MonthCheck(
            "bank", GREEN, "complete", account.name, day=account.latest, row=account.pk
        )
        if account.latest is None:
            yield replace(shown, state=AMBER, outcome="none")
        elif broken[account.pk]:
            yield replace(shown, state=RED, outcome="broken", count=broken[account.pk])
        elif account.latest >= reached:
            yield shown
        elif account.pk in moved:
            yield replace(shown, state=RED, outcome="short")
        else:
            yield replace(shown, state=AMBER, outcome="quiet")


def _booked(company: Company) -> QuerySet[BankStatement]:
    """Statements in the books: an import that was undone left its own behind."""
    return BankStatement.objects.filter(company=company, file__state=BankFile.State.BOOKED)


def _last_entries(company: Company, until: date) -> set[int]:
    """Accounts on which something moved in the six weeks up to the day."""
    entries = BankEntry.objects.in_books().filter(
        company=company, booking_on__gt=until - timedelta(days=42), booking_on__lte=until
    )
    return set(entries.order_by().values_list("bank_account", flat=True).distinct())


def _broken(company: Company, until: date) -> Counter[int]:
    """Account -> statements of the month, and its next, that don't follow the one before.

    Statements of files that held known entries overlap others and are not compared.
    """
    rows = (
        _booked(company)
        .filter(until_on__gte=first_of(until) - timedelta(days=42))
        .order_by("bank_account", "until_on", "from_on", "pk")
    )
    found: Counter[int] = Counter()
    names = ("bank_account", "until_on", "opening_amount", "closing_amount", "file__known_count")
    for (account, before, _o, ended, overlaps), (same, day, opening, _c, overlaps_too) in pairwise(
        rows.values_list(*names)
    ):
        is_next = account == same and not overlaps and not overlaps_too
        is_asked = before <= until and day >= first_of(until)
        if is_next and is_asked and None not in (opening, ended):
            found[account] += opening != ended
    return found


def _to_match(company: Company, until: date) -> Iterable[MonthCheck]:
    waiting = BankEntry.objects.filter(company=company, booking_on__lte=until).to_match()
    sums = waiting.order_by().aggregate(count=Count("pk"), amount=Sum("functional_amount"))
    yield _counted("to_match", sums["count"], sums["amount"] or ZERO)


def _counted(
    code: str, count: int, amount: Decimal | None = None, state: str = AMBER
) -> MonthCheck:
    if not count:
        return MonthCheck(code, GREEN, "none", amount=None if amount is None else ZERO)
    return MonthCheck(code, state, "some", count=count, amount=amount)


def _credits(company: Company, until: date) -> Iterable[MonthCheck]:
    """Payments on account and credits still open; old at the month's end is amber."""
    old = Q(document_on__lt=until - _OLD)
    items = OpenItem.objects.filter(company=company, document_on__lte=until).credits().open()
    kinds = list(
        items.order_by()
        .values("kind")
        .annotate(
            count=Count("pk"),
            amount=Sum("outstanding_functional_amount"),
            old_count=Count("pk", filter=old),
            old=Sum("outstanding_functional_amount", filter=old, default=ZERO),
        )
    )
    for code, is_cash in (("unapplied", True), ("credits", False)):
        rows = [row for row in kinds if (row["kind"] == OpenItem.Kind.PAYMENT) is is_cash]
        count, old_count = (sum(row[name] for row in rows) for name in ("count", "old_count"))
        amount, old_amount = (sum((row[name] for row in rows), ZERO) for name in ("amount", "old"))
        if old_count:
            yield MonthCheck(code, AMBER, "old", count=old_count, amount=old_amount)
        else:
            fresh = "young" if count else "none"
            yield MonthCheck(code, GREEN, fresh, count=count, amount=amount)


def _unbilled(company: Company, until: date) -> Iterable[MonthCheck]:
    gone = invoicing.shipments_awaiting_invoice(company).filter(dispatched_on__lte=until)
    yield _counted("unbilled", gone.count())


def _drafts(company: Company, until: date) -> Iterable[MonthCheck]:
    """Drafts made, or of supplies made, by the end of the month."""
    drafts = Invoice.objects.filter(company=company, state="draft")
    of_month = Q(delivered_on__lte=until) | Q(delivered_on=None, created_at__date__lte=until)
    sums = drafts.filter(of_month).aggregate(count=Count("pk"))
    yield _counted("drafts", sums["count"])


def _unbooked(company: Company, until: date) -> Iterable[MonthCheck]:
    left = invoices_awaiting_booking(company).filter(issued_on__lte=until)
    yield _counted("unbooked", left.count(), state=RED)


def _currencies(company: Company, until: date) -> Iterable[MonthCheck]:
    """What is open or held in other currencies is valued at the rate of the last day."""
    try:
        whole = all_valuations(company, on=until)
        left = due_valuations(company, on=until, known=whole)
    except InvalidInput as error:
        yield MonthCheck("currencies", AMBER, "no_rate", error.message)
        return
    if left:
        amount = sum((one.difference for one in left), ZERO)
        about = ", ".join(dict.fromkeys(one.currency for one in left))
        yield MonthCheck("currencies", AMBER, "open", about, count=len(left), amount=amount)
    else:
        found = sum(1 for one in whole if one.difference)
        yield MonthCheck("currencies", GREEN, "valued" if found else "none", count=found)


def _ledger(company: Company, until: date) -> Iterable[MonthCheck]:
    """The other general ledger agrees; a company that never took one in has none."""
    of_day = When(balance_on=until, then=0)
    lists = LedgerList.objects.filter(company=company)
    listed = lists.order_by(Case(of_day, default=1), "-pk").first()
    if listed and listed.balance_on == until:
        found = account_differences(company, listed)
        apart = [abs(one.difference) for one in found if one.difference]
        if lacks_control_account(found):
            yield MonthCheck("ledger", AMBER, "unnamed")
        else:
            yield _counted("ledger", len(apart), sum(apart, ZERO))
    elif listed:
        yield MonthCheck("ledger", AMBER, "missing")


def _provision(company: Company, until: date) -> Iterable[MonthCheck]:
    """Booked for the month's end, where the company has percentages and something they are of."""
    if not provision_rates(company, on=until):
        return
    if is_provision_due(company, until):
        yield MonthCheck("provision", AMBER)
    else:
        outcome = "booked" if provision_on(company, until) else "none"
        yield MonthCheck("provision", GREEN, outcome)
