"""How invoices reach their buyers: the list of deliveries, one of them, and what people decide."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import invoicing.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from invoicing.delivery_forms import SettleForm
from invoicing.einvoice.rule_texts import explain
from invoicing.filters import DeliveryFilter
from invoicing.models import Channel, Invoice, InvoiceDelivery, Receipt
from invoicing.standing import delivery_standing
from invoicing.tables import DeliveryTable


class DeliveryList(ListView):
    """Every delivery of an invoice; what waits for a person or the other side has its own tab."""

    right = "invoicing.view"
    title = gettext_lazy("Invoice delivery")
    help_text = gettext_lazy(
        "Each way an invoice took to its buyer. Nothing waits for ever: what is late, returned or"
        " rejected stands here until somebody settles it."
    )
    table_class = DeliveryTable
    filterset_class = DeliveryFilter
    sorts = {"created_at": ("created_at",), "timeout_at": ("timeout_at",)}
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Needs a person"), {"stage": "to_settle"}, is_counted=True),
        Tab(gettext_lazy("On the way"), {"stage": "on_the_way"}, is_counted=True),
        Tab(gettext_lazy("Waiting for receipt"), {"stage": "awaiting_receipt"}, is_counted=True),
        Tab(gettext_lazy("Rejected"), {"stage": "rejected"}, is_counted=True),
        Tab(gettext_lazy("Failed"), {"stage": "failed"}, is_counted=True),
        Tab(gettext_lazy("Done"), {"stage": "closed"}),
    )
    search_placeholder = gettext_lazy("Invoice, customer or address")
    empty = Empty(
        gettext_lazy("Nothing was sent yet"),
        gettext_lazy("An invoice appears here as soon as its documents are made."),
        "mail-forward",
    )

    def get_queryset(self) -> QuerySet[InvoiceDelivery]:
        """What the person may see here."""
        return (
            InvoiceDelivery.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("invoice__customer")
        )

    def actions(self) -> tuple[Action, ...]:
        """The way to the letters."""
        batches = reverse("invoicing:letter_batches")
        return (Action(_("Letters to print"), batches, "printer", "invoicing.view", False),)


@require_GET
@right_required("invoicing.view")
def delivery(request: Request, pk: int) -> HttpResponse:
    """One delivery: where it stands, what the other side said, what can be decided."""
    found = _delivery(request, pk)
    family, word = delivery_standing(found)
    events = Event.objects.visible_to(request.user).about(found.invoice)
    may_send = request.user.may("invoicing.send", found.company_id)
    by_hand = found.channel in (Channel.LETTER, Channel.EXPORT)
    is_open = found.closed_at is None
    context = {
        "delivery": found,
        "invoice": found.invoice,
        "standing": {"family": family, "word": word},
        "trouble": services.trouble_of(found) if is_open and found.alarmed_at else "",
        "rules": [_in_words(rule) for rule in found.findings],
        "events": events.filter(payload__delivery=found.pk)[:50],
        "is_rejected": found.receipt == Receipt.REJECTED,
        "may_settle": may_send and is_open and found.state != "claimed",
        "may_hand_over": may_send and is_open and by_hand and found.state == "pending",
        "may_send": may_send,
        "may_reissue": _may_reissue(request, found.invoice),
        "may_ask": may_send and _is_plain(found.invoice),
    }
    return render(request, "invoicing/delivery.html", context)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.send")
def settle(request: Request, pk: int) -> HttpResponse:
    """It has arrived, or the next channel is to be taken; with the reason."""
    found, form = _delivery(request, pk), SettleForm(request.POST or None)
    page: dict[str, Any] = {
        "title": _("Settle the delivery of %(number)s") % {"number": found.invoice},
        "back_url": found.get_absolute_url(),
        "back_label": str(found),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **page}, status=status)
    show_on_form(request, form, "form.html", **page)
    services.settle_delivery(
        pk,
        has_arrived=form.cleaned_data["outcome"] == "arrived",
        reason=form.cleaned_data["reason"],
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("Noted."))
    return redirect(found.invoice)


@require_POST
@right_required("invoicing.send")
def hand_over(request: Request, pk: int) -> HttpResponse:
    """A letter was posted, a file was put into the buyer's portal."""
    found = _delivery(request, pk)
    services.hand_over(pk, by=request.user, on=request.company.today())
    messages.success(request, _("Noted as handed over."))
    return redirect(found)


def _delivery(request: Request, pk: int) -> InvoiceDelivery:
    rows = InvoiceDelivery.objects.visible_to(request.user)
    related = ("company", "invoice__customer", "invoice__company", "message", "document", "batch")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _may_reissue(request: Request, invoice: Invoice) -> bool:
    rights = ("invoicing.credit", "invoicing.issue")
    may = all(request.user.may(right, invoice.company_id) for right in rights)
    return may and _is_plain(invoice)


def _is_plain(invoice: Invoice) -> bool:
    return invoice.state == "issued" and invoice.kind == Invoice.Kind.INVOICE


def _in_words(finding: dict[str, str]) -> dict[str, str]:
    """A rule that failed, for people, with the field to mend; the official text where we have no
    words of our own."""
    rule, official = finding.get("rule", ""), finding.get("text", "")
    sentence, field = explain(rule)
    return {"rule": rule, "sentence": sentence if field else official or sentence, "field": field}
