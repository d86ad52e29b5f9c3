"""The references that name an item: what a payer may write, and the matcher looks up.

One function for documents of ours and for items of another system, so that both are found alike.
"""

from collections.abc import Iterable

from invoicing.rules import reference_keys
from receivables.models import ItemReference
from receivables.rules.tokens import MIN_LENGTH, normalise
from receivables.services.copying import copy_rows

_MOST = 60
_COLUMNS = ("item_id", "company_id", "token")


def tokens_of(number: str, references: Iterable[str]) -> list[str]:
    """Whole tokens of a document's number and of the references printed on it (RF, OCR, PO)."""
    keys = reference_keys(number, "", *references)
    return sorted({token[:_MOST] for key in keys if len(token := normalise(key)) >= MIN_LENGTH})


def refer(company_id: int, tokens: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Let tokens name items: (item id, its tokens), written with one statement."""
    rows = ((pk, company_id, token) for pk, names in tokens for token in names)
    copy_rows(ItemReference, _COLUMNS, rows)
