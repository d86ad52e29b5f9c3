"""The page of finds."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from core.requests import Request
from reporting.search import search


@require_GET
def search_page(request: Request) -> HttpResponse:
    """Finds of the search box; one find only is opened at once."""
    text = request.GET.get("q", "")
    found = search(request.company, request.user, text)
    if len(found.hits) == 1 and not request.htmx:
        return redirect(found.hits[0].url)
    template = "reporting/search.html#hits" if request.htmx else "reporting/search.html"
    return render(request, template, {"found": found, "text": text})
