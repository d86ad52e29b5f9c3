"""The worklist: what waits for a person, since when, worth how much.

One aggregate a queue; queues that are only counted share one statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Sum, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import formats
from core.models import Company, User
from reporting.queues import OTHERS, QUEUES, Queue
from reporting.reads.promises import promises


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as shown: ``age`` is how long its oldest row has waited, in words."""

    key: str
    label: str | Promise
    icon: str
    url: str
    count: int
    since: date | datetime | None
    amounts: list[tuple[str, Decimal]]
    age: str = ""
    is_hidden: bool = False


def worklist(company: Company, user: User, *, now: datetime | None = None) -> list[Waiting]:
    """The person's queues in process order; an empty queue stays in its place."""
    now = now or timezone.now()
    seen = [queue for queue in QUEUES if user.may(queue.right, company.pk)]
    counted = _count_together([queue for queue in seen if not queue.amount], company, user)
    found = [_look(queue, company, user, now, counted) for queue in seen]
    if user.may("dunning.send", company.pk):
        found.insert(len(found) - 2, _broken_promises(company, now))
    return found


def _broken_promises(company: Company, now: datetime) -> Waiting:
    """Promises to pay that were not kept: the customer is to be called again."""
    today, currency = localtime(now).date(), company.currency
    rows = [
        row
        for row in promises(company, as_of=today, currency=currency)
        if row.state(today) == "broken"
    ]
    since = min((row.promised_on for row in rows), default=None)
    total = sum((row.expected_amount for row in rows), Decimal(0))
    return Waiting(
        key="promises",
        label=_("Promises broken"),
        icon="calendar-x",
        url=f"{reverse('reporting:promises')}?state=broken",
        count=len(rows),
        since=since,
        amounts=[(currency, total)] if rows else [],
        age=_age(since, now),
    )


def others(company: Company, user: User, *, now: datetime) -> list[Waiting]:
    """What waits for other people; empty queues are left out."""
    seen = [queue for queue in OTHERS if user.may(queue.right, company.pk)]
    return [row for row in (_look(queue, company, user, now) for queue in seen) if row.count]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a person likes their queues: the order of their keys, and which are hidden."""

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()

    @classmethod
    def read(cls, written: Sequence[str]) -> "Arrangement":
        """From what is kept: keys in order, a hidden one after a minus."""
        return cls(
            tuple(key.lstrip("-") for key in written),
            frozenset(key[1:] for key in written if key.startswith("-")),
        )

    def written(self) -> list[str]:
        """As it is kept."""
        return [f"-{key}" if key in self.hidden else key for key in self.order]

    def ordered(self, keys: Sequence[str]) -> "Arrangement":
        """The same with exactly these keys in this order."""
        return Arrangement(tuple(keys), self.hidden & frozenset(keys))

    def arrange(self, queues: Sequence[Waiting]) -> list[Waiting]:
        """The queues in the person's order; one never seen before keeps its place at the end."""
        place = {key: n for n, key in enumerate(self.order)}
        last = len(place)
        found = sorted(queues, key=lambda queue: place.get(queue.key, last))
        return [replace(queue, is_hidden=queue.key in self.hidden) for queue in found]

    def act(self, key: str, act: str) -> "Arrangement":
        """``hide``, ``show``, ``up`` or ``down`` one queue; anything else changes nothing."""
        at, order = self.order.index(key), list(self.order)
        match act:
            case "hide":
                return replace(self, hidden=self.hidden | {key})
            case "show":
                return replace(self, hidden=self.hidden - {key})
            case "up" if at > 0:
                order[at - 1], order[at] = order[at], order[at - 1]
            case "down" if at < len(order) - 1:
                order[at + 1], order[at] = order[at], order[at + 1]
        return replace(self, order=tuple(order))


@dataclass(frozen=True, slots=True)
class Next:
    """The next thing that happens by itself."""

    label: str | Promise
    at: datetime


def what_is_next(company: Company, user: User, *, now: datetime) -> Next | None:
    """When reminders are proposed next, for those who see them (``o2c.celery``: five o'clock)."""
    if not user.may("dunning.view", company.pk):
        return None
    at = now.astimezone(UTC).replace(hour=5, minute=0, second=0, microsecond=0)
    return Next(_("reminders are proposed"), at if at > now else at + timedelta(days=1))


def _count_together(
    queues: Sequence[Queue], company: Company, user: User
) -> dict[str, dict[str, Any]]:
    """Count and oldest of several queues by key, in one statement; empty ones are left out."""
    sets = [
        queue.rows(company, user)
        .order_by()
        .values(queue=Value(queue.key))
        .annotate(**_figures(queue))
        for queue in queues
    ]
    return {row["queue"]: row for row in sets[0].union(*sets[1:], all=True)} if sets else {}


def _figures(queue: Queue) -> dict[str, Any]:
    return {"count": Count("pk", distinct=True), "since": Min(F(queue.since))}


def _look(
    queue: Queue,
    company: Company,
    user: User,
    now: datetime,
    counted: Mapping[str, dict[str, Any]] | None = None,
) -> Waiting:
    """A queue as it stands; amounts of two currencies are never added."""
    rows = queue.rows(company, user).order_by()
    if queue.amount:
        rows = rows.values(in_currency=F(queue.currency)).order_by("in_currency")
        found = list(rows.annotate(**_figures(queue), total=Sum(queue.amount)))
    elif counted is not None:
        found = [counted[queue.key]] if queue.key in counted else []
    else:
        found = [rows.aggregate(**_figures(queue))]
    since = min((row["since"] for row in found if row["since"]), default=None)
    return Waiting(
        key=queue.key,
        label=queue.label,
        icon=queue.icon,
        url=reverse(queue.url_name) + (f"?{queue.query}" if queue.query else ""),
        count=sum(row["count"] for row in found),
        since=since,
        amounts=[(row["in_currency"], row["total"]) for row in found if queue.amount],
        age=_age(since, now),
    )


def _age(since: date | datetime | None, now: datetime) -> str:
    """How long the oldest has waited; whole days where only the day is known."""
    if since is None:
        return ""
    if isinstance(since, datetime):
        return formats.waiting(since, now)
    days = (localtime(now).date() - since).days
    return _now("today") if days <= 0 else _now("%(days)s d") % {"days": days}
