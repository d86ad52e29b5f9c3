"""Judging a draft: by EN 16931 always, by what this buyer's software checks besides, and by what
the buyer wants without any rule that says so."""

from collections.abc import Sequence
from datetime import date

from django.db.models import prefetch_related_objects

from invoicing.einvoice import PROFILES, Finding, Profile, errors
from invoicing.einvoice.parties import MAIL, is_leitweg_id
from invoicing.einvoice.rule_texts import explain
from invoicing.models import Invoice
from invoicing.services.facts import DELIVERIES, facts_of

ORDER_NUMBER_MISSING = "O2C-PO"
"""Our own rule: no standard asks for it, but the buyer's software or clerk does."""

ALWAYS, PUBLIC, NETWORK = PROFILES["zugferd"], PROFILES["xrechnung-ubl"], PROFILES["peppol"]


def read_parts(invoices: Sequence[Invoice]) -> None:
    """What the facts of the documents are made of, for all of them at once."""
    prefetch_related_objects(invoices, "lines__order_line", "vat_rows", "instalments", "charges")
    prefetch_related_objects(invoices, "files__document")
    deducting = [one for one in invoices if one.deposit_amount]
    prefetch_related_objects(deducting, "deposits__deposit")
    of_many_orders = [one for one in invoices if one.order_id is None]
    prefetch_related_objects(of_many_orders, "lines__order_line__order")
    of_many_shipments = [one for one in invoices if one.shipment_id is None]
    prefetch_related_objects(of_many_shipments, *DELIVERIES)


def profiles_for(invoice: Invoice) -> list[Profile]:
    """The forms in which the document must be right: those its buyer may be sent.

    German authorities take XRechnung, and so does everybody with a Leitweg-ID; whoever has an
    address in the Peppol network is sent Peppol BIS. A mail address is none.
    """
    customer, wanted = invoice.customer, [ALWAYS]
    is_german_authority = customer.is_public_body and customer.country == "DE"
    if is_german_authority or is_leitweg_id(invoice.buyer_reference):
        wanted.append(PUBLIC)
    if customer.endpoint_id and customer.endpoint_scheme not in ("", MAIL):
        wanted.append(NETWORK)
    return wanted


def rule_breaks(invoice: Invoice, *, on: date) -> list[Finding]:
    """The rules that forbid issuing a frozen draft on a day."""
    found = errors(facts_of(invoice, on=on), profiles_for(invoice))
    if lacks_order_number(invoice):
        sentence, field = explain(ORDER_NUMBER_MISSING)
        found.insert(0, Finding(ORDER_NUMBER_MISSING, sentence, field))
    return found


def lacks_order_number(invoice: Invoice) -> bool:
    """Whether the buyer wants their order number on the document and it names none.

    An invoice of many orders may name it at its lines.
    """
    wants = invoice.customer.is_po_number_required and not invoice.is_credit_note
    if not wants or invoice.po_number:
        return False
    lines = [] if invoice.order_id else [line.order_line for line in invoice.lines.all()]
    return not lines or not all(line and line.order.po_number for line in lines)
