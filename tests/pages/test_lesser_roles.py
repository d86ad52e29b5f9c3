"""What a person may do in one company opens nothing in another, and less shows less."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Company, Event, Job, Membership, User
from core.roles import Role
from core.services import start_job
from invoicing.models import Invoice
from tests import make
from tests.world import World, world

pytestmark = pytest.mark.django_db


def _signed_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def _invoiced() -> tuple[World, Invoice]:
    here = world()
    return here, here.invoiced("1", on=here.company.today())


def _job(company: Company, kind: str) -> Job:
    return start_job(company, kind, kind, {}, by=make.SET_UP, token=make.unique("job"))


def test_a_right_in_the_chosen_company_opens_nothing_where_it_is_not_held() -> None:
    here, invoice = _invoiced()
    elsewhere = make.company_se()
    person = make.user_with(Role.FINANCE_MANAGER, elsewhere)
    Membership.objects.create(user=person, company=here.company, role=Role.WAREHOUSE)
    client = _signed_in(person)
    client.post("/company", {"company": elsewhere.pk})
    hidden = (
        reverse("invoicing:detail", args=[invoice.pk]),
        reverse("invoicing:preview", args=[invoice.pk]),
        reverse("receivables:item", args=[invoice.open_items.get().pk]),
        reverse("receivables:account", args=[here.customer.pk]),
        reverse("receivables:customer_panel", args=[here.customer.pk]),
        reverse("credit:customer_panel", args=[here.customer.pk]),
    )
    assert {client.get(path).status_code for path in hidden} == {404}
    client.post("/company", {"company": here.company.pk})
    assert {client.get(path).status_code for path in hidden} == {403}
    client.post("/company", {"company": elsewhere.pk})
    assert client.get(f"/orders/{invoice.order_id}/").status_code == 200  # the warehouse may


def test_links_of_the_document_flow_lead_nobody_into_a_refusal() -> None:
    here, invoice = _invoiced()
    path, link = f"/orders/{invoice.order_id}/", f'href="{invoice.get_absolute_url()}"'.encode()
    assert link not in _signed_in(here.by(Role.WAREHOUSE)).get(path).content
    assert link in _signed_in(here.by(Role.SALES_REP)).get(path).content


def test_jobs_are_seen_by_those_who_see_their_stage() -> None:
    here = world()
    sending, other = _job(here.company, "dunning.send"), _job(here.company, "test")
    packer, collector = (_signed_in(here.by(r)) for r in (Role.WAREHOUSE, Role.COLLECTOR))
    assert packer.get(f"/jobs/{sending.pk}/").status_code == 404
    assert packer.post(f"/jobs/{sending.pk}/stop").status_code == 404
    assert b"dunning.send" not in packer.get("/jobs/").content
    assert packer.get(f"/jobs/{other.pk}/").status_code == 200
    assert collector.get(f"/jobs/{sending.pk}/").status_code == 200


# --- set-up ----------
def _roles_form(person: User, company: Company, role: Role, at: int = 0) -> dict[str, object]:
    return {
        "email": person.email,
        "name": person.name,
        "language": "en",
        "is_active": "on",
        "memberships-TOTAL_FORMS": at + 1,
        "memberships-INITIAL_FORMS": 0,
        f"memberships-{at}-company": company.pk,
        f"memberships-{at}-role": role.value,
    }


def test_an_administrator_gives_roles_to_others_and_the_trail_tells_it() -> None:
    company = make.company_de()
    admin = make.user_with(Role.ADMINISTRATOR, company)
    newcomer = User.objects.create_user("new@o2c.example", name="Nia New")
    form = _roles_form(newcomer, company, Role.BILLING)
    _signed_in(admin).post(f"/admin/core/user/{newcomer.pk}/change/", form)
    assert newcomer.memberships.get().role == Role.BILLING
    event = Event.objects.get(name="user.changed")
    assert (event.company_id, event.actor_id) == (company.pk, admin.pk)
    assert (event.payload["person"], event.payload["roles"]) == ("Nia New", "billing")


def test_an_administrator_gives_no_role_in_another_company() -> None:
    company, foreign = make.company_de(), make.company_se()
    admin = make.user_with(Role.ADMINISTRATOR, company)
    newcomer = User.objects.create_user("new@o2c.example", name="Nia New")
    form = _roles_form(newcomer, foreign, Role.ADMINISTRATOR)
    _signed_in(admin).post(f"/admin/core/user/{newcomer.pk}/change/", form)
    assert not newcomer.memberships.exists()


def test_nobody_gives_themselves_a_role() -> None:
    company = make.company_de()
    admin = make.user_with(Role.ADMINISTRATOR, company)
    form = _roles_form(admin, company, Role.FINANCE_MANAGER)
    _signed_in(admin).post(f"/admin/core/user/{admin.pk}/change/", form)
    assert [row.role for row in admin.memberships.all()] == [Role.ADMINISTRATOR]


def test_what_all_companies_share_is_set_up_by_who_sets_up_all() -> None:
    company = make.company_de()
    admin = make.user_with(Role.ADMINISTRATOR, company)
    client = _signed_in(admin)
    assert client.get("/admin/catalog/vatrate/add/").status_code == 200
    assert client.get("/admin/core/company/add/").status_code == 200
    make.company_se()
    assert client.get("/admin/catalog/vatrate/").status_code == 200
    assert client.get("/admin/catalog/vatrate/add/").status_code == 403
    assert client.get("/admin/core/company/add/").status_code == 403
