"""Closing the books while somebody posts: the closing waits, nobody is thrown out."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

import receivables.services as receivables
from receivables.models import BooksClosing, JournalEntry
from tests import make
from tests.receivables.make import DAY, ROBOT, invoice, ledger

pytestmark = pytest.mark.django_db(transaction=True)


def _wait_until_somebody_waits() -> None:
    """Within a transaction who is connected is read once, unless one asks to look again."""
    with connection.cursor() as cursor:
        for _turn in range(2000):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
                " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.005)")


def test_a_closing_and_a_posting_do_not_lock_each_other_out() -> None:
    company = ledger()
    document = invoice(make.customer(company))
    failures: list[Exception] = []

    def close() -> None:
        try:
            receivables.close_books(
                company,
                until=DAY - timedelta(days=1),
                by=make.user_with("finance_manager", company),
                on=DAY + timedelta(days=9),
            )
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    closing = threading.Thread(target=close)
    try:
        with transaction.atomic():
            receivables.book_invoice(document, by=ROBOT)
            closing.start()
            _wait_until_somebody_waits()
    finally:
        closing.join()
    assert not failures
    assert (JournalEntry.objects.count(), BooksClosing.objects.count()) == (1, 1)
