"""Deductions: a short payment opens a case, which ends in the books, with people, or by itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

import disputes.services as disputes
import receivables.services as receivables
from core.models import Event
from core.roles import Role
from disputes.models import Dispute
from disputes.papers import papers_of
from disputes.words import evidence_words, recommended
from invoicing.models import Invoice
from o2c import flow
from o2c.due import run_due
from o2c.errors import BusinessError, Conflict, PermissionMissing
from orders.draft import ChargeDraft
from receivables.models import BankEntry, BankMatch, JournalLine, OpenItem, WriteOff
from receivables.rules.write_offs import Tolerated
from receivables.services import Policy, ShareDraft
from tests import make
from tests.core.threads import beside_itself
from tests.dunning.make import lender, proposed
from tests.receivables.make import DAY, ROBOT, camt, entry, invoice, item
from tests.world import MONDAY, world

pytestmark = pytest.mark.django_db
D = Decimal
LATE = DAY + timedelta(days=20)
SKONTO = {"gross": "1190.00", "discount": ("0.02", 14)}


@pytest.fixture
def company():
    return lender()


@pytest.fixture
def clerk(company):
    return make.user_with(Role.AR_ACCOUNTANT, company)


@pytest.fixture
def boss(company):
    return make.user_with(Role.FINANCE_MANAGER, company)


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def owed(customer) -> OpenItem:
    return item(customer, **SKONTO)


def pay(company, amount: str, text: str, *, on=LATE):
    """The money comes in by a bank file, as every day."""
    content = camt(entry(amount, text, name="Käufer AG", on=on), number=make.unique(""), on=on)
    file = flow.import_statement(company, content, filename="x.xml", by=ROBOT, on=on)
    assert file.state == "booked", file.message
    return BankMatch.objects.filter(bank_entry__statement__file=file).first()


def tolerate(company, boss, *, year: str = "100", alone: str = "50", **reasons: str) -> None:
    allowed = {reason: Tolerated(D(amount), D("0.03")) for reason, amount in reasons.items()}
    policy = Policy(allowed, year_amount=D(year), alone_amount=D(alone))
    receivables.set_tolerances(company, policy, valid_from=DAY, by=boss, on=DAY)


def booked(company, role: str) -> Decimal:
    lines = JournalLine.objects.filter(account__company=company, account__role=role)
    return lines.aggregate(sum=Sum("amount"))["sum"] or D(0)


def left(found) -> Decimal:
    found.refresh_from_db()
    return found.outstanding_amount


def test_a_late_discount_opens_a_case_that_is_not_reminded(company, customer, clerk) -> None:
    found = owed(customer)
    pay(company, "1166.20", found.document_number)
    case = Dispute.objects.get()
    assert (case.item, case.amount, case.reason, case.state) == (
        found, D("23.80"), "discount", "open",
    )  # fmt: skip
    assert (case.sureness, case.evidence[0]["code"], case.evidence[0]["days"]) == (
        "amount", "late_discount", "6",
    )  # fmt: skip
    assert (case.answer_by - LATE).days == 10
    assert not proposed(company, on=LATE).notices.exists()
    disputes.reject_deduction(case.pk, resolution="Six days late", by=clerk, on=LATE)
    assert (left(found), found.due_on) == (D("23.80"), DAY + timedelta(days=14))
    assert proposed(company, on=LATE + timedelta(days=1)).notices.get().items.get().item == found


def test_what_the_tolerances_allow_is_booked_with_its_vat(company, customer, boss) -> None:
    tolerate(company, boss, discount="23.80")
    found = owed(customer)
    match = pay(company, "1166.20", found.document_number)
    case = Dispute.objects.get()
    assert (left(found), case.state, case.write_off.is_automatic) == (0, "accepted", True)
    assert (booked(company, "discount"), booked(company, "vat")) == (D("20.00"), D("-186.20"))
    flow.undo_match(match.pk, by=boss, on=LATE)
    case.refresh_from_db()
    assert (left(found), case.state, case.write_off.state) == (D("1190.00"), "undone", "taken_back")
    assert (booked(company, "discount"), booked(company, "vat")) == (0, D("-190.00"))
    flow.match_entry(
        match.bank_entry_id, shares=[ShareDraft(found.pk, D("1166.20"))], by=boss, on=LATE
    )
    assert (Dispute.objects.count(), left(found)) == (2, 0)


def test_the_year_of_a_customer_has_an_end_and_a_share_counts_too(company, customer, boss) -> None:
    tolerate(company, boss, year="40", discount="500")
    first, second = owed(customer), owed(customer)
    pay(company, "1166.20", first.document_number)
    pay(company, "1166.20", second.document_number)
    assert [left(one) for one in (first, second)] == [0, D("23.80")]
    dear = item(customer, "1190.00", discount=("0.04", 14))
    pay(company, "1142.40", dear.document_number)  # 4 % of an item, 3 % are allowed
    assert left(dear) == D("47.60")
    other = item(make.customer(company, "Andere GmbH"), **SKONTO)
    flow.match_entry(
        _waiting(company, "1166.20"), shares=[ShareDraft(other.pk, D("1166.20"))], by=boss, on=LATE
    )
    assert left(other) == 0


def _waiting(company, amount: str) -> int:
    content = camt(entry(amount, "?", on=LATE), number=make.unique(""), on=LATE)
    file = flow.import_statement(company, content, filename="x.xml", by=ROBOT, on=LATE)
    return file.statements.get().entries.get().pk


def test_nothing_is_booked_without_tolerances_and_unknown_reasons_have_their_own(
    company, customer, boss
) -> None:
    tolerate(company, boss, unknown="2.00", freight="50")
    small, words = item(customer, "1190.00"), item(customer, "1190.00")
    pay(company, "1188.01", small.document_number)
    pay(company, "1150.00", f"{words.document_number} ohne Fracht")
    assert (left(small), left(words)) == (0, D("40.00"))  # words alone prove no freight
    assert Dispute.objects.get(item=words).sureness == "words"


def test_what_the_order_says_explains_a_payment() -> None:
    """Freight of its charges, a dearer price than agreed, and the papers that prove both."""
    here = world()
    freight = ChargeDraft(reason_code="FC", amount=D("8.00"))
    order = here.submitted("10", charges=(freight,))
    sent = here.dispatched(here.picked(order))
    first = Invoice.objects.get(shipment=sent)
    here.paid(first.gross_amount - D("9.52"), first.number, on=MONDAY)
    second = here.invoiced("10")
    make.set_price(make.agreement(here.customer), here.article, "98.50")
    here.paid(second.gross_amount - D("17.85"), f"{second.number} Preis", on=MONDAY)
    told = {case.item.invoice_id: case for case in Dispute.objects.all()}
    assert (told[first.pk].reason, told[first.pk].sureness) == ("freight", "amount")
    assert (told[second.pk].reason, told[second.pk].sureness) == ("price", "both")
    words = evidence_words(told[second.pk].evidence, "EUR")[0].replace("\xa0", " ")
    assert words.endswith("the difference × 10 + 19 % VAT = 17.85 EUR.")
    assert [paper["name"] for paper in papers_of(told[first.pk])][:3] == [
        order.number, sent.number, first.number,
    ]  # fmt: skip
    assert [recommended(told[one.pk]) for one in (first, second)] == ["reject", "accept"]


def test_accepting_above_the_limit_takes_two(company, customer, clerk, boss) -> None:
    tolerate(company, boss, alone="20")
    found = owed(customer)
    pay(company, "1166.20", found.document_number)
    case = Dispute.objects.get()
    disputes.accept_deduction(case.pk, reason="discount", resolution="OK", by=boss, on=LATE)
    case.refresh_from_db()
    assert (case.state, case.write_off.state, left(found)) == ("open", "asked", D("23.80"))
    with pytest.raises(Conflict, match="waits for approval"):
        disputes.reject_deduction(case.pk, resolution="No", by=clerk, on=LATE)
    with pytest.raises(Conflict, match="yourself"):
        flow.decide_write_off(case.write_off_id, is_approved=True, by=boss, on=LATE)
    with pytest.raises(PermissionMissing):
        flow.decide_write_off(case.write_off_id, is_approved=True, by=clerk, on=LATE)
    other = make.user_with(Role.CREDIT_MANAGER, company)
    flow.decide_write_off(case.write_off_id, is_approved=False, by=other, on=LATE)
    disputes.accept_deduction(case.pk, reason="discount", resolution="Again", by=boss, on=LATE)
    case.refresh_from_db()
    flow.decide_write_off(case.write_off_id, is_approved=True, by=other, on=LATE)
    case.refresh_from_db()
    assert (case.state, case.resolution, left(found)) == ("accepted", "Again", 0)
    flow.take_back_write_off(case.write_off_id, by=clerk, on=LATE)
    case.refresh_from_db()
    assert (case.state, left(found), booked(company, "discount")) == ("undone", D("23.80"), 0)
    names = list(Event.objects.filter(name__startswith="deduction.").values_list("name", flat=True))
    assert names == ["deduction.opened", "deduction.accepted", "deduction.undone"]


def test_paid_later_it_closes_as_paid_and_a_second_short_payment_makes_no_second_case(
    company, customer
) -> None:
    found = owed(customer)
    pay(company, "1166.20", found.document_number)
    pay(company, "10.00", found.document_number)
    assert Dispute.objects.get().state == "open"
    pay(company, "13.80", found.document_number)
    assert (left(found), Dispute.objects.get().state) == (0, "paid")


def test_undoing_closes_an_open_case_and_a_return_takes_back_what_was_accepted(
    company, customer, boss
) -> None:
    tolerate(company, boss, discount="50")
    found = owed(customer)
    match = pay(company, "1166.20", found.document_number)
    back = entry("-1166.20", "back", on=LATE).replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
    flow.import_statement(
        company, camt(back, number="99", on=LATE), filename="b.xml", by=ROBOT, on=LATE
    )
    returned = BankEntry.objects.latest("pk").pk
    flow.return_payment(returned, match_pk=match.pk, by=boss, on=LATE)
    assert (left(found), Dispute.objects.get().state) == (D("1190.00"), "undone")
    assert (booked(company, "discount"), booked(company, "vat")) == (0, D("-190.00"))


def test_a_credit_note_over_all_takes_back_what_was_accepted(company, customer, boss) -> None:
    tolerate(company, boss, discount="50")
    found = owed(customer)
    pay(company, "1166.20", found.document_number)
    receivables.book_invoice(invoice(customer, "1190.00", corrects=found.invoice), by=ROBOT)
    assert run_due([company], on=LATE).done["deductions closed"] == 1
    total = OpenItem.objects.filter(customer=customer).aggregate(s=Sum("outstanding_amount"))["s"]
    assert (total, Dispute.objects.get().state) == (D("-1166.20"), "undone")
    assert (booked(company, "discount"), booked(company, "vat")) == (0, 0)


def test_an_open_dispute_takes_the_payment_that_its_amount_explains(
    company, customer, clerk
) -> None:
    found = item(customer, "1190.00")
    asked = disputes.open_dispute(found.pk, amount=D("90.00"), reason="price", by=clerk, on=DAY)
    match = pay(company, "1100.00", found.document_number)
    asked.refresh_from_db()
    assert (Dispute.objects.get(), asked.match, asked.evidence[0]["code"]) == (
        asked, match, "contested",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "account", "vat"),
    [
        ("insolvent", "write_off", "0.00"),
        ("small", "write_off", "-19.00"),
        ("goodwill", "discount", "0.00"),
    ],
)
def test_a_write_off_is_booked_by_its_reason_and_reversible(
    company, customer, clerk, boss, reason, account, vat
) -> None:
    found = item(customer, "119.00")
    asked = receivables.write_off(
        found.pk, amount=D("119.00"), reason=reason, note="Hopeless", by=clerk, on=LATE
    )
    assert (asked.state, left(found)) == ("asked", D("119.00"))
    flow.decide_write_off(asked.pk, is_approved=True, by=boss, on=LATE)
    net = D("119.00") if reason == "small" else D("100.00")
    assert (left(found), booked(company, account), booked(company, "vat")) == (0, net, D(vat))
    flow.take_back_write_off(asked.pk, by=boss, on=LATE)
    assert (left(found), booked(company, account), booked(company, "vat")) == (
        D("119.00"), 0, D("-19.00"),
    )  # fmt: skip
    assert found.due_on == DAY + timedelta(days=14)
    with pytest.raises(Conflict):
        flow.take_back_write_off(asked.pk, by=boss, on=LATE)


@pytest.mark.parametrize("amount", ["0", "119.01", "1.005"])
def test_only_what_is_open_is_written_off(company, customer, clerk, amount) -> None:
    found = item(customer, "119.00")
    with pytest.raises(BusinessError, match="119.00"):
        receivables.write_off(
            found.pk, amount=D(amount), reason="lost", note="x", by=clerk, on=LATE
        )


def test_closed_days_are_left_alone(company, customer, boss) -> None:
    tolerate(company, boss, discount="50")
    found = owed(customer)
    receivables.close_books(company, until=LATE, by=boss, on=LATE + timedelta(days=1))
    match = _waiting_match(company, found, boss)
    posted = WriteOff.objects.get().entry.posted_on
    assert (left(found), posted) == (0, LATE + timedelta(days=1))
    assert match.undone_at is None


def _waiting_match(company, found, boss):
    on = LATE + timedelta(days=1)
    content = camt(entry("1166.20", found.document_number, name="Käufer AG", on=on), number="77",
                   on=on)  # fmt: skip
    file = flow.import_statement(company, content, filename="x.xml", by=ROBOT, on=LATE)
    return BankMatch.objects.get(bank_entry__statement__file=file)


@pytest.mark.django_db(transaction=True)
def test_two_people_decide_at_once() -> None:
    company = lender()
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    tolerate(company, boss)
    found = owed(make.customer(company, "Käufer AG"))
    pay(company, "1166.20", found.document_number)
    case = Dispute.objects.get()

    def decide(number: int):
        if number % 2:
            return disputes.reject_deduction(case.pk, resolution="No", by=boss, on=LATE)
        return disputes.accept_deduction(
            case.pk, reason="discount", resolution="OK", by=boss, on=LATE
        )

    results = beside_itself(decide, threads=6)
    assert sum(isinstance(one, Dispute) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 5
