"""Which part of the books an entry is in: told by its source, as the database tells it."""

INVOICING, BANK, RECEIVABLES = "invoicing", "bank", "receivables"
AREAS = (INVOICING, BANK, RECEIVABLES)
"""Areas that close apart."""

_BY_SOURCE = {"invoice": INVOICING, "bank": BANK}


def area_of(source_key: str) -> str:
    """``invoice:17`` is in invoicing, ``bank:1:x`` in bank, everything else in receivables."""
    return _BY_SOURCE.get(source_key.partition(":")[0], RECEIVABLES)
