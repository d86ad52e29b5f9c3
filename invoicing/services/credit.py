"""Take an invoice back, in full or in part, with the original's own prices and rates."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount
from core.models import remember
from core.services import atomic_verb, record_event, retrying
from invoicing.models import Invoice, InvoiceDeposit, InvoiceState
from invoicing.services.crediting import Credit, CreditPart, credit_of
from invoicing.services.deliver import close_failed
from invoicing.services.issue import locked, number_and_freeze
from invoicing.services.rows import FOLLOWED
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO


@retrying
@atomic_verb
def credit_in_full(pk: int, *, reason: str, by: Actor, on: date) -> Invoice:
    """Credit all that is left of an issued invoice or deposit; it is then cancelled.

    Raises: Conflict when it is no issued invoice, was credited before (naming the credit note) or
    is a deposit that an invoice has deducted; InvalidInput without a reason; PermissionMissing.
    """
    invoice = _opened(pk, reason, by=by)
    return _write(invoice, credit_of(invoice), reason.strip(), by=by, on=on)


@retrying
@atomic_verb
def credit_parts(
    pk: int,
    *,
    lines: Mapping[int, CreditPart],
    charges: Mapping[int, Decimal],
    reason: str,
    by: Actor,
    on: date,
) -> Invoice:
    """Credit quantities or amounts of lines, and amounts of charges, by their ids.

    A line's quantity takes its share of the line's net, its last quantity what is left; an amount
    alone gives no quantity back. When nothing is left the invoice is cancelled. Raises as
    ``credit_in_full``; InvalidInput for nothing, more than is left, or more of a final invoice
    than it asked for.
    """
    invoice = _opened(pk, reason, by=by)
    credit = credit_of(invoice, lines=lines, charges=charges)
    return _write(invoice, credit, reason.strip(), by=by, on=on)


def _opened(pk: int, reason: str, *, by: Actor) -> Invoice:
    """The invoice, locked, when it may be credited at all."""
    (invoice,) = locked([pk])
    require(by, "invoicing.credit", invoice.company_id)
    if not reason.strip():
        raise InvalidInput(
            "credit.no_reason",
            _("Say why %(number)s is credited; the customer reads it on the credit note.")
            % {"number": invoice},
            field="reason",
        )
    if invoice.is_credit_note or invoice.state == InvoiceState.DRAFT:
        raise Conflict(
            "credit.not_an_invoice",
            _("%(number)s is no issued invoice, so there is nothing to credit.")
            % {"number": invoice},
        )
    if invoice.state == InvoiceState.CANCELLED:
        credit_note = invoice.corrections.exclude(number=None).order_by("-pk").first()
        raise Conflict(
            "credit.twice",
            _("%(number)s was credited already, by %(credit_note)s.")
            % {"number": invoice, "credit_note": credit_note or "–"},
        )
    return invoice


def _write(invoice: Invoice, credit: Credit, reason: str, *, by: Actor, on: date) -> Invoice:
    """Number the credit note; a credit of everything cancels the invoice."""
    _refuse(invoice, credit)
    note = _draft(invoice, credit, reason)
    number_and_freeze([note], by=by, on=on)
    if credit.is_all:
        invoice.to_cancelled()
        invoice.save()
        invoice.deposits.filter(is_live=True).update(is_live=False)
        close_failed(invoice)  # history now: the credit note goes its own way
    record_event(
        "invoice.credited" if credit.is_all else "invoice.credited_in_part",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        reason=note.reason,
        credit_note=note.number,
        amount=amount(note.gross_amount, note.currency),
    )
    return note


def _refuse(invoice: Invoice, credit: Credit) -> None:
    """Refuse what can't be credited as things stand."""
    if invoice.kind == Invoice.Kind.DEPOSIT:
        _refuse_deducted(invoice, credit)
    if invoice.deposit_amount and not credit.is_all:
        left = invoice.payable_amount - credit.gross_before
        if credit.totals.gross_amount > left:
            raise InvalidInput(
                "credit.more_than_asked",
                _(
                    "%(number)s asked for %(payable)s after its deposits, of which %(left)s can be"
                    " credited in parts. Credit it in full, which gives the deposits back."
                )
                % {"number": invoice, "payable": invoice.payable_amount, "left": left},
            )


def _refuse_deducted(deposit: Invoice, credit: Credit) -> None:
    """What an invoice has deducted of a deposit is given back by crediting that invoice."""
    deducted = deposit.deductions.filter(is_live=True).select_related("invoice")
    for row in deducted:
        key = row.vat_category, row.vat_rate.normalize()
        if credit.net_of(key) > credit.left_of(key) - row.net_amount:
            raise Conflict(
                "credit.deducted",
                _("%(final)s has deducted %(amount)s (net) of %(deposit)s: credit that one first.")
                % {"final": row.invoice, "amount": row.net_amount, "deposit": deposit},
            )


def _draft(invoice: Invoice, credit: Credit, reason: str) -> Invoice:
    """The draft of the credit note with its rows."""
    given_up = list(invoice.deposits.filter(is_live=True)) if credit.is_all else []
    deducted = sum((row.net_amount + row.vat_amount for row in given_up), ZERO)
    note = Invoice.objects.create(
        kind=Invoice.Kind.CREDIT_NOTE,
        corrects=invoice,
        reason=reason[:200],
        net_amount=credit.totals.net_amount,
        vat_amount=credit.totals.vat_amount,
        gross_amount=credit.totals.gross_amount,
        deposit_amount=deducted,
        # What was rounded off is given back with the last part, but never more than that part.
        rounding_amount=max(invoice.rounding_amount, deducted - credit.totals.gross_amount)
        if credit.is_all
        else ZERO,
        **{name: getattr(invoice, name) for name in (*FOLLOWED, "ship_to")},
    )
    credit.store(note)
    rows = [
        InvoiceDeposit(
            invoice=note,
            deposit_id=row.deposit_id,
            vat_category=row.vat_category,
            vat_rate=row.vat_rate,
            net_amount=row.net_amount,
            vat_amount=row.vat_amount,
            is_live=False,
        )
        for row in given_up
    ]
    if rows:
        InvoiceDeposit.objects.bulk_create(rows)
        remember(note, "deposits", rows)
    return note
