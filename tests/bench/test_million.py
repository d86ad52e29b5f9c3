"""The big company, small: every rule holds, every page of the tour opens within its statements."""

from datetime import date

import pytest
from django.db import connection

from core.roles import Role
from invoicing.models import Invoice
from o2c import proof
from o2c.bench.million import fill
from o2c.bench.tour import client_of, pages, visit
from receivables.models import BankEntry, OpenItem

ON = date(2026, 11, 2)

_FOREIGN_KEYS = """
SELECT conname, conrelid::regclass::text, confrelid::regclass::text,
       (SELECT string_agg(format('x.%%I = y.%%I', own.attname, far.attname), ' AND ')
          FROM unnest(conkey, confkey) AS k(a, b)
          JOIN pg_attribute AS own ON own.attrelid = conrelid AND own.attnum = k.a
          JOIN pg_attribute AS far ON far.attrelid = confrelid AND far.attnum = k.b),
       (SELECT string_agg(format('x.%%I IS NOT NULL', own.attname), ' AND ')
          FROM unnest(conkey) AS a
          JOIN pg_attribute AS own ON own.attrelid = conrelid AND own.attnum = a)
  FROM pg_constraint WHERE contype = 'f'
"""


@pytest.mark.django_db
def test_it_proves_clean_and_points_nowhere() -> None:
    company = fill(400, ON)
    assert list(proof.breaches(company)) == []
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS.replace("%%", "%"))
        for name, table, far, pairs, known in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} AS x WHERE {known}"  # noqa: S608
                f" AND NOT EXISTS (SELECT FROM {far} AS y WHERE {pairs})"
            )
            assert cursor.fetchone()[0] == 0, name
    assert Invoice.objects.filter(kind="invoice").count() >= 401
    assert OpenItem.objects.overdue(ON).exists()
    assert (
        BankEntry.objects.to_match().exists() or BankEntry.objects.filter(is_settled=True).exists()
    )


@pytest.mark.django_db
def test_the_pages_of_the_tour_open_within_their_statements() -> None:
    company = fill(120, ON)
    client, seller = client_of(company, Role.FINANCE_MANAGER), client_of(company, Role.SALES_REP)
    asked = [(kind, path) for kind, path in pages(company) if "sort=" not in path]
    visits = [
        visit(seller if path == "/orders/new" else client, path, kind, repeat=0)
        for kind, path in asked
    ]
    assert [visit.path for visit in visits if visit.status >= 400] == []
    assert [(visit.path, visit.statements) for visit in visits if visit.is_chatty] == []
    assert len(visits) > 150
