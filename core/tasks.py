"""The kernel's own regular work, from Celery beat."""

import logging

from celery import shared_task
from django.core.management import call_command

from core.models import Company, EventSeal

log = logging.getLogger("o2c.anchor")


@shared_task(name="core.anchor_chains")
def anchor_chains() -> None:
    """Daily: say each chain's head in the log, outside the database, so that a cut tail shows."""
    # scope: beat's work for all companies; what leaves are hashes for the log
    for company in Company.objects.all():
        # scope: of this company
        head = EventSeal.objects.filter(company=company).order_by("-position").first()
        if head:
            log.info(
                "chain head",
                extra={"company": company.code, "position": head.position, "hash": head.hash},
            )


@shared_task(name="core.clear_sessions")
def clear_sessions() -> None:
    """Daily: forget sessions that have ended."""
    call_command("clearsessions")
