"""What belongs to the person: company chosen, notices, files, profile."""

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.actors import require
from core.models import Company, StoredDocument
from core.profile import ProfileForm
from core.requests import Request, row_number
from core.roles import Role
from core.services import mark_read, note_view
from core.views.scope import right_to_read

THEMES = ("auto", "light", "dark")


@require_POST
def choose_company(request: Request) -> HttpResponse:
    """Work in another company from now on, on the same list, or at home after a document."""
    wanted = request.POST.get("company", "")
    companies = Company.objects.visible_to(request.user)
    company = get_object_or_404(companies, pk=row_number(wanted))
    request.session["company"] = company.pk
    path = request.POST.get("next", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, None)
    is_list = is_ours and not any(map(str.isdigit, path))
    return HttpResponseRedirect(path if is_list else reverse("home"))


@require_GET
def session(request: Request) -> HttpResponse:
    """Whether the person is still logged in (204; a stranger gets 401), and a fresh CSRF token."""
    return HttpResponse(status=204, headers={"X-CSRF-Token": get_token(request)})


@require_GET
def logged_in_again(request: Request) -> HttpResponse:
    """Where the login over a page ends: a page that tells the one behind it to go on."""
    return render(request, "core/logged_in_again.html")


@require_POST
def read_notices(request: Request) -> HttpResponse:
    """Mark all notices of the person as read."""
    mark_read(request.user)
    return redirect("core:notifications")


@require_POST
def theme(request: Request) -> HttpResponse:
    """Light, dark or as the system, from now on; the page has changed already."""
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        return HttpResponse(status=422)
    request.user.theme = wanted
    request.user.save(update_fields=["theme"])
    return HttpResponse(status=204)


@require_GET
def document(request: Request, pk: int) -> HttpResponseBase:
    """A stored file as it was kept: a download, or a PDF shown in the page with ``?inline=1``."""
    found = get_object_or_404(StoredDocument.objects.visible_to(request.user), pk=pk)
    require(request.user, right_to_read(found), found.company_id)
    content = found.read()
    if found.subject_type.startswith("invoicing."):
        note_view(found, by=request.user, on=request.company.today())
    is_inline = found.content_type == "application/pdf" and request.GET.get("inline") == "1"
    response = FileResponse(
        ContentFile(content),
        as_attachment=not is_inline,
        filename=found.filename,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
def profile(request: Request) -> HttpResponse:
    """Name, language, theme and keys of the person."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("core:profile")
    context = {"form": form, "title": _("Profile"), "roles": _roles(request)}
    return render(request, "core/profile.html", context, status=422 if form.errors else 200)


def _roles(request: Request) -> list[tuple[Company, list[str]]]:
    """Companies with the names of the roles held there."""
    held = request.user.roles_by_company
    companies = request.companies
    return [(c, sorted(str(Role(role).label) for role in held.get(c.pk, ()))) for c in companies]
