"""Home: what waits for the person, since when, worth how much; then pictures by role."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.models import SavedView
from core.requests import Request
from core.roles import Role
from core.services import Look, choose_look
from reporting.drawn import backlog, credit, receivables, stages
from reporting.drawn import promises as promised
from reporting.pictures import Picture
from reporting.reads.cash import disputed
from reporting.reads.kept import past_of
from reporting.reads.key_figures import key_figures
from reporting.reads.late import late_payers
from reporting.reads.promises import promises
from reporting.reads.recent import recent_documents
from reporting.views.base import picture_file
from reporting.views.dashboard import cash_of, month_ends, sales_of_months, stages_of
from reporting.worklist import Arrangement, others, what_is_next, worklist

PLACE = "home"
MONTHS = 12
MONEY = (
    Role.FINANCE_MANAGER,
    Role.AR_ACCOUNTANT,
    Role.BILLING,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.SALES_MANAGER,
)
"""Roles that see the money's pictures first."""


@require_GET
def home(request: Request) -> HttpResponse:
    """The worklist; pictures come after it by themselves."""
    company, user, now = request.company, request.user, timezone.now()
    arrangement = _arrangement(request)
    queues = arrangement.arrange(worklist(company, user, now=now))
    shown = [queue for queue in queues if not queue.is_hidden]
    context = {
        "greeting": _greeting(timezone.localtime(now), user.name),
        "queues": shown,
        "all_queues": queues,
        "waits": sum(1 for queue in shown if queue.count),
        "others": others(company, user, now=now),
        "recent": recent_documents(company, user),
        "next": what_is_next(company, user, now=now),
        "roles": [Role(role).label for role in sorted(_roles(request))],
        "now": now,
    }
    return render(request, "reporting/home.html", context)


def _greeting(now: datetime, name: str) -> str:
    first = name.split(" ")[0] if name else ""
    if now.hour < 5 or now.hour >= 18:
        return _("Good evening, %(name)s") % {"name": first}
    if now.hour < 11:
        return _("Good morning, %(name)s") % {"name": first}
    return _("Good day, %(name)s") % {"name": first}


def _roles(request: Request) -> frozenset[str]:
    return request.user.roles_by_company.get(request.company.pk, frozenset())


def _arrangement(request: Request) -> Arrangement:
    look = SavedView.objects.visible_to(request.user).filter(
        company=request.company, place=PLACE, owner=request.user, name=""
    )
    found = look.first()
    return Arrangement.read(found.columns if found else [])


@require_POST
def arrange_home(request: Request) -> HttpResponse:
    """Hide, show or move a queue; the person's own choice in this company."""
    queues = worklist(request.company, request.user, now=timezone.now())
    keys = [queue.key for queue in _arrangement(request).arrange(queues)]
    arrangement = _arrangement(request).ordered(keys)
    key, act = request.POST.get("queue", ""), request.POST.get("act", "")
    if key in keys:
        arrangement = arrangement.act(key, act)
        look = Look(query="", columns=arrangement.written(), is_compact=False)
        choose_look(request.company, PLACE, look, by=request.user)
    return redirect("home")


@require_GET
def home_pictures(request: Request) -> HttpResponseBase:
    """The pictures of the person's role, as a part of the page; or one of them as a file."""
    parts = _parts(request)
    file = picture_file(request, parts["pictures"])
    if file is not None:
        return file
    parts["picture_url"] = request.path
    return render(request, "reporting/home_pictures.html", parts)


def _parts(request: Request) -> dict[str, Any]:
    roles, company = _roles(request), request.company
    may_see_money = request.user.may("reporting.view", company.pk)
    if Role.COLLECTOR in roles and may_see_money:
        return {"pictures": _collector(request)}
    if Role.CREDIT_MANAGER in roles and may_see_money:
        return {"pictures": _credit(request)}
    if may_see_money and roles & set(MONEY):
        return _money(request)
    if Role.SALES_REP in roles:
        return {"pictures": _rep(request)}
    if Role.WAREHOUSE in roles:
        return {"pictures": _warehouse(request)}
    return {"pictures": []}


def _money(request: Request) -> dict[str, Any]:
    company, today = request.company, request.company.today()
    currency, past = company.currency, past_of(company)
    months = key_figures(company, [*month_ends(today, MONTHS), today], currency=currency, past=past)
    return {
        "pictures": [
            cash_of(company, today, currency, past),
            receivables.ageing_picture(months[-1].position, currency),
            receivables.dso_picture(months, currency),
            sales_of_months(company, today, currency),
        ],
        "stages": stages_of(request, today, currency, past),
        "stages_definition": stages.DEFINITION,
    }


def _collector(request: Request) -> list[Picture]:
    company, today = request.company, request.company.today()
    currency, past = company.currency, past_of(company)
    (now,) = key_figures(company, [today], currency=currency, past=past)
    payers = late_payers(company, as_of=today, currency=currency, past=past)
    return [
        receivables.late_picture(payers, as_of=today, currency=currency),
        promised.promises_picture(
            promises(company, as_of=today, currency=currency), as_of=today, currency=currency
        ),
        receivables.ageing_picture(now.position, currency),
        receivables.disputes_picture(disputed(company, currency=currency), currency),
    ]


def _credit(request: Request) -> list[Picture]:
    company, today = request.company, request.company.today()
    currency, past = company.currency, past_of(company)
    (now,) = key_figures(company, [today], currency=currency, past=past)
    payers = late_payers(company, as_of=today, currency=currency, past=past)
    return [
        credit.exposure_picture(company, today=today),
        credit.holds_picture(company, today=today),
        receivables.late_picture(payers, as_of=today, currency=currency),
        receivables.ageing_picture(now.position, currency),
    ]


def _rep(request: Request) -> list[Picture]:
    company, today = request.company, request.company.today()
    sales = sales_of_months(company, today, company.currency, rep_id=request.user.pk)
    return [sales, backlog.own_orders_picture(company, request.user, today=today)]


def _warehouse(request: Request) -> list[Picture]:
    company, today = request.company, request.company.today()
    return [
        backlog.to_ship_picture(company, today=today),
        backlog.waiting_picture(company),
    ]
