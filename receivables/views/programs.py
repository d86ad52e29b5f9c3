"""What other programs send and ask, with a key of theirs: bank files and what came of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.models import ApiToken
from core.services.tokens import actor_of, holder_of
from o2c import flow
from o2c.errors import BusinessError, Conflict, PermissionMissing
from receivables.models import BankEntry, BankFile

_ENTRIES = 1000
_STATUS = {"booked": 201, "known": 200, "details": 200, "refused": 422}

Answered = Callable[..., JsonResponse]


def _with_key(method: str) -> Callable[[Answered], Answered]:
    """Decorate a view of programs: the method, the key, how often; refusals are JSON too."""

    def decorate(view: Answered) -> Answered:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, **named: Any) -> JsonResponse:
            if request.method != method:
                return _refused(405, "method", _("Use %(method)s.") % {"method": method})
            kind, _blank, key = request.headers.get("Authorization", "").partition(" ")
            token = holder_of(key.strip()) if kind.lower() == "bearer" and key.strip() else None
            if token is None:
                if not ratelimit.consume(request, action="api_failed"):
                    return _too_often()
                told = _("Show a key that is in use: “Authorization: Bearer KEY”.")
                return _refused(401, "key", told)
            if not ratelimit.consume(request, action="api", key=token.key_hash):
                return _too_often()
            try:
                return view(request, token, **named)
            except BusinessError as error:
                return _refused(_status_of(error), error.code, error.message)

        return guarded

    return decorate


@_with_key("POST")
def send_bank_file(request: HttpRequest, token: ApiToken) -> JsonResponse:
    """Import the file in the body as an upload is; the same file again changes nothing."""
    limit = settings.UPLOAD_MAX_BYTES
    content = request.read(limit + 1)
    if len(content) > limit:
        told = _("The body is larger than %(limit)s MiB. Send a file a month, or import it here.")
        return _refused(413, "too_large", told % {"limit": limit >> 20})
    if not content:
        return _refused(400, "empty", _("The body is empty: send the bank file as it is."))
    file = flow.import_statement(
        token.company,
        content,
        filename=request.GET.get("name", "")[:200] or "api",
        by=actor_of(token),
        on=token.company.today(),
        is_patient=False,
    )
    answer = JsonResponse(_told(file), status=_STATUS[file.state])
    answer["Location"] = reverse("api_bank_file", args=[file.pk])
    return answer


@_with_key("GET")
def bank_file_result(request: HttpRequest, token: ApiToken, pk: int) -> JsonResponse:
    """What came of a file of the company."""
    file = BankFile.objects.visible_to(actor_of(token)).filter(pk=pk).first()
    if file is None:
        return _refused(404, "not_found", _("There is no such bank file."))
    return JsonResponse(_told(file))


def _told(file: BankFile) -> dict[str, Any]:
    is_refused = file.state == BankFile.State.REFUSED
    # scope: of a file that the key's company owns
    entries = BankEntry.objects.filter(statement__file=file).order_by("pk")[:_ENTRIES]
    return {
        "id": file.pk,
        "name": file.filename,
        "sha256": file.sha256,
        "state": file.state,
        "format": file.format_name,
        "code": file.format if is_refused else "",
        "message": file.message,
        "new": file.new_count,
        "known": file.known_count,
        "matched": file.matched_count,
        "is_matching": file.match_from_id is not None,
        "statements": [
            {
                "account": statement.bank_account.iban,
                "number": statement.number,
                "from": statement.from_on,
                "to": statement.until_on,
                "closing": _figure(statement.closing_amount),
            }
            for statement in file.statements.select_related("bank_account").order_by("pk")
        ],
        "entries": [
            {
                "payment": f"P-{entry.pk}",
                "booking_on": entry.booking_on,
                "amount": _figure(entry.amount),
                "currency": entry.currency,
                "payer_name": entry.payer_name,
                "is_settled": entry.is_settled,
            }
            for entry in entries
        ],
    }


def _figure(amount: Any) -> str | None:
    return None if amount is None else str(amount)


def _status_of(error: BusinessError) -> int:
    if isinstance(error, PermissionMissing):
        return 403
    return 409 if isinstance(error, Conflict) else 422


def _too_often() -> JsonResponse:
    return _refused(429, "too_often", _("Too many requests. Wait a minute."))


def _refused(status: int, code: str, message: str) -> JsonResponse:
    answer = JsonResponse({"error": {"code": code, "message": message}}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
