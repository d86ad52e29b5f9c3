"""Our side of the protocol: look up, send, ask. Every fate has its own word."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from core.remote import Away, Lost, Remote, Unknown


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
class AccessPoint(Remote):
    """An access point at an address, with the key that lets us in."""

    name = "The access point"
    refusals = frozenset({400, 413, 415, 422})

    def look_up(self, participant: str) -> bool:
        """Whether the participant (``scheme:id``) can receive invoices. Raises Away."""
        try:
            answer = self.get(f"/participants/{quote(participant, safe=':')}")
        except Unknown:
            return False
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
        body = self.post("/documents", letter, key)
        try:
            return read_status(body)
        except Away as error:
            raise Lost(str(error))

    def status(self, key: str) -> Status:
        """What became of the document with this key. Raises Unknown when it never came, Away."""
        return read_status(self.get(f"/documents/{quote(key, safe='')}").body)

    def findings_in(self, body: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
        """Rules that failed, as rule id and official text."""
        return _findings(body)


def read_status(body: Mapping[str, Any]) -> Status:
    """The status in a message of the access point. Raises Away when it makes no sense."""
    if body.get("state") not in STATES or not body.get("id"):
        raise Away(f"The access point answered without a state: {str(dict(body))[:200]}")
    return Status(
        str(body["id"])[:120], body["state"], str(body.get("text", ""))[:2000], _findings(body)
    )


def _findings(body: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """Rules that failed, as rule id and official text; what isn't shaped so is left out."""
    found = body.get("rules")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return tuple(
        {"rule": str(row.get("rule", ""))[:60], "text": str(row.get("text", ""))[:500]}
        for row in rows[:50]
    )
