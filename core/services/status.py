"""How the work of a company stands, for operators and monitoring."""

from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from core.models import Company, Event, Job, OutboundMessage
from core.services.seals import verify_chain


def work_status(company: Company) -> dict[str, Any]:
    """Queue age in seconds, counts of uncertain and parked messages, open jobs, and the chain.

    The chain is recomputed for its newest seals only; ``manage.py prove`` does all of it.
    """
    now = timezone.now()
    messages = OutboundMessage.objects.filter(company=company).aggregate(
        due=Count("pk", filter=Q(state="pending", not_before__lte=now)),
        oldest=Min("not_before", filter=Q(state="pending", not_before__lte=now)),
        uncertain=Count("pk", filter=Q(state="uncertain")),
        parked=Count("pk", filter=Q(state="parked")),
    )
    oldest = messages.pop("oldest")
    jobs = Job.objects.filter(company=company, state__in=["queued", "running", "stopping"])
    return {
        "company": company.code,
        "messages": {**messages, "queue_age": int((now - oldest).total_seconds()) if oldest else 0},
        "jobs_open": jobs.count(),
        "events_unsealed": Event.objects.filter(company=company, seal=None).count(),
        "chain_ok": not verify_chain(company.pk, newest=3),
    }
