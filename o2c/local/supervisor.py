"""Runs several programs as children: restarts one that dies, stops all, leaves none behind.

Each child is the leader of a process group of its own, so that Ctrl-C reaches only us and we stop
them in order, and so that what a dead child leaves running can be ended. If we are killed ourselves
the kernel signals the children (Linux).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from o2c.local.instance import Account

STOP_SECONDS = 15
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 20.0  # who has run this long starts again without a pause
MAX_LOG_BYTES = 5_000_000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: ``inherits`` are descriptors it keeps, ``orphaned_by`` the signal if we die."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    account: Account | None = None
    inherits: tuple[int, ...] = ()
    orphaned_by: int = signal.SIGTERM


@dataclass
class Child:
    """A program as it runs: its process and when it may start again after a death."""

    program: Program
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    pause: float = field(default=0.5)

    @property
    def pid(self) -> int:
        """Process id, 0 while it does not run."""
        return self.process.pid if self.process is not None else 0

    def start(self) -> None:
        """Start it now; what it says goes to its log."""
        drop: dict[str, Any] = (
            self.program.account.process_arguments() if self.program.account else {}
        )
        with _open_log(self.program.log) as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.program.command,
                env=self.program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.program.inherits,
                start_new_session=True,
                preexec_fn=_ends_with(os.getpid(), self.program.orphaned_by),
                **drop,
            )
        self.started_at = time.monotonic()

    def died(self) -> int | None:
        """Its exit code if it has ended since the last look; ends what it left running."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        _kill_group(self.process.pid)
        self.process = None
        now = time.monotonic()
        self.pause = (
            0.5 if now - self.started_at > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
        )
        self.next_start_at = now + self.pause
        return code

    def ask_to_stop(self) -> None:
        """Ask it to finish (SIGTERM)."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, until: float) -> None:
        """Wait for its end, at most until a time of the monotonic clock; then kill its group."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, until - time.monotonic()))
        _kill_group(self.process.pid)
        self.process.wait()
        self.process = None


class Supervisor:
    """Keeps children running until a signal asks us to stop.

    ``say`` prints to the person, ``on_change`` is called after each start, ``each_turn`` several
    times a second (it watches what is not a child).
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        say: Callable[[str], None],
        on_change: Callable[[], None],
        each_turn: Callable[[], None],
    ) -> None:
        self.children = {program.name: Child(program) for program in programs}
        self._say, self._on_change, self._each_turn = say, on_change, each_turn
        self._is_stopping = False

    def start_first(self, *names: str) -> None:
        """Start some children ahead of the others; signals still end us as usual."""
        for name in names:
            if name in self.children:
                self.children[name].start()

    def start(self) -> None:
        """Start all other children in order and take over the signals that stop us."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        for child in self.children.values():
            if child.process is None:
                child.start()

    def run_until(self, is_done: Callable[[], bool]) -> None:
        """Watch the children until a condition holds or a signal came."""
        while not self._is_stopping and not is_done():
            self._each_turn()
            for name, child in self.children.items():
                self._look_after(name, child)
            time.sleep(0.2)

    @property
    def is_stopping(self) -> bool:
        """Whether a signal asked us to stop."""
        return self._is_stopping

    def stop(self) -> None:
        """Stop all children: asked first, killed after a bound; the last started go first."""
        until = time.monotonic() + STOP_SECONDS
        workers = [c for c in reversed(self.children.values()) if c.program.orphaned_by != 9]
        servers = [c for c in self.children.values() if c not in workers]
        for group in (workers, servers):  # a broker goes after those that talk to it
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.end(max(until, time.monotonic() + 1))

    def _look_after(self, name: str, child: Child) -> None:
        code = child.died()
        if code is not None:
            self._say(f"{name} ended ({code}), starts again in {child.pause:g} s")
            self._on_change()
        if child.process is None and time.monotonic() >= child.next_start_at:
            child.start()
            self._on_change()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True


def _ends_with(parent: int, signal_number: int) -> Callable[[], None] | None:
    """For the child, before exec: ask the kernel for a signal when the parent dies."""
    if _libc is None:
        return None
    prctl = _libc.prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _open_log(path: Path) -> "IO[bytes]":
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
