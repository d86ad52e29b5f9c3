"""What every page shows around its content: navigation, companies, unread notices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from core.models import Company, Notification, User
from o2c.follows import FollowState, follow_state
from o2c.help.guide import Guide, guide_of
from o2c.navigation import STAGES, Place, count_waiting


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the navigation; ``count`` is what waits there."""

    label: str | Promise
    icon: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A stage with its links."""

    label: str | Promise
    icon: str
    items: list[Item]


class Shell:
    """The frame around a page, computed when a template asks for it; fragments never do."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def company(self) -> Company | None:
        """The company chosen."""
        return getattr(self._request, "company", None)

    @property
    def companies(self) -> list[Company]:
        """Companies given to the person."""
        return getattr(self._request, "companies", [])

    @cached_property
    def unread(self) -> int:
        """Unread notices of the person."""
        user = getattr(self._request, "user", None)
        if not isinstance(user, User):
            return 0
        return Notification.objects.filter(user=user, read_at=None).count()

    @cached_property
    def follow(self) -> FollowState | None:
        """Whether the person follows the document of the page; None where there is none."""
        user = getattr(self._request, "user", None)
        return follow_state(self._request, user) if isinstance(user, User) else None

    @cached_property
    def guide(self) -> Guide | None:
        """The person's guided first hour; None once it is over."""
        user = getattr(self._request, "user", None)
        if not isinstance(user, User) or self.company is None:
            return None
        return guide_of(user, user.roles_by_company.get(self.company.pk, ()))

    @cached_property
    def navigation(self) -> list[Group]:
        """Stages and links that the person's rights open in the chosen company."""
        if self.company is None:
            return []
        current, counts = self._current, self._counts
        return [
            Group(label, icon, [_item(place, counts, current) for place in places])
            for label, icon, places in self._allowed
            if places
        ]

    @cached_property
    def rooms(self) -> list[Item]:
        """The lists side by side with the one that the page is; none elsewhere."""
        place, path = self._current, self._request.path
        if place is None or path not in {reverse(room.url_name) for room in place.rooms}:
            return []
        current = next(room for room in place.rooms if reverse(room.url_name) == path)
        user, company = self._request.user, self.company
        return [
            _item(room, self._counts, current)
            for room in place.rooms
            if company and _may_open(room, user, company)
        ]

    @cached_property
    def _allowed(self) -> list[tuple[str | Promise, str, list[Place]]]:
        user, company = self._request.user, self.company
        if company is None:
            return []
        return [
            (label, icon, [place for place in places if _may_open(place, user, company)])
            for label, icon, places in STAGES
        ]

    @property
    def _open_places(self) -> list[Place]:
        return [place for _, _, places in self._allowed for place in places]

    @cached_property
    def _current(self) -> Place | None:
        return _current(self._request.path, _places_by_url(self._open_places))

    @cached_property
    def _counts(self) -> dict[str, int]:
        return count_waiting(self.company, self._open_places) if self.company else {}


def _item(place: Place, counts: dict[str, int], current: Place | None) -> Item:
    url = reverse(place.url_name)
    count = sum(counts.get(room.url_name, 0) for room in place.with_rooms())
    return Item(place.label, place.icon, url, count, place is current)


def _places_by_url(places: Iterable[Place]) -> dict[str, Place]:
    """The addresses that lie at a place: its own, and those of pages found from it."""
    return {
        reverse(name): place
        for place in places
        for room in place.with_rooms()
        for name in (room.url_name, *room.homes, *place.homes)
    }


def _current(path: str, places: Mapping[str, Place]) -> Place | None:
    """The place the page lies under; of several the longest address, and home only for itself."""
    above = [url for url in places if path == url or (url != "/" and path.startswith(url))]
    return places[max(above, key=len)] if above else None


def _may_open(place: Place, user: Any, company: Company) -> bool:
    return not place.right or user.may(place.right, company.pk)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` for ``base.html``."""
    return {"shell": Shell(request)}
