"""The register of habits: how people pay, one function a kind, weighed by how often it happens."""

from collections.abc import Callable

from tests.receivables.judge.books import Books

Habit = Callable[[Books], None]
HABITS: dict[str, tuple[int, Habit]] = {}


def habit(weight: int) -> Callable[[Habit], Habit]:
    """Enter a habit under its name; ``weight`` is its share of the year."""

    def enter(one: Habit) -> Habit:
        HABITS[one.__name__] = (weight, one)
        return one

    return enter
