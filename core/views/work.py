"""Pages of jobs and messages, and the decisions people take there."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.auth import right_required
from core.exports import csv_response
from core.models import Event, Job, JobRow
from core.requests import Request
from core.services import retry_message, settle_message, stop_job
from core.services.progress import remaining_seconds
from core.views.scope import readable_jobs, readable_messages

SHOWN_ROWS = 200


@require_GET
@right_required("core.view_jobs")
def job(request: Request, pk: int) -> HttpResponseBase:
    """A job with its progress (polled as fragment) and the rows that need a look."""
    found = get_object_or_404(readable_jobs(request.user), pk=pk)
    if request.GET.get("export") == "csv":
        return _rows_as_csv(found)
    is_open = found.state in (Job.State.QUEUED, Job.State.RUNNING, Job.State.STOPPING)
    context = {
        "job": found,
        "is_open": is_open,
        "handled": found.done_count + found.failed_count,
        "rows": found.rows.exclude(state=JobRow.State.OK).order_by("pk")[:SHOWN_ROWS],
        "shown_rows": SHOWN_ROWS,
        "seconds_left": remaining_seconds(found),
    }
    part = "#progress" if request.htmx else ""
    return render(request, f"core/job.html{part}", context)


def _rows_as_csv(found: Job) -> HttpResponseBase:
    rows = found.rows.order_by("pk").iterator(chunk_size=2000)
    header = [_("Key"), _("Row"), _("Outcome"), _("Reason")]
    lines = ([row.key, row.label, row.get_state_display(), row.message] for row in rows)
    return csv_response(f"job-{found.pk}.csv", header, lines)


@require_POST
@right_required("core.view_jobs")
def stop(request: Request, pk: int) -> HttpResponse:
    """Ask a job to stop."""
    get_object_or_404(readable_jobs(request.user), pk=pk)
    stop_job(pk, by=request.user)
    return redirect("core:job", pk)


@require_GET
@right_required("core.view_jobs")
def message(request: Request, pk: int) -> HttpResponse:
    """A mail: where it stands, its text and files, and what a person can decide."""
    found = get_object_or_404(readable_messages(request), pk=pk)
    may_settle = request.user.may("core.settle_message", found.company_id)
    context = {
        "message": found,
        "files": found.attachments.order_by("pk"),
        "may_settle": may_settle,
        "events": Event.objects.visible_to(request.user)
        .filter(
            subject_type=found.about_type or found._meta.label_lower,
            subject_id=found.about_id or found.pk,
            payload__message=found.pk,
        )
        .order_by("-pk")[:50],
    }
    return render(request, "core/message.html", context)


@require_POST
@right_required("core.settle_message")
def settle(request: Request, pk: int) -> HttpResponse:
    """Decide whether an uncertain mail was sent."""
    get_object_or_404(readable_messages(request), pk=pk)
    was_sent = request.POST.get("was_sent") == "yes"
    settle_message(pk, was_sent=was_sent, by=request.user)
    messages.success(request, _("Noted as sent.") if was_sent else _("It will be sent again."))
    return redirect("core:message", pk)


@require_POST
@right_required("core.settle_message")
def retry(request: Request, pk: int) -> HttpResponse:
    """Send a parked mail again, to a corrected address where one was typed."""
    get_object_or_404(readable_messages(request), pk=pk)
    retry_message(pk, by=request.user, to=request.POST.get("to", "").strip())
    messages.success(request, _("It will be sent again."))
    return redirect("core:message", pk)
