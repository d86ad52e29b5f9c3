"""The checks of a month in words: title, one sentence, where the rows behind a figure are."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import formats
from receivables.services import MonthCheck

TITLES: dict[str, Promise] = {
    "proof": gettext_lazy("Invariants of the books"),
    "numbers": gettext_lazy("Number series without gaps"),
    "events": gettext_lazy("Chain of events sealed"),
    "bank": gettext_lazy("Bank statements"),
    "to_match": gettext_lazy("Payments to match"),
    "unapplied": gettext_lazy("Unapplied cash"),
    "credits": gettext_lazy("Open credits"),
    "unbilled": gettext_lazy("Delivered, not billed"),
    "drafts": gettext_lazy("Draft invoices"),
    "unbooked": gettext_lazy("Invoices not booked"),
    "currencies": gettext_lazy("Foreign currency valued"),
    "ledger": gettext_lazy("General ledger reconciled"),
    "provision": gettext_lazy("Provision by age booked"),
}


def title_of(check: MonthCheck) -> str:
    """What is checked, and of which account."""
    title = str(TITLES[check.code])
    return f"{title}: {check.about}" if check.code == "bank" else title


def sentence_of(check: MonthCheck) -> str:
    """One sentence: what was found, and where it is red or amber what to do."""
    words = {"count": check.count, "day": formats.day(check.day) if check.day else "–"}
    return _SENTENCES[check.code](check, words)


Words = dict[str, object]


def _proof(check: MonthCheck, words: Words) -> str:
    if check.outcome == "missing":
        return _("Not proved since the month ended. Start the proof.")
    if check.outcome == "breaches":
        text = ngettext(
            "%(count)d breach was found.", "%(count)d breaches were found.", check.count
        )
        return text % words
    if check.outcome == "old":
        return _("Proved on %(day)s, more than a day ago. Prove again, or say why not.") % words
    return _("Proved on %(day)s without a breach.") % words


def _bank(check: MonthCheck, words: Words) -> str:
    return {
        "none": _("No statement was ever imported."),
        "short": _("Statements reach to %(day)s only. Import the rest of the month."),
        "quiet": _(
            "Statements reach to %(day)s; nothing moved in the weeks before the month's end."
        ),
        "broken": _(
            "%(count)s statements do not begin where the one before ended: one is missing."
        ),
        "complete": _("Statements reach to %(day)s, each follows the one before."),
    }[check.outcome] % words


def _to_match(check: MonthCheck, words: Words) -> str:
    if not check.count:
        return _("Every payment up to the month's end is decided.")
    text = ngettext("%(count)d payment waits.", "%(count)d payments wait.", check.count)
    return text % words


def _credits(check: MonthCheck, words: Words) -> str:
    if not check.count:
        return _("Nothing is left.")
    if check.outcome == "young":
        return _("%(count)s left, none older than 30 days at the month's end.") % words
    return _("%(count)s are older than 30 days at the month's end.") % words


def _unbilled(check: MonthCheck, words: Words) -> str:
    if not check.count:
        return _("Everything delivered is billed.")
    text = ngettext(
        "%(count)d shipment that left has no invoice.",
        "%(count)d shipments that left have no invoice.",
        check.count,
    )
    return text % words


def _drafts(check: MonthCheck, words: Words) -> str:
    if not check.count:
        return _("No draft belongs to the month.")
    text = ngettext(
        "%(count)d draft of the month or before is not issued.",
        "%(count)d drafts of the month or before are not issued.",
        check.count,
    )
    return text % words


def _unbooked(check: MonthCheck, words: Words) -> str:
    if not check.count:
        return _("Every issued invoice is in the ledger.")
    text = ngettext(
        "%(count)d issued invoice is not in the ledger yet; the next sweep books it.",
        "%(count)d issued invoices are not in the ledger yet; the next sweep books them.",
        check.count,
    )
    return text % words


def _currencies(check: MonthCheck, words: Words) -> str:
    if check.outcome == "no_rate":
        return check.about
    if check.outcome == "open":
        return _("Not valued at the rate of the last day: %(currencies)s.") % {
            "currencies": check.about
        }
    if check.outcome == "valued":
        return _("Valued at the rate of the last day.")
    return _("Nothing open in foreign currency differs from its rate.")


def _ledger(check: MonthCheck, words: Words) -> str:
    if check.outcome == "missing":
        return _("No balances of the month's end were imported.")
    if check.outcome == "unnamed":
        return _("The list does not name our receivables account.")
    if not check.count:
        return _("Every account that the list names agrees with ours.")
    text = ngettext("%(count)d account differs.", "%(count)d accounts differ.", check.count)
    return text % words


def _provision(check: MonthCheck, words: Words) -> str:
    if check.outcome == "booked":
        return _("Booked on the month's last day.")
    if check.outcome == "none":
        return _("No item was open and in an age with a percentage.")
    return _("There are percentages, but nothing is booked for the month's end.")


_SENTENCES: dict[str, Callable[[MonthCheck, Words], str]] = {
    "proof": _proof,
    "numbers": _proof,
    "events": _proof,
    "bank": _bank,
    "to_match": _to_match,
    "unapplied": _credits,
    "credits": _credits,
    "unbilled": _unbilled,
    "drafts": _drafts,
    "unbooked": _unbooked,
    "currencies": _currencies,
    "ledger": _ledger,
    "provision": _provision,
}


def rows_of(check: MonthCheck, until: date) -> str:
    """The address of the rows behind a check; empty where there are none to show."""
    if check.code in ("proof", "numbers", "events"):
        return reverse("receivables:proof", args=[check.row]) if check.row else ""
    if check.outcome == "open":
        return "#currencies-title"
    view, query = _ROWS[check.code]
    filled = {
        key: value.replace("DAY", until.isoformat()).replace("MONTH", f"{until:%Y-%m}")
        for key, value in query.items()
    }
    return reverse(view) + (f"?{urlencode(filled)}" if filled else "")


_ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "bank": ("receivables:bank_files", {}),
    "to_match": ("receivables:bank_entries", {"waiting": "1", "until": "DAY"}),
    "unapplied": ("receivables:items", {"credit": "1", "kind": "payment"}),
    "credits": ("receivables:items", {"credit": "1"}),
    "unbilled": ("invoicing:unbilled", {}),
    "drafts": ("invoicing:list", {"state": "draft"}),
    "unbooked": ("invoicing:list", {"state": "issued", "issued_until": "DAY"}),
    "currencies": ("receivables:items", {}),
    "ledger": ("receivables:reconciliation", {"day": "DAY"}),
    "provision": ("receivables:provision", {"month": "MONTH"}),
}
