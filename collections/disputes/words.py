"""Evidence of deductions in words with its arithmetic, and what it recommends."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.formats import amount, day, percent
from disputes.models import Dispute
from disputes.services.deducting import WITHIN

Row = Mapping[str, str]


def evidence_words(evidence: Iterable[Row], currency: str) -> list[str]:
    """One sentence a reason, in the reader's language; figures as they were found."""
    return [_sentence(row, currency) for row in evidence]


def _sentence(row: Row, currency: str) -> str:
    told = {
        "late_discount": _(
            "Discount offered %(offered)s until %(until)s; the money's value day is %(value_on)s:"
            " %(days)s days late."
        ),
        "no_discount": _("%(rate)s of %(of)s = %(amount)s, but no discount was agreed."),
        "charge": _("“%(text)s” of the invoice: %(net)s + %(rate)s VAT = %(amount)s."),
        "agreed_price": _(
            "%(line)s: charged %(charged)s, agreed %(agreed)s; the difference × %(quantity)s"
            " + %(rate)s VAT = %(amount)s."
        ),
        "not_sent": _(
            "%(line)s: %(quantity)s invoiced, %(sent)s sent; the rest with VAT = %(amount)s."
        ),
        "units": _("%(count)s of %(quantity)s × %(line)s at %(unit)s with VAT = %(amount)s."),
        "contested": _("Contested since %(day)s with just this amount: %(amount)s."),
        "word": _("The payer wrote “%(word)s…”."),
    }.get(row.get("code", ""), "%(code)s")
    return told % _figures(row, currency)


def _figures(row: Row, currency: str) -> dict[str, str]:
    found = dict(row)
    for name in ("offered", "amount", "of", "net", "charged", "agreed", "unit"):
        if name in found:
            found[name] = amount(Decimal(found[name]), currency)
    if "rate" in found:
        found["rate"] = percent(Decimal(found["rate"]))
    for name in ("until", "value_on", "day"):
        if name in found:
            found[name] = day(date.fromisoformat(found[name]))
    return found


def recommended(dispute: Dispute) -> str:
    """The one act that the evidence carries: ``accept``, ``reject``, or ``ask`` the customer.

    Our own papers against us: accept. A charge or terms that were agreed: charge back; a few days
    are not worth the letter.
    """
    if dispute.sureness not in (Dispute.Sureness.BOTH, Dispute.Sureness.AMOUNT):
        return "ask"
    row: Row = next((row for row in dispute.evidence if row.get("reason") == dispute.reason), {})
    if row.get("code") == "late_discount":
        return "accept" if int(row["days"]) <= 3 else "reject"
    return {
        "no_discount": "reject",
        "charge": "reject",
        "agreed_price": "accept",
        "not_sent": "accept",
        "contested": "accept",
    }.get(row.get("code", ""), "ask")


def recommendation_words(act: str) -> str:
    """Why that is recommended."""
    return {
        "accept": _("Our own papers say that the customer is right, or it is not worth a letter."),
        "reject": _("It was agreed otherwise: charge it back."),
        "ask": _("The reason is not proved: ask the customer before you decide."),
    }[act]


def answer_words(dispute: Dispute) -> str:
    """How it ended, in the reader's language where nobody wrote it."""
    if dispute.resolution == WITHIN:
        return _("Accepted by itself: within the tolerances.")
    if dispute.state == "paid":
        return _("The rest was paid or credited.")
    if dispute.state == "undone" and dispute.match and dispute.match.undone_at is None:
        return _("What was accepted was taken back; the rest is due again.")
    if dispute.state == "undone":
        return _("The payment was undone, and what was accepted with it.")
    return dispute.resolution
