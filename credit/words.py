"""Why an order is held, in a few words in the reader's language, from the stored figures."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from credit.models import CreditDecision
from credit.rules import Figures, answers


def brief(decision: CreditDecision) -> str:
    """ "limit +9,720.00; 31 d late": one part for each rule that did not pass."""
    rules = [answer["rule"] for answer in decision.answers if answer["outcome"] != "pass"]
    return "; ".join(_part(rule, decision.figures) for rule in rules)


def told(decision: CreditDecision) -> list[dict[str, str]]:
    """What each rule said, in the reader's language: it is asked again of the stored figures.

    What it would decide otherwise today, and a person's reason, stay in the words of then.
    """
    again = {(a.rule, a.outcome): a for a in answers(Figures.from_json(decision.figures))}
    return [
        stored | {"text": now.text, "note": now.note}
        if (now := again.get((stored["rule"], stored["outcome"])))
        else stored
        for stored in decision.answers
    ]


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
