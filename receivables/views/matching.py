"""The matching screen: money that came on the left, what it pays on the right, next."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import receivables.services as services
from core.auth import right_required
from core.requests import Request, row_number
from customers.models import Customer
from o2c import flow
from o2c.errors import InvalidInput
from o2c.money import ZERO
from receivables.models import BankEntry, BankMatch, OpenItem
from receivables.models.bank import BankEntryQuerySet
from receivables.rules.facts import Proposal
from receivables.rules.sharing import DIFFERENCES, Wanted, share_out
from receivables.services.lookups import cases_of, tokens_of
from receivables.services.matching import Suggestions
from receivables.words import (
    confidence_family,
    confidence_word,
    evidence_words,
    marked,
    missing_word,
)

QUEUE = 50
FOUND = 40


@require_GET
@right_required("receivables.view")
def matching(request: Request, pk: int | None = None) -> HttpResponse:
    """The queue and one entry of it with its proposals."""
    waiting = _waiting(request)
    queue = list(waiting.select_related("company")[:QUEUE])
    if pk is None:
        entry = queue[0] if queue else None
    else:
        visible = BankEntry.objects.visible_to(request.user).select_related("company")
        entry = get_object_or_404(visible, pk=pk)
        if entry.is_settled:
            return redirect(entry)
    context = _context(request, waiting, queue, entry)
    return render(request, "receivables/matching.html", context)


def _waiting(request: Request) -> BankEntryQuerySet:
    rows = BankEntry.objects.visible_to(request.user).filter(company=request.company).to_match()
    text = request.GET.get("q", "").strip()[:80]
    if text:
        rows = rows.filter(Q(payer_name__icontains=text) | Q(remittance__icontains=text))
    return rows


def _context(
    request: Request,
    waiting: BankEntryQuerySet,
    queue: Sequence[BankEntry],
    entry: BankEntry | None,
) -> dict[str, Any]:
    today = request.company.today()
    context: dict[str, Any] = {
        "queue": _queue(request, queue),
        "left": waiting.order_by()
        .values("currency")
        .annotate(count=Count("pk"), total=Sum("amount")),
        "entry": entry,
        "today": today,
        "q": request.GET.get("q", "")[:80],
        "last": _last(request),
        "may_match": request.user.may("receivables.match", request.company.pk),
        "may_reverse": request.user.may("receivables.reverse", request.company.pk),
    }
    if entry:
        context |= _selected(request, queue, entry)
    return context


def _queue(request: Request, queue: Sequence[BankEntry]) -> list[dict[str, Any]]:
    """Each waiting entry with the word for its best proposal; a fixed number of queries."""
    received = [entry for entry in queue if entry.amount > 0]
    best = {
        case.entry.pk: case.decide().proposals[:1] for case in cases_of(request.company, received)
    }
    rows = []
    for entry in queue:
        first = next(iter(best.get(entry.pk, ())), None)
        rows.append(
            {
                "entry": entry,
                "word": confidence_word(first.confidence.name) if first else "",
                "family": _family(first) if first else "neutral",
            }
        )
    return rows


def _family(proposal: Proposal) -> str:
    return confidence_family(proposal.confidence, has_difference=proposal.difference != 0)


def _last(request: Request) -> BankMatch | None:
    """What this person matched last, for undo."""
    return (
        BankMatch.objects.visible_to(request.user)
        .filter(company=request.company, undone_at=None, decided_by=request.user)
        .select_related("bank_entry", "payment_item__customer")
        .order_by("-pk")
        .first()
    )


def _selected(request: Request, queue: Sequence[BankEntry], entry: BankEntry) -> dict[str, Any]:
    suggestions = services.propose(entry)
    keys = [waiting.pk for waiting in queue]
    place = keys.index(entry.pk) if entry.pk in keys else -1
    choice = _choice(request, len(suggestions.keys))
    is_finding = "find" in request.GET
    return {
        "text": [marked(line, tokens_of(entry)) for line in entry.remittance.split("\n")],
        "proposals": _proposals(suggestions),
        "choice": choice,
        "missing": missing_word(suggestions.outcome.missing),
        "next_pk": keys[place + 1] if 0 <= place < len(keys) - 1 else None,
        "previous_pk": keys[place - 1] if place > 0 else None,
        "is_finding": is_finding,
        "found": _found(request, entry, suggestions) if is_finding else (),
        "f": request.GET.get("f", "")[:200],
        "returnable": services.returnable(entry) if entry.amount < 0 else (),
    }


def _choice(request: Request, count: int) -> int:
    asked = request.GET.get("choice", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 1
    return (number - 1) % count + 1 if count else 1


def _proposals(suggestions: Suggestions) -> list[dict[str, Any]]:
    # scope: proposed for a payment that was scoped when it was found
    customers = Customer.objects.in_bulk({p.customer_id for _key, p in suggestions.rows})
    return [
        {
            "key": key,
            "proposal": proposal,
            "customer": customers[proposal.customer_id],
            "word": confidence_word(proposal.confidence.name),
            "family": _family(proposal),
            "evidence": evidence_words(proposal.evidence),
        }
        for key, proposal in suggestions.rows
    ]


def _found(request: Request, entry: BankEntry, suggestions: Suggestions) -> list[OpenItem]:
    """Open items for the find panel: what was typed (a list by ``|`` or line), else the payer's."""
    rows = (
        OpenItem.objects.visible_to(request.user)
        .filter(company=request.company, currency=entry.currency)
        .debits()
        .open()
        .select_related("customer")
    )
    typed = request.GET.get("f", "")[:200]
    words = [word.strip() for word in typed.replace("\n", "|").split("|") if word.strip()][:20]
    if words:
        wanted = Q()
        for word in words:
            wanted |= Q(document_number__iexact=word) | Q(document_number__istartswith=word)
            wanted |= Q(customer__name__icontains=word) | Q(customer__number__iexact=word)
        rows = rows.filter(wanted)
    else:
        rows = rows.filter(customer__in={p.customer_id for p in suggestions.outcome.proposals})
    return list(rows.order_by("due_on", "pk")[:FOUND])


@require_POST
@right_required("receivables.match")
def accept(request: Request, pk: int) -> HttpResponse:
    """Book the proposal the person saw."""
    entry = _visible(request, pk)
    match = services.accept(
        entry.pk, key=request.POST.get("key", ""), by=request.user, on=request.company.today()
    )
    return _next(request, match)


@require_POST
@right_required("receivables.match")
def match(request: Request, pk: int) -> HttpResponse:
    """Give the money to the ticked items; the difference as chosen."""
    entry = _visible(request, pk)
    made = services.match_entry(
        entry.pk, shares=_shares(request, entry), by=request.user, on=request.company.today()
    )
    return _next(request, made)


def _shares(request: Request, entry: BankEntry) -> list[services.ShareDraft]:
    ticked = [row_number(key) for key in request.POST.getlist("item")]
    items = OpenItem.objects.visible_to(request.user).filter(pk__in=ticked[:200])
    if not ticked or not items:
        raise InvalidInput("match.nothing", _("Tick the items that this payment pays."))
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
        for part in share_out(entry.amount, wanted, is_closing=way != "open")
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
    made = services.match_entry(
        entry.pk, shares=(), customer_id=customer.pk, by=request.user, on=request.company.today()
    )
    return _next(request, made)


@require_POST
@right_required("receivables.reverse")
def give_back(request: Request, pk: int) -> HttpResponse:
    """Book a return against the payment it takes back."""
    entry = _visible(request, pk)
    made = services.return_payment(
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
    services.undo_match(found.pk, by=request.user, on=request.company.today())
    messages.success(request, _("Undone. The payment waits to be matched again."))
    return redirect("receivables:matching_entry", found.bank_entry_id)


def _visible(request: Request, pk: int) -> BankEntry:
    return get_object_or_404(BankEntry.objects.visible_to(request.user), pk=pk)


def _next(request: Request, made: BankMatch) -> HttpResponse:
    """Say what was done, offer undo, free what waited for the money, go on with the next entry."""
    if made.payment_item:
        flow.recheck_holds(
            request.company,
            customer=made.payment_item.customer,
            by=request.user,
            on=request.company.today(),
        )
    messages.success(
        request,
        _("Matched %(payment)s of %(customer)s.")
        % {
            "payment": made.payment_item.document_number if made.payment_item else "",
            "customer": made.payment_item.customer if made.payment_item else "",
        },
        extra_tags=reverse("receivables:undo", args=[made.pk]),
    )
    following = row_number(request.POST.get("next", ""))
    if following:
        waiting = BankEntry.objects.visible_to(request.user).filter(pk=following, is_settled=False)
        if waiting.exists():
            return redirect("receivables:matching_entry", following)
    return redirect("receivables:matching")
