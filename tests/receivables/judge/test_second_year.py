"""A second made year, by other hands than ``bank_year``: what is decided, what is left to people.

    O2C_JUDGE_SEED=7 O2C_JUDGE_PAYMENTS=1500 pytest -n 0 -s tests/receivables/judge

makes another one; with ``O2C_JUDGE_PERSON=1`` a person books in the evening what is left. The
truth about each payment comes from the maker's knowledge of how people pay, not from our rules, and
the product is driven by its headless commands alone, a day at a time.
"""

import io
import json
import os
import random

import pytest
from django.core.management import call_command

from tests.receivables.judge.abroad import rates_csv
from tests.receivables.judge.evening import Evening
from tests.receivables.judge.verdict import compared
from tests.receivables.judge.year import customers_csv, items_csv, made_year, statements

SEED = int(os.environ.get("O2C_JUDGE_SEED", "1"))
PAYMENTS = int(os.environ.get("O2C_JUDGE_PAYMENTS", "240"))
HAS_PERSON = bool(os.environ.get("O2C_JUDGE_PERSON"))


def _run(*arguments: str, code: str) -> list[dict]:
    out = io.StringIO()
    call_command(*arguments, "--company", code, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def _file(folder, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def _lived(made, folder) -> list[dict]:
    """The company's year day by day; the product's lines at its end."""
    own = [option for one in made.accounts for option in ("--iban", one.iban)]
    name = f"Judge {made.code} AG"
    call_command("add_company", made.code, "--name", name, "--country", made.country, *own,
                 stdout=io.StringIO())  # fmt: skip
    people = _file(folder, f"{made.code}.csv", customers_csv(made.books))
    _run("import_customers", people, code=made.code)
    _run("import_rates", _file(folder, "rates.csv", rates_csv(made.country)), code=made.code)
    chance = random.Random(f"{SEED}/{made.code}")
    evening = Evening(made.code) if HAS_PERSON else None
    issued = set()
    for day in made.days():
        issued.add(day)
        files = list(statements(made, day, chance))
        if not files:
            continue
        if items := items_csv(made.books, issued):
            _run("import_items", _file(folder, "items.csv", items), code=made.code)
        issued = set()
        for file, content in files:
            (told,) = _run("import_statement", _file(folder, file, content), code=made.code)
            assert told["files"][0]["state"] != "refused", told
        if evening:
            rows = _run("export_bookings", "--from", str(day), "--to", str(day), code=made.code)
            evening.decide((p for p in made.books.payments if p.day == day), rows, day)
    return _run("export_bookings", "--from", "2026-01-01", "--to", "2026-12-31", code=made.code)


@pytest.fixture
def report(db, tmp_path):
    payments, rows = [], []
    for made in made_year(SEED, PAYMENTS):
        payments += made.books.payments
        rows += _lived(made, tmp_path)
    return compared(payments, rows)


def test_the_data_decide_and_a_person_the_rest(report):
    print(f"\nseed {SEED}")
    print("\n".join(report.lines()))
    if path := os.environ.get("O2C_JUDGE_OUT"):
        _write(path, report)
    assert not report.wrong
    assert not report.hasty
    assert report.share >= 0.95


def _write(path, report):
    with open(path, "w") as out:
        for one in report.seen:
            facts = vars(one.payment) | {
                "verdict": one.payment.verdict.value,
                "pays": {" ".join(key): value for key, value in one.payment.pays.items()},
                "right": one.is_booked and one.is_right,
                "wrong": one.is_wrong,
                "booked": one.is_booked,
                "first": one.is_first_right,
                "row": one.row,
            }
            out.write(json.dumps(facts, default=str) + "\n")
