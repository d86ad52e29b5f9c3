"""The case page of a deduction: evidence in words, the papers of the order, the act to take."""

from typing import Any

from django.utils.translation import gettext as _

from core import formats
from disputes.forms import DecideForm
from disputes.models import Dispute
from disputes.words import answer_words, evidence_words, recommendation_words, recommended
from fulfillment.models import Shipment
from orders.models import Order
from receivables.models import WriteOffState

Paper = dict[str, Any]


def deduction_context(dispute: Dispute) -> dict[str, Any]:
    """What the page of a deduction shows beside what every dispute does."""
    item, act = dispute.item, recommended(dispute)
    told = evidence_words(dispute.evidence, item.currency)
    waits = dispute.write_off is not None and dispute.write_off.state == WriteOffState.ASKED
    return {
        "told": told,
        "sums": {"asked": item.amount, "open": item.outstanding_amount},
        "papers": papers_of(dispute),
        "act": act,
        "act_words": recommendation_words(act),
        "waits": waits,
        "answer": answer_words(dispute),
        "form": DecideForm(initial={"reason": dispute.reason, "resolution": " ".join(told[:1])}),
    }


def papers_of(dispute: Dispute) -> list[Paper]:
    """Order, deliveries with their proof, invoice and payment, each with what it says."""
    invoice, found = dispute.item.invoice, list[Paper]()
    orders = [invoice.order] if invoice and invoice.order else []
    found += [_order(order) for order in orders]
    # scope: shipments of the order of an item that was scoped
    for shipment in Shipment.objects.filter(order__in=orders).gone().order_by("pk")[:20]:
        found.append(_shipment(shipment))
    if invoice:
        said = formats.amount(invoice.gross_amount, invoice.currency)
        found.append(_paper(_("Invoice"), invoice.number, invoice.get_absolute_url(), said))
    if dispute.match:
        entry = dispute.match.bank_entry
        words = " ".join(entry.remittance.split())[:140]
        said = f"{formats.amount(entry.amount, entry.currency)} · {words}"
        found.append(_paper(_("Payment"), f"P-{entry.pk}", entry.get_absolute_url(), said))
    return found


def _order(order: Order) -> Paper:
    said = _("Ordered on %(day)s") % {"day": formats.day(order.ordered_on)}
    if order.po_number:
        said += f" · {order.po_number}"
    return _paper(_("Order"), order.number, order.get_absolute_url(), said)


def _shipment(shipment: Shipment) -> Paper:
    """Delivered is the proof; dispatched is only our word."""
    if shipment.delivered_on:
        said = _("Delivered on %(day)s") % {"day": formats.day(shipment.delivered_on)}
    elif shipment.dispatched_on:
        said = _("Dispatched on %(day)s, delivery not proved") % {
            "day": formats.day(shipment.dispatched_on)
        }
    else:
        said = ""
    carrier = " ".join(filter(None, [shipment.carrier, shipment.tracking_number]))
    paper = _paper(
        _("Delivery"),
        shipment.number,
        shipment.get_absolute_url(),
        " · ".join(filter(None, [said, carrier])),
    )
    return paper | {"document": shipment.delivery_note_id}


def _paper(kind: str, name: object, url: str, said: str) -> Paper:
    return {"kind": kind, "name": name, "url": url, "said": said}
