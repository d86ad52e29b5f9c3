"""Booking an invoice: its entry, its open items, once; credit notes."""

from decimal import Decimal

import pytest

import receivables.services as receivables
from o2c.errors import Conflict
from receivables.models import OpenItem
from tests import make
from tests.receivables.make import ROBOT, invoice, item, ledger, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def test_an_invoice_is_booked_by_rate(customer) -> None:
    document = invoice(customer, nets=[("100.00", "0.19"), ("50.00", "0.07")])
    booked = receivables.book_invoice(document, by=ROBOT)
    lines = {line.account.number: line.amount for line in booked.lines.select_related("account")}
    assert lines == {
        "1400": Decimal("172.50"),
        "8400": Decimal("-100.00"),
        "1776": Decimal("-19.00"),
        "8300": Decimal("-50.00"),
        "1771": Decimal("-3.50"),
    }


def test_booking_twice_is_once(customer) -> None:
    document = invoice(customer)
    first = receivables.book_invoice(document, by=ROBOT)
    assert receivables.book_invoice(document, by=ROBOT) == first
    assert OpenItem.objects.count() == 1


def test_an_item_per_instalment_with_its_share_of_the_discount(customer) -> None:
    document = invoice(
        customer, "119.00", instalments=[("59.50", 14), ("59.50", 30)], discount=("0.02", 10)
    )
    receivables.book_invoice(document, by=ROBOT)
    items = list(OpenItem.objects.order_by("due_on"))
    assert [i.amount for i in items] == [Decimal("59.50"), Decimal("59.50")]
    assert sum(i.discount_amount for i in items) == Decimal("2.38")


def test_a_rate_without_account_is_named(customer) -> None:
    with pytest.raises(Conflict, match="16"):
        receivables.book_invoice(invoice(customer, "116.00", rate="0.16"), by=ROBOT)


def test_a_credit_note_pays_its_invoice(customer) -> None:
    document = invoice(customer, "119.00")
    receivables.book_invoice(document, by=ROBOT)
    receivables.book_invoice(invoice(customer, "119.00", corrects=document), by=ROBOT)
    assert [i.outstanding_amount for i in OpenItem.objects.all()] == [0, 0]


def test_a_credit_note_for_a_paid_invoice_stays_a_credit(company, customer) -> None:
    found = item(customer, "119.00")
    paid(company, "119.00", found.document_number)
    receivables.book_invoice(invoice(customer, "119.00", corrects=found.invoice), by=ROBOT)
    credit = OpenItem.objects.get(kind="credit_note")
    assert credit.outstanding_amount == Decimal("-119.00")


def test_unbooked_invoices_are_found(company, customer) -> None:
    document = invoice(customer)
    assert list(receivables.invoices_awaiting_booking(company)) == [document]
    receivables.book_invoice(document, by=ROBOT)
    assert not receivables.invoices_awaiting_booking(company)
