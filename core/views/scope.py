"""Which documents, messages and jobs a person may read: those of the stages they may see."""

from django.db.models import Q, QuerySet

from core.models import Job, OutboundMessage, StoredDocument, User
from core.requests import Request
from core.roles import RIGHTS

STAGES = ("customers", "orders", "fulfillment", "invoicing", "receivables", "disputes", "dunning")

_RIGHT_OF_KIND = {
    "bank_file": "receivables.view",
    "books_export": "receivables.view",
    "opening_items": "receivables.view",
    "order_import": "orders.view",
    "customer_list": "customers.view",
}
"""For documents kept before there was a row they belong to."""


def readable_messages(request: Request) -> QuerySet[OutboundMessage]:
    """Messages of the chosen company about stages the person may see; notices by mail are left
    to administrators."""
    user, company = request.user, request.company
    messages = OutboundMessage.objects.visible_to(user).filter(company=company)
    for stage in STAGES:
        if not user.may(f"{stage}.view", company.pk):
            messages = messages.exclude(about_type__startswith=f"{stage}.")
    if not user.may("core.manage", company.pk):
        messages = messages.exclude(kind="notification")
    return messages


def readable_jobs(user: User) -> QuerySet[Job]:
    """Jobs of stages the person may see, in each of their companies: the rows of a job name what
    it worked on."""
    jobs = Job.objects.visible_to(user)
    for stage in STAGES:
        seen = [pk for pk in user.roles_by_company if user.may(f"{stage}.view", pk)]
        jobs = jobs.exclude(Q(kind__startswith=f"{stage}.") & ~Q(company__in=seen))
    return jobs


def right_to_read(document: StoredDocument) -> str:
    """The right that opens a document: that of the stage it belongs to."""
    right = f"{document.subject_type.partition('.')[0]}.view"
    if right in RIGHTS:
        return right
    return _RIGHT_OF_KIND.get(document.kind, "core.view_audit")
