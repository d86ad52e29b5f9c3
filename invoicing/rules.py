"""Pure rules of invoicing: part amounts, references and due dates. No ORM, no clock."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from o2c.money import ZERO, cents, split

WITHOUT_COINS = frozenset({"SEK", "NOK"})
"""Currencies whose hundredths are no coins any more, so that sums are often asked for whole."""
_NOT_ALNUM = re.compile(r"[^0-9A-Z]")
_DIGITS = re.compile(r"\d+")
_RF_BODY = re.compile(r"RF\d\d([0-9A-Z]{1,21})")
MIN_DIGITS = 4  # fewer digits alone are no reference: they are found in every remittance text
RF_LENGTH, OCR_LENGTH = 21, 24  # without check digits: ISO 11649; Bankgirot's OCR manual


def part_net(
    order_net: Decimal,
    order_quantity: Decimal,
    *,
    invoiced_quantity: Decimal,
    invoiced_net: Decimal,
    quantity: Decimal,
) -> Decimal:
    """Net amount of a part of an order line, so that all parts together make the line exactly.

    Each part is the rounded share of everything invoiced so far less what was invoiced before; the
    last part takes the remainder. Quantities in the line's unit, ``order_net`` as stored on it.
    """
    until_now = invoiced_quantity + quantity
    if until_now >= order_quantity:
        return max(order_net - invoiced_net, ZERO)
    return max(cents(order_net * until_now / order_quantity) - invoiced_net, ZERO)


def charge_part(
    amount: Decimal,
    *,
    spread: str,
    until_now: Decimal,
    billed: Decimal,
    is_closing: bool,
) -> Decimal:
    """What one of several invoices bears of an order's charge, so that all bear it exactly.

    ``spread`` says whether the ``first`` invoice takes all, the ``last`` one, or each its share
    (``pro_rata``). ``until_now`` is the charge's share, not rounded, of the lines that are
    invoiced with this document and before; ``billed`` is what live invoices bear already. The
    closing invoice takes the rest, whatever the spread: a first one that was taken back leaves it
    to the next.
    """
    if is_closing or spread == "first":
        wanted = amount
    elif spread == "last":
        wanted = ZERO
    else:
        wanted = cents(until_now)
    return max(wanted - billed, ZERO)


def billing_period(policy: str, day: date) -> tuple[date, date]:
    """First and last day of the week (Monday to Sunday) or month of a collective invoice."""
    if policy == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def instalments(
    amount: Decimal, parts: Sequence[tuple[Decimal, int]], *, on: date
) -> list[tuple[date, Decimal]]:
    """Due dates and amounts from (share, days) parts; the amounts sum to ``amount`` exactly.

    Without parts everything falls due on the invoice date.
    """
    parts = parts or [(Decimal(1), 0)]
    amounts = split(amount, [share for share, _days in parts])
    return [
        (on + timedelta(days=days), part)
        for (_share, days), part in zip(parts, amounts, strict=True)
    ]


def whole_rounding(amount: Decimal) -> Decimal:
    """What makes an amount whole: up to 49 öre off, from 50 öre on up.

    As 1 § of lag (1970:1029) om avrundning av vissa öresbelopp rounds.
    """
    return amount.quantize(Decimal(1), rounding=ROUND_HALF_UP) - amount


def share_nets(nets: Sequence[Decimal], share: Decimal, *, before: Decimal = ZERO) -> list[Decimal]:
    """A share of each net, so that shares which sum to one make every net exactly.

    ``before`` is the sum of the shares of earlier steps: what falls on a step is the rounded
    amount up to and with it less that up to it, whichever of them is billed first.
    """
    return [cents(net * (before + share)) - cents(net * before) for net in nets]


def credit_net(
    net: Decimal,
    quantity: Decimal,
    *,
    credited_quantity: Decimal,
    credited_by_quantity: Decimal,
    credited_net: Decimal,
    wanted: Decimal,
) -> Decimal:
    """Net of crediting ``wanted`` of an invoice line over ``net`` for ``quantity``.

    Of the net credited before, ``credited_by_quantity`` came with quantity, the rest of
    ``credited_net`` as value alone. The last of the quantity takes whatever is left of the net.
    """
    left = net - credited_net
    if credited_quantity + wanted >= quantity:
        return left
    until_now = cents(net * (credited_quantity + wanted) / quantity)
    return min(max(until_now - credited_by_quantity, ZERO), left)


def credit_vat(
    net: Decimal, rate: Decimal, *, credited_net: Decimal, credited_vat: Decimal
) -> Decimal:
    """VAT of crediting ``net`` of a rate after earlier credits, the last cent never lost.

    The VAT on everything credited so far less what was credited before: all credits of an invoice
    together give its VAT exactly, each differs from its own net times the rate by a cent at most.
    """
    return cents((credited_net + net) * rate) - credited_vat


def payment_reference(number: str, *, seller_country: str) -> str:
    """The reference a payer is asked to give: OCR from Swedish sellers, else RF (ISO 11649)."""
    return ocr_reference(number) if seller_country == "SE" else rf_reference(number)


def rf_reference(number: str) -> str:
    """Creditor reference ``RF`` + two check digits + the letters and digits of the number."""
    body = normalised(number)[-RF_LENGTH:]
    if not body:
        return ""
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def ocr_reference(number: str) -> str:
    """Swedish OCR number: the digits of the number and a Luhn check digit."""
    digits = "".join(_DIGITS.findall(number))[-OCR_LENGTH:]
    return digits + luhn.calc_check_digit(digits) if digits else ""


def reference_keys(
    invoice_number: str, payment_reference: str = "", *po_numbers: str
) -> frozenset[str]:
    """Every token by which a payer may name the invoice, normalised to capitals and digits.

    A collective invoice goes by the order numbers of all its orders. A creditor reference also
    goes without its ``RF`` and check digits.

    The one source for what letters, XML and QR code print and what the matcher looks for; compare
    whole tokens, never parts of them. Digits alone count from four on.
    """
    tokens = {normalised(text) for text in (invoice_number, payment_reference, *po_numbers)}
    tokens.add("".join(_DIGITS.findall(invoice_number)))
    tokens |= {found[1] for token in tokens if (found := _RF_BODY.fullmatch(token))}
    return frozenset(token for token in tokens if _is_key(token))


def normalised(text: str) -> str:
    """Capitals and digits only: ``RE-000 042`` becomes ``RE000042``."""
    return _NOT_ALNUM.sub("", text.upper())


def _is_key(token: str) -> bool:
    return len(token) >= MIN_DIGITS
