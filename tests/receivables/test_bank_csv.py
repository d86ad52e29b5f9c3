"""CSV of banks: guessed headers, profiles that a person saves once, and rows named by line."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company
from o2c.errors import InvalidInput
from receivables.bankfiles.csv_columns import guess
from receivables.bankfiles.csv_entries import CsvProfile, parts
from receivables.bankfiles.csv_table import table
from receivables.bankfiles.facts import ParsedEntry, ParsedStatement
from receivables.models import BankAccount, BankCsvProfile, BankEntry, BankFile, BankStatement
from receivables.proof import CHECKS
from tests import make
from tests.receivables.make import IBAN, ROBOT, imported, item, ledger

SPARKASSE = (
    '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";'
    '"Glaeubiger ID";"Mandatsreferenz";"Kundenreferenz (End-to-End)";"Sammlerreferenz";'
    '"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";'
    '"Waehrung";"Info"\r\n'
    f'"{IBAN}";"03.03.26";"03.03.26";"GUTSCHRIFT";"Rg INV-2026-0001";"";"";"E1";"";"Käufer AG";'
    '"DE02120300000000202051";"BYLADEM1001";"119,00";"EUR";"Umsatz gebucht"\r\n'
    f'"{IBAN}";"02.03.26";"02.03.26";"LASTSCHRIFT";"Miete";"";"";"";"";"Haus GmbH";"";"";'
    '"-1.250,50";"EUR";"Umsatz gebucht"\r\n'
    f'"{IBAN}";"03.03.26";"03.03.26";"GUTSCHRIFT";"noch nicht";"";"";"";"";"X";"";"";"1,00";"EUR";'
    '"Umsatz vorgemerkt"\r\n'
).encode("cp1252")
HEADERS = {
    "Deutsche Bank": (
        "Buchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;"
        "IBAN / Kontonummer;BIC;Kundenreferenz;Mandatsreferenz;Gläubiger ID;Fremde Gebühren;"
        "Betrag;Abweichender Empfänger;Anzahl der Aufträge;Anzahl der Schecks;Soll;Haben;Währung"
    ),
    "SEB": "Bokföringsdatum;Valutadatum;Verifikationsnummer;Text;Belopp;Saldo",
    "Swedbank": (
        "Radnummer;Clearingnummer;Kontonummer;Produkt;Valuta;Bokföringsdag;Transaktionsdag;"
        "Valutadag;Referens;Beskrivning;Belopp;Bokfört saldo"
    ),
    "Handelsbanken": "Reskontradatum;Transaktionsdatum;Text;Belopp;Saldo",
    "Nordea": "Bokföringsdag;Belopp;Avsändare;Mottagare;Namn;Rubrik;Saldo;Valuta",
}
HANDELSBANKEN = (
    b"Kontoutdrag\n\nReskontradatum;Transaktionsdatum;Text;Belopp;Saldo\n"
    b"2026-03-03;2026-03-03;Kund AB;100,00;1 149,50\n"
    b"2026-03-02;2026-03-02;Hyra;-950,50;1 049,50\n"
    b"2026-03-02;2026-03-02;Kund BA;1 000,00;2 000,00\n"
)
PLAIN = ("booked_on", "text", "amount")


def proved(company: Company) -> list[str]:
    return [breach for check in CHECKS.values() for breach in check(company)]


def read(content: bytes, fields: tuple[str, ...] = (), **more: object) -> list[ParsedEntry]:
    found = table(content)
    assert found is not None
    told = fields or tuple(guess(found.header))
    profile = CsvProfile(found.key, told, IBAN, "EUR", **more)  # type: ignore[arg-type]
    return [part for part in parts(found, profile) if isinstance(part, ParsedEntry)]


@pytest.mark.parametrize("bank", HEADERS)
def test_the_headers_of_known_banks_are_understood(bank: str) -> None:
    fields = guess(HEADERS[bank].split(";"))
    assert {"booked_on", "amount", "text"} <= set(fields)
    assert not {"debit", "credit"} & set(fields)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("-12,5", "-12.50"),
        ("12,50-", "-12.50"),
        ("(12,50)", "-12.50"),
        ("\u22127,00", "-7.00"),
        ("12,00 EUR", "12.00"),
    ],
)
def test_amounts_as_banks_write_them(text: str, amount: str) -> None:
    content = f"Datum;Text;Betrag\n02.03.2026;x;{text}\n".encode()
    assert read(content)[0].amount == Decimal(amount)


def test_points_commas_and_days_of_other_habits() -> None:
    content = b'Date,Text,Amount\n03/31/2026,x,"1,234.56"\n'
    entry = read(content, is_month_first=True)[0]
    assert (entry.amount, f"{entry.booked_on}") == (Decimal("1234.56"), "2026-03-31")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("31.02.2026;x;1,00", "Line 3: 2026-02-31 is not a date"),
        ("02.03.2026;x;1,2,3", "Line 3: “1,2,3” is not an amount"),
        ("02.03.2026;x;", "Line 3: “” is not an amount"),
        ("gestern;x;1,00", "Line 3: “gestern” is not a date"),
    ],
)
def test_a_bad_row_is_named_by_its_line(row: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(f"Datum;Text;Betrag\n02.03.2026;a;1,00\n{row}\n".encode())
    assert words in refused.value.message


def test_a_gap_in_the_balances_is_named_by_its_line() -> None:
    broken = HANDELSBANKEN.replace(b"1 149,50", b"1 150,50")
    with pytest.raises(InvalidInput, match="Line 4"):
        read(broken)


@pytest.mark.django_db
def test_a_file_that_names_its_account_is_booked_by_itself() -> None:
    company = ledger()
    item(make.customer(company, "Käufer AG"), "119.00", number="INV-2026-0001")
    file = imported(company, SPARKASSE)
    assert (file.state, file.format, file.new_count, file.matched_count) == ("booked", "csv", 2, 1)
    assert imported(company, SPARKASSE).state == "known"
    again = imported(company, SPARKASSE + b"\r\n")
    assert (again.state, again.known_count) == ("known", 2)
    statement = BankStatement.objects.get()
    assert (statement.opening_amount, statement.closing_amount) == (None, None)
    assert proved(company) == []


@pytest.mark.django_db
def test_unknown_columns_are_said_once_and_then_known() -> None:
    company = ledger()
    refused = imported(company, HANDELSBANKEN)
    assert (refused.state, refused.format) == ("refused", "bankfile.csv_columns")
    found = table(HANDELSBANKEN)
    assert found is not None
    account = BankAccount.objects.get()
    receivables.save_csv_profile(account.pk, found, fields=guess(found.header), by=ROBOT)
    file = imported(company, HANDELSBANKEN)
    assert (file.state, file.new_count) == ("booked", 3)
    told = list(BankEntry.objects.order_by("position").values_list("amount", "balance_amount"))
    assert told == [
        (Decimal("1000.00"), Decimal("2000.00")),
        (Decimal("-950.50"), Decimal("1049.50")),
        (Decimal("100.00"), Decimal("1149.50")),
    ]
    overlap = HANDELSBANKEN.replace(
        b"Saldo\n", b"Saldo\n2026-03-04;2026-03-04;Kund AB;100,00;1 249,50\n"
    )
    wider = imported(company, overlap)
    assert (wider.new_count, wider.known_count) == (1, 3)
    assert proved(company) == []


@pytest.mark.django_db
def test_of_two_accounts_the_balance_says_whose_it_is() -> None:
    company = ledger()
    other = receivables.add_bank_account(company, name="Zweite", iban="DE02120300000000202051")
    found = table(HANDELSBANKEN)
    assert found is not None
    for account in BankAccount.objects.all():
        receivables.save_csv_profile(account.pk, found, fields=guess(found.header), by=ROBOT)
    assert imported(company, HANDELSBANKEN).format == "bankfile.csv_account"
    BankStatement.objects.create(
        company=company, bank_account=other, closing_amount=Decimal("1000.00"),
        file=BankFile.objects.create(
            company=company, state="booked", document=BankFile.objects.get().document
        ),
    )  # fmt: skip
    assert imported(company, HANDELSBANKEN + b"\n").state == "booked"
    assert set(BankEntry.objects.values_list("bank_account", flat=True)) == {other.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [("booked_on", "text", ""), ("booked_on", "amount", "amount")])
def test_too_little_or_twice_is_refused(fields: tuple[str, ...]) -> None:
    ledger()
    found = table(b"A;B;C\n02.03.2026;x;1,00\n")
    assert found is not None
    with pytest.raises(InvalidInput):
        receivables.save_csv_profile(BankAccount.objects.get().pk, found, fields=fields, by=ROBOT)
    assert not BankCsvProfile.objects.exists()


@pytest.mark.django_db
def test_the_page_shows_the_rows_and_then_imports(client) -> None:
    company = ledger()
    client.force_login(make.user_with("ar_accountant", company))
    file = imported(company, b"When;What;How much\n02.03.2026;Miete;12,50\n")
    url = reverse("receivables:csv_columns", args=[file.pk])
    assert url in client.get(file.get_absolute_url()).content.decode()
    assert "How much" in client.get(url).content.decode()
    told = {f"column{at}": field for at, field in enumerate(PLAIN)}
    told |= {"account": BankAccount.objects.get().pk, "decimal": ""}
    shown = client.post(url, told | {"act": "preview"}).content.decode()
    assert "12.50" in shown
    assert not BankEntry.objects.exists()
    wrong = client.post(url, told | {"column2": "text", "act": "save"})
    assert (wrong.status_code, BankCsvProfile.objects.count()) == (422, 0)
    client.post(url, told | {"act": "save"})
    assert BankEntry.objects.get().amount == Decimal("12.50")
    assert BankFile.objects.filter(state="booked").count() == 1
    listed = client.get(reverse("receivables:csv_profiles")).content.decode()
    assert "How much →" in listed
    saved = BankCsvProfile.objects.get()
    forget = reverse("receivables:forget_csv_profile", args=[saved.pk])
    assert forget in listed
    stranger = Client()
    stranger.force_login(make.user_with("ar_accountant", make.company_se()))
    for one in (stranger, client, client):
        one.post(forget)
        assert BankCsvProfile.objects.exists() == (one is stranger)
    again = imported(company, b"When;What;How much\n03.03.2026;Miete;12,50\n")
    assert (again.state, again.format) == ("refused", "bankfile.csv_columns")
    assert BankEntry.objects.count() == 1


def test_no_table_is_none() -> None:
    assert table(b"Dear bank,\nhello; you; there\n") is None
    assert table(Path(__file__).with_name("files").joinpath("sparkasse.txt").read_bytes()) is None


def test_the_statement_of_rows_without_balances_has_none() -> None:
    found = table(SPARKASSE)
    assert found is not None
    profile = CsvProfile(found.key, tuple(guess(found.header)), IBAN, "EUR")
    statement = list(parts(found, profile))[-1]
    assert isinstance(statement, ParsedStatement)
    assert (statement.has_balances, statement.account) == (False, IBAN)
