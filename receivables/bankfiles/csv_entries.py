"""The entries of a bank's CSV, read as its profile says; bad rows are named by their line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from receivables.bankfiles import checks
from receivables.bankfiles.checks import refuse
from receivables.bankfiles.csv_table import Table
from receivables.bankfiles.facts import ParsedEntry, ParsedStatement, Part

_ZERO = Decimal("0.00")
_PENDING = ("vorgemerkt", "pending", "reserverat", "preliminar", "preliminär")
_FOOT = ("kontostand", "saldo", "summe", "total", "summa", "utgående", "ingående")
_NUMBER = re.compile(r"\(?[-+]?[\d.,]+-?\)?", re.ASCII)
_GROUPED = {",": re.compile(r"\d{1,3}(\.\d{3})+|\d+"), ".": re.compile(r"\d{1,3}(,\d{3})+|\d+")}
_DAYS = (
    (re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"), "iso"),
    (re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"), "iso"),
    (re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{2}|\d{4})"), "day"),
    (re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{2}|\d{4})"), "day"),
)


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """How the files with one header are read: a field, or nothing, per column.

    ``account`` and ``currency`` are our account's, for files that don't tell it. ``decimal`` is
    the decimal sign, empty where the figures tell it; ``is_month_first`` for 12/31/2026.
    """

    key: str
    fields: tuple[str, ...]
    account: str
    currency: str
    decimal: str = ""
    is_month_first: bool = False


def parts(table: Table, profile: CsvProfile) -> Iterator[Part]:
    """The entries, oldest first, and behind them their statement.

    With a column of balances these must lead from row to row; without, the statement has none.
    Raises ``InvalidInput`` naming the line.
    """
    reader = _Rows(table, profile)
    entries = [entry for line, cells in table.rows if (entry := reader.entry(line, cells))]
    told = list(reader.balances)
    if not entries:
        return
    if _is_newest_first(entries, told):
        entries.reverse()
        told.reverse()
    opening, closing = _balances(entries, told)
    yield from entries
    yield ParsedStatement(
        line=entries[0].line,
        account=reader.account or profile.account,
        currency=profile.currency,
        number="",
        opening_amount=opening or _ZERO,
        closing_amount=closing or _ZERO,
        opened_on=min(entry.booked_on for entry in entries),
        closed_on=max(entry.booked_on for entry in entries),
        has_balances=opening is not None,
    )


class _Rows:
    """Reads row after row; keeps the balances and the account that the rows tell."""

    def __init__(self, table: Table, profile: CsvProfile) -> None:
        self._profile = profile
        self._columns: dict[str, list[int]] = {}
        for at, field in enumerate(profile.fields):
            if field:
                self._columns.setdefault(field, []).append(at)
        self._decimal = profile.decimal or self._decimal_of(table)
        self.balances: list[Decimal | None] = []
        self.account = ""

    def entry(self, line: int, cells: Sequence[str]) -> ParsedEntry | None:
        """The row as an entry; None for a pending one and for a line of totals."""
        if cells[0].casefold().startswith(_FOOT) and not self._is_dated(cells):
            return None
        if self._cell(cells, "state").casefold().removeprefix("umsatz ").startswith(_PENDING):
            return None
        self._require_own(line, cells)
        booked_on = self._day(cells, "booked_on", line)
        amount = self._amount(cells, line)
        self.balances.append(
            self._number(self._cell(cells, "balance"), line) if self._has("balance") else None
        )
        reference = self._cell(cells, "reference")
        return ParsedEntry(
            line=line,
            booked_on=booked_on,
            value_on=self._day(cells, "value_on", line, missing=booked_on),
            amount=amount,
            currency=self._profile.currency,
            payer_name=self._cell(cells, "payer_name")[:140],
            payer_iban=self._cell(cells, "payer_iban").replace(" ", "").upper()[:34],
            remittance=tuple(text[:500] for text in self._all(cells, "text")),
            references=(reference[:70],) if reference else (),
            end_to_end_id=self._cell(cells, "end_to_end_id")[:70],
            mandate_id=self._cell(cells, "mandate_id")[:70],
        )

    def _require_own(self, line: int, cells: Sequence[str]) -> None:
        currency = self._cell(cells, "currency").upper()
        if currency and currency != self._profile.currency:
            raise refuse(
                "currency",
                line,
                _("an entry is in %(found)s but the account is in %(currency)s.")
                % {"found": currency[:10], "currency": self._profile.currency},
            )
        account = self._cell(cells, "account").replace(" ", "").upper()
        if account and self.account and account != self.account:
            raise refuse("account", line, _("the file holds entries of several accounts."))
        self.account = account or self.account

    def _amount(self, cells: Sequence[str], line: int) -> Decimal:
        if self._has("amount"):
            return self._number(self._cell(cells, "amount"), line)
        out, into = self._cell(cells, "debit"), self._cell(cells, "credit")
        if bool(out) == bool(into):
            raise refuse("amount", line, _("money in or money out must be told, one of them."))
        return self._number(into, line) if into else -abs(self._number(out, line))

    def _number(self, text: str, line: int) -> Decimal:
        told = re.sub(r"[\s\u00a0\u202f']", "", text).replace("\u2212", "-")
        told = re.sub(r"^(EUR|SEK|€|kr)|(EUR|SEK|€|kr)$", "", told)
        if not _NUMBER.fullmatch(told):
            raise refuse("amount", line, _("“%s” is not an amount.") % text[:40])
        is_negative = "-" in told or told.startswith("(")
        whole, sign, fraction = told.strip("()+-").rpartition(self._decimal)
        if not sign:
            whole, fraction = fraction, ""
        is_whole = _GROUPED[self._decimal].fullmatch(whole)
        if not is_whole or (fraction and not fraction.isdigit()):
            raise refuse("amount", line, _("“%s” is not an amount.") % text[:40])
        value = checks.amount(f"{re.sub('[.,]', '', whole)}.{fraction}", line)
        return -value if is_negative else value

    def _decimal_of(self, table: Table) -> str:
        """The sign before the last one or two digits of any figure, else a comma."""
        for _line, cells in table.rows:
            for field in ("amount", "debit", "credit", "balance"):
                found = re.search(r"([.,])\d{1,2}\D*$", self._cell(cells, field))
                if found:
                    return found[1]
        return ","

    def _day(
        self, cells: Sequence[str], field: str, line: int, missing: date | None = None
    ) -> date:
        text = self._cell(cells, field)
        if not text and missing:
            return missing
        for pattern, order in _DAYS:
            if found := pattern.fullmatch(text[:10].strip()):
                year = int(found["y"])
                month, day = int(found["m"]), int(found["d"])
                if order == "day" and self._profile.is_month_first:
                    month, day = day, month
                return checks.day(year + 2000 if year < 100 else year, month, day, line)
        raise refuse("date", line, _("“%s” is not a date.") % text[:30])

    def _is_dated(self, cells: Sequence[str]) -> bool:
        text = self._cell(cells, "booked_on")
        return any(pattern.fullmatch(text[:10].strip()) for pattern, _order in _DAYS)

    def _has(self, field: str) -> bool:
        return field in self._columns

    def _cell(self, cells: Sequence[str], field: str) -> str:
        return next(iter(self._all(cells, field)), "")

    def _all(self, cells: Sequence[str], field: str) -> list[str]:
        places = self._columns.get(field, ())
        return [cells[at].strip() for at in places if at < len(cells) and cells[at].strip()]


def _is_newest_first(entries: Sequence[ParsedEntry], told: Sequence[Decimal | None]) -> bool:
    """By the days; where all are one day, by the balances."""
    first, last = entries[0], entries[-1]
    if first.booked_on != last.booked_on:
        return first.booked_on > last.booked_on
    forward = _breaks(entries, told)
    return forward is not None and _breaks(entries[::-1], told[::-1]) is None


def _breaks(entries: Sequence[ParsedEntry], told: Sequence[Decimal | None]) -> int | None:
    """The first place whose balance is not the one before plus the entry."""
    for at in range(1, len(entries)):
        before, after = told[at - 1], told[at]
        if before is not None and after is not None and before + entries[at].amount != after:
            return at
    return None


def _balances(
    entries: Sequence[ParsedEntry], told: Sequence[Decimal | None]
) -> tuple[Decimal | None, Decimal | None]:
    first, last = told[0], told[-1]
    if first is None or last is None:
        return None, None
    at = _breaks(entries, told)
    if at is not None:
        raise refuse(
            "chain",
            entries[at].line,
            _("the balance %(told)s is not the one before, %(before)s, plus %(amount)s.")
            % {"told": told[at], "before": told[at - 1], "amount": entries[at].amount},
            _("Nothing was booked; export the days again, without leaving rows out."),
        )
    return first - entries[0].amount, last
