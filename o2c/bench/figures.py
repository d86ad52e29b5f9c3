"""What a workload gives back, and the clock it is measured with."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value: of which workload, what, how much, in which unit."""

    workload: str
    what: str
    value: float
    unit: str


@dataclass(slots=True)
class Clock:
    """Adds up seconds and SQL statements per step."""

    seconds: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done within; several times add up."""
        count = 0

        def counting(execute: Callable[..., object], *arguments: object) -> object:
            nonlocal count
            count += 1
            return execute(*arguments)

        began = time.perf_counter()
        with connection.execute_wrapper(counting):
            yield
        spent = time.perf_counter() - began
        self.seconds[name] = self.seconds.get(name, 0) + spent
        self.statements[name] = self.statements.get(name, 0) + count

    @property
    def total(self) -> float:
        """Seconds of all steps."""
        return sum(self.seconds.values())


def processor_seconds() -> tuple[float, float]:
    """Of the processor, by this process and by its server process in PostgreSQL on this machine.

    They do not grow when others use the machine.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    assert row is not None
    told = Path(f"/proc/{row[0]}/stat").read_text().rpartition(")")[2].split()
    return time.process_time(), (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
