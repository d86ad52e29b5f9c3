"""``update_rows`` writes what ``save`` would write."""

from datetime import date

import pytest
from django.db import DataError, transaction
from django_fsm import ConcurrentTransition

from core.updating import update_rows
from customers.models import Contact
from orders.models import Order
from tests import make
from tests.world import world

pytestmark = pytest.mark.django_db


def test_each_row_gets_its_own_values_and_may_be_saved_afterwards():
    here = world()
    orders = [here.order(str(n)) for n in range(1, 4)]
    for number, order in enumerate(orders):
        order.note, order.requested_on = f"{number}, “x”", date(2026, 3, 5) if number else None
        order.to_submitted()
    update_rows(orders, "state", "note", "requested_on")
    for order in orders:
        kept = Order.objects.get(pk=order.pk)
        assert (kept.state, kept.note, kept.requested_on) == (
            "submitted", order.note, order.requested_on,
        )  # fmt: skip
        order.to_released()
        order.save()


def test_a_row_that_is_gone_is_missed():
    contact = make.customer(make.company_de()).contacts.first()
    Contact.objects.filter(pk=contact.pk).delete()
    with pytest.raises(ConcurrentTransition):
        update_rows([contact], "name")


def test_what_is_too_long_is_refused_and_not_cut():
    customer = make.customer(make.company_de())
    customer.number = "x" * 200
    with pytest.raises(DataError), transaction.atomic():
        update_rows([customer], "number")
