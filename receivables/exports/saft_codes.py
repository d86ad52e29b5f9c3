"""Where SAF-T dialects differ: names, codes and lists of the OECD's file and of Norway's.

OECD: "Guidance for the Standard Audit File – Tax, version 2.0". Norway: "Norwegian SAF-T Financial
data", schema 1.30, with the standard tax codes and the grouping codes of the income statement
("næringsspesifikasjon"). Both code lists are proposals by role and rate, to be confirmed by the
company's accountant. Periods from 2027 on say that they are 1.40, which Norway wants from then and
which takes everything that 1.30 has as it was.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from receivables.exports.facts import AccountFacts, Kind


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of SAF-T file; lengths of names and of what an address has."""

    namespace: str
    version: str
    basis: str
    tax_type: str
    tax_name: str
    name: int
    street: int
    city: int
    postcode: int
    is_norwegian: bool = False

    def version_of(self, start: date) -> str:
        """The version of the schema for a period that begins on a day."""
        return "1.40" if self.is_norwegian and start >= _NORWAY_1_40 else self.version


_NORWAY_1_40 = date(2027, 1, 1)
OECD = Dialect(
    "urn:OECD:StandardAuditFile-Taxation/2.00", "2.00", "Invoice", "VAT", "Value added tax",
    name=70, street=70, city=35, postcode=18,
)  # fmt: skip
NORWAY = Dialect(
    "urn:StandardAuditFile-Taxation-Financial:NO", "1.30", "A", "MVA", "Merverdiavgift",
    name=256, street=256, city=256, postcode=70, is_norwegian=True,
)  # fmt: skip

OECD_TYPES = {
    Kind.ASSET: "Asset",
    Kind.LIABILITY: "Liability",
    Kind.EQUITY: "Liability",
    Kind.REVENUE: "Sale",
    Kind.EXPENSE: "Expense",
}

_GROUPS = {
    "receivables": ("balanseverdiForOmloepsmiddel", "1500"),
    "bank": ("balanseverdiForOmloepsmiddel", "1920"),
    "cash": ("balanseverdiForOmloepsmiddel", "1900"),
    "cheques": ("balanseverdiForOmloepsmiddel", "1900"),
    "transit": ("balanseverdiForOmloepsmiddel", "1920"),
    "payables": ("kortsiktigGjeld", "2400"),
    "clearing": ("kortsiktigGjeld", "2990"),
    "advance": ("kortsiktigGjeld", "2900"),
    "vat": ("kortsiktigGjeld", "2740"),
    "discount": ("salgsinntekt", "3000"),
    "bank_charges": ("annenDriftskostnad", "7700"),
    "write_off": ("annenDriftskostnad", "7830"),
    "rounding": ("annenDriftskostnad", "7700"),
    "exchange_gain": ("finansinntekt", "8060"),
    "exchange_loss": ("finanskostnad", "8160"),
    "valuation": ("balanseverdiForOmloepsmiddel", "1500"),
    "valuation_gain": ("finansinntekt", "8060"),
    "valuation_loss": ("finanskostnad", "8160"),
    "refunds": ("kortsiktigGjeld", "2990"),
    "interest": ("finansinntekt", "8050"),
    "damages": ("annenDriftsinntekt", "3900"),
}
_EQUITY = ("egenkapital", "2050")
_STANDARD_CODES = {
    ("S", Decimal(25)): "3",
    ("S", Decimal(15)): "31",
    ("S", Decimal(12)): "33",
    ("Z", Decimal(0)): "5",
    ("AE", Decimal(0)): "51",
    ("G", Decimal(0)): "52",
    ("K", Decimal(0)): "52",
    ("E", Decimal(0)): "6",
    ("O", Decimal(0)): "6",
}


def grouping(account: AccountFacts) -> tuple[str, str]:
    """Norway's category and code of an account."""
    if account.role == "revenue":
        untaxed = "3200" if account.vat_category in ("E", "O") else "3100"
        return "salgsinntekt", "3000" if account.vat_rate else untaxed
    return _GROUPS.get(account.role, _EQUITY)


def percentage(account: AccountFacts) -> Decimal:
    """The rate of an account in per cent."""
    return (account.vat_rate or Decimal(0)) * 100


def tax_code(account: AccountFacts) -> str:
    """Our name for category and rate: S19, K0."""
    return f"{account.vat_category}{percentage(account).normalize():f}"


def standard_code(account: AccountFacts) -> str:
    """Norway's standard tax code, "NA" where it has none for the rate."""
    return _STANDARD_CODES.get((account.vat_category, percentage(account)), "NA")
