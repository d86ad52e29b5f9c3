"""Write an issued document to a file: its stored PDF or XML, or another e-invoice form."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.models import Company
from invoicing.models import Invoice
from invoicing.services import einvoice_of, produce_documents
from o2c.errors import InvalidInput, NotFound

STORED = ("zugferd", "cii", "pdf")
BUILT = ("xrechnung-ubl", "xrechnung-cii", "peppol")


class Command(HeadlessCommand):
    """``export_invoice RE-000042 --as xrechnung-ubl --output invoice.xml``."""

    help = "Write an issued invoice or credit note to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Number, form and file."""
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER", help="number of the document")
        parser.add_argument(
            "--as",
            dest="form",
            choices=(*STORED, *BUILT),
            default="zugferd",
            help="zugferd and pdf: PDF/A-3 with the XML inside; cii: that XML alone;"
            " xrechnung-ubl, xrechnung-cii, peppol: XML for authorities and the Peppol network,"
            " refused with the failing rules where the document lacks what they ask for",
        )
        parser.add_argument("--output", metavar="FILE", required=True, help="file to write")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Find the document, make the form that is asked for, write the bytes."""
        company = self.company(options)
        invoice, form = _issued(company, options["number"]), options["form"]
        content = (
            einvoice_of(invoice, form) if form in BUILT else self._stored(invoice, form, company)
        )
        path = _write(content, Path(options["output"]))
        result = {
            "number": invoice.number,
            "as": form,
            "file": str(path),
            "bytes": len(content),
            "sha256": sha256(content).hexdigest(),
        }
        return result, [f"{invoice.number} → {path} ({len(content)} bytes)"], True

    def _stored(self, invoice: Invoice, form: str, company: Company) -> bytes:
        """The bytes that went to the customer; made now if they are not made yet."""
        made = produce_documents(invoice.pk, by=self.actor, on=company.today())
        stored = made.xml if form == "cii" else made.pdf
        assert stored is not None
        return bytes(stored.read())


def _issued(company: Company, number: str) -> Invoice:
    invoice = Invoice.objects.issued().filter(company=company, number=number).first()
    if invoice is None:
        raise NotFound(
            "invoice.unknown",
            _("%(company)s has no issued invoice “%(number)s”.")
            % {"company": company, "number": number[:40]},
        )
    return invoice


def _write(content: bytes, path: Path) -> Path:
    if path.is_dir():
        raise InvalidInput(
            "output.is_folder",
            _("“%(path)s” is a folder: name a file with --output.") % {"path": path},
        )
    path.write_bytes(content)
    return path
