"""A service of others that is spoken to in JSON over HTTP: every fate of a call has its own word.

A call that has an effect carries a key of ours: the same key again is the same thing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from core import outgoing


class Away(Exception):
    """The service is away or busy: surely nothing was done, later it may work."""


class Lost(Exception):
    """It may have been done or not: ask by the key before anything else."""


class Unknown(Exception):
    """The service does not know what it was asked for."""


@dataclass(frozen=True, slots=True)
class Refused(Exception):  # noqa: N818 - a fate, like its sisters
    """The service will not do it: in words, and the rules that failed where it names them."""

    text: str
    findings: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Remote:
    """A service at an address, with the key that lets us in."""

    url: str
    key: str = ""
    is_simulator: bool = False

    name: ClassVar[str]
    """How its failures call it."""
    seconds: ClassVar[float] = outgoing.SECONDS
    done: ClassVar[frozenset[int]] = frozenset({200, 201, 202})
    refusals: ClassVar[frozenset[int]]
    away: ClassVar[frozenset[int]] = frozenset({401, 403, 404, 429, 503})

    def post(self, path: str, letter: Mapping[str, str], key: str) -> dict[str, Any]:
        """Ask for an effect; the body of the answer. Raises Away, Refused, Lost."""
        headers = {**self._headers(), "Content-Type": "application/json", "Idempotency-Key": key}
        try:
            answer = outgoing.ask(
                "POST",
                self.url + path,
                content=json.dumps(letter).encode(),
                headers=headers,
                seconds=self.seconds,
                is_simulator=self.is_simulator,
            )
        except outgoing.NotReached as error:
            raise Away(str(error))
        except outgoing.AnswerLost as error:
            raise Lost(str(error))
        if answer.status in self.done:
            return answer.body
        if answer.status in self.refusals:
            text = str(answer.body.get("text") or f"{self.name} answered {answer.status}.")
            raise Refused(text[:2000], self.findings_in(answer.body))
        if answer.status in self.away:
            raise Away(self._told(answer))
        raise Lost(self._told(answer))

    def get(self, path: str) -> outgoing.Answer:
        """Ask for what is there. Raises Unknown when there is no such thing, Away."""
        try:
            answer = outgoing.ask(
                "GET",
                self.url + path,
                headers=self._headers(),
                seconds=self.seconds,
                is_simulator=self.is_simulator,
            )
        except (outgoing.NotReached, outgoing.AnswerLost) as error:
            raise Away(str(error))
        if answer.status == 404:
            raise Unknown(path)
        if answer.status != 200:
            raise Away(self._told(answer))
        return answer

    def findings_in(self, body: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
        """The rules that failed, where the service names them."""
        return ()

    def _told(self, answer: outgoing.Answer) -> str:
        return f"{self.name} answered {answer.status} {answer.body.get('text', '')}"[:300]

    def _headers(self) -> dict[str, str]:
        accept = {"Accept": "application/json"}
        return accept | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
