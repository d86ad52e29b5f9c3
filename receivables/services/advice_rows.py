"""Rows of a sheet of remittance advice read and checked; nothing here asks the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.sheets import SheetRow, fields_by_name, open_sheet
from core.typed_values import day, local_number
from o2c.errors import InvalidInput
from o2c.money import CURRENCIES, ZERO, cents

MOST_LINES = 5000
_FIELDS = {
    "document": "document, document number, document no, doc no, invoice, invoice number,"
    " invoice no, invoice reference, our invoice, Beleg, Belegnummer, Belegnr, Ihre Rechnung,"
    " Ihr Beleg, Rechnung, Rechnungsnummer, Rechnungsnr, Rechnungs-Nr, Referenznummer, faktura,"
    " fakturanummer, fakturanr, fakturareferens",
    "amount": "amount, paid, paid amount, amount paid, net, net amount, payment, payment amount,"
    " Betrag, Zahlbetrag, Zahlungsbetrag, bezahlt, Nettobetrag, gezahlt, belopp, betalt,"
    " betalt belopp",
    "gross": "gross, gross amount, invoice amount, total, Brutto, Bruttobetrag, Rechnungsbetrag,"
    " brutto, bruttobelopp, fakturabelopp",
    "discount": "discount, cash discount, discount taken, deduction, Skonto, Skontobetrag, Abzug,"
    " kassarabatt, rabatt, avdrag",
    "currency": "currency, currency code, ccy, Währung, WKZ, valuta",
    "reference": "reference, payment reference, advice, advice number, payment number,"
    " payment id, Avis, Avisnummer, Zahlungsreferenz, Zahlung, Zahlungsnummer, betalning,"
    " betalningsreferens, avi",
    "payer": "payer, payer name, paid by, Zahler, Auftraggeber, Zahlungspflichtiger, betalare",
    "paid_on": "payment date, paid on, date paid, value date, Zahlungsdatum, Zahldatum,"
    " Valuta, betaldatum, betalningsdag",
}
_FIELD_OF = fields_by_name(_FIELDS)
_EXAMPLE = "“Document”, “Amount”, “Discount”, “Reference”"


@dataclass(frozen=True, slots=True)
class LineTold:
    """A document as the payer names it, what is paid of it, what is deducted as discount."""

    told: str
    amount: Decimal
    discount: Decimal = ZERO


@dataclass(slots=True)
class AdviceDraft:
    """One advice of a file; ``total`` None where only its lines tell what it comes to."""

    lines: list[LineTold] = field(default_factory=list)
    total: Decimal | None = None
    reference: str = ""
    payer_name: str = ""
    paid_on: date | None = None
    currency: str = ""


def read_sheet(content: bytes, filename: str) -> list[AdviceDraft]:
    """The advices of a sheet, one for each reference (or one in all), in order.

    Raises ``InvalidInput`` naming row, value and remedy: an advice is taken whole or not at all.
    """
    sheet = open_sheet(
        content, filename, field_of=_FIELD_OF, needed=("document", "amount"), example=_EXAMPLE
    )
    found: dict[str, AdviceDraft] = {}
    for count, row in enumerate(_lines(sheet.rows), start=1):
        if count > MOST_LINES:
            raise InvalidInput(
                "advice.long",
                _("“%(file)s” has more than %(most)s lines. Split it by payment.")
                % {"file": filename[:80], "most": MOST_LINES},
                field="file",
            )
        _take(found.setdefault(row.text("reference")[:60], AdviceDraft()), row)
    return list(found.values())


def _lines(rows: Iterable[SheetRow]) -> Iterable[SheetRow]:
    """Rows with a document; the line of totals has none."""
    return (row for row in rows if row.text("document").strip())


def _take(draft: AdviceDraft, row: SheetRow) -> None:
    """Add a row to its advice; what is told once counts for all its rows."""
    amount = _amount(row, "amount")
    discount = abs(_amount(row, "discount")) if row.text("discount").strip() else ZERO
    if not discount and row.text("gross").strip():
        gap = _amount(row, "gross") - amount
        discount = gap if amount > 0 and ZERO < gap < amount else ZERO
    draft.lines.append(LineTold(row.text("document").strip()[:80], amount, discount))
    draft.reference = draft.reference or row.text("reference")[:60]
    draft.payer_name = draft.payer_name or row.text("payer")[:200]
    draft.currency = draft.currency or _currency(row)
    if draft.paid_on is None and row.text("paid_on"):
        draft.paid_on = day(row.text("paid_on"), what=row.where("paid_on"))


def _amount(row: SheetRow, column: str) -> Decimal:
    text = row.text(column).strip()
    is_behind = text.endswith("-")
    value = local_number(text.rstrip("- ") if is_behind else text, what=row.where(column))
    if value != cents(value) or (column == "amount" and not value):
        raise InvalidInput(
            "advice.amount",
            _("%(where)s: “%(text)s” is no amount; it is not zero and has at most two decimals.")
            % {"where": row.where(column), "text": text[:40]},
        )
    return -value if is_behind else value


def _currency(row: SheetRow) -> str:
    code = row.text("currency").strip().upper()
    if code and code not in CURRENCIES:
        raise InvalidInput(
            "advice.currency",
            _("%(where)s: “%(text)s” is no currency that the books know.")
            % {"where": row.where("currency"), "text": code[:10]},
        )
    return code
