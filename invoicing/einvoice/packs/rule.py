"""What a rule of a pack is, and the questions that rules ask of business terms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from stdnum import iban

from invoicing.einvoice.findings import Finding
from invoicing.einvoice.terms import Terms

Test = Callable[[Terms], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: official id, a plain sentence (gettext key), the field to mend, the test it sets."""

    id: str
    sentence: str
    field: str
    holds: Test
    is_warning: bool = False


def broken(rules: Iterable[Rule], terms: Terms) -> list[Finding]:
    """The rules that do not hold for the terms."""
    return [
        Finding(rule.id, _(rule.sentence), rule.field, is_warning=rule.is_warning)
        for rule in rules
        if not rule.holds(terms)
    ]


def has(*keys: str) -> Test:
    """Whether there is a term under the path of keys."""

    def test(terms: Terms) -> bool:
        value: Any = terms
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value not in (None, "", [], {})

    return test


def paid_by(terms: Terms, *codes: str) -> bool:
    """Whether the means of payment is one of the codes (UNTDID 4461)."""
    return terms.get("BT-81") in codes


def seller_contact(terms: Terms, key: str) -> str:
    """What the seller's contact (BG-6) says."""
    contacts = terms["BG-4"].get("contacts") or [{}]
    return str(contacts[0].get(key, ""))


def charges(terms: Terms) -> list[Terms]:
    """All allowances and charges, of the document and of its lines."""
    lines = [one for line in terms.get("BG-25", []) for key in ("BG-27", "BG-28")
             for one in line.get(key, [])]  # fmt: skip
    return [*terms.get("BG-20", []), *terms.get("BG-21", []), *lines]


def figure(text: str | None) -> Decimal:
    """A figure of a term; nothing is nought."""
    return Decimal(text or "0")


def is_iban(text: str) -> bool:
    """Whether an account number is an IBAN with right check digits."""
    return bool(iban.is_valid(text))
