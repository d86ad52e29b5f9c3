"""One ``Ntry`` of a camt.053, and the small readings of XML that its statement needs as well."""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from receivables.bankfiles import checks
from receivables.bankfiles.camt_amounts import charges, instructed
from receivables.bankfiles.checks import refuse
from receivables.bankfiles.facts import ParsedEntry

_ZERO = Decimal("0.00")
_NOTHING = frozenset({"NOTPROVIDED", "NONREF", "NOTPROVIDED.", "N/A", "NICHT ANGEGEBEN"})


def entries_of(element: Any, account: str, currency: str, closed_on: date) -> list[ParsedEntry]:
    """A booked entry, or the transactions of a batch; ``closed_on`` is its day if it has none."""
    line = line_of(element)
    amount, found_currency = money(element.find("Amt"), line)
    if found_currency != currency:
        raise refuse(
            "currency",
            line,
            _("an entry is in %(found)s but the account is in %(currency)s.")
            % {"found": found_currency, "currency": currency},
        )
    value_on = date_of(element.find("ValDt"), line, missing=None)
    booked_on = date_of(element.find("BookgDt"), line, missing=value_on or closed_on)
    told = instructed(element, currency)
    whole = ParsedEntry(
        line=line,
        booked_on=booked_on,
        value_on=value_on or booked_on,
        amount=sign(element, line) * amount,
        currency=currency,
        remittance=_pieces(element, "AddtlNtryInf"),
        bank_reference=_told(element, "AcctSvcrRef"),
        is_reversal=text_at(element, "RvslInd") in ("true", "1"),
        charges_amount=charges(element, currency),
        instructed_amount=told.amount,
        instructed_currency=told.currency,
        exchange_rate=told.rate,
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
    bare = replace(
        whole,
        charges_amount=_ZERO,
        instructed_amount=None,
        instructed_currency="",
        exchange_rate=None,
    )
    parts = [
        replace(
            _with_details(bare, detail, account),
            amount=amount,
            part=f"{position}/{count}",
            batch=batch,
        )
        for position, (detail, amount) in enumerate(zip(details, told, strict=True), start=1)
    ]
    if missing:
        parts.append(replace(bare, amount=missing, part=f"{count}/{count}", batch=batch))
    return parts


def _batch(whole: ParsedEntry, amounts: list[Decimal]) -> str:
    """A short name that a batch has in every file it comes in."""
    facts = (whole.bank_reference, whole.value_on, whole.amount, *amounts)
    return hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()[:12]


def _part_amount(detail: Any, whole: ParsedEntry) -> Decimal | None:
    """The signed amount of one transaction in the account's currency; None if it is not told."""
    for path in (
        "Amt",
        "AmtDtls/TxAmt/Amt",
        "AmtDtls/CntrValAmt/Amt",
        "AmtDtls/InstdAmt/Amt",
    ):
        found = detail.find(path)
        if found is not None and found.get("Ccy") == whole.currency:
            amount = checks.amount(found.text or "", line_of(found))
            told = text_at(detail, "CdtDbtInd")
            is_in = told == "CRDT" if told else whole.amount >= 0
            return amount if is_in else -amount
    return None


def _with_details(whole: ParsedEntry, detail: Any, account: str) -> ParsedEntry:
    name, iban = _other_party(detail, whole, account)
    told = instructed(detail, whole.currency)
    return replace(
        whole,
        payer_name=name,
        payer_iban=iban,
        remittance=_all_pieces([detail]) or _pieces(detail, "AddtlTxInf") or whole.remittance,
        references=_references(detail),
        end_to_end_id=_told(detail, "Refs/EndToEndId"),
        mandate_id=_told(detail, "Refs/MndtId"),
        bank_reference=whole.bank_reference or _told(detail, "Refs/AcctSvcrRef"),
        return_reason=(text_at(detail, "RtrInf/Rsn/Cd") or text_at(detail, "RtrInf/Rsn/Prtry"))[
            :35
        ],
        charges_amount=whole.charges_amount or charges(detail, whole.currency),
        instructed_amount=whole.instructed_amount if told.amount is None else told.amount,
        instructed_currency=told.currency or whole.instructed_currency,
        exchange_rate=told.rate or whole.exchange_rate,
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
            text_at(parties, f"{role}/Nm")
            or text_at(parties, f"{role}/Pty/Nm")
            or text_at(parties, f"{role}/Agt/FinInstnId/Nm")
            or text_at(parties, f"Ultmt{role}/Nm")
            or text_at(parties, f"Ultmt{role}/Pty/Nm")
        )
        iban = text_at(parties, f"{role}Acct/Id/IBAN").replace(" ", "").upper()
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


def _transaction_code(element: Any) -> str:
    parts = ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")
    iso = "/".join(filter(None, (text_at(element, f"BkTxCd/{part}") for part in parts)))
    return (iso or text_at(element, "BkTxCd/Prtry/Cd"))[:35]


def money(element: Any, line: int) -> tuple[Decimal, str]:
    """An ``Amt`` with its currency, which the ledger must carry."""
    if element is None:
        raise refuse("amount", line, _("an amount (Amt) is missing."))
    code = checks.currency(element.get("Ccy") or "", line_of(element))
    return checks.amount(element.text or "", line_of(element)), code


def sign(element: Any, line: int) -> int:
    """1 for money in, -1 for money out."""
    told = text_at(element, "CdtDbtInd")
    if told not in ("CRDT", "DBIT"):
        raise refuse("sign", line, _("CdtDbtInd must be CRDT or DBIT, not “%s”.") % told[:20])
    return 1 if told == "CRDT" else -1


_REQUIRED = date.min


def date_of(element: Any, line: int, *, missing: date | None = _REQUIRED) -> Any:
    """The day in ``Dt`` or ``DtTm``, else ``missing``; without that it must be told."""
    told = "" if element is None else text_at(element, "Dt") or text_at(element, "DtTm")
    if not told:
        if missing is _REQUIRED:
            raise refuse("date", line, _("a date (Dt or DtTm) is missing."))
        return missing
    year, month, day = told[0:4], told[5:7], told[8:10]
    digits = year + month + day
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        raise refuse("date", line, _("“%s” is not a date like 2026-11-22.") % told[:30])
    return checks.day(int(year), int(month), int(day), line)


def text_at(element: Any, path: str) -> str:
    """The text at a path, without blanks around it; empty if there is none."""
    found: str | None = element.findtext(path)
    return found.strip() if found else ""


def _told(element: Any, path: str) -> str:
    text = text_at(element, path)[:70]
    return "" if text.upper() in _NOTHING else text


def line_of(element: Any) -> int:
    """The line of the file on which it begins."""
    return int(element.sourceline or 1)
