"""Write the stored files of an issued document: PDF with XML inside, XML alone, PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.models import Company, StoredDocument
from invoicing.models import Invoice
from invoicing.services import produce_documents
from o2c.errors import InvalidInput, NotFound


class Command(HeadlessCommand):
    """``export_invoice RE-000042 --as zugferd --output invoice.pdf``."""

    help = "Write an issued invoice or credit note to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Number, form and file."""
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER", help="number of the document")
        parser.add_argument(
            "--as",
            dest="form",
            choices=("zugferd", "cii", "pdf"),
            default="zugferd",
            help="zugferd and pdf: PDF/A-3 with the XML inside; cii: the XML alone",
        )
        parser.add_argument("--output", metavar="FILE", required=True, help="file to write")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Find the document, make its files if they are not made yet, write the bytes."""
        company = self.company(options)
        invoice = _issued(company, options["number"])
        invoice = produce_documents(invoice.pk, by=self.actor, on=company.today())
        stored = invoice.xml if options["form"] == "cii" else invoice.pdf
        assert stored is not None
        path = _write(stored, Path(options["output"]))
        result = {
            "number": invoice.number,
            "as": options["form"],
            "file": str(path),
            "bytes": stored.size,
            "sha256": stored.sha256,
        }
        return result, [f"{invoice.number} → {path} ({stored.size} bytes)"], True


def _issued(company: Company, number: str) -> Invoice:
    invoice = Invoice.objects.issued().filter(company=company, number=number).first()
    if invoice is None:
        raise NotFound(
            "invoice.unknown",
            _("%(company)s has no issued invoice “%(number)s”.")
            % {"company": company, "number": number[:40]},
        )
    return invoice


def _write(stored: StoredDocument, path: Path) -> Path:
    if path.is_dir():
        raise InvalidInput(
            "output.is_folder",
            _("“%(path)s” is a folder: name a file with --output.") % {"path": path},
        )
    path.write_bytes(stored.read())
    return path
