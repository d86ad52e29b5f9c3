"""Letters: collected once, in postal order, printed with separators, posted with a receipt."""

import csv
import io

import pytest
from pypdf import PdfReader

from core.models import Notification
from invoicing.models import InvoiceDelivery, LetterBatch
from invoicing.services import collect_letters, hand_over_batch, print_batch
from o2c import due
from o2c.errors import Conflict, PermissionMissing
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.deliveries import hours_pass, planned, sweep
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db

PLACES = [("SE", "111 22"), ("DE", "80331"), ("DE", "10115")]


@pytest.fixture
def printer(tmp_path, settings):
    settings.LETTER_FOLDER = str(tmp_path)
    return tmp_path


def letters():
    """Three letters of one company, planned in no order."""
    company = kernel.company_de()
    rows = []
    for country, postcode in PLACES:
        buyer = kernel.customer(
            company, email="", address={"country": country, "postcode": postcode}
        )
        rows.append(planned(make.a_documented_invoice(buyer)))
    assert {row.channel for row in rows} == {"letter"}
    return company, rows


def test_they_are_bound_in_postal_order_behind_separators(printer):
    company, rows = letters()
    batch = print_batch(collect_letters(company.pk, by=JOB, on=TODAY).pk)
    reader = PdfReader(io.BytesIO(batch.pdf.read()))
    texts = [page.extract_text() for page in reader.pages]
    lengths = [len(PdfReader(io.BytesIO(row.document.read())).pages) for row in rows]
    assert len(texts) == batch.page_count == sum(lengths) + 3
    wanted = [rows[2].invoice.number, rows[1].invoice.number, rows[0].invoice.number]
    at = 0
    for number, length in zip(wanted, [lengths[2], lengths[1], lengths[0]], strict=True):
        assert number in texts[at]
        assert number in texts[at + 1]
        at += 1 + length
    listed = list(csv.reader(io.StringIO(batch.manifest.read().decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in listed[1:]] == wanted
    assert [int(row[6]) for row in listed[1:]] == [2, 3 + lengths[2], 4 + lengths[2] + lengths[1]]


def test_the_folder_of_the_printer_holds_both_files_once(printer):
    company, _rows = letters()
    batch = print_batch(collect_letters(company.pk, by=JOB, on=TODAY).pk)
    folder = printer / company.code
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".pdf"]
    (pdf,) = folder.glob("*.pdf")
    assert pdf.read_bytes() == batch.pdf.read()
    again = print_batch(batch.pk)
    assert (again.pdf_id, len(list(folder.iterdir()))) == (batch.pdf_id, 2)


def test_a_letter_is_in_one_batch(printer):
    company, rows = letters()
    batch = collect_letters(company.pk, by=JOB, on=TODAY)
    assert batch.letter_count == 3
    assert collect_letters(company.pk, by=JOB, on=TODAY) is None
    assert {row.batch_id for row in InvoiceDelivery.objects.all()} == {batch.pk}


def test_handed_over_is_the_receipt_of_each(printer):
    company, _rows = letters()
    clerk, worker = kernel.user_with("billing", company), kernel.user_with("warehouse", company)
    batch = collect_letters(company.pk, by=clerk, on=TODAY)
    with pytest.raises(Conflict, match="no file"):
        hand_over_batch(batch.pk, by=clerk, on=TODAY)
    print_batch(batch.pk)
    with pytest.raises(PermissionMissing):
        hand_over_batch(batch.pk, by=worker, on=TODAY)
    hand_over_batch(batch.pk, by=clerk, on=TODAY)
    states = {(row.state, row.receipt) for row in InvoiceDelivery.objects.all()}
    assert states == {("done", "accepted")}
    assert not InvoiceDelivery.objects.open().exists()
    with pytest.raises(Conflict, match="already"):
        hand_over_batch(batch.pk, by=clerk, on=TODAY)


def test_letters_of_days_before_are_collected_and_printed_by_themselves(printer):
    company, rows = letters()
    sweep(rows[0].invoice)
    tomorrow = company.today().replace(year=company.today().year + 1)
    due.run_due([company], on=tomorrow)
    batch = LetterBatch.objects.get()
    assert batch.letter_count == 3
    assert batch.pdf is not None


def test_what_nobody_posts_is_told_once_for_all(printer):
    company, rows = letters()
    clerk = kernel.user_with("billing", company)
    hours_pass(73)
    sweep(rows[0].invoice)
    notice = Notification.objects.get(user=clerk)
    assert notice.title == "3 deliveries of invoices need a look"
    assert notice.body.count("Nobody has noted") == 3
