"""Propose a direct debit run: what is due of customers whose mandate is in use, and who is not."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import holidays
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, require_open
from customers.models import Customer, Mandate
from customers.services import expire_mandates
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import BankAccount, Debit, DebitRun, OpenItem

PROPOSE = "receivables.propose_debits"
DISPUTED, CREDIT, IN_RUN, OTHER_SCHEME = "disputed", "credit", "in_run", "scheme"
_BEST = ("active", "suspended", "draft", "expired")


@dataclass(frozen=True, slots=True)
class DebitPlan:
    """What a run collects: onto which account, when, by which scheme, in which version."""

    bank_account_id: int
    collect_on: date
    scheme: str = Mandate.Scheme.CORE
    format: str = DebitRun.Format.V8


def next_bank_day(day: date) -> date:
    """The day itself, or the next one on which euro payments are settled (TARGET)."""
    closed = holidays.financial_holidays("ECB", years=[day.year, day.year + 1])
    while day.weekday() > 4 or day in closed:
        day += timedelta(days=1)
    return day


def first_day(company: Company, on: date) -> date:
    """The first day that may be collected on when the customers are told on ``on``."""
    return next_bank_day(on + timedelta(days=company.debit_notice_days))


@atomic_verb
def propose_debits(
    company: Company, plan: DebitPlan, *, disputed: Mapping[int, Decimal], by: Actor, on: date
) -> DebitRun:
    """Work out what is collected. Replaces a proposal of the scheme that nobody approved.

    In: items due by the day of collection of customers whose mandate is in use. Left out, with the
    reason kept: contested (``disputed``: item id -> amount), on another run, mandate not in use or
    of the other scheme, customers with credits or cash that is not applied. Mandates not used for
    36 months expire first.

    Raises: PermissionMissing; InvalidInput for a day too early or no bank day, an account of
    another company or currency; Conflict without a creditor identifier.
    """
    require(by, PROPOSE, company.pk)
    require_open(company)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    account = _checked(company, plan, on)
    expire_mandates(company, by=by, on=on)
    for old in DebitRun.objects.for_update().filter(
        company=company, state=DebitRun.State.PROPOSED, scheme=plan.scheme
    ):
        throw_away(old, by=by, on=on)
    run = DebitRun.objects.create(
        company=company,
        bank_account=account,
        scheme=plan.scheme,
        format=plan.format,
        proposed_on=on,
        collect_on=plan.collect_on,
        notice_days=company.debit_notice_days,
        proposed_by_id=by.actor_id if by.actor_kind == "user" else None,
        proposed_by_name=by.actor_name,
    )
    _fill(run, disputed)
    record_event("debit.proposed", run, by=by, on=on, label=run.number, items=run.debits.count())
    return run


def debit_hash(run: DebitRun) -> str:
    """Fingerprint of what would be collected from whom."""
    rows = run.debits.order_by("pk").values_list("item_id", "mandate_id", "amount", "sequence")
    return hashlib.sha256(repr([*rows, run.collect_on]).encode()).hexdigest()


def _checked(company: Company, plan: DebitPlan, on: date) -> BankAccount:
    account = BankAccount.objects.filter(
        company=company, pk=plan.bank_account_id, is_active=True, currency="EUR"
    ).first()
    if account is None:
        raise InvalidInput(
            "debit.account",
            _("Choose one of the company's bank accounts in EUR: SEPA collects in euro only."),
            field="bank_account",
        )
    if not company.creditor_identifier:
        raise Conflict(
            "debit.no_identifier",
            _("%(company)s has no creditor identifier. An administrator adds it in the set-up.")
            % {"company": company},
        )
    earliest = first_day(company, on)
    if plan.collect_on < earliest or next_bank_day(plan.collect_on) != plan.collect_on:
        free = next_bank_day(max(plan.collect_on, earliest))
        raise InvalidInput(
            "debit.day",
            _(
                "%(day)s can't be collected on: customers are told %(notice)d days ahead and banks"
                " must be open. The next day that can is %(free)s."
            )
            % {
                "day": formats.day(plan.collect_on),
                "notice": company.debit_notice_days,
                "free": formats.day(free),
            },
            field="collect_on",
        )
    return account


def _fill(run: DebitRun, disputed: Mapping[int, Decimal]) -> None:
    mandates = _mandates(run)
    items = (
        OpenItem.objects.filter(company=run.company_id, customer__in=mandates, currency="EUR")
        .debits()
        .open()
        .filter(due_on__lte=run.collect_on)
        .select_related("customer")
        .order_by("due_on", "pk")
    )
    taken = set(Debit.objects.filter(company=run.company_id).live().values_list("item", flat=True))
    held = OpenItem.objects.filter(company=run.company_id, customer__in=mandates).credits()
    credited = set(held.open().values_list("customer", flat=True))
    used: set[int] = set()
    chosen, left_out = [], defaultdict[tuple[int, str], list[OpenItem]](list)
    for item in items:
        mandate = mandates[item.customer_id]
        reason = _why_not(run, item, mandate, disputed, taken, credited)
        if reason:
            left_out[item.customer_id, reason].append(item)
        else:
            chosen.append(_debit(run, item, mandate, used))
    Debit.objects.bulk_create(chosen, batch_size=1000)
    run.left_out = [_told(reason, rows) for (_customer, reason), rows in left_out.items()]
    run.content_hash = debit_hash(run)
    run.save(update_fields=["left_out", "content_hash"])


def _mandates(run: DebitRun) -> dict[int, Mandate]:
    """Customer -> the mandate that counts: that in use, else the one that says why not."""
    found = Mandate.objects.filter(company=run.company_id).exclude(state=Mandate.State.REVOKED)
    best: dict[int, Mandate] = {}
    for mandate in sorted(found, key=lambda m: (_BEST.index(m.state), -m.pk)):
        best.setdefault(mandate.customer_id, mandate)
    return best


def _why_not(  # noqa: PLR0913 - what is looked at
    run: DebitRun,
    item: OpenItem,
    mandate: Mandate,
    disputed: Mapping[int, Decimal],
    taken: set[int],
    credited: set[int],
) -> str:
    if mandate.state != Mandate.State.ACTIVE:
        return f"mandate_{mandate.state}"
    if mandate.scheme != run.scheme:
        return OTHER_SCHEME
    if item.pk in taken:
        return IN_RUN
    if item.pk in disputed:
        return DISPUTED
    return CREDIT if item.customer_id in credited else ""


def _debit(run: DebitRun, item: OpenItem, mandate: Mandate, used: set[int]) -> Debit:
    sequence = Debit.Sequence.RECURRENT if mandate.pk in used else mandate.next_sequence
    used.add(mandate.pk)
    return Debit(
        company_id=run.company_id,
        run=run,
        item=item,
        mandate=mandate,
        amount=item.outstanding_amount,
        sequence=sequence,
        end_to_end_id=f"DD{run.pk:06d}I{item.pk:08d}",
    )


def _told(reason: str, rows: Sequence[OpenItem]) -> dict[str, Any]:
    """Who is left out, why, how many items, over how much; the amount as text in EUR."""
    customer: Customer = rows[0].customer
    total = sum((row.outstanding_amount for row in rows), ZERO)
    return {
        "customer": customer.pk,
        "name": customer.name,
        "reason": reason,
        "items": len(rows),
        "amount": str(total),
    }


def throw_away(run: DebitRun, *, by: Actor, on: date) -> None:
    """Free the items of a locked proposal."""
    run.debits.filter(state=Debit.State.PROPOSED).update(state=Debit.State.DROPPED)
    run.to_discarded()
    run.save()
    record_event("debit.discarded", run, by=by, on=on, label=run.number)
