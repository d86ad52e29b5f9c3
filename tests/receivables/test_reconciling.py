"""Balances of another ledger beside ours: by account, and by document of the control account."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, User
from core.sheets import ImportReport
from o2c.errors import InvalidInput, PermissionMissing
from receivables.models import LedgerBalance, LedgerList
from tests import make
from tests.receivables.make import DAY, ROBOT, item, ledger, paid

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=9)


@pytest.fixture
def company() -> Company:
    return ledger()


def taken(company: Company, text: str, *, day: date = DAY, **fields: bool) -> ImportReport:
    return receivables.import_balances(
        company, text.encode(), "susa.csv", day=day, by=ROBOT, on=LATER, **fields
    )


def apart(company: Company, day: date = DAY) -> dict[str, D]:
    listed = receivables.newest_list(company, day)
    assert listed is not None
    found = receivables.account_differences(company, listed)
    return {one.account.number: one.difference for one in found if one.difference}


def test_accounts_are_compared_at_the_end_of_the_day(company) -> None:
    customer = make.customer(company)
    item(customer, "119.00")
    item(customer, "50.00", on=DAY + timedelta(days=1))
    report = taken(company, "Konto;Saldo\n1400;119,00\n8400;100,00 H\n1776;18,00 H\n4711;5,00\n")
    assert (report.counts["new"], report.problem_count) == (4, 0)
    assert apart(company) == {"1776": D("1.00")}


def test_debit_and_credit_may_have_columns_of_their_own(company) -> None:
    item(make.customer(company), "119.00")
    taken(company, "Konto;Soll;Haben\n1400;119,00;\n8400;;100,00\n1776;;19,00\n")
    assert apart(company) == {}


def test_the_newest_list_of_a_day_counts_and_the_same_twice_is_one(company) -> None:
    item(make.customer(company), "119.00")
    first = "account;balance\n1400;100.00\n"
    taken(company, first)
    assert apart(company) == {"1400": D("-19.00")}
    assert taken(company, first).counts == {"new": 0, "known": 1}
    taken(company, "account;balance\n1400;119.00\n")
    assert apart(company) == {}
    assert LedgerList.objects.count() == 2


def test_a_wrong_row_takes_nothing_unless_left_out(company) -> None:
    text = "account;balance\n1400;abc\n8400;-1.005\n1776;-19.00\n"
    assert taken(company, text).problem_count == 2
    assert not LedgerList.objects.exists()
    assert taken(company, text, skip_bad=True).counts["new"] == 1
    assert LedgerBalance.objects.get().amount == D("-19.00")


def test_documents_of_the_control_account(company) -> None:
    customer = make.customer(company)
    agreed = item(customer, "10.00", number="A 1")
    part = item(customer, "119.00", number="A2")
    item(customer, "7.00", number="A3")
    money = paid(company, "19.00", "danke")
    share = receivables.ShareDraft(part.pk, D("19.00"))
    receivables.match_entry(money.pk, shares=[share], customer_id=customer.pk, by=ROBOT, on=DAY)
    taken(
        company,
        "Konto;Belegnummer;Betrag\n1400;a1;10,00\n1400;A2;119,00\n1400;Z9;3,00\n",
    )
    listed = receivables.newest_list(company, DAY)
    assert listed is not None
    found, count = receivables.document_differences(company, listed)
    assert {one.number: one.difference for one in found} == {
        "A2": D("19.00"),
        "A3": D("-7.00"),
        "Z9": D("3.00"),
    }
    assert count == 3
    assert agreed.document_number not in {one.number for one in found}
    assert apart(company) == {"1400": D("15.00")}


def test_days_to_come_rights_and_columns(company) -> None:
    with pytest.raises(InvalidInput, match="to come"):
        taken(company, "account;balance\n1400;1.00\n", day=LATER + timedelta(days=1))
    with pytest.raises(InvalidInput, match="no column with a balance"):
        taken(company, "account;name\n1400;x\n")
    with pytest.raises(PermissionMissing):
        receivables.import_balances(
            company,
            b"account;balance\n1400;1.00\n",
            "a.csv",
            day=DAY,
            by=make.user_with("warehouse", company),
            on=LATER,
        )


def test_a_list_stays(company) -> None:
    taken(company, "account;balance\n1400;1.00\n")
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerBalance.objects.update(amount=2)


def test_the_month_s_check_follows_the_list(company) -> None:
    def check() -> tuple[str, str] | None:
        found = receivables.month_checks(company, until=DAY)
        return next(((c.state, c.outcome) for c in found if c.code == "ledger"), None)

    assert check() is None
    item(make.customer(company), "119.00")
    taken(company, "account;balance\n1400;1.00\n", day=DAY - timedelta(days=9))
    assert check() == ("amber", "missing")
    taken(company, "account;balance\n1400;1.00\n")
    assert check() == ("amber", "some")
    taken(company, "account;balance\n8400;-100.00\n1776;-19.00\n")
    assert check() == ("amber", "unnamed")
    taken(company, "account;balance\n14000000;119.00\n")
    assert check() == ("amber", "unnamed")
    taken(company, "account;balance\n1400;119.00\n")
    assert check() == ("green", "none")


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_clerk_takes_a_list_in_and_sees_what_differs(company) -> None:
    item(make.customer(company), "119.00", number="A-1")
    clerk = browser_of(make.user_with("ar_accountant", company))
    url = f"{reverse('receivables:import_balances')}?day={DAY.isoformat()}"
    file = SimpleUploadedFile("op.csv", b"Konto;Beleg;Saldo\n1400;A-1;100,00\n")
    preview = clerk.post(url, {"file": file})
    assert not LedgerList.objects.exists()
    sent = {"document": preview.context["document"].pk}
    assert clerk.post(url, sent).status_code == 302
    assert LedgerList.objects.get().balance_on == DAY
    page = clerk.get(reverse("receivables:reconciliation"), {"day": DAY})
    assert page.context["difference"] == D("19.00")
    assert [one.number for one in page.context["documents"]] == ["A-1"]


def test_a_list_of_other_accounts_is_no_agreement(company) -> None:
    item(make.customer(company), "119.00")
    taken(company, "account;balance\n8400;-100.00\n")
    clerk = browser_of(make.user_with("ar_accountant", company))
    page = clerk.get(reverse("receivables:reconciliation"), {"day": DAY}).content.decode()
    assert "does not name our receivables account" in page
    assert "agrees with ours" not in page


def test_three_people(company) -> None:
    taken(company, "account;balance\n1400;1.00\n")
    url = reverse("receivables:reconciliation")
    other = make.user_with("ar_accountant", make.company_se())
    assert browser_of(other).get(url, {"day": DAY}).context["listed"] is None
    assert browser_of(make.user_with("auditor", company)).get(url).context["listed"] is not None
    assert browser_of(make.user_with("warehouse", company)).get(url).status_code == 403
