"""The flat-rate provision: on the net of what is open by age, booked and taken back."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import disputes.services as disputes
import receivables.services as receivables
from core.models import Company, Event, User
from o2c import flow
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from receivables.models import JournalEntry, JournalLine, LatePosting
from tests import make
from tests.receivables.make import DAY, ROBOT, item, ledger, paid

pytestmark = pytest.mark.django_db
END = date(2026, 6, 30)
NEXT = date(2026, 7, 31)
AFTER = date(2026, 8, 3)
RATES = {0: D("0.01"), 31: D("0.05"), 91: D("0.5")}


@pytest.fixture
def company() -> Company:
    made = ledger()
    receivables.set_provision_rates(made, valid_from=DAY, rates=RATES, by=ROBOT, on=DAY)
    return made


def owed(company: Company, gross: str, days_late: int, **fields: Any) -> Any:
    """An item that is so many days overdue at the end of June, terms of 14 days."""
    return item(make.customer(company), gross, on=END - timedelta(days=days_late + 14), **fields)


def lines(company: Company, day: date = END) -> dict[int, tuple[D, D]]:
    """Days overdue from -> base and provision."""
    found = flow.provision_lines(company, day=day)
    return {one.days_overdue: (one.net_amount, one.amount) for one in found}


def booked(company: Company, day: date = END, **fields: Any) -> list[JournalEntry]:
    return flow.book_provision(company, day=day, by=fields.pop("by", ROBOT), on=AFTER, **fields)


def balance(company: Company, role: str, until: date) -> D:
    rows = JournalLine.objects.filter(
        account__company=company, account__role=role, entry__posted_on__lte=until
    )
    return sum((row.amount for row in rows), D(0))


def test_each_age_has_its_share_of_the_net(company) -> None:
    for gross, days_late in (("119.00", 91), ("1190.00", 31), ("238.00", 30), ("119.00", 0)):
        owed(company, gross, days_late)
    assert lines(company) == {
        0: (D("300.00"), D("3.00")),
        31: (D("1000.00"), D("50.00")),
        91: (D("100.00"), D("50.00")),
    }


def test_what_was_paid_later_was_open_then(company) -> None:
    late = owed(company, "1190.00", 40)
    money = paid(company, "595.00", "danke", on=END - timedelta(days=1))
    share = receivables.ShareDraft(late.pk, D("595.00"))
    receivables.match_entry(
        money.pk, shares=[share], customer_id=late.customer_id, by=ROBOT, on=END
    )
    rest = paid(company, "595.00", "danke", on=END + timedelta(days=2))
    receivables.match_entry(
        rest.pk, shares=[share], customer_id=late.customer_id, by=ROBOT, on=AFTER
    )
    assert lines(company) == {31: (D("500.00"), D("25.00"))}
    assert lines(company, NEXT) == {}


def test_disputed_amounts_are_left_out(company) -> None:
    late = owed(company, "1190.00", 40)
    clerk = make.user_with("ar_accountant", company)
    disputes.open_dispute(late.pk, amount=D("119.00"), reason="price", by=clerk, on=END)
    assert lines(company) == {31: (D("900.00"), D("45.00"))}


def test_it_is_booked_once_and_taken_back_at_the_next(company) -> None:
    owed(company, "1190.00", 40)
    (entry,) = booked(company)
    assert booked(company) == []
    assert balance(company, "provision", END) == D("-50.00")
    assert balance(company, "provision_expense", END) == D("50.00")
    assert not entry.lines.filter(account__role="vat").exists()
    back, now = booked(company, NEXT)
    assert (back.reverses, back.posted_on, now.posted_on) == (entry, NEXT, NEXT)
    assert balance(company, "provision", NEXT) == D("-50.00")
    assert balance(company, "provision", NEXT - timedelta(days=1)) == D("-50.00")


def check(company: Company, until: date) -> tuple[str, str]:
    found = receivables.month_checks(company, until=until)
    return next((c.state, c.outcome) for c in found if c.code == "provision")


def test_nothing_to_provide_for_is_done(company) -> None:
    """No entry, no event and no reason to give; the provision before is taken back all the same."""
    assert check(company, END) == ("green", "none")
    assert booked(company) == []
    assert not Event.objects.filter(name="receivables.provided").exists()
    late = owed(company, "1190.00", 40)
    assert check(company, END) == ("amber", "")
    (entry,) = booked(company)
    assert check(company, END) == ("green", "booked")
    money = paid(company, "1190.00", "danke", on=END + timedelta(days=2))
    share = receivables.ShareDraft(late.pk, D("1190.00"))
    receivables.match_entry(
        money.pk, shares=[share], customer_id=late.customer_id, by=ROBOT, on=AFTER
    )
    assert check(company, NEXT) == ("amber", "")
    (back,) = booked(company, NEXT)
    assert (back.reverses, booked(company, NEXT)) == (entry, [])
    assert check(company, NEXT) == ("green", "none")
    assert Event.objects.filter(name="receivables.provided").count() == 2


def test_an_earlier_day_comes_too_late(company) -> None:
    owed(company, "1190.00", 40)
    booked(company, NEXT)
    with pytest.raises(Conflict, match="too late"):
        booked(company, END)


def test_the_day_must_be_over_and_have_percentages(company) -> None:
    with pytest.raises(InvalidInput, match="not over"):
        booked(company, AFTER)
    with pytest.raises(InvalidInput, match="percentages"):
        booked(company, DAY - timedelta(days=1))
    with pytest.raises(PermissionMissing):
        booked(company, by=make.user_with("ar_accountant", company))


def test_a_softly_closed_month_takes_a_reason(company) -> None:
    owed(company, "1190.00", 40)
    manager = make.user_with("finance_manager", company)
    receivables.close_books(company, until=END, strength="soft", by=ROBOT, on=AFTER)
    with pytest.raises(Conflict, match="closed"):
        booked(company, by=manager)
    assert len(booked(company, by=manager, late_reason="Closing entry")) == 1
    assert LatePosting.objects.get().reason == "Closing entry"


def test_percentages_hold_from_a_day_on(company) -> None:
    owed(company, "1190.00", 40)
    words: dict[str, Any] = {"by": ROBOT, "on": AFTER}
    receivables.set_provision_rates(company, valid_from=NEXT, rates={1: D("0.1")}, **words)
    assert lines(company) == {31: (D("1000.00"), D("50.00"))}
    assert lines(company, NEXT) == {1: (D("1000.00"), D("100.00"))}
    with pytest.raises(Conflict, match="already"):
        receivables.set_provision_rates(company, valid_from=NEXT, rates=RATES, **words)
    for wrong in ({1: D("1.01")}, {7: D("0.1")}, {}):
        with pytest.raises(InvalidInput, match="between"):
            receivables.set_provision_rates(company, valid_from=AFTER, rates=wrong, **words)


def test_swedish_books_have_their_accounts() -> None:
    company = make.company_se()
    receivables.set_up_ledger(company)
    receivables.set_provision_rates(company, valid_from=DAY, rates=RATES, by=ROBOT, on=DAY)
    item(
        make.customer(company),
        "1250.00",
        rate="0.25",
        on=END - timedelta(days=54),
        number="S-1",
    )
    (entry,) = booked(company)
    found = {line.account.number: line.amount for line in entry.lines.select_related("account")}
    assert found == {"6352": D("50.00"), "1519": D("-50.00")}


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_previews_and_books(company) -> None:
    owed(company, "1190.00", 40)
    manager = browser_of(make.user_with("finance_manager", company))
    url = reverse("receivables:provision")
    assert manager.get(url, {"month": "2026-06"}).context["total"] == D("50.00")
    sent = {"month": "2026-06", "late_reason": ""}
    assert manager.post(reverse("receivables:book_provision"), sent).status_code == 302
    page = manager.get(url, {"month": "2026-06"})
    assert page.context["booked"] == receivables.provision_on(company, END)
    rates = reverse("receivables:provision_rates")
    assert manager.post(rates, {"valid_from": "2026-07-31", "from_91": "120"}).status_code == 422
    assert manager.post(rates, {"valid_from": "2026-07-31", "from_91": "40"}).status_code == 302
    assert receivables.provision_rates(company, on=NEXT) == {91: D("0.4")}


def test_three_people(company) -> None:
    owed(company, "1190.00", 40)
    url, month = reverse("receivables:provision"), {"month": "2026-06"}
    other = make.user_with("finance_manager", make.company_se())
    assert browser_of(other).get(url, month).context["lines"] == []
    auditor = browser_of(make.user_with("auditor", company))
    assert auditor.get(url, month).context["total"] == D("50.00")
    assert auditor.post(reverse("receivables:book_provision"), month).status_code == 403
    assert browser_of(make.user_with("warehouse", company)).get(url).status_code == 403
