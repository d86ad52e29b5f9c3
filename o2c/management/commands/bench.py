"""``manage.py bench``: measure the work of ``docs/bench.md`` in scratch databases."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from o2c.bench.figures import Figure
from o2c.bench.workloads import NAMED_ONLY, PEERS, WORKLOADS
from o2c.local.postgres import temporary_cluster


class Command(BaseCommand):
    """Each workload gets a process and a database of its own that waits for the disk; both are
    gone afterwards. Nothing of the installation's data is read or written."""

    help = "Measure orders, cash application, reminders, ageing and pages in scratch databases."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which workloads; ``--inside`` is the process of one."""
        parser.add_argument(
            "workload", nargs="*", help=f"of {', '.join(WORKLOADS)}; all by default"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--inside", action="store_true", help="(one workload's process)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure one after the other and print as soon as one is done."""
        wanted = options["workload"] or [name for name in WORKLOADS if name not in NAMED_ONLY]
        if unknown := [name for name in wanted if name not in WORKLOADS]:
            raise CommandError(f"No workload {unknown[0]}: choose of {', '.join(WORKLOADS)}.")
        if options["inside"]:
            self.stdout.write(json.dumps([asdict(f) for f in WORKLOADS[wanted[0]]()]))
            return
        found = []
        for name in wanted:
            rows = [Figure(**row) for row in _measured_apart(name)]
            found += rows
            if not options["json"]:
                self._print(rows)
        if options["json"]:
            self.stdout.write(json.dumps({"figures": [asdict(row) for row in found]}, indent=1))

    def _print(self, rows: list[Figure]) -> None:
        for row in rows:
            peers = PEERS.get((row.workload, row.what))
            beside = f"  Tryton {peers[0]:>6}   Odoo {peers[1]:>6}" if peers else ""
            value = f"{row.value:,.0f}" if row.value >= 100 else f"{row.value:,.2f}"
            self.stdout.write(
                f"{row.workload:<18} {row.what:<28}{value:>10} {row.unit:<10}{beside}"
            )
        self.stdout.write("")


def _measured_apart(name: str) -> list[dict[str, Any]]:
    """Run one workload in a fresh process on a fresh database."""
    with temporary_cluster(is_durable=True) as cluster:
        environment = {**os.environ, "DATABASE_URL": cluster.url, "PYTHONHASHSEED": "0"}
        command = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        connections.close_all()
        for arguments in (["migrate", "-v", "0"], ["bench", name, "--inside"]):
            done = subprocess.run(  # noqa: S603 - ourselves
                [*command, *arguments], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise CommandError(f"{name} failed: {done.stderr.strip()[-2000:]}")
        found: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
        return found
