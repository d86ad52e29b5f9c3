"""camt.053 of any version, read by structure: namespaces and version numbers are not looked at.

What differs between banks and versions and is handled here: entries without ``TxDtls``; the
amount in ``Amt`` or ``AmtDtls/TxAmt``; ``Dbtr/Nm`` (v2-4) or ``Dbtr/Pty/Nm`` (v8); ``Sts`` as
text or ``Sts/Cd``; ``Dt`` or ``DtTm``; several ``Ustrd``; ``NOTPROVIDED``. The sign is the
``CdtDbtInd`` of the entry itself: a reversed credit is booked as DBIT with ``RvslInd`` true.

The file is read entry by entry, so that its length needs no memory.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from core import safe_xml
from o2c.errors import InvalidInput
from receivables.bankfiles import checks
from receivables.bankfiles.camt_entry import date_of, entries_of, line_of, money, sign, text_at
from receivables.bankfiles.checks import Tally, refuse
from receivables.bankfiles.facts import ParsedEntry, ParsedStatement, Part

_OPENING, _CLOSING = ("OPBD", "PRCD", "ITBD"), ("CLBD", "ITBD")
ENRICHES = "bankfile.enriches"
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


_MESSAGES = ("BkToCstmrStmt", *_OTHER_ROLES)
_TAGS = tuple(
    f"{{*}}{name}" for name in (*_MESSAGES, *(f"{name}V01" for name in _MESSAGES), "Stmt", "Ntry")
)


def parts(source: IO[bytes]) -> Iterator[Part]:
    """The entries of a camt.053 file as they come, each statement after its entries.

    Raises ``InvalidInput`` with the line of what is wrong.
    """
    message: Any = None
    statement: _Statement | None = None
    count = 0
    for event, element in safe_xml.stream(source, _TAGS):
        if event == "root":
            _require_statement(element, message, count)
        elif message is None:
            message = _message(element)
        elif event == "start" and _is_named(element, "Stmt") and element.getparent() is message:
            statement, count = _Statement(element), count + 1
        elif statement is None or event == "start":
            continue
        elif element is statement.element:
            yield from statement.finished()
            _forget_before(element)
            element.clear()
            statement = None
        elif _is_named(element, "Ntry") and element.getparent() is statement.element:
            yield from statement.taken(element)


def _require_statement(root: Any, message: Any, count: int) -> None:
    if message is None:
        raise refuse(
            "type",
            line_of(root),
            _("this XML is not a bank statement (camt.053) but “%s”.")
            % root.tag.rpartition("}")[2][:60],
        )
    if not count:
        raise refuse("no_statement", line_of(message), _("the file holds no statement (Stmt)."))


def _is_named(element: Any, name: str) -> bool:
    return bool(element.tag.rpartition("}")[2] == name)


def _forget_before(element: Any) -> None:
    """Drop what was read; lxml needs the element it is at."""
    before = element.getprevious()
    if before is not None and before.tag.rpartition("}")[2] in ("Ntry", "Stmt"):
        element.getparent().remove(before)


def _drop_namespaces(root: Any) -> None:
    for element in root.iter(etree.Element):
        if element.tag[0] == "{":
            element.tag = element.tag.rpartition("}")[2]


def _message(element: Any) -> Any:
    """The element if it is a statement message; other kinds of message are refused by name."""
    name = element.tag.rpartition("}")[2].removesuffix("V01")
    if name == "BkToCstmrStmt":
        return element
    if name in _OTHER_ROLES:
        code, message = _OTHER_ROLES[name]
        raise InvalidInput(f"bankfile.{code}", str(message))
    return None


class _Statement:
    """A ``Stmt`` while it is read; entries that come before its head is known wait for it."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self._tally = Tally()
        self._head: ParsedStatement | None = None
        self._waiting: list[Any] = []
        self._pending_count = 0

    def taken(self, element: Any) -> Iterator[ParsedEntry]:
        """The entries of an ``Ntry``; what was read before it is dropped."""
        if self._head is None and not self._waiting:
            self._head = _head_so_far(self.element)
        if self._head is None:
            self._waiting.append(element)
        else:
            yield from self._read(element, self._head)
            _forget_before(element)

    def finished(self) -> Iterator[Part]:
        """The statement when all of it is there, after the entries that waited for its head."""
        head = _head(self.element)
        for element in self._waiting:
            yield from self._read(element, head)
        opened_on = min([head.opened_on, *filter(None, [self._tally.first_on])])
        yield checks.closes(
            replace(head, opened_on=opened_on, pending_count=self._pending_count), self._tally
        )

    def _read(self, element: Any, head: ParsedStatement) -> Iterator[ParsedEntry]:
        _drop_namespaces(element)
        status = text_at(element, "Sts/Cd") or text_at(element, "Sts") or "BOOK"
        if status != "BOOK":
            self._pending_count += 1
            return
        for entry in entries_of(element, head.account, head.currency, head.closed_on):
            self._tally.add(entry)
            yield entry


def _head_so_far(element: Any) -> ParsedStatement | None:
    """The statement's head if it stands before the entries, as the standard has it."""
    try:
        return _head(element)
    except InvalidInput:
        return None


def _head(element: Any) -> ParsedStatement:
    """Account, number and balances of a ``Stmt``, without its entries."""
    for child in element:
        if not _is_named(child, "Ntry"):
            _drop_namespaces(child)
    line = line_of(element)
    account = text_at(element, "Acct/Id/IBAN") or text_at(element, "Acct/Id/Othr/Id")
    if not account:
        raise refuse("account", line, _("the statement names no account (Acct/Id)."))
    opening, opened_on, opening_currency = _balance(element, _OPENING, last=False)
    closing, closed_on, closing_currency = _balance(element, _CLOSING, last=True)
    told = text_at(element, "Acct/Ccy")
    currency = checks.currency(told, line) if told else opening_currency
    for found, name in ((opening_currency, _("opening")), (closing_currency, _("closing"))):
        if found != currency:
            raise refuse(
                "currency",
                line,
                _("the %(name)s balance is in %(found)s but the account is in %(currency)s.")
                % {"name": name, "found": found, "currency": currency},
            )
    return ParsedStatement(
        line=line,
        account=account[:40],
        currency=currency,
        number=_number(element),
        opening_amount=opening,
        closing_amount=closing,
        opened_on=opened_on,
        closed_on=max(closed_on, opened_on),
    )


def _number(element: Any) -> str:
    names = ("ElctrncSeqNb", "LglSeqNb", "Id")
    return next((text[:35] for name in names if (text := text_at(element, name))), "")


def _balance(statement: Any, codes: tuple[str, ...], *, last: bool) -> tuple[Decimal, date, str]:
    by_code: dict[str, Any] = {}
    for element in statement.iterfind("Bal"):
        code = text_at(element, "Tp/CdOrPrtry/Cd")
        if last or code not in by_code:
            by_code[code] = element
    found = next((by_code[code] for code in codes if code in by_code), None)
    if found is None:
        what = _("closing balance (CLBD)") if last else _("opening balance (OPBD or PRCD)")
        raise refuse("balance", line_of(statement), _("the statement has no %s.") % what)
    line = line_of(found)
    amount, currency = money(found.find("Amt"), line)
    return sign(found, line) * amount, date_of(found.find("Dt"), line), currency
