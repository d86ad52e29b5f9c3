"""Checks that every reader shares: amounts, dates, currencies, and that a statement closes."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from o2c.errors import InvalidInput
from o2c.money import CURRENCIES
from receivables.bankfiles.facts import ParsedEntry, ParsedStatement

_AMOUNT = re.compile(r"(\d{1,15})(?:[.,](\d{0,5}))?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def refuse(code: str, line: int, message: str, remedy: str = "") -> InvalidInput:
    """The error of a bank file; always names the line and what to do."""
    return InvalidInput(
        f"bankfile.{code}",
        _("Line %(line)d: %(text)s %(remedy)s")
        % {
            "line": line,
            "text": message,
            "remedy": remedy
            or _("Nothing was booked; fetch the file again or ask the bank for a corrected one."),
        },
    )


def amount(text: str, line: int) -> Decimal:
    """An unsigned amount with at most two significant decimals, comma or point."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise refuse("amount", line, _("“%s” is not an amount.") % text[:40])
    whole, fraction = found.group(1), (found.group(2) or "").rstrip("0")
    if len(fraction) > 2:
        raise refuse("decimals", line, _("“%s” has more than two decimals.") % text[:40])
    return Decimal(f"{whole}.{fraction:0<2}")


def currency(text: str, line: int) -> str:
    """A currency the ledger carries, by ISO code."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise refuse(
            "currency",
            line,
            _("currency “%(code)s” is not carried; known are %(known)s.")
            % {"code": code[:10], "known": ", ".join(sorted(CURRENCIES))},
        )
    return code


def day(year: int, month: int, day_of_month: int, line: int) -> date:
    """A calendar date in a plausible year."""
    try:
        found = date(year, month, day_of_month)
    except ValueError:
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise refuse(
            "date", line, _("%s is not a date.") % f"{year:04d}-{month:02d}-{day_of_month:02d}"
        )
    return found


@dataclass(slots=True)
class Tally:
    """How many entries a statement had so far, what they move, and the first of their days."""

    count: int = 0
    moved: Decimal = Decimal("0.00")
    first_on: date | None = None

    def add(self, entry: ParsedEntry) -> None:
        """One more."""
        self.count += 1
        self.moved += entry.amount
        self.first_on = min(self.first_on or entry.booked_on, entry.booked_on)


def closes(statement: ParsedStatement, tally: Tally) -> ParsedStatement:
    """The statement itself if opening + entries = closing, else refused with the figures."""
    reached = statement.opening_amount + tally.moved
    if reached != statement.closing_amount:
        raise refuse(
            "chain",
            statement.line,
            _(
                "statement %(number)s of account %(account)s does not close: opening balance "
                "%(opening)s plus %(count)d entries of %(moved)s is %(reached)s, but the closing "
                "balance is %(closing)s."
            )
            % {
                "number": statement.number or "?",
                "account": statement.account,
                "opening": statement.opening_amount,
                "count": tally.count,
                "moved": tally.moved,
                "reached": reached,
                "closing": statement.closing_amount,
            },
            _("Nothing was booked; ask the bank for the whole file."),
        )
    return statement
