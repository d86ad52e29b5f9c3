"""camt.054: what a bank tells of its bookings besides the statement, entry by entry."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

from core import safe_xml
from receivables.bankfiles import checks
from receivables.bankfiles.camt_entry import entries_of, line_of, text_at
from receivables.bankfiles.checks import refuse
from receivables.bankfiles.facts import ParsedEntry

MARK = "n"
"""The batch of transactions that a notification told begins with it."""
_TAGS = ("{*}Ntfctn", "{*}Ntry")
_DATES = ("booked_on", "value_on")
_TUPLES = ("remittance", "references")


@dataclass(frozen=True, slots=True)
class Notice:
    """One booking as the notification tells it: its transactions, which add up to it."""

    account: str
    parts: tuple[ParsedEntry, ...]

    @property
    def amount(self) -> Decimal:
        """The booking's amount, signed."""
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def reference(self) -> str:
        """The bank's reference of the booking, if its transactions share one."""
        told = {part.bank_reference for part in self.parts}
        return told.pop() if len(told) == 1 else ""


def notices(source: IO[bytes]) -> Iterator[Notice]:
    """The booked entries of a camt.054. Raises ``InvalidInput`` with the line of what is wrong."""
    source.seek(0)
    head: Any = None
    for event, element in safe_xml.stream(source, _TAGS):
        name = element.tag.rpartition("}")[2]
        if name == "Ntfctn":
            head = element if event == "start" else None
        elif name == "Ntry" and event == "end" and element.getparent() is head:
            _drop_namespaces(head)
            status = text_at(element, "Sts/Cd") or text_at(element, "Sts") or "BOOK"
            if status == "BOOK":
                yield _notice(element, head)
            element.clear()


def _drop_namespaces(head: Any) -> None:
    for element in head.iter("{*}*"):
        element.tag = element.tag.rpartition("}")[2]


def _notice(element: Any, head: Any) -> Notice:
    line = line_of(element)
    account = text_at(head, "Acct/Id/IBAN") or text_at(head, "Acct/Id/Othr/Id")
    if not account:
        raise refuse("account", line, _("the notification names no account (Acct/Id)."))
    told = element.find("Amt")
    currency = checks.currency(told.get("Ccy") or "" if told is not None else "", line)
    parts = entries_of(element, account, currency, date.max)
    if parts[0].booked_on == date.max:
        raise refuse("date", line, _("the entry has no booking date (BookgDt)."))
    return Notice(account, tuple(_marked(part, parts) for part in parts))


def _marked(part: ParsedEntry, parts: list[ParsedEntry]) -> ParsedEntry:
    batch = part.batch or replace(part, part="1/1").content_key
    place = part.part or f"1/{len(parts)}"
    return replace(part, part=place, batch=MARK + batch[:11])


def to_json(part: ParsedEntry) -> dict[str, Any]:
    """A transaction as it is kept until its booking comes."""
    return {
        name: str(value) if isinstance(value, date | Decimal) else value
        for name, value in asdict(part).items()
    }


def from_json(told: dict[str, Any]) -> ParsedEntry:
    """The opposite of ``to_json``."""
    known = {field.name for field in fields(ParsedEntry)}
    facts = {name: value for name, value in told.items() if name in known}
    for name in _DATES:
        facts[name] = date.fromisoformat(facts[name])
    for name in _TUPLES:
        facts[name] = tuple(facts[name])
    for name in ("amount", "charges_amount", "instructed_amount", "exchange_rate"):
        figure = facts.get(name)
        facts[name] = None if figure is None else Decimal(figure)
    return ParsedEntry(**facts)
