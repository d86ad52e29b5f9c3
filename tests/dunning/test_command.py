"""``manage.py dunning propose|approve|send``: figures, exit codes, errors."""

import io
import json

import pytest
from django.core.management import call_command

from core.roles import Role
from tests import make
from tests.dunning.make import late, lender

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[int, dict]:
    """Exit code and the JSON that was printed, on either stream."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("dunning", *words, "--json", stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue() or err.getvalue())


def test_propose_approve_send() -> None:
    company = lender()
    late(make.customer(company), "119.00")
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    here = ("--company", company.code)

    code, shown = run("propose", *here)
    assert (code, shown["state"], shown["amounts"]) == (0, "proposed", {"EUR": "119.00"})
    code, shown = run("approve", *here)
    assert (code, shown["error"]["code"]) == (2, "dunning.by")
    code, shown = run("approve", "--by", "nobody@o2c.example", *here)
    assert (code, shown["error"]["code"]) == (2, "user.unknown")
    code, shown = run("approve", "--by", boss.email, *here)
    assert (code, shown["error"]["code"]) == (1, "dunning.stale_statement")
    code, shown = run("approve", "--by", boss.email, "--although-stale", *here)
    assert (code, shown["state"]) == (0, "approved")
    code, shown = run("send", *here)
    assert (code, shown["state"], shown["done"]) == (0, "sent", {"reminder written": 1})
    code, shown = run("send", *here)
    assert (code, shown["error"]["code"]) == (2, "dunning.no_run")


def test_an_unknown_company_and_a_person_without_the_right() -> None:
    company = lender()
    late(make.customer(company))
    assert run("propose", "--company", "nowhere")[1]["error"]["code"] == "company.unknown"
    run("propose", "--company", company.code)
    clerk = make.user_with(Role.COLLECTOR, company)
    code, shown = run("approve", "--by", clerk.email, "--although-stale", "--company", company.code)
    assert (code, shown["error"]["code"]) == (1, "permission.missing")
