"""The match decision: what books by itself, what is only proposed, and the traps."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.rules.facts import Confidence, Hit, Item, Outcome, Payer, Payment, Verdict
from receivables.rules.matching import decide
from receivables.rules.tokens import Sureness, normalise, says_return, tokens

DAY = date(2026, 3, 2)


def item(pk: int, amount: str, *, customer: int = 1, document: str = "", **fields: object) -> Item:
    return Item(
        pk,
        customer,
        document or f"RE-2026-{pk:04}",
        fields.pop("due_on", DAY + timedelta(days=pk)),  # type: ignore[arg-type]
        Decimal(amount),
        **fields,  # type: ignore[arg-type]
    )


def judge(
    amount: str, text: str, items: list[Item], *payers: Payer, paid: tuple[Item, ...] = ()
) -> Outcome:
    """Decide with hits found as the service finds them: whole tokens against document numbers."""
    told = tokens([text])
    hits = [
        Hit(normalise(i.document), told[normalise(i.document)], i)
        for i in [*items, *paid]
        if normalise(i.document) in told
    ]
    mine = {payer.customer_id for payer in payers}
    theirs = [i for i in items if i.customer_id in mine]
    return decide(Payment(Decimal(amount), DAY), hits, payers, theirs)


IBAN = Payer(1, "iban")


def test_reference_and_amount_agree() -> None:
    outcome = judge("100.00", "RE-2026-0001", [item(1, "100.00"), item(2, "100.00")])
    assert outcome.verdict == Verdict.AUTO
    assert [s.item.pk for s in outcome.proposals[0].shares] == [1]


def test_several_references_that_add_up() -> None:
    found = judge("300.00", "RE-2026-0001 und RE 2026 0002", [item(1, "100"), item(2, "200")])
    assert found.verdict == Verdict.AUTO


def test_a_number_inside_a_longer_number_is_not_meant() -> None:
    assert judge("100.00", "RE-2026-00011", [item(1, "100.00")]).verdict == Verdict.ASK


def test_four_digits_alone_never_book() -> None:
    short = item(1, "100.00", document="1029")
    assert judge("100.00", "1029", [short]).verdict == Verdict.PROPOSE
    assert judge("100.00", "am 03.02.1029", [short]).verdict != Verdict.AUTO


def test_two_equal_candidates_are_never_strong() -> None:
    outcome = judge("100.00", "danke", [item(1, "100.00"), item(2, "100.00")], IBAN)
    assert outcome.verdict == Verdict.PROPOSE
    assert len(outcome.proposals) == 2
    assert all(p.confidence < Confidence.STRONG for p in outcome.proposals)


def test_a_paid_invoice_named_is_a_doubt() -> None:
    paid = item(9, "0.00", document="RE-2026-0009")
    outcome = judge("100.00", "RE-2026-0009", [item(1, "100.00")], IBAN, paid=(paid,))
    assert outcome.verdict == Verdict.PROPOSE


def test_known_payer_and_the_only_such_amount() -> None:
    outcome = judge("100.00", "danke", [item(1, "100.00"), item(2, "70.00")], IBAN)
    assert outcome.verdict == Verdict.AUTO


def test_another_payer_is_a_doubt_only_if_they_owe_just_this() -> None:
    named = item(1, "100.00")
    paid_for = judge("100.00", "RE-2026-0001", [named], Payer(2, "iban"))
    assert paid_for.verdict == Verdict.AUTO
    theirs = item(2, "100.00", customer=2)
    assert judge("100.00", "RE-2026-0001", [named, theirs], Payer(2, "iban")).verdict == (
        Verdict.PROPOSE
    )


def test_two_payers_with_one_name_are_a_doubt() -> None:
    items = [item(1, "100.00"), item(2, "100.00", customer=2)]
    outcome = judge("100.00", "danke", items, Payer(1, "name", 100), Payer(2, "name", 100))
    assert outcome.verdict == Verdict.PROPOSE


def test_a_like_name_with_just_this_amount_is_a_weak_choice_beside_the_others() -> None:
    alike = [item(9, "980.68", customer=2)]
    payment = Payment(Decimal("980.68"), DAY)
    beside = decide(payment, [], [IBAN], [item(1, "50.00")], lookalikes=alike)
    assert beside.verdict == Verdict.PROPOSE
    assert [p.customer_id for p in beside.proposals] == [1, 2]
    assert {p.confidence for p in beside.proposals} == {Confidence.WEAK}
    alone = decide(payment, [], [IBAN], [item(1, "980.68")])
    both = decide(payment, [], [IBAN], [item(1, "980.68")], lookalikes=alike)
    assert both.verdict == alone.verdict == Verdict.AUTO
    assert both.proposals[:1] == alone.proposals
    dear = [item(9, "980.69", customer=2)]
    assert not decide(payment, [], [], [], lookalikes=dear).proposals


def test_a_part_books_itself_only_where_number_and_payer_agree() -> None:
    named = item(1, "100.00")
    outcome = judge("60.00", "RE-2026-0001", [named], IBAN)
    assert outcome.verdict == Verdict.AUTO
    assert outcome.proposals[0].difference == Decimal("-40.00")
    assert not outcome.proposals[0].is_sure  # nobody books it with others at one stroke
    assert judge("60.00", "RE-2026-0001", [named]).verdict == Verdict.PROPOSE
    assert judge("60.00", "RE-2026-0001", [named, item(2, "60.00")], IBAN).verdict == (
        Verdict.PROPOSE
    )
    two = judge("60.00", "RE-2026-0001 RE-2026-0002", [named, item(2, "80.00")], IBAN)
    assert two.verdict == Verdict.PROPOSE


def test_a_discount_taken_too_late_leaves_it_open() -> None:
    late = item(1, "100.00", discount_amount=Decimal("2.00"), discount_until=DAY - timedelta(1))
    outcome = judge("98.00", "RE-2026-0001", [late], IBAN)
    first = outcome.proposals[0]
    assert outcome.verdict == Verdict.AUTO
    assert (first.difference, first.shares[0].discount) == (Decimal("-2.00"), 0)
    assert "late_discount" in {reason.code for reason in first.evidence}


def test_among_hundreds_of_items_a_small_amount_tells_nothing() -> None:
    many = [item(at, f"{at}.{at % 90 + 10}") for at in range(1, 400)]
    assert judge("50.60", "danke", many, IBAN).verdict == Verdict.PROPOSE
    assert judge("350.90", "danke", many, IBAN).verdict == Verdict.AUTO
    every = [item(at, f"{at}.00") for at in range(1, 400)]  # any whole amount is one of these
    assert judge("350.00", "danke", every, IBAN).verdict == Verdict.PROPOSE


def test_a_discount_as_great_as_what_is_left_makes_no_part_of_nothing() -> None:
    offered = {"discount_amount": Decimal("30.00"), "discount_until": DAY - timedelta(1)}
    items = [item(1, "130.00", **offered), item(2, "30.00", **offered)]
    outcome = judge("100.00", "RE-2026-0001 RE-2026-0002", items, IBAN)
    assert outcome.verdict == Verdict.PROPOSE
    assert all(s.amount > 0 for p in outcome.proposals for s in p.shares)


def test_short_numbers_alone_prove_no_list() -> None:
    items = [item(at, amount, document=f"104{at}") for at, amount in ((23, "10"), (24, "20"))]
    named = Hit("10423", Sureness.WHOLE, items[0])
    payment = Payment(Decimal("30"), DAY, endings=frozenset({"24"}))
    assert decide(payment, [named], [], items).verdict == Verdict.PROPOSE
    assert decide(payment, [named], [IBAN], items).verdict == Verdict.AUTO


def test_of_two_equal_amounts_the_number_that_is_nearly_written_is_meant() -> None:
    items = [item(11, "100.00"), item(25, "100.00")]
    text = "RE-2026-0035"
    payment = Payment(Decimal("100.00"), DAY, tokens=tokens([text]))
    outcome = decide(payment, [], [IBAN], items)
    assert outcome.verdict == Verdict.AUTO
    assert outcome.proposals[0].shares[0].item.pk == 25


def test_further_numbers_by_their_end_and_a_range() -> None:
    items = [item(at, amount) for at, amount in ((140, "10"), (141, "20"), (142, "40"))]
    named = Hit("RE20260140", Sureness.WHOLE, items[0])
    payment = Payment(Decimal("50"), DAY, endings=frozenset({"142", "2026"}))
    outcome = decide(payment, [named], [IBAN], items)
    assert outcome.verdict == Verdict.AUTO
    assert [s.item.pk for s in outcome.proposals[0].shares] == [140, 142]
    ends = [named, Hit("RE20260142", Sureness.WHOLE, items[2])]
    between = decide(Payment(Decimal("70"), DAY), ends, [IBAN], items)
    assert between.verdict == Verdict.AUTO
    assert [s.item.pk for s in between.proposals[0].shares] == [140, 141, 142]


def test_a_credit_note_that_is_named_is_netted() -> None:
    items = [item(1, "100.00"), item(2, "-25.00")]
    outcome = judge("75.00", "RE-2026-0001 abz. RE-2026-0002", items, IBAN)
    assert outcome.verdict == Verdict.AUTO
    assert [s.amount for s in outcome.proposals[0].shares] == [Decimal("100.00"), Decimal("-25.00")]


def test_the_payers_own_voucher_that_looks_like_anothers_invoice() -> None:
    mine, other = item(1, "100.00"), item(2, "70.00", customer=2)
    assert judge("100.00", "Beleg RE-2026-0002", [mine, other], IBAN).verdict == Verdict.AUTO
    equal = item(2, "100.00", customer=2)
    assert judge("100.00", "Beleg RE-2026-0002", [mine, equal], IBAN).verdict == Verdict.PROPOSE


def test_too_much_leaves_a_rest_on_the_account() -> None:
    outcome = judge("110.00", "RE-2026-0001", [item(1, "100.00")], IBAN)
    assert outcome.verdict == Verdict.PROPOSE
    assert outcome.proposals[0].difference == Decimal("10.00")


@pytest.mark.parametrize(("days", "verdict"), [(0, Verdict.AUTO), (-1, Verdict.PROPOSE)])
def test_discount_until_its_last_day(days: int, verdict: Verdict) -> None:
    offered = item(
        1, "100.00", discount_amount=Decimal("2.00"), discount_until=DAY + timedelta(days=days)
    )
    assert judge("98.00", "RE-2026-0001", [offered]).verdict == verdict


def test_equal_instalments_of_one_invoice_are_one_choice() -> None:
    items = [item(1, "50.00", document="RE-2026-0001"), item(2, "50.00", document="RE-2026-0001")]
    outcome = judge("50.00", "RE-2026-0001", items)
    assert outcome.verdict == Verdict.AUTO
    assert outcome.proposals[0].shares[0].item.pk == 1


def test_nothing_known_names_the_missing_fact() -> None:
    assert judge("5.00", "danke", []).missing == "reference_and_payer"


def test_a_unique_sum_of_few_items_books_and_of_many_does_not() -> None:
    few = [item(n, f"{100 * 7**n}.00") for n in range(1, 5)]
    outcome = judge("34300.00", "danke", [*few, item(9, "33601.00"), item(8, "1.00")], IBAN)
    assert outcome.verdict == Verdict.AUTO
    total = judge("5600.00", "danke", [item(1, "700.00"), item(2, "4900.00")], IBAN)
    assert total.verdict == Verdict.AUTO
    many = [item(n, f"{n}.00") for n in range(1, 30)]
    assert judge("400.00", "danke", many, IBAN).verdict != Verdict.AUTO


def test_one_item_and_two_others_that_come_to_the_same_are_a_doubt() -> None:
    items = [item(1, "300.00"), item(2, "120.00"), item(3, "180.00")]
    outcome = judge("300.00", "danke", items, IBAN)
    assert outcome.verdict == Verdict.PROPOSE
    assert [len(p.shares) for p in outcome.proposals] == [1, 2]
    assert judge("300.00", "RE-2026-0001", items, IBAN).verdict == Verdict.AUTO


def test_cents_are_rounded_where_number_and_payer_agree() -> None:
    named = item(1, "100.00")
    outcome = judge("99.97", "RE-2026-0001", [named], IBAN)
    assert outcome.verdict == Verdict.AUTO
    (share,) = outcome.proposals[0].shares
    assert (share.amount, share.rounding) == (Decimal("99.97"), Decimal("0.03"))
    assert outcome.proposals[0].difference == 0
    assert judge("99.97", "RE-2026-0001", [named]).verdict == Verdict.PROPOSE
    (left,) = judge("99.94", "RE-2026-0001", [named], IBAN).proposals[0].shares
    assert left.rounding == 0  # six cents are a part: they stay open


def test_two_cents_short_of_a_short_number_of_a_known_payer() -> None:
    short = item(1, "100.00", document="1029")
    told = tokens(["Rg 1029"])
    hits = [Hit("1029", told["1029"], short)]
    payment = Payment(Decimal("99.98"), DAY, tokens=told, endings=frozenset({"1029"}))
    assert decide(payment, hits, [IBAN], [short]).verdict == Verdict.AUTO
    assert decide(payment, hits, [], []).verdict != Verdict.AUTO
    year = item(2, "100.00", document="2026")
    hits = [Hit("2026", Sureness.DERIVED, year)]
    payment = Payment(Decimal("99.98"), DAY, endings=frozenset({"2026"}))
    assert decide(payment, hits, [IBAN], [year]).verdict != Verdict.AUTO


def test_a_discount_worked_out_a_cent_otherwise_closes() -> None:
    offered = item(1, "100.00", discount_amount=Decimal("2.00"), discount_until=DAY)
    for paid, taken in (("98.01", "1.99"), ("97.99", "2.00")):
        outcome = judge(paid, "RE-2026-0001", [offered], IBAN)
        assert outcome.verdict == Verdict.AUTO
        (share,) = outcome.proposals[0].shares
        assert share.discount == Decimal(taken)
        assert share.amount + share.discount + share.rounding == Decimal("100.00")


def test_a_credit_note_nobody_names_closes_if_only_one_choice_does() -> None:
    invoice, note = item(1, "100.00"), item(2, "-30.00")
    outcome = judge("70.00", "RE-2026-0001", [invoice, note], IBAN)
    assert outcome.verdict == Verdict.AUTO
    assert [s.amount for s in outcome.proposals[0].shares] == [Decimal(100), Decimal(-30)]
    twin = item(3, "-30.00")
    assert judge("70.00", "RE-2026-0001", [invoice, note, twin], IBAN).verdict == Verdict.PROPOSE
    assert judge("70.00", "RE-2026-0001", [invoice, note]).verdict == Verdict.PROPOSE


def test_all_that_is_open_with_its_credit_notes_is_a_balance() -> None:
    items = [item(1, "100.00"), item(2, "55.50"), item(3, "-30.00")]
    outcome = judge("125.50", "Saldo", items, IBAN)
    assert outcome.verdict == Verdict.AUTO
    assert len(outcome.proposals[0].shares) == 3
    assert judge("125.50", "Saldo", items).verdict == Verdict.ASK


def test_money_of_ours_that_comes_back_pays_nothing_by_itself() -> None:
    owed = item(1, "100.00")
    back = Payment(Decimal("100.00"), DAY, is_return=True)
    outcome = decide(back, [], [IBAN], [owed])
    assert outcome.verdict == Verdict.PROPOSE
    assert not outcome.proposals[0].is_sure
    said = Payment(Decimal("100.00"), DAY, says_return=says_return("RETOU\nRE Konto erloschen"))
    assert decide(said, [], [IBAN], [owed]).verdict == Verdict.PROPOSE
    assert not says_return("Rechnung 4711 returnable")


def test_anothers_short_number_with_just_this_amount_is_a_doubt() -> None:
    mine, theirs = item(1, "100.00", document="1030"), item(2, "100.00", customer=2)
    hits = [Hit("1029", Sureness.DERIVED, theirs)]
    assert decide(Payment(Decimal(100), DAY), hits, [IBAN], [mine]).verdict == Verdict.PROPOSE
    assert decide(Payment(Decimal(100), DAY), [], [IBAN], [mine]).verdict == Verdict.AUTO


def test_a_member_of_the_group_told_by_name_is_paid_for() -> None:
    owed, daughter = item(1, "100.00", customer=2), Payer(2, "group")
    told = Payment(Decimal("100.00"), DAY, told=frozenset({2}))
    assert decide(told, [], [IBAN, daughter], [owed]).verdict == Verdict.AUTO
    own = item(2, "100.00")
    assert decide(told, [], [IBAN, daughter], [owed, own]).verdict == Verdict.PROPOSE
