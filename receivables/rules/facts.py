"""What the matcher reads and says, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum

from o2c.money import ZERO
from receivables.rules.names import SAME
from receivables.rules.tokens import Sureness


class Confidence(IntEnum):
    """How far a proposal carries; people see the word."""

    WEAK = 1
    LIKELY = 2
    STRONG = 3


class Verdict(StrEnum):
    """What to do with the payment."""

    AUTO = "auto"
    PROPOSE = "propose"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Item:
    """An open (or already paid) item as the matcher sees it: debits above nought, credits below.

    ``amount`` is what it asked at first, ``outstanding`` what is left of that.
    """

    pk: int
    customer_id: int
    document: str
    due_on: date
    outstanding: Decimal
    discount_amount: Decimal = ZERO
    discount_until: date | None = None
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Hit:
    """A token of the payment that names an item; ``outstanding`` zero means it is paid."""

    token: str
    sureness: Sureness
    item: Item


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that is not invoiced in full; ``asks``: the sums that may be paid of it ahead.

    That is its total, what is left of it, or a deposit of its billing plan. Empty: they are not
    known, or nothing may be paid.
    """

    pk: int
    customer_id: int
    number: str
    asks: frozenset[Decimal] = frozenset()


@dataclass(frozen=True, slots=True)
class OrderHit:
    """A token of the payment that names an order."""

    token: str
    order: Ordered


@dataclass(frozen=True, slots=True)
class Habits:
    """How a customer pays, as people's decisions show.

    ``late_days``: takes discounts up to so many days late. ``by_statement``: pays all that is due
    up to a day. ``writes_ends``, ``leaves_last_out``: how they cut our numbers.
    """

    late_days: int = 0
    by_statement: bool = False
    writes_ends: bool = False
    leaves_last_out: bool = False


@dataclass(frozen=True, slots=True)
class Payer:
    """Who may have paid: by ``iban``, learned ``alias``, customer ``number``, ``name`` (with its
    likeness), or a ``group`` whose parent's account it is."""

    customer_id: int
    kind: str
    likeness: int = 100

    @property
    def is_sure(self) -> bool:
        """IBAN and customer number are; a name, learned or own, only if it is nobody else's."""
        return self.kind != "group" and self.likeness >= SAME


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """A document of an advice: so much is paid of its item, so much deducted as discount."""

    item: Item
    amount: Decimal
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Advice:
    """A list of documents that one payment of just this amount is to pay, as the payer told it.

    ``name`` is what people call it, ``token`` its own reference as a token (may be empty).
    """

    pk: int
    name: str
    token: str
    payer_name: str
    lines: tuple[AdviceLine, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """The money: positive amount, its currency's items only, and the bank's value date.

    ``tokens`` are those of its text; ``endings`` the bare groups of two to four digits in it,
    which say how further numbers end. ``alike``: customers of named items whose name the payer's
    resembles, or stands in the text; never proof of a payer. ``told``: members of the payer's group
    whose whole name stands in the text. ``is_return``: money of ours came
    back, says the bank; ``says_return``: so does the text.
    """

    amount: Decimal
    value_on: date
    tokens: Mapping[str, Sureness] = field(default_factory=dict)
    endings: frozenset[str] = frozenset()
    alike: frozenset[int] = frozenset()
    told: frozenset[int] = frozenset()
    is_return: bool = False
    says_return: bool = False
    payer_name: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason, by code (``reference``, ``iban``, ``amount``...) and the value it rests on."""

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """So much of the payment for one item, and the discount, cents or fee that close it then."""

    item: Item
    amount: Decimal
    discount: Decimal = ZERO
    rounding: Decimal = ZERO
    charges: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment came to in the currency of its items, where its own is another one."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A choice of items; ``difference`` = payment less what the items ask.

    They are ``customer_id``'s, or of ``customers`` beside them too (then it closes to 0.00).
    Negative: something stays open. Positive: the rest goes on the customer's account.
    ``is_part``: what stays open stays so on purpose, since payer and number both name the item.
    ``advice_id``: the remittance advice that says so, if one does. ``order_id``: the order that the
    whole of it is paid ahead for; a sum that the order asks leaves no difference. ``paid``: what
    was paid in the items' currency; all its amounts are in that one.
    """

    customer_id: int
    shares: tuple[Share, ...]
    difference: Decimal
    evidence: tuple[Evidence, ...]
    confidence: Confidence
    is_part: bool = False
    advice_id: int = 0
    order_id: int = 0
    paid: Paid | None = None

    @property
    def customers(self) -> frozenset[int]:
        """Whose items it pays; the customer themselves where nothing is paid."""
        return frozenset({share.item.customer_id for share in self.shares} or {self.customer_id})

    @property
    def is_sure(self) -> bool:
        """Strong and closed to 0.00: what may be booked with others at one stroke."""
        return self.confidence == Confidence.STRONG and self.difference == 0

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for proposals that do the same."""
        shares = ((s.item.pk, s.amount, s.discount) for s in self.shares)
        paid = (self.paid.currency, self.paid.amount) if self.paid else ()
        ahead = (self.order_id,) if self.order_id else ()
        return self.customer_id, tuple(sorted(shares)), *paid, *ahead


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict, the proposals best first, and the missing fact if there is none to propose."""

    verdict: Verdict
    proposals: tuple[Proposal, ...] = ()
    missing: str = ""
