"""Verbs of saved views: a person keeps, changes, shares and drops how they like a list."""

from dataclasses import dataclass, field

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from core.models import Company, SavedView, User
from core.services.acts import atomic_verb
from o2c.errors import Conflict, InvalidInput

MOST_PER_LIST = 30


@dataclass(frozen=True, slots=True)
class Look:
    """What a view keeps: querystring of filter and order, names of columns (none = all)."""

    query: str = ""
    columns: list[str] = field(default_factory=list)
    is_compact: bool = False


@atomic_verb
def save_view(
    company: Company, place: str, name: str, look: Look, *, is_shared: bool, by: User
) -> SavedView:
    """Keep a list under a name; the same name again changes the person's own view of that name.

    Raises: InvalidInput without a name or beyond thirty views of a list.
    """
    name = " ".join(name.split())[:60]
    if not name:
        raise InvalidInput("view.name", _("Give the view a name, such as “Overdue in Hamburg”."))
    own = SavedView.objects.filter(company=company, place=place, owner=by)
    if own.count() >= MOST_PER_LIST:
        raise InvalidInput(
            "view.many",
            _("You have %(count)s views of this list: drop one first.") % {"count": MOST_PER_LIST},
        )
    view = own.annotate(key=Lower("name")).filter(key=name.lower()).first() or SavedView(
        company=company, place=place, owner=by
    )
    view.name, view.is_shared = name, is_shared
    return _keep(view, look)


@atomic_verb
def change_view(pk: int, look: Look, *, by: User) -> SavedView:
    """Keep the filter, order and columns of now in a view. Raises Conflict if it is another's."""
    return _keep(_own(pk, by), look)


@atomic_verb
def drop_view(pk: int, *, by: User) -> None:
    """Remove a view of one's own; an administrator may remove a shared one. Twice is once."""
    view = SavedView.objects.seen_by(by).filter(pk=pk).first()
    if view is None:
        return
    if view.owner_id != by.pk and not by.may("core.manage", view.company_id):
        raise Conflict(
            "view.not_yours", _("Only %(owner)s can remove this view.") % {"owner": view.owner}
        )
    view.delete()


@atomic_verb
def choose_look(company: Company, place: str, look: Look, *, by: User) -> SavedView:
    """How a person likes a list where no view is chosen."""
    view, _is_new = SavedView.objects.get_or_create(company=company, place=place, owner=by, name="")
    return _keep(view, look)


def _own(pk: int, by: User) -> SavedView:
    view = SavedView.objects.visible_to(by).for_update().filter(pk=pk, owner=by).first()
    if view is None:
        raise Conflict(
            "view.not_yours", _("This view is not yours: save it under a name of your own.")
        )
    return view


def _keep(view: SavedView, look: Look) -> SavedView:
    view.query, view.columns, view.is_compact = look.query[:1000], look.columns, look.is_compact
    view.save()
    return view
