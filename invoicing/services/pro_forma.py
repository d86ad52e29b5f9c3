"""The pro forma invoice of an order: looks like one, is none, and takes no number of theirs."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.actors import Actor, require
from core.models import StoredDocument
from core.services import record_event, store_document
from invoicing.einvoice import FactsLine, InvoiceFacts, VatLine
from invoicing.einvoice.facts import INVOICE
from invoicing.pdf import pro_forma_pdf
from invoicing.services.facts import charge_of, item_of, party_of, seller_of
from invoicing.services.freeze import buyer_snapshots
from o2c.errors import Conflict
from o2c.money import TaxableLine, cents, totals
from orders.models import Order, OrderCharge, OrderLine

PRO_FORMA = "pro_forma"


def make_pro_forma(pk: int, *, by: Actor, on: date) -> StoredDocument:
    """Lay out the order as it stands today, in the customer's language, and keep it with it.

    Each time a new document: what was handed out before stays. Raises: Conflict for an order
    without lines or a cancelled one; PermissionMissing.
    """
    order = Order.objects.select_related("company", "customer", "ship_to", "payment_terms").get(
        pk=pk
    )
    require(by, "orders.enter", order.company_id)
    facts = pro_forma_facts(order, on=on)
    if not facts.lines or order.state == "cancelled":
        raise Conflict(
            "order.nothing_for_pro_forma",
            _("%(number)s has nothing to put on a pro forma invoice.") % {"number": order.number},
        )
    pdf = pro_forma_pdf(facts, sender=order.company.snapshot(), mark=_("Pro forma"))
    with translation.override(order.customer.language):
        filename = f"{_('Pro forma invoice')} {order.number}.pdf"
    stored = store_document(
        pdf,
        company_id=order.company_id,
        kind=PRO_FORMA,
        filename=filename,
        content_type="application/pdf",
        subject=order,
    )
    record_event(
        "order.pro_forma_made", order, by=by, on=on,
        correlation=order.correlation, label=order.number, sha256=stored.sha256,
    )  # fmt: skip
    return stored


def pro_forma_facts(order: Order, *, on: date) -> InvoiceFacts:
    """What the pro forma says: what is still wanted of the order, with its charges and VAT."""
    lines = [line for line in order.lines.select_related("product") if _left(line)]
    charges = list(order.charges.all())
    company = order.company.snapshot()
    with translation.override(order.customer.language):
        charge_facts = tuple(charge_of(one) for one in charges)
    return InvoiceFacts(
        kind=INVOICE,
        number=order.number,
        issued_on=on,
        currency=order.currency,
        language=order.customer.language,
        seller=seller_of(company),
        buyer=party_of(buyer_snapshots([order.customer])[order.customer_id]),
        ship_to=party_of(order.ship_to.snapshot()) if order.ship_to else None,
        lines=_lines(lines),
        charges=charge_facts,
        **_sums(lines, charges),
        iban=company["iban"].replace(" ", ""),
        bic=company["bic"],
        bankgiro=company["bankgiro"],
        payment_reference=order.number,
        po_number=order.po_number,
        order_number=order.number,
        project_reference=order.customer.project_reference,
        contract_reference=order.customer.contract_reference,
        accounting_reference=order.customer.accounting_reference,
    )


def _sums(lines: Sequence[OrderLine], charges: Sequence[OrderCharge]) -> dict[str, Any]:
    """Totals and the VAT table."""
    parts: list[tuple[OrderLine | OrderCharge, Decimal]] = []
    parts += [(charge, charge.signed_amount) for charge in charges]
    parts += [(line, line.net_amount) for line in lines]
    sums = totals(TaxableLine(net, part.vat_category, part.vat_rate) for part, net in parts)
    notes = {
        (part.vat_category, part.vat_rate.normalize()): part.vat_note for part, _amount in parts
    }
    return {
        "vat_rows": tuple(
            VatLine(
                row.vat_category,
                row.vat_rate,
                row.net_amount,
                row.vat_amount,
                notes[row.vat_category, row.vat_rate],
            )
            for row in sums.vat_rows
        ),
        "net_amount": sums.net_amount,
        "vat_amount": sums.vat_amount,
        "gross_amount": sums.gross_amount,
    }


def _left(line: OrderLine) -> Decimal:
    return line.quantity - line.cancelled_quantity


def _lines(lines: Sequence[OrderLine]) -> tuple[FactsLine, ...]:
    return tuple(
        FactsLine(
            position=line.position,
            name=line.description,
            product_number=line.product.number,
            quantity=_left(line),
            unit=line.unit,
            unit_price=line.unit_price,
            net_amount=line.net_amount,
            vat_category=line.vat_category,
            vat_rate=line.vat_rate,
            discount_rate=line.discount_rate,
            discount_amount=cents(_left(line) * line.unit_price) - line.net_amount,
            buyer_reference=line.buyer_reference,
            **item_of(line.product.item()),
        )
        for line in lines
    )
