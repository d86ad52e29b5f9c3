"""Forms sent twice, bulk acts on other people's rows, markup in every text: said, not done."""

import pytest
from django.test import Client
from django.urls import reverse

import orders.services as orders
from core.models import OutboundMessage
from core.roles import Role
from customers.models import Customer
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c import flow
from orders.models import Order
from receivables.models import BankEntry, OpenItem
from tests import make
from tests.world import MONDAY, World, world

pytestmark = pytest.mark.django_db

MARKUP = '<script>alert(1)</script><img src="file:///etc/passwd">{{ 7 }}'


@pytest.fixture
def here() -> World:
    """A company that trades."""
    return world()


def _rows(here: World) -> tuple[int, int, int]:
    return Shipment.objects.count(), Invoice.objects.count(), OpenItem.objects.count()


def test_a_shipment_goes_out_once_and_the_second_click_is_told(here: World, client: Client) -> None:
    shipment = here.picked(here.submitted("2"))
    line = shipment.lines.get()
    client.force_login(here.by(Role.WAREHOUSE))
    url = reverse("fulfillment:dispatch", args=[shipment.pk])
    typed = {"carrier": "DHL", f"quantity_{line.pk}": "2"}
    assert client.post(url, typed).status_code == 302
    before = _rows(here)
    again = client.post(url, typed)
    assert again.status_code in (409, 422)
    assert "o2c-error-summary" in again.content.decode()
    assert _rows(here) == before


def test_an_order_is_entered_once(here: World, client: Client) -> None:
    client.force_login(here.by(Role.SALES_REP))
    typed = {
        "token": "entry-1",
        "customer": str(here.customer.pk),
        "row_key": "r1",
        "row_article": here.article.number,
        "row_quantity": "1",
    }
    places = [client.post(reverse("orders:save_new"), typed)["Location"] for _time in range(2)]
    assert places[0] == places[1]
    assert Order.objects.count() == 1


def test_a_credit_note_is_made_once(here: World, client: Client) -> None:
    invoice = here.invoiced("1")
    client.force_login(here.by(Role.FINANCE_MANAGER))
    url = reverse("invoicing:credit", args=[invoice.pk])
    first = client.post(url, {"reason": "wrong"})
    again = client.post(url, {"reason": "wrong"})
    assert first.status_code == 302
    assert again.status_code in (302, 409, 422)
    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_more_than_was_picked_or_less_than_nothing_is_not_sent(here: World, client: Client) -> None:
    shipment = here.picked(here.submitted("2"))
    line = shipment.lines.get()
    client.force_login(here.by(Role.WAREHOUSE))
    url = reverse("fulfillment:dispatch", args=[shipment.pk])
    for quantity in ("3", "-1", "1e5", "1_000", "１", "99999999999999999999", "0.0001"):
        response = client.post(url, {f"quantity_{line.pk}": quantity})
        assert response.status_code == 422, quantity
        assert "o2c-error-summary" in response.content.decode(), quantity
    assert not Invoice.objects.exists()


# --- Another company's rows in one's own forms ---------------------------------------------------
@pytest.fixture
def foreign() -> World:
    """A second company with its own people, for its numbers in our forms."""
    return world()


def test_another_company_s_rows_do_nothing_in_forms(
    here: World, foreign: World, client: Client
) -> None:
    client.force_login(here.by(Role.SALES_REP))
    typed = {"row_key": "r1", "row_quantity": "1"}
    theirs = {"customer": str(foreign.customer.pk), "row_product": str(foreign.article.pk)}
    first = client.post(reverse("orders:save_new"), typed | theirs)
    ours = {"customer": str(here.customer.pk), "row_product": str(foreign.article.pk)}
    second = client.post(reverse("orders:save_new"), typed | ours)
    assert (first.status_code, second.status_code) == (422, 422)
    assert foreign.article.name not in second.content.decode()
    assert not Order.objects.exists()


def test_bulk_picking_leaves_other_companies_alone(
    here: World, foreign: World, client: Client
) -> None:
    theirs = foreign.submitted("1")
    client.force_login(here.by(Role.WAREHOUSE))
    keys = [str(theirs.pk), "9" * 5000, "²", "-1", "99999999999999999999"]
    response = client.post(reverse("fulfillment:pick_selected"), {"selected": keys})
    assert response.status_code == 302
    assert not Shipment.objects.exists()


def test_stock_of_another_company_can_t_be_booked(
    here: World, foreign: World, client: Client
) -> None:
    client.force_login(here.by(Role.WAREHOUSE))
    for role in (Role.ADMINISTRATOR, Role.WAREHOUSE):
        client.force_login(here.by(role))
        response = client.post(
            reverse("fulfillment:receive"),
            {
                "warehouse": str(foreign.warehouse.pk),
                "article_1": foreign.article.number,
                "quantity_1": "1",
                "token": "t",
            },
        )
        assert response.status_code in (403, 422)


def test_money_can_t_be_given_to_another_company_s_item(
    here: World, foreign: World, client: Client
) -> None:
    foreign.invoiced("1")
    theirs = OpenItem.objects.get(company=foreign.company)
    here.paid("50", "no reference", on=MONDAY)
    entry = BankEntry.objects.get(company=here.company)
    client.force_login(here.by(Role.AR_ACCOUNTANT))
    url = reverse("receivables:match", args=[entry.pk])
    client.post(url, {"item": [str(theirs.pk)], "difference": "open"})
    on_account = reverse("receivables:on_account", args=[entry.pk])
    answer = client.post(on_account, {"customer": str(foreign.customer.pk)})
    assert answer.status_code == 404
    theirs.refresh_from_db()
    entry.refresh_from_db()
    assert theirs.outstanding_amount == theirs.amount
    assert not entry.is_settled


# --- Lists ----------------------------------------------------------------------------------------
LISTS = ["customers:list", "orders:list", "invoicing:list", "receivables:items", "catalog:list"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_can_t_be_asked_about_what_it_does_not_show(
    name: str, here: World, foreign: World, client: Client
) -> None:
    """No lookup of the ORM gets through, and no other company's rows come out."""
    here.invoiced("1")
    foreign.invoiced("1")
    person = here.by(Role.FINANCE_MANAGER)
    client.force_login(person)
    plain = b"".join(client.get(reverse(name), {"export": "csv"}))
    for asked in (
        {"sales_rep__password__startswith": "zzz"},
        {"company": str(foreign.company.pk)},
        {"company_id__in": str(foreign.company.pk)},
        {"sort": "sales_rep__password"},
        {"sort": "-company__name"},
    ):
        assert b"".join(client.get(reverse(name), {"export": "csv", **asked})) == plain, asked
    assert foreign.customer.name.encode() not in plain


# --- Markup and formulas --------------------------------------------------------------------------
def test_markup_in_names_is_text_everywhere(here: World, client: Client) -> None:
    """In pages, in PDFs (which fetch nothing), in mails and in exports."""
    buyer = here.customer
    Customer.objects.filter(pk=buyer.pk).update(name=f"={MARKUP}")
    order = here.order("1", po_number="=1+1<b>", note=MARKUP)
    flow.submit_order(order.pk, by=here.by(Role.SALES_REP), on=MONDAY)
    confirmed = orders.confirm_order(order.pk, by=make.SET_UP, on=MONDAY)
    assert confirmed.confirmation is not None
    assert b"root:" not in confirmed.confirmation.read()
    mail = OutboundMessage.objects.get(kind="order_confirmation")
    assert not mail.html
    assert "\n" not in mail.subject
    client.force_login(here.by(Role.FINANCE_MANAGER))
    for url in (order.get_absolute_url(), buyer.get_absolute_url(), reverse("customers:list")):
        page = client.get(url).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page
    export = b"".join(client.get(reverse("customers:list"), {"export": "csv"})).decode()
    assert f"\"'={MARKUP[:8]}" in export
