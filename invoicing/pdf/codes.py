"""The code that fills in a payer's transfer."""

from decimal import Decimal

import segno
from segno.helpers import make_epc_qr

from invoicing.einvoice import InvoiceFacts

# European Payments Council, EPC069-12: amounts of 0.01 to 999,999,999.99 euro.
QR_LIMITS = (Decimal("0.01"), Decimal("999999999.99"))


def payment_code(facts: InvoiceFacts) -> str:
    """An EPC QR code (data: URL) that fills in the payer's transfer; euro invoices only.

    With instalments it carries the first one. A reference that is not ISO 11649 goes as text.
    """
    amount = facts.instalments[0].amount if facts.instalments else facts.payable_amount
    is_payable = QR_LIMITS[0] <= amount <= QR_LIMITS[1]
    if facts.is_credit_note or facts.direct_debit or not is_payable:
        return ""
    if facts.currency != "EUR" or not facts.iban:
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
    uri: str = code.svg_data_uri(border=3, dark="#1a202c", light="#ffffff")
    return uri
