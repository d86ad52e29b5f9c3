"""How people like their lists: saved views, their own and shared ones."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.models.company import CompanyScoped, ScopedQuerySet
from core.models.people import User


class SavedViewQuerySet(ScopedQuerySet["SavedView"]):
    """Reads of saved views."""

    def seen_by(self, user: User) -> Self:
        """The person's own views and those that others share in companies given to them."""
        return self.visible_to(user).filter(Q(owner=user) | Q(is_shared=True))


class SavedView(CompanyScoped):
    """A list as somebody left it: filter and order, columns, density.

    ``place`` is the list's address name (``invoicing:list``), ``query`` the querystring of filter
    and order. The row without a name is how its owner likes the list where no view is chosen.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    place = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=60, blank=True)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list, blank=True)
    is_compact = models.BooleanField(default=False)
    is_shared = models.BooleanField(_("shared"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                "company", "place", "owner", Lower("name"), name="saved_view_name_once"
            ),
            models.CheckConstraint(
                condition=Q(is_shared=False) | ~Q(name=""), name="saved_view_shared_has_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
