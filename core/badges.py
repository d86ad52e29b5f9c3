"""Which colour family and icon each state has: the same everywhere, by one table.

A room adds its rows here: model label -> state -> (family, icon). The word comes from the model
(``get_state_display``). Families: neutral, blue, green, amber, red, purple, teal; colour is never
alone, so every badge has an icon and a word.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import get_language, override


class Look(NamedTuple):
    """Colour family and icon of a badge."""

    family: str
    icon: str


NEUTRAL = Look("neutral", "circle")
DRAFT = Look("neutral", "circle-dashed")
VOID = Look("neutral", "ban")
CLOSED = Look("neutral", "archive")
OPEN = Look("blue", "circle-dot")
SENT = Look("blue", "send")
RUNNING = Look("blue", "progress")
DONE = Look("green", "circle-check")
PARTIAL = Look("amber", "progress-check")
WAITING = Look("amber", "clock-pause")
WARNING = Look("amber", "alert-triangle")
HOLD = Look("red", "hand-stop")
OVERDUE = Look("red", "alert-circle")
FAILED = Look("red", "circle-x")
DISPUTED = Look("purple", "message-exclamation")
APPROVAL = Look("purple", "user-check")
CREDIT = Look("teal", "receipt-refund")
UNAPPLIED = Look("teal", "coins")

# Family -> icon for badges that are not the state of a model ({% state_badge %}).
FAMILY_ICONS = {
    "neutral": "circle",
    "blue": "circle-dot",
    "green": "circle-check",
    "amber": "alert-triangle",
    "red": "alert-circle",
    "purple": "message-exclamation",
    "teal": "receipt-refund",
}

_WORK = {
    "pending": WAITING,
    "claimed": RUNNING,
    "done": DONE,
    "uncertain": WARNING,
    "parked": FAILED,
    "cancelled": VOID,
}

BADGES: dict[str, dict[str, Look]] = {
    "core.outboundmessage": _WORK,
    "core.job": {
        "queued": WAITING,
        "running": RUNNING,
        "stopping": WAITING,
        "done": DONE,
        "cancelled": VOID,
        "failed": FAILED,
    },
    "core.jobrow": {"ok": DONE, "failed": FAILED, "uncertain": WARNING},
    "orders.order": {
        "draft": DRAFT,
        "submitted": OPEN,
        "on_hold": HOLD,
        "released": OPEN,
        "in_fulfilment": RUNNING,
        "completed": DONE,
        "closed": CLOSED,
        "cancelled": VOID,
    },
    "fulfillment.shipment": {
        "draft": DRAFT,
        "open": OPEN,
        "picking": RUNNING,
        "dispatched": SENT,
        "delivered": DONE,
        "cancelled": VOID,
    },
    "invoicing.billingstep": {
        "planned": DRAFT,
        "due": WAITING,
        "billed": DONE,
        "cancelled": VOID,
    },
    "invoicing.subscription": {
        "draft": DRAFT,
        "active": DONE,
        "paused": WAITING,
        "ended": CLOSED,
    },
    "invoicing.invoice": {"draft": DRAFT, "issued": OPEN, "cancelled": VOID},
    "invoicing.invoicedelivery": _WORK,
    "receivables.bankentry": {"open": OPEN, "partial": PARTIAL, "matched": DONE},
    "receivables.remittanceadvice": {"waiting": WAITING, "used": DONE, "dropped": CLOSED},
    "receivables.bankfile": {
        "booked": DONE,
        "known": NEUTRAL,
        "refused": FAILED,
        "undone": VOID,
        "details": NEUTRAL,
    },
    "receivables.debitrun": {"proposed": APPROVAL, "approved": SENT, "discarded": VOID},
    "receivables.debit": {
        "proposed": WAITING,
        "sent": SENT,
        "collected": DONE,
        "returned": FAILED,
        "dropped": VOID,
    },
    "receivables.providerpayment": {
        "begun": DRAFT,
        "open": WAITING,
        "paid": DONE,
        "declined": FAILED,
        "expired": VOID,
    },
    "receivables.receipt": {
        "held": OPEN,
        "banked": SENT,
        "bounced": FAILED,
        "cancelled": VOID,
    },
    "receivables.depositslip": {"open": OPEN, "handed_in": SENT, "credited": DONE},
    "receivables.netting": {
        "proposed": APPROVAL,
        "booked": DONE,
        "refused": VOID,
        "taken_back": CLOSED,
    },
    "receivables.providerrefund": {
        "proposed": APPROVAL,
        "approved": SENT,
        "done": DONE,
        "refused": FAILED,
    },
    "receivables.claim": {"claimed": OPEN, "waived": VOID},
    "receivables.bankrefund": {
        "proposed": APPROVAL,
        "approved": WAITING,
        "sent": SENT,
        "paid": DONE,
        "returned": FAILED,
        "refused": VOID,
    },
    "receivables.writeoff": {
        "asked": APPROVAL,
        "booked": DONE,
        "refused": CLOSED,
        "taken_back": VOID,
    },
    "disputes.dispute": {
        "open": DISPUTED,
        "accepted": DONE,
        "rejected": CLOSED,
        "paid": DONE,
        "undone": VOID,
    },
    "customers.mandate": {
        "draft": APPROVAL,
        "active": DONE,
        "suspended": WAITING,
        "revoked": VOID,
        "expired": CLOSED,
    },
    "dunning.dunningrun": {
        "proposed": APPROVAL,
        "approved": RUNNING,
        "sent": SENT,
        "discarded": VOID,
    },
    "dunning.dunningnotice": {
        "proposed": WAITING,
        "excluded": VOID,
        "written": DONE,
        "dropped": CLOSED,
    },
    "credit.creditdecision": {"pass": DONE, "hold": HOLD, "refuse": FAILED},
    "credit.credithold": {
        "open": HOLD,
        "released": DONE,
        "rejected": FAILED,
        "cleared": DONE,
    },
    "credit.limitchange": {"proposed": APPROVAL, "approved": DONE, "rejected": FAILED},
}


def look_of(model_label: str, state: str) -> Look:
    """Family and icon of a state; a state without a row is neutral."""
    return BADGES.get(model_label, {}).get(state, NEUTRAL)


# Role -> how it is drawn on the demo's login page.
ROLE_LOOKS = {
    "sales_rep": Look("blue", "shopping-cart"),
    "sales_manager": Look("blue", "chart-bar"),
    "credit_manager": Look("purple", "scale"),
    "warehouse": Look("teal", "truck"),
    "billing": Look("green", "file-invoice"),
    "ar_accountant": Look("green", "arrows-exchange"),
    "collector": Look("amber", "mail-forward"),
    "finance_manager": Look("red", "report-money"),
    "auditor": Look("neutral", "history"),
    "administrator": Look("neutral", "settings"),
}


def choice_word(record: Model, name: str) -> str:
    """``get_<name>_display()`` as a list can afford it: Django spells out all choices each time."""
    return _choice_word(type(record), name, getattr(record, name), get_language() or "en")


def source_word(record: Model, name: str) -> str:
    """The word of a choice as events keep it: untranslated, for ``source_texts`` of a payload."""
    return _choice_word(type(record), name, getattr(record, name), "en")


@lru_cache(maxsize=4096)
def _choice_word(model: type[Model], name: str, value: Any, language: str) -> str:
    choices: dict[Any, Any] = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    with override(language):
        return str(choices.get(value, value))
