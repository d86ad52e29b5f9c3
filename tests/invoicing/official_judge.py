"""The official judge outside the product, where ``EINVOICE_JUDGE`` names its script.

It reads files and prints a line of JSON for each, with ``errors`` and ``findings``. In the suite
nothing is named and the product's own rules decide alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

BATCH = 100


def is_named() -> bool:
    """Whether there is one to ask."""
    return bool(os.environ.get("EINVOICE_JUDGE"))


def judged(files: Sequence[Path]) -> dict[Path, list[str]]:
    """File -> its errors, in words; a hundred files a call, since its rules compile slowly."""
    found: dict[Path, list[str]] = {}
    for start in range(0, len(files), BATCH):
        found |= _judged(files[start : start + BATCH])
    return found


def _judged(files: Sequence[Path]) -> dict[Path, list[str]]:
    command = [sys.executable, os.environ["EINVOICE_JUDGE"], "--json", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(files), done.stderr[-2000:]
    return {
        Path(answer["file"]): [
            f"{finding['rule']}: {finding['text'][:200]}"
            for finding in answer["findings"]
            if finding["flag"] in ("fatal", "error", "ERROR")
        ]
        for answer in answers
    }
