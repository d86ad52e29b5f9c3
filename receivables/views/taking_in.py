"""Import opening items from a list: choose, look, confirm."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.auth import right_required
from core.requests import Request
from core.views.taking_in import Intake, take_in
from receivables import services

FIELDS = {
    "number": gettext_lazy("Document"),
    "kind": gettext_lazy("Kind"),
    "customer": gettext_lazy("Customer number"),
    "issued": gettext_lazy("Issued"),
    "due": gettext_lazy("Due"),
    "currency": gettext_lazy("Currency"),
    "amount": gettext_lazy("Amount"),
    "functional": gettext_lazy("Amount in the books' currency"),
    "discount_percent": gettext_lazy("Discount in percent"),
    "discount_until": gettext_lazy("Last day of the discount"),
    "po": gettext_lazy("Order number"),
    "rf": gettext_lazy("RF reference"),
    "ocr": gettext_lazy("OCR reference"),
}


@require_http_methods(["GET", "POST"])
@right_required("receivables.open")
def import_list(request: Request) -> HttpResponse:
    """Take the open items of another system into the books."""
    page = Intake(
        title=_("Import opening items"),
        lead=_(
            "What customers owed in another system, booked against opening balances. Import the"
            " customers first."
        ),
        take=services.import_items,
        kind="opening_items",
        fields=FIELDS,
        back_url=reverse("receivables:items"),
        back_label=_("Open items"),
    )
    return take_in(request, page)
