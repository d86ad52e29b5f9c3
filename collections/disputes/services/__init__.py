"""The verbs of disputes and deductions; every other room imports them from here."""

from disputes.services.deducting import (
    accept_deduction,
    close_settled,
    companies_to_settle,
    follow_write_off,
    open_deductions,
    reject_deduction,
)
from disputes.services.disputing import (
    ANSWER_DAYS,
    disputed_items,
    open_dispute,
    resolve_dispute,
)

__all__ = [
    "ANSWER_DAYS",
    "accept_deduction",
    "close_settled",
    "companies_to_settle",
    "disputed_items",
    "follow_write_off",
    "open_deductions",
    "open_dispute",
    "reject_deduction",
    "resolve_dispute",
]
