"""What a match decision is made of: names, numbers, words of the bank, sums and discounts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.rules.discounts import TaxedShare, available_discount, split_discount
from receivables.rules.names import is_akin, likeness, name_key, resembles
from receivables.rules.near import is_near
from receivables.rules.sums import subsets
from receivables.rules.tokens import Sureness, normalise, tokens

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("payer", "customer", "is_like"),
    [
        ("STADTWERKE", "Stadtwerke Elbtal AöR", True),
        ("Stadtwerk Elbtal AöR", "Stadtwerke Elbtal AöR", True),
        ("STADTWERKE SUEDHARZ", "Stadtwerke Elbtal AöR", False),
        ("Bau", "Bau Meyer GmbH", False),
        ("", "Stadtwerke Elbtal AöR", False),
    ],
)
def test_names_that_resemble(payer: str, customer: str, is_like: bool) -> None:
    assert resembles(name_key(payer), name_key(customer)) is is_like


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Südmöbel Ulm e.K.", "SUEDMOEBEL ULM"),
        ("Südmöbel Ulm e. K.", "SUEDMOEBEL ULM"),
        ("Rossi S.p.A.", "ROSSI"),
        ("C. D. Müller GmbH", "CD MUELLER"),
    ],
)
def test_a_legal_form_in_initials_is_one(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("written", "document", "near"),
    [
        ("RE20260035", "RE-2026-0025", True),
        ("RE2026002", "RE-2026-0025", True),
        ("RE20260052", "RE-2026-0025", True),
        ("0007358", "0000358", True),
        ("RE20260136", "RE-2026-0025", False),
        ("1234", "12345", False),
    ],
)
def test_numbers_that_are_nearly_written(written: str, document: str, near: bool) -> None:
    assert is_near(written, document) is near


def test_the_bank_cuts_words() -> None:
    found = tokens(["Rechnung RE-2026-00", "01 danke"])
    assert found["RE20260001"] == Sureness.WHOLE


@given(st.text(max_size=300))
def test_tokens_are_always_plain(text: str) -> None:
    for token in tokens([text, text[::-1]]):
        assert token == normalise(token)
        assert any(sign.isdigit() for sign in token)


@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=12),
    st.data(),
)
def test_a_chosen_subset_is_found_and_sums_are_exact(cents: list[int], data: st.DataObject) -> None:
    amounts = [Decimal(c) / 100 for c in cents]
    chosen = data.draw(st.sets(st.sampled_from(range(len(cents))), min_size=1))
    target = sum((amounts[c] for c in chosen), Decimal(0))
    result = subsets(amounts, target)
    assert result.is_complete or len(result.choices) == 2
    assert result.choices
    for choice in result.choices:
        assert sum((amounts[c] for c in choice), Decimal(0)) == target


def test_five_thousand_items_end_in_bounded_time() -> None:
    amounts = [Decimal(1000 + 7 * n) / 100 for n in range(5000)]
    assert len(subsets(amounts, Decimal("123456.78")).choices) <= 2


@pytest.mark.parametrize(
    ("told", "name", "is_told"),
    [
        ("Käthe Quast", "Malerbetrieb Käthe Quast", True),
        ("Eheleute Löhr", "Björn Löhr", True),
        ("Hausverwaltung Ziegler", "Hausverwaltung Brandt", False),
        ("Bau Meyer", "Bau Schulz", False),
    ],
)
def test_names_that_are_akin(told: str, name: str, is_told: bool) -> None:
    assert is_akin(name_key(told), name_key(name)) is is_told


@given(
    st.integers(1, 10_000).map(lambda c: Decimal(c) / 100),
    st.lists(st.integers(1, 100_000), min_size=1, max_size=4),
)
def test_a_discount_splits_to_the_cent(discount: Decimal, nets: list[int]) -> None:
    shares = [
        TaxedShare("S", Decimal(n) / 100, Decimal(net) / 100, Decimal(net * n // 100) / 100)
        for n, net in enumerate(nets)
    ]
    parts = split_discount(discount, shares)
    assert sum((p.net_amount + p.vat_amount for p in parts), Decimal(0)) == discount


def test_discount_deadline_is_inclusive() -> None:
    two = Decimal("2.00")
    assert available_discount(two, DAY, value_on=DAY) == two
    assert available_discount(two, DAY, value_on=DAY + timedelta(days=1)) == 0
    assert available_discount(two, None, value_on=DAY) == 0


def test_names_without_legal_forms() -> None:
    assert name_key("Müller & Co. KG") == name_key("MUELLER CO KG") == "MUELLER"
    assert likeness(name_key("Käufer AG"), name_key("KAEUFER AG Berlin")) < 95
