"""The verbs of dunning."""

from dunning.services.holds import hold, lift_hold
from dunning.services.letters import write_letter
from dunning.services.levels import set_up_levels
from dunning.services.proposal import propose
from dunning.services.runs import approve, discard, exclude, finish

__all__ = [
    "approve",
    "discard",
    "exclude",
    "finish",
    "hold",
    "lift_hold",
    "propose",
    "set_up_levels",
    "write_letter",
]
