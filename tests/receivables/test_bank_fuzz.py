"""Thousands of broken bank files: read or refused, never a crash, a hang or half a booking.

``O2C_FUZZ_READS`` and ``O2C_FUZZ_IMPORTS`` say how many (acceptance: 20000 of each, none above
``O2C_FUZZ_SECONDS=5``, on a machine that does nothing else); ``O2C_FUZZ_SEED`` begins another
series. A failure names the seed that makes its file again.
"""

import os
import random
from pathlib import Path

import pytest

from core.models import Company
from o2c.errors import BusinessError
from receivables.bankfiles import read
from receivables.models import BankEntry, BankStatement, JournalEntry
from receivables.proof import CHECKS
from receivables.services import add_bank_account
from tests.receivables.make import imported, ledger
from tests.receivables.mutants import mutant, watchdog

FILES = Path(__file__).parent / "files"
READS = int(os.environ.get("O2C_FUZZ_READS", "150"))
IMPORTS = int(os.environ.get("O2C_FUZZ_IMPORTS", "40"))
FIRST = int(os.environ.get("O2C_FUZZ_SEED", "1"))
SECONDS = int(os.environ.get("O2C_FUZZ_SECONDS", "20"))
ORIGINALS = [path.read_bytes() for path in sorted(FILES.iterdir()) if path.suffix != ".md"]
GOOD = [
    (FILES / name).read_bytes()
    for name in (
        "camt053.v2.multi.statement.xml",
        "reversal-return.camt053v02.xml",
        "cp1252-crlf.mt940.sta",
        "sparkasse.txt",
        "lbbw.txt",
        "sepa_mt9401.sta",
    )
]


def test_whatever_is_read_is_read_or_refused() -> None:
    was_read, blank = 0, []
    for seed in range(FIRST, FIRST + READS):
        dice = random.Random(seed)
        content = mutant(dice.choice(ORIGINALS), dice)
        try:
            with watchdog():
                read(content)
            was_read += 1
        except BusinessError as error:
            blank += [] if error.message else [seed]
        except BaseException as error:
            pytest.fail(f"seed {seed}: {error!r}")
    assert blank == []
    print(f"{READS} broken files from seed {FIRST}: {was_read} read, the rest refused")


def banked() -> Company:
    """A company whose accounts are all those of the good samples."""
    company = ledger()
    told = {
        (statement.account, statement.currency)
        for content in GOOD
        for statement in read(content).statements
    }
    for account, currency in sorted(told):
        if "0532013000" not in account:  # the one a ledger is made with
            add_bank_account(company, name=account, iban=account, currency=currency)
    return company


def counts() -> tuple[int, int, int]:
    return BankEntry.objects.count(), BankStatement.objects.count(), JournalEntry.objects.count()


@pytest.mark.django_db
def test_whatever_is_imported_books_whole_or_not_at_all() -> None:
    company = banked()
    states = {"booked": 0, "known": 0, "refused": 0}
    for seed in range(FIRST, FIRST + IMPORTS):
        dice = random.Random(seed)
        content = mutant(dice.choice(GOOD), dice)
        before = counts()
        try:
            with watchdog(SECONDS):
                file = imported(company, content)
        except BaseException as error:
            pytest.fail(f"seed {seed}: {error!r}")
        states[file.state] += 1
        after = counts()
        if file.state != "booked":
            assert after == before, seed
            continue
        new = BankEntry.objects.filter(statement__file=file)
        assert file.new_count == new.count() == after[0] - before[0], seed
        assert after[2] - before[2] == new.exclude(amount=0).count(), seed
        breaches = [breach for check in CHECKS.values() for breach in check(company)]
        assert breaches == [], seed
    print(f"{IMPORTS} broken files from seed {FIRST} imported: {states}")
