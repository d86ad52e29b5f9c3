"""The guided first hour: a few things to try for each role, ticked off as one goes there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import GuideMark, User
from core.roles import Role
from o2c.help.topics import Text

HIDDEN = "hidden"
SHOWN = 3
_ALL = frozenset(Role.values)
_SALES = frozenset({Role.SALES_REP, Role.SALES_MANAGER})
_CASH = frozenset({Role.AR_ACCOUNTANT, Role.FINANCE_MANAGER})


@dataclass(frozen=True, slots=True)
class Step:
    """Something to try: where, and for whom."""

    key: str
    title: Text
    text: Text
    icon: str
    url_name: str
    roles: frozenset[str]
    query: str = ""

    @property
    def url(self) -> str:
        """Where it is tried."""
        return reverse(self.url_name) + (f"?{self.query}" if self.query else "")


STEPS = (
    Step(
        "order",
        _("Enter an order"),
        _("Pick a customer, type two articles, watch price, stock and credit follow."),
        "shopping-cart",
        "orders:new",
        _SALES,
    ),
    Step(
        "held",
        _("See why an order waits"),
        _("Open one on hold: it says what would set it free."),
        "hand-stop",
        "orders:list",
        _SALES,
        "state=on_hold",
    ),
    Step(
        "decide",
        _("Decide on a held order"),
        _("Read what each rule saw, give a reason, release or reject."),
        "hand-stop",
        "credit:holds",
        frozenset({Role.CREDIT_MANAGER}),
        "state=open",
    ),
    Step(
        "limits",
        _("Approve a credit limit"),
        _("One proposes, another approves: try both with two logins."),
        "gauge",
        "credit:limits",
        frozenset({Role.CREDIT_MANAGER, Role.FINANCE_MANAGER}),
    ),
    Step(
        "pick",
        _("Pick and dispatch"),
        _("Make a pick list, dispatch it: the invoice follows by itself."),
        "package",
        "fulfillment:to_pick",
        frozenset({Role.WAREHOUSE}),
    ),
    Step(
        "stock",
        _("Ask a stock figure where it comes from"),
        _("Every quantity is a sum of moves; open one."),
        "building-warehouse",
        "fulfillment:stock",
        frozenset({Role.WAREHOUSE}),
    ),
    Step(
        "invoice",
        _("Open an issued invoice"),
        _("The PDF stands beside it, its way from order to payment above."),
        "file-invoice",
        "invoicing:list",
        frozenset({Role.BILLING}) | _CASH,
    ),
    Step(
        "unbilled",
        _("See what is not billed yet"),
        _("What has left the house without an invoice, and why."),
        "truck-delivery",
        "invoicing:unbilled",
        frozenset({Role.BILLING}),
    ),
    Step(
        "match",
        _("Match a payment by keyboard"),
        _("Enter takes the proposal, u undoes it. Nothing is lost by trying."),
        "arrows-exchange",
        "receivables:matching",
        _CASH,
    ),
    Step(
        "remind",
        _("Look through a reminder run"),
        _("Who is reminded of what, who is left out and why, sample letters."),
        "mail-forward",
        "dunning:list",
        frozenset({Role.COLLECTOR, Role.FINANCE_MANAGER}),
    ),
    Step(
        "disputes",
        _("Settle a dispute"),
        _("Order, delivery and invoice are at hand; decide for or against."),
        "message-exclamation",
        "disputes:list",
        frozenset({Role.COLLECTOR}),
    ),
    Step(
        "ageing",
        _("Follow a figure to its documents"),
        _("Open the ageing, click an amount: the list adds up to it."),
        "chart-bar",
        "reporting:ageing",
        frozenset({Role.COLLECTOR, Role.FINANCE_MANAGER, Role.AUDITOR, Role.AR_ACCOUNTANT}),
    ),
    Step(
        "ledger",
        _("Read the ledger"),
        _("Balanced entries, corrected only by reversing ones."),
        "book",
        "receivables:journal",
        frozenset({Role.AUDITOR}),
    ),
    Step(
        "audit",
        _("Ask who did what"),
        _("The audit trail, sealed day by day."),
        "history",
        "core:audit",
        frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    ),
    Step(
        "customer",
        _("Know a customer in one look"),
        _("What they owe, whether they may order, what happened last."),
        "users",
        "customers:list",
        _ALL - {Role.WAREHOUSE},
    ),
    Step(
        "profile",
        _("Make it yours"),
        _("Language, light or dark, single-letter keys."),
        "user-circle",
        "core:profile",
        _ALL,
    ),
)


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps of a person with what they have tried."""

    steps: list[tuple[Step, bool]]

    @property
    def done(self) -> int:
        """How many were tried."""
        return sum(is_done for _step, is_done in self.steps)

    @property
    def next_steps(self) -> list[Step]:
        """The first three that were not tried."""
        return [step for step, is_done in self.steps if not is_done][:SHOWN]

    @property
    def other_steps(self) -> list[tuple[Step, bool]]:
        """All others, with whether they were tried."""
        shown = self.next_steps
        return [(step, is_done) for step, is_done in self.steps if step not in shown]

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left."""
        return self.done == len(self.steps)


def guide_of(user: User, roles: Iterable[str]) -> Guide | None:
    """The person's first hour in their roles; None once it is hidden. One statement."""
    marks = set(GuideMark.objects.filter(user=user).values_list("step", flat=True))
    if HIDDEN in marks:
        return None
    held = set(roles)
    return Guide([(step, step.key in marks) for step in STEPS if step.roles & held])


def step_named(key: str) -> Step | None:
    """The step of that key."""
    return next((step for step in STEPS if step.key == key), None)
