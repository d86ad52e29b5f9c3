"""Hand out the issued documents of a period for an audit, or check such a folder."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.models import Company
from core.services import record_event
from invoicing.audit import Exported, export_documents, verify_folder
from invoicing.models import Invoice
from invoicing.services import produce_documents
from o2c.errors import InvalidInput


class Command(HeadlessCommand):
    """``audit_export --from 2026-01-01 --to 2026-12-31 --output FOLDER [--company CODE]``.

    Without ``--company`` each company gets a folder named by its code. ``--verify FOLDER``
    recomputes hashes and counts of an export and needs no database.
    """

    help = "Write all issued documents of a period with index and hashes, or verify such a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Period and folder, or the folder to check."""
        super().add_arguments(parser)
        parser.add_argument("--from", dest="start", metavar="DAY", help="first day: 2026-01-01")
        parser.add_argument("--to", dest="end", metavar="DAY", help="last day: 2026-12-31")
        parser.add_argument("--output", metavar="FOLDER", help="new or empty folder")
        parser.add_argument("--verify", metavar="FOLDER", help="check a folder written before")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Export, or verify."""
        if options["verify"]:
            return _verified(Path(options["verify"]))
        start, end = _period(options["start"], options["end"])
        if not options["output"]:
            raise InvalidInput("audit.no_output", _("Name a new folder with --output."))
        root, results = Path(options["output"]), []
        for company in self.companies(options):
            folder = root if options["company"] else root / company.code
            results.append(self._exported(company, start, end, folder))
        lines = [
            _("%(company)s: %(count)s documents, %(files)s files → %(folder)s, SHA256SUMS %(hash)s")
            % {
                "company": one.company, "count": one.count, "files": one.files,
                "folder": one.folder, "hash": one.sums_sha256,
            }
            for one in results
        ]  # fmt: skip
        return {"exports": [_facts(one) for one in results]}, lines, True

    def _exported(self, company: Company, start: date, end: date, folder: Path) -> Exported:
        """Write, and keep on record what was handed out: the hash proves the folder later."""

        def produce(invoice: Invoice) -> Invoice:
            made = produce_documents(invoice.pk, by=self.actor, on=company.today())
            return Invoice.objects.select_related("corrects", "pdf", "xml").get(pk=made.pk)

        result = export_documents(company, start, end, folder, produce=produce)
        record_event(
            "audit.exported",
            company,
            by=self.actor,
            on=company.today(),
            label=company.name,
            count=result.count,
            sha256=result.sums_sha256,
            **{"from": start.isoformat(), "to": end.isoformat()},
        )
        return result


def _verified(folder: Path) -> tuple[dict[str, Any], list[str], bool]:
    verdict = verify_folder(folder)
    result = {
        "folder": verdict.folder, "documents": verdict.documents, "files": verdict.files,
        "findings": verdict.findings,
    }  # fmt: skip
    facts = {"count": verdict.documents, "files": verdict.files}
    summary = (
        _("%(count)s documents, %(files)s files: complete and unchanged.") % facts
        if not verdict.findings
        else _("%(count)s documents, %(files)s files: not as they were written.") % facts
    )
    return result, [*verdict.findings, summary], not verdict.findings


def _facts(one: Exported) -> dict[str, Any]:
    return {
        "company": one.company, "folder": one.folder, "documents": one.count, "files": one.files,
        "net_amounts": dict(one.net_amounts), "sha256": one.sums_sha256,
    }  # fmt: skip


def _period(start: str | None, end: str | None) -> tuple[date, date]:
    days = []
    for text in (start, end):
        try:
            days.append(date.fromisoformat(text or ""))
        except ValueError as error:
            raise InvalidInput(
                "audit.no_period",
                _("“%(text)s” is no day: write --from and --to as 2026-12-31.")
                % {"text": text or ""},
            ) from error
    if days[0] > days[1]:
        raise InvalidInput("audit.no_period", _("--from lies after --to."))
    return days[0], days[1]
