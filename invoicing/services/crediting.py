"""What a credit of an invoice comes to: its lines, charges and VAT, after those before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from core.formats import figure
from invoicing.models import Invoice, InvoiceCharge, InvoiceLine, InvoiceState, InvoiceVat
from invoicing.rules import credit_net, credit_vat
from invoicing.services.rows import FOLLOWED_CHARGE, FOLLOWED_LINE, Key, vat_rows_of
from o2c.errors import InvalidInput
from o2c.money import CENT, ZERO, Totals, VatRow, cents


@dataclass(frozen=True, slots=True)
class CreditPart:
    """What to credit of a line: a quantity, or an amount of money alone (net)."""

    quantity: Decimal | None = None
    net_amount: Decimal | None = None


@dataclass(slots=True)
class LineLeft:
    """What earlier credits have taken of a line."""

    line: InvoiceLine
    quantity: Decimal = ZERO
    by_quantity: Decimal = ZERO
    net: Decimal = ZERO

    @property
    def quantity_left(self) -> Decimal:
        """How much of it may be given back."""
        return self.line.quantity - self.quantity

    @property
    def net_left(self) -> Decimal:
        """How much money of it may be given back."""
        return self.line.net_amount - self.net


@dataclass(slots=True)
class ChargeLeft:
    """What earlier credits have taken of a charge or allowance."""

    charge: InvoiceCharge
    amount: Decimal = ZERO

    @property
    def amount_left(self) -> Decimal:
        """How much of it may be taken back."""
        return self.charge.amount - self.amount


@dataclass(slots=True)
class Left:
    """An invoice less its credits."""

    lines: dict[int, LineLeft]
    charges: dict[int, ChargeLeft]
    invoiced: dict[Key, VatRow]
    credited: dict[Key, VatRow]

    @property
    def gross_before(self) -> Decimal:
        """What earlier credits came to."""
        return sum((row.net_amount + row.vat_amount for row in self.credited.values()), ZERO)


@dataclass(slots=True)
class Credit:
    """A credit about to be written: its rows (unsaved), its totals, whether it is the last."""

    left: Left
    lines: list[InvoiceLine]
    charges: list[InvoiceCharge]
    totals: Totals
    is_all: bool

    @property
    def gross_before(self) -> Decimal:
        """What earlier credits came to."""
        return self.left.gross_before

    def net_of(self, key: Key) -> Decimal:
        """What it credits of a VAT category and rate."""
        rows = self.totals.vat_rows
        return sum(
            (row.net_amount for row in rows if (row.vat_category, row.vat_rate) == key), ZERO
        )

    def left_of(self, key: Key) -> Decimal:
        """What could be credited of a VAT category and rate."""
        before = self.left.credited.get(key)
        return self.left.invoiced[key].net_amount - (before.net_amount if before else ZERO)

    def store(self, note: Invoice) -> None:
        """Write the rows of the credit note."""
        for line in self.lines:
            line.invoice = note
        for charge in self.charges:
            charge.invoice = note
        InvoiceLine.objects.bulk_create(self.lines)
        InvoiceCharge.objects.bulk_create(self.charges)
        parts: list[InvoiceCharge | InvoiceLine] = [*self.charges]
        parts += self.lines
        InvoiceVat.objects.bulk_create(vat_rows_of(note, self.totals, parts))


def left_of(invoice: Invoice) -> Left:
    """What of an issued invoice may still be credited."""
    found = Left(
        lines={line.pk: LineLeft(line) for line in invoice.lines.all()},
        charges={charge.pk: ChargeLeft(charge) for charge in invoice.charges.all()},
        invoiced={_key(row): _as_row(row) for row in invoice.vat_rows.all()},
        credited={},
    )
    numbered = Invoice.objects.filter(corrects=invoice).exclude(state=InvoiceState.DRAFT)
    for line in InvoiceLine.objects.filter(invoice__in=numbered).exclude(corrects=None):
        _count(found.lines[line.corrects_id or 0], line)
    for charge in InvoiceCharge.objects.filter(invoice__in=numbered).exclude(corrects=None):
        found.charges[charge.corrects_id or 0].amount += charge.amount
    for row in InvoiceVat.objects.filter(invoice__in=numbered):
        key, before = _key(row), found.credited.get(_key(row))
        found.credited[key] = VatRow(
            *key,
            row.net_amount + (before.net_amount if before else ZERO),
            row.vat_amount + (before.vat_amount if before else ZERO),
        )
    return found


def credit_of(
    invoice: Invoice,
    *,
    lines: Mapping[int, CreditPart] | None = None,
    charges: Mapping[int, Decimal] | None = None,
) -> Credit:
    """What crediting these parts comes to, or all that is left; writes nothing.

    Raises: InvalidInput for nothing, for more than is left, for a line of another invoice.
    """
    left = left_of(invoice)
    if lines is None:
        lines = {
            pk: CreditPart(quantity=row.quantity_left)
            for pk, row in left.lines.items()
            if row.quantity_left > 0
        }
        charges = {pk: row.amount_left for pk, row in left.charges.items() if row.amount_left > 0}
    written = [_line(left, pk, part) for pk, part in lines.items()]
    taken = [_charge(left, pk, wanted) for pk, wanted in (charges or {}).items()]
    written.sort(key=lambda line: line.position)
    taken.sort(key=lambda charge: charge.position)
    if taken and not written:
        written = [_words(invoice, taken)]
    totals = _totals(left, written, taken)
    is_all = _is_all(left, totals)
    if not (written or taken) or not (totals.gross_amount or is_all):
        raise InvalidInput(
            "credit.nothing", _("Say what is credited: a quantity or an amount of a line.")
        )
    return Credit(left, written, taken, totals, is_all)


def _line(left: Left, pk: int, part: CreditPart) -> InvoiceLine:
    row = left.lines.get(pk)
    if row is None:
        raise InvalidInput("credit.line", _("This line is not on the invoice."))
    copied = {name: getattr(row.line, name) for name in FOLLOWED_LINE}
    if part.quantity is None:
        net = part.net_amount or ZERO
        _refuse_beyond(net, row.net_left, row.line)
        return InvoiceLine(
            corrects=row.line,
            is_value_only=True,
            quantity=Decimal(1),
            unit_price=net,
            net_amount=net,
            **copied | {"unit": "C62"},
        )
    _refuse_beyond(part.quantity, row.quantity_left, row.line)
    net = credit_net(
        row.line.net_amount,
        row.line.quantity,
        credited_quantity=row.quantity,
        credited_by_quantity=row.by_quantity,
        credited_net=row.net,
        wanted=part.quantity,
    )
    gross = cents(part.quantity * row.line.unit_price)
    is_rate = abs(cents(gross * row.line.discount_rate) - (gross - net)) <= CENT
    return InvoiceLine(
        corrects=row.line,
        quantity=part.quantity,
        unit_price=row.line.unit_price,
        discount_rate=row.line.discount_rate if is_rate else ZERO,
        discount_amount=gross - net,
        net_amount=net,
        **copied,
    )


def _charge(left: Left, pk: int, wanted: Decimal) -> InvoiceCharge:
    row = left.charges.get(pk)
    if row is None:
        raise InvalidInput("credit.line", _("This line is not on the invoice."))
    _refuse_beyond(wanted, row.amount_left, row.charge)
    copied = {name: getattr(row.charge, name) for name in FOLLOWED_CHARGE}
    return InvoiceCharge(corrects=row.charge, amount=wanted, **copied)


def _words(invoice: Invoice, charges: list[InvoiceCharge]) -> InvoiceLine:
    """A line without an amount, since no document may be without one (BR-16): what is credited."""
    with translation.override(invoice.language):
        text = _("Credit of: %(what)s") % {"what": ", ".join(one.reason for one in charges)}
    first = charges[0]
    return InvoiceLine(
        position=1,
        description=text[:200],
        quantity=Decimal(1),
        unit="C62",
        unit_price=ZERO,
        net_amount=ZERO,
        is_value_only=True,
        vat_category=first.vat_category,
        vat_rate=first.vat_rate,
        vat_note=first.vat_note,
    )


def _refuse_beyond(wanted: Decimal, most: Decimal, row: InvoiceLine | InvoiceCharge) -> None:
    if not 0 < wanted <= most:
        raise InvalidInput(
            "credit.beyond",
            _("%(what)s: %(wanted)s can't be credited; %(most)s is left.")
            % {
                "what": getattr(row, "description", "") or getattr(row, "reason", ""),
                "wanted": figure(wanted, most=3),
                "most": figure(most, most=3),
            },
        )


def _totals(left: Left, lines: list[InvoiceLine], charges: list[InvoiceCharge]) -> Totals:
    nets: dict[Key, Decimal] = {}
    for line in lines:
        nets[_key(line)] = nets.get(_key(line), ZERO) + line.net_amount
    for charge in charges:
        nets[_key(charge)] = nets.get(_key(charge), ZERO) + charge.signed_amount
    rows = []
    for key in sorted(nets, key=lambda key: (key[0], -key[1])):
        before = left.credited.get(key)
        credited = (before.net_amount, before.vat_amount) if before else (ZERO, ZERO)
        whole = left.invoiced[key].net_amount
        if whole >= 0 and not 0 <= credited[0] + nets[key] <= whole:
            raise InvalidInput(
                "credit.rate",
                _(
                    "At %(rate)s VAT %(net)s would be credited of %(whole)s: take charges and"
                    " allowances back as well."
                )
                % {
                    "rate": f"{key[1] * 100:g} %",
                    "net": credited[0] + nets[key],
                    "whole": whole,
                },
            )
        vat = credit_vat(nets[key], key[1], credited_net=credited[0], credited_vat=credited[1])
        rows.append(VatRow(*key, nets[key], vat))
    net = sum((row.net_amount for row in rows), ZERO)
    vat_amount = sum((row.vat_amount for row in rows), ZERO)
    return Totals(net, vat_amount, net + vat_amount, tuple(rows))


def _is_all(left: Left, totals: Totals) -> bool:
    """Whether nothing is left at any rate once this is credited too."""
    now = {(row.vat_category, row.vat_rate): row.net_amount for row in totals.vat_rows}
    return all(
        row.net_amount
        == now.get(key, ZERO) + (left.credited[key].net_amount if key in left.credited else ZERO)
        for key, row in left.invoiced.items()
    )


def _count(row: LineLeft, line: InvoiceLine) -> None:
    row.net += line.net_amount
    if not line.is_value_only:
        row.quantity += line.quantity
        row.by_quantity += line.net_amount


def _key(row: InvoiceVat | InvoiceLine | InvoiceCharge) -> Key:
    return row.vat_category, row.vat_rate.normalize()


def _as_row(row: InvoiceVat) -> VatRow:
    return VatRow(*_key(row), row.net_amount, row.vat_amount)
