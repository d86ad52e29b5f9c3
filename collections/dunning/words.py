"""Why an item was left out of a run, in words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dunning import comparing, rules

REASONS: dict[str, str | Promise] = {
    rules.ON_HOLD: _("Reminders are paused"),
    rules.DISPUTED: _("Disputed in full"),
    rules.LAST_LEVEL: _("Already at the last level"),
    rules.NOT_YET: _("Not overdue long enough"),
    rules.WAITING: _("Reminded a short time ago"),
    rules.NOT_DELIVERED: _("The last reminder did not go out"),
    rules.IN_FLIGHT: _("An approved reminder or a direct debit is still on its way"),
    "credit": _("Covered by unapplied cash or credit notes"),
}

CHANGES: dict[str, tuple[str | Promise, str, str]] = {
    comparing.NEW: (_("new"), "blue", "plus"),
    comparing.CLIMBS: (_("climbs"), "amber", "arrow-up"),
    comparing.AGAIN: (_("again"), "neutral", "refresh"),
    comparing.OUT: (_("out"), "neutral", "minus"),
}
WHY_OUT: dict[str, str | Promise] = {
    comparing.PAID: _("paid"),
    comparing.DISPUTED: _("disputed"),
    comparing.ON_HOLD: _("reminders are paused"),
    comparing.WAITS: _("waits after its last reminder"),
}


def change_rows(changes: Iterable[comparing.Change]) -> list[dict[str, Any]]:
    """Each change with its word, colour and reason."""
    return [
        {
            "change": change,
            "word": CHANGES[change.kind][0],
            "family": CHANGES[change.kind][1],
            "icon": CHANGES[change.kind][2],
            "why": WHY_OUT.get(change.why, ""),
        }
        for change in changes
    ]


def left_out_rows(left_out: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stored counts with words and amounts."""
    return [
        {
            "label": REASONS.get(row["reason"], row["reason"]),
            "items": row["items"],
            "amounts": [(cur, Decimal(amount)) for cur, amount in row["amounts"].items()],
        }
        for row in left_out
    ]
