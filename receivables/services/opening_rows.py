"""Rows of a list of open items read and checked one at a time; nothing here asks the database."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.sheets import SheetRow, plain
from core.typed_values import day, local_number
from o2c.errors import InvalidInput
from o2c.money import ZERO, cents
from receivables.columns import IS_CREDIT

_MOST_NUMBER = 40
_MOST_AMOUNT = Decimal(10) ** 15
_BETWEEN = re.compile(r"[;,|\n]+")
_MINUS_BEHIND = re.compile(r"(.*\d)\s*[-\u2212]")
_BRACKETS = re.compile(r"\((.*\d)\)")


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An item as the list tells it: amount negative for a credit note, ``currency`` may be empty.

    ``functional_amount``, with the amount's sign, is what another system had it in its books for.
    ``references`` are what a payer may write besides the number.
    """

    row: int
    number: str
    customer: str
    issued_on: date
    due_on: date
    amount: Decimal
    currency: str
    functional_amount: Decimal | None
    discount_amount: Decimal
    discount_until: date | None
    references: tuple[str, ...]


def read_item(row: SheetRow) -> OpeningRow:
    """Check a row. Raises ``InvalidInput`` naming its place, the value and the remedy."""
    amount = _amount(row)
    issued_on = _day(row, "issued")
    discount, until = _discount(row, amount)
    return OpeningRow(
        row=row.number,
        number=_text(row, "number", _MOST_NUMBER),
        customer=_text(row, "customer", _MOST_NUMBER),
        issued_on=issued_on,
        due_on=_due(row, issued_on, amount),
        amount=amount,
        currency=row.text("currency").upper(),
        functional_amount=_functional(row, amount),
        discount_amount=discount,
        discount_until=until,
        references=tuple(_references(row)),
    )


def _text(row: SheetRow, field: str, most: int) -> str:
    text = " ".join(row.text(field).split())
    if not text or len(text) > most:
        raise InvalidInput(
            "import.text",
            _("%(where)s: 1 to %(most)s signs are needed, not “%(text)s”. Correct it.")
            % {"where": row.where(field), "most": most, "text": text[:60]},
        )
    return text


def _day(row: SheetRow, field: str) -> date:
    return day(row.text(field), what=row.where(field))


def _due(row: SheetRow, issued_on: date, amount: Decimal) -> date:
    """A credit note may do without; what is owed must say when."""
    if not row.text("due") and amount < 0:
        return issued_on
    due_on = _day(row, "due")
    if due_on < issued_on:
        raise InvalidInput(
            "import.due",
            _("%(where)s: due on %(due)s, before it was issued on %(issued)s. Correct one of them.")
            % {"where": row.where("due"), "due": due_on, "issued": issued_on},
        )
    return due_on


def _amount(row: SheetRow) -> Decimal:
    """The signed amount: a credit note is one by its kind or by the sign of its amount."""
    amount = _signed(row)
    if not amount or amount != cents(amount) or abs(amount) >= _MOST_AMOUNT:
        raise InvalidInput(
            "import.amount",
            _("%(where)s: “%(text)s” is no amount of an open item. It is not zero and has at most"
              " two decimals.") % {"where": row.where("amount"), "text": row.text("amount")[:40]},
        )  # fmt: skip
    word = row.text("kind")
    is_credit = IS_CREDIT.get(plain(word)) if word else False
    if is_credit is None:
        raise InvalidInput(
            "import.kind",
            _("%(where)s: “%(text)s” is no kind of item. Write “invoice” or “credit note”.")
            % {"where": row.where("kind"), "text": word[:40]},
        )
    return -abs(amount) if is_credit else amount


def _signed(row: SheetRow) -> Decimal:
    """The amount as written; a minus may stand behind it, or brackets around it."""
    text = row.text("amount").strip()
    behind = _MINUS_BEHIND.fullmatch(text) or _BRACKETS.fullmatch(text)
    value = local_number(behind[1] if behind else text, what=row.where("amount"))
    return -value if behind else value


def _functional(row: SheetRow, amount: Decimal) -> Decimal | None:
    """The worth in the books' currency where the list tells it; its own sign does not matter."""
    if not row.text("functional").strip():
        return None
    text = row.text("functional").strip()
    behind = _MINUS_BEHIND.fullmatch(text) or _BRACKETS.fullmatch(text)
    worth = abs(local_number(behind[1] if behind else text, what=row.where("functional")))
    if not worth or worth != cents(worth) or worth >= _MOST_AMOUNT:
        raise InvalidInput(
            "import.functional",
            _("%(where)s: “%(text)s” is no worth in the books' currency. It is not zero and has at"
              " most two decimals.") % {"where": row.where("functional"), "text": text[:40]},
        )  # fmt: skip
    return worth.copy_sign(amount)


def _discount(row: SheetRow, amount: Decimal) -> tuple[Decimal, date | None]:
    """The discount offered on an invoice, and the last day on which it may be taken."""
    percent = row.text("discount_percent").rstrip("% ")
    if not percent or amount < 0:
        return ZERO, None
    rate = local_number(percent, what=row.where("discount_percent"))
    if not 0 <= rate < 100:
        raise InvalidInput(
            "import.discount",
            _("%(where)s: a discount of %(rate)s %% is not possible: use 0 to under 100.")
            % {"where": row.where("discount_percent"), "rate": percent[:20]},
        )
    discount = cents(amount * rate / 100)
    return (discount, _day(row, "discount_until")) if discount else (ZERO, None)


def _references(row: SheetRow) -> list[str]:
    """Order numbers (several of them, too), RF and OCR as printed on the document."""
    told = [part.strip() for part in _BETWEEN.split(row.text("po"))]
    return [text for text in (*told, row.text("rf"), row.text("ocr")) if text]
