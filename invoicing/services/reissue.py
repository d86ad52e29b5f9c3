"""The invoice that takes the place of a cancelled one: the same supply, wrong words put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount, figure
from core.services import atomic_verb, record_event
from invoicing.models import (
    Invoice,
    InvoiceCharge,
    InvoiceFile,
    InvoiceLine,
    InvoiceState,
    InvoiceVat,
)
from invoicing.rules import credit_net
from invoicing.services.rows import FOLLOWED, FOLLOWED_CHARGE, FOLLOWED_LINE, sums_of, vat_rows_of
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, Totals, cents

_LINE = (*FOLLOWED_LINE, "shipment_line_id", "quantity", "unit_price", "discount_rate")
_CHARGE = (*FOLLOWED_CHARGE, "rate", "base_amount", "amount")


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the new invoice says instead; None and what is left out stay as they were.

    ``address`` maps fields of the buyer (name, street, postcode, city) to their words; ``texts``
    and ``quantities`` map line ids of the original. A quantity of nothing takes the line off.
    """

    po_number: str | None = None
    buyer_reference: str | None = None
    receiving_advice: str | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    quantities: Mapping[int, Decimal] = field(default_factory=dict)


def refuse_to_replace(invoice: Invoice) -> None:
    """Refuse what can't be cancelled and reissued.

    Raises: Conflict for a deposit or a credit note, a draft, or one that was credited before.
    """
    if invoice.kind != Invoice.Kind.INVOICE:
        raise Conflict(
            "reissue.kind",
            _("Only an invoice can be cancelled and reissued; %(number)s is a %(kind)s.")
            % {"number": invoice, "kind": invoice.get_kind_display()},
        )
    if invoice.state != InvoiceState.ISSUED or invoice.corrections.exclude(number=None).exists():
        raise Conflict(
            "reissue.corrected",
            _("%(number)s is corrected and can't be reissued: bill its delivery again instead.")
            % {"number": invoice},
        )


@atomic_verb
def draft_replacement(
    original: Invoice, corrections: Corrections, *, by: Actor, on: date
) -> Invoice:
    """Draft the invoice that replaces a cancelled one, which the caller has credited and locked.

    Prices, discounts and VAT stay. Raises: InvalidInput for a quantity that grew, or when nothing
    is left to invoice; PermissionMissing.
    """
    require(by, "invoicing.issue", original.company_id)
    lines = [
        _line(line, corrections)
        for line in original.lines.all()
        if corrections.quantities.get(line.pk) != 0
    ]
    if not lines:
        raise InvalidInput(
            "reissue.nothing", _("Nothing is left to invoice: credit it in full instead.")
        )
    charges = [_charge(charge, lines) for charge in original.charges.all()]
    draft = _insert(original, corrections, lines, charges)
    record_event(
        "invoice.drafted",
        draft,
        by=by,
        on=on,
        correlation=draft.correlation,
        replaces=original.number,
        gross_amount=draft.gross_amount,
    )
    return draft


def _insert(
    original: Invoice,
    corrections: Corrections,
    lines: list[InvoiceLine],
    charges: list[InvoiceCharge],
) -> Invoice:
    sums = sums_of(lines, charges)
    _refuse_below_nothing(sums, lines, charges)
    copied = {name: getattr(original, name) for name in FOLLOWED}
    references = ("po_number", "buyer_reference", "receiving_advice")
    given = {name: getattr(corrections, name) for name in references}
    draft = Invoice.objects.create(
        replaces=original,
        buyer=dict(corrections.address),
        net_amount=sums.net_amount,
        vat_amount=sums.vat_amount,
        gross_amount=sums.gross_amount,
        **copied | {name: text for name, text in given.items() if text is not None},
    )
    for line in lines:
        line.invoice = draft
    for charge in charges:
        charge.invoice = draft
    InvoiceLine.objects.bulk_create(lines)
    InvoiceCharge.objects.bulk_create(charges)
    InvoiceVat.objects.bulk_create(vat_rows_of(draft, sums, original.vat_rows.all()))
    InvoiceFile.objects.bulk_create(
        InvoiceFile(invoice=draft, document_id=file.document_id, description=file.description)
        for file in original.files.all()
    )
    return draft


def _charge(charge: InvoiceCharge, lines: Sequence[InvoiceLine]) -> InvoiceCharge:
    """A charge as it was; a percentage follows its lines that became less."""
    copied = {name: getattr(charge, name) for name in _CHARGE}
    if charge.rate is not None:
        base = sum(
            (
                line.net_amount
                for line in lines
                if (line.vat_category, line.vat_rate) == (charge.vat_category, charge.vat_rate)
            ),
            ZERO,
        )
        if base != charge.base_amount:
            copied |= {"base_amount": base, "amount": cents(base * charge.rate)}
    return InvoiceCharge(**copied)


def _refuse_below_nothing(
    sums: Totals, lines: Sequence[InvoiceLine], charges: Sequence[InvoiceCharge]
) -> None:
    """Discounts stay as they were: lines that became less may not bear them any more."""
    if all(row.net_amount >= 0 for row in sums.vat_rows):
        return
    taken = sum((one.amount for one in charges if not one.is_charge), ZERO)
    net = sum((line.net_amount for line in lines), ZERO)
    raise InvalidInput(
        "reissue.discounts",
        _("Discounts of %(taken)s are more than the lines come to (%(net)s net).")
        % {"taken": amount(taken), "net": amount(net)},
    )


def _line(line: InvoiceLine, corrections: Corrections) -> InvoiceLine:
    copied = {name: getattr(line, name) for name in _LINE}
    quantity = corrections.quantities.get(line.pk, line.quantity)
    if not 0 < quantity <= line.quantity:
        raise InvalidInput(
            "reissue.more",
            _(
                "%(line)s: %(wanted)s is more than the %(most)s invoiced. Bill more by an invoice"
                " of its own."
            )
            % {
                "line": line.description,
                "wanted": figure(quantity, most=3),
                "most": figure(line.quantity, most=3),
            },
        )
    net = credit_net(
        line.net_amount,
        line.quantity,
        credited_quantity=ZERO,
        credited_by_quantity=ZERO,
        credited_net=ZERO,
        wanted=quantity,
    )
    text = corrections.texts.get(line.pk, "").strip() or line.description
    discount = cents(quantity * line.unit_price) - net
    return InvoiceLine(
        **copied | {"quantity": quantity, "description": text[:200]},
        discount_amount=line.discount_amount if quantity == line.quantity else discount,
        net_amount=net,
    )
