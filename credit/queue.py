"""The credit manager's desk: the orders that wait, and the case of the one being decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from core.models import Event, User
from credit import services
from credit.models import CreditHold
from credit.pictures import Picture, picture_of
from credit.unlocking import Debt, Wanted, Way, ways_to_free
from customers.models import Customer
from customers.views.figures import Lateness, Money, lateness_of, money_of
from disputes.models import Dispute
from o2c.money import cents
from orders.models import Order, OrderLine
from receivables.models import OpenItem

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a credit manager asks about one held order, as of a day."""

    picture: Picture
    ways: list[Way]
    money: list[Money]
    lateness: Lateness
    disputes: list[Dispute]
    last_touch: Event | None


def waiting_holds(user: User, company_id: int) -> QuerySet[CreditHold]:
    """Open holds of a company, the oldest first."""
    holds = CreditHold.objects.visible_to(user).filter(company=company_id).open()
    return holds.select_related("order__customer", "decision", "requested_by")


def neighbours(holds: Sequence[CreditHold], pk: int) -> tuple[int | None, int | None]:
    """Keys of the holds before and after one in the queue."""
    keys = [hold.pk for hold in holds]
    if pk not in keys:
        return None, keys[0] if keys else None
    at = keys.index(pk)
    return (keys[at - 1] if at else None), (keys[at + 1] if at + 1 < len(keys) else None)


def case_of(order: Order, user: User, *, on: date) -> Case:
    """The figures of now, what would free the order, and how the customer behaves."""
    customer = order.customer
    figures = services.figures_for(
        services.account_of(customer), order_amount=order.gross_amount, on=on
    )
    return Case(
        picture_of(figures, order.currency),
        ways_to_free(figures, debts_of(customer, on=on), lines_of(order)),
        money_of(customer, user, on=on),
        lateness_of(customer, user, on=on),
        list(Dispute.objects.visible_to(user).open().filter(item__customer=customer)[:5]),
        _last_touch(customer, user),
    )


def debts_of(customer: Customer, *, on: date) -> list[Debt]:
    """What the customer owes, item by item, with the highest level each was reminded at."""
    written = Q(dunning__is_live=True, dunning__notice__state="written")
    items = OpenItem.objects.filter(customer=customer).debits().open().order_by("due_on", "pk")
    facts = items.annotate(level=Max("dunning__level", filter=written)).values_list(
        "document_number", "outstanding_functional_amount", "due_on", "level"
    )
    return [Debt(number, left, (on - due).days, level or 0) for number, left, due, level in facts]


def lines_of(order: Order) -> list[Wanted]:
    """What the order asks for, line by line, VAT included."""
    lines = OrderLine.objects.filter(order=order).select_related("product").order_by("position")
    return [
        Wanted(line.position, str(line.product), cents(line.net_amount * (1 + line.vat_rate)))
        for line in lines
    ]


def _last_touch(customer: Customer, user: User) -> Event | None:
    """The last thing a person did about the customer itself: a call, a note, a limit."""
    events = Event.objects.visible_to(user).about(customer)
    return events.filter(actor_kind="user").first()
