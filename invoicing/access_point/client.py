"""Our side of the protocol: look up, send, ask. Every fate has its own word."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from core import outgoing


class Away(Exception):
    """The access point is away or busy: surely nothing was sent, later it may work."""


class Lost(Exception):
    """The document may have been taken or not: ask by its key before anything else."""


class Unknown(Exception):
    """The access point does not know what it was asked for."""


@dataclass(frozen=True, slots=True)
class Refused(Exception):  # noqa: N818 - a fate, like its sisters
    """The access point will not take it: in words, and the rules that failed."""

    text: str
    findings: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """Where a document stands at the access point.

    ``state``: taken (by the access point), delivered (receipt of the other side), rejected.
    """

    id: str
    state: str
    text: str = ""
    findings: tuple[dict[str, str], ...] = field(default=())


STATES = ("taken", "delivered", "rejected")


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point at an address, with the key that lets us in."""

    url: str
    key: str = ""
    is_simulator: bool = False

    def look_up(self, participant: str) -> bool:
        """Whether the participant (``scheme:id``) can receive invoices. Raises Away."""
        answer = self._get(f"/participants/{quote(participant, safe=':')}")
        if answer.status == 404:
            return False
        _expect(answer, 200)
        if not isinstance(answer.body.get("can_receive"), bool):
            raise Away("The access point did not say whether the participant receives invoices.")
        return bool(answer.body["can_receive"])

    def send(
        self, content: bytes, *, key: str, participant: str, facts: Mapping[str, str]
    ) -> Status:
        """Hand over a document once; the same ``key`` again is the same document.

        ``facts``: format, number, kind and sender, as the protocol names them. Raises Away (surely
        not taken), Refused (never will be), Lost (nobody knows).
        """
        letter = {
            **facts,
            "recipient": participant,
            "sha256": hashlib.sha256(content).hexdigest(),
            "content": base64.b64encode(content).decode(),
        }
        body = json.dumps(letter).encode()
        headers = {**self._headers(), "Content-Type": "application/json", "Idempotency-Key": key}
        try:
            answer = outgoing.ask(
                "POST",
                f"{self.url}/documents",
                content=body,
                headers=headers,
                is_simulator=self.is_simulator,
            )
        except outgoing.NotReached as error:
            raise Away(str(error))
        except outgoing.AnswerLost as error:
            raise Lost(str(error))
        return _taken(answer)

    def status(self, key: str) -> Status:
        """What became of the document with this key. Raises Unknown when it never came, Away."""
        answer = self._get(f"/documents/{quote(key, safe='')}")
        if answer.status == 404:
            raise Unknown(key)
        _expect(answer, 200)
        return read_status(answer.body)

    def _get(self, path: str) -> outgoing.Answer:
        url = self.url + path
        try:
            return outgoing.ask("GET", url, headers=self._headers(), is_simulator=self.is_simulator)
        except (outgoing.NotReached, outgoing.AnswerLost) as error:
            raise Away(str(error))

    def _headers(self) -> dict[str, str]:
        accept = {"Accept": "application/json"}
        return accept | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


def read_status(body: Mapping[str, Any]) -> Status:
    """The status in a message of the access point. Raises Away when it makes no sense."""
    if body.get("state") not in STATES or not body.get("id"):
        raise Away(f"The access point answered without a state: {str(dict(body))[:200]}")
    return Status(
        str(body["id"])[:120], body["state"], str(body.get("text", ""))[:2000], _findings(body)
    )


def _taken(answer: outgoing.Answer) -> Status:
    if answer.status in (200, 201, 202):
        try:
            return read_status(answer.body)
        except Away as error:
            raise Lost(str(error))
    if answer.status in (400, 413, 415, 422):
        text = str(answer.body.get("text") or f"The access point answered {answer.status}.")
        raise Refused(text[:2000], _findings(answer.body))
    if answer.status in (401, 403, 404, 429, 503):
        raise Away(f"The access point answered {answer.status} {answer.body.get('text', '')}")
    raise Lost(f"The access point answered {answer.status} {answer.body.get('text', '')}")


def _expect(answer: outgoing.Answer, status: int) -> None:
    if answer.status != status:
        raise Away(f"The access point answered {answer.status} {answer.body.get('text', '')}")


def _findings(body: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """Rules that failed, as rule id and official text; what isn't shaped so is left out."""
    found = body.get("rules")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return tuple(
        {"rule": str(row.get("rule", ""))[:60], "text": str(row.get("text", ""))[:500]}
        for row in rows[:50]
    )
