"""A document's posting in another currency, converted into the books'.

What is owed and each VAT amount are converted by themselves, since both are told to others (the
customer's account; the tax office, BT-111); what is earned takes the rest, so that the entry
balances to the cent.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from o2c.money import ZERO, split
from receivables.rules.exchange import Rate
from receivables.services.posting import ItemDraft, LineDraft


def in_books(
    lines: Sequence[LineDraft], items: Sequence[ItemDraft], currency: str, rate: Rate
) -> tuple[list[LineDraft], list[ItemDraft]]:
    """The same lines and items, amounts in the books' currency beside those of the document.

    ``lines`` balance, in the document's currency; ``items`` sum to the line with a customer.
    """
    worths = _exact(lines, rate)
    rest = [place for place in range(len(lines)) if place not in worths]
    parts = _rest(-sum(worths.values(), ZERO), [lines[place].amount for place in rest])
    worths |= dict(zip(rest, parts, strict=True))
    owed = sum((worths[p] for p, line in enumerate(lines) if line.customer_id is not None), ZERO)
    return (
        [_line(line, worths[place], currency, rate) for place, line in enumerate(lines)],
        _items(items, owed, currency),
    )


def _exact(lines: Sequence[LineDraft], rate: Rate) -> dict[int, Decimal]:
    """Place -> worth of the lines that are converted by themselves; all but one at most."""
    exact = {
        place: rate.in_books(line.amount)
        for place, line in enumerate(lines)
        if line.customer_id is not None or line.tax_base_amount is not None
    }
    if len(exact) == len(lines):
        exact.popitem()
    return exact


def _rest(total: Decimal, amounts: Sequence[Decimal]) -> list[Decimal]:
    """The total over amounts in proportion; over amounts that cancel out, on the last."""
    if sum(amounts, ZERO):
        return split(total, amounts)
    return [*[ZERO] * (len(amounts) - 1), total]


def _line(line: LineDraft, worth: Decimal, currency: str, rate: Rate) -> LineDraft:
    base = line.tax_base_amount
    return replace(
        line,
        amount=worth,
        tax_base_amount=None if base is None else rate.in_books(base),
        currency=currency,
        currency_amount=line.amount,
    )


def _items(items: Sequence[ItemDraft], owed: Decimal, currency: str) -> list[ItemDraft]:
    if not items:
        return []
    worths = split(owed, [item.amount for item in items])
    return [
        replace(item, currency=currency, functional_amount=worth)
        for item, worth in zip(items, worths, strict=True)
    ]
