"""The page of one invoice, its files and its acts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import invoicing.services as services
from core.auth import right_required
from core.formats import amount
from core.models import Event, SignedLink, StoredDocument
from core.refusals import show_on_form
from core.requests import Request
from core.services import note_view
from disputes.models import Dispute
from fulfillment.models import Shipment
from invoicing.collected import deliveries_billed
from invoicing.forms import CreditForm, ResendForm
from invoicing.models import Invoice, InvoiceState
from invoicing.standing import (
    RIGHT,
    age_of,
    delivery_standing,
    standing_of,
    with_standing,
)
from o2c import flow
from orders.models import Order

TIMELINE = 40
CONSEQUENCES = "documents/consequences.html"


@require_GET
@right_required("invoicing.view")
def detail(request: Request, pk: int) -> HttpResponse:
    """Everything about one invoice."""
    invoice = _invoice(request, pk)
    family, word = standing_of(invoice)
    context = {
        "invoice": invoice,
        "standing": {"family": family, "word": word},
        "disputes": _disputes(request, invoice),
        "first_item": invoice.open_items.open().first() if _owes(invoice) else None,
        "lines": invoice.lines.select_related("product"),
        "deposits": invoice.deposits.select_related("deposit") if invoice.deposit_amount else (),
        "vat_rows": invoice.vat_rows.all(),
        "instalments": invoice.instalments.all(),
        "billed": deliveries_billed(invoice),
        **_deliveries(invoice),
        "corrections": invoice.corrections.exclude(number=None),
        "findings": _findings(request, invoice),
        "steps": flow.document_flow(invoice),
        "events": _events(request, invoice),
        "files": [file for file in (invoice.pdf, invoice.xml) if file] or None,
        "attached": _attached(invoice),
        "today": invoice.company.today(),
        "may": _rights(request, invoice),
        **_asked(request, invoice),
    }
    return render(request, "invoicing/detail.html", context)


@require_GET
@right_required("invoicing.view")
def preview(request: Request, pk: int) -> HttpResponse:
    """The PDF in the page: the stored bytes, or a draft as it would look if issued today."""
    invoice = _invoice(request, pk)
    on = invoice.company.today()
    is_draft = invoice.state == InvoiceState.DRAFT
    content = services.preview_pdf(pk, on=on) if is_draft else _stored_pdf(request, invoice)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{invoice.pk}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@right_required("invoicing.issue")
def issue(request: Request, pk: int) -> HttpResponse:
    """Number the draft and book it."""
    draft = _invoice(request, pk)
    invoice = flow.issue_invoice(pk, by=request.user, on=draft.company.today())
    messages.success(request, _("%(number)s is issued.") % {"number": invoice})
    return redirect(invoice)


@require_POST
@right_required("invoicing.issue")
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw the draft away."""
    invoice = _invoice(request, pk)
    services.discard_draft(pk, by=request.user, on=invoice.company.today())
    messages.success(request, _("%(draft)s is discarded.") % {"draft": invoice})
    return redirect("invoicing:list")


@require_POST
@right_required("invoicing.issue")
def bill(request: Request, pk: int) -> HttpResponse:
    """Invoice one shipment now."""
    shipments = Shipment.objects.visible_to(request.user).select_related("company")
    shipment = get_object_or_404(shipments, pk=pk)
    invoice = flow.bill_shipment(pk, by=request.user, on=shipment.company.today())
    return redirect(invoice)


@require_POST
@right_required("orders.enter")
def pro_forma(request: Request, pk: int) -> HttpResponse:
    """Make a pro forma invoice of an order; it is kept among its files."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    stored = services.make_pro_forma(order.pk, by=request.user, on=request.company.today())
    messages.success(request, _("%(file)s is kept with the order.") % {"file": stored})
    return redirect(order)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.credit")
def credit(request: Request, pk: int) -> HttpResponse:
    """Say what happens, ask why, then credit in full."""
    invoice, form = _invoice(request, pk), CreditForm(request.POST or None)
    context = _credit_context(invoice)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, CONSEQUENCES, {"form": form, **context}, status=status)
    show_on_form(request, form, CONSEQUENCES, **context)
    reason, on = form.cleaned_data["reason"], invoice.company.today()
    credit_note = flow.credit_invoice(pk, reason=reason, by=request.user, on=on)
    messages.success(request, _("%(number)s is issued.") % {"number": credit_note})
    return redirect(credit_note)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.send")
def resend(request: Request, pk: int) -> HttpResponse:
    """Ask why and where to, then send again."""
    invoice, form = _invoice(request, pk), ResendForm(request.POST or None)
    context = {**_back(invoice), "title": _("Send again"), "submit_label": _("Send again")}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **context}, status=status)
    show_on_form(request, form, "form.html", **context)
    on = invoice.company.today()
    delivery = services.resend(pk, **form.cleaned_data, by=request.user, on=on)
    messages.success(request, _("On its way to %(to)s.") % {"to": delivery.recipient})
    return redirect(invoice)


def _invoice(request: Request, pk: int) -> Invoice:
    rows = Invoice.objects.visible_to(request.user)
    related = (
        "company", "customer", "order", "payment_terms", "shipment", "corrects", "pdf", "xml",
        "replaces", "replaced_by",
    )  # fmt: skip
    rows = rows.select_related(*related)
    if request.user.may(RIGHT, request.company.pk):
        rows = with_standing(rows, on=request.company.today())
    return get_object_or_404(rows, pk=pk)


def _owes(invoice: Invoice) -> bool:
    return bool(getattr(invoice, "open_amount", None))


def _disputes(request: Request, invoice: Invoice) -> Any:
    """What is contested of it, for those who may see; asked only when something is."""
    if not getattr(invoice, "is_disputed", False):
        return []
    rows = Dispute.objects.visible_to(request.user).open().filter(item__invoice=invoice)
    return rows.select_related("owner", "item")


def _stored_pdf(request: Request, invoice: Invoice) -> bytes:
    documents = StoredDocument.objects.visible_to(request.user)
    document = get_object_or_404(documents, pk=invoice.pdf_id)
    content = document.read()
    note_view(document, by=request.user, on=invoice.company.today())
    return content


def _events(request: Request, invoice: Invoice) -> Any:
    events = Event.objects.visible_to(request.user)
    if invoice.correlation:
        return events.along(invoice.correlation)[:TIMELINE]
    return events.about(invoice)[:TIMELINE]


def _findings(request: Request, invoice: Invoice) -> Any:
    """What would refuse a draft if it were issued today."""
    if invoice.state != InvoiceState.DRAFT:
        return []
    return services.judge(_invoice(request, invoice.pk), on=invoice.company.today())


def _attached(invoice: Invoice) -> list[Any]:
    """Files that go with it, each with what its button posts."""
    files: list[Any] = list(invoice.files.select_related("document"))
    for file in files:
        file.fields = {"file": file.pk}
    return files


def _deliveries(invoice: Invoice) -> dict[str, Any]:
    """Each way it took, newest first, and what comes next should the last one fail."""
    rows: list[Any] = list(invoice.deliveries.order_by("-pk"))
    for row in rows:
        row.invoice = invoice
        family, word = delivery_standing(row)
        row.standing = {"family": family, "word": word}
        row.age = age_of(row)
        row.trouble = services.trouble_of(row) if row.closed_at is None and row.alarmed_at else ""
    tried = {row.channel for row in rows}
    is_open = bool(rows) and rows[0].closed_at is None
    left = [r for r in services.ladder(invoice) if r.channel not in tried] if is_open else []
    return {"deliveries": rows, "rungs_left": left}


def _rights(request: Request, invoice: Invoice) -> dict[str, bool]:
    rights = {
        "issue": "invoicing.issue", "credit": "invoicing.credit", "send": "invoicing.send",
        "see_payments": RIGHT, "match": "receivables.match", "dispute": "disputes.manage",
        "hold": "dunning.hold", "number": "orders.po_number", "note": "customers.note",
    }  # fmt: skip
    may = request.user.may
    return {name: may(right, invoice.company_id) for name, right in rights.items()}


def _asked(request: Request, invoice: Invoice) -> dict[str, Any]:
    """Whether the buyer may be asked for their order number, and who was asked last."""
    is_plain = invoice.kind == Invoice.Kind.INVOICE and invoice.state == InvoiceState.ISSUED
    if not is_plain or not request.user.may("invoicing.send", invoice.company_id):
        return {}
    open_amount = getattr(invoice, "open_amount", None)
    links = SignedLink.objects.visible_to(request.user).about(invoice).usable(timezone.now())
    return {
        "may_ask": open_amount in (None, invoice.payable_amount),
        "asked": links.filter(purpose=services.ORDER_NUMBER).first(),
    }


def _back(invoice: Invoice) -> dict[str, Any]:
    return {"back_url": invoice.get_absolute_url(), "back_label": str(invoice)}


def _credit_context(invoice: Invoice) -> dict[str, Any]:
    total = amount(invoice.gross_amount + invoice.rounding_amount, invoice.currency)
    return {
        **_back(invoice),
        "title": _("Credit %(number)s in full") % {"number": invoice},
        "lead": f"{invoice.customer} · {total}",
        "submit_label": _("Credit in full"),
        "effects": [
            _("A credit note over %(total)s is issued with its own number.") % {"total": total},
            _("%(number)s is cancelled; both stay in the books.") % {"number": invoice},
            *_set_off(invoice),
            _("The credit note is sent to the customer."),
        ],
    }


def _set_off(invoice: Invoice) -> list[str]:
    """What becomes of the receivable, from what is open of it now."""
    open_amount = getattr(invoice, "open_amount", None)
    if open_amount is None:
        return [_("The receivable is set off; what was paid stays as credit of the customer.")]
    paid = invoice.payable_amount - open_amount
    words = {
        "open": amount(open_amount, invoice.currency),
        "paid": amount(paid, invoice.currency),
    }
    said = [_("%(open)s still open are set off.") % words] if open_amount else []
    if paid:
        said.append(_("%(paid)s that were paid stay as credit of the customer.") % words)
    return said
