"""What can be followed: which pages show a document, and how a saved view is read again."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, ResolverMatch, resolve, reverse

from core.models import Company, Follow, SavedView, User
from core.services import tell_follower
from core.services.follows import MOST_ROWS
from credit.models import CreditHold
from customers.models import Customer
from disputes.models import Dispute
from dunning.models import DunningRun
from fulfillment.models import Shipment
from invoicing.models import Invoice
from orders.models import Order
from receivables.models import OpenItem

FOLLOWABLE: dict[str, type[Model]] = {
    "customers:detail": Customer,
    "orders:detail": Order,
    "fulfillment:shipment": Shipment,
    "invoicing:detail": Invoice,
    "receivables:item": OpenItem,
    "disputes:detail": Dispute,
    "dunning:run": DunningRun,
    "credit:hold": CreditHold,
}
"""Address name of a document's page -> what it shows."""


@dataclass(frozen=True, slots=True)
class FollowState:
    """What the button of a document page shows."""

    path: str
    is_followed: bool


def follow_state(request: HttpRequest, user: User) -> FollowState | None:
    """Whether the page's document is followed; None where there is none to follow."""
    match = request.resolver_match
    kind = FOLLOWABLE.get(match.view_name) if match else None
    if match is None or kind is None:
        return None
    followed = Follow.objects.filter(
        user=user, view=None, subject_type=kind._meta.label_lower, subject_id=match.kwargs["pk"]
    )
    return FollowState(request.path, followed.exists())


def rows_of(view: SavedView, user: User) -> list[int] | None:
    """Keys of a saved view's rows as that person sees them; None when they may not any more."""
    match = _list_at(view.place)
    if match is None:
        return None
    list_class: Any = match.func.view_class  # type: ignore[attr-defined]
    if not user.may(list_class.right, view.company_id):
        return None
    request: Any = HttpRequest()
    request.user = User.objects.get(pk=user.pk)  # narrowed to the list's right
    request.company, request.companies = view.company, [view.company]
    request.GET, request.resolver_match, request.htmx = QueryDict(view.query), match, False
    page = list_class()
    page.setup(request)
    return sorted(page.filtered.order_by().values_list("pk", flat=True)[: MOST_ROWS + 1])


def _list_at(place: str) -> ResolverMatch | None:
    try:
        match = resolve(reverse(place))
    except NoReverseMatch:  # a list below one document, or one that is gone
        return None
    return match if hasattr(match.func, "view_class") else None


def tell_followers(company: Company) -> int:
    """Tell everybody who follows something of the company what is new; how many had news."""
    follows = Follow.objects.filter(company=company).order_by("pk").values_list("pk", flat=True)
    return sum(tell_follower(pk, rows=rows_of) for pk in list(follows))
