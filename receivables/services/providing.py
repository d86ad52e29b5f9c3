"""The flat-rate provision by age: previewed, booked on a closing day, taken back on the next.

On the net of what is open: a provision corrects no VAT, which is corrected only once a claim has
become uncollectible (§ 17 (2) no. 1 UStG; Swedish VAT law likewise wants a confirmed loss), by a
write-off. What is disputed is left out, as it is looked at one by one; what is written off is not
open any more. Percentages are the company's own experience, kept with the day they hold from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, require_open
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents
from receivables.models import Account, JournalEntry, JournalLine, ProvisionRate
from receivables.rules.areas import RECEIVABLES
from receivables.services.periods import post_late
from receivables.services.posting import Accounts, LineDraft, Posting, post_all

STEPS = (0, 1, 31, 61, 91, 181, 361)
"""Days overdue from which a percentage may be given; 0: not due yet."""

# What is open now and what was allocated after the day was open then; the disputed part of it, at
# the item's worth in the books, comes off before VAT does.
_SQL = """
WITH later AS (
    SELECT debit_item_id AS item_id, sum(debit_functional_amount) AS part
      FROM receivables_allocation
     WHERE company_id = %(company)s AND effective_on > %(day)s GROUP BY 1
), item AS (
    SELECT i.id, i.due_on, i.invoice_id, i.functional_amount / i.amount AS worth_rate,
           i.outstanding_functional_amount + COALESCE(later.part, 0) AS open
      FROM receivables_openitem AS i
      JOIN receivables_journalentry AS e ON e.id = i.entry_id
      LEFT JOIN later ON later.item_id = i.id
     WHERE i.company_id = %(company)s AND i.amount > 0 AND e.posted_on <= %(day)s
       AND (i.outstanding_amount <> 0 OR later.item_id IS NOT NULL)
), aged AS (
    SELECT item.*, LEAST(open, round(COALESCE(contested.amount, 0) * worth_rate, 2)) AS disputed,
           (SELECT max(step) FROM unnest(%(steps)s::int[]) AS step
             WHERE step <= GREATEST(%(day)s - due_on, 0)) AS days
      FROM item
      LEFT JOIN unnest(%(items)s::bigint[], %(amounts)s::numeric[]) AS contested (id, amount)
        ON contested.id = item.id
     WHERE open > 0
)
SELECT days, count(*), sum(open), sum(disputed),
       sum(CASE WHEN invoice.gross_amount > 0
                THEN round((open - disputed) * invoice.net_amount / invoice.gross_amount, 2)
                ELSE open - disputed END)
  FROM aged LEFT JOIN invoicing_invoice AS invoice ON invoice.id = aged.invoice_id
 WHERE days IS NOT NULL
 GROUP BY days ORDER BY days
"""


@dataclass(frozen=True, slots=True)
class ProvisionLine:
    """What is so many days overdue: open, disputed of it, the rest without VAT, and its share."""

    days_overdue: int
    rate: Decimal
    count: int
    open_amount: Decimal
    disputed_amount: Decimal
    net_amount: Decimal

    @property
    def vat_amount(self) -> Decimal:
        """What stays out since VAT is not corrected yet."""
        return self.open_amount - self.disputed_amount - self.net_amount

    @property
    def amount(self) -> Decimal:
        """The provision."""
        return cents(self.net_amount * self.rate)


def provision_rates(company: Company, *, on: date) -> dict[int, Decimal]:
    """Days overdue from -> rate, of the newest set that holds on a day; empty without one."""
    rows = ProvisionRate.objects.filter(company=company, valid_from__lte=on)
    newest = rows.order_by("-valid_from").values_list("valid_from", flat=True).first()
    if newest is None:
        return {}
    found = rows.filter(valid_from=newest).order_by("days_overdue")
    return dict(found.values_list("days_overdue", "rate"))


@atomic_verb
def set_provision_rates(
    company: Company,
    *,
    valid_from: date,
    rates: Mapping[int, Decimal],
    by: Actor,
    on: date,
    source: str = "",
) -> list[ProvisionRate]:
    """Keep the percentages that hold from a day on; the same day again is refused.

    Raises ``InvalidInput`` for a rate that is no share or an unknown step, ``Conflict`` for a day
    that has its percentages.
    """
    require(by, "receivables.close_period", company.pk)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    wrong = [rate for days, rate in rates.items() if days not in STEPS or not 0 <= rate <= 1]
    if wrong or not rates:
        raise InvalidInput(
            "provision.rate", _("A percentage lies between 0 and 100; give at least one.")
        )
    if ProvisionRate.objects.filter(company=company, valid_from=valid_from).exists():
        raise Conflict(
            "provision.known",
            _("Percentages from %(day)s are there already; choose another day.")
            % {"day": formats.day(valid_from)},
        )
    made = ProvisionRate.objects.bulk_create(
        ProvisionRate(
            company=company,
            valid_from=valid_from,
            days_overdue=days,
            rate=rate,
            source=source[:120],
        )
        for days, rate in sorted(rates.items())
    )
    told = {str(days): rate for days, rate in rates.items()}
    record_event("provision.rates_set", company, by=by, on=on, label=str(valid_from), rates=told)
    return made


def provision_lines(
    company: Company, *, day: date, disputed: Mapping[int, Decimal]
) -> list[ProvisionLine]:
    """The provision at the end of a day by age; ``disputed``: item -> contested amount of it."""
    rates = provision_rates(company, on=day)
    values: dict[str, Any] = {
        "company": company.pk,
        "day": day,
        "steps": sorted(rates),
        "items": list(disputed),
        "amounts": list(disputed.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return [ProvisionLine(days, rates[days], *rest) for days, *rest in rows]


def provision_on(company: Company, day: date) -> JournalEntry | None:
    """The entry that booked it on a day."""
    return JournalEntry.objects.filter(company=company, source_key=_key(day)).first()


def is_provision_due(company: Company, day: date) -> bool:
    """Whether booking a day's provision would post something, were nothing disputed."""
    if provision_on(company, day):
        return False
    lines = provision_lines(company, day=day, disputed={})
    before = _unreversed(company).filter(posted_on__lt=day)
    return any(line.amount for line in lines) or before.exists()


@atomic_verb
def book_provision(
    company: Company,
    *,
    day: date,
    disputed: Mapping[int, Decimal],
    by: Actor,
    on: date,
    late_reason: str = "",
) -> list[JournalEntry]:
    """Book the provision of a closing day and take the one before back; twice is once.

    Raises: PermissionMissing; InvalidInput for a day to come or without percentages; Conflict when
    a later day is booked, in closed books, or without the accounts.
    """
    require(by, "receivables.close_period", company.pk)
    require_open(company)
    if day >= on:
        raise InvalidInput(
            "provision.day", _("%(day)s is not over yet.") % {"day": formats.day(day)}
        )
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    if provision_on(company, day):
        return []
    if not provision_rates(company, on=day):
        raise InvalidInput("provision.none", _("Enter percentages that hold on that day first."))
    lines = provision_lines(company, day=day, disputed=disputed)
    total, standing = sum((line.amount for line in lines), ZERO), _standing(company, day)
    if not (total or standing):
        return []
    if late_reason:
        post_late(company, area=RECEIVABLES, reason=late_reason, by=by, on=on)
    written = _write(company, day, total, standing)
    words: dict[str, Any] = {"day": day, "amount": total, "currency": company.currency}
    record_event("receivables.provided", company, by=by, on=on, label=str(day), **words)
    return written


def _write(
    company: Company, day: date, total: Decimal, standing: Iterable[JournalEntry]
) -> list[JournalEntry]:
    """The provision before back, and this one, which may be nothing."""
    accounts = Accounts(company)
    postings = [_back(entry, day) for entry in standing]
    if total:
        postings.append(_posting(day, total, accounts))
    return [posted.entry for posted in post_all(company, postings, accounts=accounts)]


def _standing(company: Company, day: date) -> list[JournalEntry]:
    """The provision that is to be taken back. Raises ``Conflict`` for one of a later day."""
    found = list(_unreversed(company).order_by("pk"))
    later = [entry for entry in found if entry.posted_on > day]
    if later:
        raise Conflict(
            "provision.later",
            _("The provision of %(day)s is booked already; an earlier day comes too late.")
            % {"day": formats.day(later[0].posted_on)},
        )
    return found


def _unreversed(company: Company) -> QuerySet[JournalEntry]:
    """The provision that is in the books: one at most."""
    booked = JournalEntry.objects.filter(company=company, source_key__startswith="provision:")
    return booked.filter(reverses=None, reversed_by=None)


def _key(day: date) -> str:
    return f"provision:{day:%Y%m%d}"


def _posting(day: date, total: Decimal, accounts: Accounts) -> Posting:
    return Posting(
        posted_on=day,
        text=_("Flat-rate provision for receivables"),
        source_key=_key(day),
        lines=[
            LineDraft(accounts.of(Account.Role.PROVISION_EXPENSE), total),
            LineDraft(accounts.of(Account.Role.PROVISION), -total),
        ],
    )


def _back(entry: JournalEntry, day: date) -> Posting:
    lines = JournalLine.objects.filter(entry=entry).order_by("pk")
    return Posting(
        posted_on=day,
        text=_("Provision taken back: %(day)s") % {"day": formats.day(entry.posted_on)},
        source_key=f"{entry.source_key}:back",
        lines=[LineDraft(line.account_id, -line.amount) for line in lines],
        reverses_id=entry.pk,
    )
