"""Lay out an invoice or credit note from its frozen facts and put the e-invoice inside."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import segno
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from segno.helpers import make_epc_qr

from core.letters import Enclosure, Extras, Letter, address_lines, render_letter
from invoicing.einvoice import InvoiceFacts, Party

TEMPLATE = "invoicing/letter_invoice.html"
ATTACHMENT = "factur-x.xml"
FACTUR_X = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
# European Payments Council, EPC069-12: amounts of 0.01 to 999,999,999.99 euro.
QR_LIMITS = (Decimal("0.01"), Decimal("999999999.99"))

_PROPERTIES = {
    "DocumentFileName": "name of the embedded XML invoice file",
    "DocumentType": "INVOICE",
    "Version": "version of the Factur-X XML schema",
    "ConformanceLevel": "conformance level of the embedded Factur-X data",
}


def invoice_pdf(
    facts: InvoiceFacts, xml: bytes | None, *, sender: Mapping[str, Any], mark: object = ""
) -> bytes:
    """The letter of an issued document with its XML attached as ``factur-x.xml``.

    ``sender`` is the frozen company snapshot. Equal facts give equal bytes, so the letter can be
    made again after a crash and is still the same letter. A draft's preview has no XML and a
    ``mark`` on its head.
    """
    return render_letter(
        TEMPLATE,
        {
            "facts_of": facts,
            "has_discounts": any(line.discount_amount > 0 for line in facts.lines),
            "qr_code": "" if mark else payment_code(facts),
            "first_due": facts.instalments[0] if facts.instalments else None,
        },
        letter=Letter(
            sender=sender,
            recipient=_recipient(facts),
            title=_title(facts, is_draft=bool(mark)),
            facts=_facts(facts, is_draft=bool(mark)),
            on=facts.issued_on,
            mark=mark,
        ),
        language=facts.language,
        extras=Extras() if xml is None else _hybrid(xml),
    )


def _hybrid(xml: bytes) -> Extras:
    enclosure = Enclosure(ATTACHMENT, xml, "Alternative", "Factur-X/ZUGFeRD EN 16931")
    return Extras(enclosures=(enclosure,), rdf=(factur_x_metadata(),))


def payment_code(facts: InvoiceFacts) -> str:
    """An EPC QR code (data: URL) that fills in the payer's transfer; euro invoices only.

    With instalments it carries the first one. A reference that is not ISO 11649 goes as text.
    """
    amount = facts.instalments[0].amount if facts.instalments else facts.gross_amount
    is_payable = QR_LIMITS[0] <= amount <= QR_LIMITS[1]
    if facts.is_credit_note or facts.currency != "EUR" or not facts.iban or not is_payable:
        return ""
    reference = facts.payment_reference
    remittance = {"reference" if reference.startswith("RF") else "text": reference or facts.number}
    code: segno.QRCode = make_epc_qr(
        name=facts.seller.name[:70],
        iban=facts.iban,
        amount=amount,
        bic=facts.bic or None,
        **remittance,
    )
    uri: str = code.svg_data_uri(border=3, dark="#1f2430", light="#ffffff")
    return uri


def factur_x_metadata() -> bytes:
    """RDF descriptions for the XMP: the fx properties, and the extension schema PDF/A asks for."""
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{text}</pdfaProperty:description></rdf:li>"
        for name, text in _PROPERTIES.items()
    )
    return f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:fx="{FACTUR_X}">
<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{ATTACHMENT}</fx:DocumentFileName>
<fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{FACTUR_X}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>""".encode()


def _title(facts: InvoiceFacts, *, is_draft: bool) -> object:
    kind = _("Credit note") if facts.is_credit_note else _("Invoice")
    return kind if is_draft else format_lazy("{} {}", kind, facts.number)


def _recipient(facts: InvoiceFacts) -> list[str]:
    return _address(facts.buyer, facts)


def _address(party: Party, facts: InvoiceFacts) -> list[str]:
    return address_lines(
        name=party.name,
        street=party.street,
        extra=party.extra,
        postcode=party.postcode,
        city=party.city,
        country=party.country,
        home_country=facts.seller.country,
        language=facts.language,
    )


def _facts(facts: InvoiceFacts, *, is_draft: bool) -> tuple[tuple[object, object], ...]:
    number = _("Credit note no.") if facts.is_credit_note else _("Invoice no.")
    return (
        (number, "" if is_draft else facts.number),
        (_("Date"), facts.issued_on),
        (_("Date of supply"), facts.delivered_on),
        (_("Customer no."), facts.buyer.number),
        (_("Your VAT id"), facts.buyer.vat_id),
        (_("Your order"), facts.po_number),
        (_("Your reference"), facts.buyer_reference),
        (_("Our order"), facts.order_number),
        (_("Delivery note"), facts.delivery_note_number),
        (_("Due date"), "" if facts.is_credit_note else facts.due_on),
    )
