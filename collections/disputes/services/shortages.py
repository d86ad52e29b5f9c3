"""What may explain a short payment, looked up for many at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum

from catalog.services import PriceRequest, prices_for
from disputes.models import Dispute
from disputes.rules import Line, Part, Shortage
from fulfillment.models import ShipmentLine
from invoicing.models import InvoiceCharge, InvoiceLine
from o2c.money import ZERO, cents
from receivables.models import Allocation, BankEntry, BankMatch, OpenItem

_FREIGHT_WORDS = ("fracht", "versand", "freight", "shipping", "frakt", "porto", "transport")


@dataclass(slots=True)
class Found:
    """An item that a payment left open, the payment's match, and what may explain the rest."""

    item: OpenItem
    match: BankMatch
    shortage: Shortage | None = None


def short_items(matches: Sequence[BankMatch]) -> list[Found]:
    """Items that standing matches paid and left open, without a case for that payment yet.

    A fixed number of queries for any number of matches.
    """
    by_entry = {match.entry_id: match for match in matches if match.undone_at is None}
    if not by_entry:
        return []
    rows = (
        Allocation.objects.filter(
            credit_item__entry__in=by_entry,
            credit_item__kind=OpenItem.Kind.PAYMENT,
            amount__gt=0,
            reversed_by=None,
            debit_item__kind=OpenItem.Kind.INVOICE,
            debit_item__outstanding_amount__gt=0,
        )
        .order_by("debit_item")
        .values_list("debit_item", "credit_item__entry", "credit_item__currency")
    )
    # of two payments in one go the later one left the rest
    last = {pk: key for pk, key, currency in rows if _is_told(by_entry[key].bank_entry, currency)}
    known = Dispute.objects.filter(item__in=last).filter(
        Q(state="open", source="payment") | Q(match__in=[m.pk for m in matches])
    )
    done = set(known.values_list("item", flat=True))
    keys = [pk for pk in last if pk not in done]
    items = (
        OpenItem.objects.filter(pk__in=keys)
        .order_by("pk")
        .for_update()
        .select_related("company", "customer", "invoice__order")
    )
    return [Found(item, by_entry[last[item.pk]]) for item in items if item.outstanding_amount > 0]


def _is_told(entry: BankEntry, currency: str) -> bool:
    """Whether the bank told how much of the currency was paid.

    Where a person said so, or the rate of the day, a rest is of the rate and nobody deducted it.
    """
    return currency in (entry.currency, entry.instructed_currency)


def explain(found: Sequence[Found]) -> None:
    """Fill in the shortage of each."""
    items = [one.item for one in found]
    parts, lines = _parts(items)
    _price_disputes(items, parts)
    for one in found:
        item, entry = one.item, one.match.bank_entry
        one.shortage = Shortage(
            item.outstanding_amount,
            item.amount,
            entry.value_on,
            discount_amount=item.discount_amount,
            discount_until=item.discount_until,
            parts=parts[item.pk],
            lines=lines[item.pk],
            text=f"{entry.remittance} {entry.structured_reference}",
        )


def _parts(items: Sequence[OpenItem]) -> tuple[dict[int, list[Part]], dict[int, list[Line]]]:
    of: dict[int | None, OpenItem] = {item.invoice_id: item for item in items if item.invoice_id}
    parts: dict[int, list[Part]] = defaultdict(list)
    lines: dict[int, list[Line]] = defaultdict(list)
    if not of:
        return parts, lines
    for charge in InvoiceCharge.objects.filter(invoice__in=of, is_charge=True):
        gross = cents(charge.amount * (1 + charge.vat_rate))
        told = {
            "text": charge.reason or charge.reason_code,
            "net": str(charge.amount),
            "rate": str(charge.vat_rate),
        }
        parts[of[charge.invoice_id].pk].append(Part("freight", "charge", gross, told))
    rows = list(
        InvoiceLine.objects.filter(invoice__in=of, quantity__gt=0).select_related("order_line")
    )
    for row in rows:
        unit = row.net_amount / row.quantity * (1 + row.vat_rate)
        line = Line(row.position, row.description, row.quantity, unit)
        lines[of[row.invoice_id].pk].append(line)
        if is_freight(row.description):
            told = {
                "text": row.description,
                "net": str(row.net_amount),
                "rate": str(row.vat_rate),
            }
            gross = cents(row.net_amount * (1 + row.vat_rate))
            parts[of[row.invoice_id].pk].append(Part("freight", "charge", gross, told))
    _agreed(rows, of, parts)
    _undelivered(rows, of, parts)
    return parts, lines


def is_freight(text: str) -> bool:
    """Whether a line is for the transport."""
    return any(word in text.lower() for word in _FREIGHT_WORDS)


def _agreed(
    rows: Sequence[InvoiceLine], of: dict[int | None, OpenItem], parts: dict[int, list[Part]]
) -> None:
    """Lines that were charged dearer than the price agreed, or the list's, on the order's day."""
    priced = [row for row in rows if row.product_id and row.order_line]
    requests = []
    for row in priced:
        item = of[row.invoice_id]
        order = item.invoice.order if item.invoice else None
        day = order.ordered_on if order else item.document_on
        assert row.product_id is not None
        assert row.order_line is not None
        requests.append(
            PriceRequest(
                row.product_id, item.customer_id, item.currency, row.order_line.quantity, day
            )
        )
    for row, price in zip(priced, prices_for(requests), strict=True):
        if price is None or not ZERO < price.unit_price < row.unit_price:
            continue
        share = 1 - row.discount_rate
        less = (row.unit_price - price.unit_price) * row.quantity * share
        told = {
            "line": row.description,
            "quantity": f"{row.quantity.normalize():f}",
            "charged": str(cents(row.unit_price)),
            "agreed": str(cents(price.unit_price)),
            "rate": str(row.vat_rate),
            "source": price.source,
        }
        gross = cents(cents(less) * (1 + row.vat_rate))
        parts[of[row.invoice_id].pk].append(Part("price", "agreed_price", gross, told))


def _undelivered(
    rows: Sequence[InvoiceLine], of: dict[int | None, OpenItem], parts: dict[int, list[Part]]
) -> None:
    """Lines of which more was invoiced than was sent; services are not sent."""
    mine = {row.order_line_id: row for row in rows if row.order_line_id and row.product_id}
    sent: dict[int, Decimal] = dict(
        ShipmentLine.objects.filter(order_line__in=mine, shipment__dispatched_on__isnull=False)
        .order_by()
        .values_list("order_line")
        .annotate(Sum("quantity"))
    )
    goods = set(
        InvoiceLine.objects.filter(pk__in=[row.pk for row in mine.values()])
        .filter(product__kind="goods")
        .values_list("order_line", flat=True)
    )
    for key, row in mine.items():
        lacking = row.quantity - sent.get(key, ZERO)
        if key not in goods or not ZERO < lacking <= row.quantity:
            continue
        told = {
            "line": row.description,
            "quantity": f"{row.quantity.normalize():f}",
            "sent": f"{sent.get(key, ZERO).normalize():f}",
        }
        gross = cents(cents(row.net_amount * lacking / row.quantity) * (1 + row.vat_rate))
        parts[of[row.invoice_id].pk].append(Part("quantity", "not_sent", gross, told))


def _price_disputes(items: Sequence[OpenItem], parts: dict[int, list[Part]]) -> None:
    """What a customer contested before, whoever wrote it down."""
    contested = (
        Dispute.objects.filter(item__in=items, source="person")
        .exclude(state="accepted")
        .annotate(number=F("item__document_number"))
    )
    for dispute in contested:
        told = {"day": str(dispute.opened_on), "state": dispute.state}
        parts[dispute.item_id].append(Part(dispute.reason, "contested", dispute.amount, told))
