"""Links to the page where customers pay by card, for the mails that ask for money."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import Company, OutboundMessage, SignedLink
from core.services.events import company_id_of
from core.services.links import make_link

PAY_PAGE = "pay"
"""The page that the link opens, by the name of its address."""
VALID = timedelta(days=90)


def make_pay_link(
    subject: models.Model, *, to: str, holder: str = "", mail_key: str = ""
) -> SignedLink | None:
    """A link about an invoice, reminder or customer; None where the company takes no cards.

    Earlier links about the same row end. ``mail_key``: with a mail that is written already there is
    no second link, which would take the first one's place.
    """
    company = Company.objects.get(pk=company_id_of(subject))  # scope: the subject's own
    if company.code not in settings.PAYMENT_URLS:
        return None
    if mail_key and OutboundMessage.objects.filter(idempotency_key=mail_key).exists():
        return None
    return make_link(
        subject,
        purpose=PAY_PAGE,
        holder=holder or to,
        recipient=to,
        expires_at=timezone.now() + VALID,
    )
