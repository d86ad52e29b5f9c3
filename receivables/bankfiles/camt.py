"""camt.053 of any version, read by structure: namespaces and version numbers are not looked at.

What differs between banks and versions and is handled here: entries without ``TxDtls``; the
amount in ``Amt`` or ``AmtDtls/TxAmt``; ``Dbtr/Nm`` (v2-4) or ``Dbtr/Pty/Nm`` (v8); ``Sts`` as
text or ``Sts/Cd``; ``Dt`` or ``DtTm``; several ``Ustrd``; ``NOTPROVIDED``. The sign is the
``CdtDbtInd`` of the entry itself: a reversed credit is booked as DBIT with ``RvslInd`` true.
"""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from core import safe_xml
from o2c.errors import InvalidInput
from receivables.bankfiles import checks
from receivables.bankfiles.checks import refuse
from receivables.bankfiles.facts import ParsedEntry, ParsedFile, ParsedStatement

_ZERO = Decimal("0.00")
_NOTHING = frozenset({"NOTPROVIDED", "NONREF", "NOTPROVIDED.", "N/A", "NICHT ANGEGEBEN"})
_OPENING, _CLOSING = ("OPBD", "PRCD", "ITBD"), ("CLBD", "ITBD")
_OTHER_ROLES = {
    "BkToCstmrAcctRpt": (
        "preview",
        gettext_lazy(
            "camt.052 previews the day and is not booked; import the camt.053 statement that "
            "follows."
        ),
    ),
    "BkToCstmrDbtCdtNtfctn": (
        "enriches",
        gettext_lazy(
            "camt.054 only adds details to a statement and is not booked; import the camt.053. If "
            "its batches come without their transactions, ask the bank to put these into the "
            "camt.053."
        ),
    ),
}


def read(content: bytes) -> ParsedFile:
    """The statements of a camt.053 file. Raises ``InvalidInput`` with the line of what is wrong."""
    root = safe_xml.parse(content)
    _drop_namespaces(root)
    message = _message(root)
    statements = message.findall("Stmt")
    if not statements:
        raise refuse("no_statement", _line(message), _("the file holds no statement (Stmt)."))
    return ParsedFile("camt.053", tuple(_statement(found) for found in statements))


def _drop_namespaces(root: Any) -> None:
    for element in root.iter(etree.Element):
        if element.tag[0] == "{":
            element.tag = element.tag.rpartition("}")[2]


def _message(root: Any) -> Any:
    for element in root.iter(etree.Element):
        name = element.tag.removesuffix("V01")
        if name == "BkToCstmrStmt":
            return element
        if name not in _OTHER_ROLES:
            continue
        code, message = _OTHER_ROLES[name]
        raise InvalidInput(f"bankfile.{code}", str(message))
    raise refuse(
        "type",
        _line(root),
        _("this XML is not a bank statement (camt.053) but “%s”.") % root.tag[:60],
    )


def _statement(element: Any) -> ParsedStatement:
    line = _line(element)
    account = _text(element, "Acct/Id/IBAN") or _text(element, "Acct/Id/Othr/Id")
    if not account:
        raise refuse("account", line, _("the statement names no account (Acct/Id)."))
    opening, opened_on, opening_currency = _balance(element, _OPENING, last=False)
    closing, closed_on, closing_currency = _balance(element, _CLOSING, last=True)
    told = _text(element, "Acct/Ccy")
    currency = checks.currency(told, line) if told else opening_currency
    for found, name in ((opening_currency, _("opening")), (closing_currency, _("closing"))):
        if found != currency:
            raise refuse(
                "currency",
                line,
                _("the %(name)s balance is in %(found)s but the account is in %(currency)s.")
                % {"name": name, "found": found, "currency": currency},
            )
    booked, pending = _entries(element, account, currency, closed_on)
    return checks.closes(
        ParsedStatement(
            line=line,
            account=account[:40],
            currency=currency,
            number=_number(element),
            opening_amount=opening,
            closing_amount=closing,
            opened_on=min([opened_on, *(entry.booked_on for entry in booked)]),
            closed_on=max(closed_on, opened_on),
            entries=booked,
            pending_count=pending,
        )
    )


def _number(element: Any) -> str:
    names = ("ElctrncSeqNb", "LglSeqNb", "Id")
    return next((text[:35] for name in names if (text := _text(element, name))), "")


def _balance(statement: Any, codes: tuple[str, ...], *, last: bool) -> tuple[Decimal, date, str]:
    by_code: dict[str, Any] = {}
    for element in statement.iterfind("Bal"):
        code = _text(element, "Tp/CdOrPrtry/Cd")
        if last or code not in by_code:
            by_code[code] = element
    found = next((by_code[code] for code in codes if code in by_code), None)
    if found is None:
        what = _("closing balance (CLBD)") if last else _("opening balance (OPBD or PRCD)")
        raise refuse("balance", _line(statement), _("the statement has no %s.") % what)
    line = _line(found)
    amount, currency = _money(found.find("Amt"), line)
    return _sign(found, line) * amount, _date(found.find("Dt"), line), currency


def _entries(
    statement: Any, account: str, currency: str, closed_on: date
) -> tuple[tuple[ParsedEntry, ...], int]:
    booked: list[ParsedEntry] = []
    pending = 0
    for element in statement.iterfind("Ntry"):
        status = _text(element, "Sts/Cd") or _text(element, "Sts") or "BOOK"
        if status != "BOOK":
            pending += 1
            continue
        booked.extend(_entry(element, account, currency, closed_on))
    return tuple(booked), pending


def _entry(element: Any, account: str, currency: str, closed_on: date) -> list[ParsedEntry]:
    line = _line(element)
    amount, found_currency = _money(element.find("Amt"), line)
    if found_currency != currency:
        raise refuse(
            "currency",
            line,
            _("an entry is in %(found)s but the account is in %(currency)s.")
            % {"found": found_currency, "currency": currency},
        )
    value_on = _date(element.find("ValDt"), line, missing=None)
    booked_on = _date(element.find("BookgDt"), line, missing=value_on or closed_on)
    whole = ParsedEntry(
        line=line,
        booked_on=booked_on,
        value_on=value_on or booked_on,
        amount=_sign(element, line) * amount,
        currency=currency,
        remittance=_pieces(element, "AddtlNtryInf"),
        bank_reference=_told(element, "AcctSvcrRef"),
        is_reversal=_text(element, "RvslInd") in ("true", "1"),
        charges_amount=_charges(element, currency),
        transaction_code=_transaction_code(element),
    )
    details = element.findall("NtryDtls/TxDtls")
    if len(details) == 1:
        return [_with_details(whole, details[0], account)]
    return _taken_apart(whole, details, account) if details else [whole]


def _taken_apart(whole: ParsedEntry, details: list[Any], account: str) -> list[ParsedEntry]:
    """A batch as its transactions if all amounts are told; they must add up to the entry."""
    amounts = [_part_amount(detail, whole) for detail in details]
    if any(amount is None for amount in amounts):
        return [replace(whole, remittance=_all_pieces(details) or whole.remittance)]
    told = [amount for amount in amounts if amount is not None]
    missing = whole.amount - sum(told, _ZERO)
    if missing and abs(missing) != whole.charges_amount:
        raise refuse(
            "batch",
            whole.line,
            _(
                "the %(count)d transactions of the batch add up to %(sum)s, "
                "the entry says %(amount)s."
            )
            % {"count": len(told), "sum": sum(told, _ZERO), "amount": whole.amount},
        )
    count = len(told) + bool(missing)
    batch = _batch(whole, told)
    parts = [
        replace(
            _with_details(whole, detail, account),
            amount=amount,
            part=f"{position}/{count}",
            batch=batch,
        )
        for position, (detail, amount) in enumerate(zip(details, told, strict=True), start=1)
    ]
    if missing:
        parts.append(replace(whole, amount=missing, part=f"{count}/{count}", batch=batch))
    return parts


def _batch(whole: ParsedEntry, amounts: list[Decimal]) -> str:
    """A short name that a batch has in every file it comes in."""
    facts = (whole.bank_reference, whole.value_on, whole.amount, *amounts)
    return hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()[:12]


def _part_amount(detail: Any, whole: ParsedEntry) -> Decimal | None:
    """The signed amount of one transaction in the account's currency; None if it is not told."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = detail.find(path)
        if found is not None and found.get("Ccy") == whole.currency:
            amount = checks.amount(found.text or "", _line(found))
            told = _text(detail, "CdtDbtInd")
            is_in = told == "CRDT" if told else whole.amount >= 0
            return amount if is_in else -amount
    return None


def _with_details(whole: ParsedEntry, detail: Any, account: str) -> ParsedEntry:
    name, iban = _other_party(detail, whole, account)
    instructed = detail.find("AmtDtls/InstdAmt/Amt")
    amount, currency = (
        _money(instructed, whole.line, carried=False) if instructed is not None else (None, "")
    )
    return replace(
        whole,
        payer_name=name,
        payer_iban=iban,
        remittance=_all_pieces([detail]) or _pieces(detail, "AddtlTxInf") or whole.remittance,
        references=_references(detail),
        end_to_end_id=_told(detail, "Refs/EndToEndId"),
        mandate_id=_told(detail, "Refs/MndtId"),
        bank_reference=whole.bank_reference or _told(detail, "Refs/AcctSvcrRef"),
        return_reason=(_text(detail, "RtrInf/Rsn/Cd") or _text(detail, "RtrInf/Rsn/Prtry"))[:35],
        charges_amount=whole.charges_amount or _charges(detail, whole.currency),
        instructed_amount=amount,
        instructed_currency=currency,
    )


def _other_party(detail: Any, whole: ParsedEntry, account: str) -> tuple[str, str]:
    """Name and IBAN of the other side: the debtor of money in, the creditor of money out.

    A reversal keeps the parties of what it reverses, so there the sides are swapped.
    """
    parties = detail.find("RltdPties")
    if parties is None:
        return "", ""
    is_debtor = (whole.amount >= 0) != whole.is_reversal
    for role in ("Dbtr", "Cdtr") if is_debtor else ("Cdtr", "Dbtr"):
        name = (
            _text(parties, f"{role}/Nm")
            or _text(parties, f"{role}/Pty/Nm")
            or _text(parties, f"{role}/Agt/FinInstnId/Nm")
            or _text(parties, f"Ultmt{role}/Nm")
            or _text(parties, f"Ultmt{role}/Pty/Nm")
        )
        iban = _text(parties, f"{role}Acct/Id/IBAN").replace(" ", "").upper()
        if (name or iban) and iban != account:
            return name[:140], iban[:34]
    return "", ""


def _references(detail: Any) -> tuple[str, ...]:
    paths = ("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb")
    found = (element.text for path in paths for element in detail.iterfind(path))
    return tuple(
        text.strip()[:70] for text in found if text and text.strip().upper() not in _NOTHING
    )


def _all_pieces(details: list[Any]) -> tuple[str, ...]:
    return tuple(
        piece
        for detail in details
        for path in ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf")
        for piece in _pieces(detail, path)
    )


def _pieces(element: Any, path: str) -> tuple[str, ...]:
    return tuple(
        found.text.strip()[:500]
        for found in element.iterfind(path)
        if found.text and found.text.strip().upper() not in {"", *_NOTHING}
    )


def _charges(element: Any, currency: str) -> Decimal:
    """Charges taken off, in the account's currency (v2: ``Chrgs/Amt``; later: ``Rcrd``)."""
    total = _ZERO
    for path in ("Chrgs/TtlChrgsAndTaxAmt", "Chrgs/Rcrd/Amt", "Chrgs/Amt"):
        for found in element.iterfind(path):
            if found.get("Ccy") == currency:
                total += checks.amount(found.text or "", _line(found))
        if total:
            break
    return total


def _transaction_code(element: Any) -> str:
    parts = ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")
    iso = "/".join(filter(None, (_text(element, f"BkTxCd/{part}") for part in parts)))
    return (iso or _text(element, "BkTxCd/Prtry/Cd"))[:35]


def _money(element: Any, line: int, *, carried: bool = True) -> tuple[Decimal, str]:
    if element is None:
        raise refuse("amount", line, _("an amount (Amt) is missing."))
    code = element.get("Ccy") or ""
    if carried:
        code = checks.currency(code, _line(element))
    return checks.amount(element.text or "", _line(element)), code[:3]


def _sign(element: Any, line: int) -> int:
    told = _text(element, "CdtDbtInd")
    if told not in ("CRDT", "DBIT"):
        raise refuse("sign", line, _("CdtDbtInd must be CRDT or DBIT, not “%s”.") % told[:20])
    return 1 if told == "CRDT" else -1


_REQUIRED = date.min


def _date(element: Any, line: int, *, missing: date | None = _REQUIRED) -> Any:
    told = "" if element is None else _text(element, "Dt") or _text(element, "DtTm")
    if not told:
        if missing is _REQUIRED:
            raise refuse("date", line, _("a date (Dt or DtTm) is missing."))
        return missing
    year, month, day = told[0:4], told[5:7], told[8:10]
    digits = year + month + day
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        raise refuse("date", line, _("“%s” is not a date like 2026-11-22.") % told[:30])
    return checks.day(int(year), int(month), int(day), line)


def _text(element: Any, path: str) -> str:
    found: str | None = element.findtext(path)
    return found.strip() if found else ""


def _told(element: Any, path: str) -> str:
    text = _text(element, path)[:70]
    return "" if text.upper() in _NOTHING else text


def _line(element: Any) -> int:
    return int(element.sourceline or 1)
