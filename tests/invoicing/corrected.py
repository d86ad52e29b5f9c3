"""What happens to an issued document of a story: credits of every kind, and cancel and reissue."""

from datetime import date
from decimal import ROUND_DOWN

from invoicing.models import Invoice
from invoicing.services import Corrections, CreditPart, left_of
from o2c import flow
from o2c.money import cents
from tests.invoicing.any_orders import WHOLE, Act
from tests.invoicing.make import JOB, D


def _credit_all(invoice: Invoice, act: Act, on: date) -> None:
    """Credit it; what was sent is then billed again."""
    flow.credit_invoice(invoice.pk, reason="Falsch berechnet", by=JOB, on=on)
    if act.share > D("0.5") and invoice.shipment_id:
        flow.bill_shipment(invoice.shipment_id, by=JOB, on=on)
    elif act.share > D("0.5") and invoice.kind == "invoice" and invoice.order_id:
        flow.bill_ahead(invoice.order_id, by=JOB, on=on)


def _credit_quantity(invoice: Invoice, act: Act, on: date) -> None:
    parts = {
        pk: CreditPart(quantity=max(cents(row.quantity_left * act.share), D("0.001")))
        for pk, row in left_of(invoice).lines.items()
        if row.quantity_left > 0
    }
    _credit_parts(invoice, parts, on)


def _credit_value(invoice: Invoice, act: Act, on: date) -> None:
    parts = {
        pk: CreditPart(net_amount=max(cents(row.net_left * act.share), D("0.01")))
        for pk, row in left_of(invoice).lines.items()
        if row.net_left > 0
    }
    first = dict(list(parts.items())[: 1 + act.which % 2])
    _credit_parts(invoice, first, on)


def _credit_charge(invoice: Invoice, act: Act, on: date) -> None:
    charges = {
        pk: max(cents(row.amount_left * act.share), D("0.01"))
        for pk, row in left_of(invoice).charges.items()
        if row.amount_left > 0
    }
    if charges:
        flow.credit_parts(invoice.pk, lines={}, charges=charges, reason="Kulanz #1#", by=JOB, on=on)


def _credit_parts(invoice: Invoice, parts: dict[int, CreditPart], on: date) -> None:
    flow.credit_parts(invoice.pk, lines=parts, charges={}, reason="Retoure", by=JOB, on=on)


def _reissue(invoice: Invoice, act: Act, on: date) -> None:
    line = invoice.lines.first()
    step = D(1) if line.unit in WHOLE else D("0.001")
    less = (line.quantity * act.share).quantize(step, rounding=ROUND_DOWN)
    changes = Corrections(
        po_number="4711",
        buyer_reference=invoice.buyer_reference or None,
        address={"street": "Neue Straße 5"},
        texts={line.pk: "Kugelhahn, Messing"},
        quantities={line.pk: less} if act.which % 2 and less else {},
    )
    flow.cancel_and_reissue(invoice.pk, changes, reason="Falsche Anschrift", by=JOB, on=on)


ACTS = {
    "all": _credit_all,
    "quantity": _credit_quantity,
    "value": _credit_value,
    "charge": _credit_charge,
    "reissue": _reissue,
}
