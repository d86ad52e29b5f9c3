"""The tests' own database: triggers hold in tests, and the flush after a test passes them."""

import pytest
from django.core.cache import cache
from django.db import connection

from catalog.models import VatRate


def test_the_test_database_is_postgresql_and_has_the_extensions(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        cursor.execute("SELECT current_setting('server_version_num')::int")
        assert cursor.fetchone()[0] >= 150000


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_starts_with_triggers_and_without_leftovers(turn):
    assert cache.get("left-over") is None
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone()[0] == "origin"
    cache.set("left-over", turn)


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_what_migrations_wrote_is_there_after_a_transactional_test(turn):
    assert VatRate.objects.filter(country="DE").exists()
    VatRate.objects.all().delete()
