"""The archive: stored invoice documents, who opened them and where they went."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from core.models import Event, StoredDocument
from core.services import VIEWED
from invoicing.models import Invoice, InvoiceDelivery
from o2c.errors import BusinessError


@dataclass(slots=True)
class Traces:
    """Who opened a document, and the ways it went, the latest first."""

    views: list[Event] = field(default_factory=list)
    deliveries: list[InvoiceDelivery] = field(default_factory=list)

    @property
    def viewers(self) -> list[str]:
        """Names of those who opened it, each once."""
        return list(dict.fromkeys(view.who for view in self.views))

    @property
    def sent_at(self) -> datetime | None:
        """When it went out last."""
        return next((one.created_at for one in self.deliveries if one.channel != "blocked"), None)


@dataclass(frozen=True, slots=True)
class Checked:
    """A stored file and whether its bytes still have the hash they were stored with."""

    document: StoredDocument
    is_intact: bool

    @classmethod
    def of(cls, document: StoredDocument) -> Self:
        """Read the file and compare."""
        try:
            document.read()
        except BusinessError:
            return cls(document, is_intact=False)
        return cls(document, is_intact=True)


def traces_of(invoices: Iterable[Invoice]) -> dict[int, Traces]:
    """Views and deliveries by invoice, by two statements however many there are."""
    owners = {
        document: invoice.pk
        for invoice in invoices
        for document in (invoice.pdf_id, invoice.xml_id)
        if document
    }
    found = {invoice: Traces() for invoice in owners.values()}
    # scope: traces of invoices that were scoped when they were found
    views = Event.objects.filter(
        name=VIEWED,
        subject_type=StoredDocument._meta.label_lower,
        subject_id__in=list(owners),
    )
    for view in views.order_by("-pk"):
        found[owners[view.subject_id]].views.append(view)
    # scope: as above
    sent = InvoiceDelivery.objects.filter(invoice__in=list(found))
    for delivery in sent.order_by("-pk"):
        found[delivery.invoice_id].deliveries.append(delivery)
    return found


def senders_of(invoice: Invoice) -> list[str]:
    """Names of the people or jobs that had it sent, the latest first."""
    # scope: events of an invoice that was scoped when it was found
    events = Event.objects.about(invoice).filter(name__startswith="invoice.delivery_")
    return list(dict.fromkeys(event.who for event in events))
