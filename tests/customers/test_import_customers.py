"""import_customers: whole or not at all, by number, twice is once, in three languages."""

import io
import json

import openpyxl
import pytest
from django.core.management import call_command

from core.actors import JobActor
from core.models import Event
from customers.models import Address, Customer, CustomerBankAccount
from customers.services import create_customer, import_customers
from customers.services.drafts import CustomerDraft
from o2c.errors import Conflict, InvalidInput, NotFound, PermissionMissing
from tests import make
from tests.core.threads import beside_itself

ONE, TWO, THREE = "DE89370400440532013000", "SE4550000000058398257466", "AT611904300234573201"
JOB = JobActor("test")
GERMAN = f"""Debitor;Firma;Ort;Land;Bankverbindung;Konzernmutter;Vertreter
10002;Müller & Söhne KG;Köln;DE;DE89 3704 0044 0532 0130 00 | {TWO};10001;Ada
10001;Müller Holding GmbH;Köln;de;;;Ben
"""
SWEDISH = f"""kundnr\tnamn\tpostort\tlandskod\tIBAN\tmoderbolag
0815\tÅkermans Rör AB\tÖrebro\tSE\t{TWO}, {THREE}\t
"""


@pytest.fixture
def company(db):
    return make.company_de()


def take(company, text, *, by=JOB, name="list.csv", **options):
    content = text.encode() if isinstance(text, str) else text
    return import_customers(company, content, name, by=by, on=make.DAY, **options)


def messages(report):
    return " ".join(problem.message for problem in report.problems)


def test_a_german_list_with_the_head_below_its_member(company):
    report = take(company, GERMAN.encode("cp1252"))
    assert (report.is_written, report.counts["new"], report.ignored) == (True, 2, ("Vertreter",))
    member = Customer.objects.get(company=company, number="10002")
    assert (member.name, member.group_parent.number) == ("Müller & Söhne KG", "10001")
    assert set(member.bank_accounts.values_list("iban", flat=True)) == {ONE, TWO}
    assert Customer.objects.with_city().get(pk=member.pk).city == "Köln"
    assert report.notes  # the company had no payment terms
    assert Event.objects.filter(name="customer.created").count() == 2


def test_a_swedish_list_with_mark_and_tabs(company):
    assert take(company, b"\xef\xbb\xbf" + SWEDISH.encode()).is_written
    customer = Customer.objects.get(company=company)
    assert (customer.number, customer.name, customer.country) == ("0815", "Åkermans Rör AB", "SE")
    assert customer.bank_accounts.count() == 2


def test_a_workbook_with_typed_numbers_in_another_order(company):
    book = openpyxl.Workbook()
    book.active.append(["Customer list", None])
    book.active.append(["ibans", "group_parent", "Customer name", "Customer no."])
    book.active.append([f"{ONE} {THREE}", None, "Fjord AS", 4711])
    out = io.BytesIO()
    book.save(out)
    assert take(company, out.getvalue(), name="list.xlsx").counts["new"] == 1
    customer = Customer.objects.get(company=company, number="4711")
    assert (customer.country, customer.bank_accounts.count()) == ("DE", 2)


def test_twice_is_once_and_what_is_told_anew_is_taken_over(company):
    take(company, GERMAN)
    again = take(company, GERMAN)
    assert again.counts == {"new": 0, "changed": 0, "known": 2}
    changed = take(
        company, f"number,name,city,iban\n10001,Müller Beteiligungen GmbH,Bonn,{THREE}\n"
    )
    assert changed.counts["changed"] == 1
    head = Customer.objects.with_city().get(company=company, number="10001")
    assert (head.name, head.city, head.version) == ("Müller Beteiligungen GmbH", "Bonn", 2)
    assert CustomerBankAccount.objects.filter(customer__company=company).count() == 3
    assert Address.objects.filter(customer=head).count() == 1


def test_one_row_an_account_is_one_customer(company):
    report = take(company, f"Kundennummer;Name;IBAN\n7;Sieben;{ONE}\n7;Sieben;{TWO}\n")
    assert report.counts["new"] == 1
    assert CustomerBankAccount.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2,Zwei,DE,DE89370400440532013001,", "“DE89370400440532013001” is not a valid IBAN"),
        ("2,Zwei,Germany,,", "“Germany” is no country code"),
        ("2,,DE,,", "Enter a name"),
        (",Zwei,DE,,", "1 to 20 signs"),
        ("1,Anders,DE,,", "stands in row 2 already"),
        ("2,Zwei,DE,,99", "99 of customer 2 is neither in the list nor known"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_taken_or_the_others(company, row, told):
    text = f"number,name,country,ibans,parent\n1,Eins,DE,,\n{row}\n"
    report = take(company, text)
    assert (report.is_written, report.problem_count) == (False, 1)
    assert told in messages(report)
    assert "row 3" in messages(report)
    assert not Customer.objects.exists()
    assert take(company, text, skip_bad=True).is_written
    assert Customer.objects.get().number == "1"


def test_groups_have_one_level_whoever_is_known_already(company):
    take(company, "number,name,parent\n1,Head,\n2,Member,1\n")
    report = take(company, "number,name,parent\n3,Third,2\n1,Head,4\n4,Other,\n")
    assert "Write 1." in messages(report)
    assert "customer 1 heads a group" in messages(report)
    assert Customer.objects.count() == 2


def test_a_trial_writes_nothing(company):
    report = take(company, GERMAN, is_trial=True)
    assert (report.counts["new"], report.is_written) == (2, False)
    assert not Customer.objects.exists()


def test_what_is_no_such_list_or_may_not_be_done(company):
    with pytest.raises(InvalidInput, match="“Betrag”"):
        take(company, "Betrag;Datum\n1;2\n")
    with pytest.raises(NotFound, match="N60"):
        take(company, GERMAN, terms="N60")
    with pytest.raises(PermissionMissing):
        take(company, GERMAN, by=make.user_with("sales_rep", company))
    with pytest.raises(Conflict, match="no payment terms"):
        take(company, GERMAN, by=make.user_with("finance_manager", company))
    assert not Customer.objects.exists()


def test_numbers_of_our_own_series_are_not_given_again(company):
    take(company, "number,name\nC-00007,Seven\nX-9,Nine\n")
    draft = CustomerDraft(
        name="Next", country="DE", language="de", currency="EUR",
        payment_terms=make.payment_terms(company),
    )  # fmt: skip
    assert create_customer(company, draft, by=JOB, on=make.DAY).number == "C-00008"


@pytest.mark.django_db(transaction=True)
def test_beside_itself_every_customer_is_opened_once():
    company = make.company_de()
    make.payment_terms(company)
    news = beside_itself(lambda _number: take(company, GERMAN).counts["new"], threads=4)
    assert sorted(news) == [0, 0, 0, 2]
    assert Customer.objects.filter(company=company).count() == 2


def test_a_thousand_customers_take_a_fixed_number_of_questions(
    company, django_assert_max_num_queries
):
    rows = "\n".join(f"{n},Customer {n},Ulm" for n in range(1000))
    with django_assert_max_num_queries(40):
        assert take(company, f"number,name,city\n{rows}\n").counts["new"] == 1000


def test_the_command(company, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(GERMAN)
    out = io.StringIO()
    call_command("import_customers", str(file), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["new"], told["imported"], told["ignored_columns"]) == (2, True, ["Vertreter"])
    file.write_text("number,name,iban\n5,Five,DE00\n")
    with pytest.raises(SystemExit) as left:
        call_command("import_customers", str(file), stdout=out)
    assert left.value.code == 1
    assert "NOTHING IMPORTED" in out.getvalue()
