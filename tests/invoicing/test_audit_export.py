"""The audit export: whole, described, and any change to it is found."""

import csv
import hashlib
import io
import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from lxml import etree

from core.models import Event, StoredDocument
from core.services import store_document
from invoicing.models import Invoice
from invoicing.services import credit_in_full
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

pytestmark = pytest.mark.django_db
PERIOD = ("--from", str(TODAY), "--to", str(TODAY))


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("audit_export", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def world():
    """Two invoices, one of them credited in full, and one that is only issued."""
    buyer = make.world(language="de")
    make.a_documented_invoice(buyer, Wanted("1", "100.00"))
    credited = make.a_documented_invoice(buyer, Wanted("2", "10.00"), po_number="=1+1")
    credit_in_full(credited.pk, reason="Wrong", by=JOB, on=TODAY)
    return buyer.company


def export(company, folder):
    code, out, err = run(*PERIOD, "--company", company.code, "--output", str(folder), "--json")
    assert code == 0, err
    return json.loads(out)["exports"][0]


def rows(folder):
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_each_document_is_there_with_its_hash(world, tmp_path):
    found = export(world, tmp_path / "a")
    assert (found["documents"], found["files"], found["net_amounts"]) == (3, 6, {"EUR": "100.00"})
    for row in rows(tmp_path / "a"):
        for kind in ("pdf", "xml"):
            content = (tmp_path / "a" / row[f"{kind}_file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == row[f"{kind}_sha256"]
            assert row["number"] in row[f"{kind}_file"]
    note = next(row for row in rows(tmp_path / "a") if row["kind"] == "credit_note")
    assert (note["net_amount"], note["corrects"]) == ("20,00", rows(tmp_path / "a")[1]["number"])
    assert rows(tmp_path / "a")[1]["po_number"] == "'=1+1"


def test_the_form_a_buyer_asked_for_is_handed_out_too(world, tmp_path):
    invoice = Invoice.objects.filter(company=world, kind="invoice").first()
    sent = store_document(
        b"<Invoice/>", company_id=world.pk, kind="invoice_xrechnung-ubl", filename="x.xml",
        content_type="application/xml", subject=invoice,
    )  # fmt: skip
    assert export(world, tmp_path / "a")["files"] == 7
    with (tmp_path / "a/files.csv").open(encoding="utf-8", newline="") as file:
        row = next(one for one in csv.DictReader(file, delimiter=";") if one["kind"] == sent.kind)
    assert (tmp_path / "a" / row["file"]).read_bytes() == b"<Invoice/>"
    assert run("--verify", str(tmp_path / "a"))[0] == 0
    (tmp_path / "a" / row["file"]).unlink()
    assert run("--verify", str(tmp_path / "a"))[0] == 1


def test_the_description_names_the_columns_in_their_order(world, tmp_path):
    type(world).objects.update(language="de")
    export(world, tmp_path / "a")
    index = etree.parse(tmp_path / "a/index.xml")
    assert index.docinfo.system_url == "gdpdu-01-09-2004.dtd"
    for table in index.findall(".//Table"):
        with (tmp_path / "a" / table.findtext("URL")).open(encoding="utf-8") as file:
            header = next(csv.reader(file, delimiter=";"))
        assert [one.text for one in table.findall(".//VariableColumn/Name")] == header
    assert "Belege von" in (tmp_path / "a/README.txt").read_text(encoding="utf-8")


def test_what_was_written_is_verified_and_on_record(world, tmp_path):
    found = export(world, tmp_path / "a")
    code, out, _err = run("--verify", str(tmp_path / "a"))
    assert code == 0, out
    event = Event.objects.get(name="audit.exported")
    listed = (tmp_path / "a/SHA256SUMS").read_bytes()
    assert event.payload["sha256"] == found["sha256"] == hashlib.sha256(listed).hexdigest()


def _drop_row(folder):
    lines = (folder / "index.csv").read_bytes().splitlines(keepends=True)
    (folder / "index.csv").write_bytes(b"".join(lines[:-1]))


def _change_a_file(folder):
    path = folder / rows(folder)[0]["xml_file"]
    path.write_bytes(path.read_bytes() + b" ")


def _relist(folder):
    """Somebody who drops a document everywhere and mends the list."""
    row = rows(folder)[-1]
    _drop_row(folder)
    lines = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    gone = (row["pdf_file"], row["xml_file"])
    for name in gone:
        (folder / name).unlink()
    fresh = hashlib.sha256((folder / "index.csv").read_bytes()).hexdigest()
    kept = [
        f"{fresh}  index.csv\n" if "index.csv" in line else line
        for line in lines
        if not line.strip().endswith(gone)
    ]
    (folder / "SHA256SUMS").write_text("".join(kept))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_change_a_file, "was changed"),
        (lambda folder: (folder / rows(folder)[0]["pdf_file"]).unlink(), "is missing"),
        (lambda folder: (folder / "more.pdf").write_bytes(b"x"), "is not listed"),
        (_drop_row, "documents: 3 stated, 2 found"),
        (_relist, "documents: 3 stated, 2 found"),
    ],
)
def test_any_change_is_found(world, tmp_path, harm, words):
    export(world, tmp_path / "a")
    harm(tmp_path / "a")
    code, out, _err = run("--verify", str(tmp_path / "a"))
    assert code == 1
    assert words in out


def test_other_days_and_companies_are_left_out(world, tmp_path):
    day = str(TODAY + timedelta(days=1))
    code, out, _err = run("--from", day, "--to", day, "--output", str(tmp_path / "a"), "--json")
    assert code == 0
    assert {one["documents"] for one in json.loads(out)["exports"]} == {0}
    assert (tmp_path / "a" / world.code / "index.csv").is_file()


def test_a_damaged_file_is_refused(world, tmp_path):
    stored = next(iter(world_files(world)))
    with default_storage.open(stored.storage_key, "wb") as file:
        file.write(b"other")
    code, _out, err = run(*PERIOD, "--company", world.code, "--output", str(tmp_path / "a"))
    assert code == 1
    assert stored.filename in err


def world_files(company):
    return StoredDocument.objects.filter(company=company, kind="invoice_xml")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-13-01", "--to", "2026-12-31", "--output", "x"),
        ("--from", "2026-12-31", "--to", "2026-01-01", "--output", "x"),
        PERIOD,
        ("--verify", "nowhere"),
    ],
)
def test_what_makes_no_sense_ends_with_two(arguments):
    assert run(*arguments)[0] == 2


def test_a_folder_with_something_in_it_is_left_alone(world, tmp_path):
    (tmp_path / "mine").write_text("x")
    assert run(*PERIOD, "--company", world.code, "--output", str(tmp_path))[0] == 2
