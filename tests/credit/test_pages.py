"""Pages of credit: status, statements, three people, and the acts by browser."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.roles import Role
from credit.models import CreditAccount, CreditHold, LimitChange
from credit.words import told
from tests import make as kernel
from tests.credit.make import held, set_limit
from tests.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    client.get("/notifications")  # the first page notes the chosen company
    return client


@pytest.fixture
def manager(here: World) -> Client:
    return browser(here.by(Role.CREDIT_MANAGER))


def url(name: str, *args: object) -> str:
    return reverse(f"credit:{name}", args=args)


def test_the_queue_shows_why_and_does_not_ask_per_row(
    here: World, manager: Client, django_assert_max_num_queries
) -> None:
    held(here)
    with django_assert_max_num_queries(12) as first:
        page = manager.get(url("holds")).content.decode()
    assert "limit +138.00" in page
    for _ in range(4):
        here.submitted("2")
    with django_assert_max_num_queries(len(first)):
        manager.get(url("holds"))


@pytest.mark.parametrize("query", ["state=open", "q=C", "sort=-gross_amount", "export=csv"])
def test_the_queue_filters(here: World, manager: Client, query: str) -> None:
    held(here)
    assert manager.get(url("holds") + f"?{query}").status_code == 200


def test_a_hold_shows_rules_and_figures_within_25_statements(
    here: World, manager: Client, django_assert_max_num_queries
) -> None:
    hold = held(here)
    with django_assert_max_num_queries(25):
        page = manager.get(url("hold", hold.pk)).content.decode()
    assert "238.00 are used of a limit of 100.00" in page


def test_release_needs_a_reason_and_goes_on_to_the_next(here: World, manager: Client) -> None:
    hold, following = held(here), CreditHold.objects.get(order=here.submitted("2"))
    empty = manager.post(url("release", hold.pk), {"reason": ""})
    assert empty.status_code == 422
    answer = manager.post(url("release", hold.pk), {"reason": "Guarantee"})
    assert answer["Location"] == url("hold", following.pk)
    again = manager.post(url("release", hold.pk), {"reason": "Guarantee"})
    assert again.status_code == 409
    manager.post(url("reject", following.pk), {"reason": "No"})
    assert sorted(CreditHold.objects.values_list("state", flat=True)) == ["rejected", "released"]


def test_recheck_says_what_came_of_it(here: World, manager: Client) -> None:
    hold = held(here)
    assert (
        "still has to wait" in manager.post(url("recheck", hold.pk), follow=True).content.decode()
    )
    set_limit(here, here.customer, "9000")
    assert "passes now" in manager.post(url("recheck", hold.pk), follow=True).content.decode()


def test_a_limit_is_proposed_and_approved_by_two(here: World, manager: Client) -> None:
    form = {"amount": "5,000.00", "reason": "Grows"}
    assert manager.get(url("propose_limit", here.customer.pk)).status_code == 200
    assert manager.post(url("propose_limit", here.customer.pk), {"amount": "x"}).status_code == 422
    assert manager.post(url("propose_limit", here.customer.pk), form).status_code == 302
    change = LimitChange.objects.get(state="proposed")
    own = manager.post(url("decide_limit", change.pk), {"decision": "approve"})
    assert own.status_code in (302, 422)
    assert CreditAccount.objects.get(customer=here.customer).limit_amount == 10000
    boss = browser(here.by(Role.FINANCE_MANAGER))
    boss.post(url("decide_limit", change.pk), {"decision": "approve"})
    assert CreditAccount.objects.get(customer=here.customer).limit_amount == 5000
    assert "5,000.00" in boss.get(url("limits")).content.decode()


def test_the_panel_and_the_light(here: World, manager: Client) -> None:
    panel = manager.get(url("customer_panel", here.customer.pk)).content.decode()
    assert "10,000.00" in panel
    light = f"{url('light')}?customer={here.customer.pk}&amount="
    rep = browser(here.by(Role.SALES_REP))
    assert "10,000.00" in manager.get(light + "5").content.decode()
    for amount, word in (("5", "May order"), ("99999", "Credit check")):
        seen = rep.get(light + amount).content.decode()
        assert word in seen
        assert "10,000.00" not in seen
    assert rep.get(f"{url('light')}?customer=x").status_code == 404


def test_looking_writes_nothing(here: World, manager: Client) -> None:
    stranger = kernel.customer(here.company)
    accounts = CreditAccount.objects.count()
    manager.get(url("customer_panel", stranger.pk))
    manager.get(f"{url('light')}?customer={stranger.pk}")
    manager.get(url("propose_limit", stranger.pk))
    assert CreditAccount.objects.count() == accounts


def pages(here: World) -> list[str]:
    hold = held(here)
    customer = here.customer.pk
    return [
        url("hold", hold.pk),
        url("propose_limit", customer),
        url("customer_panel", customer),
    ]


def test_a_colleague_without_the_right_is_told_so(here: World) -> None:
    colleague = browser(here.by(Role.WAREHOUSE))
    for page in [*pages(here), url("holds"), url("limits")]:
        assert colleague.get(page).status_code == 403, page


def test_a_stranger_finds_nothing(here: World) -> None:
    stranger = browser(kernel.user_with(Role.CREDIT_MANAGER, kernel.company_de()))
    for page in pages(here):
        assert stranger.get(page).status_code == 404, page


def test_a_right_in_one_company_opens_nothing_in_the_other(here: World) -> None:
    """Credit manager at home, packer here: the hold here stays closed, whichever is chosen."""
    person = kernel.user_with(Role.CREDIT_MANAGER, kernel.company_de())
    person.memberships.create(company=here.company, role=Role.WAREHOUSE)
    client = browser(person)
    for page in pages(here):
        assert client.get(page).status_code == 403, page


def test_what_the_rules_said_is_told_in_the_readers_language(here: World) -> None:
    decision = held(here).decision
    limit = next(answer for answer in decision.answers if answer["rule"] == "limit")
    override = {"rule": "override", "outcome": "pass", "text": "Trusted.", "note": ""}
    decision.answers.append(override)
    assert told(decision) == decision.answers
    with translation.override("sv"):
        swedish = told(decision)
    assert "Med denna order är" in next(a for a in swedish if a["rule"] == "limit")["text"]
    assert "With this order" in limit["text"]
    assert swedish[-1] == override


def test_a_choice_survives_a_missing_reason(here: World, manager: Client) -> None:
    hold = held(here)
    again = manager.post(url("reject", hold.pk), {"decision": "reject", "reason": ""})
    page = again.content.decode()
    assert f'action="{url("reject", hold.pk)}"' in page
    assert page.index("checked") > page.index('value="reject"')


def test_the_address_of_an_act_leads_to_its_document(here: World, manager: Client) -> None:
    hold = held(here)
    assert manager.get(url("reject", hold.pk))["Location"] == url("hold", hold.pk)
