"""Up to when each area of the books is closed to an act, and the word that lets it post late."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateField, F, Func, QuerySet, Value
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import day as day_words
from core.models import Company, User
from core.services import atomic_verb, record_event
from o2c.errors import Conflict, InvalidInput
from receivables.models import Area, BooksClosing, LatePosting, Strength
from receivables.rules.areas import AREAS, area_of

Closed = Mapping[str, date | None]


def _until(area: str) -> Func:
    return Func(F("pk"), Value(area), function="receivables_closed_until", output_field=DateField())


_ARRAY = Func(
    *(_until(area) for area in AREAS),
    template="ARRAY[%(expressions)s]",
    output_field=ArrayField(DateField(null=True)),
)


def closed_days(company: Company) -> QuerySet[Company, list[date | None]]:
    """The days of ``AREAS`` in their order, as the database tells them to this transaction."""
    return Company.objects.filter(pk=company.pk).values_list(_ARRAY, flat=True)


def closed_by_area(days: Iterable[date | None]) -> Closed:
    """Area -> day up to which nothing is posted in it by this act."""
    return dict(zip(AREAS, days, strict=True))


def require_open_days(closed: Closed, postings: Iterable[tuple[str, date]]) -> None:
    """Refuse (source key, day) pairs in closed days; the database would refuse them too."""
    late = [
        (posted_on, until)
        for source_key, posted_on in postings
        if (until := closed[area_of(source_key)]) and posted_on <= until
    ]
    if late:
        posted_on, until = min(late)
        raise Conflict(
            "ledger.period_closed",
            _("The books are closed until %(closed)s; nothing can be posted on %(day)s.")
            % {"closed": day_words(until), "day": day_words(posted_on)},
        )


def is_softly_closed(company: Company, *, on: date) -> bool:
    """Whether some area takes postings on a day only with a reason."""
    rows = BooksClosing.objects.filter(company=company, strength=Strength.SOFT)
    newest = rows.order_by("area", "-pk").distinct("area")
    return any(row.closed_until >= on for row in newest)


@atomic_verb
def post_late(company: Company, *, area: str, reason: str, by: Actor, on: date) -> LatePosting:
    """Let this act post into softly closed days of an area; it says who and why.

    Call it in the transaction of the act that posts. Hard closings stay closed. Raises
    ``PermissionMissing``; ``InvalidInput`` without a reason.
    """
    require(by, "receivables.post_late", company.pk)
    if not isinstance(by, User):
        raise InvalidInput("closing.person", _("Only a person can decide to post late."))
    if not reason.strip():
        raise InvalidInput("closing.late", _("Posting late needs a reason."), field="late_reason")
    late = LatePosting.objects.create(
        company=company, area=Area(area), reason=reason.strip()[:200], posted_by=by
    )
    record_event("books.posted_late", late, by=by, on=on, label=str(late), reason=late.reason)
    return late
