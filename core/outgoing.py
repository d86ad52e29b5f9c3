"""HTTP that leaves the house: one request, and what is surely known of its fate.

https to public addresses only, checked at the very connection, no redirects, limits on time and
size. A development setting may name a simulator on this machine; nothing else may be reached then
that could not be reached without it.
"""

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

MOST_BYTES = 2 * 1024 * 1024
SECONDS = 20.0


class NotReached(Exception):
    """Surely nothing arrived: the address is wrong or refused, or nobody listens."""


class AnswerLost(Exception):
    """The request went out, its answer did not come back: it may have been done or not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the bytes, and the body read as JSON where it is an object."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    content: bytes = b""


def ask(  # noqa: PLR0913 - the parts of a request
    method: str,
    url: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    is_simulator: bool = False,
) -> Answer:
    """Send one request and read the answer; redirects are answers like any other.

    ``is_simulator`` lets http and addresses of this machine through. Raises ``NotReached`` or
    ``AnswerLost``; whoever asks for an effect must tell the two apart.
    """
    deadline = time.monotonic() + seconds
    connection = _connected(url, seconds, is_simulator=is_simulator)
    try:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body=content or None, headers=dict(headers or {}))
        answer = connection.getresponse()
        read = _read(connection, answer, deadline)
        return Answer(answer.status, _object(read), read)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AnswerLost(f"{type(error).__name__}: {error}")
    finally:
        connection.close()


def _connected(url: str, seconds: float, *, is_simulator: bool) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    allowed = {"https", "http"} if is_simulator else {"https"}
    if parts.scheme not in allowed or not parts.hostname or parts.username:
        raise NotReached(f"{url[:120]} is no address that may be asked.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plug = _plug(parts.hostname, port, seconds, is_simulator=is_simulator)
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=seconds)
    if parts.scheme == "https":
        try:
            plug = ssl.create_default_context().wrap_socket(plug, server_hostname=parts.hostname)
        except OSError as error:
            plug.close()
            raise NotReached(f"{parts.hostname}: {error}")
    connection.sock = plug
    return connection


def _plug(host: str, port: int, seconds: float, *, is_simulator: bool) -> socket.socket:
    """A socket to an address that was looked at: the name can't mean another one meanwhile."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotReached(f"{host}: {error}")
    reason = "no address"
    for family, kind, protocol, _name, address in found:
        place = ipaddress.ip_address(address[0])
        if not (place.is_global and not place.is_multicast) and not (
            is_simulator and place.is_loopback
        ):
            reason = f"{place} is no public address"
            continue
        plug = socket.socket(family, kind, protocol)
        plug.settimeout(seconds)
        try:
            plug.connect(address)
        except OSError as error:
            plug.close()
            reason = str(error)
            continue
        return plug
    raise NotReached(f"{host}: {reason}")


def _read(
    connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, deadline: float
) -> bytes:
    """The bytes of an answer. Slow and endless ones are lost."""
    content = b""
    while piece := answer.read1(65536):
        content += piece
        left = deadline - time.monotonic()
        if len(content) > MOST_BYTES or left <= 0:
            raise ValueError("the answer is too long or too slow")
        if connection.sock is not None:
            connection.sock.settimeout(left)
    if answer.length:
        raise ValueError("the answer broke off")
    return content


def _object(content: bytes) -> dict[str, Any]:
    """The JSON object that an answer is; empty for anything else."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
