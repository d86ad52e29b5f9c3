"""What a bank file says, as plain data; amounts are signed from the account owner's view."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One line of a bank statement, or one transaction of a batch that the bank took apart.

    ``amount`` is positive for money in and negative for money out, in ``currency`` (the
    account's). ``remittance`` keeps the pieces as the bank sent them: it cuts text at fixed
    widths, in the middle of words too. ``references`` are structured ones (RF, OCR, document
    numbers). ``part`` is "2/3" for the second of three transactions of a batch, and ``batch`` is
    equal for all of them. ``instructed_amount``: what the payer sent, often in another currency;
    ``exchange_rate`` as the bank quotes it; ``charges_amount``: what it took off, in ``currency``.
    """

    line: int
    booked_on: date
    value_on: date
    amount: Decimal
    currency: str
    payer_name: str = ""
    payer_iban: str = ""
    remittance: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    end_to_end_id: str = ""
    mandate_id: str = ""
    bank_reference: str = ""
    return_reason: str = ""
    is_reversal: bool = False
    charges_amount: Decimal = Decimal("0.00")
    instructed_amount: Decimal | None = None
    instructed_currency: str = ""
    exchange_rate: Decimal | None = None
    transaction_code: str = ""
    part: str = ""
    batch: str = ""

    @property
    def text(self) -> str:
        """The remittance as one line, for people."""
        return _BLANKS.sub(" ", " ".join(self.remittance)).strip()

    @property
    def content_key(self) -> str:
        """What the entry is known by besides its date: the bank's reference, else its content.

        The amount always belongs to it, since some banks repeat references.
        """
        told = (
            ("ref", self.bank_reference)
            if self.bank_reference
            else (
                "content",
                self.value_on.isoformat(),
                self.payer_iban,
                self.payer_name,
                "".join("".join(self.remittance).split()),
                "|".join(self.references),
                self.end_to_end_id,
            )
        )
        facts = "\x1f".join((*told, f"{self.amount:.2f}", self.currency, self.part))
        return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()[:40]


class Marked(Protocol):
    """What an entry is recognised by."""

    @property
    def line(self) -> int:
        """Where it stands in the file."""

    @property
    def bank_reference(self) -> str:
        """The bank's own name for it; empty if there is none."""

    @property
    def booked_on(self) -> date:
        """The day the bank booked it."""

    @property
    def amount(self) -> Decimal:
        """Signed, in the account's currency."""

    @property
    def batch(self) -> str:
        """Equal for the transactions of one batch."""

    @property
    def content_key(self) -> str:
        """What it is known by besides its date."""


@dataclass(frozen=True, slots=True)
class EntryMark:
    """Of an entry only what it is recognised by, so that very many can be held."""

    line: int
    booked_on: date
    amount: Decimal
    batch: str
    content_key: str
    bank_reference: str


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One statement of one account; opening balance + entries = closing balance, checked.

    ``entries`` are whole, or only marks of entries that can be read again. A CSV without a column
    of balances has none (``has_balances``).
    """

    line: int
    account: str
    currency: str
    number: str
    opening_amount: Decimal
    closing_amount: Decimal
    opened_on: date
    closed_on: date
    entries: tuple[Marked, ...] = ()
    pending_count: int = 0
    has_balances: bool = True


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A bank file of a known ``kind`` (``camt.053``, ``mt940``) with its statements in order."""

    kind: str
    statements: tuple[ParsedStatement, ...]


@dataclass(frozen=True, slots=True)
class WholeStatement(ParsedStatement):
    """A statement with all that its entries tell."""

    entries: tuple[ParsedEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeFile(ParsedFile):
    """A bank file with all that its entries tell."""

    statements: tuple[WholeStatement, ...]


Part = ParsedEntry | ParsedStatement
"""What a reader hands out: entries as they come, and behind them their statement, without them."""
