"""Check an export against itself: each file, each hash, each count, without a database."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from invoicing.audit.export import FACTS, SUMS, hash_of
from invoicing.audit.tables import DELIMITER, FILES, INDEX
from o2c.errors import InvalidInput

MOST_FINDINGS = 100


@dataclass(slots=True)
class Verdict:
    """What was checked and what is wrong (the first hundred)."""

    folder: str
    documents: int = 0
    files: int = 0
    findings: list[str] = field(default_factory=list)

    def say(self, finding: str) -> None:
        """Keep a finding, up to a hundred."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def verify_folder(folder: Path) -> Verdict:
    """Recompute every hash and compare files, index and counts.

    Raises: InvalidInput when the folder holds no export.
    """
    if not (folder / SUMS).is_file() or not (folder / INDEX).is_file():
        raise InvalidInput(
            "audit.no_export",
            _("“%(folder)s” holds no export: %(name)s is missing.")
            % {"folder": folder, "name": SUMS},
        )
    verdict = Verdict(str(folder))
    listed = _check_hashes(folder, verdict)
    _check_strangers(folder, listed, verdict)
    _check_index(folder, listed, verdict)
    return verdict


def _check_hashes(folder: Path, verdict: Verdict) -> dict[str, str]:
    """Hash by path as listed, each compared with the file."""
    listed: dict[str, str] = {}
    with (folder / SUMS).open(encoding="utf-8") as sums:
        for line in sums:
            wanted, _gap, name = line.rstrip("\n").partition("  ")
            listed[name] = wanted
            path = folder / name
            if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
                verdict.say(_("%(name)s is missing.") % {"name": name})
            elif hash_of(path) != wanted:
                verdict.say(_("%(name)s was changed.") % {"name": name})
    return listed


def _check_strangers(folder: Path, listed: dict[str, str], verdict: Verdict) -> None:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != SUMS and name not in listed:
            verdict.say(_("%(name)s is not listed.") % {"name": name})


def _check_index(folder: Path, listed: dict[str, str], verdict: Verdict) -> None:
    """Each document of the index has its files, and their number and net are those stated."""
    net_amounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in _rows(folder, INDEX):
        verdict.documents += 1
        for kind in ("pdf", "xml"):
            _check_file(listed, row.get(f"{kind}_file"), row.get(f"{kind}_sha256"), verdict)
        sign = -1 if row.get("kind") == "credit_note" else 1
        net_amounts[row.get("currency") or ""] += sign * _amount(row.get("net_amount") or "0")
    for row in _rows(folder, FILES):
        verdict.files += 1
        _check_file(listed, row.get("file"), row.get("sha256"), verdict)
    found = {
        "documents": verdict.documents,
        "files": verdict.files,
        "net_amounts": {code: str(net) for code, net in sorted(net_amounts.items())},
    }
    stated = _stated(folder)
    for name, value in found.items():
        if stated.get(name) != value:
            facts = {"name": name, "stated": stated.get(name), "found": value}
            verdict.say(_("%(name)s: %(stated)s stated, %(found)s found.") % facts)
    in_folders = sum("/" in name for name in listed)
    if in_folders != verdict.files:
        facts = {"name": "files", "stated": in_folders, "found": verdict.files}
        verdict.say(_("%(name)s: %(stated)s stated, %(found)s found.") % facts)


def _check_file(
    listed: dict[str, str], name: str | None, sha256: str | None, verdict: Verdict
) -> None:
    if not name or listed.get(name) != sha256:
        verdict.say(_("%(name)s is not the file that the index names.") % {"name": name or "–"})


def _rows(folder: Path, table: str) -> Iterator[dict[str, str]]:
    if not (folder / table).is_file():
        return
    with (folder / table).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=DELIMITER)


def _stated(folder: Path) -> dict[str, Any]:
    try:
        stated: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stated


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.replace(".", "").replace(",", "."))
    except ArithmeticError:
        return Decimal(0)
