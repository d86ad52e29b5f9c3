"""The provider's settlement file: CSV with a line per movement, read strictly; no database here.

``settlement,paid_on,currency,kind,id,payment,gross,fee,net``: what was refunded or charged back is
below nought, net is gross less fee, and every line names the same settlement.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from o2c.errors import InvalidInput
from o2c.money import ZERO

COLUMNS = ("settlement", "paid_on", "currency", "kind", "id", "payment", "gross", "fee", "net")
KINDS = ("capture", "refund", "chargeback", "chargeback_won", "fee")
MOST_LINES = 100_000
_AMOUNT = re.compile(r"-?\d{1,14}\.\d{2}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SettledLine:
    """What the provider says of one movement."""

    kind: str
    remote_id: str
    payment_id: str
    gross: Decimal
    fee: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class SettlementFile:
    """A payout and its lines."""

    reference: str
    paid_on: date
    currency: str
    lines: tuple[SettledLine, ...]

    @property
    def gross(self) -> Decimal:
        """Sum of the lines."""
        return sum((line.gross for line in self.lines), ZERO)

    @property
    def fee(self) -> Decimal:
        """What the provider keeps."""
        return sum((line.fee for line in self.lines), ZERO)


def read_settlement(content: bytes) -> SettlementFile:
    """The settlement in a file. Raises ``InvalidInput`` that names line, value and remedy."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("settlement.text", _("The file is no UTF-8 text."), field="file")
    rows = csv.reader(io.StringIO(text, newline=""))
    header = tuple(name.strip().lower() for name in next(rows, ()))
    if header != COLUMNS:
        raise InvalidInput(
            "settlement.columns",
            _("Line 1: the columns are not “%(wanted)s”. Take the provider's settlement file.")
            % {"wanted": ",".join(COLUMNS)},
            field="file",
        )
    heads: set[tuple[str, str, str]] = set()
    lines: list[SettledLine] = []
    try:
        for row in rows:
            if row:
                heads.add(tuple(row[:3]))  # type: ignore[arg-type]
                lines.append(_line(rows.line_num, row))
    except csv.Error as error:
        raise _wrong(rows.line_num, str(error))
    _require_one(lines, heads)
    reference, day, currency = heads.pop()
    return SettlementFile(reference.strip(), _day(day), currency.strip(), tuple(lines))


def _require_one(lines: list[SettledLine], heads: set[tuple[str, str, str]]) -> None:
    """Raises ``InvalidInput`` unless the lines are of one settlement, and none comes twice."""
    if not lines or len(lines) > MOST_LINES:
        raise InvalidInput(
            "settlement.lines",
            _("The file has %(count)d lines; 1 to %(most)d are read.")
            % {"count": len(lines), "most": MOST_LINES},
            field="file",
        )
    if len(heads) != 1:
        raise InvalidInput(
            "settlement.several",
            _("The file names %(count)d settlements, days or currencies; give one a file.")
            % {"count": len(heads)},
            field="file",
        )
    _refuse_twins(lines)


def _line(number: int, row: list[str]) -> SettledLine:
    if len(row) != len(COLUMNS):
        raise _wrong(number, ",".join(row))
    kind, remote_id, payment_id = (value.strip() for value in row[3:6])
    if kind not in KINDS:
        raise _wrong(number, kind)
    names = (row[0].strip(), remote_id)
    if not all(1 <= len(name) <= 80 for name in names) or len(payment_id) > 80:
        raise _wrong(number, remote_id or row[0])
    gross, fee, net = (_money(number, value.strip()) for value in row[6:9])
    if net != gross - fee:
        raise InvalidInput(
            "settlement.sum",
            _("Line %(line)d: %(gross)s less fee %(fee)s is not %(net)s. Nothing was booked.")
            % {"line": number, "gross": gross, "fee": fee, "net": net},
            field="file",
        )
    return SettledLine(kind, remote_id, payment_id, gross, fee, net)


def _money(number: int, value: str) -> Decimal:
    if not _AMOUNT.fullmatch(value):
        raise _wrong(number, value)
    return Decimal(value)


def _day(value: str) -> date:
    try:
        if _DAY.fullmatch(value.strip()):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise _wrong(2, value)


def _refuse_twins(lines: list[SettledLine]) -> None:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=2):
        if line.remote_id in seen:
            raise InvalidInput(
                "settlement.twice",
                _("Line %(line)d: %(id)s stands in the file twice. Nothing was booked.")
                % {"line": number, "id": line.remote_id},
                field="file",
            )
        seen.add(line.remote_id)


def _wrong(number: int, value: str) -> InvalidInput:
    return InvalidInput(
        "settlement.value",
        _("Line %(line)d: “%(value)s” can't be read. Take the provider's file as it is.")
        % {"line": number, "value": value[:60]},
        field="file",
    )
