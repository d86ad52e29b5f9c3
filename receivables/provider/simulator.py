"""The other side of the protocol, for development and tests: a real HTTP server that can misbehave.

It has a page where one presses pay or decline, tells what happened by signed messages, and settles
by file. Its state is in memory; ``ledger.py`` keeps its books.
"""

import html
import json
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from core.signatures import sign
from core.simulating import JsonHandler, LocalServer
from receivables.provider.ledger import Books, Payment, Wrong

BEHAVIOURS = {
    "well": "tells what happened at once",
    "quiet": "tells nothing by itself until told to",
    "early": "tells of a payment before it answers that it was begun",
    "twice": "tells everything twice",
    "reordered": "keeps what it would tell, and tells the newest first when told to",
    "loses-answer": "does what it is asked and hangs up without an answer",
    "refuses": "refuses to begin payments and to give back",
    "down": "answers that it is away",
}
HELD = ("quiet", "reordered")


class Simulator(LocalServer):
    """A provider on a port of this machine, in threads of its own."""

    behaviours = BEHAVIOURS

    def __init__(self, port: int = 0, *, hook: str = "", secret: str = "", key: str = "") -> None:
        """``hook`` is where it tells by itself, signed with ``secret``; ``key`` lets callers in."""
        self.hook, self.secret, self.key = hook, secret, key
        self.behaviour = "well"
        self.books = Books()
        self.held: list[dict[str, Any]] = []
        self.told: list[tuple[str, int]] = []
        self.lock = threading.RLock()
        super().__init__(_Handler, port)

    def behave(self, behaviour: str) -> None:
        """Behave so from now on."""
        self.behaviour = self.checked(behaviour)

    def do(self, act: str, **words: Any) -> Any:
        """``pay``, ``decline``, ``expire``, ``refund``, ``chargeback``, ``win``, ``settle``.

        Then it tells of it as it behaves; the answer is what the books say.
        """
        with self.lock:
            done = getattr(self.books, act)(**words)
        self.happened(done)
        return done

    def happened(self, done: Any) -> None:
        """Tell of a payment or a settlement, or keep it."""
        news = self.books.news_of(done)
        if self.behaviour in HELD:
            self.held.append(news)
            return
        for _turn in range(2 if self.behaviour == "twice" else 1):
            self.tell(news)

    def tell_held(self) -> list[int]:
        """Tell what was kept, the newest first; the statuses of the answers."""
        held, self.held = self.held[::-1], []
        return [self.tell(news) for news in held]

    def tell(self, news: dict[str, Any], *, at: float | None = None, secret: str = "") -> int:
        """One message; ``at`` and ``secret`` make it a wrong one. The status of the answer."""
        body = json.dumps(news).encode()
        signature = sign(body, secret=secret or self.secret, at=int(at or time.time()))
        return self.post(body, signature, news.get("event_id", ""))

    def post(self, body: bytes, signature: str, event_id: str = "") -> int:
        """Post bytes to the hook, whoever signed them."""
        if not self.hook:
            return 0
        headers = {"Content-Type": "application/json", "O2C-Signature": signature}
        asked = urllib.request.Request(self.hook, body, headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        self.told.append((event_id, status))
        return status


class _Handler(JsonHandler):
    point: Simulator

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        _empty, place, name = (*urlsplit(self.path).path.split("/", 2), "", "")[:3]
        books, name = self.point.books, unquote(name)
        if place == "control":
            self.say(200, books.shown())
        elif place == "pay":
            self._page(name)
        elif not self._may_ask():
            return
        elif place == "payments" and name in books.payments:
            self.say(200, books.payments[name].shown(self.point.url))
        elif place == "references" and name in books.by_reference:
            self.say(200, books.by_reference[name].shown(self.point.url))
        elif place == "settlements" and name in books.settlements:
            self.write(200, books.settlements[name], "text/csv")
        else:
            self.say(404, {"text": "no such thing"})

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        raw = self.read()
        parts = urlsplit(self.path).path.strip("/").split("/")
        if parts[0] == "control":
            self._control(json.loads(raw or b"{}"))
        elif parts[0] == "pay" and len(parts) == 2:
            self._pressed(unquote(parts[1]), parse_qs(raw.decode()).get("press", [""])[0])
        elif self._may_ask():
            self._asked(parts, json.loads(raw or b"{}"))

    def _may_ask(self) -> bool:
        key = self.point.key
        if self.point.behaviour == "down":
            self.say(503, {"text": "closed for a while"})
        elif key and self.headers.get("Authorization") != f"Bearer {key}":
            self.say(401, {"text": "who are you?"})
        else:
            return True
        return False

    def _asked(self, parts: list[str], letter: dict[str, Any]) -> None:
        """Begin a payment, or give money back, once for each key."""
        point, key = self.point, self.headers.get("Idempotency-Key", "")
        if point.behaviour == "refuses":
            self.say(422, {"text": "The provider does not want to."})
            return
        try:
            with point.lock:
                if parts == ["payments"]:
                    payment, is_new = point.books.begin(key, letter)
                else:
                    payment, is_new = point.books.give_back(unquote(parts[1]), key, letter)
        except Wrong as error:
            self.say(422, {"text": str(error)})
            return
        if point.behaviour == "early" or (is_new and parts[-1] == "refunds"):
            point.happened(payment)
        if point.behaviour == "loses-answer":
            self.close_connection = True
            return
        self.say(201 if is_new else 200, payment.shown(point.url))

    def _control(self, body: dict[str, Any]) -> None:
        point = self.point
        if "behaviour" in body:
            point.behave(body["behaviour"])
        if body.get("do") == "tell":
            self.say(200, {"told": point.tell_held()})
            return
        if "do" in body:
            words = {k: v for k, v in body.items() if k not in ("do", "behaviour")}
            try:
                done = point.do(body["do"], **words)
            except (Wrong, AttributeError, TypeError, KeyError) as error:
                self.say(400, {"text": str(error)})
                return
            shown = done.shown(point.url) if isinstance(done, Payment) else {"settlement": done}
            self.say(200, shown)
            return
        self.say(200, {"behaviour": point.behaviour})

    # --- the page where one pays -----------------------------------------------------------------
    def _page(self, name: str) -> None:
        payment = self.point.books.payments.get(name)
        if payment is None:
            self.write(404, b"no such payment", "text/plain")
            return
        is_open = payment.state == "open"
        buttons = (
            '<button name="press" value="pay">Pay by card</button>'
            '<button name="press" value="wallet">Pay by wallet</button>'
            '<button name="press" value="decline" class="quiet">Decline</button>'
            if is_open
            else f"<p>This payment is {html.escape(payment.state)}.</p>"
        )
        words = {
            "amount": f"{payment.amount} {payment.currency}",
            "what": payment.description,
            "back": payment.return_url or "#",
        }
        filled = {key: html.escape(str(value)) for key, value in words.items()}
        self.write(200, _PAGE.format(**filled, buttons=buttons).encode(), "text/html")

    def _pressed(self, name: str, press: str) -> None:
        payment = self.point.books.payments.get(name)
        if payment is None:
            self.say(404, {"text": "no such payment"})
            return
        if payment.state == "open":
            if press in ("pay", "wallet"):
                method = "wallet" if press == "wallet" else "card"
                self.point.do("pay", payment=name, method=method)
            else:
                self.point.do("decline", payment=name)
        self.send_response(303)
        self.send_header("Location", payment.return_url or f"/pay/{name}")
        self.send_header("Content-Length", "0")
        self.end_headers()


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated payment</title>
<meta name="viewport" content="width=device-width">
<style>
body{{font:16px system-ui;background:#eef1f6;margin:0}}
main{{max-width:24rem;margin:10vh auto;background:#fff;padding:2rem;border-radius:12px}}
b{{font-size:1.7rem}}
button{{display:block;width:100%;padding:.8rem;margin:.7rem 0;border:0;border-radius:8px;
background:#1746a2;color:#fff;font:inherit}}
.quiet{{background:#e3e7ef;color:#222}}small{{color:#555}}
</style>
<main><small>Simulated payment provider: no money moves</small><p>{what}</p><b>{amount}</b>
<form method="post">{buttons}</form><a href="{back}">Back to the shop</a></main></html>"""
