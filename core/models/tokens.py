"""Keys for other programs: each acts in one company, with the one right that it was made for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.company import CompanyScoped, ScopedQuerySet


class ApiToken(CompanyScoped):
    """A key of which only the hash is kept; ``hint`` is its beginning, to tell it by."""

    class Right(models.TextChoices):
        """What a program may be let do."""

        BANK_FILES = "receivables.import_statement", _("send bank files")

    name = models.CharField(_("program"), max_length=80)
    right = models.CharField(
        _("may"), max_length=60, choices=Right.choices, default=Right.BANK_FILES
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("key begins"), max_length=8, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = ScopedQuerySet["ApiToken"].as_manager()

    class Meta:
        verbose_name = _("key for a program")
        verbose_name_plural = _("keys for programs")
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="api_token_name"),
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="api_token_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.name
