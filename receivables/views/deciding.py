"""Decisions at the matching desk. In the desk itself the row is answered, elsewhere a page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.bulk import BulkAct, preview_or_start
from core.fields import read_figure
from core.requests import Request, row_number
from customers.models import Customer
from o2c import flow
from o2c.errors import InvalidInput
from o2c.money import ZERO, cents
from o2c.navigation import COUNT_UP_TO
from receivables import desk
from receivables.models import BankEntry, BankMatch, OpenItem
from receivables.rules.sharing import DIFFERENCES, Wanted, share_out
from receivables.services.settling import payment_number
from receivables.views.matching import rights, row_context


@require_POST
@right_required("receivables.match")
def accept(request: Request, pk: int) -> HttpResponse:
    """Book the proposal the person saw; with another way for the difference, what it names."""
    entry = _visible(request, pk)
    if request.POST.get("difference", "open") != "open":
        return _match(request, entry)
    made = flow.accept_match(
        entry.pk, key=request.POST.get("key", ""), by=request.user, on=request.company.today()
    )
    return _next(request, made)


@require_http_methods(["GET", "POST"])
@right_required("receivables.match")
def match_sure(request: Request) -> HttpResponse:
    """All strong proposals at one stroke: first which, then a job with a row each."""
    if request.method == "GET":
        return redirect("receivables:matching")
    told = desk.sure(request.user, request.company)
    act = BulkAct(
        "receivables.match_sure",
        _("Match all strong"),
        "receivables.match",
        _("Each payment is matched if its proposal is still strong and nothing is left over."),
        "checks",
        amount="amount",
        text=lambda entry: told.get(entry.pk, ""),
    )
    rows = BankEntry.objects.visible_to(request.user).filter(pk__in=told)
    return preview_or_start(request, act, rows, title=_("Match payments"))


@require_POST
@right_required("receivables.match")
def match(request: Request, pk: int) -> HttpResponse:
    """Give the money to the ticked items; the difference as chosen."""
    return _match(request, _visible(request, pk))


def _match(request: Request, entry: BankEntry) -> HttpResponse:
    items = _ticked(request)
    paid = _paid(request, entry, items)
    made = flow.match_entry(
        entry.pk,
        shares=_shares(request, entry.amount if paid is None else paid, items),
        paid_amount=paid,
        by=request.user,
        on=request.company.today(),
    )
    return _next(request, made)


def _ticked(request: Request) -> list[OpenItem]:
    ticked = [row_number(key) for key in request.POST.getlist("item")]
    items = OpenItem.objects.visible_to(request.user).filter(pk__in=ticked[:200])
    if not ticked or not items:
        raise InvalidInput("match.nothing", _("Tick the items that this payment pays."))
    return list(items)


def _paid(request: Request, entry: BankEntry, items: Sequence[OpenItem]) -> Decimal | None:
    """How much was paid in the items' currency, where that is another one than the payment's."""
    currencies = {item.currency for item in items}
    if currencies == {entry.currency}:
        return None
    if len(currencies) > 1:
        raise InvalidInput(
            "match.currencies",
            _("Items in %(currencies)s can't be paid at once: tick those of one currency.")
            % {"currencies": ", ".join(sorted(currencies))},
        )
    (currency,) = currencies
    amount = read_figure(request.POST.get(f"paid_{currency}", ""))
    if amount is None or amount <= 0 or amount != cents(amount):
        raise InvalidInput(
            "match.paid_amount",
            _("Say how much of %(currency)s was paid, with two decimals at most.")
            % {"currency": currency},
        )
    return amount


def _shares(
    request: Request, amount: Decimal, items: Sequence[OpenItem]
) -> list[services.ShareDraft]:
    way = request.POST.get("difference", "open")
    if way not in DIFFERENCES:
        raise InvalidInput("match.difference", _("Choose what the difference is."))
    wanted = [Wanted(item.pk, item.due_on, item.outstanding_amount) for item in items]
    return [
        services.ShareDraft(
            part.pk,
            part.amount,
            discount=part.shortage if way == "discount" else ZERO,
            closing=part.shortage if way in ("charges", "rounding") else Decimal("0.00"),
            closing_as=way if way in ("charges", "rounding") else "",
        )
        for part in share_out(amount, wanted, is_closing=way != "open")
    ]


@require_POST
@right_required("receivables.match")
def on_account(request: Request, pk: int) -> HttpResponse:
    """Put the whole payment on a customer's account."""
    entry = _visible(request, pk)
    key = row_number(request.POST.get("customer", ""))
    if not key:
        raise InvalidInput(
            "match.customer", _("Choose the customer whose account takes the payment.")
        )
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=key)
    made = flow.match_entry(
        entry.pk, shares=(), customer_id=customer.pk, by=request.user, on=request.company.today()
    )
    return _next(request, made)


@require_POST
@right_required("receivables.match")
def ask(request: Request, pk: int) -> HttpResponse:
    """Ask a colleague about an entry; it waits among the asked ones."""
    entry = _visible(request, pk)
    made = services.ask_colleague(
        entry.pk,
        of_pk=row_number(request.POST.get("of", "")) or 0,
        note=request.POST.get("note", ""),
        by=request.user,
        on=request.company.today(),
    )
    told = _("Asked %(name)s.") % {"name": made.asked_of}
    if not _is_at_desk(request):
        messages.success(request, told)
        return redirect("receivables:matching")
    return _strip(request, {"entry": entry, "told": told})


@require_POST
@right_required("receivables.reverse")
def give_back(request: Request, pk: int) -> HttpResponse:
    """Book a return against the payment it takes back."""
    entry = _visible(request, pk)
    made = flow.return_payment(
        entry.pk,
        match_pk=row_number(request.POST.get("match", "")),
        by=request.user,
        on=request.company.today(),
    )
    return _next(request, made)


@require_POST
@right_required("receivables.reverse")
def undo(request: Request, pk: int) -> HttpResponse:
    """Undo a match; the payment waits to be matched again."""
    found = get_object_or_404(BankMatch.objects.visible_to(request.user), pk=pk)
    flow.undo_match(found.pk, by=request.user, on=request.company.today())
    told = _("Undone. The payment waits to be matched again.")
    if not _is_at_desk(request):
        messages.success(request, told)
        return redirect("receivables:matching_entry", found.bank_entry_id)
    entry = BankEntry.objects.select_related("company").get(pk=found.bank_entry_id)  # scope: above
    context = row_context(request, entry) | {"told": told}
    return _answer(request, "receivables/matching_row.html", context)


@require_POST
@right_required("receivables.reverse")
def unapply(request: Request, pk: int) -> HttpResponse:
    """Take the items back; the payment stays on the customer's account."""
    found = get_object_or_404(BankMatch.objects.visible_to(request.user), pk=pk)
    services.unapply_match(found.pk, by=request.user, on=request.company.today())
    told = _("Unmatched. The payment stays on the customer's account.")
    if not _is_at_desk(request):
        messages.success(request, told)
        return redirect(found.payment_item or found.bank_entry)
    return _strip(request, {"entry": found.bank_entry, "told": told, "made": found})


def _visible(request: Request, pk: int) -> BankEntry:
    return get_object_or_404(BankEntry.objects.visible_to(request.user), pk=pk)


def _is_at_desk(request: Request) -> bool:
    """The desk swaps its rows; other pages post plain forms."""
    return request.headers.get("HX-Request") == "true" and request.POST.get("desk") == "1"


def _next(request: Request, made: BankMatch) -> HttpResponse:
    """Free what waited for the money; say what was done and offer to undo it."""
    customer = made.payment_item.customer if made.payment_item else None
    flow.recheck_holds(
        request.company, customer=customer, by=request.user, on=request.company.today()
    )
    documents = desk.paid_by(made)
    sentence = (
        _("Matched %(payment)s of %(customer)s with %(documents)s.")
        if documents
        else _("Matched %(payment)s of %(customer)s.")
    )
    told = sentence % {
        "payment": payment_number(made.bank_entry),
        "customer": customer or _("several customers"),
        "documents": ", ".join(documents),
    }
    if _is_at_desk(request):
        return _strip(request, {"entry": made.bank_entry, "told": told, "made": made})
    messages.success(request, told, extra_tags=reverse("receivables:undo", args=[made.pk]))
    return redirect("receivables:matching")


def _strip(request: Request, context: dict[str, Any]) -> HttpResponse:
    """The row that was dealt with, 32 px high, with its undo; the counters beside it."""
    return _answer(request, "receivables/matching_strip.html", context)


def _answer(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """A row, and with it what stands around the rows: tabs, menu and the header's undo."""
    counted = desk.counts(request.user, request.company)
    around = {
        "last": desk.last_match(request.user, request.company),
        "menu_count": min(counted["waiting_count"] + counted["asked_count"], COUNT_UP_TO),
        "is_answer": True,
    }
    return render(request, template, rights(request) | counted | around | context)
