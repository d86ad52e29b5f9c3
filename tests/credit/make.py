"""Builders of credit's tests."""

from decimal import Decimal

import credit.services as credit
from core.roles import Role
from credit.models import CreditHold
from customers.models import Customer
from orders.models import Order
from tests import make
from tests.world import MONDAY, World


def held(world: World, quantity: str = "2", *, limit: str = "100") -> CreditHold:
    """An order over the limit, waiting for a decision."""
    set_limit(world, world.customer, limit)
    return CreditHold.objects.get(order=world.submitted(quantity))


def set_limit(world: World, customer: Customer, amount: str) -> None:
    """Proposed by the credit manager, approved by the finance manager."""
    change = credit.propose_limit(
        customer, amount=Decimal(amount), reason="x", by=world.by(Role.CREDIT_MANAGER), on=MONDAY
    )
    credit.decide_limit(change.pk, is_approved=True, by=world.by(Role.FINANCE_MANAGER), on=MONDAY)


def member(world: World, head: Customer, limit: str = "10000") -> Customer:
    """A customer of the head's group with a limit of its own."""
    made = make.customer(world.company, group_parent=head)
    set_limit(world, made, limit)
    return made


def order_of(world: World, customer: Customer, quantity: str = "1") -> Order:
    """A draft of that customer."""
    return world.order(quantity, customer=customer)
