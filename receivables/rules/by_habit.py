"""Proposals that the payer's habits tell: all that is due up to a day, or numbers cut as ever.

A habit is never alone: the payer is known for sure and the sum agrees to the cent, or it only
proposes. What is due means whole days, the oldest first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from receivables.rules.by_payer import has_doubt
from receivables.rules.case import Case, asks_just, propose, shares_of, total
from receivables.rules.chance import COINCIDENCE
from receivables.rules.cuts import cuts, written_of
from receivables.rules.facts import Confidence, Evidence, Habits, Item, Payer, Proposal, Share


def by_habit(case: Case) -> None:
    """Propose what the one sure payer's habits say."""
    payer = case.sure_payer
    habits = case.habits.get(payer.customer_id) if payer else None
    if payer is None or habits is None:
        return
    is_doubtful = has_doubt(case, payer)
    if habits.by_statement:
        _by_statement(case, payer, is_doubtful=is_doubtful)
    if habits.writes_ends or habits.leaves_last_out:
        _by_cut_numbers(case, payer, habits, is_doubtful=is_doubtful)


def _by_statement(case: Case, payer: Payer, *, is_doubtful: bool) -> None:
    """The oldest items up to a day that come to just the payment, if only one day does.

    Where one item asks it too, neither is sure.
    """
    items = case.of(payer.customer_id)
    choices = list(_up_to_a_day(case, items, case.credits_of(payer.customer_id)))
    found = [shares for shares in choices if total(shares) == case.payment.amount]
    is_rare = len(choices) * COINCIDENCE < int(case.payment.amount * 100)
    is_sure = len(found) == 1 and is_rare and not is_doubtful
    if found and asks_just(case, payer.customer_id):
        is_sure = False
        case.found = [_less_sure(proposal, payer) for proposal in case.found]
    for shares in found:
        confidence = Confidence.STRONG if is_sure else Confidence.LIKELY
        reasons = [Evidence("habit_statement", str(len(shares)))]
        propose(case, payer.customer_id, shares, reasons, confidence)


def _less_sure(proposal: Proposal, payer: Payer) -> Proposal:
    """A proposal of one item of the payer's own that no number names."""
    is_named = any(reason.code in ("reference", "near", "advice") for reason in proposal.evidence)
    if proposal.customer_id != payer.customer_id or len(proposal.shares) != 1 or is_named:
        return proposal
    return replace(proposal, confidence=min(proposal.confidence, Confidence.LIKELY))


def _up_to_a_day(
    case: Case, items: Sequence[Item], notes: Sequence[Item]
) -> Iterator[tuple[Share, ...]]:
    """Each two items or more that are all that is due up to a day, in each reading of the sums."""
    plain = shares_of(case, items, with_discount=False)
    less = shares_of(case, items, with_discount=True)
    beside = shares_of(case, notes, with_discount=False)
    readings = [(plain, ())] + [(less, ())] * (less != plain) + [(plain, beside)] * bool(beside)
    for count in range(2, len(items) + 1):
        is_end_of_day = count == len(items) or items[count].due_on != items[count - 1].due_on
        if is_end_of_day:
            for shares, more in readings:
                yield (*shares[:count], *more)


def _by_cut_numbers(case: Case, payer: Payer, habits: Habits, *, is_doubtful: bool) -> None:
    """The items whose cut numbers stand in the text, each by a number that fits just one."""
    told = _told(case, case.of(payer.customer_id), habits)
    items = sorted(told.values(), key=lambda item: (item.due_on, item.pk))
    if not items:
        return
    for with_discount in (False, True):
        shares = shares_of(case, items, with_discount=with_discount)
        if total(shares) == case.payment.amount:
            reasons = [Evidence("habit_cut", number) for number in sorted(told)[:4]]
            confidence = Confidence.LIKELY if is_doubtful else Confidence.STRONG
            propose(case, payer.customer_id, shares, reasons, confidence)
            return


def _told(case: Case, items: Iterable[Item], habits: Habits) -> dict[str, Item]:
    """What is written -> the one item whose number is cut so; none is told twice."""
    found: dict[str, Item] = {}
    for number in written_of(case.payment.tokens, case.payment.endings):
        fitting = [item for item in items if _fits(item, number, habits)]
        if len(fitting) == 1 and fitting[0] not in found.values():
            found[number] = fitting[0]
    return found


def _fits(item: Item, number: str, habits: Habits) -> bool:
    kind = cuts(item.document, number)
    return (kind == "ends" and habits.writes_ends) or (kind == "begins" and habits.leaves_last_out)
