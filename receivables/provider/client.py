"""Our side of the protocol: begin a payment, ask for it, give money back. Each fate has a word.

Every call that has an effect carries a key of ours: the same key again is the same thing, so a
lost answer is asked for by repeating the call.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from core import outgoing

SECONDS = 10.0
STATES = ("open", "paid", "declined", "expired")
KINDS = ("capture", "refund", "chargeback", "chargeback_won")
MOST_MOVEMENTS = 500
_AMOUNT = re.compile(r"\d{1,14}\.\d{2}", re.ASCII)


class Away(Exception):
    """The provider is away or busy: surely nothing was done, later it may work."""


class Lost(Exception):
    """It may have been done or not: the same call with the same key tells."""


class Unknown(Exception):
    """The provider does not know what it was asked for."""


@dataclass(frozen=True, slots=True)
class Refused(Exception):  # noqa: N818 - a fate, like its sisters
    """The provider will not do it: in words."""

    text: str


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
class Provider:
    """A provider at an address, with our merchant's name there and the key that lets us in."""

    url: str
    merchant: str
    key: str = ""
    is_simulator: bool = False

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
        return self._payment(self._post("/payments", letter, key))

    def payment(self, remote_id: str) -> RemotePayment:
        """A payment by the provider's id. Raises Unknown, Away."""
        return self._read(f"/payments/{quote(remote_id, safe='')}")

    def payment_of(self, key: str) -> RemotePayment:
        """A payment by our key. Raises Unknown when it never came, Away."""
        return self._read(f"/references/{quote(key, safe='')}")

    def refund(self, remote_id: str, key: str, *, amount: Decimal, reason: str) -> RemotePayment:
        """Give so much of a payment back; the payment as it is then. Raises as ``begin``."""
        letter = {"amount": f"{amount:.2f}", "reason": reason}
        return self._payment(
            self._post(f"/payments/{quote(remote_id, safe='')}/refunds", letter, key)
        )

    def settlement(self, reference: str) -> bytes:
        """The file of a settlement. Raises Unknown, Away."""
        answer = self._get(f"/settlements/{quote(reference, safe='')}")
        if answer.status == 404:
            raise Unknown(reference)
        _expect(answer, 200)
        return answer.content

    def _read(self, path: str) -> RemotePayment:
        answer = self._get(path)
        if answer.status == 404:
            raise Unknown(path)
        _expect(answer, 200)
        return self._payment(answer.body)

    def _payment(self, body: Mapping[str, Any]) -> RemotePayment:
        found = read_payment(body)
        if found.page_url and not _is_page(found.page_url, is_simulator=self.is_simulator):
            raise Away("The provider named a page that is no https address.")
        return found

    def _post(self, path: str, letter: Mapping[str, str], key: str) -> dict[str, Any]:
        headers = {**self._headers(), "Content-Type": "application/json", "Idempotency-Key": key}
        try:
            answer = outgoing.ask(
                "POST",
                self.url + path,
                content=json.dumps(letter).encode(),
                headers=headers,
                seconds=SECONDS,
                is_simulator=self.is_simulator,
            )
        except outgoing.NotReached as error:
            raise Away(str(error))
        except outgoing.AnswerLost as error:
            raise Lost(str(error))
        return _taken(answer)

    def _get(self, path: str) -> outgoing.Answer:
        try:
            return outgoing.ask(
                "GET",
                self.url + path,
                headers=self._headers(),
                seconds=SECONDS,
                is_simulator=self.is_simulator,
            )
        except (outgoing.NotReached, outgoing.AnswerLost) as error:
            raise Away(str(error))

    def _headers(self) -> dict[str, str]:
        accept = {"Accept": "application/json"}
        return accept | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


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


def _taken(answer: outgoing.Answer) -> dict[str, Any]:
    if answer.status in (200, 201):
        return answer.body
    if answer.status in (400, 409, 422):
        text = str(answer.body.get("text") or f"The provider answered {answer.status}.")
        raise Refused(text[:500])
    if answer.status in (401, 403, 404, 429, 503):
        raise Away(f"The provider answered {answer.status} {answer.body.get('text', '')}"[:300])
    raise Lost(f"The provider answered {answer.status} {answer.body.get('text', '')}"[:300])


def _expect(answer: outgoing.Answer, status: int) -> None:
    if answer.status != status:
        raise Away(f"The provider answered {answer.status} {answer.body.get('text', '')}"[:300])
