"""Charges and allowances on a whole order: from what was entered to rows by VAT rate, and back.

Plain arithmetic over unsaved rows, no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from o2c.money import ZERO, TaxableLine, cents, split, totals
from orders.draft import ChargeDraft
from orders.models import OrderCharge, OrderLine

MOST = 20
Key = tuple[str, Decimal]
"""VAT category and rate."""


def charge_problems(drafts: Sequence[ChargeDraft], lines: Sequence[OrderLine]) -> list[str]:
    """What is wrong with charges of these lines, in words with the value and the remedy."""
    problems = []
    if len(drafts) > MOST:
        problems.append(
            _("%(count)d charges and discounts are more than the %(most)d an order may have.")
            % {"count": len(drafts), "most": MOST}
        )
    for draft in drafts:
        problems += _problems_of(draft)
    if not problems:
        problems += _beyond(drafts, lines)
    return problems


def _beyond(drafts: Sequence[ChargeDraft], lines: Sequence[OrderLine]) -> list[str]:
    """No VAT rate's discounts may take off more than its lines come to, nor all of them."""
    discounts = [draft for draft in drafts if not draft.is_charge]
    worth = [(_net(lines), sum((_of(draft, _net(lines)) for draft in discounts), ZERO))]
    rows = charge_rows(discounts, lines)
    for key, _note, net in _bases(lines):
        own = [row.amount for row in rows if (row.vat_category, row.vat_rate) == key]
        worth.append((net, sum(own, ZERO)))
    return [
        _("Discounts of %(taken)s are more than the lines come to (%(net)s net).")
        % {"taken": formats.amount(taken), "net": formats.amount(net)}
        for net, taken in worth
        if taken > net
    ][:1]


def _of(draft: ChargeDraft, net: Decimal) -> Decimal:
    return cents((draft.rate or ZERO) * net) + (draft.amount or ZERO)


def _problems_of(draft: ChargeDraft) -> list[str]:
    name = _name(draft)
    if draft.reason_code not in OrderCharge.Reason.values:
        return [_("“%(code)s” is no reason for a charge or discount.") % {"code": name}]
    if (draft.amount is None) == (draft.rate is None):
        return [_("%(what)s: give either an amount or a percentage.") % {"what": name}]
    if draft.amount is not None and not ZERO < draft.amount == cents(draft.amount):
        return [
            _("%(what)s: %(amount)s is no amount above nothing with two decimals.")
            % {"what": name, "amount": formats.figure(draft.amount, most=6)}
        ]
    if draft.rate is not None and not 0 < draft.rate <= 1:
        return [
            _("%(what)s: %(rate)s %% is not between 0 and 100.")
            % {"what": name, "rate": formats.figure(draft.rate * 100, most=4)}
        ]
    if draft.spread not in OrderCharge.Spread.values:
        return [_("%(what)s: “%(spread)s” is unknown.") % {"what": name, "spread": draft.spread}]
    return []


def _name(draft: ChargeDraft) -> str:
    known = dict(OrderCharge.Reason.choices)
    return draft.text.strip() or str(known.get(draft.reason_code, draft.reason_code[:20]))


def charge_rows(drafts: Iterable[ChargeDraft], lines: Sequence[OrderLine]) -> list[OrderCharge]:
    """Rows (unsaved, without their order) for what was entered: one per VAT category and rate.

    An amount falls on the rates in proportion to their lines' nets, to the cent; a percentage is
    taken of each rate's lines. Rates whose lines come to nothing bear nothing.
    """
    rows: list[OrderCharge] = []
    bases = _bases(lines)
    for entry, draft in enumerate(drafts, start=1):
        parts = _parts(draft, [net for _key, _note, net in bases])
        for ((category, rate), note, net), amount in zip(bases, parts, strict=True):
            if amount == 0 and len(bases) > 1:
                continue
            rows.append(
                OrderCharge(
                    position=len(rows) + 1,
                    entry=entry,
                    is_charge=draft.is_charge,
                    reason_code=draft.reason_code,
                    reason=" ".join(draft.text.split())[:100],
                    rate=draft.rate,
                    base_amount=net if draft.rate is not None else None,
                    amount=amount,
                    vat_category=category,
                    vat_rate=rate,
                    vat_note=note,
                    spread=_spread(draft),
                )
            )
    return rows


def _spread(draft: ChargeDraft) -> str:
    if draft.rate is not None:
        return OrderCharge.Spread.PRO_RATA
    if not draft.is_charge and draft.spread == OrderCharge.Spread.LAST:
        return OrderCharge.Spread.PRO_RATA  # the last invoice may be worth less than the discount
    return draft.spread


def _bases(lines: Sequence[OrderLine]) -> list[tuple[tuple[str, Decimal], str, Decimal]]:
    """VAT category and rate, the note that goes with them, and the net of their lines."""
    notes = {(line.vat_category, line.vat_rate.normalize()): line.vat_note for line in lines}
    return [
        ((row.vat_category, row.vat_rate), notes[row.vat_category, row.vat_rate], row.net_amount)
        for row in totals(
            TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines
        ).vat_rows
    ]


def _parts(draft: ChargeDraft, nets: list[Decimal]) -> list[Decimal]:
    if draft.rate is not None:
        return [cents(net * draft.rate) for net in nets]
    return split(draft.amount or ZERO, nets) if nets else []


def nets_by_rate(lines: Iterable[OrderLine]) -> dict[Key, Decimal]:
    """VAT category and rate -> the net of the lines."""
    return {key: net for key, _note, net in _bases(list(lines))}


def follow_lines(
    charges: Sequence[OrderCharge], lines: Sequence[OrderLine], *, before: Mapping[Key, Decimal]
) -> list[OrderCharge]:
    """Percentages and discounts of lines that became less; the rows that changed.

    ``before`` are the nets by rate until now. A percentage has a new base and amount; a discount
    that each invoice shares keeps its share; another is at most what the lines still come to.
    """
    room = nets_by_rate(lines)
    nets = dict(room)
    changed = []
    for charge in sorted(charges, key=lambda one: one.rate is None):
        key = (charge.vat_category, charge.vat_rate.normalize())
        base, amount = nets.get(key, ZERO), charge.amount
        if charge.rate is not None:
            amount = cents(base * charge.rate)
        elif not charge.is_charge:
            if charge.spread == OrderCharge.Spread.PRO_RATA and before.get(key):
                amount = cents(amount * base / before[key])
            amount = min(amount, max(room.get(key, ZERO), ZERO))
        if not charge.is_charge:
            room[key] = room.get(key, ZERO) - amount
        is_rebased = charge.rate is not None and charge.base_amount != base
        if is_rebased or amount != charge.amount:
            charge.base_amount = base if charge.rate is not None else None
            charge.amount = amount
            changed.append(charge)
    return changed


def drafts_of(charges: Iterable[OrderCharge]) -> tuple[ChargeDraft, ...]:
    """What was entered, from its rows."""
    entries: dict[int, list[OrderCharge]] = {}
    for charge in charges:
        entries.setdefault(charge.entry, []).append(charge)
    return tuple(
        ChargeDraft(
            reason_code=rows[0].reason_code,
            amount=sum((row.amount for row in rows), ZERO) if rows[0].rate is None else None,
            rate=rows[0].rate,
            text=rows[0].reason,
            spread=rows[0].spread,
        )
        for rows in entries.values()
    )


def _net(lines: Sequence[OrderLine]) -> Decimal:
    return sum((line.net_amount for line in lines), ZERO)
