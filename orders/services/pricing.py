"""Price and VAT of planned lines, for a whole batch with four statements at most.

The line records how its price came about. A price a person enters counts. A price in a customer's
file is a claim: where we have a price of our own, ours counts and the difference is a warning;
where we have none, the file's price is taken and marked as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.services import (
    FoundPrice,
    PriceRequest,
    VatRequest,
    VatTreatment,
    prices_for,
    vats_for,
)
from core.models import Company
from customers.models import Customer
from o2c.errors import InvalidInput
from orders.models import OrderLine
from orders.services.totals import figures

if TYPE_CHECKING:
    from orders.services.planning import LinePlan

Source = OrderLine.PriceSource
_NOTE = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """A planned line with what price and VAT depend on; the goods go to ``ship_to_country``."""

    customer: Customer
    currency: str
    plan: "LinePlan"
    ship_to_country: str = ""
    is_keyed: bool = True

    @property
    def line(self) -> OrderLine:
        """The unsaved line."""
        if self.plan.line is None:
            raise ValueError("a line without an article has no price")
        return self.plan.line


def price_all(company: Company, wanted: Sequence[Wanted], *, on: date) -> None:
    """Set price, source, VAT and net of every line, or its plan's problem."""
    found = prices_for(
        [
            PriceRequest(one.line.product_id, one.customer.pk, one.currency, one.line.quantity, on)
            for one in wanted
        ]
    )
    for one, price in zip(wanted, found, strict=True):
        _set_price(one, price)
    _set_vat(company, [one for one in wanted if not one.plan.problem], on)
    for one in wanted:
        if not one.plan.problem:
            one.line.net_amount = figures(one.line).net_amount


def _set_price(one: Wanted, ours: FoundPrice | None) -> None:
    line, stated = one.line, one.plan.draft.unit_price
    line.unit_price = Decimal(0)
    if stated is not None and one.is_keyed:
        line.unit_price, line.price_source = stated, Source.MANUAL
        line.price_note = (
            _("list price %(price)s") % {"price": _plain(ours.unit_price)} if ours else ""
        )
    elif ours is not None:
        line.unit_price, line.price_source = ours.unit_price, Source(ours.source)
        line.price_note = ours.note[:_NOTE]
        if stated is not None and stated != ours.unit_price:
            _warn_of_difference(one, stated, ours.unit_price)
    elif stated is not None:
        line.unit_price, line.price_source = stated, Source.IMPORTED
        _warn(one, _("%(article)s has no price of ours; the file's %(price)s is taken."), stated)
    else:
        _refuse(
            one,
            _("%(where)s%(article)s has no price in %(currency)s for %(quantity)s %(unit)s. Enter"
              " one, or add it to a price list.")
            % {"where": _where(one), "article": line.product.number, "currency": one.currency,
               "quantity": f"{line.quantity:f}", "unit": line.product.unit},
        )  # fmt: skip


def _warn_of_difference(one: Wanted, stated: Decimal, ours: Decimal) -> None:
    words = _("%(article)s: ordered at %(price)s, our price %(ours)s is used.")
    _warn(one, words, stated, ours=_plain(ours))
    note = _("ordered at %(price)s") % {"price": _plain(stated)}
    one.line.price_note = f"{one.line.price_note} · {note}"[:_NOTE]


def _warn(one: Wanted, words: str, price: Decimal, **facts: object) -> None:
    given = {"article": one.line.product.number, "price": _plain(price), **facts}
    one.plan.warning = _where(one) + words % given


def _plain(value: Decimal) -> str:
    """At least two decimals, no needless zeros beyond: 86.00, 1.725."""
    least = value.quantize(Decimal("0.01"))
    return f"{least:f}" if least == value else f"{value.normalize():f}"


def _refuse(one: Wanted, problem: str) -> None:
    one.plan.problem, one.plan.code = problem, "price"


def _where(one: Wanted) -> str:
    return f"{one.plan.draft.place}: " if one.plan.draft.place else ""


def _set_vat(company: Company, wanted: Sequence[Wanted], on: date) -> None:
    requests = [
        VatRequest.of(
            one.line.product,
            seller=company,
            customer=one.customer,
            on=on,
            ship_to_country=one.ship_to_country,
        )
        for one in wanted
    ]
    try:
        treatments: list[VatTreatment | None] = list(vats_for(requests))
    except InvalidInput:
        # Some line lacks a rate: find out which, so that the others of the batch go on.
        treatments = [_vat_or_problem(one, r) for one, r in zip(wanted, requests, strict=True)]
    for one, vat in zip(wanted, treatments, strict=True):
        if vat is not None:
            one.line.vat_category, one.line.vat_rate = vat.category, vat.rate
            one.line.vat_note = vat.exemption_text[:200]


def _vat_or_problem(one: Wanted, request: VatRequest) -> VatTreatment | None:
    try:
        return vats_for([request])[0]
    except InvalidInput as problem:
        _refuse(one, _where(one) + problem.message)
        return None
