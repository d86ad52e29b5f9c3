"""What is granted with a payment (discount, small differences) comes and goes with it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

import receivables.services as receivables
from core.models import Company
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from receivables.models import Allocation, BankEntry, BankMatch, JournalLine, OpenItem
from receivables.services import ShareDraft
from reporting.reads.ageing import ageing
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, invoice, item, ledger, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def customer(company: Company) -> Customer:
    return make.customer(company, "Käufer AG")


def owed(customer: Customer) -> Decimal:
    return OpenItem.objects.filter(customer=customer).aggregate(sum=Sum("outstanding_amount"))[
        "sum"
    ]


def booked(company: Company, role: str) -> Decimal:
    lines = JournalLine.objects.filter(account__company=company, account__role=role)
    return lines.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def paid_less_discount(company: Company, customer: Customer) -> tuple[OpenItem, BankMatch]:
    found = item(customer, "119.00", discount=("0.02", 14))
    share = ShareDraft(found.pk, Decimal("116.62"), discount=Decimal("2.38"))
    waiting = paid(company, "116.62", "danke")
    return found, receivables.match_entry(waiting.pk, shares=[share], by=ROBOT, on=DAY)


def come_back(company: Company, amount: str, *, number: str = "9") -> BankEntry:
    back = entry(f"-{amount}", "back").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
    imported(company, camt(back, number=number))
    return BankEntry.objects.filter(company=company).latest("pk")


def test_a_credit_note_gives_back_what_was_paid_not_the_discount(company, customer) -> None:
    found, _match = paid_less_discount(company, customer)
    assert (booked(company, "vat"), booked(company, "discount")) == (
        Decimal("-18.62"),
        Decimal("2.00"),
    )
    receivables.book_invoice(invoice(customer, "119.00", corrects=found.invoice), by=ROBOT)
    assert owed(customer) == Decimal("-116.62")
    assert (booked(company, "vat"), booked(company, "discount")) == (0, 0)


def test_undoing_the_payment_of_a_credited_invoice_revokes_the_discount_once(
    company, customer
) -> None:
    found, match = paid_less_discount(company, customer)
    receivables.book_invoice(invoice(customer, "119.00", corrects=found.invoice), by=ROBOT)
    receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    assert owed(customer) == 0
    assert (booked(company, "vat"), booked(company, "discount")) == (0, 0)


def test_a_returned_payment_takes_its_discount_with_it(company, customer) -> None:
    found, match = paid_less_discount(company, customer)
    back = come_back(company, "116.62")
    made = receivables.return_payment(back.pk, match_pk=match.pk, by=ROBOT, on=DAY)
    found.refresh_from_db()
    assert found.outstanding_amount == Decimal("119.00")
    assert (booked(company, "vat"), booked(company, "discount")) == (Decimal("-19.00"), 0)
    receivables.undo_match(made.pk, by=ROBOT, on=DAY)
    receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    assert owed(customer) == Decimal("119.00")
    assert booked(company, "vat") == Decimal("-19.00")


def test_a_discount_is_given_once(company, customer) -> None:
    """A second payment that looks like the rest less discount is not booked by itself."""
    found = item(customer, "119.00", discount=("0.02", 14), number="X-4711")
    first = paid(company, "50.00", "danke")
    discount = Decimal("2.38")
    share = ShareDraft(found.pk, Decimal("50.00"), discount=discount)
    receivables.match_entry(first.pk, shares=[share], by=ROBOT, on=DAY)
    second = paid(company, "64.24", "X-4711")
    assert not second.is_settled
    again = ShareDraft(found.pk, Decimal("64.24"), discount=discount)
    with pytest.raises(InvalidInput, match=r"0\.00"):
        receivables.match_entry(second.pk, shares=[again], by=ROBOT, on=DAY)


def test_a_discount_never_becomes_a_credit_to_use(company, customer) -> None:
    paid_less_discount(company, customer)
    granted = Allocation.objects.get(credit_item__kind="discount")
    with pytest.raises(Conflict, match="granted"):
        receivables.take_back(granted.pk, by=ROBOT, on=DAY)


def test_what_was_undone_may_be_discounted_again(company, customer) -> None:
    found, match = paid_less_discount(company, customer)
    receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    share = ShareDraft(found.pk, Decimal("116.62"), discount=Decimal("2.38"))
    receivables.match_entry(match.bank_entry_id, shares=[share], by=ROBOT, on=DAY)
    assert owed(customer) == 0


def test_a_document_over_nothing_books_nothing(company, customer) -> None:
    assert receivables.book_invoice(invoice(customer, nets=[("0.00", "0.19")]), by=ROBOT) is None


def test_money_before_its_invoice_pays_it_on_the_invoice_s_day(company, customer) -> None:
    """As of the days between, the payment is unapplied: else no past day would add up."""
    found = item(customer, "119.00", on=DAY + timedelta(days=4))
    waiting = paid(company, "119.00", "danke")
    share = ShareDraft(found.pk, Decimal("119.00"))
    receivables.match_entry(waiting.pk, shares=[share], by=ROBOT, on=DAY + timedelta(days=5))
    assert Allocation.objects.get().effective_on == found.document_on
    (row,) = ageing(company, as_of=DAY + timedelta(days=2))
    assert row.balance_amount == row.unapplied_amount == Decimal("-119.00")


def test_a_payment_that_goes_back_in_parts_is_closed_and_goes_back_no_more(company, customer):
    found = item(customer, "119.00")
    came = paid(company, "119.00", "danke")
    words = {"by": ROBOT, "on": DAY}
    shares = [ShareDraft(found.pk, Decimal("119.00"))]
    match = receivables.match_entry(came.pk, shares=shares, **words)
    parts = []
    for number, amount in enumerate(("60.00", "59.00", "1.00")):
        parts.append(come_back(company, amount, number=str(20 + number)).pk)
    first, second = (receivables.return_payment(pk, match_pk=match.pk, **words) for pk in parts[:2])
    sides = (match.payment_item, first.payment_item, second.payment_item, found)
    for one in sides:
        one.refresh_from_db()
    assert [one.outstanding_amount for one in sides] == [0, 0, 0, Decimal("119.00")]
    with pytest.raises(Conflict, match="whole before"):
        receivables.return_payment(parts[2], match_pk=match.pk, **words)
    with pytest.raises(Conflict, match="on account already"):
        receivables.unapply_match(match.pk, **words)
    receivables.undo_match(first.pk, **words)
    again = receivables.return_payment(parts[0], match_pk=match.pk, **words)
    match.payment_item.refresh_from_db()
    assert (match.payment_item.outstanding_amount, again.payment_item.outstanding_amount) == (0, 0)
