"""Where a payment provider tells us by itself what happened."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from receivables.services import hear_provider
from receivables.services.provider_hearing import MOST_BYTES


@csrf_exempt
@require_POST
def payment_news(request: HttpRequest) -> HttpResponse:
    """Check the signature over the raw body, keep it, answer; it is worked off afterwards."""
    body, code = request.read(MOST_BYTES + 1), request.GET.get("company", "")
    return HttpResponse(status=hear_provider(code, body, request.headers.get("O2C-Signature", "")))
