"""Claims beside the invoice: a returned debit's fee, statutory interest, the flat sum, waiving."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

import receivables.services as receivables
from core.roles import Role
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from receivables.models import BankEntry, Claim, JournalLine, OpenItem
from receivables.rules.interest import LAWS, interest, known_until, spans
from tests import make
from tests.receivables.make import DAY, IBAN, ROBOT, camt, imported, item, ledger, paid
from tests.receivables.test_collecting import COLLECT, Days, left, told

GERMAN, SWEDISH = LAWS["DE"], LAWS["SE"]


def german(amount: str, moves, first: date, last: date):
    return spans(D(amount), moves, GERMAN.base_rates, GERMAN.points, first=first, last=last)


def test_interest_is_split_at_payments_and_base_rates_and_rounded_once():
    # 1,000.00 due 30 May 2025, 400.00 paid on 15 June, the base rate falls on 1 July.
    parts = german("1000", [(date(2025, 6, 15), D(400))], date(2025, 5, 31), date(2025, 7, 10))
    assert [(p.days, p.open_amount, p.rate) for p in parts] == [
        (15, D(1000), D("0.1127")),
        (16, D(600), D("0.1127")),
        (10, D(600), D("0.1027")),
    ]
    # 4.6315 + 2.9641 + 1.6882: rounded part by part it would be the same cents or one more.
    assert interest(parts) == D("9.28")
    # Paid, taken back, paid again: only the days it was open count; the day of payment does not.
    moves = [(date(2026, 3, 11), D(100)), (date(2026, 3, 21), D(-100)), (date(2026, 3, 25), D(100))]
    parts = german("100", moves, date(2026, 3, 10), date(2026, 4, 30))
    assert [(p.first.day, p.last.day) for p in parts] == [(10, 10), (21, 24)]
    assert german("100", [], date(2026, 3, 10), date(2026, 3, 9)) == []
    assert known_until(GERMAN.base_rates) == known_until(SWEDISH.base_rates) == date(2026, 6, 30)
    with pytest.raises(LookupError):
        german("100", [], date(2019, 1, 1), date(2019, 1, 2))


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 50)), max_size=6),
    st.integers(1, 399),
)
def test_two_claims_in_turn_come_to_one(moves, cut):
    start, end = date(2025, 1, 1), date(2026, 2, 4)
    told_ = [(start + timedelta(days=day), D(part)) for day, part in moves]
    middle = start + timedelta(days=cut)
    whole = german("1000", told_, start, end)
    parts = [
        *german("1000", told_, start, middle),
        *german("1000", told_, middle + timedelta(days=1), end),
    ]
    exact = [sum(p.open_amount * p.rate * p.days for p in side) for side in (whole, parts)]
    assert exact[0] == exact[1]


def balance(company, role: str) -> D:
    lines = JournalLine.objects.filter(account__company=company, account__role=role)
    return sum((line.amount for line in lines), D(0))


@pytest.mark.django_db
def test_interest_is_claimed_once_a_day_and_stays_when_the_invoice_is_paid():
    company = ledger()
    clerk = make.user_with(Role.AR_ACCOUNTANT, company)
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    owed = item(make.customer(company), "1190.00")
    due = owed.due_on
    early = due + timedelta(days=10)
    words = {"by": clerk, "on": date(2026, 6, 1)}
    with pytest.raises(Conflict, match="Nothing can be claimed"):
        receivables.claim_interest(owed.pk, until=due, **words)
    first, flat = receivables.claim_interest(owed.pk, until=early, **words)
    # 1,190.00 × 10.27 % × 10 / 365
    assert (first.amount, flat.amount) == (D("3.35"), D("40.00"))
    assert (first.from_on, first.until_on) == (due + timedelta(days=1), early)
    with pytest.raises(Conflict, match="Nothing can be claimed"):
        receivables.claim_interest(owed.pk, until=early, **words)
    paid(company, "1190.00", owed.document_number, on=early + timedelta(days=11))
    second = receivables.claim_interest(owed.pk, until=date(2026, 6, 1), **words)
    assert [(row.kind, row.amount) for row in second] == [("interest", D("3.35"))]
    assert (balance(company, "interest"), balance(company, "damages")) == (D("-6.70"), D("-40.00"))
    assert balance(company, "vat") == D("-190.00")
    assert left(owed) == 0
    assert OpenItem.objects.open().debits().count() == 3
    # Later than the last base rate: named, entered, and then it counts.
    after = item(make.customer(company), "119.00", on=date(2026, 6, 1))
    late = {"by": clerk, "on": date(2026, 7, 31)}
    with pytest.raises(InvalidInput, match="30 Jun 2026"):
        receivables.claim_interest(after.pk, until=date(2026, 7, 31), **late)
    for day, rate in ((date(2026, 7, 2), "0.02"), (date(2026, 7, 1), "0.40")):
        with pytest.raises(InvalidInput):
            receivables.enter_base_rate(company, valid_from=day, rate=D(rate), **late)
    with pytest.raises(Conflict, match="known"):
        receivables.enter_base_rate(company, valid_from=date(2026, 1, 1), rate=D("0.02"), **late)
    for _twice in range(2):
        receivables.enter_base_rate(company, valid_from=date(2026, 7, 1), rate=D("0.02"), **late)
    made = receivables.claim_all_interest(after.customer_id, until=date(2026, 7, 31), **late)
    assert [span[3] for span in made[0].spans] == ["0.1027", "0.110000"]
    # Waived by whoever may, with a reason: the opposite is booked, the days stay claimed.
    with pytest.raises(PermissionMissing):
        receivables.waive_claim(flat.pk, reason="goodwill", by=clerk, on=DAY)
    with pytest.raises(InvalidInput):
        receivables.waive_claim(flat.pk, reason=" ", by=boss, on=DAY)
    receivables.waive_claim(flat.pk, reason="goodwill", by=boss, on=date(2026, 6, 2))
    flat.refresh_from_db()
    assert (flat.state, flat.waived_amount, left(flat.item)) == ("waived", D("40.00"), 0)
    with pytest.raises(Conflict, match="open any more"):
        receivables.waive_claim(flat.pk, reason="again", by=boss, on=DAY)
    # The database: no day twice, no flat sum twice, what was claimed stays.
    for change in ({"from_on": due}, {"amount": 1}, {"principal": after}, {"kind": "fee"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Claim.objects.filter(pk=second[0].pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.all().delete()


@pytest.mark.django_db
def test_who_owes_no_statutory_interest():
    company = ledger()
    private = item(make.customer(company, "Jörg Müller", is_business=False))
    with pytest.raises(Conflict, match="private"):
        receivables.interest_quote(private, until=date(2026, 5, 1))
    came = paid(company, "5.00", "x")
    match = receivables.match_entry(
        came.pk, shares=(), customer_id=private.customer_id, by=ROBOT, on=DAY
    )
    with pytest.raises(InvalidInput, match="invoices only"):
        receivables.interest_quote(match.payment_item, until=date(2026, 5, 1))
    swede = make.company_se()
    receivables.set_up_ledger(swede)
    receivables.add_bank_account(swede, name="Bank", iban=IBAN)
    owed = item(make.customer(swede), "1250.00", rate="0.25", currency="SEK")
    quote = receivables.interest_quote(owed, until=owed.due_on + timedelta(days=73))
    # 1,250.00 × 10 % × 73 / 365
    assert (quote.amount, quote.flat_amount) == (D("25.00"), D("450.00"))


@pytest.mark.django_db
@pytest.mark.parametrize("is_passed_on", [True, False])
def test_a_returned_debits_fee_is_claimed_or_borne_and_goes_with_the_return(is_passed_on):
    days = Days()
    receivables.set_account_policy(
        days.company, refund_after_days=None, is_duplicate_refunded=True,
        is_return_fee_passed_on=is_passed_on, by=days.second, on=DAY,
    )  # fmt: skip
    payer = days.customer()
    owed = item(payer, "119.00")
    days.run()
    name = owed.debits.get().end_to_end_id
    days.bank(told("119.00", end_to_end=name, on=COLLECT), on=COLLECT)
    days.bank(told("-122.00", end_to_end=name, code="AM04", on=COLLECT), on=COLLECT)
    assert balance(days.company, "bank_charges") == D("3.00")
    open_ = {row.kind: row.outstanding_amount for row in OpenItem.objects.open()}
    if is_passed_on:
        claim = Claim.objects.get()
        assert open_ == {"invoice": D("119.00"), "fee": D("3.00")}
        assert (claim.kind, claim.principal, claim.amount) == ("fee", owed, D("3.00"))
        assert balance(days.company, "damages") == D("-3.00")
    else:
        assert open_ == {"invoice": D("119.00")}
        assert not Claim.objects.exists()
    # The return was matched wrongly: its fee goes with it.
    match = owed.debits.get().return_entry.matches.get()
    receivables.undo_match(match.pk, by=days.clerk, on=COLLECT)
    assert (balance(days.company, "bank_charges"), balance(days.company, "damages")) == (0, 0)
    assert not Claim.objects.filter(state="claimed").exists()
    assert not OpenItem.objects.filter(kind__in=["fee", "charge"]).open().exists()


@pytest.mark.django_db
def test_pages_claim_waive_and_enter_a_rate(client):
    company = ledger()
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    client.force_login(boss)
    today = company.today()
    owed = item(make.customer(company), on=date(2026, 3, 2))
    new = reverse("receivables:claim_interest", args=[owed.pk])
    assert new in client.get(owed.get_absolute_url()).content.decode()
    assert client.get(new).status_code == 200
    late = {"until": (today + timedelta(days=1)).isoformat(), "with_flat_sum": "on"}
    assert client.post(new, late).status_code == 422
    sent = {"until": "2026-06-30", "with_flat_sum": "on"}
    assert client.post(new, sent).status_code == 302
    assert client.post(new, sent).status_code == 409
    claim = Claim.objects.get(kind="interest")
    assert "10.27" in client.get(claim.get_absolute_url()).content.decode()
    waive = reverse("receivables:waive_claim", args=[claim.pk])
    assert client.post(waive, {"reason": ""}).status_code == 422
    assert client.post(waive, {"reason": "goodwill"}).status_code == 302
    assert "goodwill" in client.get(claim.get_absolute_url()).content.decode()
    assert str(claim) in client.get(reverse("receivables:claims")).content.decode()
    every = reverse("receivables:claim_all_interest", args=[owed.customer_id])
    assert (
        every
        in client.get(reverse("receivables:account", args=[owed.customer_id])).content.decode()
    )
    assert client.post(every, {"until": "2026-06-30"}).status_code == 409
    rate = reverse("receivables:enter_base_rate")
    assert "1.27" in client.get(rate).content.decode()
    assert client.post(rate, {"valid_from": "2026-07-02", "rate": "2"}).status_code == 422
    assert client.post(rate, {"valid_from": "2026-07-01", "rate": "2"}).status_code == 302
    assert receivables.base_rates(company)[0] == (date(2026, 7, 1), D("0.02"))


@pytest.mark.django_db
def test_only_a_fee_is_a_fee_and_no_rate_is_guessed():
    company = ledger()
    clerk = make.user_with(Role.AR_ACCOUNTANT, company)
    owed = item(make.customer(company), "119.00")
    came = paid(company, "119.00", owed.document_number)
    words = {"by": clerk, "on": DAY}
    if not came.is_settled:
        share = receivables.ShareDraft(owed.pk, D("119.00"))
        receivables.match_entry(came.pk, shares=[share], **words)
    # What went back is far more than came: that is no bank's fee, but a debit to be looked at.
    imported(company, camt(told("-319.00", code="MS03", on=DAY), number="2"))
    back = BankEntry.objects.latest("pk")
    receivables.return_payment(back.pk, match_pk=came.matches.get().pk, **words)
    assert (left(owed), balance(company, "bank_charges")) == (D("119.00"), 0)
    assert OpenItem.objects.open().get(kind="payment").outstanding_amount == D("200.00")
    assert not Claim.objects.exists()
    # A rate entered for a later half-year is not taken for the one between.
    late = {"by": clerk, "on": date(2027, 2, 1)}
    receivables.enter_base_rate(company, valid_from=date(2027, 1, 1), rate=D("0.02"), **late)
    with pytest.raises(InvalidInput, match="1 Jul 2026"):
        receivables.claim_interest(owed.pk, until=date(2027, 1, 31), **late)
    receivables.enter_base_rate(company, valid_from=date(2026, 7, 1), rate=D("0.01"), **late)
    made = receivables.claim_interest(owed.pk, until=date(2027, 1, 31), **late)[0]
    assert [span[3] for span in made.spans] == ["0.1027", "0.100000", "0.110000"]


@pytest.mark.django_db
def test_what_was_waived_is_no_money_and_a_payment_undone_is_owed_again():
    company = ledger()
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    words = {"by": boss, "on": date(2026, 6, 1)}
    owed = item(make.customer(company), "1190.00")
    flat = receivables.claim_interest(owed.pk, until=date(2026, 6, 1), **words)[1]
    came = paid(company, "10.00", "etwas")
    share = receivables.ShareDraft(flat.item_id, D("10.00"))
    match = receivables.match_entry(came.pk, shares=[share], by=ROBOT, on=date(2026, 6, 1))
    receivables.waive_claim(flat.pk, reason="goodwill", **words)
    waived = flat.item.debit_allocations.get(credit_item__kind="flat_sum")
    with pytest.raises(Conflict, match="stays waived"):
        receivables.take_back(waived.pk, **words)
    receivables.undo_match(match.pk, **words)
    assert left(flat.item) == D("10.00")


@pytest.mark.django_db
def test_interest_is_lowered_when_a_payment_is_told_late():
    company = ledger()
    clerk = make.user_with(Role.AR_ACCOUNTANT, company)
    owed, paid_up = (item(make.customer(company), "1190.00") for _n in range(2))
    until = owed.due_on + timedelta(days=30)
    words = {"by": clerk, "on": date(2026, 6, 1)}
    claims = [
        receivables.claim_interest(row.pk, until=until, with_flat_sum=False, **words)[0]
        for row in (owed, paid_up)
    ]
    # 1,190.00 × 10.27 % × 30 / 365
    assert [claim.amount for claim in claims] == [D("10.04")] * 2
    paid(company, "10.04", claims[1].item.document_number, on=date(2026, 6, 1))
    assert list(receivables.claims_to_lower(company)) == []
    for row in (owed, paid_up):
        paid(company, "1190.00", row.document_number, on=row.due_on + timedelta(days=11))
    assert set(receivables.claims_to_lower(company)) == set(claims)
    for claim in claims:
        for less in ("6.69", "0"):  # ten days are left: 3.35; twice changes nothing
            assert receivables.lower_claim(claim.pk, by=ROBOT, on=date(2026, 6, 2)) == D(less)
    assert list(receivables.claims_to_lower(company)) == []
    assert balance(company, "interest") == D("-6.70")
    rows = OpenItem.objects.open().values_list("kind", "outstanding_amount")
    assert sorted(rows) == [("credit_note", D("-6.69")), ("interest", D("3.35"))]
    claims[0].refresh_from_db()
    assert (claims[0].lowered_amount, len(claims[0].spans)) == (D("6.69"), 1)
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    waived = receivables.waive_claim(claims[0].pk, reason="goodwill", by=boss, on=date(2026, 6, 3))
    assert waived.waived_amount == D("3.35")
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claims[1].pk).update(lowered_amount=0)
