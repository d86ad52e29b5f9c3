"""The headless export: bytes as stored, an exit code, a clear error."""

import hashlib
import io
import json

import pytest
from django.core.management import call_command

from tests.invoicing import make
from tests.invoicing.any_facts import LEITWEG

pytestmark = pytest.mark.django_db


def export(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("export_invoice", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("form", "start"), [("zugferd", b"%PDF"), ("pdf", b"%PDF"), ("cii", b"<?xml")]
)
def test_the_stored_bytes_are_written(form, start, tmp_path):
    invoice = make.an_invoice(make.world())
    path = tmp_path / "out"
    code, out, _err = export(
        invoice.number, "--company", invoice.company.code, "--as", form, "--output", str(path),
        "--json",
    )  # fmt: skip
    result = json.loads(out)
    assert code == 0
    assert path.read_bytes().startswith(start)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == result["sha256"]
    invoice.refresh_from_db()
    stored = invoice.xml if form == "cii" else invoice.pdf
    assert stored.sha256 == result["sha256"]


def test_an_unknown_number_or_folder_or_path_is_named(tmp_path):
    invoice = make.an_invoice(make.world())
    company = ("--company", invoice.company.code)
    code, _out, err = export("RE-999", *company, "--output", str(tmp_path / "x"))
    assert (code, "RE-999" in err) == (2, True)
    code, _out, err = export(invoice.number, *company, "--output", str(tmp_path))
    assert (code, str(tmp_path) in err) == (2, True)
    code, _out, err = export(invoice.number, *company, "--output", str(tmp_path / "no/where"))
    assert (code, "no/where" in err) == (2, True)


def test_a_draft_is_no_invoice_yet(tmp_path):
    draft = make.a_draft(make.world())
    code, _out, err = export(
        str(draft), "--company", draft.company.code, "--output", str(tmp_path / "x")
    )
    assert code == 2
    assert "no issued invoice" in err


@pytest.mark.parametrize("form", ["xrechnung-ubl", "xrechnung-cii", "peppol"])
def test_other_forms_are_written_from_the_frozen_facts(form, tmp_path):
    invoice = make.an_invoice(make.world(buyer_reference=LEITWEG))
    path = tmp_path / "invoice.xml"
    code, out, _err = export(
        invoice.number, "--company", invoice.company.code, "--as", form, "--output", str(path),
        "--json",
    )  # fmt: skip
    assert (code, json.loads(out)["as"]) == (0, form)
    assert invoice.number in path.read_text()
    invoice.refresh_from_db()
    assert invoice.xml is None


def test_a_form_that_the_document_can_not_carry_is_refused_with_its_rules(tmp_path):
    invoice = make.an_invoice(make.world())
    path = tmp_path / "invoice.xml"
    code, _out, err = export(
        invoice.number, "--company", invoice.company.code, "--as", "xrechnung-ubl",
        "--output", str(path),
    )  # fmt: skip
    assert code == 1
    assert "BR-DE-15" in err
    assert "Leitweg-ID" in err
    assert not path.exists()
