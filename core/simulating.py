"""Simulators of services of others: real HTTP servers on this machine that speak their protocol."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

from django.core.management.base import BaseCommand, CommandParser


class LocalServer:
    """A server on a port of this machine (0: a free one), in threads of its own.

    ``handler`` is what answers; it knows the server as its ``point``. ``behaviours``: how it may
    behave, each in words.
    """

    behaviours: ClassVar[Mapping[str, str]]

    def __init__(self, handler: type["JsonHandler"], port: int) -> None:
        mine = type("Handler", (handler,), {"point": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), mine)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def start(self) -> Self:
        """Answer from now on, beside the caller."""
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()

    def checked(self, behaviour: str) -> str:
        """A behaviour that there is. Raises ``ValueError``."""
        if behaviour not in self.behaviours:
            raise ValueError(behaviour)
        return behaviour


class JsonHandler(BaseHTTPRequestHandler):
    """Answers in JSON, mostly."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""

    def read(self) -> bytes:
        """The body that came."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def say(self, status: int, body: Mapping[str, Any]) -> None:
        """Answer with an object."""
        self.write(status, json.dumps(body).encode(), "application/json")

    def write(self, status: int, content: bytes, kind: str) -> None:
        """Answer with bytes."""
        try:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:  # whoever asked is gone
            self.close_connection = True


class SimulatorCommand(BaseCommand):
    """Serve a simulator until Ctrl-C; what it took is kept in memory alone."""

    requires_system_checks: list[str] = []
    simulator: type[LocalServer]
    port: int

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, how, and whom to tell."""
        parser.add_argument("--port", type=int, default=self.port, help="port on this machine")
        parser.add_argument(
            "--behaviour",
            choices=tuple(self.simulator.behaviours),
            default="well",
            help="; ".join(f"{name}: {what}" for name, what in self.simulator.behaviours.items()),
        )
        parser.add_argument("--hook", default="", help="tell what happened here")

    def serve(self, point: LocalServer, told: str) -> None:
        """Say how to reach it and answer."""
        self.stdout.write(f"{told}\nPOST {point.url}/control changes how it behaves.")
        self.stdout.flush()
        try:
            point.server.serve_forever()
        except KeyboardInterrupt:
            point.server.server_close()
