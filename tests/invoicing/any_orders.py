"""Any order that may be entered, and what happens to it until nothing more can be billed.

Plain data drawn by hypothesis; ``tests/invoicing/lived.py`` drives it through the product's verbs.
Who buys what decides the VAT: every category comes of countries, VAT ids and kinds of products.
"""

from dataclasses import dataclass
from decimal import Decimal

import hypothesis
from hypothesis import strategies as st

from tests.invoicing.any_facts import LEITWEG, NAMES

D = Decimal
WHOLE, MEASURED = ("C62", "H87"), ("KGM", "HUR", "MTR", "LTR")
VAT_CLASSES = {
    "DE": ("standard", "standard", "standard", "reduced", "food", "zero", "exempt"),
    "SE": ("standard", "standard", "standard", "reduced", "reduced2", "food", "zero", "exempt"),
}
EDGES = [
    ("0.001", "19.99"),
    ("3", "0.001"),
    ("0.003", "19.99"),
    ("0.5", "0.01"),
    ("7.5", "0.333333"),
    ("1", "0.005"),
    ("1", "54.45"),
    ("1", "7612.50"),
    ("12", "0.125"),
    ("1", "0"),
    ("3", "33.335"),
    ("100", "1.005"),
    ("99999.999", "0.000001"),
]
"""Quantities and prices where a half cent decides, or nothing is left."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: what decides the VAT, and what the e-invoice says of them."""

    country: str
    vat_id: str = ""
    registration_number: str = ""
    is_business: bool = True
    is_public_body: bool = False
    name: str = "Buyer"
    extra: str = ""
    language: str = "de"
    buyer_reference: str = ""
    project_reference: str = ""
    contract_reference: str = ""
    endpoint: tuple[str, str] = ("", "")
    has_contact: bool = True
    ships_to: str = ""
    rounding: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An order line; a price of None is that of the list."""

    kind: str
    vat_class: str
    unit: str
    quantity: Decimal
    unit_price: Decimal | None
    discount_rate: Decimal


@dataclass(frozen=True, slots=True)
class Extra:
    """A charge or discount on the whole order: an amount or a rate, and which invoices bear it."""

    reason_code: str
    amount: Decimal | None
    rate: Decimal | None
    spread: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A deposit or milestone: a share of the order."""

    share: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to one of the documents afterwards; ``which`` counts round, ``share`` is how
    much of what is left."""

    what: str
    which: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Story:
    """Orders of one customer (a second one to be billed with the first) to the last correction.

    ``parcels`` are the shares of what is left that are sent one after the other, then the rest.
    """

    seller: str
    terms: int
    buyer: Buyer
    orders: tuple[tuple[Item, ...], ...]
    extras: tuple[Extra, ...] = ()
    policy: str = "shipment"
    channel: str = "keyed"
    po_number: str = ""
    steps: tuple[Step, ...] = ()
    parcels: tuple[Decimal, ...] = ()
    acts: tuple[Act, ...] = ()


AT_HOME = {
    "DE": [
        Buyer("DE", "DE129273398"),
        Buyer("DE", "DE129273398", is_public_body=True, buyer_reference=LEITWEG),
        Buyer("DE", is_business=False),
        Buyer("SE", "SE556012579001", "5560125790"),
    ],
    "SE": [
        Buyer("SE", "SE556012579001", "5560125790"),
        Buyer("SE", "SE556012579001", "5560125790", is_public_body=True),
        Buyer("SE", is_business=False),
        Buyer("DE", "DE129273398"),
    ],
}
ABROAD = [
    Buyer("AT", "ATU13585627"),
    Buyer("FR", "FR40303265045"),
    Buyer("DK", "DK13585628", "13585628"),
    Buyer("FI", "FI20774740"),
    Buyer("GR", "EL094259216"),
    Buyer("GB", "XI980780684"),
    Buyer("NL"),
    Buyer("PL", is_business=False),
    Buyer("NO", "", "923609016"),
    Buyer("CH"),
    Buyer("US"),
    Buyer("GB", is_business=False),
]
words = st.sampled_from(["", "", "Halle 7", *NAMES])
shares = st.sampled_from(["0.1", "0.25", "0.3", "0.333333", "0.5", "0.75", "0.999"]).map(D)
ACTS = ["quantity", "quantity", "value", "value", "charge", "all", "all", "reissue", "reissue"]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A story whose order is entered whole; later acts may rightly be refused."""
    seller = draw(st.sampled_from(["DE", "DE", "SE"]))
    buyer = draw(st.sampled_from(AT_HOME[seller] * 2 + ABROAD))
    kinds = draw(st.sampled_from([["goods"], ["goods"], ["service"], ["goods", "service"]]))
    policy = draw(st.sampled_from(["shipment"] * 5 + ["order", "week", "month", "advance"]))
    count = draw(st.sampled_from([1, 1, 2] if policy in ("week", "month") else [1]))
    return Story(
        seller=seller,
        terms=draw(st.integers(0, 4)),
        buyer=draw(_dressed(buyer)),
        orders=tuple(draw(_lines(seller, kinds)) for _ in range(count)),
        extras=tuple(draw(st.lists(_extras(), min_size=1, max_size=3))) if draw(_one_in(3)) else (),
        policy=policy,
        channel=draw(st.sampled_from(["keyed", "keyed", "file", "xml", "api"])),
        po_number=draw(st.sampled_from(["", "4500012345", "PO 7/‏ب", "Ä-1"])),
        steps=tuple(draw(st.lists(_steps(), max_size=2))) if draw(_one_in(4)) else (),
        parcels=tuple(draw(st.lists(shares, min_size=1, max_size=2))) if draw(_one_in(3)) else (),
        acts=tuple(draw(st.lists(_acts(), max_size=3))),
    )


def a_story(seed: int) -> Story:
    """The story of a seed. Of two examples the second: the first is the simplest of all, and
    later ones repeat parts of those before."""
    drawn: list[Story] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=2,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(story=stories())
    def draw(story: Story) -> None:
        drawn.append(story)

    draw()
    return drawn[-1]


def _one_in(count: int) -> st.SearchStrategy[bool]:
    return st.integers(1, count).map(lambda drawn: drawn == count)


@st.composite
def _dressed(draw: st.DrawFn, buyer: Buyer) -> Buyer:
    """The buyer with words and references; one in eight has none that networks ask for."""
    is_bare = draw(_one_in(8))
    endpoints = [("0088", "7300010000001"), ("0088", "4012345000009"), ("0184", "13585628")]
    if buyer.country == "SE" or (buyer.country == "DE" and buyer.vat_id):
        endpoints += [("", ""), ("EM", "e@buyer.example")]  # others have no id that would do
    return Buyer(
        country=buyer.country,
        vat_id=buyer.vat_id,
        registration_number=buyer.registration_number,
        is_business=buyer.is_business,
        is_public_body=buyer.is_public_body,
        name=draw(st.sampled_from(["Muster AG", *NAMES])),
        extra=draw(words),
        language=draw(st.sampled_from(["de", "sv", "en"])),
        buyer_reference=buyer.buyer_reference
        or ("" if is_bare else draw(st.sampled_from(["Abt. 7", LEITWEG, "Kst. 4711 #1"]))),
        project_reference=draw(words),
        contract_reference=draw(words),
        endpoint=("", "") if is_bare else draw(st.sampled_from(endpoints)),
        has_contact=not is_bare,
        ships_to=draw(st.sampled_from(["", "", "", "DE", "SE", "NO", "FR"])),
        rounding=draw(st.sampled_from(["", "whole"])),
    )


@st.composite
def _lines(draw: st.DrawFn, seller: str, kinds: list[str]) -> tuple[Item, ...]:
    count = draw(st.sampled_from([1, 1, 2, 2, 3, 4, 6, 12]))
    return tuple(draw(_items(seller, kinds)) for _ in range(count))


@st.composite
def _extras(draw: st.DrawFn) -> Extra:
    code = draw(st.sampled_from(["FC", "FC", "PC", "ZZZ", "95", "100"]))
    is_rate = draw(st.booleans())
    amounts = ["0.01", "4.90", "0.37", "45.00", "19.99"]
    rates = ["0.01", "0.025", "0.1", "0.333333", "1"]
    return Extra(
        reason_code=code,
        amount=None if is_rate else D(draw(st.sampled_from(amounts))),
        rate=D(draw(st.sampled_from(rates))) if is_rate else None,
        spread=draw(st.sampled_from(["first", "last", "pro_rata"])),
        text=draw(words),
    )


@st.composite
def _items(draw: st.DrawFn, seller: str, kinds: list[str]) -> Item:
    quantity, price = draw(st.one_of(st.sampled_from(EDGES), _figures()))
    is_whole = "." not in quantity and draw(st.booleans())
    discounts = ["0", "0", "0", "0.05", "0.125", "0.333333", "1"]
    return Item(
        kind=draw(st.sampled_from(kinds)),
        vat_class=draw(st.sampled_from(VAT_CLASSES[seller])),
        unit=draw(st.sampled_from(WHOLE if is_whole else MEASURED)),
        quantity=D(quantity),
        unit_price=None if draw(_one_in(6)) else D(price),
        discount_rate=D(draw(st.sampled_from(discounts))),
    )


@st.composite
def _figures(draw: st.DrawFn) -> tuple[str, str]:
    places = draw(st.sampled_from([0, 0, 1, 3]))
    quantity = draw(st.decimals("0.001" if places == 3 else "1", "5000", places=places))
    price = draw(st.decimals("0", "2000", places=draw(st.sampled_from([2, 2, 3, 6]))))
    return f"{quantity:f}", f"{price:f}"


def _steps() -> st.SearchStrategy[Step]:
    share = st.sampled_from(["0.1", "0.3", "0.333333", "0.5"]).map(D)
    return st.builds(Step, share, st.sampled_from(["deposit", "milestone"]))


def _acts() -> st.SearchStrategy[Act]:
    return st.builds(Act, st.sampled_from(ACTS), st.integers(0, 5), shares)
