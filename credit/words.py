"""Why an order is held, in a few words in the reader's language, from the stored figures."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from credit.models import CreditDecision


def brief(decision: CreditDecision) -> str:
    """ "limit +9,720.00; 31 d late": one part for each rule that did not pass."""
    rules = [answer["rule"] for answer in decision.answers if answer["outcome"] != "pass"]
    return "; ".join(_part(rule, decision.figures) for rule in rules)


def _part(rule: str, figures: dict[str, Any]) -> str:
    match rule:
        case "limit":
            return _("limit +%(amount)s") % {"amount": _amount(figures)}
        case "group_limit":
            return _("group limit +%(amount)s") % {"amount": _amount(figures["group"])}
        case "overdue":
            return _("%(days)s d late") % {"days": figures["exposure"]["oldest_overdue_days"]}
        case "dunning":
            return _("reminded at level %(level)s") % {
                "level": figures["exposure"]["dunning_level"]
            }
        case "review":
            return _("review due")
    return _("blocked")


def _amount(figures: dict[str, Any]) -> str:
    return formats.amount(Decimal(figures["shortfall_amount"]))
