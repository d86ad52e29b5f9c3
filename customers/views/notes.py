"""Notes on a customer: log a call, pin, tick off the next step."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from customers import services
from customers.forms import NoteForm
from customers.models import Customer, CustomerNote
from o2c import flow

PAGE = "customers/note_form.html"
OUTCOMES = frozenset(CustomerNote.Outcome.values)


@require_http_methods(["GET", "POST"])
@right_required("customers.note")
def log(request: Request, pk: int) -> HttpResponse:
    """Write down what was said; ``?outcome=promise`` begins with a promise."""
    rows = Customer.objects.visible_to(request.user).select_related("company")
    customer = get_object_or_404(rows, pk=pk)
    form = _form(request, customer)
    context = {
        "customer": customer,
        "title": _("Log a contact with %(name)s") % {"name": customer.name},
        "back_url": customer.get_absolute_url(),
        "back_label": customer.number,
        "submit_label": _("Save note"),
    }
    if not form.is_valid():
        template = f"{PAGE}#drawer" if request.htmx else PAGE
        status = 422 if form.is_bound else 200
        return render(request, template, {"form": form, **context}, status=status)
    show_on_form(request, form, PAGE, **context)
    on = customer.company.today()
    flow.log_contact(pk, form.draft(), is_pausing=form.wants_pause, by=request.user, on=on)
    messages.success(request, _("Noted."))
    return redirect(customer)


@require_POST
@right_required("customers.note")
def pin(request: Request, pk: int) -> HttpResponse:
    """Pin a note (``is_pinned=1``) or take it down."""
    note = _note(request, pk)
    is_pinned = request.POST.get("is_pinned") == "1"
    on = note.customer.company.today()
    services.pin_note(pk, is_pinned=is_pinned, by=request.user, on=on)
    return redirect(note.customer)


@require_POST
@right_required("customers.note")
def step_done(request: Request, pk: int) -> HttpResponse:
    """The next step is done."""
    note = _note(request, pk)
    services.finish_step(pk, by=request.user, on=note.customer.company.today())
    messages.success(request, _("Done."))
    return redirect(note.customer)


def _form(request: Request, customer: Customer) -> NoteForm:
    asked = request.GET.get("outcome", "")
    initial: dict[str, Any] = {"outcome": asked if asked in OUTCOMES else ""}
    may_pause = request.user.may("dunning.hold", customer.company_id)
    data = request.POST or None
    return NoteForm(data, customer=customer, may_pause=may_pause, initial=initial)


def _note(request: Request, pk: int) -> CustomerNote:
    rows = CustomerNote.objects.visible_to(request.user).select_related("customer__company")
    return get_object_or_404(rows, pk=pk)
