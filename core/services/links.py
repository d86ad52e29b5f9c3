"""Signed links: made with the mail that carries them, used up once, revoked by a newer one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import SignedLink
from core.models.links import new_seed
from core.services.events import company_id_of
from o2c.errors import Conflict


class LinkSpent(Conflict):
    """The link was answered before, has expired, or a newer one took its place."""


def make_link(
    subject: models.Model, *, purpose: str, holder: str, recipient: str, expires_at: datetime
) -> SignedLink:
    """A link that opens the page ``purpose`` about a row, for one answer; earlier ones end.

    ``holder`` is the name under which the answer is kept, ``recipient`` the address it is mailed
    to. Call it in the transaction that writes the mail.
    """
    revoke_links(subject, purpose=purpose)
    seed, key_hash = new_seed()
    return SignedLink.objects.create(
        company_id=company_id_of(subject),
        purpose=purpose,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        seed=seed,
        key_hash=key_hash,
        holder=holder[:120],
        recipient=recipient,
        expires_at=expires_at,
    )


def revoke_links(subject: models.Model, *, purpose: str) -> int:
    """End the links about a row that nobody has answered; says how many."""
    now = timezone.now()
    open_ones = SignedLink.objects.about(subject).usable(now).filter(purpose=purpose)
    return open_ones.order_by().update(revoked_at=now)


def use_up(link: SignedLink, *, answer: Mapping[str, Any]) -> None:
    """Take one use of the link and keep what its holder said, in the act that it sets off.

    One statement decides: of two at once the second waits for the first and finds nothing left.
    Raises: LinkSpent.
    """
    now = timezone.now()
    mine = SignedLink.objects.usable(now).filter(pk=link.pk)
    if not mine.update(uses_left=F("uses_left") - 1, used_at=now, answer=dict(answer)):
        raise LinkSpent("link.spent", _("This link can't be used any more."))
    link.refresh_from_db()
