"""Two plain rules, as other products have them, on the same made year: what they would book."""

from dataclasses import dataclass, field
from decimal import Decimal

from receivables.rules.tokens import normalise
from tests.receivables.bank_year import Debt, Paid, Year


@dataclass(slots=True)
class Plain:
    """How many payments a rule books rightly, and wrongly."""

    count: int = 0
    right: dict[str, int] = field(default_factory=lambda: {"contained": 0, "exact": 0})
    wrong: dict[str, int] = field(default_factory=lambda: {"contained": 0, "exact": 0})

    def see(self, year: Year, paid: Paid) -> None:
        """Let both rules look at a payment."""
        self.count += 1
        self._judge("contained", _contained(year, paid), paid)
        self._judge("exact", _exact(year, paid), paid)

    def _judge(self, rule: str, debt: Debt | None, paid: Paid) -> None:
        if debt is None:
            return
        given = {debt.number: min(debt.left, paid.amount)}
        is_right = given == paid.truth
        self.right[rule] += is_right
        self.wrong[rule] += not is_right

    def lines(self) -> list[str]:
        """In words, for the table."""
        return [
            f"plain rule {rule}: {100 * self.right[rule] / self.count:.1f} % right,"
            f" {100 * self.wrong[rule] / self.count:.2f} % wrong"
            for rule in self.right
        ]


def _open(year: Year) -> list[Debt]:
    return [debt for debts in year.open.values() for debt in debts if debt.left > 0]


def _contained(year: Year, paid: Paid) -> Debt | None:
    """The first open invoice whose number, or its digits, is somewhere within the text."""
    text = normalise(paid.text)
    return next((d for d in _open(year) if d.key in text or d.digits in text), None)


def _exact(year: Year, paid: Paid) -> Debt | None:
    """The invoice that a word of the text names, if it asks exactly the payment."""
    words = {normalise(word) for word in paid.text.replace("\n", " ").split()}
    named = [debt for debt in _open(year) if debt.key in words]
    same = [debt for debt in named if debt.left == Decimal(paid.amount)]
    return same[0] if len(same) == 1 else None
