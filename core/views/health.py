"""Health for machines: alive, ready, and how the work stands."""

import logging

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.auth import right_required
from core.requests import Request
from core.services.status import work_status

log = logging.getLogger(__name__)


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers; Redis is reported, for without it work is late but not lost."""
    parts = {"database": _has_database(), "redis": _has_redis()}
    response = JsonResponse(parts, status=200 if parts["database"] else 503)
    if not parts["database"]:
        response["Retry-After"] = "5"
    return response


@right_required("core.manage")
def statusz(request: Request) -> JsonResponse:
    """Queue age, uncertain and parked messages, jobs and the event chain, per company."""
    managed = [row for row in request.companies if request.user.may("core.manage", row.pk)]
    return JsonResponse({"companies": [work_status(company) for company in managed]})


def _has_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("database does not answer", extra={"error": str(error)})
        return False
    return True


def _has_redis() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5
        ) as server:
            return bool(server.ping())
    except (redis.RedisError, OSError) as error:
        log.warning("redis does not answer", extra={"error": str(error)})
        return False
