"""The matching desk: bank entries one under another, the current one open beside its proposal."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

import receivables.services as services
from core.auth import right_required
from core.requests import Request, row_number
from receivables import desk
from receivables.models import BankEntry, BankStatement

TABS = ("", "asked", "done")


@require_GET
@right_required("receivables.view")
def matching(request: Request, pk: int | None = None) -> HttpResponse:
    """The desk; ``pk`` opens that entry, else the first one is open."""
    entry = _entry(request, pk) if pk else None
    if entry and entry.is_settled:
        return redirect(entry)
    tab = request.GET.get("tab", "")
    context = _context(request, tab if tab in TABS else "", entry)
    return render(request, "receivables/matching.html", context)


@require_GET
@right_required("receivables.view")
def row(request: Request, pk: int) -> HttpResponse:
    """Fragment: one entry opened, at a proposal (``choice``) or at the finder (``find``)."""
    entry = _entry(request, pk)
    context = rights(request) | row_context(request, entry)
    return render(request, "receivables/matching_row.html", context)


@require_GET
@right_required("receivables.view")
def balance(request: Request) -> HttpResponse:
    """Fragment: what the bank says and what the ledger says, and the difference."""
    context = {"balances": desk.balances(request.user, request.company)}
    return render(request, "receivables/matching_balance.html", context)


def rights(request: Request) -> dict[str, Any]:
    """What the reader may do, and the day."""
    return {
        "may_match": request.user.may("receivables.match", request.company.pk),
        "may_set": request.user.may(services.LEEWAY_RIGHT, request.company.pk),
        "may_reverse": request.user.may("receivables.reverse", request.company.pk),
        "today": request.company.today(),
    }


def row_context(
    request: Request, entry: BankEntry, row: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The row of an entry with its open part; ``row`` is what is known of it already."""
    asked = request.GET.get("choice", "1")
    choice = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 1
    find = request.GET.get("f", "")[:400] if "find" in request.GET else None
    kept = [key for key in map(row_number, request.GET.getlist("item")[:100]) if key]
    row = row or desk.rows_of(request.company, [entry], opened=entry)[0]
    told = desk.opened(
        request.user,
        entry,
        choice=choice,
        find=find,
        kept=kept,
        case=row["case"],
        customers=row["customers"],
    )
    return {
        "row": row,
        "is_open": True,
        "colleagues": desk.colleagues(request.user, request.company),
        **told,
    }


def _entry(request: Request, pk: int) -> BankEntry:
    visible = BankEntry.objects.visible_to(request.user).select_related("company")
    return get_object_or_404(visible, pk=pk)


def _context(request: Request, tab: str, entry: BankEntry | None) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:80]
    waiting = desk.waiting(request.user, request.company, text)
    if entry is None:
        waiting = waiting.asked() if tab == "asked" else waiting.not_asked()
    queue = [] if tab == "done" else list(waiting.select_related("company")[: desk.QUEUE])
    if entry and entry not in queue:
        queue.insert(0, entry)
    current = entry or next(iter(queue), None)
    context = rights(request) | desk.counts(request.user, request.company)
    rows = desk.rows_of(request.company, queue, opened=current)
    context |= {
        "tab": tab,
        "q": text,
        "rows": rows,
        "sure_count": sum(1 for row in rows if row["proposal"] and row["proposal"].is_sure),
        "last": desk.last_match(request.user, request.company),
        "done": desk.done_today(request.user, request.company)[: desk.DONE]
        if tab == "done" or not queue
        else (),
        "statement": BankStatement.objects.visible_to(request.user)
        .filter(company=request.company, file__state="booked")
        .first()
        if not queue
        else None,
    }
    if current is None:
        return context | {"entry": None}
    row = next(row for row in rows if row["entry"] == current)
    return context | row_context(request, current, row)
