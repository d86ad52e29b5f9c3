"""Pages of dunning and disputes: status, statements, three people, and the acts by browser."""

import pytest
from django.test import Client
from django.urls import reverse

import disputes.services as disputes
import dunning.services as dunning
from core.models import Company
from core.roles import Role
from disputes.models import Dispute
from dunning.models import DunningHold, DunningRun
from tests import make
from tests.dunning.make import ROBOT, late, lender, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return lender()


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    client.get("/notifications")  # the first page notes the chosen company
    return client


@pytest.fixture
def boss(company) -> Client:
    return browser(make.user_with(Role.FINANCE_MANAGER, company))


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def today(company) -> DunningRun:
    """A run of the real day, as pages only know that one."""
    return dunning.propose(company, by=ROBOT, on=company.today())


def url(name: str, *args: object) -> str:
    return reverse(name, args=args)


def test_a_run_page_does_not_ask_per_reminder(
    company, customer, boss, django_assert_max_num_queries
) -> None:
    late(customer)
    page = url("dunning:run", today(company).pk)
    with django_assert_max_num_queries(25) as first:
        assert "Käufer AG" in boss.get(page).content.decode()
    for _ in range(5):
        late(make.customer(company))
    page = url("dunning:run", today(company).pk)
    with django_assert_max_num_queries(len(first)):
        boss.get(page)
    with django_assert_max_num_queries(12):
        boss.get(url("dunning:list"))


def test_approve_although_the_statement_is_old(company, customer, boss) -> None:
    late(customer)
    run = today(company)
    page = boss.get(url("dunning:run", run.pk)).content.decode()
    assert "Send although the bank statement is old" in page
    boss.post(url("dunning:approve", run.pk), {"seen_hash": run.content_hash})
    run.refresh_from_db()
    assert run.state == "proposed"
    fields = {"seen_hash": run.content_hash, "although_stale": "1"}
    boss.post(url("dunning:approve", run.pk), fields)
    run.refresh_from_db()
    assert run.state == "approved"


def test_propose_look_leave_out_and_discard(company, customer, boss) -> None:
    late(customer)
    assert boss.get(url("dunning:propose")).status_code == 200
    run = DunningRun.objects.get(pk=boss.post(url("dunning:propose"))["Location"].split("/")[-2])
    notice = run.notices.get()
    assert boss.get(url("dunning:notice", notice.pk)).status_code == 200
    preview = boss.get(url("dunning:preview", notice.pk))
    assert preview.content.startswith(b"%PDF")
    assert boss.post(url("dunning:exclude", notice.pk), {"reason": ""}).status_code == 422
    assert boss.post(url("dunning:exclude", notice.pk), {"reason": "Calls"}).status_code == 302
    assert boss.post(url("dunning:exclude", notice.pk), {"reason": "Calls"}).status_code == 409
    boss.post(url("dunning:discard", run.pk))
    run.refresh_from_db()
    assert run.state == "discarded"


def test_pause_a_customer_and_an_item(company, customer, boss) -> None:
    item = late(customer)
    fields = {"until": "+7", "reason": "Talks"}
    for page in (url("dunning:hold", customer.pk), url("dunning:hold_item", item.pk)):
        assert boss.get(page).status_code == 200
        assert boss.post(page, {"until": "2020-01-01", "reason": "x"}).status_code == 422
        assert boss.post(page, fields).status_code == 302
    assert set(DunningHold.objects.values_list("item_id", flat=True)) == {None, item.pk}
    panel = boss.get(url("dunning:customer_panel", customer.pk)).content.decode()
    assert "Talks" in panel
    for hold in DunningHold.objects.all():
        assert boss.post(url("dunning:lift", hold.pk)).status_code == 302
    assert not DunningHold.objects.filter(lifted_at=None).exists()


def test_a_written_reminder_shows_its_letter(company, customer, boss) -> None:
    late(customer)
    (notice,) = written(company)
    page = boss.get(url("dunning:notice", notice.pk)).content.decode()
    assert url("core:document", notice.letter_id) in page


def test_a_dispute_by_browser(company, customer, boss, django_assert_max_num_queries) -> None:
    item = late(customer, "119.00")
    opening = url("disputes:open", item.pk)
    assert boss.get(opening).status_code == 200
    assert boss.post(opening, {"amount": "999.00", "reason": "price"}).status_code == 422
    assert boss.post(opening, {"amount": "19.00", "reason": "price"}).status_code == 302
    dispute = Dispute.objects.get()
    with django_assert_max_num_queries(12):
        assert item.document_number in boss.get(url("disputes:list")).content.decode()
    with django_assert_max_num_queries(25):
        boss.get(url("disputes:detail", dispute.pk))
    deciding = url("disputes:resolve", dispute.pk)
    assert boss.post(deciding, {"decision": "", "resolution": "ok"}).status_code == 422
    assert boss.post(deciding, {"decision": "accept", "resolution": "ok"}).status_code == 302
    assert boss.post(deciding, {"decision": "accept", "resolution": "ok"}).status_code == 409


def pages(company, customer) -> list[str]:
    item = late(customer)
    clerk = make.user_with(Role.COLLECTOR, company)
    amount = item.amount / 2
    dispute = disputes.open_dispute(
        item.pk, amount=round(amount, 2), reason="price", by=clerk, on=company.today()
    )
    run = today(company)
    notice = run.notices.get()
    return [
        url("dunning:run", run.pk),
        url("dunning:run", run.pk) + "?tab=changed",
        url("dunning:run", run.pk) + "?tab=left_out",
        url("dunning:notice", notice.pk),
        url("dunning:preview", notice.pk),
        url("dunning:customer_panel", customer.pk),
        url("dunning:hold", customer.pk),
        url("dunning:hold_item", item.pk),
        url("disputes:detail", dispute.pk),
        url("disputes:open", item.pk),
    ]


def test_a_colleague_without_the_right_is_told_so(company, customer) -> None:
    colleague = browser(make.user_with(Role.WAREHOUSE, company))
    for page in [*pages(company, customer), url("dunning:list"), url("disputes:list")]:
        assert colleague.get(page).status_code == 403, page


def test_a_stranger_finds_nothing(company, customer) -> None:
    stranger = browser(make.user_with(Role.FINANCE_MANAGER, make.company_de()))
    for page in pages(company, customer):
        assert stranger.get(page).status_code == 404, page


def test_a_right_in_one_company_opens_nothing_in_the_other(company, customer) -> None:
    person = make.user_with(Role.FINANCE_MANAGER, make.company_de())
    person.memberships.create(company=company, role=Role.WAREHOUSE)
    client = browser(person)
    for page in pages(company, customer):
        assert client.get(page).status_code == 403, page
