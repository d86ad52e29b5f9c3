"""A buyer's missing order number: asked for by us, given by whoever holds the link."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.auth import right_required
from core.models import SignedLink
from core.refusals import show_on_form
from core.requests import Request
from core.throttle import may_answer
from invoicing.delivery_forms import AskOrderNumberForm, OrderNumberForm
from invoicing.models import Invoice
from invoicing.services import ORDER_NUMBER, invoice_contact
from o2c import answers

ASK, ANSWER = "invoicing/ask_order_number.html", "invoicing/order_number.html"
State = SignedLink.State


@require_http_methods(["GET", "POST"])
@right_required("invoicing.send")
def ask(request: Request, pk: int) -> HttpResponse:
    """Say what happens, then mail the link to the buyer."""
    invoice = _invoice(request, pk)
    contact = invoice_contact(invoice.customer)
    initial = {"to": contact.email if contact else ""}
    form = AskOrderNumberForm(request.POST or None, initial=initial)
    context = _asking(invoice)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, ASK, {"form": form, **context}, status=status)
    show_on_form(request, form, ASK, **context)
    to, on = form.cleaned_data["to"], invoice.company.today()
    answers.ask_order_number(pk, to=to, by=request.user, on=on)
    messages.success(request, _("%(to)s is asked for the order number.") % {"to": to})
    return redirect(invoice)


@require_GET
@right_required("invoicing.send")
def preview(request: Request, pk: int) -> HttpResponse:
    """The page as the buyer will see it, in their language; nothing can be sent from it."""
    invoice = _invoice(request, pk)
    with translation.override(invoice.language):
        context = _about(invoice) | {"form": OrderNumberForm(), "is_preview": True}
        return render(request, ANSWER, context)


@require_http_methods(["GET", "HEAD", "POST"])
def order_number(request: HttpRequest) -> HttpResponse:
    """Whoever holds the link gives the order number; opening the page changes nothing."""
    key = request.GET.get("key", "")
    # scope: whoever holds the key may see this one row
    link = SignedLink.objects.keyed(key, ORDER_NUMBER)
    if link is None:
        return _closed(request, {"state": "unknown"})
    invoice = _asked_about(link)
    translation.activate(invoice.language)
    why = answers.why_order_number_is_late(invoice)
    context = _about(invoice) | {"link": link}
    if link.state != State.OPEN or why:
        return _closed(request, context | {"state": _state(link, why), "why": why})
    form = OrderNumberForm(request.POST or None)
    if request.method == "POST" and not may_answer(request, key):
        return _closed(request, context | {"state": "throttled"})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, ANSWER, context | {"form": form}, status=status)
    show_on_form(request, form, ANSWER, **context)
    on = invoice.company.today()
    answers.give_order_number(link, form.cleaned_data["number"], on=on)
    return redirect(request.get_full_path())


def _state(link: SignedLink, why: str) -> str:
    """What a link that can't be answered has to say first."""
    return "used" if link.state == State.USED else "late" if why else link.state


_STATUS = {
    "unknown": HTTPStatus.GONE,
    "expired": HTTPStatus.GONE,
    "revoked": HTTPStatus.GONE,
    "throttled": HTTPStatus.TOO_MANY_REQUESTS,
}


def _closed(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A page without a form: what was answered, or why nothing can be, and what to do."""
    status = _STATUS.get(context["state"], HTTPStatus.OK)
    return render(request, "invoicing/order_number_closed.html", context, status=status)


def _asked_about(link: SignedLink) -> Invoice:
    # scope: the link names its one row
    rows = Invoice.objects.filter(company=link.company_id)
    related = ("company", "customer", "order", "shipment", "replaced_by")
    return rows.select_related(*related).get(pk=link.subject_id)


def _about(invoice: Invoice) -> dict[str, Any]:
    return {"invoice": invoice, "company": invoice.company}


def _invoice(request: Request, pk: int) -> Invoice:
    rows = Invoice.objects.visible_to(request.user).issued()
    related = ("company", "customer", "order", "shipment")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _asking(invoice: Invoice) -> dict[str, Any]:
    return {
        "invoice": invoice,
        "title": _("Ask the buyer for the order number"),
        "lead": f"{invoice} · {invoice.customer}",
        "back_url": invoice.get_absolute_url(),
        "back_label": str(invoice),
        "submit_label": _("Ask the buyer"),
        "effects": [
            _("A mail in the buyer's language carries a personal link, valid for 30 days."),
            _("On its page the buyer types the number; no login is needed."),
            _("%(number)s is then cancelled by a credit note and issued anew with the number.")
            % {"number": invoice},
            _("Both are sent by themselves; whoever issues invoices is told."),
        ],
    }
