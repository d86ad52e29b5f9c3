"""What may be taken in cash, as data of a country; pure.

Germany: a trader in goods identifies who pays 10,000 EUR or more in cash (§ 10 Abs. 6a GwG).
Sweden: who sells goods for cash beyond a limit registers first, so the company sets its own limit.
"""

from dataclasses import dataclass
from decimal import Decimal

IDENTIFY_FROM = {"DE": Decimal(10_000)}
"""Country -> from which amount in a day who pays is identified; in the country's currency."""


@dataclass(frozen=True, slots=True)
class CashRule:
    """At most ``limit`` in a day from a customer, identified from ``identify_from`` on; None: no
    such limit."""

    limit: Decimal | None = None
    identify_from: Decimal | None = None

    def is_too_much(self, day_amount: Decimal) -> bool:
        """Whether a customer's cash of a day is beyond the limit."""
        return self.limit is not None and day_amount > self.limit

    def asks_who(self, day_amount: Decimal) -> bool:
        """Whether who pays must be identified; parts of a day count together."""
        return self.identify_from is not None and day_amount >= self.identify_from


def rule_of(country: str, limit: Decimal | None, identify_from: Decimal | None) -> CashRule:
    """What the company set, else what its country's law says."""
    return CashRule(limit, identify_from or IDENTIFY_FROM.get(country))
