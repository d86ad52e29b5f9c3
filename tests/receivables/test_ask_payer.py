"""A customer is asked what a payment is for, and answers on a page without a login."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, OutboundMessage, SignedLink
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from receivables.models import BankEntry, BankMatch, EntryQuestion, OpenItem, RemittanceAdvice
from tests import make
from tests.receivables.make import DAY, ROBOT, item, ledger, paid

pytestmark = pytest.mark.django_db
TO = "kim@customer.example"


@pytest.fixture
def company() -> Company:
    cache.clear()
    return ledger()


@pytest.fixture
def customer(company: Company) -> Customer:
    return make.customer(company, "Käufer AG", language="en")


def _waits(customer: Customer, name: str = "Käufer AG") -> tuple[BankEntry, list[OpenItem]]:
    """A payment of two of three items that ask the same."""
    items = [item(customer, "119.00") for _each in range(3)]
    return paid(customer.company, "238.00", "danke", name=name), items


def _asked(entry: BankEntry, customer: Customer) -> SignedLink:
    made = receivables.ask_payer(entry.pk, customer=customer, to=TO, by=ROBOT, on=DAY)
    assert made.link is not None
    return made.link


def _path(link: SignedLink) -> str:
    parts = urlsplit(link.address())
    return f"{parts.path}?{parts.query}"


def test_an_answer_that_fits_is_booked_by_itself_where_the_payer_agrees(
    company: Company, customer: Customer, client: Client
) -> None:
    entry, items = _waits(customer)
    assert not entry.is_settled
    link = _asked(entry, customer)
    assert OutboundMessage.objects.get(link=link).to == TO
    page = client.get(_path(link)).content.decode()
    assert all(found.document_number in page for found in items)
    assert client.post(_path(link), {}).status_code == 422
    wanted = [items[0].pk, items[2].pk]
    assert client.post(_path(link), {"item": wanted}).status_code == 302
    match = BankMatch.objects.get(bank_entry=entry)
    assert (match.way, match.evidence[0]["code"]) == ("auto", "advice")
    assert [OpenItem.objects.get(pk=found.pk).outstanding_amount for found in items] == [
        0, Decimal("119.00"), 0
    ]  # fmt: skip
    assert items[2].document_number in client.get(_path(link)).content.decode()
    client.post(_path(link), {"item": [items[1].pk]})
    assert BankMatch.objects.count() == 1


def test_an_answer_of_an_unknown_payer_or_another_sum_waits_for_a_person(
    company: Company, customer: Customer, client: Client
) -> None:
    entry, items = _waits(customer, name="Irgendwer")
    link = _asked(entry, customer)
    client.post(_path(link), {"item": [items[0].pk, items[1].pk]})
    best = receivables.propose(entry).outcome.proposals[0]
    assert {share.item.pk for share in best.shares} == {items[0].pk, items[1].pk}
    assert "advice" in {reason.code for reason in best.evidence}
    assert not BankMatch.objects.exists()
    other = paid(company, "500.00", "danke", name="Irgendwer")
    client.post(_path(_asked(other, customer)), {"item": [items[2].pk]})
    assert RemittanceAdvice.objects.count() == 1
    client.force_login(make.user_with("ar_accountant", company))
    shown = client.get(reverse("receivables:matching_entry", args=[other.pk])).content.decode()
    assert TO in shown
    assert items[2].document_number in shown


def test_asking_again_ends_the_earlier_link_and_late_answers_are_told_kindly(
    company: Company, customer: Customer, client: Client
) -> None:
    entry, items = _waits(customer)
    first = _asked(entry, customer)
    assert BankEntry.objects.asked().count() == 1
    with pytest.raises(Conflict, match="moment ago"):
        _asked(entry, customer)
    made = receivables.ask_payer(entry.pk, customer=customer, to="b@c.example", by=ROBOT, on=DAY)
    assert client.get(_path(first)).status_code == 410
    assert client.get("/answers/payment?key=none").status_code == 410
    shares = [receivables.ShareDraft(found.pk, Decimal("119.00")) for found in items[:2]]
    receivables.match_entry(entry.pk, shares=shares, by=ROBOT, on=DAY)
    assert made.link is not None
    late = client.post(_path(made.link), {"item": [items[2].pk]})
    assert (late.status_code, "assigned already" in late.content.decode()) == (200, True)
    assert OpenItem.objects.get(pk=items[2].pk).outstanding_amount == Decimal("119.00")


def test_who_has_no_address_or_nothing_open_is_not_asked(
    company: Company, customer: Customer, client: Client
) -> None:
    entry, _items = _waits(customer)
    client.force_login(make.user_with("ar_accountant", company))
    url = reverse("receivables:ask_payer", args=[entry.pk])
    assert client.get(f"{url}?customer={customer.pk}").status_code == 200
    customer.contacts.update(is_active=False)
    assert client.post(url, {"customer": customer.pk, "to": ""}).status_code == 422
    with pytest.raises(InvalidInput, match="nothing open"):
        _asked(entry, make.customer(company, "Andere KG"))
    assert client.post(url, {"customer": customer.pk, "to": TO}).status_code == 302
    assert EntryQuestion.objects.get().asked_by_name
