"""A customer pays by card: what they chose is kept, then the provider is asked for a page.

The row is committed before the provider hears of it, under a key that names it for ever: a lost
answer, a message that comes before it, and a second click all find the same payment.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import OpenItem, ProviderPayment, ProviderShare
from receivables.models.items import OpenItemQuerySet
from receivables.provider import Away, Lost, Refused
from receivables.services.provider_access import PAY, away, required_provider
from receivables.services.provider_taking import settle_state, take_over
from receivables.services.settlements import SET_OFF_KINDS

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PaymentWish:
    """What somebody wants to pay: items, and whether the account's credits are used with them.

    ``key``: drawn with the form, so that the same form sent twice is one payment.
    """

    item_ids: Sequence[int]
    key: uuid.UUID
    uses_credits: bool = False
    language: str = "en"


def payable_items(customer: Customer) -> list[OpenItem]:
    """What the customer may pay online: open debits in the currency of the books, oldest first."""
    return list(_open(customer).debits().order_by("due_on", "pk"))


def usable_credits(customer: Customer) -> list[OpenItem]:
    """What stands to their credit and goes off when they pay the rest of their account."""
    return list(_open(customer).credits().filter(kind__in=SET_OFF_KINDS).order_by("due_on", "pk"))


def _open(customer: Customer) -> OpenItemQuerySet:
    mine = OpenItem.objects.filter(customer=customer, company_id=customer.company_id)
    return mine.filter(currency=customer.company.currency).open()


def begin_payment(
    customer_pk: int, wish: PaymentWish, *, return_url: str, by: Actor, on: date
) -> ProviderPayment:
    """Keep what is to be paid and get the address of the provider's page; call it outside
    transactions.

    The same wish again gives the same payment, and a payment of the same items that is still open
    is gone on with. Raises: InvalidInput for nothing chosen, another customer's item or another
    currency than the provider takes; Conflict when nothing is open any more or the provider is
    away; PermissionMissing.
    """
    payment = _keep(customer_pk, wish, by=by, on=on)
    if payment.state != ProviderPayment.State.BEGUN:
        return payment
    provider = required_provider(payment.company)
    facts = {
        "description": _description(payment),
        "return_url": return_url.replace("{payment}", str(payment.key)),
        "language": wish.language,
    }
    try:
        remote = provider.begin(
            str(payment.key), amount=payment.amount, currency=payment.currency, facts=facts
        )
    except Refused as error:
        settle_state(payment.pk, ProviderPayment.State.DECLINED, reason=error.text)
        raise Conflict(
            "provider.refused",
            _("The payment provider does not take this payment: %(why)s") % {"why": error.text},
        )
    except (Away, Lost) as error:
        log.warning("payment not begun", extra={"payment": payment.pk, "why": str(error)})
        raise away()
    return take_over(payment.pk, remote, by=by, on=on)


@atomic_verb
def _keep(customer_pk: int, wish: PaymentWish, *, by: Actor, on: date) -> ProviderPayment:
    customer = Customer.objects.select_related("company").get(pk=customer_pk)
    require(by, PAY, customer.company_id)
    required_provider(customer.company)
    Customer.objects.select_for_update(no_key=True, of=("self",)).get(pk=customer_pk)
    payments = ProviderPayment.objects.filter(company=customer.company_id, customer=customer_pk)
    known = payments.select_related("company").filter(key=wish.key).first()
    if known is not None:
        return known
    shares = _shares(customer, wish)
    amount = sum(shares.values(), ZERO)
    if amount <= 0:
        raise Conflict(
            "payment.nothing", _("Nothing is left to pay: your credits cover what you chose.")
        )
    for open_one in payments.unfinished().filter(amount=amount).select_related("company"):
        if dict(open_one.shares.values_list("item_id", "amount")) == shares:
            return open_one
    return _made(customer, wish, amount, shares, by=by, on=on)


def _made(
    customer: Customer,
    wish: PaymentWish,
    amount: Decimal,
    shares: dict[int, Decimal],
    *,
    by: Actor,
    on: date,
) -> ProviderPayment:
    payment = ProviderPayment.objects.create(
        company=customer.company,
        customer=customer,
        key=wish.key,
        amount=amount,
        currency=customer.company.currency,
        started_by_name=by.actor_name[:120],
        asked_at=timezone.now(),
    )
    ProviderShare.objects.bulk_create(
        [ProviderShare(payment=payment, item_id=pk, amount=part) for pk, part in shares.items()]
    )
    record_event(
        "card_payment.begun",
        payment,
        by=by,
        on=on,
        label=payment.number,
        amount=amount,
        currency=payment.currency,
    )
    return payment


def _shares(customer: Customer, wish: PaymentWish) -> dict[int, Decimal]:
    """Item -> what of it is paid; credits below nought."""
    wanted = sorted(set(wish.item_ids))
    items = OpenItem.objects.filter(pk__in=wanted, customer=customer).order_by("due_on", "pk")
    found = list(items)
    if not found or len(found) != len(wanted):
        raise InvalidInput("payment.items", _("Choose what you want to pay."), field="items")
    currency = customer.company.currency
    for item in found:
        if item.currency != currency:
            raise InvalidInput(
                "payment.currency",
                _(
                    "%(item)s is in %(theirs)s; online only %(ours)s can be paid."
                    " Please transfer it."
                )
                % {"item": item.document_number, "theirs": item.currency, "ours": currency},
                field="items",
            )
        if item.amount < 0 or not item.outstanding_amount:
            raise Conflict(
                "payment.paid",
                _("%(item)s is paid already. Look again.") % {"item": item.document_number},
            )
    shares = {item.pk: item.outstanding_amount for item in found}
    if wish.uses_credits:
        shares |= {item.pk: item.outstanding_amount for item in usable_credits(customer)}
    return shares


def _description(payment: ProviderPayment) -> str:
    """What the payer reads on the provider's page."""
    numbers = payment.shares.filter(amount__gt=0).order_by("item__due_on", "item_id")
    told = list(numbers.values_list("item__document_number", flat=True)[:4])
    more = " …" if len(told) == 4 else ""
    return f"{payment.company.name}: {', '.join(told[:3])}{more}"
