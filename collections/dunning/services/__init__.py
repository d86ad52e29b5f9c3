"""The verbs of dunning."""

from dunning.services.freshness import last_statement_day, why_stale
from dunning.services.holds import hold, lift_hold
from dunning.services.letters import preview_letter, reminder_address, send_sample, write_letter
from dunning.services.levels import set_up_levels
from dunning.services.proposal import propose
from dunning.services.runs import approve, discard, exclude, finish

__all__ = [
    "approve",
    "discard",
    "exclude",
    "finish",
    "hold",
    "last_statement_day",
    "lift_hold",
    "preview_letter",
    "propose",
    "reminder_address",
    "send_sample",
    "set_up_levels",
    "why_stale",
    "write_letter",
]
