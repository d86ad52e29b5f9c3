"""Take deposits off the invoices of their order: each once, its VAT once (ADR 0023)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, Sum, prefetch_related_objects
from django.utils.translation import gettext as _

from core.actors import Actor
from core.formats import amount
from core.models import remember
from core.services import notify, people_with, record_event
from core.updating import update_rows
from customers.models import PaymentTermsPart
from invoicing.models import Invoice, InvoiceDeposit, InvoiceLine, InvoiceState, InvoiceVat
from invoicing.models.invoices import InvoiceQuerySet
from o2c.money import ZERO
from orders.models import OrderLine

Key = tuple[str, Decimal]
"""VAT category and rate."""


@dataclass(slots=True)
class Worth:
    """Net and VAT of one category and rate."""

    net: Decimal = ZERO
    vat: Decimal = ZERO


def deduct_deposits(drafts: Sequence[Invoice], *, by: Actor, on: date) -> None:
    """Take the deposits of their orders off drafts that are about to be issued.

    A deposit comes off whole, from the first invoice that can bear it; the invoice that closes
    the order takes as much of the rest as it can. What is left over of a deposit then is told to
    those who may credit it. Deposits are locked, so no two invoices take one.
    """
    charging = [draft for draft in drafts if draft.kind == Invoice.Kind.INVOICE]
    prefetch_related_objects(charging, "lines__order_line")
    orders_of = {draft.pk: _orders_of(draft) for draft in charging}
    wanted = {order for orders in orders_of.values() for order in orders}
    if not wanted or not _have_deposits(charging, wanted):
        return
    deposits = list(_deposits_of(wanted).for_update())
    _forget(charging)
    asked = worth_left(deposits)
    for draft in charging:
        mine = [one for one in deposits if one.order_id in orders_of[draft.pk] and one.pk in asked]
        if mine:
            _deduct(draft, mine, asked, by=by, on=on)
    update_rows([draft for draft in charging if draft.deposit_amount], "deposit_amount")


def _deposits_of(orders: Iterable[int]) -> InvoiceQuerySet:
    deposits = Invoice.objects.filter(order__in=orders, kind=Invoice.Kind.DEPOSIT)
    return deposits.filter(state=InvoiceState.ISSUED)


def _have_deposits(charging: Sequence[Invoice], orders: Iterable[int]) -> bool:
    """Whether any of the orders has a deposit, asked with the terms that issuing reads anyway.

    Most orders have none, and are not to pay for the question with a statement of their own.
    """
    terms = [draft.payment_terms for draft in charging if draft.payment_terms]
    parts = list(
        PaymentTermsPart.objects.filter(terms__in={one.pk for one in terms})
        .annotate(has_deposits=Exists(_deposits_of(orders).order_by()))
        .order_by("terms", "position")
    )
    for one in terms:
        remember(one, "parts", [part for part in parts if part.terms_id == one.pk])
    return not parts or parts[0].has_deposits


def worth_left(deposits: Iterable[Invoice]) -> dict[int, dict[Key, Worth]]:
    """Deposit id -> what of it may be deducted: not credited, of those no invoice has taken."""
    pks = [deposit.pk for deposit in deposits]
    taken = set(
        InvoiceDeposit.objects.filter(deposit__in=pks, is_live=True)
        .order_by()
        .values_list("deposit", flat=True)
    )
    left: dict[int, dict[Key, Worth]] = {pk: {} for pk in pks if pk not in taken}
    for row in InvoiceVat.objects.filter(invoice__in=left):
        left[row.invoice_id][key_of(row)] = Worth(row.net_amount, row.vat_amount)
    credited = InvoiceVat.objects.filter(invoice__corrects__in=left).annotate(
        deposit_id=F("invoice__corrects")
    )
    for row in credited.exclude(invoice__state=InvoiceState.DRAFT):
        worth = left[row.deposit_id][key_of(row)]
        worth.net -= row.net_amount
        worth.vat -= row.vat_amount
    return left


def key_of(row: InvoiceVat | InvoiceDeposit | InvoiceLine) -> Key:
    """The VAT category and rate of a row."""
    return row.vat_category, row.vat_rate.normalize()


def _orders_of(draft: Invoice) -> set[int]:
    orders = {line.order_line.order_id for line in draft.lines.all() if line.order_line}
    return orders | ({draft.order_id} if draft.order_id else set())


def _forget(drafts: Sequence[Invoice]) -> None:
    """What an earlier try deducted: deposits are looked at anew."""
    before = [draft for draft in drafts if draft.deposit_amount]
    if before:
        InvoiceDeposit.objects.filter(invoice__in=before).delete()
        for draft in before:
            draft.deposit_amount = ZERO


def _deduct(
    draft: Invoice,
    deposits: Sequence[Invoice],
    asked: dict[int, dict[Key, Worth]],
    *,
    by: Actor,
    on: date,
) -> None:
    room = {key_of(row): Worth(row.net_amount, row.vat_amount) for row in draft.vat_rows.all()}
    rows: list[InvoiceDeposit] = []
    is_last: bool | None = None
    for deposit in deposits:
        parts = asked[deposit.pk]
        fits = all(part.net <= room.get(key, Worth()).net for key, part in parts.items())
        if not fits and is_last is None:
            is_last = _closes(draft)
        if fits or is_last:
            rows += _take(draft, deposit, parts, room)
            del asked[deposit.pk]
            _tell_rest(draft, deposit, parts, by=by, on=on)
    InvoiceDeposit.objects.bulk_create(rows)
    remember(draft, "deposits", rows)
    draft.deposit_amount = sum((row.net_amount + row.vat_amount for row in rows), ZERO)


def _take(
    draft: Invoice, deposit: Invoice, parts: dict[Key, Worth], room: dict[Key, Worth]
) -> list[InvoiceDeposit]:
    """Rows of one deposit; ``parts`` and ``room`` become what is left of them.

    Never more VAT than the invoice has: a cent that several deposits rounded up stays with them.
    """
    rows = []
    for (category, rate), part in parts.items():
        space = room.get((category, rate), Worth())
        net = min(part.net, space.net)
        vat = min(part.vat, space.vat)
        if net <= 0:
            continue
        for one in (part, space):
            one.net -= net
            one.vat -= vat
        rows.append(
            InvoiceDeposit(
                invoice=draft,
                deposit=deposit,
                vat_category=category,
                vat_rate=rate,
                net_amount=net,
                vat_amount=vat,
            )
        )
    return rows


def _closes(draft: Invoice) -> bool:
    """Whether all that its orders want is billed with this draft."""
    orders = _orders_of(draft)
    ordered = OrderLine.objects.filter(order__in=orders).aggregate(
        total=Sum(F("quantity") - F("cancelled_quantity"))
    )
    live = Invoice.objects.live()
    billed = InvoiceLine.objects.filter(order_line__order__in=orders, invoice__in=live)
    return bool(billed.aggregate(total=Sum("quantity"))["total"] == ordered["total"])


def _tell_rest(
    draft: Invoice, deposit: Invoice, parts: dict[Key, Worth], *, by: Actor, on: date
) -> None:
    """What the order's invoices can't take of a deposit is the customer's: a person credits it."""
    net = sum((part.net for part in parts.values()), ZERO)
    if not net:
        return
    rest = amount(net, deposit.currency)
    words = {"deposit": deposit, "rest": rest}
    notify(
        people_with("invoicing.credit", deposit.company_id),
        company_id=deposit.company_id,
        title=_("%(deposit)s asked for more than its order came to") % words,
        body=_("%(rest)s (net) of it could not be deducted: credit that part.") % words,
        url=deposit.get_absolute_url(),
    )
    record_event(
        "invoice.deposit_left",
        deposit,
        by=by,
        on=on,
        correlation=deposit.correlation,
        label=deposit.number or "",
        rest=rest,
        final=draft.pk,
    )
