"""Acts on many rows of a list: first what will happen to which, then a job that reports each."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.actors import require
from core.requests import Request, row_number
from core.services import start_job
from o2c.errors import InvalidInput

MOST_ROWS = 10_000
SHOWN_ROWS = 100
Text = str | Promise


def _none(row: Any) -> str:
    return ""


def _customer(row: Any) -> str:
    return str(getattr(row, "customer", "") or "")


@dataclass(frozen=True, slots=True)
class BulkAct:
    """Something done to each ticked row by a job of this ``kind`` (``o2c.jobs``).

    ``refusal`` says why a row is left out, or nothing; the verb asks again when it acts.
    ``amount`` names the attribute that is summed per ``currency``; ``text`` stands beside the row.
    """

    kind: str
    label: Text
    right: str
    explains: Text
    icon: str = ""
    refusal: Callable[[Any], str] = _none
    amount: str = ""
    currency: str = "currency"
    asks_reason: bool = False
    is_dangerous: bool = False
    text: Callable[[Any], str] = _customer


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A row of the preview: what it is, what it is worth, why it is left out if it is."""

    pk: int
    label: str
    text: str
    url: str
    amount: Decimal | None
    currency: str
    refusal: str


def preview_or_start(
    request: Request, act: BulkAct, rows: QuerySet[Any], *, title: str
) -> HttpResponse:
    """The preview; after its confirmation the job that does it, a row at a time.

    ``rows`` are those the person may see in this list. Raises: PermissionMissing; InvalidInput
    when nothing, or too much, is ticked or when a reason is missing.
    """
    require(request.user, act.right, request.company.pk)
    found = [_row(act, row) for row in _asked_for(request, rows)]
    if request.POST.get("confirmed") == "1":
        return _start(request, act, found)
    able = [row for row in found if not row.refusal]
    context = {
        "act": act,
        "title": act.label,
        "back_url": request.get_full_path(),
        "back_label": title,
        "able": able,
        "refused": [row for row in found if row.refusal],
        "shown": SHOWN_ROWS,
        "sums": _sums(able),
        "rows": ",".join(str(row.pk) for row in found),
        "token": uuid4().hex,
    }
    return render(request, "list_bulk.html", context)


def _asked_for(request: Request, rows: QuerySet[Any]) -> list[Any]:
    """The rows ticked, or all of the filter; those that are gone meanwhile are left out."""
    post = request.POST
    if post.get("everything") != "1":
        named = post.get("rows", "").split(",") + post.getlist("selected")
        rows = rows.filter(pk__in=[row_number(key) for key in named[: MOST_ROWS + 1]])
    found = list(rows.order_by("pk")[: MOST_ROWS + 1])
    if not found:
        raise InvalidInput("bulk.none", _("Tick at least one row that is still in this list."))
    if len(found) > MOST_ROWS:
        raise InvalidInput(
            "bulk.many",
            _("More than %(most)s rows at once: narrow the list.") % {"most": MOST_ROWS},
        )
    return found


def _row(act: BulkAct, row: Any) -> BulkRow:
    url = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
    return BulkRow(
        row.pk,
        str(row),
        act.text(row),
        url,
        getattr(row, act.amount) if act.amount else None,
        str(getattr(row, act.currency, "")),
        act.refusal(row),
    )


def _sums(rows: Sequence[BulkRow]) -> list[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.amount is not None:
            sums[row.currency] += row.amount
    return sorted(sums.items())


def _start(request: Request, act: BulkAct, found: Sequence[BulkRow]) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()[:500]
    if act.asks_reason and not reason:
        raise InvalidInput("bulk.reason", _("Say why; the reason is kept with each row."))
    able = [row for row in found if not row.refusal]
    with translation.override(settings.LANGUAGE_CODE):
        title = str(act.label)
    job = start_job(
        request.company,
        act.kind,
        title,
        {"rows": [[row.pk, row.label, row.url] for row in able], "reason": reason},
        by=request.user,
        token=f"{act.kind}:{request.user.pk}:{request.POST.get('token', '')[:32]}",
    )
    return redirect("core:job", job.pk)
