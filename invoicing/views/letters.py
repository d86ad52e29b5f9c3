"""Print batches of letters: collect, print, hand over."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

import invoicing.services as services
from core.auth import right_required
from core.lists import Empty, ListView
from core.requests import Request
from invoicing.models import InvoiceDelivery, LetterBatch
from invoicing.standing import batch_standing
from invoicing.tables import LetterBatchTable


class LetterBatchList(ListView):
    """Print batches, newest first, and how many letters wait for the next one."""

    right = "invoicing.view"
    title = gettext_lazy("Letters to print")
    help_text = gettext_lazy(
        "The letters of a day in one file, in postal order. They are collected over night or by"
        " the button; posted letters are noted as handed over."
    )
    template_name = "invoicing/letter_batches.html"
    table_class = LetterBatchTable
    sorts = {"collected_on": ("collected_on", "pk")}
    empty = Empty(
        gettext_lazy("No letters yet"),
        gettext_lazy("Customers without e-mail and Peppol get their invoices by letter."),
        "printer",
    )

    def get_queryset(self) -> QuerySet[LetterBatch]:
        """What the person may see here."""
        rows = LetterBatch.objects.visible_to(self.request.user)
        return rows.filter(company=self.request.company)

    def extra_context(self) -> dict[str, object]:
        """How many letters wait, and whether the person may collect them."""
        rows = InvoiceDelivery.objects.visible_to(self.request.user)
        waiting = rows.filter(company=self.request.company).letters_waiting().count()
        may = self.request.user.may("invoicing.send", self.request.company.pk)
        return {"waiting": waiting, "may_collect": may and waiting}


@require_POST
@right_required("invoicing.send")
def collect(request: Request) -> HttpResponse:
    """Collect what waits now and make its file."""
    company = request.company
    batch = services.collect_letters(company.pk, by=request.user, on=company.today())
    if batch is None:
        messages.info(request, _("No letter waits."))
        return redirect("invoicing:letter_batches")
    services.print_batch(batch.pk)
    return redirect(batch)


@require_GET
@right_required("invoicing.view")
def batch(request: Request, pk: int) -> HttpResponse:
    """One batch: its files, its letters in order, and whether it is at the post."""
    found = _batch(request, pk)
    may_send = request.user.may("invoicing.send", found.company_id)
    family, word = batch_standing(found)
    context = {
        "batch": found,
        "standing": {"family": family, "word": word},
        "letters": services.in_postal_order(found),
        "may_hand_over": may_send and found.pdf_id and found.handed_over_at is None,
    }
    return render(request, "invoicing/letter_batch.html", context)


@require_POST
@right_required("invoicing.send")
def hand_over_batch(request: Request, pk: int) -> HttpResponse:
    """The batch is at the post."""
    _batch(request, pk)
    services.hand_over_batch(pk, by=request.user, on=request.company.today())
    messages.success(request, _("Noted as handed over."))
    return redirect(reverse("invoicing:letter_batch", args=[pk]))


def _batch(request: Request, pk: int) -> LetterBatch:
    rows = LetterBatch.objects.visible_to(request.user)
    related = ("company", "pdf", "manifest", "handed_over_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)
