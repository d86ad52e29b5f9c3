"""Charges and allowances on a whole UBL order, and the net total the buyer expects with them.

Source: OASIS UBL 2.1 (``cac:AllowanceCharge``, ``cac:AnticipatedMonetaryTotal``), Peppol BIS
Ordering 3. The VAT they state is not read: on our documents they bear the VAT of the lines.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from o2c.errors import BusinessError, InvalidInput
from o2c.money import CENT, ZERO, cents, number
from orders.draft import ChargeDraft
from orders.readers.ubl_parts import NS, text
from orders.readers.values import not_negative

_TOTAL = "cac:AnticipatedMonetaryTotal/cbc:"
# What stands for codes that we do not keep: an other charge (UNTDID 7161), a discount (5189).
_KNOWN = {True: ("FC", "PC", "ZZZ"), False: ("95", "100")}
_MILLIONTH = Decimal("0.000001")
_YES = ("true", "1")
_OTHER = {True: "ZZZ", False: "95"}


def charges_of(root: Any, currency: str, problems: list[str]) -> tuple[ChargeDraft, ...]:
    """What the buyer adds to or takes off the whole order; what can't be read is a problem."""
    found = []
    for index, element in enumerate(root.findall("cac:AllowanceCharge", NS), start=1):
        place = _("charge or allowance %(number)s") % {"number": index}
        try:
            draft = _charge(root, element, currency, place)
        except BusinessError as problem:
            problems.append(problem.message)
            continue
        if draft is not None:
            found.append(draft)
    return tuple(found)


def stated_net(root: Any, problems: list[str]) -> Decimal | None:
    """The net total the buyer expects, charges and allowances in it; None where none is stated."""
    try:
        net = _total(root, "TaxExclusiveAmount")
        if net is not None:
            return net
        lines = _total(root, "LineExtensionAmount")
        return None if lines is None else lines + _stated_charges(root)
    except BusinessError as problem:
        problems.append(problem.message)
        return None


def _total(root: Any, name: str) -> Decimal | None:
    found = text(root, _TOTAL + name)
    return number(found, what=_("total, %(name)s") % {"name": name}) if found else None


def _stated_charges(root: Any) -> Decimal:
    """Charges less allowances as the totals state them, else as they sum up."""
    added, taken = _total(root, "ChargeTotalAmount"), _total(root, "AllowanceTotalAmount")
    if added is not None or taken is not None:
        return (added or ZERO) - (taken or ZERO)
    return sum(
        (_signed(element) for element in root.findall("cac:AllowanceCharge", NS)), start=ZERO
    )


def _signed(element: Any) -> Decimal:
    try:
        amount = number(text(element, "cbc:Amount"), what="Amount")
    except BusinessError:
        return ZERO  # named where the charge itself is read
    return amount if text(element, "cbc:ChargeIndicator") in _YES else -amount


def _charge(root: Any, element: Any, currency: str, place: str) -> ChargeDraft | None:
    """One charge or allowance, or None where it comes to nothing."""
    is_charge = _is_charge(element, place)
    amount = _amount(element, currency, place)
    rate = _rate(root, element, amount, place)
    if not (amount or rate):
        return None
    code = text(element, "cbc:AllowanceChargeReasonCode")
    return ChargeDraft(
        reason_code=code if code in _KNOWN[is_charge] else _OTHER[is_charge],
        amount=None if rate else amount,
        rate=rate,
        text=text(element, "cbc:AllowanceChargeReason")[:100],
    )


def _is_charge(element: Any, place: str) -> bool:
    said = text(element, "cbc:ChargeIndicator")
    if said not in (*_YES, "false", "0"):
        raise InvalidInput(
            "ubl.charge_indicator",
            _("%(place)s: ChargeIndicator “%(found)s” says neither true (a charge) nor false (an"
              " allowance).") % {"place": place, "found": said[:20]},
        )  # fmt: skip
    return said in _YES


def _amount(element: Any, currency: str, place: str) -> Decimal | None:
    found = element.find("cbc:Amount", NS)
    if found is None:
        return None
    what = _("%(place)s, Amount") % {"place": place}
    stated = found.get("currencyID", currency).upper()
    if currency and stated != currency:
        raise InvalidInput(
            "ubl.currency",
            _("%(what)s: it is in %(found)s, the order in %(currency)s. An order has one currency.")
            % {"what": what, "found": stated, "currency": currency},
        )
    return not_negative(number(text(element, "cbc:Amount"), what=what), what=what)


def _rate(root: Any, element: Any, amount: Decimal | None, place: str) -> Decimal | None:
    """The percentage as a fraction, where it is one of all lines; else its amount counts.

    ``MultiplierFactorNumeric`` is a percentage (3 is 3 %). It goes with another base than the
    lines, or with an amount that it does not explain, only as that amount.
    """
    factor = text(element, "cbc:MultiplierFactorNumeric")
    if not factor:
        return None
    what = _("%(place)s, MultiplierFactorNumeric") % {"place": place}
    rate = not_negative(number(factor, what=what), what=what) / 100
    lines = _total(root, "LineExtensionAmount")
    base = text(element, "cbc:BaseAmount")
    base_amount = number(base, what=f"{place}, BaseAmount") if base else lines
    if amount is None:
        return rate.quantize(_MILLIONTH)
    is_of_lines = (lines is None or base_amount == lines) and rate == rate.quantize(_MILLIONTH)
    explains = base_amount is None or abs(cents(base_amount * rate) - amount) <= CENT
    return rate if is_of_lines and explains else None
