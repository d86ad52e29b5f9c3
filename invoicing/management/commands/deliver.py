"""``manage.py deliver``: how invoices reach their buyers, and work off what is due of it."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

import invoicing.services as services
from core.commands import HeadlessCommand
from core.models import Company
from invoicing.models import InvoiceDelivery

STAGES = ("on_the_way", "awaiting_receipt", "rejected", "failed", "closed")


class Command(HeadlessCommand):
    """``deliver --company DE [--letters]``; exit code 1 while deliveries need a person."""

    help = (
        "Send what waits for the access point, ask for receipts, read returned mails, print"
        " letters, raise alarms; then say how many deliveries stand where."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether letters of today are collected too."""
        super().add_arguments(parser)
        parser.add_argument("--letters", action="store_true", help="collect today's letters now")

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """One round over the named company, or all."""
        services.sweep_deliveries()
        for event in services.news_to_read():
            services.read_news(event)
        returned = services.read_bounces()
        told = [self._round(c, letters=options["letters"]) for c in self.companies(options)]
        lines = [
            f"{row['company']}: " + ", ".join(f"{row[stage]} {stage}" for stage in STAGES)
            for row in told
        ]
        is_good = not any(row["rejected"] or row["failed"] for row in told)
        return {"returned": returned, "companies": told}, lines, is_good

    def _round(self, company: Company, *, letters: bool) -> dict[str, Any]:
        mine, now, on = self._mine(company), timezone.now(), company.today()
        for pk in list(mine.sendable(now).values_list("pk", flat=True)):
            services.send_delivery(pk)
        for pk in list(mine.to_ask(now).values_list("pk", flat=True)):
            services.ask_delivery(pk)
        if letters:
            services.collect_letters(company.pk, by=self.actor, on=on)
        for batch in services.batches_to_print(company):
            services.print_batch(batch.pk)
        alarms = services.time_out_deliveries(company.pk, by=self.actor, on=on)
        counts = {stage: getattr(self._mine(company), stage)().count() for stage in STAGES}
        return {"company": company.code, "alarms": alarms, **counts}

    def _mine(self, company: Company) -> Any:
        return InvoiceDelivery.objects.filter(company=company)
