"""A browser test that stands still fails by its name; it never holds up the rest.

Playwright's keys, scripts and closing have no time limit: a browser that does not answer lets them
wait for ever. So a clock runs beside every phase of a browser test. When it strikes, the stacks of
all threads are written to the test's report and its Chromium is killed, which ends the wait with
an error in the very line that waited. When even that does not help (what stands is not the
browser), the stacks and the test's name go to the terminal and the process ends; xdist names the
test once more and goes on.
"""

import faulthandler
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.suite import Suite

GRACE_SECONDS = 45
"""How long after Chromium's end a test may still take to fail by itself."""
STANDS = 70
"""Exit code of a process that stood still."""
_terminals = [2]


def keep_terminal() -> None:
    """Remember where standard error goes now, before pytest takes it for its reports."""
    _terminals.append(os.dup(2))


@dataclass
class _Watch:
    """The clock of one phase of one test."""

    test: str
    phase: str
    seconds: float
    grace: float
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Wait for the phase to end; act twice when it does not."""
        if self.is_over.wait(self.seconds):
            return
        self._tell(2)  # which pytest keeps for the test's report
        for pid in chromiums():
            os.kill(pid, signal.SIGKILL)
        if self.is_over.wait(self.grace):
            return
        self._tell(_terminals[-1])
        for suite in list(Suite.started):
            suite.remove()
        os._exit(STANDS)

    def _tell(self, descriptor: int) -> None:
        words = f"\n{self.test} stands still: {self.phase} takes over {self.seconds:.0f} s.\n"
        os.write(descriptor, words.encode())
        faulthandler.dump_traceback(descriptor, all_threads=True)


@contextmanager
def watched(
    item: pytest.Item, phase: str, seconds: float, grace: float = GRACE_SECONDS
) -> Iterator[None]:
    """Let a phase of a test take so long and no longer."""
    watch = _Watch(item.nodeid, phase, seconds, grace)
    threading.Thread(target=watch.run, name="standstill", daemon=True).start()
    try:
        yield
    finally:
        watch.is_over.set()


def chromiums() -> list[int]:
    """Process ids of the Chromiums that this process started."""
    parents = {pid: parent for pid, parent, _command in _processes()}
    return [
        pid
        for pid, _parent, command in _processes()
        if "chromium" in command[0] and not any(part.startswith("--type=") for part in command)
        if os.getpid() in _ancestors(pid, parents)
    ]


def _ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid in parents:
        pid = parents[pid]
        yield pid


def _processes() -> Iterator[tuple[int, int, list[str]]]:
    """(pid, parent, command line) of what runs now."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:  # it ended meanwhile
            continue
        yield int(folder.name), int(fields[1]), command
