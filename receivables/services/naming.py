"""What customers are called, and who else could be called so."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

from core.models import Company
from customers.models import Customer
from receivables.rules.facts import Payer
from receivables.rules.names import SAME, has_legal_form, name_key, plain_key
from receivables.rules.tokens import Sureness, normalise

NEAR_NAMES = 8
DOUBTED = 90
"""The likeness of a name that may be another's: below ``SAME``, so it proves nothing."""
_CUT_LENGTH = 15
_LONG_NUMBER = 7


@dataclass(frozen=True, slots=True)
class CustomerNames:
    """A company's customers by the key of their names."""

    by_key: dict[str, set[int]]
    keys: list[str]
    by_number: dict[str, int]
    by_plain_key: dict[str, set[int]]
    plain_keys: list[str]
    by_words: dict[str, set[int]]

    @classmethod
    def of(cls, company: Company) -> Self:
        """Read them all."""
        by_key: dict[str, set[int]] = defaultdict(set)
        by_number: dict[str, int] = {}
        by_plain_key: dict[str, set[int]] = defaultdict(set)
        rows = Customer.objects.filter(company=company).values_list("pk", "name", "number")
        for pk, name, number in rows.iterator():
            by_key[name_key(name)].add(pk)
            by_number[normalise(number)] = pk
        for key, customers in by_key.items():
            by_plain_key[plain_key(key)] |= customers
        by_words: dict[str, set[int]] = defaultdict(set)
        for key, customers in by_plain_key.items():
            by_words[_sorted_words(key)] |= customers
        plain_keys = sorted(by_plain_key)
        return cls(by_key, sorted(by_key), by_number, by_plain_key, plain_keys, by_words)

    def beginning_with(self, key: str) -> set[int]:
        """Customers whose name is this one, or goes on after it."""
        return _beginning(self.by_key, self.keys, key)

    def numbered(self, told: Mapping[str, Sureness]) -> list[Payer]:
        """Customers whose number the text tells; a short bare number may be anything else too."""
        return [
            Payer(
                self.by_number[token],
                "number",
                DOUBTED if token.isdigit() and len(token) < _LONG_NUMBER else 100,
            )
            for token, sureness in told.items()
            if sureness == Sureness.WHOLE and token in self.by_number
        ]

    def payers(self, name: str) -> list[Payer]:
        """Who has this name, less surely if it may be the beginning of another's.

        Else who has it but for umlauts that the bank does not know, or turned (``MÜLLER, HANS``);
        else the one whose name it cut short.
        """
        key = name_key(name)
        if same := self.by_key.get(key):
            is_others_too = not has_legal_form(name) and self.beginning_with(key) - same
            return [Payer(pk, "name", DOUBTED if is_others_too else 100) for pk in same]
        if plain := self.by_plain_key.get(plain_key(key)):
            could_be = _beginning(self.by_plain_key, self.plain_keys, plain_key(key))
            is_theirs = len(plain if has_legal_form(name) else could_be) == 1
            return [Payer(pk, "name", 100 if is_theirs else DOUBTED) for pk in plain]
        if "," in name and (turned := self.by_words.get(_sorted_words(plain_key(key)))):
            return [Payer(pk, "name", 100 if len(turned) == 1 else DOUBTED) for pk in turned]
        cut = self.beginning_with(key) if len(key) >= _CUT_LENGTH else set()
        return [Payer(pk, "name", SAME) for pk in cut] if len(cut) == 1 else []


def _sorted_words(key: str) -> str:
    return " ".join(sorted(key.split()))


def _beginning(owners: Mapping[str, set[int]], keys: Sequence[str], key: str) -> set[int]:
    """Owners of all keys (sorted) that are this one or go on after it."""
    found: set[int] = set()
    for at in range(bisect_left(keys, key), len(keys)):
        if not keys[at].startswith(key):
            break
        found |= owners[keys[at]]
    return found


Names = Callable[[], CustomerNames]
"""Reads the customers' names at the first call, and only then."""


def names_of(company: Company) -> Names:
    """The company's names, read once for everything that asks within an act."""
    return cache(lambda: CustomerNames.of(company))


def keys_near(company: Company, name: str) -> dict[int, str]:
    """Customer -> key of the name, for the few whose names come near one, without reading all."""
    near = Customer.objects.filter(company=company).search(name)
    return {pk: name_key(other) for pk, other in near.values_list("pk", "name")[:NEAR_NAMES]}
