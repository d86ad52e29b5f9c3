"""What every desk of a demo company shares: its stage, its clock, its dice, its customers."""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from core.models import User
from core.roles import Role
from fulfillment.rules import NOTE_DAYS
from o2c.celery import app
from o2c.demo.clients import Client
from o2c.demo.clock import Clock
from o2c.demo.setting import Stage

STORY = timedelta(days=548)
"""The whole story: eighteen months, however little of it is lived."""


@dataclass(slots=True)
class Life:
    """One company while it lives: what its desks look at and how they keep the time.

    ``today`` is the last day, of the visitor. ``pace`` scales how much is ordered.
    """

    stage: Stage
    clock: Clock
    today: date
    random: random.Random
    pace: float
    clients: dict[int, Client] = field(default_factory=dict)
    bells: deque[tuple[str, tuple[object, ...]]] = field(default_factory=deque)
    diary: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)
    day: date = date.min

    def t(self, day: date) -> float:
        """How far the story has come: 0 eighteen months ago, 1 today."""
        return 1 - (self.today - day) / STORY

    @property
    def days_left(self) -> int:
        """Calendar days until the visitor comes."""
        return (self.today - self.day).days

    def by(self, role: Role) -> User:
        """Somebody of that role; mostly the colleague, since the logins are the visitor's."""
        people = self.stage.team.people[role]
        return people[0] if self.random.random() < 0.35 else people[-1]

    def says(self, german: str, swedish: str) -> str:
        """A sentence in the company's language."""
        return german if self.stage.is_german else swedish

    def some(self, tempers: tuple[str, ...]) -> list[Client]:
        """Customers of these tempers in a random order."""
        found = [c for c in self.clients.values() if c.firm.temper in tempers]
        self.random.shuffle(found)
        return found

    def hear(self, task_name: str, args: tuple[object, ...]) -> None:
        """A bell rang; it is answered when the act is over.

        Nobody asks any more for the paper of goods that left long ago (``NOTE_DAYS``).
        """
        if task_name != "fulfillment.make_delivery_note" or self.days_left <= NOTE_DAYS:
            self.bells.append((task_name, args))

    def at(self, minutes: float, act: Callable[..., object], *args: object) -> None:
        """Write an act into today's diary, at so many minutes after midnight."""
        self.diary.append((minutes, len(self.diary), partial(act, *args)))

    def live(self, day: date) -> None:
        """Do everything in the diary in its order; what is written meanwhile as well."""
        self.day = day
        while self.diary:
            entry = min(self.diary, key=lambda row: row[:2])
            self.diary.remove(entry)
            self.clock.set(day, entry[0])
            entry[2]()
            self._answer_bells()

    def _answer_bells(self) -> None:
        """Do what a worker would, with the worker's own tasks, a few seconds later."""
        while self.bells:
            task_name, args = self.bells.popleft()
            self.clock.wait(2 + self.random.random() * 9)
            app.tasks[task_name](*args)
