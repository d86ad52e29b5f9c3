"""From files to matched payments by four commands, in an installation that holds nothing."""

import io
import json

import pytest
from django.core.management import call_command

from core.models import Company
from receivables.models import BankAccount
from tests.receivables.make import camt, entry

pytestmark = pytest.mark.django_db
OURS, THEIRS = "DE89370400440532013000", "DE02120300000000202051"


def run(command, *arguments):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, *map(str, arguments), "--json", stdout=out, stderr=err)
    except SystemExit as left:
        return left.code, err.getvalue()
    return 0, out.getvalue()


def test_from_nothing_to_a_matched_payment(tmp_path):
    customers, items, bank = (tmp_path / name for name in ("c.csv", "i.csv", "b.xml"))
    customers.write_text(f"kundnr;namn;iban\n77;Alfa Rör AB;{THEIRS}\n")
    items.write_text(
        "fakturanr;kundnr;fakturadatum;förfallodatum;belopp\nF-310;77;2026-02-02;2026-03-04;119,00\n"
    )
    bank.write_bytes(camt(entry("119.00", "F-310", name="Alfa", iban=THEIRS)))
    assert run("add_company", "nord", "--name", "Nord GmbH", "--iban", OURS)[0] == 0
    assert json.loads(run("import_customers", customers)[1])["new"] == 1
    assert json.loads(run("import_items", items)[1])["new"] == 1
    assert json.loads(run("import_statement", bank)[1])["files"][0]["matched"] == 1
    row = json.loads(run("export_bookings", "--from", "2026-03-02", "--to", "2026-03-02")[1])
    assert (row["by"], row["items"][0]["document"]) == ("auto", "F-310")
    assert run("prove")[0] == 0


def test_a_company_is_added_once_and_never_turned_into_another():
    first = json.loads(run("add_company", "nord", "--name", "Nord GmbH", "--iban", OURS)[1])
    again = json.loads(run("add_company", "nord", "--name", "Nord GmbH", "--iban", OURS)[1])
    assert (first["is_new"], again["is_new"]) == (True, False)
    assert (Company.objects.count(), BankAccount.objects.count()) == (1, 1)
    company = Company.objects.get()
    assert (company.currency, company.iban, company.language) == ("EUR", OURS, "de")
    code, told = run("add_company", "nord", "--name", "Nord AB", "--country", "SE")
    assert (code, "keeps its books in EUR" in told) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nord", "--iban", "DE00"], "“DE00”"),
        (["nord", "--country", "Sweden"], "“Sweden”"),
        (["nord", "--currency", "XXX"], "“XXX”"),
        (["no blanks", "--country", "SE"], "“no blanks”"),
    ],
)
def test_a_wrong_fact_is_named_and_nothing_is_added(arguments, named):
    code, told = run("add_company", "--name", "Nord", *arguments)
    assert (code, named in json.loads(told)["error"]["message"]) == (2, True)
    assert not Company.objects.exists()
