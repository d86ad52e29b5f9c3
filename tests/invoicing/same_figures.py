"""Do the stored document, its PDF, its XML and the ledger say the same, to the cent?"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pypdf
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from lxml import etree
from pypdf.generic import NameObject, StreamObject

from core.formats import figure, percent
from invoicing.models import Invoice
from receivables.models import Account, JournalLine, OpenItem

D = Decimal
NOTHING = D("0.00")
CII_TOTALS = {
    "BT-106": "LineTotalAmount",
    "BT-107": "AllowanceTotalAmount",
    "BT-108": "ChargeTotalAmount",
    "BT-109": "TaxBasisTotalAmount",
    "BT-110": "TaxTotalAmount",
    "BT-112": "GrandTotalAmount",
    "BT-113": "TotalPrepaidAmount",
    "BT-114": "RoundingAmount",
    "BT-115": "DuePayableAmount",
}
UBL_TOTALS = {
    "BT-106": "LegalMonetaryTotal/{*}LineExtensionAmount",
    "BT-107": "LegalMonetaryTotal/{*}AllowanceTotalAmount",
    "BT-108": "LegalMonetaryTotal/{*}ChargeTotalAmount",
    "BT-109": "LegalMonetaryTotal/{*}TaxExclusiveAmount",
    "BT-110": "TaxTotal/{*}TaxAmount",
    "BT-112": "LegalMonetaryTotal/{*}TaxInclusiveAmount",
    "BT-113": "LegalMonetaryTotal/{*}PrepaidAmount",
    "BT-114": "LegalMonetaryTotal/{*}PayableRoundingAmount",
    "BT-115": "LegalMonetaryTotal/{*}PayableAmount",
}
_SUMS = "{*}SupplyChainTradeTransaction/{*}ApplicableHeaderTradeSettlement/"


def differences(invoice: Invoice) -> list[str]:
    """What two of the four say differently, in words; empty when they agree."""
    assert invoice.xml is not None
    assert invoice.pdf is not None
    xml, pdf = invoice.xml.read(), invoice.pdf.read()
    found = [*_of_rows(invoice), *_of_xml(invoice, xml), *_of_ledger(invoice)]
    found += _of_pdf(invoice, pdf, xml)
    return [f"{invoice.get_kind_display()} {invoice}: {words}" for words in found]


def stored_totals(invoice: Invoice) -> dict[str, Decimal]:
    """The document's totals (BT-106 to BT-115) from its stored rows."""
    charges = list(invoice.charges.all())
    return {
        "BT-106": _sum(line.net_amount for line in invoice.lines.all()),
        "BT-107": _sum(one.amount for one in charges if not one.is_charge),
        "BT-108": _sum(one.amount for one in charges if one.is_charge),
        "BT-109": invoice.net_amount,
        "BT-110": invoice.vat_amount,
        "BT-112": invoice.gross_amount,
        "BT-113": invoice.deposit_amount,
        "BT-114": invoice.rounding_amount,
        "BT-115": invoice.payable_amount,
    }


def differences_of_form(invoice: Invoice, xml: bytes) -> list[str]:
    """What an XML in either syntax says of totals, VAT and lines that is not what is stored."""
    root = etree.fromstring(xml)
    is_cii = etree.QName(root).localname == "CrossIndustryInvoice"
    said, rows, lines = _cii(root) if is_cii else _ubl(root)
    found = [
        f"{term} stored as {stored}, {said[term]} in the XML"
        for term, stored in stored_totals(invoice).items()
        if said[term] != stored
    ]
    own = _vat_of(invoice)
    if rows != own:
        found.append(f"VAT stored as {own}, {rows} in the XML")
    nets = [line.net_amount for line in invoice.lines.all()]
    if lines != nets:
        found.append(f"lines stored as {nets}, {lines} in the XML")
    return found


Vat = dict[tuple[str, Decimal], tuple[Decimal, Decimal]]


def _vat_of(invoice: Invoice) -> Vat:
    return {
        (row.vat_category, row.vat_rate.normalize()): (row.net_amount, row.vat_amount)
        for row in invoice.vat_rows.all()
    }


def _sum(amounts: Iterator[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def _of_rows(invoice: Invoice) -> Iterator[str]:
    totals = stored_totals(invoice)
    if totals["BT-106"] - totals["BT-107"] + totals["BT-108"] != invoice.net_amount:
        yield f"lines, allowances and charges {totals} are not the net"
    rows = list(_vat_of(invoice).values())
    sums = _sum(net for net, _vat in rows), _sum(vat for _net, vat in rows)
    if sums != (invoice.net_amount, invoice.vat_amount):
        yield f"the VAT table sums to {sums}"
    if invoice.net_amount + invoice.vat_amount != invoice.gross_amount:
        yield "net and VAT are not the total"
    parts = _sum(part.amount for part in invoice.instalments.all())
    if parts != invoice.payable_amount:
        yield f"instalments of {parts}, payable {invoice.payable_amount}"


def _of_xml(invoice: Invoice, xml: bytes) -> Iterator[str]:
    yield from differences_of_form(invoice, xml)
    root = etree.fromstring(xml)
    number = root.findtext("{*}ExchangedDocument/{*}ID")
    if number != invoice.number:
        yield f"the XML is numbered {number}"


def _cii(root: etree._Element) -> tuple[dict[str, Decimal], Vat, list[Decimal]]:
    sums = f"{_SUMS}{{*}}SpecifiedTradeSettlementHeaderMonetarySummation/{{*}}"
    said = {term: D(root.findtext(sums + name) or 0) for term, name in CII_TOTALS.items()}
    rows = {
        _key(row, "RateApplicablePercent", "CategoryCode"): _amounts(
            row, "BasisAmount", "CalculatedAmount"
        )
        for row in root.iterfind(f"{_SUMS}{{*}}ApplicableTradeTax")
    }
    path = "{*}SupplyChainTradeTransaction/{*}IncludedSupplyChainTradeLineItem"
    lines = [
        D(line.findtext(".//{*}SpecifiedTradeSettlementLineMonetarySummation/{*}LineTotalAmount"))
        for line in root.iterfind(path)
    ]
    return said, rows, lines


def _ubl(root: etree._Element) -> tuple[dict[str, Decimal], Vat, list[Decimal]]:
    said = {term: D(root.findtext("{*}" + name) or 0) for term, name in UBL_TOTALS.items()}
    rows = {
        _key(row, "TaxCategory/{*}Percent", "TaxCategory/{*}ID"): _amounts(
            row, "TaxableAmount", "TaxAmount"
        )
        for row in root.iterfind("{*}TaxTotal/{*}TaxSubtotal")
    }
    lines = [
        D(amount.text)
        for name in ("InvoiceLine", "CreditNoteLine")
        for amount in root.iterfind(f"{{*}}{name}/{{*}}LineExtensionAmount")
    ]
    return said, rows, lines


def _key(row: etree._Element, rate: str, category: str) -> tuple[str, Decimal]:
    share = D(row.findtext("{*}" + rate) or 0) / 100
    return row.findtext("{*}" + category), share.normalize()


def _amounts(row: etree._Element, net: str, vat: str) -> tuple[Decimal, Decimal]:
    return D(row.findtext("{*}" + net)), D(row.findtext("{*}" + vat))


# --- Ledger --------------------------------------------------------------------------------------
def _of_ledger(invoice: Invoice) -> Iterator[str]:
    """Receivables are what is asked for, revenue the net, VAT the VAT; less what deposits had."""
    sign = -1 if invoice.is_credit_note else 1
    booked: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    lines = JournalLine.objects.filter(entry__source_key=f"invoice:{invoice.pk}")
    for line in lines.select_related("account"):
        booked[line.account.role] += line.amount
    taken = list(invoice.deposits.all())
    vat = invoice.vat_amount - _sum(row.vat_amount for row in taken)
    net = invoice.net_amount - _sum(row.net_amount for row in taken)
    earned = booked[Account.Role.REVENUE] + booked[Account.Role.ADVANCE]
    expected = {
        "receivables": (booked[Account.Role.RECEIVABLES], sign * invoice.payable_amount),
        "net": (earned, -sign * net),
        "VAT": (booked[Account.Role.VAT], -sign * vat),
        "rounding": (booked[Account.Role.ROUNDING], -sign * invoice.rounding_amount),
    }
    for what, (found, stored) in expected.items():
        if found != stored:
            yield f"{what} booked as {found}, stored as {stored}"
    items = _sum(item.amount for item in OpenItem.objects.filter(invoice=invoice))
    if items != sign * invoice.payable_amount:
        yield f"open items over {items}"


# --- PDF -----------------------------------------------------------------------------------------
def _of_pdf(invoice: Invoice, pdf: bytes, xml: bytes) -> Iterator[str]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    if reader.attachments["factur-x.xml"] != [xml]:
        yield "the PDF carries another XML"
    text = _text(reader)
    with translation.override(invoice.language):
        for words in _read(invoice):
            if _plain(words) not in text:
                yield f"the PDF does not say “{words}”: {text[-400:]}"


def _read(invoice: Invoice) -> Iterator[str]:
    """What a reader must find, in the document's language."""
    yield str(invoice.number)
    yield f"{_('Net total')} {_money(invoice.net_amount)}"
    on = pgettext("VAT on an amount", "on")
    for row in invoice.vat_rows.all():
        rate, net = percent(row.vat_rate), _money(row.net_amount)
        yield f"{_('VAT')} {rate} {on} {net} {_money(row.vat_amount)}"
    total = invoice.gross_amount if invoice.deposit_amount else invoice.payable_amount
    yield f"{_name_of_total(invoice)} {_money(total)} {invoice.currency}"
    if invoice.deposit_amount:
        net = invoice.net_amount - _sum(row.net_amount for row in invoice.deposits.all())
        vat = invoice.vat_amount - _sum(row.vat_amount for row in invoice.deposits.all())
        name = _("Amount credited") if invoice.is_credit_note else _("Still to pay")
        yield " ".join([name, *map(_money, (net, vat, invoice.payable_amount))])
    for line in invoice.lines.all():
        yield _money(line.net_amount)
    for charge in invoice.charges.all():
        yield _money(charge.signed_amount)


def _name_of_total(invoice: Invoice) -> str:
    if invoice.is_credit_note:
        return _("Total credit")
    return _("Total of the supply") if invoice.deposit_amount else _("Total")


def _money(amount: Decimal) -> str:
    return figure(amount, least=2, most=2)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _text(reader: pypdf.PdfReader) -> str:
    """What the pages say. pypdf knows two bytes a letter of the encoding by its name only; a type
    that has an encoding of its own beside them (with a Japanese name) is given that name."""
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            if isinstance(font.get_object()["/Encoding"], StreamObject):
                font.get_object()[NameObject("/Encoding")] = NameObject("/Identity-H")
    return _plain(" ".join(page.extract_text() for page in reader.pages))
