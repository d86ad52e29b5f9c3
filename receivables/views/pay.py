"""Where a customer pays by card: what is open, by the link in a mail; then what became of it.

The key of the link never leaves us: the provider sends the payer back to a page that the payment's
own random key opens, and that shows no more than this payment.
"""

import uuid
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

import receivables.services as services
from core.actors import CustomerActor
from core.models import SignedLink
from core.refusals import show_on_form
from core.services import PAY_PAGE
from core.throttle import may_answer
from customers.models import Customer
from invoicing.models import Invoice
from o2c import flow
from o2c.errors import BusinessError
from o2c.money import ZERO
from receivables.card_forms import PayForm
from receivables.models import OpenItem, ProviderPayment

PAGE, CLOSED, STATE = (
    "receivables/pay.html",
    "receivables/pay_closed.html",
    ("receivables/pay_state.html"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest) -> HttpResponse:
    """Whoever holds the link chooses what to pay; opening the page changes nothing."""
    key = request.GET.get("key", "")
    # scope: whoever holds the key may see what is open of this one customer
    link = SignedLink.objects.keyed(key, PAY_PAGE)
    customer = _customer(link) if link else None
    if link is None or customer is None:
        return _closed(request, "unknown")
    translation.activate(customer.language)
    if link.state != SignedLink.State.OPEN:
        return _closed(request, str(link.state), company=customer.company)
    if services.provider_of(customer.company) is None:
        return _closed(request, "off", company=customer.company)
    context = _context(customer, link)
    if not context["items"]:
        return _closed(request, "nothing", company=customer.company, payments=context["payments"])
    form = _form(request, link, context["items"])
    if request.method == "POST" and not may_answer(request, key):
        return _closed(request, "throttled", company=customer.company)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, PAGE, context | {"form": form}, status=status)
    show_on_form(request, form, PAGE, **context)
    payment = flow.begin_card_payment(
        customer.pk,
        _wish(form, customer),
        return_url=f"{settings.PUBLIC_URL}{_state_url('{payment}')}&back=1",
        by=_payer(customer, link),
        on=customer.company.today(),
    )
    return redirect(_state_url(str(payment.key)))


def _state_url(key: str) -> str:
    return f"{reverse('pay_state')}?payment={key}"


def _payer(customer: Customer, link: SignedLink) -> CustomerActor:
    rights = frozenset({services.PAY})
    return CustomerActor(customer.pk, link.holder, customer.company_id, rights)


def _wish(form: PayForm, customer: Customer) -> services.PaymentWish:
    data = form.cleaned_data
    return services.PaymentWish(
        data["items"],
        uuid.UUID(data["key"]),
        uses_credits=data["uses_credits"],
        language=customer.language,
    )


def _customer(link: SignedLink) -> Customer | None:
    """Whose link it is: made about them, or about one of their invoices."""
    pk = link.subject_id
    if link.subject_type == Invoice._meta.label_lower:
        # scope: the link names its one row
        invoices = Invoice.objects.filter(company=link.company_id, pk=link.subject_id)
        pk = invoices.values_list("customer", flat=True).first()
    # scope: the link names its one row
    customers = Customer.objects.filter(company=link.company_id, pk=pk)
    return customers.select_related("company").first()


def _form(request: HttpRequest, link: SignedLink, items: list[OpenItem]) -> PayForm:
    mine = [item.pk for item in items]
    if link.subject_type == Invoice._meta.label_lower:
        mine = [item.pk for item in items if item.invoice_id == link.subject_id] or mine
    return PayForm(
        request.POST or None,
        choices=[(item.pk, item.document_number) for item in items],
        initial={"items": mine, "uses_credits": len(mine) == len(items), "key": uuid.uuid4()},
    )


def _context(customer: Customer, link: SignedLink) -> dict[str, Any]:
    items = services.payable_items(customer)
    on_account = services.usable_credits(customer)
    # scope: payments of the link's customer
    payments = ProviderPayment.objects.filter(customer=customer).exclude(state="expired")
    return {
        "customer": customer,
        "company": customer.company,
        "link": link,
        "items": items,
        "open_amount": sum((item.outstanding_amount for item in items), ZERO),
        "credit_amount": sum((item.outstanding_amount for item in on_account), ZERO),
        "payments": payments.order_by("-pk")[:5],
        "today": customer.company.today(),
    }


@require_GET
def pay_state(request: HttpRequest) -> HttpResponse:
    """A payment by its own key: go on to the provider's page, or what became of it."""
    try:
        key = uuid.UUID(request.GET.get("payment", ""))
    except ValueError:
        return _closed(request, "unknown")
    # scope: whoever has the payment's random key may see this one payment
    payments = ProviderPayment.objects.select_related("company", "customer").filter(key=key)
    payment = payments.first()
    if payment is None:
        return _closed(request, "unknown")
    translation.activate(payment.customer.language)
    is_open = payment.state in (ProviderPayment.State.BEGUN, ProviderPayment.State.OPEN)
    if is_open and "back" in request.GET and may_answer(request, str(key)):
        on = payment.company.today()
        with suppress(BusinessError):  # the provider's message or the sweep brings it
            flow.sync_card_payment(payment.pk, by=_back_by(payment), on=on)
        payment.refresh_from_db()
    return render(request, STATE, _state_context(request, payment))


def _back_by(payment: ProviderPayment) -> CustomerActor:
    return CustomerActor(
        payment.customer_id, payment.started_by_name, payment.company_id, frozenset()
    )


def _state_context(request: HttpRequest, payment: ProviderPayment) -> dict[str, Any]:
    captures = payment.movements.filter(kind="capture").select_related("item")
    rest = -sum((row.item.outstanding_amount for row in captures), ZERO)
    shares = payment.shares.filter(amount__gt=0).select_related("item")
    return {
        "payment": payment,
        "company": payment.company,
        "shares": shares.order_by("item__due_on", "item_id"),
        "rest_amount": rest,
        "is_back": "back" in request.GET,
    }


_STATUS = {
    "unknown": HTTPStatus.GONE,
    "expired": HTTPStatus.GONE,
    "revoked": HTTPStatus.GONE,
    "throttled": HTTPStatus.TOO_MANY_REQUESTS,
}


def _closed(request: HttpRequest, state: str, **context: Any) -> HttpResponse:
    """A page without a form: why, and what to do."""
    status = _STATUS.get(state, HTTPStatus.OK)
    return render(request, CLOSED, {"state": state, **context}, status=status)
