"""One payment for items of several customers: what it needs, how it books, and back again."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from customers.services import import_customers
from o2c.errors import Conflict
from receivables.models import BankEntry, BankMatch, JournalLine, OpenItem, PayerAlias
from receivables.services import (
    accept,
    export_bookings,
    import_items,
    propose,
    unapply_match,
    undo_match,
)
from tests import make as common
from tests.receivables.make import DAY, ROBOT, ledger, paid

ONE, TWO, ADVISER = (
    "DE02120300000000202051",
    "DE02500105170137075030",
    "DE75512108001245126199",
)
CUSTOMERS = f"""number,name,ibans
10001,Alpha Rohr GmbH,{ONE}
10002,Beta Stahl AG,{TWO}
10003,Gamma Holz KG,
"""
ITEMS = """number,customer,issue date,due date,amount,discount %,discount until
A-1001,10001,2026-02-02,2026-03-04,1190.00,2,2026-03-09
A-1002,10001,2026-02-02,2026-03-04,300.00,,
B-2001,10002,2026-02-02,2026-03-04,55.00,,
4711,10003,2026-02-02,2026-03-04,70.00,,
"""


@pytest.fixture
def company(db):
    company = ledger()
    import_customers(company, CUSTOMERS.encode(), "c.csv", by=ROBOT, on=DAY)
    import_items(company, ITEMS.encode(), "i.csv", by=ROBOT, on=DAY)
    return company


def pay(company, amount, text, name="Treuhand West mbB", iban=ADVISER):
    return paid(company, amount, text, name=name, iban=iban)


def told(company):
    return next(iter(export_bookings(company, DAY, DAY, by=ROBOT)))


def left(number):
    return OpenItem.objects.get(document_number=number, amount__gt=0).outstanding_amount


def test_two_customers_named_and_the_sum_of_both_books_over_both(company):
    pay(company, "1221.20", "Sammelzahlung A-1001, B-2001")
    row = told(company)
    assert (row["state"], row["by"], row["confidence"]) == ("settled", "auto", "strong")
    assert [(i["customer"], i["document"], i["amount"], i["discount"]) for i in row["items"]] == [
        ("10001", "A-1001", Decimal("1166.20"), Decimal("23.80")),
        ("10002", "B-2001", Decimal("55.00"), Decimal(0)),
    ]
    assert row["remainder"] == 0
    assert left("A-1001") == left("B-2001") == 0
    lines = JournalLine.objects.filter(entry__source_key__startswith="match:").exclude(
        customer=None
    )
    assert {line.customer.number: line.amount for line in lines} == {
        "10001": Decimal("-1190.00"),
        "10002": Decimal("-55.00"),
    }


def test_who_pays_for_several_teaches_nobodys_account(company):
    pay(company, "355.00", "A-1002 und B-2001")
    assert BankEntry.objects.get().is_settled
    assert not PayerAlias.objects.exists()


def test_undone_both_customers_owe_as_before(company):
    pay(company, "355.00", "A-1002 und B-2001")
    match = BankMatch.objects.get()
    with pytest.raises(Conflict) as refused:
        unapply_match(match.pk, by=common.user_with("ar_accountant", company), on=DAY)
    assert refused.value.code == "match.lump"
    undo_match(match.pk, by=common.user_with("finance_manager", company), on=DAY)
    assert (left("A-1002"), left("B-2001")) == (Decimal("300.00"), Decimal("55.00"))
    assert not BankEntry.objects.get().is_settled


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("354.00", "A-1002 und B-2001"),  # a euro is lacking
        ("355.00", "A-1002 u.a."),  # one number only
        ("370.00", "A-1002 und 4711"),  # four digits of a stranger
    ],
)
def test_what_does_not_close_or_is_not_told_waits(company, amount, text):
    pay(company, amount, text)
    assert not BankEntry.objects.get().is_settled


def test_a_stranger_with_four_digits_is_proposed_as_one_decision(company):
    found = pay(company, "370.00", "A-1002 und 4711")
    key, best = propose(found).rows[0]
    assert [share.item.document for share in best.shares] == ["A-1002", "4711"]
    assert best.difference == 0
    assert {one.code for one in best.evidence} >= {"reference", "customers", "amount"}
    accept(found.pk, key=key, by=common.user_with("ar_accountant", company), on=DAY)
    assert left("A-1002") == left("4711") == 0
    payments = OpenItem.objects.filter(kind="payment")
    assert set(payments.values_list("customer__number", "amount")) == {
        ("10001", Decimal("-300.00")),
        ("10003", Decimal("-70.00")),
    }


def test_the_desk_names_both_customers_and_books_at_one_stroke(company):
    clerk, found = Client(), pay(company, "370.00", "A-1002 und 4711")
    clerk.force_login(common.user_with("ar_accountant", company))
    row = clerk.get(reverse("receivables:matching_row", args=[found.pk]))
    told = row.content.decode()
    assert "Alpha Rohr GmbH" in told
    assert "Gamma Holz KG" in told
    fields = {"key": row.context["proposals"][0]["key"], "desk": "1"}
    accept_url = reverse("receivables:accept", args=[found.pk])
    strip = clerk.post(accept_url, fields, headers={"HX-Request": "true"})
    assert strip.status_code == 200
    assert left("A-1002") == left("4711") == 0
    page = clerk.get(reverse("receivables:bank_entry", args=[found.pk])).content.decode()
    assert "A-1002" in page
    assert "4711" in page


def test_a_payer_who_owes_just_this_is_asked(company):
    items = "number,customer,issue date,due date,amount\nA-9,10001,2026-02-02,2026-03-04,355.00\n"
    import_items(company, items.encode(), "more.csv", by=ROBOT, on=DAY)
    pay(company, "355.00", "A-1002 und B-2001", name="Alpha Rohr GmbH", iban=ONE)
    assert told(company)["state"] == "undecided"


def test_a_number_that_is_paid_already_is_a_doubt(company):
    pay(company, "55.00", "B-2001", name="Beta Stahl AG", iban=TWO)
    assert left("B-2001") == 0
    found = pay(company, "370.00", "A-1002, 4711 und nochmals B-2001")
    assert not found.is_settled
