"""Signed links: what somebody without a login may open and answer, as often as the row says.

The link goes out by mail; its key is never stored. The row keeps a random seed and the hash of the
key, which only the seed together with the installation's secret gives: neither the database nor the
secret alone opens anything. A mail scanner follows links, so opening one never uses it up.
"""

import base64
import hashlib
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models.company import CompanyScoped, ScopedQuerySet
from o2c.errors import Conflict

LINK_MARK = "[[link]]"
"""Stands for the link in the text of its mail, and is filled in when the mail is handed over."""


class SignedLinkQuerySet(ScopedQuerySet["SignedLink"]):
    """Reads on signed links."""

    def keyed(self, key: str, purpose: str) -> "SignedLink | None":
        """The link that somebody holds; None for a key that never was or is for another page."""
        return self.filter(key_hash=_hash(key), purpose=purpose).first()

    def about(self, subject: models.Model) -> Self:
        """Links made for this row, newest first."""
        found = self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
        return found.order_by("-pk")

    def usable(self, now: datetime) -> Self:
        """Links that may still be answered."""
        return self.filter(uses_left__gt=0, revoked_at=None, expires_at__gt=now)


class SignedLink(CompanyScoped):
    """Opens one page about one row to whoever holds it.

    ``purpose`` is the name of the address that it opens, ``holder`` and ``recipient`` whom it was
    made for, ``answer`` what they said when they used it.
    """

    class State(StrEnum):
        """Whether it may be answered, and if not, why."""

        OPEN = "open"
        USED = "used"
        REVOKED = "revoked"
        EXPIRED = "expired"

    purpose = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    seed = models.CharField(max_length=32)
    key_hash = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=120)
    recipient = models.CharField(max_length=254)
    uses_left = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SignedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("signed link")
        verbose_name_plural = gettext_lazy("signed links")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="link_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="link_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.recipient}"

    @property
    def state(self) -> "SignedLink.State":
        """Where it stands now."""
        if self.uses_left == 0:
            return self.State.USED
        if self.revoked_at is not None:
            return self.State.REVOKED
        return self.State.OPEN if self.expires_at > timezone.now() else self.State.EXPIRED

    @property
    def addressee(self) -> str:
        """Who was asked: name and address, or the address alone."""
        who = self.recipient
        return who if self.holder == who else f"{self.holder} ({who})"

    def key(self) -> str:
        """What its holder shows. Raises: Conflict when the installation's secret is another one."""
        key = _key(self.seed)
        if _hash(key) != self.key_hash:
            raise Conflict(
                "link.other_secret",
                _("The link was made under another SECRET_KEY and is lost: ask again."),
            )
        return key

    def address(self) -> str:
        """The address to mail, which no page and no log of ours shows."""
        # In the query: paths are logged, queries are not.
        return f"{settings.PUBLIC_URL}{reverse(self.purpose)}?key={self.key()}"


def _key(seed: str) -> str:
    digest = salted_hmac("core.links", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def new_seed() -> tuple[str, str]:
    """A random seed and the hash of the key that comes of it."""
    seed = secrets.token_hex(16)
    return seed, _hash(_key(seed))
