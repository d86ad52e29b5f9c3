"""Match bank entries to open items: by itself where the rule allows it, else as people decide."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, retrying
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from receivables.models import BankEntry, BankMatch, OpenItem
from receivables.rules.facts import Evidence, Outcome, Paid, Proposal, Verdict
from receivables.services.advances import asked_ahead, lock_orders, still_unbilled
from receivables.services.cases import Case
from receivables.services.habits import hold_habits, notice_habits, shown_by
from receivables.services.learning import does_teach, hold_learned, learn
from receivables.services.lookups import cases_of
from receivables.services.naming import Names, names_of
from receivables.services.settlements import Settlement, ShareDraft
from receivables.services.settling import settle_all

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the screen shows for one entry: the outcome, each proposal with its key."""

    outcome: Outcome
    keys: tuple[str, ...]

    @property
    def rows(self) -> list[tuple[str, Proposal]]:
        """Key and proposal, best first."""
        return list(zip(self.keys, self.outcome.proposals, strict=True))


def propose(entry: BankEntry, case: Case | None = None) -> Suggestions:
    """Ranked proposals for one entry of money received, with their evidence and arithmetic.

    ``case``: what was looked up for it already, as for an entry that a person looks at.
    """
    if entry.amount <= 0:
        return Suggestions(Outcome(Verdict.ASK, missing="returned"), ())
    outcome = (case or cases_of(entry.company, [entry], is_thorough=True)[0]).decide()
    return Suggestions(outcome, tuple(key_of(proposal) for proposal in outcome.proposals))


def key_of(proposal: Proposal) -> str:
    """Names what a proposal would do, so that a changed one is not accepted unseen."""
    return hashlib.sha256(repr(proposal.key).encode()).hexdigest()[:16]


@atomic_verb
def auto_match(
    company: Company,
    entry_ids: Iterable[int],
    *,
    by: Actor,
    on: date,
    names: Names | None = None,
) -> int:
    """Book every entry whose verdict is AUTO; the rest stays for people. Returns how many.

    By thousands, so that many entries need no more memory. ``names`` are the company's customers'
    where somebody has read them already.
    """
    keys, names = list(entry_ids), names or names_of(company)
    parts = (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
    return sum(_match_some(company, part, names, by=by, on=on) for part in parts)


def _match_some(company: Company, keys: Sequence[int], names: Names, *, by: Actor, on: date) -> int:
    entries = list(
        BankEntry.objects.filter(company=company, pk__in=keys, is_settled=False)
        .filter(amount__gt=0)
        .order_by("pk")
        .for_update()
    )
    chosen = list(_sure(company, entries, names))
    lock_orders(settlement.order_id for settlement in chosen)
    _lock_items(share.item_id for settlement in chosen for share in settlement.shares)
    fresh = _still_true(chosen)
    matches = settle_all(company, fresh, by=by, on=on)
    taught = [pair for pair in zip(fresh, matches, strict=True) if does_teach(pair[1])]
    learn(company, taught, names=names)
    return len(fresh)


def _sure(company: Company, entries: Sequence[BankEntry], names: Names) -> Iterable[Settlement]:
    """Decisions that may book by themselves; an item is given out once, an order paid once."""
    given: set[int] = set()
    ordered: set[int] = set()
    for case in cases_of(company, entries, names=names):
        outcome = case.decide()
        if outcome.verdict != Verdict.AUTO:
            continue
        first = outcome.proposals[0]
        wanted = {share.item.pk for share in first.shares}
        if wanted & given or first.order_id in ordered:
            continue
        given |= wanted
        ordered |= {first.order_id} - {0}
        yield _settlement(case, first, BankMatch.Way.AUTO)


def _lock_items(item_ids: Iterable[int]) -> None:
    keys = sorted(set(item_ids))
    if keys:
        list(OpenItem.objects.filter(pk__in=keys).for_update().values_list("pk", flat=True))


def _still_true(chosen: Sequence[Settlement]) -> list[Settlement]:
    """Drop decisions whose items changed between the look-up and the lock.

    So are those that rest on something learned that was forgotten meanwhile; what is still known
    stays so until they are booked.
    """
    keys = [share.item_id for settlement in chosen for share in settlement.shares]
    left = dict(OpenItem.objects.filter(pk__in=keys).values_list("pk", "outstanding_amount"))
    wanted = {pk for settlement in chosen for pk in settlement.rests_on}
    known = hold_learned(wanted) if wanted else set()
    of_habit = {settlement.customer_id for settlement in chosen if settlement.habits}
    habits = hold_habits(of_habit) if of_habit else {}
    asked = asked_ahead(settlement.order_id for settlement in chosen)
    return [
        s
        for s in chosen
        if all(left[pk] == was for pk, was in s.expected.items())
        and s.rests_on <= known
        and s.habits in (None, habits.get(s.customer_id))
        and (not s.order_id or s.entry.amount in asked.get(s.order_id, ()))
    ]


@retrying
@atomic_verb
def accept(entry_pk: int, *, key: str, by: Actor, on: date) -> BankMatch:
    """Book the proposal a person saw, named by its key.

    Raises ``Conflict`` when the proposals have changed since, or the entry is matched already.
    """
    entry = _locked(entry_pk, by)
    case = _case_of(entry)
    proposal = dict(propose(entry, case).rows).get(key)
    if case is None or proposal is None:
        raise Conflict(
            "match.changed",
            _("This proposal is out of date: an item was paid or changed. Look again."),
        )
    return _book(_settlement(case, proposal, BankMatch.Way.ACCEPTED), by=by, on=on)


@retrying
@atomic_verb
def accept_sure(entry_pk: int, *, by: Actor, on: date) -> BankMatch:
    """Book the best proposal as it is now, if it is strong and closes to 0.00.

    Raises ``Conflict`` when it does not any more, or the entry is matched already.
    """
    entry = _locked(entry_pk, by)
    case = _case_of(entry)
    best = propose(entry, case).outcome.proposals[:1]
    if case is None or not best or not best[0].is_sure:
        raise Conflict(
            "match.not_sure", _("The proposal is not strong any more. Look at it at the desk.")
        )
    return _book(_settlement(case, best[0], BankMatch.Way.ACCEPTED), by=by, on=on)


def _case_of(entry: BankEntry) -> Case | None:
    """What may decide money received; None for money that went back."""
    return cases_of(entry.company, [entry], is_thorough=True)[0] if entry.amount > 0 else None


@retrying
@atomic_verb
def match_entry(
    entry_pk: int,
    *,
    shares: Sequence[ShareDraft],
    by: Actor,
    on: date,
    customer_id: int | None = None,
    paid_amount: Decimal | None = None,
) -> BankMatch:
    """Give an entry to items chosen by a person; the rest goes on the customer's account.

    Without shares the whole payment goes on the account of ``customer_id``; money that went back
    to a customer (a return) is a debit there. Items may be several customers' if nothing is left
    over. ``paid_amount``: what was paid in the items' currency, where that is another one; the
    shares are in it, and the rest goes on account in the entry's. Raises ``InvalidInput`` for more
    than was paid, or less for items of several customers, ``Conflict`` for an entry that is matched
    already or an item that has less left.
    """
    entry = _locked(entry_pk, by)
    customer, *others = _customers_of(entry, shares, customer_id)
    settlement = Settlement(
        entry,
        customer,
        list(shares),
        paid=_paid(entry, shares, paid_amount),
        way=BankMatch.Way.MANUAL if shares else BankMatch.Way.ON_ACCOUNT,
        evidence=[{"code": "person", "value": by.actor_name}],
        others=frozenset(others),
    )
    return _book(settlement, by=by, on=on)


def _paid(entry: BankEntry, shares: Sequence[ShareDraft], amount: Decimal | None) -> Paid | None:
    """What was paid in the items' currency, where it is another one and somebody said how much."""
    if amount is None:
        return None
    keys = [share.item_id for share in shares]
    rows = OpenItem.objects.filter(pk__in=keys).order_by("pk")
    currency = rows.values_list("currency", flat=True).first()
    return Paid(currency, amount) if currency and currency != entry.currency else None


def _locked(entry_pk: int, by: Actor) -> BankEntry:
    entry = BankEntry.objects.for_update().select_related("company").get(pk=entry_pk)
    require(by, "receivables.match", entry.company_id)
    if entry.is_settled:
        raise Conflict("match.settled", _("This payment is matched already. Look again."))
    return entry


def _customers_of(
    entry: BankEntry, shares: Sequence[ShareDraft], customer_id: int | None
) -> list[int]:
    """Whose items they are, the one asked for first; all of the entry's company."""
    owners = OpenItem.objects.filter(
        pk__in=[share.item_id for share in shares], company_id=entry.company_id
    ).values_list("customer_id", flat=True)
    found = list(dict.fromkeys([*([customer_id] if customer_id else []), *owners.order_by("pk")]))
    if not found:
        raise InvalidInput(
            "match.customer",
            _("Choose items, or the customer whose account takes the payment."),
        )
    if Customer.objects.filter(pk__in=found, company_id=entry.company_id).count() != len(found):
        raise InvalidInput("match.customer", _("This customer belongs to another company."))
    return found


def _book(settlement: Settlement, *, by: Actor, on: date) -> BankMatch:
    lock_orders([settlement.order_id])
    if settlement.order_id and not still_unbilled([settlement.order_id]):
        raise Conflict(
            "match.changed",
            _("This proposal is out of date: an item was paid or changed. Look again."),
        )
    _lock_items(share.item_id for share in settlement.shares)
    shown = shown_by(settlement)
    match = settle_all(settlement.entry.company, [settlement], by=by, on=on)[0]
    learn(settlement.entry.company, [(settlement, match)])
    notice_habits(settlement, match, shown)
    return match


def _settlement(case: Case, proposal: Proposal, way: str) -> Settlement:
    shares = [
        ShareDraft(
            s.item.pk,
            s.amount,
            discount=s.discount,
            closing=s.rounding or s.charges,
            closing_as="rounding" if s.rounding else "charges" if s.charges else "",
        )
        for s in proposal.shares
    ]
    return Settlement(
        expected={s.item.pk: s.item.outstanding for s in proposal.shares},
        entry=case.entry,
        rests_on=case.rests_on(proposal),
        habits=case.habits_of(proposal),
        order_id=proposal.order_id,
        customer_id=proposal.customer_id,
        others=proposal.customers - {proposal.customer_id},
        advice_id=proposal.advice_id,
        shares=shares,
        paid=proposal.paid,
        way=way,
        confidence=proposal.confidence.name.lower(),
        evidence=[_as_json(evidence) for evidence in proposal.evidence],
    )


def _as_json(evidence: Evidence) -> dict[str, str]:
    return {"code": evidence.code, "value": evidence.value}


def difference(entry: BankEntry, shares: Iterable[ShareDraft]) -> Decimal:
    """What is left of the payment after the shares."""
    return entry.amount - sum((share.amount for share in shares), Decimal("0.00"))
