"""Where an access point tells us by itself what became of a document."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from invoicing.services import keep_news


@csrf_exempt
@require_POST
def access_point_news(request: HttpRequest) -> HttpResponse:
    """Check the signature over the raw body, keep it, answer; it is worked off afterwards."""
    return HttpResponse(status=keep_news(request.body, request.headers.get("O2C-Signature", "")))
