"""Import customers from a list: choose, look, confirm."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.auth import right_required
from core.requests import Request
from core.views.taking_in import Intake, take_in
from customers import services

FIELDS = {
    "number": gettext_lazy("Customer number"),
    "name": gettext_lazy("Name"),
    "city": gettext_lazy("City"),
    "country": gettext_lazy("Country"),
    "ibans": gettext_lazy("IBANs"),
    "parent": gettext_lazy("Group parent"),
}


@require_http_methods(["GET", "POST"])
@right_required("customers.change_bank_details")
def import_list(request: Request) -> HttpResponse:
    """Take a list of another system in."""
    page = Intake(
        title=_("Import customers"),
        lead=_("The list of another system, by customer number. The same list twice is once."),
        take=services.import_customers,
        kind="customer_list",
        fields=FIELDS,
        back_url=reverse("customers:list"),
        back_label=_("Customers"),
    )
    return take_in(request, page)
