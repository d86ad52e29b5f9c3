"""Who may log in and who may open what: no sign-up, rights from roles only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponseBase

from core.actors import require
from core.models import User
from core.requests import Request

View = Callable[..., HttpResponseBase]

MANAGE = "core.manage"
SET_UP_APPS = frozenset(
    {"core", "customers", "catalog", "fulfillment", "invoicing", "receivables", "dunning", "credit"}
)
"""Apps whose set-up tables administrators see in Django's admin; each names its own fields."""


class AccountAdapter(DefaultAccountAdapter):
    """allauth without sign-up: people are given their login by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False


class RoleBackend(BaseBackend):
    """Permissions of Django's admin: administrators of any company get the set-up, others none."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether the person may do this in the admin."""
        return perm.partition(".")[0] in SET_UP_APPS and is_administrator(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the person sees the app in the admin."""
        return app_label in SET_UP_APPS and is_administrator(user_obj)


def is_administrator(user: Any) -> bool:
    """Whether the person may set up at least one company."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or any(user.may(MANAGE, pk) for pk in user.roles_by_company)


def right_required(right: str) -> Callable[[View], View]:
    """Decorate a view: refuse with the right's name unless the person carries it in the company
    chosen, and show only rows of companies where they do. The verb checks again for the company
    of the row."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.user, right, request.company.pk)
            request.user.narrow_to(right)
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate
