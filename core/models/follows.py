"""Who follows what: a document and its way, or the rows of a saved view."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.company import CompanyScoped, ScopedQuerySet
from core.models.lists import SavedView
from core.models.people import User


class Follow(CompanyScoped):
    """A person wants to hear of changes: of one document, or of the rows of a saved view.

    ``told_count`` is how many events of the document were told already (a count, not a last key:
    an event with a lower key may be committed later); ``known`` the keys of the view's rows then.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    view = models.ForeignKey(
        SavedView, on_delete=models.CASCADE, null=True, blank=True, related_name="follows"
    )
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    correlation = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=120)
    url = models.CharField(max_length=300)
    told_count = models.PositiveIntegerField(default=0)
    known = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["Follow"].as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "subject_type", "subject_id"],
                condition=Q(view=None),
                name="follow_subject_once",
            ),
            models.UniqueConstraint(
                fields=["user", "view"], condition=~Q(view=None), name="follow_view_once"
            ),
            models.CheckConstraint(
                condition=Q(view=None, subject_id__isnull=False)
                | Q(view__isnull=False, subject_id=None),
                name="follow_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.label
