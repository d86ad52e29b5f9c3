"""Where a document's page is, at a list's speed.

A list of 50 rows asks for two or three pages a row, and ``reverse`` looks through the patterns of
the whole site for each. All pages of documents have their key as the only part that differs.
"""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

_ANY_KEY = 987_654_321


def page_of(view: str, pk: int | None) -> str:
    """What ``reverse(view, args=[pk])`` says; ``view`` takes nothing but an integer key."""
    if pk is None:
        return reverse(view, args=[pk])  # says what is wrong
    before, after = _around_key(view, get_script_prefix())
    return f"{before}{pk}{after}"


@lru_cache(maxsize=256)
def _around_key(view: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(view, args=[_ANY_KEY]).partition(str(_ANY_KEY))
    return before, after
