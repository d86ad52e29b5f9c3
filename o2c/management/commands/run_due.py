"""``manage.py run_due``: do all work that is due, as beat does every minute."""

from typing import Any

from core.commands import HeadlessCommand
from o2c import due


class Command(HeadlessCommand):
    """Bill, confirm, print, remind and send whatever waits."""

    help = "Do all due work: bill shipments, make documents, send messages, write reminders."

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """One sweep over the named company, or all."""
        report = due.run_due(self.companies(options))
        lines = [f"{count:>6}  {work}" for work, count in sorted(report.done.items())]
        lines += [f"failed  {f['work']} {f['pk']}: {f['reason']}" for f in report.failures]
        return report.as_json(), lines or ["Nothing was due."], not report.failures
