"""A billing run: looked at first, then a row per invoice, each refusal with its reason."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

import receivables.services as receivables
from core.models import Job
from core.services import run_job
from fulfillment.models import Shipment
from invoicing.models import Invoice
from invoicing.services import planned_bills, shipments_awaiting_invoice
from o2c import flow
from o2c.jobs import JOBS
from tests import make as base
from tests.invoicing import make
from tests.invoicing.make import Wanted

pytestmark = pytest.mark.django_db
PAGE = "invoicing:bill_now"


@pytest.fixture
def buyer():
    made = make.world()
    receivables.set_up_ledger(made.company)
    return made


def left(buyer, *lines: Wanted, policy="month", **order) -> Shipment:
    """Goods of a new order that left today."""
    made = make.an_order(buyer, *lines, billing_policy=policy, **order)
    return make.a_shipment(made, on=buyer.company.today())


def bill(*arguments: str) -> tuple[int, dict]:
    out, code = StringIO(), 0
    try:
        call_command("bill", *arguments, "--json", stdout=out, stderr=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue())


def test_a_preview_lists_each_bill_and_writes_nothing(buyer):
    one, two, alone = left(buyer), left(buyer), left(buyer, policy="shipment")
    day = buyer.company.today()
    assert [b.shipments for b in planned_bills(buyer.company, on=day)] == [(alone,)]
    code, said = bill("--until", day.isoformat(), "--preview")
    assert code == 0
    found = {tuple(row["deliveries"]): row for row in said["bills"]}
    assert set(found) == {(one.number, two.number), (alone.number,)}
    together = found[one.number, two.number]
    assert (together["net"], together["lines"]) == ("1720.00", 2)
    assert (together["policy"], together["refused"]) == ("month", "")
    assert together["why"].startswith("Early")
    assert not Invoice.objects.exists()


def test_only_what_is_due_is_billed_unless_a_day_is_named(buyer):
    waiting, alone = left(buyer), left(buyer, policy="shipment")
    code, said = bill()
    assert code == 0
    assert [row["deliveries"] for row in said["bills"]] == [1]
    assert said["bills"][0]["invoice"] == Invoice.objects.get(shipment=alone).number
    assert list(shipments_awaiting_invoice(buyer.company)) == [waiting]
    assert bill("--until", buyer.company.today().isoformat())[0] == 0
    assert not shipments_awaiting_invoice(buyer.company)
    assert bill()[1]["bills"] == []


def test_a_refused_bill_holds_up_no_other_and_is_named(buyer):
    good, also = left(buyer, policy="shipment"), left(buyer, policy="order")
    bad = left(buyer, Wanted(vat_category="E", vat_rate="0"), policy="shipment")
    day = buyer.company.today()
    code, said = bill("--until", day.isoformat())
    assert code == 1
    assert [row["refused"] != "" for row in said["bills"]] == [False, True, False]
    assert list(shipments_awaiting_invoice(buyer.company)) == [bad]
    (again,) = planned_bills(buyer.company, on=day)
    assert "BR-E-10" in again.refusal
    assert {good.pk, also.pk}.isdisjoint(again.keys)


def test_what_is_no_day_is_named():
    base.company_de()
    code, said = bill("--until", "tomorrow")
    assert (code, said["error"]["code"]) == (2, "bill.date")


def shown(client, **fields):
    page = client.get(reverse(PAGE), fields)
    return {name: page.context[name] for name in ("mark", "token")} | fields


def test_the_page_starts_a_job_once_with_a_row_per_invoice(client, buyer):
    client.force_login(base.user_with("billing", buyer.company))
    left(buyer), left(buyer), left(buyer, policy="shipment")
    bad = left(buyer, Wanted(vat_category="E", vat_rate="0"), po_number="1", policy="shipment")
    form = shown(client, until=buyer.company.today().isoformat())
    answers = [client.post(reverse(PAGE), form) for _ in range(2)]
    job = Job.objects.get()
    assert {answer["Location"] for answer in answers} == {reverse("core:job", args=[job.pk])}
    run_job(job.pk, JOBS)
    job.refresh_from_db()
    assert (job.state, job.total, job.done_count, job.failed_count) == ("done", 3, 2, 1)
    urls = {invoice.get_absolute_url() for invoice in Invoice.objects.all()}
    assert {row.url for row in job.rows.filter(state="ok")} == urls
    failed = job.rows.get(state="failed")
    assert (failed.key, failed.url) == (str(bad.pk), bad.get_absolute_url())
    assert "BR-E-10" in failed.message
    page = client.get(reverse("invoicing:unbilled")).content.decode()
    assert "BR-E-10" in page


def test_what_changed_since_it_was_shown_is_shown_again(client, buyer):
    client.force_login(base.user_with("billing", buyer.company))
    left(buyer, policy="shipment")
    form = shown(client)
    left(buyer, policy="shipment")
    answer = client.post(reverse(PAGE), form)
    assert answer.status_code == 409
    assert not Job.objects.exists()
    again = {name: answer.context[name] for name in ("mark", "token")}
    assert client.post(reverse(PAGE), again).status_code == 302


def test_who_may_not_issue_may_not_run_it(client, buyer):
    client.force_login(base.user_with("warehouse", buyer.company))
    assert client.get(reverse(PAGE)).status_code == 403


def test_statements_do_not_grow_with_the_bills(buyer, django_assert_max_num_queries):
    for _ in range(6):
        left(buyer, policy="shipment"), left(buyer)
    day = buyer.company.today()
    with django_assert_max_num_queries(8):
        assert len(planned_bills(buyer.company, on=day, until=day)) == 7


def test_what_was_cancelled_of_a_line_takes_nothing_off_what_left(buyer):
    order = make.an_order(buyer, Wanted("10", "10.00"), billing_policy="month")
    make.a_shipment(order, "4", on=buyer.company.today())
    order.to_in_fulfilment()
    order.save()
    day = buyer.company.today()
    flow.cancel_order(order.pk, reason="Enough", by=make.JOB, on=day)
    (planned,) = planned_bills(buyer.company, on=day, until=day)
    assert planned.net == make.D("40.00")
