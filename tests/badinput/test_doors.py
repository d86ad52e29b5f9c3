"""Files and figures nobody should send, through the real doors: a named refusal, nothing booked."""

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.models import Company, Event
from core.roles import Role
from core.services.companies import close_company
from o2c.demo.bank import Bank, Payment
from orders.draft import BuyerDraft, OrderDraft
from orders.models import Order
from receivables.models import BankEntry, BankFile, JournalEntry
from tests import make
from tests.world import MONDAY, World, world

pytestmark = pytest.mark.django_db

HEAD = "Customer;Article;Quantity;PO number;Requested date\n"


@pytest.fixture
def here() -> World:
    """A company that trades."""
    return world()


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 70_000_000)
    return buffer.getvalue()


_LAUGHS = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Order>&b;</Order>'
FILES = {
    "empty.xml": (b"", "empty"),
    "malformed.xml": (b'<?xml version="1.0"?><Order>', "well-formed"),
    "laughs.xml": (_LAUGHS, "for safety"),
    "outside.xml": (
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Order>&x;</Order>',
        "for safety",
    ),
    "encoding.xml": (
        '<?xml version="1.0" encoding="UTF-8"?><Order>ä</Order>'.encode("latin1"),
        "UTF-8",
    ),
    "klingon.xml": (b'<?xml version="1.0" encoding="klingon"?><Order/>', "UTF-8"),
    "noise.bin": (bytes(range(256)) * 8, ""),
}
"""Name -> bytes, and a word of the remedy or the reason that both doors say."""
SHEETS = {
    "bomb.xlsx": (_bomb(), "unpacks to more than"),
    "nul.csv": (b"Customer;Article;Quantity\nC\x001;A;1\n", "not a text file"),
    "invoice.xml": (b'<Invoice xmlns="urn:x"/>', "UBL 2.1"),
}


def _post(client: Client, name: str, content: bytes, **fields: str) -> Any:
    upload = SimpleUploadedFile("file.xml", content)
    return client.post(reverse(name), {"file": upload, **fields})


@pytest.mark.parametrize("name", [*FILES, *SHEETS])
def test_an_order_file_that_can_t_be_read_is_refused_at_its_field(
    name: str, here: World, client: Client
) -> None:
    content, word = (FILES | SHEETS)[name]
    client.force_login(here.by(Role.SALES_REP))
    response = _post(client, "orders:import", content)
    assert response.status_code in (400, 409, 422)
    assert word in response.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("name", FILES)
def test_a_bank_file_that_can_t_be_read_books_nothing(
    name: str, here: World, client: Client
) -> None:
    content, word = FILES[name]
    client.force_login(here.by(Role.AR_ACCOUNTANT))
    response = _post(client, "receivables:upload", content)
    assert response.status_code in (200, 302, 409, 422)
    page = client.get(response["Location"]) if response.status_code == 302 else response
    assert word in page.content.decode()
    assert not BankEntry.objects.exists()


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("import_orders", ["FOLDER"]),
        ("import_orders", ["/nowhere.xml"]),
        ("import_customers", ["FOLDER"]),
        ("import_customers", ["/nowhere.csv"]),
        ("import_items", ["FOLDER"]),
        ("import_items", ["/nowhere.csv"]),
        ("import_statement", ["FOLDER"]),
        ("import_statement", ["/nowhere.xml"]),
        ("export_invoice", ["NOPE", "--output", "x.pdf"]),
        ("report", ["dso", "--as-of", "0001-01-01"]),
        ("report", ["ageing", "--as-of", "9999-12-31"]),
        ("report", ["ageing", "--as-of", "１２"]),
        ("dunning", ["send"]),
        ("dunning", ["approve", "--by", "nobody@o2c.example"]),
        ("prove", ["--company", "klingon"]),
        ("run_due", ["--company", "klingon"]),
    ],
)
def test_a_command_that_can_t_do_it_says_why_in_one_line(
    command: str, args: list[str], here: World, tmp_path: Path, capsys: Any
) -> None:
    args = [str(tmp_path) if arg == "FOLDER" else arg for arg in args]
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command(command, *args, "--json", stdout=out, stderr=err)
    assert left.value.code in (1, 2)
    told = json.loads(err.getvalue() or out.getvalue())
    message = told["error"]["message"] if "error" in told else told["files"][0]["message"]
    assert message
    assert "Errno" not in message


def test_of_several_companies_one_is_named(here: World) -> None:
    make.company_se()
    err = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("report", "dso", stderr=err)
    assert "There are several companies" in err.getvalue()
    assert here.company.code in err.getvalue()


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [
        ("-1", ""),
        ("0", ""),
        ("1e5", ""),
        ("1_000", ""),
        ("１２", ""),
        ("NaN", ""),
        ("99999999999999999999", ""),
        ("9999999999999999", ""),
        ("0.0001", ""),
        ("1", "0001-01-01"),
        ("1", "9999-12-31"),
        ("1", "2026-02-30"),
    ],
)
def test_a_figure_that_can_t_be_is_named_and_the_order_not_taken(
    quantity: str, wanted: str, here: World, client: Client
) -> None:
    client.force_login(here.by(Role.SALES_REP))
    row = f"{here.customer.number};{here.article.number};{quantity};PO;{wanted}\n"
    response = _post(client, "orders:import", (HEAD + row).encode())
    assert (wanted or quantity) in response.content.decode()
    assert not Order.objects.exists()


def test_an_unknown_article_and_customer_are_named(here: World, client: Client) -> None:
    client.force_login(here.by(Role.SALES_REP))
    page = _post(client, "orders:import", (HEAD + "😀;𝕏;1;PO;\n").encode()).content.decode()
    assert "“😀” is not known" in page
    assert "“𝕏” is not in the catalog" in page
    assert not Order.objects.exists()


def test_an_order_number_stays_on_one_line() -> None:
    draft = OrderDraft(buyer=BuyerDraft(), po_number=" PO 1\r\nBcc: x@y.example\x01 ")
    assert draft.po_number == "PO 1 Bcc: x@y.example"


def test_a_closed_company_takes_nothing_new(here: World, client: Client) -> None:
    close_company(here.company, by=make.SET_UP)
    client.force_login(here.by(Role.AR_ACCOUNTANT))
    events = Event.objects.count()
    statement = here.bank.statement(MONDAY, [Payment(Decimal(1), "A", here.company.iban, "x")])
    refused = _post(client, "receivables:upload", statement)
    client.force_login(here.by(Role.SALES_REP))
    row = f"{here.customer.number};{here.article.number};1;PO;\n"
    also = _post(client, "orders:import", (HEAD + row).encode())
    assert refused.status_code == also.status_code == 409
    assert "is closed" in refused.content.decode()
    assert "is closed" in also.content.decode()
    assert Event.objects.count() == events


def test_a_statement_of_an_account_we_do_not_have_names_it(here: World, client: Client) -> None:
    client.force_login(here.by(Role.AR_ACCOUNTANT))
    strange = Bank("DE02120300000000202051", "EUR")
    payment = Payment(Decimal(1), "A", here.company.iban, "x")
    response = _post(client, "receivables:upload", strange.statement(MONDAY, [payment]))
    page = client.get(response["Location"]) if response.status_code == 302 else response
    assert "DE02120300000000202051" in page.content.decode()
    assert not BankEntry.objects.exists()


def test_the_same_file_twice_and_twin_entries(here: World, client: Client) -> None:
    """Two equal payments in one file are two; the file again is none."""
    client.force_login(here.by(Role.AR_ACCOUNTANT))
    payment = Payment(Decimal(7), "A", here.company.iban, "x")
    statement = here.bank.statement(MONDAY, [payment, payment])
    for _time in range(2):
        _post(client, "receivables:upload", statement)
    assert BankEntry.objects.count() == 2
    assert BankFile.objects.filter(state="booked").count() == 1
    assert JournalEntry.objects.count() == 2


# --- The frame around every page -----------------------------------------------------------------
def test_an_upload_above_the_limit_is_not_even_read(here: World, client: Client) -> None:
    for user in (None, here.by(Role.AR_ACCOUNTANT)):
        if user:
            client.force_login(user)
        for length in ("104857600", "9" * 30):
            url = reverse("receivables:upload") if user else "/accounts/login/"
            response = client.post(url, {}, CONTENT_LENGTH=length)
            assert response.status_code == 413
            assert "larger than" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example", "nowhere", "core:document", "/\\evil", ""]
)
def test_after_choosing_a_company_one_stays_here(path: str, here: World, client: Client) -> None:
    client.force_login(here.by(Role.SALES_REP))
    wanted = {"company": str(here.company.pk), "next": path}
    assert client.post(reverse("core:choose_company"), wanted)["Location"] == "/"


def test_another_company_can_t_be_chosen(here: World, client: Client) -> None:
    other = make.company_se()
    client.force_login(here.by(Role.SALES_REP))
    for pk in (str(other.pk), "9" * 5000, "²", "-1", "1e5"):
        assert client.post(reverse("core:choose_company"), {"company": pk}).status_code == 404
    assert client.session.get("company") in (None, here.company.pk)


def test_login_does_not_lead_away(here: World, client: Client) -> None:
    person = here.by(Role.SALES_REP)
    for path in ("//evil.example/", "https://evil.example", "javascript:alert(1)"):
        typed = {"login": person.email, "password": make.PASSWORD, "next": path}
        response = client.post("/accounts/login/", typed)
        assert response.status_code == 302
        assert response["Location"] == "/"
        client.logout()


def test_a_post_without_its_token_is_refused(here: World) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(here.by(Role.SALES_REP))
    response = careful.post(reverse("orders:save_new"), {"customer": str(here.customer.pk)})
    assert response.status_code == 403
    assert not Order.objects.exists()


def test_a_line_break_in_a_one_line_field_is_refused(here: World, client: Client) -> None:
    client.force_login(here.by(Role.SALES_MANAGER))
    url = reverse("customers:edit", args=[here.customer.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    response = client.post(url, data | {"name": "A\r\nBcc: x@y.example"})
    assert response.status_code == 422
    assert "one line" in response.content.decode()
    here.customer.refresh_from_db()
    assert "Bcc" not in here.customer.name
    assert Company.objects.count() == 1
