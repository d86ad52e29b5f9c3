"""A made bank month and the files a bank could send of it, as camt.053 and as MT940."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.receivables.make import IBAN

FIRST = date(2026, 3, 2)
OPENING = Decimal("1000.00")


@dataclass(frozen=True)
class Booking:
    """One booking of the bank; ``parts`` are the transactions of a batch."""

    day: date
    amount: Decimal
    name: str = "Kunde AG"
    text: str = "Miete"
    reference: str = ""
    parts: tuple[Decimal, ...] = ()
    is_reversal: bool = False


@dataclass(frozen=True)
class Slice:
    """A stretch of the month, in the bank's order, as one statement."""

    first: int
    last: int
    opening: Decimal


def month(dice: random.Random) -> list[Booking]:
    """Two to five weeks of few contents, so that twins are common; batches have odd cents."""
    bookings: list[Booking] = []
    for offset in range(dice.randint(6, 24)):
        for _ in range(dice.choice((0, 0, 1, 2, 3, 5))):
            bookings.append(_booking(dice, FIRST + timedelta(days=offset), len(bookings)))
    return bookings or [Booking(FIRST, Decimal("10.00"))]


def _booking(dice: random.Random, day: date, number: int) -> Booking:
    kind = dice.randrange(10)
    reference = f"B{number}" if dice.random() < 0.5 else ""
    if kind < 5:
        amount = Decimal(dice.choice(("10.00", "10.00", "25.00")))
        name = dice.choice(("Kunde AG", "Müller & Söhne <GmbH>"))
        return Booking(day, amount, name, dice.choice(("Miete", "Rg 4711")), reference)
    if kind < 7:
        return Booking(day, Decimal(dice.choice(("-3.50", "-10.00"))), "Bank", "Gebühr", reference)
    if kind < 8:
        return Booking(
            day, Decimal("-10.00"), text="Retoure", reference=reference, is_reversal=True
        )
    parts = tuple(
        Decimal(dice.choice(("10.00", "4.00", "1.11"))) for _ in range(dice.randint(2, 4))
    )
    return Booking(day, sum(parts, Decimal("0.00")), "", "Sammler", reference, parts)


def whole_days(bookings: Sequence[Booking], dice: random.Random) -> list[Slice]:
    """Slices on day borders that cover the month, with repeats, overlaps and longer ones."""
    borders = [0, *(n for n in range(1, len(bookings)) if bookings[n].day != bookings[n - 1].day)]
    borders.append(len(bookings))
    kept = sorted({0, len(bookings), *dice.sample(borders, dice.randint(1, len(borders)))})
    cover = list(zip(kept, kept[1:], strict=False))
    more = [tuple(sorted(dice.sample(borders, 2))) for _ in range(dice.randint(0, 3))]
    return _slices(bookings, [*cover, *more, *dice.sample(cover, dice.randint(0, 1))])


def split_days(bookings: Sequence[Booking], dice: random.Random) -> list[Slice]:
    """Slices at any place that cover the month, some of them twice."""
    places = range(len(bookings) + 1)
    cuts = dice.sample(places, min(len(bookings), dice.randint(1, 6)))
    kept = sorted({0, len(bookings), *cuts})
    cover = list(zip(kept, kept[1:], strict=False))
    return _slices(bookings, [*cover, *dice.sample(cover, dice.randint(0, min(2, len(cover))))])


def with_neighbours(bookings: Sequence[Booking]) -> tuple[list[Booking], Slice]:
    """The month with a booking on the day before and the day after, and a statement of it all."""
    one = timedelta(days=1)
    before = Booking(bookings[0].day - one, Decimal("0.77"), text="Vortag")
    after = Booking(bookings[-1].day + one, Decimal("0.88"), text="Folgetag")
    longer = [before, *bookings, after]
    return longer, Slice(0, len(longer), OPENING - before.amount)


def _slices(bookings: Sequence[Booking], pairs: Sequence[tuple[int, ...]]) -> list[Slice]:
    before = [OPENING]
    for booking in bookings:
        before.append(before[-1] + booking.amount)
    return [Slice(first, last, before[first]) for first, last in pairs if last > first]


def as_camt(bookings: Sequence[Booking], part: Slice) -> bytes:
    """The slice as camt.053 with its batches taken apart."""
    told = bookings[part.first : part.last]
    closing = part.opening + sum(booking.amount for booking in told)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document><BkToCstmrStmt><Stmt>'
        f"<ElctrncSeqNb>{part.first}-{part.last}</ElctrncSeqNb>"
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        + _balance("OPBD", part.opening, told[0].day)
        + _balance("CLBD", closing, told[-1].day)
        + "".join(_entry(booking) for booking in told)
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, amount: Decimal, on: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(amount)}"
        f"<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _money(amount: Decimal) -> str:
    side = "DBIT" if amount < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _entry(booking: Booking) -> str:
    reference = f"<AcctSvcrRef>{booking.reference}</AcctSvcrRef>" if booking.reference else ""
    name = booking.name.replace("&", "&amp;").replace("<", "&lt;")
    details = "".join(
        f"<TxDtls>{_money(amount)}<RltdPties><Dbtr><Nm>Payer {n}</Nm></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>part {n}</Ustrd></RmtInf></TxDtls>"
        for n, amount in enumerate(booking.parts)
    ) or (
        f"<TxDtls><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr><Cdtr><Nm>{name}</Nm></Cdtr></RltdPties>"
        f"<RmtInf><Ustrd>{booking.text}</Ustrd></RmtInf></TxDtls>"
    )
    return (
        f"<Ntry>{_money(booking.amount)}"
        + ("<RvslInd>true</RvslInd>" if booking.is_reversal else "")
        + f"<Sts>BOOK</Sts><BookgDt><Dt>{booking.day}</Dt></BookgDt>"
        f"<ValDt><Dt>{booking.day}</Dt></ValDt>{reference}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def as_mt940(bookings: Sequence[Booking], part: Slice) -> bytes:
    """The slice as MT940 with its batches whole and its names in capitals."""
    told = bookings[part.first : part.last]
    closing = part.opening + sum(booking.amount for booking in told)
    return "\r\n".join(
        [
            ":20:STARTUMS",
            ":25:37040044/0532013000EUR",
            f":28C:{part.first}/{part.last}",
            f":60F:{_mt_balance(part.opening, told[0].day)}",
            *(line for booking in told for line in _mt_entry(booking)),
            f":62F:{_mt_balance(closing, told[-1].day)}",
            "-",
        ]
    ).encode("cp1252")


def _mt_balance(amount: Decimal, on: date) -> str:
    return f"{'D' if amount < 0 else 'C'}{on:%y%m%d}EUR{abs(amount)}".replace(".", ",")


def _mt_entry(booking: Booking) -> list[str]:
    side = "D" if booking.amount < 0 else "C"
    mark = f"R{'D' if side == 'C' else 'C'}" if booking.is_reversal else side
    amount = f"{abs(booking.amount)}".replace(".", ",")
    reference = f"//{booking.reference}" if booking.reference else ""
    return [
        f":61:{booking.day:%y%m%d%m%d}{mark}{amount}NTRFNONREF{reference}",
        f":86:166?00BUCHUNG?20SVWZ+{booking.text.upper()}?32{booking.name.upper()[:27]}",
    ]
