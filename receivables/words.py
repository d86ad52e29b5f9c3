"""Words for evidence, confidence and missing facts, and the statement text with its hits marked."""

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from receivables.rules.facts import Confidence, Evidence
from receivables.rules.tokens import normalise

_WORDS = re.compile(r"(\s+)")


def confidence_word(name: str) -> str:
    """Strong, Likely or Weak in the reader's language."""
    return {"strong": _("Strong"), "likely": _("Likely"), "weak": _("Weak")}.get(name.lower(), name)


def confidence_family(confidence: Confidence, *, has_difference: bool) -> str:
    """Colour: green only for strong without difference, amber for a difference, else neutral."""
    if has_difference:
        return "amber"
    return "green" if confidence == Confidence.STRONG else "neutral"


def confidence_icon(confidence: Confidence) -> str:
    """A picture beside the word: it is told apart without colours too."""
    return {
        Confidence.STRONG: "circle-check",
        Confidence.LIKELY: "help-circle",
        Confidence.WEAK: "alert-circle",
    }[confidence]


def evidence_words(evidence: Iterable[Evidence] | Iterable[Mapping[str, str]]) -> list[str]:
    """One chip a reason, in the reader's language."""
    return [_reason(*_parts(reason)) for reason in evidence]


def _parts(reason: Evidence | Mapping[str, str]) -> tuple[str, str]:
    if isinstance(reason, Evidence):
        return reason.code, reason.value
    return reason["code"], reason.get("value", "")


def _reason(code: str, value: str) -> str:
    told = {
        "reference": _("ref %(value)s"),
        "advice": _("advice %(value)s"),
        "iban": _("IBAN known"),
        "alias": _("learned"),
        "name": _("name"),
        "alike": _("similar name"),
        "amount": _("= amount"),
        "discount": _("less discount %(value)s"),
        "sum": _("exact sum of %(value)s"),
        "near": _("nearly %(value)s"),
        "endings": _("further numbers by their end"),
        "number": _("customer number"),
        "group": _("same group"),
        "customers": _("items of %(value)s customers"),
        "balance": _("all that is open"),
        "credit": _("less a credit note"),
        "rounding": _("rounded by %(value)s"),
        "charges": _("bank fee of %(value)s"),
        "bank_charges": _("the bank kept %(value)s"),
        "instructed": _("sent %(value)s"),
        "rate_off": _("far from the rate of the day, or none is known"),
        "day_rate": _("at the rate of the day"),
        "late_discount": _("discount taken too late"),
        "short": _("less than asked"),
        "over": _("more than asked"),
        "paid_already": _("%(value)s is paid already"),
        "other_payer": _("another payer"),
        "person": _("decided by %(value)s"),
        "returned": _("came back %(value)s"),
        "direct_debit": _("direct debit %(value)s"),
        "order": _("order %(value)s"),
        "order_amount": _("= sum of the order"),
        "habit_late": _("takes discounts up to %(value)s days late"),
        "habit_statement": _("all that is due up to a day: %(value)s"),
        "habit_cut": _("number cut as ever: %(value)s"),
        "receipt": _("receipt %(value)s"),
        "deposit": _("deposit %(value)s"),
        "refund": _("refund %(value)s"),
        "settlement": _("payout %(value)s of the payment provider"),
    }.get(code, code)
    return told % {"value": value}


def missing_word(code: str) -> str:
    """The one fact that is missing to propose anything, and what helps."""
    return {
        "reference_and_payer": _(
            "No reference names an open item and the payer is not known. Find the items, or say "
            "whose account takes the payment."
        ),
        "items": _("The payer is known but has no open item that fits."),
        "returned": _("Money that went back. Choose the payment that was returned."),
    }.get(code, code)


def marked(text: str, tokens: Collection[str]) -> SafeString:
    """The bank's text verbatim with the chunks that named something in ``<mark>``."""
    parts = [
        format_html("<mark>{}</mark>", part)
        if normalise(part) in tokens and part.strip()
        else escape(part)
        for part in _WORDS.split(text)
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


def left_out_debits(left_out: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who is left out of a direct debit run, with the reason in the reader's language."""
    words = {
        "disputed": _("Contested"),
        "customers": _("items of %(value)s customers"),
        "credit": _("Has credits or payments not applied: apply them first"),
        "in_run": _("Already on another run"),
        "scheme": _("The mandate is of the other scheme"),
        "mandate_draft": _("The mandate is not checked yet"),
        "mandate_suspended": _("The mandate is suspended"),
        "mandate_expired": _("The mandate expired: have a new one signed"),
    }
    return [
        {**row, "label": words.get(row["reason"], row["reason"]), "amount": Decimal(row["amount"])}
        for row in left_out
    ]
