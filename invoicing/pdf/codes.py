"""The code that fills in a payer's transfer: EPC for euro, UsingQR for Swedish crowns."""

import json
from decimal import Decimal
from typing import Any

import segno
from segno.helpers import make_epc_qr

from invoicing.einvoice import InvoiceFacts

# European Payments Council, EPC069-12: amounts of 0.01 to 999,999,999.99 euro.
QR_LIMITS = (Decimal("0.01"), Decimal("999999999.99"))
UQR_VERSION, UQR_INVOICE = 1, 1


def payment_code(facts: InvoiceFacts) -> str:
    """A QR code (data: URL) that fills in the payer's transfer; euro and Swedish crowns only.

    With instalments it carries the first one.
    """
    is_payable = QR_LIMITS[0] <= _asked(facts) <= QR_LIMITS[1]
    if facts.is_credit_note or facts.direct_debit or not is_payable:
        return ""
    code = None
    if facts.currency == "EUR" and facts.iban:
        code = _epc(facts)
    elif facts.currency == "SEK" and facts.seller.country == "SE" and swedish_payment(facts):
        code = segno.make(swedish_payment(facts), encoding="utf-8", error="m", micro=False)
    uri: str = code.svg_data_uri(border=3, dark="#1a202c", light="#ffffff") if code else ""
    return uri


def swedish_payment(facts: InvoiceFacts) -> str:
    """The payment as Swedish banking apps read it: one line of JSON; empty without an account.

    UsingQR 1 (specification of June 2014, usingqr.com and qrkod.info): ``tp`` 1 is an invoice,
    ``cid`` the organisation number, ``iref`` the reference, ``idt`` and ``ddt`` its day and the
    due day, ``due`` what to pay, ``pt`` the kind of account: BG, IBAN, and others we don't use.
    """
    account = _account(facts)
    if not account:
        return ""
    seller = facts.seller
    said = {
        "uqr": UQR_VERSION,
        "tp": UQR_INVOICE,
        "nme": seller.name[:70],
        "cc": seller.country,
        "cid": seller.registration_number,
        "iref": facts.payment_reference or facts.number,
        "idt": f"{facts.issued_on:%Y%m%d}",
        "ddt": f"{facts.due_on or facts.issued_on:%Y%m%d}",
        "due": float(_asked(facts)),
        "cur": facts.currency,
        **account,
        "adr": f"{seller.postcode} {seller.city}",
    }
    if _asked(facts) == facts.gross_amount:
        said["vat"] = float(facts.vat_amount)
    known = {key: value for key, value in said.items() if value != ""}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


def _account(facts: InvoiceFacts) -> dict[str, str]:
    """Where it goes: the Bankgiro (which has no bank code), else the IBAN."""
    if facts.giro:
        return {"pt": "BG", "acc": f"{facts.giro[:-4]}-{facts.giro[-4:]}"}
    return {"pt": "IBAN", "acc": facts.iban, "bc": facts.bic} if facts.iban else {}


def _asked(facts: InvoiceFacts) -> Decimal:
    return facts.instalments[0].amount if facts.instalments else facts.payable_amount


def _epc(facts: InvoiceFacts) -> Any:
    """The EPC's code; a reference that is not ISO 11649 goes as text."""
    reference = facts.payment_reference
    remittance = {"reference" if reference.startswith("RF") else "text": reference or facts.number}
    return make_epc_qr(
        name=facts.seller.name[:70],
        iban=facts.iban,
        amount=_asked(facts),
        bic=facts.bic or None,
        **remittance,
    )
