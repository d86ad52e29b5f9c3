"""Close the books up to a day; the database refuses postings there from then on."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, notify, people_with, record_event
from o2c.errors import Conflict, InvalidInput
from receivables.models import Area, BooksClosing, Reopening, Strength


@atomic_verb
def close_books(
    company: Company,
    *,
    until: date,
    by: Actor,
    on: date,
    reason: str = "",
    area: str = Area.ALL,
    strength: str = Strength.HARD,
    checks: Sequence[dict[str, object]] = (),
) -> BooksClosing:
    """Close every day of an area up to and including ``until``; ``checks`` are kept with it.

    Raises ``InvalidInput`` for a day in the future, ``Conflict`` when it is closed until that day
    already or until a later one: going back takes two people (``propose_reopening``).
    """
    require(by, "receivables.close_period", company.pk)
    _lock(company.pk)
    if until >= on:
        raise InvalidInput(
            "closing.future", _("Only days that are over can be closed."), field="until"
        )
    last = last_closing(company, area, strength)
    words = {"day": formats.day(until)}
    if last and last.closed_until == until:
        raise Conflict("closing.known", _("The books are closed until %(day)s already.") % words)
    if last and last.closed_until > until:
        raise Conflict(
            "closing.back",
            _(
                "The books are closed until %(last)s; going back to %(day)s takes two people:"
                " propose a reopening with its reason, somebody else approves it."
            )
            % {**words, "last": formats.day(last.closed_until)},
        )
    return _write(company, area, strength, until, by, on, reason=reason, checks=list(checks))


def last_closing(company: Company, area: str, strength: str) -> BooksClosing | None:
    """The closing that counts of an area and strength."""
    rows = BooksClosing.objects.filter(company=company, area=area, strength=strength)
    return rows.order_by("-pk").first()


def _lock(company_id: int) -> None:
    """No key lock: postings this waits for refer to the company when they commit."""
    Company.objects.select_for_update(no_key=True).get(pk=company_id)


def _write(  # noqa: PLR0913 - the columns of a closing
    company: Company,
    area: str,
    strength: str,
    until: date,
    by: Actor,
    on: date,
    *,
    reason: str,
    checks: list[dict[str, object]],
    reopening: Reopening | None = None,
) -> BooksClosing:
    closing = BooksClosing.objects.create(
        company=company,
        area=Area(area),
        strength=Strength(strength),
        closed_until=until,
        closed_by=by if isinstance(by, User) else None,
        closed_by_name=by.actor_name,
        reason=reason[:200],
        checks=checks,
        reopening=reopening,
    )
    record_event(
        "books.reopened" if reopening else "books.closed",
        closing,
        by=by,
        on=on,
        label=str(until),
        reason=reason,
        area=closing.area,
        strength=closing.strength,
        checks=checks,
    )
    return closing


@atomic_verb
def propose_reopening(  # noqa: PLR0913 - what a person fills in
    company: Company,
    *,
    area: str,
    strength: str,
    until: date,
    reason: str,
    by: Actor,
    on: date,
) -> Reopening:
    """Ask to go back to an earlier day (``until`` stays closed); somebody else decides.

    Raises ``InvalidInput`` without a reason, ``Conflict`` when it is not closed beyond that day or
    somebody has asked already.
    """
    require(by, "receivables.prepare_closing", company.pk)
    if not isinstance(by, User):
        raise InvalidInput("reopening.person", _("Only a person can propose to reopen."))
    if not reason.strip():
        raise InvalidInput("closing.reason", _("Reopening needs a reason."), field="reason")
    _lock(company.pk)
    _require_proposable(company, area, strength, until)
    asked = Reopening.objects.create(
        company=company,
        area=Area(area),
        strength=Strength(strength),
        closed_until=until,
        reason=reason.strip()[:200],
        proposed_by=by,
    )
    record_event(
        "books.reopening_proposed", asked, by=by, on=on, label=str(until), reason=asked.reason
    )
    _tell(asked, by)
    return asked


def _require_proposable(company: Company, area: str, strength: str, until: date) -> None:
    last = last_closing(company, area, strength)
    if last is None or last.closed_until <= until:
        raise Conflict(
            "reopening.open",
            _("Nothing after %(day)s is closed there: there is nothing to reopen.")
            % {"day": formats.day(until)},
        )
    waiting = Reopening.objects.filter(company=company, area=area, strength=strength)
    if waiting.filter(state=Reopening.State.PROPOSED).exists():
        raise Conflict(
            "reopening.waits",
            _("A reopening of this waits for a decision already; decide it first."),
        )


def _tell(asked: Reopening, by: User) -> None:
    """Those who may decide hear of it."""
    people = [p for p in people_with("receivables.close_period", asked.company_id) if p.pk != by.pk]
    notify(
        people,
        company_id=asked.company_id,
        title=_("%(who)s proposes to reopen the books until %(day)s")
        % {"who": by.actor_name, "day": formats.day(asked.closed_until)},
        body=asked.reason,
        url=reverse("receivables:cockpit"),
    )


@atomic_verb
def decide_reopening(pk: int, *, is_approved: bool, by: Actor, on: date) -> Reopening:
    """Approve or reject a reopening; approved, the books are open after its day at once.

    Raises ``Conflict`` for the one who proposed it (four eyes), when it is decided, or when the
    books were closed otherwise since.
    """
    company_id = Reopening.objects.values_list("company_id", flat=True).get(pk=pk)
    require(by, "receivables.close_period", company_id)
    if not isinstance(by, User):
        raise InvalidInput("reopening.person", _("Only a person can decide on a reopening."))
    _lock(company_id)
    asked = Reopening.objects.for_update().select_related("company").get(pk=pk)
    _require_decidable(asked, by)
    if is_approved:
        _require_current(asked)
    state = Reopening.State.APPROVED if is_approved else Reopening.State.REJECTED
    asked.state, asked.decided_by, asked.decided_at = state, by, timezone.now()
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    if is_approved:
        _go_back(asked, by, on)
    else:
        label = str(asked.closed_until)
        record_event("books.reopening_rejected", asked, by=by, on=on, label=label)
    return asked


def _require_decidable(asked: Reopening, by: User) -> None:
    if asked.state != Reopening.State.PROPOSED:
        raise Conflict("reopening.decided", _("This reopening is decided already."))
    if asked.proposed_by_id == by.pk:
        raise Conflict(
            "reopening.four_eyes", _("You proposed this reopening: somebody else must decide.")
        )


def _require_current(asked: Reopening) -> None:
    last = last_closing(asked.company, asked.area, asked.strength)
    if last is None or last.closed_until <= asked.closed_until:
        raise Conflict(
            "reopening.stale",
            _("The books were closed otherwise since: reject this and propose it anew."),
        )


def _go_back(asked: Reopening, by: User, on: date) -> None:
    _write(
        asked.company,
        asked.area,
        asked.strength,
        asked.closed_until,
        by,
        on,
        reason=asked.reason,
        checks=[],
        reopening=asked,
    )
