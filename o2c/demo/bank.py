"""The demo's bank: writes real camt.053 statements for what customers pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

NS = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True)
class Payment:
    """One credit on our account."""

    amount: Decimal
    payer_name: str
    payer_iban: str
    text: str
    reference: str = ""
    end_to_end: str = "NOTPROVIDED"


@dataclass(frozen=True, slots=True)
class Return:
    """A credit of before that the payer's bank takes back, and why (ISO 20022 reason)."""

    payment: Payment
    reason: str = "CUST"


class Bank:
    """One account: keeps the balance, so that every statement follows the last."""

    def __init__(self, iban: str, currency: str) -> None:
        self.iban, self.currency = iban, currency
        self.balance = Decimal("25000.00")
        self.count = 0

    def statement(
        self, day: date, payments: list[Payment], returns: Sequence[Return] = ()
    ) -> bytes:
        """A camt.053.001.08 file of one day, the money that came first."""
        self.count += 1
        root = etree.Element(f"{{{NS}}}Document", nsmap={None: NS})
        body = _add(root, "BkToCstmrStmt")
        head = _add(body, "GrpHdr")
        _add(head, "MsgId", f"{self.iban[-6:]}-{day:%Y%m%d}")
        _add(head, "CreDtTm", f"{day.isoformat()}T18:00:00")
        statement = _add(body, "Stmt")
        _add(statement, "Id", f"{day:%Y}-{self.count:04d}")
        _add(statement, "ElctrncSeqNb", str(self.count))
        _add(statement, "CreDtTm", f"{day.isoformat()}T18:00:00")
        account = _add(statement, "Acct")
        _add(_add(account, "Id"), "IBAN", self.iban)
        _add(account, "Ccy", self.currency)
        self._balance(statement, "OPBD", day)
        self.balance += sum((payment.amount for payment in payments), Decimal(0))
        self.balance -= sum((back.payment.amount for back in returns), Decimal(0))
        self._balance(statement, "CLBD", day)
        for position, payment in enumerate(payments, start=1):
            self._entry(statement, payment, day, position)
        for position, back in enumerate(returns, start=len(payments) + 1):
            self._entry(statement, back.payment, day, position, reason=back.reason)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _balance(self, statement: etree._Element, code: str, day: date) -> None:
        balance = _add(statement, "Bal")
        _add(_add(_add(balance, "Tp"), "CdOrPrtry"), "Cd", code)
        _add(balance, "Amt", str(self.balance)).set("Ccy", self.currency)
        _add(balance, "CdtDbtInd", "CRDT")
        _add(_add(balance, "Dt"), "Dt", day.isoformat())

    def reference(self, day: date, position: int) -> str:
        """The bank's own reference of the entry at a position of that day's statement."""
        return f"{self.iban[-4:]}{day:%Y%m%d}{position:04d}"

    def _entry(
        self,
        statement: etree._Element,
        payment: Payment,
        day: date,
        position: int,
        *,
        reason: str = "",
    ) -> None:
        side = "DBIT" if reason else "CRDT"
        entry = _add(statement, "Ntry")
        _add(entry, "Amt", str(payment.amount)).set("Ccy", self.currency)
        _add(entry, "CdtDbtInd", side)
        _add(_add(entry, "Sts"), "Cd", "BOOK")
        _add(_add(entry, "BookgDt"), "Dt", day.isoformat())
        _add(_add(entry, "ValDt"), "Dt", day.isoformat())
        _add(entry, "AcctSvcrRef", self.reference(day, position))
        code = _add(_add(entry, "BkTxCd"), "Domn")
        _add(code, "Cd", "PMNT")
        family = _add(code, "Fmly")
        _add(family, "Cd", "RCDT")
        _add(family, "SubFmlyCd", "RRTN" if reason else "ESCT")
        details = _add(_add(entry, "NtryDtls"), "TxDtls")
        _add(_add(details, "Refs"), "EndToEndId", payment.end_to_end)
        _add(details, "Amt", str(payment.amount)).set("Ccy", self.currency)
        _add(details, "CdtDbtInd", side)
        parties, party = _add(details, "RltdPties"), "Cdtr" if reason else "Dbtr"
        _add(_add(_add(parties, party), "Pty"), "Nm", payment.payer_name)
        if payment.payer_iban:
            _add(_add(_add(parties, f"{party}Acct"), "Id"), "IBAN", payment.payer_iban)
        remittance = _add(details, "RmtInf")
        if payment.reference:
            structured = _add(_add(remittance, "Strd"), "CdtrRefInf")
            _add(_add(_add(structured, "Tp"), "CdOrPrtry"), "Cd", "SCOR")
            _add(structured, "Ref", payment.reference)
        else:
            _add(remittance, "Ustrd", payment.text)
        if reason:
            _add(_add(_add(details, "RtrInf"), "Rsn"), "Cd", reason)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NS}}}{name}")
    if text is not None:
        element.text = text
    return element
