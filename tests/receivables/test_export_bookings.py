"""export_bookings: every entry of a period with its decision, or the proposals that wait."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from customers.services import import_customers
from o2c.errors import InvalidInput, PermissionMissing
from receivables.models import BankEntry, OpenItem
from receivables.services import (
    ShareDraft,
    export_bookings,
    import_items,
    match_entry,
    unapply_match,
    undo_match,
)
from tests import make as common
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, ledger, paid

D = Decimal
ONE, TWO = "DE02120300000000202051", "DE02500105170137075030"
CUSTOMERS = f"number,name,ibans\n10001,Alpha Rohr GmbH,{ONE}\n10002,Beta Stahl AG,{TWO}\n"
ITEMS = """number,customer,issue date,due date,amount,discount %,discount until
A-1001,10001,2026-02-02,2026-03-04,1190.00,2,2026-03-09
A-1002,10001,2026-02-02,2026-03-04,300.00,,
A-1003,10001,2026-02-02,2026-03-04,300.00,,
B-2001,10002,2026-02-02,2026-03-04,55.00,,
G-1,10002,2026-02-02,,-7.00,,
"""


@pytest.fixture
def company(db):
    company = ledger()
    import_customers(company, CUSTOMERS.encode(), "c.csv", by=ROBOT, on=DAY)
    import_items(company, ITEMS.encode(), "i.csv", by=ROBOT, on=DAY)
    return company


def told(company, **options):
    return list(export_bookings(company, DAY, DAY, by=ROBOT, **options))


def item(number):
    return OpenItem.objects.get(document_number=number, kind="invoice")


def test_a_payment_matched_by_itself_with_discount(company):
    paid(company, "1166.20", "Invoice A-1001", name="Alpha Rohr", iban=ONE, reference="X-77")
    (row,) = told(company)
    assert (row["state"], row["by"], row["customer"]) == ("settled", "auto", "10001")
    assert (row["bank_reference"], row["payer_iban"], row["file"]) == ("X-77", ONE, "bank.xml")
    (share,) = row["items"]
    assert (share["document"], share["amount"], share["discount"]) == (
        "A-1001", D("1166.20"), D("23.80"),
    )  # fmt: skip
    assert (row["remainder"], row["remainder_reason"]) == (0, "")
    assert row["confidence"] == "strong"
    assert {"code": "reference", "value": "A1001"} in row["evidence"]


def test_a_payment_a_person_decided_with_charges_and_a_rest_on_account(company):
    person = common.user_with("ar_accountant", company, name="Ada Krause")
    entry_ = paid(company, "400.00", "thank you", name="Beta Stahl AG", iban=TWO)
    share = ShareDraft(item("B-2001").pk, D("54.00"), closing=D("1.00"), closing_as="charges")
    match_entry(entry_.pk, shares=[share], by=person, on=DAY)
    (row,) = told(company)
    assert (row["by"], row["way"]) == ("Ada Krause", "manual")
    assert (row["charges"], row["items"][0]["charges"]) == (D("1.00"), D("1.00"))
    assert (row["remainder"], row["remainder_reason"]) == (D("346.00"), "on_account")


def test_what_waits_brings_its_proposals_or_the_missing_fact(company):
    paid(company, "300.00", "some invoice", name="Alpha Rohr GmbH", iban=ONE)
    paid(company, "9.99", "rent", name="Nobody e.V.")
    paid(company, "60.00", "B-2001", name="Beta Stahl AG", iban=TWO)
    choice, unknown, over = told(company)
    assert {row["state"] for row in (choice, unknown, over)} == {"undecided"}
    assert choice["remainder_reason"] == "several_choices"
    assert [one["items"][0]["document"] for one in choice["proposals"]] == ["A-1002", "A-1003"]
    assert choice["proposals"][0]["customer"] == "10001"
    assert choice["proposals"][0]["confidence"] == "likely"
    assert (unknown["remainder_reason"], unknown["proposals"]) == ("reference_and_payer", [])
    assert over["remainder_reason"] == "amount_differs"
    assert over["proposals"][0]["difference"] == D("5.00")


def test_a_credit_note_set_off_beside_the_money_is_a_negative_item(company):
    entry_ = paid(company, "50.00", "thank you", name="Beta Stahl AG", iban=TWO)
    credit = OpenItem.objects.get(document_number="G-1")
    shares = [ShareDraft(item("B-2001").pk, D("55.00")), ShareDraft(credit.pk, D("-5.00"))]
    match_entry(entry_.pk, shares=shares, by=ROBOT, on=DAY)
    (row,) = told(company)
    amounts = {one["document"]: one["amount"] for one in row["items"]}
    assert amounts == {"B-2001": D("55.00"), "G-1": D("-5.00")}
    assert row["remainder"] == 0


def test_what_was_taken_back_is_told_as_it_is_now(company):
    entry_ = paid(company, "1166.20", "Invoice A-1001", name="Alpha Rohr", iban=ONE)
    match = entry_.matches.get()
    undo_match(match.pk, by=ROBOT, on=DAY)
    (row,) = told(company)
    assert (row["state"], row["proposals"][0]["items"][0]["document"]) == ("undecided", "A-1001")
    match_entry(entry_.pk, shares=[ShareDraft(item("A-1001").pk, D("1166.20"))], by=ROBOT, on=DAY)
    unapply_match(entry_.matches.get(undone_at=None).pk, by=ROBOT, on=DAY)
    (row,) = told(company)
    assert (row["state"], row["items"], row["remainder"]) == ("settled", [], D("1166.20"))


def test_money_out_and_the_days_around(company):
    imported(company, camt(entry("-20.00", "fee")))
    imported(
        company,
        camt(entry("5.00", "late", on=date(2026, 3, 3), value_on=DAY), number="2",
             opening="980.00", on=date(2026, 3, 3)),
    )  # fmt: skip
    out, late = told(company)
    assert (out["state"], out["amount"]) == ("none_needed", D("-20.00"))
    assert (late["booking_on"], late["value_on"]) == (date(2026, 3, 3), DAY)
    assert not list(export_bookings(company, date(2026, 4, 1), date(2026, 4, 2), by=ROBOT))


def test_any_number_of_entries_takes_the_same_number_of_questions(
    company, django_assert_max_num_queries
):
    several = [entry("9.99", f"rent {n}", name=f"Nobody {n}", iban=ONE) for n in range(60)]
    imported(company, camt(*several))
    with django_assert_max_num_queries(14):
        assert len(told(company)) == 60


def test_thorough_also_finds_a_name_that_only_resembles(company):
    paid(company, "55.00", "thanks", name="Betta Stahl AG")
    assert told(company)[0]["proposals"] == []
    found = told(company, is_thorough=True)[0]["proposals"]
    assert found[0]["customer"] == "10002"


def test_what_may_not_be_asked(company):
    with pytest.raises(InvalidInput, match="before it begins"):
        list(export_bookings(company, DAY, date(2026, 3, 1), by=ROBOT))
    with pytest.raises(PermissionMissing):
        list(export_bookings(company, DAY, DAY, by=common.user_with("sales_rep", company)))


def test_the_command_prints_an_object_a_line(company):
    paid(company, "1166.20", "Invoice A-1001", name="Alpha Rohr", iban=ONE)
    paid(company, "9.99", "rent", name="Nobody e.V.")
    lines = run("--from", "2026-03-01", "--to", "31.03.2026", "--json").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["amount"] for row in rows] == ["1166.20", "9.99"]
    assert len(rows) == BankEntry.objects.count()
    assert "auto: 10001 A-1001" in run("--from", "2026-03-01", "--to", "2026-03-31")
    with pytest.raises(SystemExit) as left:
        run("--from", "2026-03-01")
    assert left.value.code == 2


def run(*arguments):
    out = io.StringIO()
    call_command("export_bookings", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()
