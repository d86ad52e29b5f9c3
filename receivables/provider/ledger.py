"""The books of the simulated provider: payments, what moved, settlements. No HTTP here."""

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

FEE_RATE, FEE_EACH, CHARGEBACK_FEE = Decimal("0.014"), Decimal("0.25"), Decimal("15.00")
COLUMNS = ("settlement", "paid_on", "currency", "kind", "id", "payment", "gross", "fee", "net")
CENT = Decimal("0.01")


class Wrong(Exception):
    """What the provider refuses to do."""


@dataclass(slots=True)
class Movement:
    """Money that moved."""

    id: str
    kind: str
    amount: Decimal
    currency: str
    at: datetime
    reason: str = ""
    key: str = ""
    fee: Decimal = Decimal(0)
    is_settled: bool = False

    def shown(self) -> dict[str, Any]:
        """As the protocol tells it."""
        return {
            "id": self.id, "kind": self.kind, "amount": f"{self.amount:.2f}",
            "currency": self.currency, "at": self.at.isoformat(), "reason": self.reason,
            "key": self.key,
        }  # fmt: skip

    @property
    def gross(self) -> Decimal:
        """With its sign in a settlement."""
        return self.amount if self.kind in ("capture", "chargeback_won") else -self.amount


@dataclass(slots=True)
class Payment:
    """A payment that was begun."""

    id: str
    reference: str
    merchant: str
    amount: Decimal
    currency: str
    description: str = ""
    return_url: str = ""
    state: str = "open"
    method: str = ""
    reason: str = ""
    movements: list[Movement] = field(default_factory=list)

    def shown(self, url: str) -> dict[str, Any]:
        """As the protocol tells it."""
        return {
            "id": self.id, "reference": self.reference, "state": self.state,
            "amount": f"{self.amount:.2f}", "currency": self.currency, "method": self.method,
            "reason": self.reason, "page_url": f"{url}/pay/{self.id}",
            "movements": [movement.shown() for movement in self.movements],
        }  # fmt: skip


@dataclass(slots=True)
class Books:
    """Everything the provider knows. ``now`` may be set to live through past days."""

    payments: dict[str, Payment] = field(default_factory=dict)
    by_reference: dict[str, Payment] = field(default_factory=dict)
    settlements: dict[str, bytes] = field(default_factory=dict)
    prefix: str = ""
    now: datetime | None = None
    count: int = 0

    def shown(self) -> dict[str, Any]:
        """For the control page."""
        return {
            "payments": [payment.shown("") for payment in self.payments.values()],
            "settlements": sorted(self.settlements),
        }

    def news_of(self, done: Payment | str) -> dict[str, Any]:
        """A message about a payment, or about the settlement with this reference."""
        event = {"event_id": self._id("evt")}
        if isinstance(done, Payment):
            return event | {
                "kind": "payment.changed", "merchant": done.merchant, "payment": done.id,
                "reference": done.reference,
            }  # fmt: skip
        merchant = next(iter(self.payments.values())).merchant if self.payments else ""
        return event | {"kind": "settlement.paid", "merchant": merchant, "settlement": done}

    def begin(self, key: str, letter: dict[str, Any]) -> tuple[Payment, bool]:
        """A new payment, or the one begun with this key."""
        known = self.by_reference.get(letter["reference"])
        if known is not None:
            return known, False
        if not key or key != letter["reference"] or Decimal(letter["amount"]) <= 0:
            raise Wrong("no key, or no amount")
        made = Payment(
            self._id("pay"),
            letter["reference"],
            letter["merchant"],
            Decimal(letter["amount"]),
            letter["currency"],
            letter.get("description", ""),
            letter.get("return_url", ""),
        )
        self.payments[made.id] = self.by_reference[made.reference] = made
        return made, True

    def pay(
        self, payment: str, *, method: str = "card", amount: str = "", currency: str = ""
    ) -> Payment:
        """The payer pays; ``amount`` and ``currency`` make it something else than was asked."""
        found = self.payments[payment]
        if found.state != "open":
            raise Wrong(f"{payment} is {found.state}")
        taken = Decimal(amount) if amount else found.amount
        moved = self._move(found, "capture", taken, currency=currency)
        moved.fee = (taken * FEE_RATE + FEE_EACH).quantize(CENT)
        found.state, found.method = "paid", method
        return found

    def decline(self, payment: str, *, reason: str = "The card was declined.") -> Payment:
        """The payer's bank says no."""
        found = self.payments[payment]
        found.state, found.reason = "declined", reason
        return found

    def expire(self, payment: str) -> Payment:
        """Nobody pays."""
        found = self.payments[payment]
        found.state = "expired"
        return found

    def give_back(self, payment: str, key: str, letter: dict[str, Any]) -> tuple[Payment, bool]:
        """A refund, or the one of this key."""
        found = self.payments.get(payment)
        if found is None:
            raise Wrong("no such payment")
        if any(movement.key == key for movement in found.movements):
            return found, False
        amount = Decimal(letter["amount"])
        if amount > sum(movement.gross for movement in found.movements):
            raise Wrong("That much is not left of the payment.")
        self._move(found, "refund", amount, reason=letter.get("reason", ""), key=key)
        return found, True

    def refund(self, payment: str, amount: str, *, reason: str = "") -> Payment:
        """A refund by hand, in the provider's own pages."""
        return self.give_back(payment, "", {"amount": amount, "reason": reason})[0]

    def chargeback(self, payment: str, *, amount: str = "", reason: str = "fraud") -> Payment:
        """The payer's bank takes the money back."""
        found = self.payments[payment]
        moved = self._move(
            found, "chargeback", Decimal(amount) if amount else found.amount, reason=reason
        )
        moved.fee = CHARGEBACK_FEE
        return found

    def win(self, payment: str) -> Payment:
        """The last charge-back was without reason."""
        found = self.payments[payment]
        lost = [one for one in found.movements if one.kind == "chargeback"][-1]
        self._move(found, "chargeback_won", lost.amount)
        return found

    def settle(self, reference: str = "") -> str:
        """Pay out what moved since the last time; the reference of the settlement."""
        reference = reference or self._id("po").upper()
        waiting = [
            (payment, movement)
            for payment in self.payments.values()
            for movement in payment.movements
            if not movement.is_settled
        ]
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(COLUMNS)
        for payment, moved in waiting:
            moved.is_settled = True
            rows.writerow(
                (
                    reference, f"{self._now():%Y-%m-%d}", payment.currency, moved.kind, moved.id,
                    payment.id, f"{moved.gross:.2f}", f"{moved.fee:.2f}",
                    f"{moved.gross - moved.fee:.2f}",
                )
            )  # fmt: skip
        self.settlements[reference] = text.getvalue().encode()
        return reference

    def _move(
        self, payment: Payment, kind: str, amount: Decimal, *, currency: str = "",
        reason: str = "", key: str = "",
    ) -> Movement:  # fmt: skip
        moved = Movement(
            self._id(kind[:3]), kind, amount, currency or payment.currency, self._now(), reason, key
        )
        payment.movements.append(moved)
        return moved

    def _now(self) -> datetime:
        return self.now or datetime.now(UTC)

    def _id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.prefix}{self.count:06}"

    def days_pass(self, days: int) -> None:
        """It is so many days later for the provider."""
        self.now = self._now() + timedelta(days=days)
