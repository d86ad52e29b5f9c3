"""Pictures of credit: how far limits are used, and what became of holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.models import Company
from customers.models import Customer
from reporting.drawn.links import link
from reporting.pictures import Picture, Series
from reporting.reads.risk import HOLD_WEEKS, LimitUse, hold_weeks, limit_use
from reporting.sheets import Column

EXPOSURE = gettext_lazy(
    "The customers who owe most: overdue, not yet due, and released orders and shipments that are"
    " not invoiced yet; unapplied cash and credits not deducted. Beside it the limit and how much"
    " of it is used."
)
HOLDS = gettext_lazy("Orders stopped by the credit check, by the week of the hold and its outcome.")


def exposure_picture(company: Company, *, today: date) -> Picture:
    """Ten customers with the largest exposure, by its parts."""
    rows = limit_use(company, on=today)[:10]
    over = sum(1 for row in rows if row.use is not None and row.use > 1)
    limit = Column(_("Limit, %(currency)s") % {"currency": company.currency}, is_amount=True)
    uses = [None if row.use is None else (row.use * 100).quantize(Decimal("0.1")) for row in rows]
    words = _("%(count)s of the ten largest are over their limit")
    return Picture(
        key="exposure",
        title=_("Largest exposures"),
        definition=EXPOSURE,
        heading=_("Customer"),
        categories=[row.name for row in rows],
        series=_exposure_series(rows, company.currency),
        currency=company.currency,
        layout="rows",
        headline=words % {"count": formats.figure(over)} if over else "",
        empty_text=_("Nobody owes us anything."),
        is_tall=True,
        extra=[
            (limit, [row.limit_amount for row in rows]),
            (Column(_("Used, %"), is_number=True, places=1), uses),
        ],
    )


def _exposure_series(rows: Sequence[LimitUse], currency: str) -> list[Series]:
    """Overdue, not due, and what is on its way; the last part carries the whole in words."""
    parts = (
        (_("Overdue"), [row.exposure.overdue_amount for row in rows], "red"),
        (_("Not due"), [row.exposure.not_due_amount for row in rows], "blue"),
        (
            _("Ordered and shipped"),
            [row.exposure.ordered_amount + row.exposure.shipped_amount for row in rows],
            "neutral",
        ),
    )
    wholes = [sum(amounts, Decimal(0)) for amounts in zip(*(p[1] for p in parts), strict=True)]
    totals = [formats.amount(whole, currency) for whole in wholes]
    urls = [Customer(pk=row.customer_id).get_absolute_url() for row in rows]
    drawn = [Series(label, values, family, (), urls, "owed") for label, values, family in parts]
    return [*drawn[:-1], replace(drawn[-1], is_labelled=True, labels=totals)]


def holds_picture(company: Company, *, today: date) -> Picture:
    """Holds of the last weeks by what became of them."""
    weeks = hold_weeks(company, as_of=today)
    starts = [today - timedelta(days=7 * back + 6) for back in reversed(range(HOLD_WEEKS))]
    outcomes = (
        ("open", _("Waiting"), "amber"),
        ("cleared", _("Cleared by itself"), "teal"),
        ("released", _("Released"), "green"),
        ("rejected", _("Rejected"), "red"),
    )
    held = sum(weeks.values())
    return Picture(
        key="holds",
        title=_("Credit holds by week"),
        definition=HOLDS,
        heading=_("Week from"),
        categories=[formats.day_and_month(start) for start in starts],
        series=[
            Series(
                label,
                [Decimal(weeks.get((start, state), 0)) for start in starts],
                family,
                stack="holds",
            )
            for state, label, family in outcomes
        ],
        unit="count",
        headline=_("%(count)s orders held in %(weeks)s weeks")
        % {"count": formats.figure(held), "weeks": HOLD_WEEKS}
        if held
        else "",
        more_url=link("credit:holds"),
        empty_text=_("The credit check stopped no order in these weeks."),
        is_tall=True,
        has_total=True,
    )
