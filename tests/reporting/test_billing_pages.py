"""Pages of billing quality: figures lead to as many documents as they say, at a few statements."""

import pytest
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.roles import Role
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import D
from tests.reporting.billed import SPAN, billed, credited, handed, reissued

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    made = make.world()
    receivables.set_up_ledger(made.company)
    return made


# --- Pages ---------------------------------------------------------------------------------------
def browser(company, role: Role = Role.BILLING) -> Client:
    client = Client()
    client.force_login(kernel.user_with(role, company, language="en"))
    client.get("/notifications")
    return client


ASKED = {key: day.isoformat() for key, day in SPAN.items()}
REPORT = "reporting:billing"
LISTS = "reporting:billing_documents"


def test_figures_lead_to_as_many_documents_as_they_say(buyer) -> None:
    """Two right, one credited in part, one reissued with another text: every figure of the whole
    span and of each picture is the number of rows behind it."""
    billed(buyer)
    billed(buyer, days=0)
    credited(billed(buyer), net_amount="1.00")
    invoice = billed(buyer)
    reissued(invoice, texts={invoice.lines.get().pk: "Kugelhahn"})
    client = browser(buyer.company)
    page = client.get(reverse(REPORT), ASKED)
    sheet = page.context["sheet"]
    figures = {str(c.label): cell for c, cell in zip(sheet.columns, sheet.totals[0], strict=True)}
    expected = {
        "Invoices": 5,
        "Not right": 2,
        "Corrections": 2,
        "Unlike the order": 1,
        "Refused": 0,
    }
    assert {label: figures[label].value for label in expected} == expected
    assert figures["Right the first time, %"].value == D("50.0")
    for label in ("Invoices", "Not right", "Corrections", "Unlike the order"):
        rows = client.get(figures[label].address).context["sheet"].rows
        assert len(rows) == figures[label].value
    for picture in page.context["pictures"][2:4]:
        (series,) = picture.series
        for value, url in zip(series.values, series.urls, strict=True):
            assert len(client.get(url).context["sheet"].rows) == value


@pytest.mark.parametrize(
    "of", ["all", "bill", "send", "receive", "wrong", "corrections", "unlike", "refused"]
)
def test_lists_open_and_cost_the_same_for_many(
    buyer, of: str, django_assert_max_num_queries
) -> None:
    client, asked = browser(buyer.company), ASKED | {"of": of}
    handed(billed(buyer), hours=1, receipt="accepted", after=1)
    with django_assert_max_num_queries(15) as first:
        assert client.get(reverse(LISTS), asked).status_code == 200
    for _ in range(3):
        credited(billed(buyer), quantity="1")
    with django_assert_max_num_queries(len(first)):
        client.get(reverse(LISTS), asked)


def test_the_report_costs_a_few_statements(buyer, django_assert_max_num_queries) -> None:
    client = browser(buyer.company)
    credited(billed(buyer), quantity="1")
    with django_assert_max_num_queries(16):
        page = client.get(reverse(REPORT), ASKED)
    assert "Right the first time" in page.content.decode()


def test_a_list_of_nothing_known_is_refused(buyer) -> None:
    client = browser(buyer.company)
    assert client.get(reverse(LISTS), ASKED | {"of": "nonsense"}).status_code == 422
    page = client.get(reverse(LISTS), ASKED | {"of": "corrections", "only": "nonsense"})
    assert (page.status_code, page.context["sheet"].rows) == (200, [])
    upside_down = {"first": ASKED["last"], "last": ASKED["first"]}
    assert client.get(reverse(REPORT), upside_down).status_code == 422


def test_a_rule_leads_to_its_attempts_and_the_palette_to_the_report(buyer) -> None:
    client = browser(buyer.company)
    page = client.get(reverse(LISTS), ASKED | {"of": "refused", "only": "BR-AE-02"})
    assert "BR-AE-02" in page.content.decode()
    assert reverse(REPORT) in client.get(reverse("palette"), {"q": "billing qual"}).content.decode()
    rep = browser(buyer.company, Role.SALES_REP)
    assert rep.get(reverse(REPORT)).status_code == 403
    found = rep.get(reverse("palette"), {"q": "billing qual"}).content.decode()
    assert reverse(REPORT) not in found
