"""A company's accounts are numbered after the chart it chose, once."""

import csv
import io
import zipfile

import pytest

import receivables.services as receivables
from o2c.errors import Conflict, InvalidInput
from receivables.charts import CHARTS
from receivables.models import Account, BooksSetting
from tests import make
from tests.receivables.books import END, START
from tests.receivables.make import DAY, IBAN, ROBOT, item


def duties(chart: str) -> list[tuple[object, ...]]:
    return [(row.role, row.vat_category, row.vat_rate) for row in CHARTS[chart]]


def test_skr04_has_an_account_for_whatever_skr03_has() -> None:
    assert duties("SKR04") == duties("SKR03")
    numbers = [row.number for row in CHARTS["SKR04"]]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.django_db
def test_skr04_is_chosen_at_set_up_and_posted_to() -> None:
    company = make.company_de()
    receivables.set_up_ledger(company, chart="SKR04")
    bank = receivables.add_bank_account(company, name="Musterbank", iban=IBAN)
    receivables.set_up_ledger(company)
    receivables.set_up_datev(company, consultant_number=1001, client_number=1)
    lines = item(make.customer(company), "119.00").entry.lines.order_by("pk")
    assert [line.account.number for line in lines] == ["1200", "4400", "3806"]
    assert bank.ledger_account.number == "1800"
    made = receivables.export_books(company, form="datev", start=START, end=END, by=ROBOT, on=DAY)
    with zipfile.ZipFile(io.BytesIO(made.document.read())) as archive:
        text = archive.read("EXTF_Buchungsstapel_001.csv").decode("cp1252")
    header, _titles, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert header[26] == "04"
    assert [row[7:9] for row in rows] == [["4400", "40"], ["3806", ""]]


@pytest.mark.django_db
def test_the_usual_chart_needs_no_choice() -> None:
    german, swedish = make.company_de(), make.company_se()
    for company in (german, swedish):
        receivables.set_up_ledger(company)
    control = Account.objects.filter(role="receivables")
    assert control.get(company=german).number == "1400"
    assert control.get(company=swedish).number == "1510"
    assert not BooksSetting.objects.exists()


@pytest.mark.django_db
def test_another_chart_than_the_accounts_have_is_refused() -> None:
    company = make.company_de()
    receivables.set_up_ledger(company)
    with pytest.raises(Conflict, match="SKR03"):
        receivables.set_up_ledger(company, chart="SKR04")
    with pytest.raises(InvalidInput, match="no chart"):
        receivables.set_up_ledger(make.company_de(), chart="IKR")
