"""Pages that belong to no stage: following what one wants to hear of."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.actors import require
from core.models import Follow, SavedView
from core.requests import Request, row_number
from core.services import follow, follow_view, unfollow
from o2c.errors import InvalidInput
from o2c.follows import FOLLOWABLE, rows_of


@require_POST
def toggle_follow(request: Request) -> HttpResponse:
    """Follow the document at a path, or the saved view named; stop when it is followed already."""
    path = request.POST.get("path", "")[:300]
    if view_key := row_number(request.POST.get("view", "")):
        return _toggle_view(request, view_key)
    match = _page_at(path)
    kind = FOLLOWABLE.get(match.view_name)
    if kind is None:
        raise _nothing_there()
    rows = kind._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
    subject = get_object_or_404(rows, pk=match.kwargs["pk"])
    require(request.user, getattr(match.func, "right", ""), subject.company_id)
    what = {"view": None, "subject_type": kind._meta.label_lower, "subject_id": subject.pk}
    # scope: a person's own
    if Follow.objects.filter(user=request.user, **what).exists():
        unfollow(by=request.user, **what)
        messages.info(request, _("You no longer follow %(what)s.") % {"what": subject})
    else:
        follow(subject, label=str(subject), url=path, by=request.user)
        messages.success(request, _("You will hear at the bell of what happens to %s.") % subject)
    return HttpResponseRedirect(path)


def _toggle_view(request: Request, pk: int) -> HttpResponse:
    view = get_object_or_404(
        SavedView.objects.visible_to(request.user).seen_by(request.user), pk=pk
    )
    path = request.POST.get("path", "")[:300]
    if _page_at(path).view_name != view.place:
        raise _nothing_there()
    url = f"{path}?{view.query}&view={view.pk}"
    # scope: a person's own
    if Follow.objects.filter(user=request.user, view=view).exists():
        unfollow(by=request.user, view=view)
        messages.info(request, _("You no longer follow %(what)s.") % {"what": view})
    else:
        follow_view(view, url=url, rows=rows_of, by=request.user)
        messages.success(request, _("You will hear at the bell of what comes into “%s”.") % view)
    return HttpResponseRedirect(url)


def _page_at(path: str) -> ResolverMatch:
    try:
        return resolve(path)
    except Resolver404:
        raise _nothing_there() from None


def _nothing_there() -> InvalidInput:
    return InvalidInput("follow.nothing", _("There is nothing to follow on that page."))
