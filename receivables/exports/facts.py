"""What the writers are given: a company's books over a period as plain, immutable facts."""

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from o2c.money import ZERO


class Kind(StrEnum):
    """Where an account stands in the annual accounts."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    REVENUE = "revenue"
    EXPENSE = "expense"


_KINDS = {
    "receivables": Kind.ASSET,
    "bank": Kind.ASSET,
    "clearing": Kind.LIABILITY,
    "revenue": Kind.REVENUE,
    "advance": Kind.LIABILITY,
    "vat": Kind.LIABILITY,
    "discount": Kind.REVENUE,
    "bank_charges": Kind.EXPENSE,
    "write_off": Kind.EXPENSE,
    "rounding": Kind.EXPENSE,
    "exchange_gain": Kind.REVENUE,
    "exchange_loss": Kind.EXPENSE,
    "valuation": Kind.ASSET,
    "valuation_gain": Kind.REVENUE,
    "valuation_loss": Kind.EXPENSE,
    "provision": Kind.ASSET,
    "provision_expense": Kind.EXPENSE,
    "cash": Kind.ASSET,
    "cheques": Kind.ASSET,
    "transit": Kind.ASSET,
    "payables": Kind.LIABILITY,
    "refunds": Kind.LIABILITY,
    "provider": Kind.ASSET,
    "provider_fee": Kind.EXPENSE,
    "interest": Kind.REVENUE,
    "damages": Kind.REVENUE,
}
CONTROL = "receivables"
"""The role of the account that is the sum of all customers."""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A ledger account. Balances are debit > 0: before the fiscal year, before the period, at its
    end."""

    id: int
    number: str
    name: str
    role: str
    vat_category: str = ""
    vat_rate: Decimal | None = None
    year_opening: Decimal = ZERO
    opening: Decimal = ZERO
    closing: Decimal = ZERO

    @property
    def kind(self) -> Kind:
        """Where it stands; what no posting rule uses is taken for equity."""
        return _KINDS.get(self.role, Kind.EQUITY)

    @property
    def is_control(self) -> bool:
        """Whether customers' personal accounts add up to it."""
        return self.role == CONTROL


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A customer with postings up to the end of the period; balances as those of accounts."""

    id: int
    number: str
    name: str
    country: str = ""
    vat_id: str = ""
    registration_number: str = ""
    is_business: bool = True
    street: str = ""
    postcode: str = ""
    city: str = ""
    opening: Decimal = ZERO
    closing: Decimal = ZERO
    personal_account: int | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of an entry in the books' currency, debit > 0.

    ``currency`` where the line is about money in another one, of which it is ``currency_amount``:
    nothing of it for a difference of exchange.
    """

    id: int
    account: int
    amount: Decimal
    party: int | None = None
    tax_base: Decimal | None = None
    currency: str = ""
    currency_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """A posting; its lines add up to nothing. ``due_on`` is the first due day of its items."""

    id: int
    posted_on: date
    recorded_at: datetime
    text: str
    document: str
    lines: tuple[LineFacts, ...]
    due_on: date | None = None
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """Whose books they are."""

    name: str
    country: str
    currency: str
    registration_number: str = ""
    vat_id: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    year_start_month: int = 1


@dataclass(frozen=True, slots=True)
class DatevFacts:
    """What DATEV wants to know of whose data it is: the adviser's numbers, digits of accounts."""

    consultant_number: int
    client_number: int
    account_length: int = 4
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Books:
    """The books of a company from ``start`` to ``end``, both included.

    ``by_date`` and ``by_number`` read the entries anew each time they are called. ``created_at`` is
    when the last of them was recorded, not when somebody asks: the file must not depend on that.
    """

    company: CompanyFacts
    start: date
    end: date
    created_at: datetime
    accounts: Mapping[int, AccountFacts]
    parties: Mapping[int, PartyFacts]
    entry_count: int
    debit: Decimal
    by_date: Callable[[], Iterator[EntryFacts]]
    by_number: Callable[[], Iterator[EntryFacts]]
    datev: DatevFacts | None = None
    sorted_accounts: tuple[AccountFacts, ...] = field(init=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.accounts.values(), key=lambda account: account.number)
        object.__setattr__(self, "sorted_accounts", tuple(ordered))

    @property
    def year(self) -> tuple[date, date]:
        """First and last day of the fiscal year in which the period begins."""
        return self.year_of(self.start)

    def year_of(self, day: date) -> tuple[date, date]:
        """First and last day of the fiscal year of a day."""
        return fiscal_year(day, self.company.year_start_month)


def fiscal_year(day: date, first_month: int) -> tuple[date, date]:
    """First and last day of the fiscal year of a day, for years that begin with a month."""
    year = day.year - (day.month < first_month)
    last_year, last_month = (year, 12) if first_month == 1 else (year + 1, first_month - 1)
    last_day = calendar.monthrange(last_year, last_month)[1]
    return date(year, first_month, 1), date(last_year, last_month, last_day)
