"""The help panel of each page, and the guided first hour."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_GET, require_POST

from core.requests import Request
from core.roles import carriers_of
from core.services import mark_step, start_guide_again
from o2c.help import topic_of
from o2c.help.guide import HIDDEN, step_named


@require_GET
def panel(request: Request) -> HttpResponse:
    """Help of the page whose path is asked for, with who may open it."""
    try:
        match = resolve(request.GET.get("path", "/")[:300])
    except Resolver404:
        match = resolve("/")
    right = getattr(match.func, "right", "")
    context = {
        "topic": topic_of(match.view_name or "home"),
        "carriers": carriers_of(right) if right else [],
    }
    return render(request, "help/panel.html", context)


@require_POST
def try_step(request: Request) -> HttpResponse:
    """Tick a step of the first hour off and go where it is tried; home if there is none such."""
    step = step_named(request.POST.get("step", ""))
    if step is None:
        return redirect("home")
    mark_step(request.user, step.key)
    return redirect(step.url)


@require_POST
def hide_guide(request: Request) -> HttpResponse:
    """The first hour is over."""
    mark_step(request.user, HIDDEN)
    return redirect("home")


@require_POST
def restart_guide(request: Request) -> HttpResponse:
    """Show the first hour again."""
    start_guide_again(request.user)
    return redirect("home")
