"""What a camt tells beside the amount booked: the amount instructed, the rate, the charges.

Read by structure, since versions and banks differ: ``AmtDtls`` stands on the entry or on its
transaction; ``Chrgs`` repeats with an amount each up to version 2, and holds ``Rcrd`` later.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from o2c.errors import InvalidInput
from receivables.bankfiles import checks

_ZERO = Decimal("0.00")
_AMOUNTS = ("InstdAmt", "TxAmt", "CntrValAmt")
_MOST_PLACES = Decimal("0.00000001")
_MOST_RATE = Decimal(10) ** 10


class Told(NamedTuple):
    """What the payer sent, and at which rate the bank exchanged it; empty where it tells none."""

    amount: Decimal | None = None
    currency: str = ""
    rate: Decimal | None = None


def instructed(element: Any, currency: str) -> Told:
    """The amount instructed; else one of the transaction in another currency than the account's."""
    found = {name: _amount(element.find(f"AmtDtls/{name}/Amt")) for name in _AMOUNTS}
    amount, code = found["InstdAmt"]
    if amount is None or code == currency:
        amounts = [pair for pair in found.values() if pair[0] is not None and pair[1] != currency]
        amount, code = amounts[0] if amounts else (amount, code)
    return Told(amount, code, _rate(element) if amount is not None and code != currency else None)


def _amount(element: Any) -> tuple[Decimal | None, str]:
    """An amount with its currency; it only informs, so what is none tells nothing."""
    code = "" if element is None else (element.get("Ccy") or "").strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        return None, ""
    try:
        return _figure(element), code
    except InvalidInput:
        return None, ""


def _rate(element: Any) -> Decimal | None:
    """The first rate told, as the bank quotes it; what is no figure above nought is none."""
    for name in _AMOUNTS:
        told = (element.findtext(f"AmtDtls/{name}/CcyXchg/XchgRate") or "").strip()
        rate = read_rate(told)
        if rate is not None:
            return rate
    return None


def read_rate(text: str) -> Decimal | None:
    """A rate with a point; None if it is none."""
    try:
        rate = Decimal(text)
    except InvalidOperation:
        return None
    if not rate.is_finite() or not _MOST_PLACES <= rate < _MOST_RATE:
        return None
    return rate.quantize(_MOST_PLACES)


def charges(element: Any, currency: str) -> Decimal:
    """Charges taken off the amount, in the account's currency: the total, else the records.

    One that was booked apart (``ChrgInclInd`` false) is left out, one given back counts against
    the others; the total, which says neither, is then left out too.
    """
    records = [*element.iterfind("Chrgs/Rcrd"), *element.iterfind("Chrgs")]
    told = [record for record in records if _is_in(record.find("Amt"), currency)]
    totals = [t for t in element.iterfind("Chrgs/TtlChrgsAndTaxAmt") if _is_in(t, currency)]
    if totals and not any(_is_apart(record) or _is_back(record) for record in records):
        return sum((_figure(total) for total in totals), _ZERO)
    return max(sum((_signed(record) for record in told if not _is_apart(record)), _ZERO), _ZERO)


def _is_in(amount: Any, currency: str) -> bool:
    return amount is not None and amount.get("Ccy") == currency


def _is_apart(record: Any) -> bool:
    return (record.findtext("ChrgInclInd") or "").strip() in ("false", "0")


def _is_back(record: Any) -> bool:
    return (record.findtext("CdtDbtInd") or "").strip() == "CRDT"


def _signed(record: Any) -> Decimal:
    return -_figure(record.find("Amt")) if _is_back(record) else _figure(record.find("Amt"))


def _figure(element: Any) -> Decimal:
    return checks.amount(element.text or "", int(element.sourceline or 1))
