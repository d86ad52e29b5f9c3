"""Plain data that template tags draw: steps of the document flow, bars, key figures."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box of the document flow: order, shipment, invoice, payment.

    ``label`` is the stage, ``number`` the document ("" = none yet), ``state`` the word shown
    ("" with no number = not there yet), ``family`` the colour family of the state. It is a link
    only for those who carry ``right``. Steps of one stage stand over one another, and so does a
    ``is_branch`` (a credit note under its invoice).
    """

    label: Text
    number: str = ""
    url: str = ""
    state: Text = ""
    family: str = "neutral"
    is_current: bool = False
    right: str = ""
    is_branch: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a small picture such as ageing; ``url`` opens the list that sums to it."""

    label: Text
    amount: Decimal
    currency: str = ""
    url: str = ""
    family: str = "blue"
