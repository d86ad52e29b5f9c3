"""Our side of the protocol: begin a payment, ask for it, give money back. Each fate has a word.

Every call that has an effect carries a key of ours: the same key again is the same thing, so a
lost answer is asked for by repeating the call.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from core.remote import Away, Remote

STATES = ("open", "paid", "declined", "expired")
KINDS = ("capture", "refund", "chargeback", "chargeback_won")
MOST_MOVEMENTS = 500
_AMOUNT = re.compile(r"\d{1,14}\.\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RemoteMovement:
    """Money that moved at the provider; ``key`` is that of our refund where it is one."""

    id: str
    kind: str
    amount: Decimal
    currency: str
    at: datetime
    reason: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class RemotePayment:
    """A payment as the provider has it."""

    id: str
    reference: str
    state: str
    amount: Decimal
    currency: str
    method: str = ""
    page_url: str = ""
    reason: str = ""
    movements: tuple[RemoteMovement, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Provider(Remote):
    """A provider at an address, with our merchant's name there and the key that lets us in."""

    merchant: str = ""

    name = "The provider"
    seconds = 10.0
    done = frozenset({200, 201})
    refusals = frozenset({400, 409, 422})

    def begin(
        self, key: str, *, amount: Decimal, currency: str, facts: Mapping[str, str]
    ) -> RemotePayment:
        """Begin a payment; the answer has the address of its page.

        ``facts``: description, return_url, language. Raises Away, Refused, Lost.
        """
        letter = {
            **facts,
            "merchant": self.merchant,
            "reference": key,
            "amount": f"{amount:.2f}",
            "currency": currency,
        }
        return self._payment(self.post("/payments", letter, key))

    def payment(self, remote_id: str) -> RemotePayment:
        """A payment by the provider's id. Raises Unknown, Away."""
        return self._payment(self.get(f"/payments/{quote(remote_id, safe='')}").body)

    def payment_of(self, key: str) -> RemotePayment:
        """A payment by our key. Raises Unknown when it never came, Away."""
        return self._payment(self.get(f"/references/{quote(key, safe='')}").body)

    def refund(self, remote_id: str, key: str, *, amount: Decimal, reason: str) -> RemotePayment:
        """Give so much of a payment back; the payment as it is then. Raises as ``begin``."""
        letter = {"amount": f"{amount:.2f}", "reason": reason}
        path = f"/payments/{quote(remote_id, safe='')}/refunds"
        return self._payment(self.post(path, letter, key))

    def settlement(self, reference: str) -> bytes:
        """The file of a settlement. Raises Unknown, Away."""
        return self.get(f"/settlements/{quote(reference, safe='')}").content

    def _payment(self, body: Mapping[str, Any]) -> RemotePayment:
        found = read_payment(body)
        if found.page_url and not _is_page(found.page_url, is_simulator=self.is_simulator):
            raise Away("The provider named a page that is no https address.")
        return found


def read_payment(body: Mapping[str, Any]) -> RemotePayment:
    """The payment in an answer. Raises Away when it makes no sense."""
    try:
        moved = body.get("movements") or []
        found = RemotePayment(
            id=_name(body["id"]),
            reference=str(body["reference"])[:80],
            state=str(body["state"]),
            amount=_amount(body["amount"]),
            currency=str(body["currency"])[:3],
            method=str(body.get("method") or "")[:40],
            page_url=str(body.get("page_url") or ""),
            reason=str(body.get("reason") or "")[:200],
            movements=tuple(_movement(row) for row in moved[:MOST_MOVEMENTS]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Away(f"The provider's answer can't be read: {type(error).__name__} {error}"[:300])
    if found.state not in STATES:
        raise Away(f"The provider answered with the state “{found.state[:40]}”.")
    return found


def _movement(row: Mapping[str, Any]) -> RemoteMovement:
    if row["kind"] not in KINDS:
        raise ValueError(f"kind {str(row['kind'])[:40]}")
    at = datetime.fromisoformat(str(row["at"]))
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return RemoteMovement(
        id=_name(row["id"]),
        kind=row["kind"],
        amount=_amount(row["amount"]),
        currency=str(row["currency"])[:3],
        at=at,
        reason=str(row.get("reason") or "")[:200],
        key=str(row.get("key") or "")[:80],
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 80 or not value.isprintable():
        raise ValueError("an id that is none")
    return value


def _amount(value: object) -> Decimal:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value) or not Decimal(value):
        raise ValueError(f"amount {str(value)[:40]}")
    return Decimal(value)


def _is_page(url: str, *, is_simulator: bool) -> bool:
    parts = urlsplit(url)
    allowed = {"https", "http"} if is_simulator else {"https"}
    return parts.scheme in allowed and bool(parts.hostname) and len(url) <= 500
