"""What a person worked on lately: documents of their newest events."""

from dataclasses import dataclass

from django.urls import reverse

from core.models import Company, Event, User

LOOKED_AT = 600
MOST = 6
_PAGES = {
    "customers.customer": ("customers:detail", "users", "customers.view"),
    "orders.order": ("orders:detail", "shopping-cart", "orders.view"),
    "fulfillment.shipment": ("fulfillment:shipment", "truck", "fulfillment.view"),
    "invoicing.invoice": ("invoicing:detail", "file-invoice", "invoicing.view"),
    "disputes.dispute": ("disputes:detail", "message-exclamation", "disputes.view"),
    "dunning.dunningrun": ("dunning:run", "mail-forward", "dunning.view"),
    "receivables.bankfile": ("receivables:bank_file", "building-bank", "receivables.view"),
    "receivables.bankentry": ("receivables:bank_entry", "building-bank", "receivables.view"),
    "receivables.openitem": ("receivables:item", "list-details", "receivables.view"),
}


@dataclass(frozen=True, slots=True)
class Recent:
    """A document a person had in hands."""

    label: str
    icon: str
    url: str


def recent_documents(company: Company, user: User) -> list[Recent]:
    """The last few, newest first; one statement that looks at the company's newest events only."""
    newest = Event.objects.filter(company=company).order_by("-pk")
    rows = newest.values_list(
        "actor_kind", "actor_id", "subject_type", "subject_id", "subject_label"
    )[:LOOKED_AT]
    found: dict[str, Recent] = {}
    for kind, actor, subject, pk, label in rows:
        page = _PAGES.get(subject)
        if kind != "user" or actor != user.pk or page is None or not label:
            continue
        name, icon, right = page
        if user.may(right, company.pk):
            url = reverse(name, args=[pk])
            found.setdefault(url, Recent(label, icon, url))
        if len(found) == MOST:
            break
    return list(found.values())
