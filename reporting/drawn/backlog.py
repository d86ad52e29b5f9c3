"""Pictures of what is to ship: for the rep, for the warehouse."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.models import Company, User
from reporting.drawn.links import link
from reporting.pictures import Picture, Series
from reporting.reads.backlog import DAYS, Standing, own_orders, to_pick_days, waiting_products
from reporting.sheets import Column

OWN = gettext_lazy(
    "Your orders that are held or not yet shipped in full, by the day they are wanted; whole orders"
    " at their gross totals."
)
TO_SHIP = gettext_lazy("Released orders with stock reserved, by the day the customer wants them.")
WAITING = gettext_lazy("Lines of released orders that lack stock, by article.")


def own_orders_picture(company: Company, user: User, *, today: date) -> Picture:
    """How the rep's own orders stand."""
    found = own_orders(company, user, today=today)
    soon = today + timedelta(days=DAYS - 1)
    places: tuple[tuple[str, str, str, dict[str, object]], ...] = (
        ("held", _("On hold"), "amber", {"state": "on_hold"}),
        ("late", _("Late"), "red", {"to_ship": 1, "wanted_until": today - timedelta(days=1)}),
        ("week", _("7 days"), "blue", {"to_ship": 1, "wanted_from": today, "wanted_until": soon}),
        ("later", _("Later"), "blue", {"to_ship": 1, "wanted_from": soon + timedelta(days=1)}),
        ("no_day", _("No day"), "neutral", {}),
    )
    rows = [found.get(key, Standing(0, Decimal(0))) for key, *_rest in places]
    return Picture(
        key="own",
        title=_("My open orders"),
        definition=OWN,
        heading=_("Wanted"),
        categories=[label for _key, label, _family, _query in places],
        series=[
            Series(
                _("Orders, gross"),
                [row.amount for row in rows],
                families=[family for _key, _label, family, _query in places],
                urls=[
                    link("orders:list", mine=1, **query) if query else "" for *_k, query in places
                ],
                is_labelled=True,
            )
        ],
        currency=company.currency,
        headline=_late_words(found.get("late"), company.currency),
        more_url=link("orders:list", open=1, mine=1),
        empty_text=_("None of your orders is open."),
        has_total=True,
        extra=[(Column(_("Orders"), is_number=True), [row.count for row in rows])],
    )


def _late_words(late: Standing | None, currency: str) -> str:
    if late is None:
        return ""
    amount = formats.amount(late.amount, currency)
    return _("%(count)s late, worth %(amount)s") % {
        "count": formats.figure(late.count),
        "amount": amount,
    }


def to_ship_picture(company: Company, *, today: date) -> Picture:
    """Orders to pick by wanted day."""
    found = to_pick_days(company)
    days = [today + timedelta(days=n) for n in range(DAYS)]
    late = sum(count for day, count in found.items() if day and day < today)
    later = sum(count for day, count in found.items() if day is None or day > days[-1])
    counts = [late, *[found.get(day, 0) for day in days], later]
    yesterday = today - timedelta(days=1)
    urls = [link("fulfillment:to_pick", wanted_until=yesterday)]
    urls += [link("fulfillment:to_pick", wanted_from=day, wanted_until=day) for day in days]
    return Picture(
        key="to-ship",
        title=_("To pick by wanted day"),
        definition=TO_SHIP,
        heading=_("Wanted"),
        categories=[_("Late"), *[formats.day_and_month(day) for day in days], _("Later")],
        series=[
            Series(
                _("Orders"),
                [Decimal(count) for count in counts],
                families=("red", "amber", *["blue"] * (DAYS - 1), "neutral"),
                urls=urls,
                is_labelled=True,
            )
        ],
        unit="count",
        headline=_("%(count)s orders can be picked, %(late)s of them late")
        % {"count": formats.figure(sum(counts)), "late": formats.figure(late)}
        if any(counts)
        else "",
        more_url=link("fulfillment:to_pick"),
        empty_text=_("Nothing to pick: every released order is on its way or waits for stock."),
        has_total=True,
    )


def waiting_picture(company: Company) -> Picture:
    """Articles that lines wait for."""
    rows = waiting_products(company, most=10)
    return Picture(
        key="waiting",
        title=_("Waiting for stock"),
        definition=WAITING,
        heading=_("Article"),
        categories=[f"{row.number} {row.name}" for row in rows],
        series=[
            Series(
                _("Lines"),
                [Decimal(row.lines) for row in rows],
                "amber",
                urls=[link("fulfillment:backorders", q=row.number) for row in rows],
                is_labelled=True,
            )
        ],
        unit="count",
        layout="rows",
        more_url=link("fulfillment:backorders"),
        empty_text=_("No order line waits for stock."),
        has_total=True,
    )
