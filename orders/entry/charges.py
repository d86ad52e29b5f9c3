"""Charges and discounts on the entry page: reads what was typed, checks it, answers.

As in the grid, what was typed stays as text until it is understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core import formats
from core.fields import read_figure
from o2c.money import ZERO
from orders.charges import MOST, charge_problems, charge_rows, drafts_of
from orders.draft import ChargeDraft
from orders.entry.typed import KEY, is_small, places, unreadable
from orders.models import OrderCharge, OrderLine

_CELLS = ("key", "reason", "text", "amount", "percent", "spread")
_PERCENT_PLACES = 4
_TYPED_MOST = MOST + 5


@dataclass(slots=True)
class ChargeRow:
    """One charge or discount: what was typed, and once priced, what it comes to."""

    key: str = ""
    reason: str = OrderCharge.Reason.FREIGHT
    text: str = ""
    amount: str = ""
    percent: str = ""
    spread: str = OrderCharge.Spread.FIRST
    net: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    draft: ChargeDraft | None = None

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """What it may be for: charges first, then discounts."""
        return [(value, str(label)) for value, label in OrderCharge.Reason.choices]

    @property
    def spreads(self) -> list[tuple[str, str]]:
        """Which invoices an amount may stand on; no discount waits for the last."""
        return [(value, str(label)) for value, label in OrderCharge.Spread.choices]

    @property
    def shared(self) -> str:
        """Where a percentage stands."""
        return str(OrderCharge.Spread.PRO_RATA.label)

    @property
    def is_blank(self) -> bool:
        """Nothing typed in it: it is not kept."""
        return not (self.amount or self.percent or self.text)

    def read(self) -> None:
        """Understand the row as a draft, or note its errors beside the cells."""
        amount = self._figure("amount", self.amount) if self.amount else None
        percent = self._figure("percent", self.percent) if self.percent else None
        if self.amount and self.percent:
            self.errors["percent"] = _("Enter either an amount or a percentage.")
        if not (self.amount or self.percent):
            self.errors["amount"] = _("Enter an amount or a percentage.")
        if amount is not None and (amount <= 0 or places(amount) > 2):
            self.errors["amount"] = _("Enter an amount above 0 with at most two decimals.")
        if percent is not None and (not 0 < percent <= 100 or places(percent) > _PERCENT_PLACES):
            self.errors["percent"] = _("Enter more than 0 and at most 100 %.")
        if self.reason not in OrderCharge.Reason.values:
            self.errors["reason"] = _("Choose a reason.")
        if not self.errors:
            self.draft = ChargeDraft(
                reason_code=self.reason,
                amount=amount,
                rate=None if percent is None else percent / 100,
                text=self.text,
                spread=self.spread,
            )

    def _figure(self, cell: str, text: str) -> Decimal | None:
        found = read_figure(text.removesuffix("%"))
        if found is None or not is_small(found):
            self.errors[cell] = unreadable(text)
        return None if cell in self.errors else found

    def said(self) -> str:
        """What it is and how much, in words."""
        what = self.text or dict(self.reasons).get(self.reason, self.reason)
        much = f"{self.percent} %" if self.percent else self.amount
        return f"{what[:1].upper()}{what[1:]} · {much}"

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        return {"key": self.key, "net": self.net, "errors": self.errors}


def read_charges(data: QueryDict) -> list[ChargeRow]:
    """The posted rows that hold something, each understood or with its errors."""
    columns = {cell: data.getlist(f"charge_{cell}")[:_TYPED_MOST] for cell in _CELLS}
    rows = []
    for index, key in enumerate(columns["key"]):
        cells: dict[str, Any] = {
            name: " ".join(values[index].split())[:100]
            for name, values in columns.items()
            if index < len(values)
        }
        row = ChargeRow(**cells)
        if KEY.fullmatch(key) and not row.is_blank:
            row.read()
            rows.append(row)
    return rows


def stored_rows(charges: Sequence[OrderCharge]) -> list[ChargeRow]:
    """Stored charges as the page shows them, one for each that was entered."""
    rows = []
    for number, draft in enumerate(drafts_of(charges), start=1):
        row = ChargeRow(
            key=f"c{number}", reason=draft.reason_code, text=draft.text, spread=draft.spread
        )
        if draft.rate is not None:
            row.percent = formats.figure(draft.rate * 100, most=_PERCENT_PLACES)
        elif draft.amount is not None:
            row.amount = formats.figure(draft.amount, least=2)
        row.draft = draft
        rows.append(row)
    return rows


def price_charges(
    rows: Sequence[ChargeRow], lines: Sequence[OrderLine], *, is_whole: bool
) -> list[OrderCharge]:
    """Say of each row what it comes to on these lines; the rows (unsaved) they would become.

    Where the lines are the ``whole`` order, a row that does not fit them gets its error; together
    they may still take too much (``together``).
    """
    sound = [row for row in rows if row.draft and not row.errors]
    for row in sound:
        if is_whole and row.draft and lines and (problems := charge_problems([row.draft], lines)):
            row.errors["percent" if row.percent else "amount"] = " ".join(problems)
    drafts = [row.draft for row in sound if row.draft and not row.errors]
    charges = charge_rows(drafts, lines)
    shown = [row for row in sound if not row.errors]
    for entry, row in enumerate(shown, start=1):
        own = [charge.signed_amount for charge in charges if charge.entry == entry]
        row.net = formats.amount(sum(own, ZERO)) if own else ""
    return charges


def together(rows: Sequence[ChargeRow], lines: Sequence[OrderLine]) -> str:
    """What is wrong with rows that are right each by itself; empty when nothing is."""
    drafts = [row.draft for row in rows if row.draft and not row.errors]
    if drafts and not lines:
        return _("Enter a line first: charges and discounts bear the VAT of the lines.")
    return " ".join(charge_problems(drafts, lines)) if drafts else ""
