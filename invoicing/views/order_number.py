"""A buyer's missing order number: asked for by us, given by whoever holds the link."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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
from orders.models import Order

ASK, ANSWER = "invoicing/ask_order_number.html", "invoicing/order_number.html"
State = SignedLink.State


# --- We ask --------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@right_required("invoicing.send")
def ask(request: Request, pk: int) -> HttpResponse:
    """Say what happens, then mail the buyer of an issued invoice a link."""
    invoice = _invoice(request, pk)
    form, context = _asking(request, invoice), _about_asking_for_invoice(invoice)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, ASK, {"form": form, **context}, status=status)
    show_on_form(request, form, ASK, **context)
    to, on = form.cleaned_data["to"], invoice.company.today()
    answers.ask_order_number(pk, to=to, by=request.user, on=on)
    messages.success(request, _("%(to)s is asked for the order number.") % {"to": to})
    return redirect(invoice)


@require_http_methods(["GET", "POST"])
@right_required("orders.po_number")
def ask_of_order(request: Request, pk: int) -> HttpResponse:
    """Say what happens, then mail the buyer of an order a link."""
    order = _order(request, pk)
    form, context = _asking(request, order), _about_asking_for_order(order)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, ASK, {"form": form, **context}, status=status)
    show_on_form(request, form, ASK, **context)
    to, on = form.cleaned_data["to"], order.company.today()
    answers.ask_order_number_of(pk, to=to, by=request.user, on=on)
    messages.success(request, _("%(to)s is asked for the order number.") % {"to": to})
    return redirect(order)


@require_http_methods(["GET", "POST"])
@right_required("orders.po_number")
def enter(request: Request, pk: int) -> HttpResponse:
    """Somebody of ours knows the number of an order and types it."""
    order, form = _order(request, pk), OrderNumberForm(request.POST or None)
    form.fields["number"].label = _("Their order number")
    context = {**_back(order), "title": _("Enter the order number"), "lead": _lead(order)}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **context}, status=status)
    show_on_form(request, form, "form.html", **context)
    number, on = form.cleaned_data["number"], order.company.today()
    answers.enter_order_number(pk, number, by=request.user, on=on)
    messages.success(request, _("Saved."))
    return redirect(order)


@require_GET
@right_required("invoicing.send")
def preview(request: Request, pk: int) -> HttpResponse:
    """The page as the buyer will see it, in their language; nothing can be sent from it."""
    return _preview(request, _invoice(request, pk))


@require_GET
@right_required("orders.po_number")
def preview_of_order(request: Request, pk: int) -> HttpResponse:
    """The page about an order as the buyer will see it."""
    return _preview(request, _order(request, pk))


def _preview(request: Request, subject: Invoice | Order) -> HttpResponse:
    with translation.override(_language(subject)):
        context = {**_about(subject), "form": OrderNumberForm(), "is_preview": True}
        return render(request, ANSWER, context)


def _asking(request: Request, subject: Invoice | Order) -> AskOrderNumberForm:
    contact = invoice_contact(subject.customer)
    initial = {"to": contact.email if contact else ""}
    return AskOrderNumberForm(request.POST or None, initial=initial)


def _about_asking_for_invoice(invoice: Invoice) -> dict[str, Any]:
    return _page(invoice, "invoicing:order_number_preview") | {
        "effects": [
            *_mailed(),
            _("%(number)s is then cancelled by a credit note and issued anew with the number.")
            % {"number": invoice},
            _("Both are sent by themselves; whoever issues invoices is told."),
        ]
    }


def _about_asking_for_order(order: Order) -> dict[str, Any]:
    return _page(order, "invoicing:order_number_preview_of_order") | {
        "effects": [
            *_mailed(),
            _("The number is put on %(number)s and on its invoices.") % {"number": order.number},
            _("What was delivered and waits for the number is invoiced and sent by itself."),
        ]
    }


def _mailed() -> list[str]:
    return [
        _("A mail in the buyer's language carries a personal link, valid for 30 days."),
        _("On its page the buyer types the number; no login is needed."),
    ]


def _page(subject: Invoice | Order, preview_name: str) -> dict[str, Any]:
    return {
        **_back(subject),
        "title": _("Ask the buyer for the order number"),
        "lead": _lead(subject),
        "submit_label": _("Ask the buyer"),
        "preview_url": reverse(preview_name, args=[subject.pk]),
    }


def _back(subject: Invoice | Order) -> dict[str, Any]:
    return {"back_url": subject.get_absolute_url(), "back_label": str(subject.number)}


def _lead(subject: Invoice | Order) -> str:
    return f"{subject.number} · {subject.customer}"


def _invoice(request: Request, pk: int) -> Invoice:
    rows = Invoice.objects.visible_to(request.user).issued()
    related = ("company", "customer", "order", "shipment")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _order(request: Request, pk: int) -> Order:
    rows = Order.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("company", "customer"), pk=pk)


# --- The buyer answers ---------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def order_number(request: HttpRequest) -> HttpResponse:
    """Whoever holds the link gives the order number; opening the page changes nothing."""
    key = request.GET.get("key", "")
    # scope: whoever holds the key may see this one row
    link = SignedLink.objects.keyed(key, ORDER_NUMBER)
    subject = _asked_about(link) if link else None
    if link is None or subject is None:
        return _closed(request, {"state": "unknown"})
    translation.activate(_language(subject))
    why = answers.why_order_number_is_late(subject)
    context = {**_about(subject), "link": link}
    if link.state != State.OPEN or why:
        return _closed(request, context | {"state": _state(link, why), "why": why})
    form = OrderNumberForm(request.POST or None)
    if request.method == "POST" and not may_answer(request, key):
        return _closed(request, context | {"state": "throttled"})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, ANSWER, context | {"form": form}, status=status)
    show_on_form(request, form, ANSWER, **context)
    on = subject.company.today()
    answers.give_order_number(link, form.cleaned_data["number"], on=on)
    return redirect(request.get_full_path())


def _asked_about(link: SignedLink) -> Invoice | Order | None:
    """The row that the link names; None for an order that was thrown away as a draft."""
    if link.subject_type == Order._meta.label_lower:
        # scope: the link names its one row
        orders = Order.objects.filter(company=link.company_id, pk=link.subject_id)
        return orders.select_related("company", "customer").first()
    # scope: the link names its one row
    invoices = Invoice.objects.filter(company=link.company_id, pk=link.subject_id)
    related = ("company", "customer", "order", "shipment", "replaced_by")
    return invoices.select_related(*related).first()


def _about(subject: Invoice | Order) -> dict[str, Any]:
    name = "invoice" if isinstance(subject, Invoice) else "order"
    return {name: subject, "company": subject.company}


def _language(subject: Invoice | Order) -> str:
    return subject.language if isinstance(subject, Invoice) else subject.customer.language


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
