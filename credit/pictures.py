"""Exposure as bars, and the traffic light a sales rep sees."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.pictures import Bar
from credit.rules import HOLD, PASS, Figures, answers, outcome_of


@dataclass(frozen=True, slots=True)
class Picture:
    """How much of the limit is used by what."""

    figures: Figures
    bars: list[Bar]
    currency: str

    @property
    def room(self) -> Decimal:
        """Limit and securities together."""
        return self.figures.limit_amount + self.figures.secured_amount

    @property
    def used_share(self) -> Decimal | None:
        """Exposure with the order over limit and securities; None without a limit."""
        return self.figures.after_amount / self.room if self.room else None


@dataclass(frozen=True, slots=True)
class Light:
    """Green, amber or red with a word; it tells whether, never how much."""

    family: str
    label: str | Promise
    text: str | Promise


def picture_of(figures: Figures, currency: str) -> Picture:
    """Bars of the exposure's components and of the order asked for."""
    seen = figures.exposure
    parts = [
        (_("Ordered, not shipped"), seen.ordered_amount, "blue"),
        (_("Shipped, not invoiced"), seen.shipped_amount, "blue"),
        (_("Invoiced, not due"), seen.not_due_amount, "green"),
        (_("Overdue"), seen.overdue_amount, "red"),
        (_("This order"), figures.order_amount, "purple"),
    ]
    bars = [Bar(label, amount, currency, "", family) for label, amount, family in parts if amount]
    return Picture(figures, bars, currency)


def light_of(figures: Figures) -> Light:
    """The traffic light for figures with the order's amount in them."""
    outcome = outcome_of(answers(figures))
    if outcome == PASS:
        return Light("green", _("May order"), _("The order will pass the credit check."))
    if outcome == HOLD:
        return Light(
            "amber", _("Credit check"), _("The order will wait for the credit manager's decision.")
        )
    return Light("red", _("Blocked"), _("The customer is blocked; ask the credit manager."))
