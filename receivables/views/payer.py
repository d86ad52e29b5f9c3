"""What a payment is for: asked of a customer by us, answered by whoever holds the link."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import receivables.services as services
from core.auth import right_required
from core.models import SignedLink
from core.refusals import show_on_form
from core.requests import Request, row_number
from core.throttle import may_answer
from customers.models import Customer
from o2c import flow
from receivables.forms_payer import AskPayerForm, PaymentForForm
from receivables.models import BankEntry, EntryQuestion
from receivables.services.asking_payer import SHOWN_ITEMS

ANSWER = "receivables/payment_for.html"
State = SignedLink.State
_STATUS = {
    "unknown": HTTPStatus.GONE,
    "expired": HTTPStatus.GONE,
    "revoked": HTTPStatus.GONE,
    "throttled": HTTPStatus.TOO_MANY_REQUESTS,
}


@require_http_methods(["GET", "POST"])
@right_required("receivables.match")
def ask_payer(request: Request, pk: int) -> HttpResponse:
    """Mail a customer a link to the page of their open invoices."""
    entry = get_object_or_404(BankEntry.objects.visible_to(request.user), pk=pk)
    customers = Customer.objects.visible_to(request.user).filter(company=entry.company_id)
    initial = {"customer": row_number(request.GET.get("customer", ""))}
    form = AskPayerForm(request.POST or None, initial=initial, customers=customers)
    context: dict[str, Any] = {
        "title": _("Ask the customer what the payment is for"),
        "back_url": entry.get_absolute_url(),
        "back_label": f"P-{entry.pk}",
        "submit_label": _("Ask the customer"),
        "lead": _(
            "A mail in the customer's language carries a personal link, valid for 14 days. On its"
            " page they tick their open invoices; no login is needed."
        ),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        made = services.ask_payer(
            entry.pk,
            customer=form.cleaned_data["customer"],
            to=form.cleaned_data["to"],
            by=request.user,
            on=request.company.today(),
        )
        assert made.link is not None
        messages.success(request, _("%(to)s is asked.") % {"to": made.link.recipient})
        return redirect("receivables:matching")
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**context, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def payment_for(request: HttpRequest) -> HttpResponse:
    """Whoever holds the link ticks the invoices; opening the page changes nothing."""
    key = request.GET.get("key", "")
    # scope: whoever holds the key may see this one row
    link = SignedLink.objects.keyed(key, services.PAYMENT_FOR)
    # scope: of the link above
    asked = EntryQuestion.objects.select_related("bank_entry__company", "customer", "link")
    question = asked.filter(link=link).first() if link else None
    if link is None or question is None or question.customer is None:
        return _closed(request, {"state": "unknown"})
    entry = question.bank_entry
    translation.activate(question.customer.language)
    items = list(services.payable(question)[:SHOWN_ITEMS])
    context = {"link": link, "entry": entry, "company": entry.company, "items": items}
    if link.state != State.OPEN or entry.is_settled:
        is_late = link.state == State.OPEN and entry.is_settled
        return _closed(request, context | {"state": "late" if is_late else link.state})
    typed = request.POST if request.method == "POST" else None
    form = PaymentForForm(typed, items=items)
    context["ticked"] = {row_number(pk) for pk in request.POST.getlist("item")}
    if request.method == "POST" and not may_answer(request, key):
        return _closed(request, context | {"state": "throttled"})
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, ANSWER, context | {"form": form}, status=status)
    show_on_form(request, form, ANSWER, **context)
    on = entry.company.today()
    made = services.answer_payer(link, form.cleaned_data["item"], on=on)
    if made.bank_entry.is_settled:
        flow.recheck_holds(
            entry.company, customer=question.customer, by=services.PAYER_ANSWERS, on=on
        )
    return redirect(request.get_full_path())


def _closed(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A page without a form: what was answered, or why nothing can be, and what to do."""
    status = _STATUS.get(context["state"], HTTPStatus.OK)
    return render(request, "receivables/payment_for_closed.html", context, status=status)
