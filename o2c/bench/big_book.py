"""A book of a million open items, and payments of all kinds for them, without end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from o2c.bench.dataset import AS_OF
from o2c.bench.debtors import first_free, spread_debts
from o2c.bench.pattern import Pattern, make_pattern
from o2c.bench.spread import spread, unwatched

_ACCOUNTS = "customers_customerbankaccount"
_LINES, _VAT = "invoicing_invoiceline", "invoicing_invoicevat"
_DUE = "invoicing_invoiceinstalment"
_PARTS = [_ACCOUNTS, _LINES, _VAT, _DUE]
_PAIRS = """
SELECT one.debtor, d.name, d.iban, pg_temp.h(one.i, 5), one.number, one.net + one.tax,
       two.number, two.net + two.tax
  FROM seed_debt AS one
  JOIN seed_debt AS two ON two.i = one.i + 1
  JOIN seed_debtor AS d ON d.n = one.debtor
 WHERE one.i >= %s AND one.i < %s AND mod(one.i, 2) = 0
 ORDER BY one.i
"""


@dataclass(frozen=True, slots=True)
class BigLine:
    """An entry of the statement, and the numbers of what it may pay; ``amount`` below 0 goes out.

    ``reference`` is structured, ``text`` is not.
    """

    amount: Decimal
    name: str
    iban: str
    text: str
    reference: str = ""
    pays: frozenset[str] = frozenset()


def open_big_book(items: int, *, customers: int, on: date = AS_OF) -> Pattern:
    """A company to which so many customers owe so many invoices."""
    pattern = make_pattern(on - timedelta(days=400))
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")

    def draw(ids: dict[str, int]) -> None:
        params: dict[str, Any] = {
            "from": ids["customer"],
            "last": customers - 1,
            "count": items,
            "on": on,
        }
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(text, params)

    spread_debts(draw)
    with transaction.atomic(), unwatched(_PARTS):
        _parts()
    return pattern


def _parts() -> None:
    """What else hangs on customers and invoices, so that the book proves clean."""
    free = {table: first_free(table) for table in _PARTS}
    spread(
        _ACCOUNTS, "true", "(SELECT * FROM seed_debtor WHERE is_known) AS s", iban="s.iban",
        id=f"{free[_ACCOUNTS]} + s.n", customer_id="s.id",
    )  # fmt: skip
    of_invoice = "seed_debt AS s JOIN invoicing_invoice AS i ON i.number = s.number"
    invoice = {"invoice_id": "i.id"}
    spread(
        _LINES, "true", of_invoice, id=f"{free[_LINES]} + s.i", quantity="1", unit_price="s.net",
        net_amount="s.net", order_line_id="NULL", shipment_line_id="NULL", **invoice,
    )  # fmt: skip
    spread(
        _VAT, "true", of_invoice, id=f"{free[_VAT]} + s.i", net_amount="s.net",
        vat_amount="s.tax", **invoice,
    )  # fmt: skip
    spread(
        _DUE, "true", of_invoice, id=f"{free[_DUE]} + s.i", due_on="s.due",
        amount="s.net + s.tax", **invoice,
    )  # fmt: skip


def payments(first: int, count: int) -> Iterator[BigLine]:
    """What the customers of the pairs from ``first`` on pay, a line a pair."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [2 * first, 2 * (first + count)])
        before: BigLine | None = None
        while pairs := cursor.fetchmany(5000):
            for _debtor, name, iban, drawn, number, gross, other, more in pairs:
                line = _line(name.upper(), iban, drawn % 1000, number, gross, other, more)
                yield before if before and line is None else line or _NOISE
                before = line or before


_NOISE = BigLine(Decimal("47.11"), "UNBEKANNT", "", "PAYMENT WITH THANKS")


def _line(
    name: str, iban: str, kind: int, number: str, gross: Decimal, other: str, more: Decimal
) -> BigLine | None:
    """The payment by its kind in thousandths; None is the payment before once more."""
    pays = frozenset({number})
    if kind < 600:
        return BigLine(gross, name, iban, f"RECHNUNG {number} VIELEN DANK", pays=pays)
    if kind < 690:
        return BigLine(gross, name, iban, f"RG.NR. {number[2:]}", pays=pays)
    if kind < 750:
        return BigLine(gross + more, name, iban, f"{number} {other}", pays=pays | {other})
    if kind < 790:
        return BigLine(gross, name, iban, "", reference=number, pays=pays)
    if kind < 830:
        part = (gross * 2 / 5).quantize(Decimal("0.01"))
        return BigLine(part, name, iban, f"ABSCHLAG {number}", pays=pays)
    if kind < 890:
        return BigLine(gross, name, iban, "ZAHLUNG", pays=pays)
    if kind < 920:
        swapped = number[:-3] + number[-2] + number[-3] + number[-1]
        return BigLine(gross, name, iban, f"RECHNUNG {swapped}", pays=pays)
    if kind < 940:
        return None
    if kind < 970:
        return BigLine(gross, "TREUHAND SAMMELKONTO", "", "PAYMENT WITH THANKS")
    return BigLine(Decimal("-12.50"), "MUSTERBANK", "", "KONTOFUEHRUNG")
