"""The other side of the protocol, for development and tests: a real HTTP server that can misbehave.

What it does is said per recipient, or for all with ``*``: see ``BEHAVIOURS``. It counts what it
took, so that a test can see that nothing came twice.
"""

import base64
import hashlib
import json
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from core.signatures import sign
from core.simulating import JsonHandler, LocalServer

BEHAVIOURS = {
    "well": "takes it, and has the receipt when asked",
    "slowly": "takes it, and has no receipt until told to",
    "refuses": "does not take it and names a rule",
    "rejects-late": "takes it, is asked once in vain, then has a rejection",
    "answers-twice": "takes it and tells the receipt twice by itself",
    "loses-answer": "takes it and hangs up without an answer",
    "hangs": "takes it and does not answer before it is told to",
    "hangs-first": "does not take it and does not answer before it is told to",
    "drops": "hangs up without taking it",
    "down": "answers that it is away",
    "unknown": "knows no such participant",
}
RULE = {
    "rule": "BR-AE-02",
    "text": "[BR-AE-02]-An Invoice with reverse charge shall contain the Buyer VAT identifier.",
}
Sign = Callable[[bytes], str]


@dataclass(slots=True)
class Taken:
    """A document that came, with how often it was sent and asked for."""

    id: str
    recipient: str
    number: str
    format: str
    sha256: str
    size: int
    state: str = "taken"
    sent: int = 1
    asked: int = 0
    rules: list[dict[str, str]] = field(default_factory=list)


class Simulator(LocalServer):
    """An access point on a port of this machine, in threads of its own."""

    behaviours = BEHAVIOURS

    def __init__(self, port: int = 0, *, hook: str = "", sign: Sign | None = None) -> None:
        """``hook`` is where it tells receipts by itself, each body signed by ``sign``."""
        self.hook, self.sign = hook, sign
        self.chosen: dict[str, str] = {}
        self.documents: dict[str, Taken] = {}
        self.hung: list[str] = []
        self.told = 0
        self.lock = threading.Lock()
        self.happened = threading.Condition()
        self.let_go = threading.Event()
        super().__init__(_Handler, port)

    def stop(self) -> None:
        """Let waiting callers go and stop answering."""
        self.let_go.set()
        super().stop()

    def behave(self, behaviour: str, recipient: str = "*") -> None:
        """Behave so towards a recipient from now on."""
        self.chosen[recipient] = self.checked(behaviour)

    def behaviour_to(self, recipient: str) -> str:
        """How it behaves towards a recipient."""
        return self.chosen.get(recipient) or self.chosen.get("*", "well")

    def answer(self, key: str, state: str) -> None:
        """The receipt of a document is there, whatever was said before."""
        with self.lock:
            document = self.documents[key]
            document.state, document.rules = state, [RULE] if state == "rejected" else []

    def tell(self, key: str, event_id: str) -> int:
        """Tell the receipt of a document by itself; the status of the answer."""
        body = json.dumps({"event_id": event_id, "key": key, **self.shown(key)}).encode()
        headers = {"Content-Type": "application/json"}
        headers["O2C-Signature"] = self.sign(body) if self.sign else ""
        asked = urllib.request.Request(self.hook, body, headers, method="POST")  # noqa: S310
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            status = int(answer.status)
        with self.happened:
            self.told += 1
            self.happened.notify_all()
        return status

    def wait_until_hung(self, seconds: float = 10) -> bool:
        """Wait until somebody waits for an answer that does not come."""
        with self.happened:
            return self.happened.wait_for(lambda: bool(self.hung), seconds)

    def wait_until_told(self, count: int, seconds: float = 10) -> bool:
        """Wait until so many messages were told and answered."""
        with self.happened:
            return self.happened.wait_for(lambda: self.told >= count, seconds)

    def hang(self, key: str) -> None:
        """Keep who asks waiting."""
        with self.happened:
            self.hung.append(key)
            self.happened.notify_all()
        self.let_go.wait()

    def shown(self, key: str) -> dict[str, Any]:
        """A document as its status tells it."""
        document = self.documents[key]
        text = "" if document.state != "rejected" else "The buyer's system refuses the document."
        return {
            "id": document.id, "state": document.state, "text": text, "rules": document.rules
        }  # fmt: skip


class _Handler(JsonHandler):
    point: Simulator

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        _empty, place, name = (*self.path.split("/", 2), "", "")[:3]
        if place == "control":
            documents = {k: _plain(v) for k, v in self.point.documents.items()}
            self.say(200, {"documents": documents, "hung": self.point.hung})
        elif self.point.behaviour_to("*") == "down":
            self.say(503, {"text": "closed for a while"})
        elif place == "participants":
            self._participant(unquote(name))
        elif place == "documents":
            self._status(unquote(name))
        else:
            self.say(404, {"text": "no such address"})

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        body = json.loads(self.read() or b"{}")
        if self.path == "/control":
            self._control(body)
        elif self.path == "/documents":
            self._document(body, self.headers.get("Idempotency-Key", ""))
        else:
            self.say(404, {"text": "no such address"})

    def _participant(self, name: str) -> None:
        behaviour = self.point.behaviour_to(name)
        if behaviour == "unknown":
            self.say(404, {"text": "no such participant"})
        elif behaviour == "down":
            self.say(503, {"text": "closed for a while"})
        else:
            self.say(200, {"participant": name, "can_receive": True})

    def _status(self, key: str) -> None:
        point = self.point
        with point.lock:
            document = point.documents.get(key)
            if document is None:
                self.say(404, {"text": "no such document"})
                return
            document.asked += 1
            behaviour = point.behaviour_to(document.recipient)
            if behaviour == "well" or (behaviour == "rejects-late" and document.asked > 1):
                document.state = "delivered" if behaviour == "well" else "rejected"
                document.rules = [RULE] if document.state == "rejected" else []
            self.say(200, point.shown(key))

    def _document(self, body: dict[str, Any], key: str) -> None:
        behaviour = self.point.behaviour_to(body["recipient"])
        if behaviour == "down":
            self.say(503, {"text": "closed for a while"})
        elif behaviour in ("drops", "hangs-first"):
            if behaviour == "hangs-first":
                self.point.hang(key)
            self._hang_up()
        elif behaviour == "refuses":
            self.say(422, {"text": "The document breaks a rule.", "rules": [RULE]})
        elif not key or not self._keep(body, key):
            self.say(400, {"text": "no key, or content and hash differ"})
        else:
            self._taken(behaviour, key)

    def _keep(self, body: dict[str, Any], key: str) -> bool:
        """Keep a document; one that is known counts as sent once more and stays what it was."""
        content = base64.b64decode(body["content"])
        if hashlib.sha256(content).hexdigest() != body["sha256"]:
            return False
        with self.point.lock:
            known = self.point.documents.get(key)
            if known is not None:
                known.sent += 1
                return known.sha256 == body["sha256"]
            number = f"AP-{len(self.point.documents) + 1:06}"
            self.point.documents[key] = Taken(
                number, body["recipient"], body["number"], body["format"], body["sha256"],
                len(content),
            )  # fmt: skip
        return True

    def _taken(self, behaviour: str, key: str) -> None:
        point = self.point
        if behaviour == "loses-answer":
            self._hang_up()
            return
        if behaviour == "hangs":
            point.hang(key)
        self.say(202, point.shown(key))
        if behaviour == "answers-twice":
            point.answer(key, "delivered")
            for event in (f"{key}-1", f"{key}-1", f"{key}-2"):
                point.tell(key, event)

    def _control(self, body: dict[str, Any]) -> None:
        """``behaviour`` and ``recipient``, or ``key`` and ``state``, or ``let_go``."""
        if "behaviour" in body:
            self.point.behave(body["behaviour"], body.get("recipient", "*"))
        if "state" in body:
            self.point.answer(body["key"], body["state"])
        if body.get("let_go"):
            self.point.let_go.set()
        self.say(200, {})

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()


def _plain(document: Taken) -> dict[str, Any]:
    names = ("id", "recipient", "number", "format", "sha256", "size", "state", "sent", "asked")
    return {name: getattr(document, name) for name in names}


def signer(secret: str) -> Sign:
    """Signs bodies with a secret at the time of sending."""
    return lambda body: sign(body, secret=secret, at=int(time.time()))
