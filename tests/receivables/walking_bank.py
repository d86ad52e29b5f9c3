"""The bank of a random walk: statements in a whole chain, credits and what goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.receivables.make import camt


@dataclass(frozen=True)
class Moved:
    """Money that came, or with ``code`` went back; ``on`` is the bank's booking day.

    ``told``: amount instructed and charges, as elements.
    """

    amount: Decimal
    on: date
    text: str = ""
    name: str = ""
    iban: str = ""
    end_to_end: str = "NOTPROVIDED"
    code: str = ""
    currency: str = "EUR"
    told: str = ""


class Bank:
    """Keeps the balance, so that every statement follows the last."""

    def __init__(self, iban: str, currency: str = "EUR") -> None:
        self.iban, self.currency = iban, currency
        self.balance, self.count = Decimal("1000.00"), 0

    def statement(self, moved: Sequence[Moved], *, on: date) -> bytes:
        """A camt.053 with these entries."""
        self.count += 1
        opening = self.balance
        self.balance += sum((one.amount for one in moved), Decimal(0))
        entries = [f"{one.amount}|{_entry(one, self.count, n)}" for n, one in enumerate(moved)]
        return camt(
            *entries, opening=str(opening), number=str(self.count), iban=self.iban, on=on,
            currency=self.currency,
        )  # fmt: skip


def _entry(one: Moved, statement: int, position: int) -> str:
    side, role = ("CRDT", "Dbtr") if one.amount > 0 else ("DBIT", "Cdtr")
    party = f"<{role}><Pty><Nm>{one.name}</Nm></Pty></{role}>" if one.name else ""
    party += f"<{role}Acct><Id><IBAN>{one.iban}</IBAN></Id></{role}Acct>" if one.iban else ""
    back = f"<RtrInf><Rsn><Cd>{one.code}</Cd></Rsn></RtrInf>" if one.code else ""
    return (
        f'<Ntry><Amt Ccy="{one.currency}">{abs(one.amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{one.on}</Dt></BookgDt>"
        f"<ValDt><Dt>{one.on}</Dt></ValDt><AcctSvcrRef>{one.currency[0]}{statement:05}{position:02}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{one.end_to_end}</EndToEndId></Refs>"
        f"{one.told}"
        f"<RltdPties>{party}</RltdPties><RmtInf><Ustrd>{one.text}</Ustrd></RmtInf>{back}"
        "</TxDtls></NtryDtls></Ntry>"
    )
