"""Tell people: at the bell, and by mail where it matters."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import Notification, OutboundMessage, User
from core.roles import RIGHTS
from core.services.nudges import nudge


def people_with(right: str, company_id: int) -> models.QuerySet[User]:
    """Active people who carry a right in a company."""
    return User.objects.filter(
        is_active=True,
        memberships__company=company_id,
        memberships__role__in=RIGHTS[right][1],
    ).distinct()


def notify(
    users: Iterable[User],
    *,
    company_id: int,
    title: str,
    body: str = "",
    url: str = "",
    mail: bool = False,
) -> list[Notification]:
    """Put a notice at each person's bell; ``mail`` sends it to their address as well.

    ``url`` is a path of ours; the mail prefixes it with ``PUBLIC_URL``.
    """
    notices = Notification.objects.bulk_create(
        Notification(company_id=company_id, user=user, title=title[:160], body=body, url=url)
        for user in users
    )
    if mail:
        _mail(notices)
    return notices


def _mail(notices: list[Notification]) -> None:
    messages = OutboundMessage.objects.bulk_create(
        OutboundMessage(
            company_id=notice.company_id,
            idempotency_key=f"notification:{notice.pk}",
            kind="notification",
            to=notice.user.email,
            subject=notice.title,
            body="\n\n".join(
                filter(None, [notice.body, notice.url and settings.PUBLIC_URL + notice.url])
            ),
            language=notice.user.language,
            not_before=timezone.now(),
            about_type=Notification._meta.label_lower,
            about_id=notice.pk,
        )
        for notice in notices
    )
    for message in messages:
        nudge("core.send_message", message.pk)


def mark_read(user: User, *, pk: int | None = None, company_id: int | None = None) -> int:
    """Mark one notice of a person, all of a company or all as read; says how many were unread."""
    unread = Notification.objects.filter(user=user, read_at=None)
    if company_id is not None:
        unread = unread.filter(company=company_id)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return unread.update(read_at=timezone.now())
