"""import_items: opening items into the books, whole or not at all, found by their references."""

import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.db.models import Sum

from core.models import Event, StoredDocument
from customers.models import Customer
from customers.services import import_customers
from o2c.errors import InvalidInput, PermissionMissing
from receivables.models import BankMatch, ItemReference, JournalLine, OpenItem
from receivables.services import book_invoice, close_books, import_items, set_up_ledger
from tests import make as common
from tests.core.threads import beside_itself
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, invoice, ledger

D = Decimal
HEAD = "number,customer,issue date,due date,amount"
GERMAN = """Belegnummer;Art;Kunde;Rechnungsdatum;Fällig am;Währung;Betrag;Skonto %;Skonto bis;\
Bestellnummer;RF-Referenz;Sachbearbeiter
AR/77-310;Rechnung;10001;02.02.2026;04.03.2026;EUR;1.190,00;2,00;09.03.2026;B-88123;\
RF18 5390 0754 7034;Ada
GU/77-9;Gutschrift;10001;03.02.2026;;EUR;100,00;;;;;Ada
"""
SWEDISH = "Fakturanr\tKundnr\tFakturadatum\tFörfallodatum\tBelopp\tOCR-nummer\n\
2026117\t10001\t2026-02-02\t2026-03-04\t1 250,50\t20261172\n"


@pytest.fixture
def company(db):
    return founded()


def founded():
    return with_customer(ledger())


def with_customer(company):
    content = "number,name\n10001,Müller & Söhne KG\n".encode()
    import_customers(company, content, "customers.csv", by=ROBOT, on=DAY)
    return company


def take(company, text, *, by=ROBOT, name="list.csv", **options):
    content = text.encode() if isinstance(text, str) else text
    return import_items(company, content, name, by=by, on=DAY, **options)


def messages(report):
    return " ".join(problem.message for problem in report.problems)


def pay(company, amount, text, **fields):
    imported(company, camt(entry(amount, text, **fields), number=common.unique("")))
    return BankMatch.objects.filter(company=company).last()


def test_a_german_list_becomes_items_entries_and_references(company):
    report = take(company, GERMAN.encode("cp1252"))
    assert (report.counts, report.ignored) == ({"new": 2, "known": 0}, ("Sachbearbeiter",))
    item, credit = OpenItem.objects.order_by("pk")
    assert (item.amount, item.discount_amount, item.kind) == (D("1190.00"), D("23.80"), "invoice")
    assert (item.due_on, item.discount_until) == (date(2026, 3, 4), date(2026, 3, 9))
    assert item.entry.posted_on == item.document_on == date(2026, 2, 2)
    assert (credit.amount, credit.kind, credit.due_on) == (
        D("-100.00"), "credit_note", credit.document_on,
    )  # fmt: skip
    tokens = set(ItemReference.objects.filter(item=item).values_list("token", flat=True))
    assert tokens == {"AR77310", "77310", "B88123", "RF18539007547034", "539007547034"}
    sums = JournalLine.objects.values_list("account__number").annotate(Sum("amount"))
    assert dict(sums.order_by()) == {"1400": D("1090.00"), "9008": D("-1090.00")}
    assert Event.objects.filter(name="items.opened").count() == 1
    assert StoredDocument.objects.get(kind="opening_items").sha256


def test_a_swedish_list_of_a_swedish_company(db):
    company = common.company_se()

    set_up_ledger(company)
    with_customer(company)
    assert take(company, b"\xef\xbb\xbf" + SWEDISH.encode()).counts["new"] == 1
    item = OpenItem.objects.get(company=company)
    assert (item.amount, item.currency) == (D("1250.50"), "SEK")
    assert set(item.references.values_list("token", flat=True)) == {"2026117", "20261172"}


@pytest.mark.parametrize(
    ("text", "amount", "discount"),
    [
        ("Rechnung AR/77-310", "1190.00", "0.00"),
        ("RF18539007547034", "1190.00", "0.00"),
        ("Ref. 539007547034", "1190.00", "0.00"),
        ("Ihre Best. B-88123", "1166.20", "23.80"),
    ],
)
def test_a_payment_finds_an_imported_item_by_any_of_its_references(company, text, amount, discount):
    take(company, GERMAN)
    match = pay(company, amount, text, name="Müller &amp; Söhne KG")
    assert match.way == BankMatch.Way.AUTO
    item = OpenItem.objects.get(document_number="AR/77-310", kind="invoice")
    assert item.outstanding_amount == 0
    taken = item.debit_allocations.discounts().aggregate(total=Sum("amount"))["total"] or D(0)
    assert taken == D(discount)


def test_a_workbook_with_typed_cells(company):
    book = openpyxl.Workbook()
    book.active.append(["Amount", "Customer no", "Invoice no", "Invoice date", "Due", "Type"])
    book.active.append([1190.5, 10001, 4711, date(2026, 2, 2), date(2026, 3, 4), None])
    book.active.append([-20, 10001, 4712, date(2026, 2, 2), None, None])
    out = io.BytesIO()
    book.save(out)
    assert take(company, out.getvalue(), name="list.xlsx").counts["new"] == 2
    amounts = OpenItem.objects.order_by("pk").values_list("document_number", "amount", "kind")
    assert list(amounts) == [
        ("4711", D("1190.50"), "invoice"),
        ("4712", D("-20.00"), "credit_note"),
    ]


def test_twice_is_once_and_another_amount_is_told(company):
    take(company, GERMAN)
    again = take(company, GERMAN)
    assert (again.counts, again.is_written) == ({"new": 0, "known": 2}, True)
    other = take(company, GERMAN.replace("1.190,00", "1.191,00"))
    assert not other.is_written
    assert "with 1190.00" in messages(other)
    assert OpenItem.objects.count() == 2
    assert Event.objects.filter(name="items.opened").count() == 1


def test_an_invoice_of_our_own_is_known(company):
    customer = Customer.objects.get(company=company)
    book_invoice(invoice(customer, "119.00", number="INV-5"), by=ROBOT)
    report = take(company, f"{HEAD}\nINV-5,10001,2026-02-02,2026-03-04,119.00\n")
    assert report.counts == {"new": 0, "known": 1}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2,999,2026-02-02,2026-03-04,5.00", "row 3: there is no customer 999"),
        ("2,10001,2026-02-30,2026-03-04,5.00", "“2026-02-30” is not a date"),
        ("2,10001,03/04/2026,2026-05-04,5.00", "“03/04/2026” is not a date that can be read in"),
        ("2,10001,2026-02-02,,5.00", "column “due date”"),
        ("2,10001,2026-02-02,2026-01-04,5.00", "before it was issued"),
        ("2,10001,2026-02-02,2026-03-04,1e5", "“1e5”"),
        ("2,10001,2026-02-02,2026-03-04,1.190", "may mean 1190 or 1.190"),
        ("2,10001,2026-02-02,2026-03-04,0.00", "“0.00” is no amount"),
        ("2,10001,2026-02-02,2026-03-04,1.0050", "“1.0050” is no amount"),
        (",10001,2026-02-02,2026-03-04,5.00", "1 to 40 signs"),
        ("1,10001,2026-02-02,2026-04-04,5.00", "instalment a number of its own"),
        (
            "2,10001,2026-02-02,2026-03-04,5.00,USD",
            "keeps its books in EUR and has no exchange rate for USD",
        ),
        ("2,10001,2026-02-02,2026-03-04,5.00,,Zahlung", "“Zahlung” is no kind"),
        ("2,10001,2026-02-02,2026-03-04,5.00,,,100", "a discount of 100 %"),
        ("2,10001,2026-02-02,2026-03-04,5.00,,,2", "column “discount until”"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_taken_or_the_others(company, row, told):
    text = f"{HEAD},currency,kind,discount,discount until\n"
    text += f"1,10001,2026-02-02,2026-03-04,5.00,,,,\n{row}\n"
    report = take(company, text)
    assert (report.is_written, report.problem_count) == (False, 1)
    assert told in messages(report)
    assert "row 3" in messages(report)
    assert not OpenItem.objects.exists()
    assert take(company, text, skip_bad=True).is_written
    assert OpenItem.objects.get().document_number == "1"


def test_items_of_a_closed_period_are_posted_on_the_first_open_day(company):
    close_books(company, until=date(2026, 2, 28), by=ROBOT, on=DAY)
    take(company, GERMAN)
    item = OpenItem.objects.get(document_number="AR/77-310", kind="invoice")
    assert (item.document_on, item.entry.posted_on) == (date(2026, 2, 2), date(2026, 3, 1))
    pay(company, "1190.00", "AR/77-310", name="Müller &amp; Söhne KG")
    item.refresh_from_db()
    assert item.outstanding_amount == 0


def test_what_is_no_such_list_or_may_not_be_done(company):
    with pytest.raises(InvalidInput, match="“Menge”"):
        take(company, "Menge;Artikel\n1;2\n")
    with pytest.raises(PermissionMissing):
        take(company, GERMAN, by=common.user_with("ar_accountant", company))
    assert take(company, GERMAN, is_trial=True).counts["new"] == 2
    assert not OpenItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_beside_itself_every_item_is_booked_once():
    company = founded()
    news = beside_itself(lambda _number: take(company, GERMAN).counts["new"], threads=4)
    assert sorted(news) == [0, 0, 0, 2]
    assert OpenItem.objects.filter(company=company).count() == 2


def test_two_thousand_items_take_a_fixed_number_of_questions(
    company, django_assert_max_num_queries
):
    rows = "\n".join(f"R{n:05d},10001,2026-02-02,2026-03-04,{n}.00" for n in range(1, 2001))
    with django_assert_max_num_queries(25):
        assert take(company, f"{HEAD}\n{rows}\n").counts["new"] == 2000


def test_the_command(company, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(GERMAN)
    out = io.StringIO()
    call_command("import_items", str(file), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["new"], told["known"], told["ignored_columns"]) == (2, 0, ["Sachbearbeiter"])
    file.write_text(f"{HEAD}\n1,7,2026-02-02,2026-03-04,5.00\n")
    with pytest.raises(SystemExit) as left:
        call_command("import_items", str(file), stdout=out)
    assert left.value.code == 1
    assert "there is no customer 7" in out.getvalue()
