"""Many random invoices, credited bit by bit: all credits together are the invoice.

``CREDITED_INVOICES=100000`` looks at more; the first ten thousand are the same.
"""

import os
import random
from decimal import Decimal

from invoicing.rules import credit_net, credit_vat, share_nets
from o2c.money import CENT, TaxableLine, line_net, totals

INVOICES = int(os.environ.get("CREDITED_INVOICES", "10000"))
RATES = [Decimal(rate) for rate in ("0.19", "0.07", "0.25", "0.12", "0.06", "0")]
ZERO = Decimal(0)


def _line(draw: random.Random) -> tuple[Decimal, Decimal, Decimal]:
    """Quantity, net, rate."""
    quantity = Decimal(draw.randint(1, 5000)) / draw.choice((1, 10, 1000))
    price = Decimal(draw.randint(0, 10**7)) / 10 ** draw.randint(2, 6)
    discount = Decimal(draw.choice((0, 0, 5, 33))) / 100
    return quantity, line_net(quantity, price, discount_rate=discount), draw.choice(RATES)


class Credited:
    """A line and what was credited of it, by the rules as the verb uses them."""

    def __init__(self, quantity: Decimal, net: Decimal) -> None:
        self.quantity, self.net = quantity, net
        self.taken = self.by_quantity = self.credited = ZERO

    def give_back(self, wanted: Decimal) -> Decimal:
        """Credit a quantity; the net it takes."""
        net = credit_net(
            self.net,
            self.quantity,
            credited_quantity=self.taken,
            credited_by_quantity=self.by_quantity,
            credited_net=self.credited,
            wanted=wanted,
        )
        self.taken += wanted
        self.by_quantity += net
        self.credited += net
        return net

    def lower(self, net: Decimal) -> Decimal:
        """Credit money alone."""
        self.credited += net
        return net


def _some(draw: random.Random, line: Credited) -> Decimal:
    """A credit of a part of the line: by quantity, or by money alone."""
    left = line.quantity - line.taken
    if draw.random() < 0.3 and line.net > line.credited:
        cents = int((line.net - line.credited) / CENT)
        return line.lower(draw.randint(1, cents) * CENT)
    part = (left * draw.randint(1, 9) / 10).quantize(Decimal("0.001"))
    return line.give_back(part) if 0 < part < left else ZERO


def _credits(draw: random.Random, lines: list[Credited]) -> list[list[Decimal]]:
    """The nets per line of some credits in parts, and of the last one, which takes the rest."""
    notes = [[_some(draw, line) for line in lines] for _ in range(draw.randint(0, 3))]
    return [*notes, [line.give_back(line.quantity - line.taken) for line in lines]]


def test_all_credits_of_an_invoice_are_the_invoice_per_vat_rate() -> None:
    draw = random.Random(4)
    for _ in range(INVOICES):
        drawn = [_line(draw) for _ in range(draw.randint(1, 3))]
        lines = [Credited(quantity, net) for quantity, net, _rate in drawn]
        notes = _credits(draw, lines)
        rates = [rate for _quantity, _net, rate in drawn]
        invoice = totals(TaxableLine(net, "S", rate) for _q, net, rate in drawn)
        for row in invoice.vat_rows:
            net_so_far = vat_so_far = ZERO
            for note in notes:
                mine = [n for n, at in zip(note, rates, strict=True) if at == row.vat_rate]
                net = sum(mine, ZERO)
                assert min(mine) >= 0
                vat = credit_vat(
                    net, row.vat_rate, credited_net=net_so_far, credited_vat=vat_so_far
                )
                assert vat >= 0
                assert abs(vat - net * row.vat_rate) <= CENT
                net_so_far, vat_so_far = net_so_far + net, vat_so_far + vat
            assert (net_so_far, vat_so_far) == (row.net_amount, row.vat_amount), drawn


def test_vat_of_deposits_and_final_invoice_is_owed_once() -> None:
    """Whatever the shares: VAT of deposits and rest is that of the whole, but for asked cents."""
    draw = random.Random(5)
    for _ in range(INVOICES):
        net = Decimal(draw.randint(1, 10**8)) / 100
        rate = draw.choice(RATES)
        whole = totals([TaxableLine(net, "S", rate)])
        left = Decimal(1)
        asked_net = asked_vat = before = ZERO
        for _ in range(draw.randint(1, 5)):
            share = (left * draw.randint(1, 10) / 10).quantize(Decimal("0.01"))
            (part,) = share_nets([net], share, before=before)
            deposit = totals([TaxableLine(part, "S", rate)])
            asked_net, asked_vat = asked_net + part, asked_vat + deposit.vat_amount
            before, left = before + share, left - share
        deducted = min(asked_vat, whole.vat_amount)
        rest_vat = whole.vat_amount - deducted
        assert asked_net <= net
        assert asked_vat + rest_vat == max(whole.vat_amount, asked_vat)
        assert asked_vat - whole.vat_amount <= 3 * CENT
        if left == 0:
            assert asked_net == net
