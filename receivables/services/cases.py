"""A bank entry with everything that may decide it, while it is being looked up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from o2c.money import ZERO
from receivables.models import BankEntry
from receivables.rules.facts import (
    Advice,
    Habits,
    Hit,
    Item,
    OrderHit,
    Outcome,
    Payer,
    Payment,
    Proposal,
)
from receivables.rules.leeway import USUAL, Leeway
from receivables.rules.matching import decide
from receivables.rules.near import endings
from receivables.rules.readings import Reading, merged
from receivables.rules.tokens import Sureness, says_return

_Key = TypeVar("_Key", int, str)
_CHUNK = 2000


@dataclass(slots=True)
class Case:
    """One entry with everything that may decide it.

    ``learned``: customer -> keys of what was learned that tells them as the payer. ``reading``:
    what it is read as, if not as its own amount; ``others`` are its other readings, ``elsewhere``
    items in further currencies that it names, and ``by_rate`` those that are worth about as much.
    """

    entry: BankEntry
    tokens: dict[str, Sureness]
    hits: list[Hit] = field(default_factory=list)
    payers: list[Payer] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    is_thorough: bool = False
    lookalikes: list[Item] = field(default_factory=list)
    alike: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    advices: list[Advice] = field(default_factory=list)
    leeway: Leeway = USUAL
    learned: dict[int, set[int]] = field(default_factory=dict)
    orders: list[OrderHit] = field(default_factory=list)
    habits: dict[int, Habits] = field(default_factory=dict)
    reading: Reading | None = None
    others: list["Case"] = field(default_factory=list)
    elsewhere: list[tuple[str, Hit]] = field(default_factory=list)
    by_rate: list[Proposal] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """What is matched: the entry's amount, or what it is read as."""
        return self.reading.amount if self.reading else self.entry.amount

    @property
    def currency(self) -> str:
        """The currency of the items it may pay."""
        return self.reading.currency if self.reading else self.entry.currency

    def decide(self) -> Outcome:
        """The rule's verdict on this entry, its other readings beside its own amount."""
        own = self._outcome(self.leeway)
        if not (self.others or self.by_rate):
            return own
        exact = Leeway(rounding_limit=ZERO, held=self.leeway.held)
        told = [(one.reading, one._outcome(exact)) for one in self.others if one.reading]
        return merged(own, told, self.by_rate, self.leeway)

    def _outcome(self, leeway: Leeway) -> Outcome:
        payment = Payment(
            self.amount,
            self.entry.value_on,
            tokens=self.tokens,
            endings=endings(self.entry.remittance),
            alike=frozenset(self.alike),
            told=frozenset(self.told),
            is_return=self.entry.is_reversal or bool(self.entry.return_reason),
            says_return=says_return(self.entry.remittance),
            payer_name=self.entry.payer_name,
        )
        return decide(
            payment,
            self.hits,
            self.payers,
            self.items,
            is_thorough=self.is_thorough,
            lookalikes=self.lookalikes,
            advices=self.advices,
            leeway=leeway,
            orders=self.orders,
            habits=self.habits,
        )

    def rests_on(self, proposal: Proposal) -> frozenset[int]:
        """What was learned before that a proposal rests on."""
        if not {"iban", "alias"} & {reason.code for reason in proposal.evidence}:
            return frozenset()
        payers = proposal.customers | {proposal.customer_id}
        return frozenset(pk for payer in payers for pk in self.learned.get(payer, ()))

    def habits_of(self, proposal: Proposal) -> Habits | None:
        """The habits that a proposal rests on, if it does on one."""
        is_by_habit = any(reason.code.startswith("habit_") for reason in proposal.evidence)
        return self.habits.get(proposal.customer_id) if is_by_habit else None


def chunks(wanted: Iterable[_Key]) -> Iterator[list[_Key]]:
    """Keys by thousands, for one query each."""
    keys = list(wanted)
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
