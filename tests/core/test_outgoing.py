"""HTTP that leaves the house reaches what it may, and says what is surely known."""

import socket
import threading
from collections.abc import Iterator

import pytest

from core import outgoing


class Server:
    """Answers each connection with the bytes given, piece by piece while asked to."""

    def __init__(self, answer: bytes, *, is_endless: bool = False) -> None:
        self.answer, self.is_endless = answer, is_endless
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/x?y=1"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                plug, _address = self.listener.accept()
            except OSError:
                return
            with plug:
                self.requests.append(plug.recv(65536))
                try:
                    plug.sendall(self.answer)
                    while self.is_endless:
                        plug.sendall(b"x" * 65536)
                except OSError:
                    pass


@pytest.fixture
def serve() -> Iterator[object]:
    servers: list[Server] = []

    def make(answer: bytes, **options: bool) -> Server:
        servers.append(Server(answer, **options))
        return servers[-1]

    yield make
    for server in servers:
        server.listener.close()


OK = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"ok": true}'


def test_a_simulator_on_this_machine_is_asked_where_the_setting_says_so(serve):
    server = serve(b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"ok": true}')
    answer = outgoing.ask("GET", server.url, is_simulator=True)
    assert (answer.status, answer.body) == (200, {"ok": True})
    assert server.requests[0].startswith(b"GET /x?y=1 HTTP/1.1")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:127.0.0.1]/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://user:secret@example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///",
    ],
)
def test_what_may_not_be_reached_surely_is_not(url):
    with pytest.raises(outgoing.NotReached):
        outgoing.ask("POST", url, content=b"x", seconds=2)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://169.254.169.254/", "file:///x"])
def test_the_simulators_setting_opens_this_machine_alone(url):
    with pytest.raises(outgoing.NotReached):
        outgoing.ask("GET", url, seconds=2, is_simulator=True)


def test_this_machine_is_not_even_connected_without_the_setting(serve):
    server = serve(OK)
    with pytest.raises(outgoing.NotReached):
        outgoing.ask("GET", server.url.replace("http:", "https:"))
    assert server.requests == []


def test_a_redirect_is_an_answer_and_is_not_followed(serve):
    other = serve(OK)
    server = serve(
        f"HTTP/1.1 302 Found\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n".encode()
    )
    assert outgoing.ask("GET", server.url, is_simulator=True).status == 302
    assert other.requests == []


def test_nobody_listening_is_surely_not_reached():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(outgoing.NotReached):
        outgoing.ask("POST", f"http://127.0.0.1:{port}/", content=b"x", is_simulator=True)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", b"?\r\n"]
)
def test_an_answer_that_breaks_off_is_lost_not_refused(serve, answer):
    server = serve(answer)
    with pytest.raises(outgoing.AnswerLost):
        outgoing.ask("POST", server.url, content=b"x", is_simulator=True)


def test_an_endless_answer_is_cut(serve):
    server = serve(b"HTTP/1.1 200 OK\r\n\r\n", is_endless=True)
    with pytest.raises(outgoing.AnswerLost, match="too long"):
        outgoing.ask("GET", server.url, is_simulator=True)


def test_what_is_no_object_is_no_body(serve):
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1, 2, 3]")
    assert outgoing.ask("GET", server.url, is_simulator=True).body == {}
