"""Verbs of following: start, stop, and tell people what is new."""

from collections.abc import Callable

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Event, Follow, SavedView, User
from core.sentences import event_sentence
from core.services.acts import atomic_verb
from core.services.notifications import notify
from o2c.errors import InvalidInput

MOST_ROWS = 1_000
SHOWN = 4
Rows = Callable[[SavedView, User], list[int] | None]
"""Keys of a view's rows for a person, at most ``MOST_ROWS`` + 1; None when they may not see it."""


@atomic_verb
def follow(subject: models.Model, *, label: str, url: str, by: User) -> Follow:
    """Hear from now on of what happens to a document and along its order; twice is once."""
    correlation = getattr(subject, "correlation", "")
    found, _is_new = Follow.objects.get_or_create(
        user=by,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        view=None,
        defaults={
            "company_id": subject.company_id,  # type: ignore[attr-defined]
            "correlation": correlation,
            "label": label[:120],
            "url": url[:300],
            "told_count": _events(subject._meta.label_lower, subject.pk, correlation).count(),
        },
    )
    return found


@atomic_verb
def follow_view(view: SavedView, *, url: str, rows: Rows, by: User) -> Follow:
    """Hear of rows that come into a saved view. Raises InvalidInput above a thousand rows."""
    known = rows(view, by)
    if known is None or len(known) > MOST_ROWS:
        raise InvalidInput(
            "follow.many",
            _("This view has more than %(most)s rows: narrow it before you follow it.")
            % {"most": MOST_ROWS},
        )
    found, _is_new = Follow.objects.get_or_create(
        user=by,
        view=view,
        defaults={
            "company_id": view.company_id,
            "label": view.name,
            "url": url[:300],
            "known": known,
        },
    )
    return found


def unfollow(*, by: User, **what: object) -> None:
    """Stop hearing of a document or view; twice is once."""
    Follow.objects.filter(user=by, **what).delete()


@atomic_verb
def tell_follower(pk: int, *, rows: Rows) -> bool:
    """Put what is new since the last time at the person's bell; says whether there was something.

    What the person did themselves is counted, not told. Beside itself it does nothing.
    """
    found = Follow.objects.select_for_update(skip_locked=True, of=("self",))
    row = found.select_related("user", "view").filter(pk=pk).first()
    if row is None or not row.user.is_active:
        return False
    with translation.override(row.user.language):
        news = _new_rows(row, rows) if row.view else _new_events(row)
        if news:
            title = _("%(label)s: %(news)s") % {"label": row.label, "news": news[0]}
            body = "\n".join(news[1 : SHOWN + 1])
            notify([row.user], company_id=row.company_id, title=title, body=body, url=row.url)
    return bool(news)


def _new_events(row: Follow) -> list[str]:
    """Sentences of what happened since, newest first."""
    events = _events(row.subject_type, row.subject_id or 0, row.correlation)
    count = events.count()
    fresh = list(events[: max(0, count - row.told_count)][:50])
    Follow.objects.filter(pk=row.pk).update(told_count=count)
    others = [e for e in fresh if (e.actor_kind, e.actor_id) != ("user", row.user_id)]
    return [event_sentence(event) for event in others]


def _new_rows(row: Follow, rows: Rows) -> list[str]:
    """How many rows came into the view; a view that can't be read any more is silent."""
    assert row.view is not None
    now = rows(row.view, row.user)
    if now is None or len(now) > MOST_ROWS:
        return []
    fresh = len(set(now) - set(row.known))
    Follow.objects.filter(pk=row.pk).update(known=now)
    return [ngettext("%(n)s new", "%(n)s new", fresh) % {"n": fresh}] if fresh else []


def _events(kind: str, pk: int, correlation: str) -> models.QuerySet[Event]:
    """Events along the whole way of an order where there is one, else of the row itself."""
    if correlation:
        return Event.objects.along(correlation)
    return Event.objects.filter(subject_type=kind, subject_id=pk).order_by("-pk")
