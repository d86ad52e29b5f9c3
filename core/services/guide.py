"""Verbs of the guided first hour."""

from core.models import GuideMark, User


def mark_step(user: User, step: str) -> None:
    """Remember that a person tried a step; twice is once."""
    GuideMark.objects.get_or_create(user=user, step=step[:20])


def start_guide_again(user: User) -> None:
    """Forget what was tried and show the guide once more."""
    GuideMark.objects.filter(user=user).delete()
