"""What the product made of each payment, compared with the truth about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.receivables.judge.books import Payment, Verdict

FIELDS = ("amount", "discount", "charges", "rounding")


@dataclass
class Seen:
    """A payment, the product's line about it, and what that amounts to."""

    payment: Payment
    row: dict[str, Any]

    @property
    def is_booked(self) -> bool:
        """Booked by itself."""
        return self.row["state"] == "settled" and self.row["by"] == "auto"

    @property
    def is_right(self) -> bool:
        """Booked on what it pays, the rest left on the payer's account.

        What the data decide is closed to the cent; else a part on the right document is right too,
        since the payer named it and the rest stays open.
        """
        booked = {
            (one["customer"], one["document"]): sum(Decimal(one[name]) for name in FIELDS)
            for one in self.row["items"]
        }
        if Decimal(self.row["remainder"] or 0) != self.payment.leaves:
            return False
        if self.payment.verdict is Verdict.DECIDED:
            return booked == self.payment.pays
        return bool(booked) and booked.keys() == self.payment.pays.keys()

    @property
    def is_wrong(self) -> bool:
        """Booked otherwise than the truth, or at all where nothing of ours is paid."""
        return self.is_booked and not self.is_right

    @property
    def is_hasty(self) -> bool:
        """Booked by itself where a person must be asked, or where nothing of ours is paid."""
        return self.is_booked and self.payment.verdict in (Verdict.DOUBTFUL, Verdict.NOTHING)

    @property
    def is_first_right(self) -> bool:
        """The first proposal names what is paid."""
        first = self.row.get("proposals", [])[:1]
        named = {(one["customer"], one["document"]) for one in (first[0]["items"] if first else ())}
        return bool(named) and named == set(self.payment.pays)


@dataclass
class Report:
    """All that was seen."""

    seen: list[Seen]

    def of(self, verdict: Verdict) -> list[Seen]:
        """Those of one verdict."""
        return [one for one in self.seen if one.payment.verdict is verdict]

    @property
    def share(self) -> float:
        """Of what the data decide, how much was booked right by itself."""
        decided = self.of(Verdict.DECIDED)
        return sum((one.is_booked and one.is_right) for one in decided) / max(len(decided), 1)

    @property
    def wrong(self) -> list[Seen]:
        """Wrong bookings."""
        return [one for one in self.seen if one.is_wrong]

    @property
    def hasty(self) -> list[Seen]:
        """Booked by itself where a person must be asked, or where nothing of ours is paid."""
        return [one for one in self.seen if one.is_hasty]

    def lines(self) -> list[str]:
        """A line a kind and verdict, then the sums."""
        kinds: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for one in self.seen:
            counts = kinds[(one.payment.kind, one.payment.verdict.value)]
            counts["all"] += 1
            counts["booked"] += one.is_booked
            counts["right"] += one.is_booked and one.is_right
            counts["wrong"] += one.is_wrong
            counts["waits"] += not one.is_booked
            counts["first"] += not one.is_booked and one.is_first_right
        head = (
            f"{'kind':<38}{'verdict':<10}{'all':>5}{'right':>7}{'wrong':>7}{'waits':>7}{'first':>7}"
        )
        rows = [
            f"{kind:<38}{verdict:<10}{c['all']:>5}{c['right']:>7}{c['wrong']:>7}{c['waits']:>7}"
            f"{c['first']:>7}"
            for (kind, verdict), c in sorted(kinds.items())
        ]
        booked = sum(one.is_booked for one in self.seen)
        return [head, *rows, (
            f"{len(self.seen)} payments, {len(self.of(Verdict.DECIDED))} decided,"
            f" {self.share:.2%} of them booked by itself; {booked} booked,"
            f" {len(self.wrong)} wrong, {len(self.hasty)} hasty"
        )]  # fmt: skip


def compared(payments: Iterable[Payment], rows: Iterable[dict[str, Any]]) -> Report:
    """Each payment with its line, found by file and place."""
    by_place = {(row["file"], row["position"]): row for row in rows}
    return Report([Seen(one, by_place[one.place]) for one in payments])
