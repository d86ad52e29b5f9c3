"""Habits learned from what people decide: three make one, undoing and forgetting end it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import receivables.services as receivables
from core.models import Company, Event, User
from customers.models import Customer
from o2c.errors import PermissionMissing
from receivables.models import BankEntry, BankMatch, HabitSign, OpenItem
from receivables.rules.cuts import cut_in, cuts
from receivables.rules.facts import Confidence, Habits, Outcome
from receivables.rules.leeway import USUAL, Leeway
from receivables.services.habits import habits_in
from receivables.services.lookups import cases_of
from receivables.services.matching import _settlement, _still_true
from receivables.services.past import Past
from tests import make
from tests.receivables.make import DAY, item, ledger, paid

pytestmark = pytest.mark.django_db
IBAN = "DE02120300000000202051"


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def customer(company: Company) -> Customer:
    made = make.customer(company, "Käufer AG")
    made.bank_accounts.create(iban=IBAN)
    return made


@pytest.fixture
def clerk(company: Company) -> User:
    return make.user_with("ar_accountant", company)


_numbers = count(26001432)


def _owed(customer: Customer, amount: str = "119.00", **fields: object) -> OpenItem:
    return item(customer, amount, number=f"INV-{next(_numbers)}", **fields)


def _pays(customer: Customer, amount: str, text: str, on: date = DAY) -> BankEntry:
    told = f"{text} {make.unique('x')}"  # the same again would be known
    return paid(customer.company, amount, told, name=customer.name, iban=IBAN, value_on=on)


def _decides(
    entry: BankEntry, items: Sequence[OpenItem], clerk: User, discount: str = "0"
) -> BankMatch:
    shares = [
        receivables.ShareDraft(
            one.pk, one.outstanding_amount - Decimal(discount), discount=Decimal(discount)
        )
        for one in items
    ]
    return receivables.match_entry(entry.pk, shares=shares, by=clerk, on=DAY)


def _habits(customer: Customer) -> Habits | None:
    signs = HabitSign.objects.filter(customer=customer)
    return habits_in(signs.standing()).get(customer.pk)


def _outcome(entry: BankEntry, leeway: Leeway = USUAL, past: Past | None = None) -> Outcome:
    return cases_of(entry.company, [entry], leeway=leeway, past=past)[0].decide()


def _codes(outcome: Outcome) -> set[str]:
    return {reason.code for reason in outcome.proposals[0].evidence}


# --- numbers cut ----------------------------------------------------------------------------------
def _writes_the_end(customer: Customer, clerk: User, times: int = 3) -> list[BankMatch]:
    """Two equal invoices are open, and the payer names one by its last five digits."""
    made = []
    for _time in range(times):
        one, other = _owed(customer), _owed(customer)
        entry = _pays(customer, "119.00", f"Zahlung {one.document_number[-5:]}")
        assert not entry.is_settled
        made.append(_decides(entry, [one], clerk))
        assert _pays(customer, "119.00", "Rest").is_settled, other
    return made


def test_numbers_cut_as_ever_tell_which_of_two_is_paid(customer: Customer, clerk: User) -> None:
    made = _writes_the_end(customer, clerk, times=2)
    one, other = _owed(customer), _owed(customer)
    text = f"Zahlung {other.document_number[-5:]}"
    waiting = _pays(customer, "119.00", text)
    assert not waiting.is_settled
    assert _habits(customer) is None  # two decisions are none
    made.append(_decides(waiting, [other], clerk))
    assert _habits(customer) == Habits(writes_ends=True)
    third = _owed(customer)
    text = f"Zahlung {third.document_number[-5:]}"
    paid_by_itself = _pays(customer, "119.00", text)
    match = BankMatch.objects.get(bank_entry=paid_by_itself)
    assert match.way == "auto"
    assert "habit_cut" in {reason["code"] for reason in match.evidence}
    third.refresh_from_db()
    one.refresh_from_db()
    assert (third.outstanding_amount, one.outstanding_amount) == (0, Decimal("119.00"))
    # no sum, or a payer nobody knows: nothing by itself
    assert not _pays(customer, "100.00", one.document_number[-5:]).is_settled
    _owed(customer)
    foreign = paid(customer.company, "119.00", one.document_number[-5:], name="Wer auch immer")
    assert not foreign.is_settled

    receivables.undo_match(match.pk, by=clerk, on=DAY)
    receivables.undo_match(made[0].pk, by=clerk, on=DAY)
    assert _habits(customer) is None


def test_which_cuts_are_told() -> None:
    for document, number, kind in (
        ("RE-2026-00142", "00142", "ends"),
        ("RE-2026-00142", "142", "ends"),
        ("RE-000142", "42", ""),  # two digits tell nothing
        ("RE-2026-00142", "202600142", ""),  # all of it
        ("RE-2026-00142", "20260014", "begins"),
        ("RE-2026-00142", "RE20260014", "begins"),
        ("RE-2026-00142", "00143", ""),
    ):
        assert cuts(document, number) == kind, (document, number)
    assert cut_in(["RE-00142", "RE-00143"], ["142", "143"]) == {"ends"}
    assert cut_in(["RE-00142", "RE-00143"], ["142", "RE00143"]) == set()


# --- by statement ---------------------------------------------------------------------------------
def _month(customer: Customer, *amounts: str, days: int = 0) -> list[OpenItem]:
    return [_owed(customer, amount, instalments=[(amount, 10 + days)]) for amount in amounts]


def test_who_pays_all_that_is_due_is_believed_where_several_sums_fit(
    customer: Customer, clerk: User
) -> None:
    for _time in range(3):
        oldest = _month(customer, "119.00", "59.50")
        later = _month(customer, "119.00", "59.50", days=30)
        entry = _pays(customer, "178.50", "Kontoauszug")
        assert not entry.is_settled  # four sums come to it
        _decides(entry, oldest, clerk)
        assert _pays(customer, "178.50", "Kontoauszug").is_settled, later
    assert _habits(customer) == Habits(by_statement=True)
    oldest, later = _month(customer, "119.00", "59.50"), _month(customer, "119.00", "59.50", days=9)
    held = _outcome(_waits(customer, "178.50"), Leeway(held=frozenset({"habit"})))
    assert (held.verdict, "habit_statement" in _codes(held)) == ("propose", True)
    before = _outcome(BankEntry.objects.latest("pk"), past=Past(DAY))
    assert "habit_statement" not in _codes(before)
    receivables.auto_match(customer.company, [BankEntry.objects.latest("pk").pk], by=clerk, on=DAY)
    match = BankMatch.objects.latest("pk")
    assert "habit_statement" in {reason["code"] for reason in match.evidence}
    for one in oldest:
        one.refresh_from_db()
        assert one.outstanding_amount == 0
    picked = [later[0], *_month(customer, "83.30", days=40)]
    _decides(_pays(customer, "202.30", "Retoure"), picked, clerk)
    assert _habits(customer) is None  # not always, so not at all


def _waits(customer: Customer, amount: str) -> BankEntry:
    """A payment that nobody decided on yet, matched by nothing when it came."""
    habits = HabitSign.objects.filter(customer=customer)
    keys = list(habits.values_list("pk", flat=True))
    told = {"forgotten_at": timezone.now(), "forgotten_by_name": "x"}
    habits.update(**told)
    entry = _pays(customer, amount, "Kontoauszug")
    HabitSign.objects.filter(pk__in=keys).update(forgotten_at=None, forgotten_by_name="")
    return entry


# --- late discounts -------------------------------------------------------------------------------
def _late(customer: Customer, clerk: User, days: int) -> BankMatch:
    """2 % of 119.00 until the third day, taken so many days later; a person lets it be."""
    one = _owed(customer, discount=("0.02", 3))
    entry = _pays(customer, "116.62", "Zahlung", on=DAY + timedelta(days=3 + days))
    assert not entry.is_settled
    return _decides(entry, [one], clerk, discount="2.38")


def test_a_discount_that_was_let_be_late_three_times_may_be_so_late_again(
    customer: Customer, clerk: User
) -> None:
    matches = [_late(customer, clerk, days) for days in (4, 6, 5)]
    assert _habits(customer) == Habits(late_days=4)
    one = _owed(customer, discount=("0.02", 3))
    for late, is_taken in ((5, False), (4, True)):
        entry = _pays(
            customer, "116.62", f"{one.document_number}", on=DAY + timedelta(days=3 + late)
        )
        made = BankMatch.objects.get(bank_entry=entry)
        assert ("habit_late" in {reason["code"] for reason in made.evidence}) is is_taken
        one.refresh_from_db()
        assert (one.outstanding_amount == 0) is is_taken
        receivables.undo_match(made.pk, by=clerk, on=DAY)
    # without a number the habit only proposes
    unnamed = _pays(customer, "116.62", "Zahlung", on=DAY + timedelta(days=5))
    best = _outcome(unnamed).proposals[0]
    assert (best.confidence, best.difference) == (Confidence.LIKELY, 0)
    receivables.undo_match(matches[0].pk, by=clerk, on=DAY)
    assert _habits(customer) is None


# --- shown and forgotten --------------------------------------------------------------------------
def test_a_habit_is_shown_with_its_decisions_and_forgotten(
    company: Company, customer: Customer, clerk: User, client: Client
) -> None:
    _writes_the_end(customer, clerk)
    client.force_login(clerk)
    for url in (
        reverse("receivables:habits"),
        reverse("receivables:learned_panel", args=[customer.pk]),
    ):
        page = client.get(url).content.decode()
        assert page.count("habit, of 3 decisions") >= 3
        assert "writes our numbers without their beginning" in page
        assert f"P-{HabitSign.objects.earliest('pk').match.bank_entry_id}" in page
    _owed(customer)
    one = _owed(customer)
    waiting = _waits_for(customer, one)
    case = cases_of(company, [waiting])[0]
    decided = _settlement(case, case.decide().proposals[0], "auto")
    assert _still_true([decided]) == [decided]
    sign = HabitSign.objects.earliest("pk")
    with pytest.raises(PermissionMissing):
        receivables.forget_habit(
            customer.pk, sign.kind, by=make.user_with("collector", company), on=DAY
        )
    for _twice in range(2):
        client.post(reverse("receivables:forget_habit", args=[sign.pk]))
    assert Event.objects.filter(name="customer.habit_forgotten").count() == 1
    assert _still_true([decided]) == []
    assert _habits(customer) is None
    forgotten = client.get(reverse("receivables:habits") + "?state=forgotten").content.decode()
    assert "writes our numbers" in forgotten
    client.post(reverse("receivables:remember_habit", args=[sign.pk]))
    assert _habits(customer) == Habits(writes_ends=True)


def _waits_for(customer: Customer, one: OpenItem) -> BankEntry:
    """A payment by the end of a number, of before the habit was known."""
    keys = list(HabitSign.objects.values_list("pk", flat=True))
    HabitSign.objects.update(forgotten_at=timezone.now(), forgotten_by_name="x")
    entry = _pays(customer, "119.00", one.document_number[-5:])
    HabitSign.objects.filter(pk__in=keys).update(forgotten_at=None, forgotten_by_name="")
    return entry
