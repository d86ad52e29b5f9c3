"""Why an item was left out of a run, in words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dunning import rules

REASONS: dict[str, str | Promise] = {
    rules.ON_HOLD: _("Reminders are paused"),
    rules.DISPUTED: _("Disputed in full"),
    rules.LAST_LEVEL: _("Already at the last level"),
    rules.NOT_YET: _("Not overdue long enough"),
    rules.WAITING: _("Reminded a short time ago"),
    rules.NOT_DELIVERED: _("The last reminder did not go out"),
    rules.IN_FLIGHT: _("An approved reminder is still on its way"),
    "credit": _("Covered by unapplied cash or credit notes"),
}


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
