"""What the provider tells us by itself: signed, fresh, ours, once; kept first, worked off then.

A message only says where to look: what happened is asked of the provider, so that messages may
come twice, late, in any order, or before the answer to our own call was stored.
"""

import json
import logging
import time
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.actors import Actor
from core.models import Company
from core.services import nudge
from core.signatures import is_genuine
from receivables.models import ProviderEvent, ProviderPayment
from receivables.services.provider_access import merchant_of, secret_of
from receivables.services.provider_settling import fetch_settlement
from receivables.services.provider_taking import sync_payment

MOST_BYTES = 64 * 1024
KINDS = ("payment.changed", "settlement.paid")
log = logging.getLogger(__name__)


def hear_provider(code: str, body: bytes, signature: str, *, now: float | None = None) -> int:
    """Store a message for the company with this code; the HTTP status to answer with.

    204 kept, now or before; 400 it can't be read; 401 not signed by the company's secret in the
    last five minutes, or there is no such company or secret; 403 it is for another merchant; 413
    too long. A refusal is logged without what was sent.
    """
    # scope: the company that the address names; its secret proves the sender
    company = Company.objects.active().filter(code__iexact=code).first()
    if company is None or company.code not in settings.PAYMENT_URLS:
        return _refused(401, code, "no such company")
    if len(body) > MOST_BYTES:
        return _refused(413, code, "too long")
    secret = secret_of(company)
    if not is_genuine(body, signature, secret=secret, now=time.time() if now is None else now):
        return _refused(401, code, "not signed, or too old")
    try:
        news = json.loads(body)
        event_id, kind = news["event_id"], news["kind"]
        subject = news["payment"] if kind == "payment.changed" else news["settlement"]
    except (ValueError, KeyError, TypeError):
        return _refused(400, code, "can't be read")
    if kind not in KINDS or not all(_is_name(word) for word in (event_id, subject)):
        return _refused(400, code, "can't be read")
    if news.get("merchant") != merchant_of(company):
        return _refused(403, code, "another merchant")
    return _keep(company, event_id, news)


def _refused(status: int, code: str, why: str) -> int:
    extra = {"company": code[:12], "status": status, "why": why}
    log.warning("payment message refused", extra=extra)
    return status


def _is_name(word: object) -> bool:
    return isinstance(word, str) and 1 <= len(word) <= 80 and word.isprintable()


def _keep(company: Company, event_id: str, news: dict[str, object]) -> int:
    kept = {key: news.get(key) for key in ("kind", "payment", "reference", "settlement")}
    with transaction.atomic():
        event, is_new = ProviderEvent.objects.get_or_create(
            company=company, event_id=event_id, defaults={"body": kept}
        )
        if is_new:
            nudge("o2c.read_payment_news", event.pk)
    return 204


def news_of_provider(company: Company) -> QuerySet[ProviderEvent]:
    """Messages kept but not worked off."""
    return ProviderEvent.objects.filter(company=company, processed_at=None).order_by("pk")


def read_provider_news(pk: int, *, by: Actor, on: date) -> ProviderPayment | None:
    """Work off one message; the payment it is about. Again it does nothing.

    Call it outside transactions. Raises ``Conflict`` when the provider can't be asked now; the
    message waits.
    """
    event = ProviderEvent.objects.select_related("company").get(pk=pk)
    if event.processed_at is not None:
        return None
    payment = None
    if event.body.get("kind") == "settlement.paid":
        fetch_settlement(event.company, str(event.body["settlement"]), by=by, on=on)
        outcome = "settlement"
    else:
        payment = _payment_of(event)
        outcome = "no such payment"
        if payment is not None:
            payment = sync_payment(payment.pk, by=by, on=on)
            outcome = payment.state
    waiting = ProviderEvent.objects.filter(pk=pk, processed_at=None)
    waiting.update(processed_at=timezone.now(), outcome=outcome)
    return payment


def _payment_of(event: ProviderEvent) -> ProviderPayment | None:
    named = Q(remote_id=str(event.body["payment"]))
    mine = ProviderPayment.objects.filter(company=event.company_id)
    found = mine.filter(named).first()
    if found is None:
        key = str(event.body.get("reference") or "")
        found = next(
            (row for row in mine.filter(remote_id="").unfinished() if str(row.key) == key), None
        )
    return found
