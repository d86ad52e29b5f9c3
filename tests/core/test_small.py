"""Business days, uploads, logs, retries."""

import json
import logging
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction

from core.calendars import add_business_days, business_days_between, next_business_day
from core.logs import JsonFormatter, request_id
from core.models import NumberSeries
from core.services import retrying
from core.uploads import read_upload
from o2c.errors import InvalidInput
from tests import make
from tests.core.threads import beside_itself

GOOD_FRIDAY = date(2026, 4, 3)


@pytest.mark.parametrize(
    ("day", "country", "expected"),
    [
        (date(2026, 3, 2), "DE", date(2026, 3, 2)),
        (date(2026, 3, 7), "DE", date(2026, 3, 9)),
        (GOOD_FRIDAY, "DE", date(2026, 4, 7)),
        (date(2026, 6, 6), "SE", date(2026, 6, 8)),
        (date(2026, 10, 3), "SE", date(2026, 10, 5)),
        (date(2026, 3, 7), "ZZ", date(2026, 3, 9)),
    ],
)
def test_weekends_and_holidays_move_a_day_to_the_next_business_day(day, country, expected):
    assert next_business_day(day, country=country) == expected


def test_business_days_are_counted_both_ways():
    assert add_business_days(date(2026, 4, 2), 1, country="DE") == date(2026, 4, 7)
    assert add_business_days(date(2026, 4, 7), -1, country="DE") == date(2026, 4, 2)
    assert business_days_between(date(2026, 4, 2), date(2026, 4, 8), country="DE") == 2
    assert business_days_between(date(2026, 4, 8), date(2026, 4, 2), country="DE") == 0


def test_an_upload_over_the_cap_or_empty_is_named():
    assert read_upload(SimpleUploadedFile("a.xml", b"<a/>"), max_bytes=4) == b"<a/>"
    with pytest.raises(InvalidInput, match=r"“a\.xml” is larger than"):
        read_upload(SimpleUploadedFile("a.xml", b"<a/>."), max_bytes=4)
    with pytest.raises(InvalidInput, match="is empty"):
        read_upload(SimpleUploadedFile("a.xml", b""))


def test_a_log_line_is_one_line_of_json_whatever_is_in_it():
    token = request_id.set("click-1234")
    record = logging.makeLogRecord({"msg": "a\nb\x1b[31m\u2028", "levelname": "INFO", "row": 7})
    line = JsonFormatter().format(record)
    request_id.reset(token)
    assert line.isascii()
    assert line.isprintable()
    found = json.loads(line)
    assert (found["message"], found["request_id"], found["row"]) == (
        "a\nb\x1b[31m\u2028",
        "click-1234",
        7,
    )


@pytest.mark.django_db(transaction=True)
def test_deadlocks_are_tried_again_until_both_are_through():
    company = make.company_de()
    keys = list(NumberSeries.objects.filter(company=company).order_by("pk")[:2])

    @retrying
    def lock_both(number: int) -> str:
        with transaction.atomic():
            for series in keys if number % 2 else reversed(keys):
                NumberSeries.objects.select_for_update().get(pk=series.pk)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.05)")
        return "through"

    assert beside_itself(lock_both, threads=4) == ["through"] * 4


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_tried_again():
    tries = []

    @retrying
    def act() -> None:
        tries.append(1)
        raise OperationalError("deadlock detected")

    with pytest.raises(OperationalError):
        act()
    assert len(tries) == 1
