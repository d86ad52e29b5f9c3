"""What an access point tells us by itself: signed, fresh, once; kept first, worked off then."""

import json
import time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.actors import JobActor
from core.services import nudge
from core.signatures import is_genuine
from invoicing.access_point import Away
from invoicing.access_point.client import read_status
from invoicing.models import AccessPointEvent, InvoiceDelivery
from invoicing.services.deliver_send import apply_status

TELLING = JobActor("delivery")
MOST_BYTES = 256 * 1024


def keep_news(body: bytes, signature: str) -> int:
    """Store a message of the access point; the HTTP status to answer with.

    204 kept, now or before; 400 it can't be read; 401 not signed by the secret in the last five
    minutes, or there is no secret.
    """
    if not is_genuine(body, signature, secret=settings.ACCESS_POINT_SECRET, now=time.time()):
        return 401
    try:
        news = json.loads(body)
        event_id = str(news["event_id"])
        read_status(news)
        known_key = str(news["key"])
    except (ValueError, KeyError, TypeError, AttributeError, Away):
        return 400
    if not 1 <= len(event_id) <= 120 or not known_key or len(body) > MOST_BYTES:
        return 400
    with transaction.atomic():
        event, is_new = AccessPointEvent.objects.get_or_create(
            event_id=event_id, defaults={"body": news}
        )
        if is_new:
            nudge("o2c.read_news", event.pk)
    return 204


def read_news(pk: int) -> bool:
    """Work off one message; says whether it told anything new. Again it does nothing."""
    with transaction.atomic():
        rows = AccessPointEvent.objects.select_for_update().filter(pk=pk, processed_at=None)
        event = rows.first()
        if event is None:
            return False
        try:
            is_news = apply_status(event.body["key"], read_status(event.body), by=TELLING)
            event.outcome = "new" if is_news else "known"
        except InvoiceDelivery.DoesNotExist:
            is_news, event.outcome = False, "no such delivery"
        event.processed_at = timezone.now()
        event.save(update_fields=["processed_at", "outcome"])
    return is_news


def news_to_read() -> list[int]:
    """Messages kept but not worked off."""
    waiting = AccessPointEvent.objects.filter(processed_at=None).order_by("pk")
    return list(waiting.values_list("pk", flat=True)[:500])
