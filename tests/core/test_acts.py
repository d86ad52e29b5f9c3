"""One act, one transaction: what becomes of it when somebody catches the error of a part."""

import pytest
from django.db import transaction

from core.models import Company
from core.services import atomic_verb, attempt
from o2c.errors import Conflict
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@atomic_verb
def _refuse() -> None:
    raise Conflict("test", "no")


@atomic_verb
def _goes_on(*, is_attempt: bool) -> None:
    make.company_de()
    try:
        if is_attempt:
            with attempt():
                _refuse()
        else:
            _refuse()
    except Conflict:
        pass


def test_an_act_that_swallows_a_failed_part_says_that_nothing_was_written() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="attempt"):
        _goes_on(is_attempt=False)
    assert not Company.objects.exists()


def test_an_attempt_may_fail_alone() -> None:
    _goes_on(is_attempt=True)
    assert Company.objects.exists()
