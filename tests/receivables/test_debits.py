"""Direct debit runs: proposed, approved by a second person, in the bank's format, once per item."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sepaxml
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from lxml import etree

import customers.services as customers
import disputes.services as disputes
import dunning.services as dunning
import receivables.services as receivables
from core.models import OutboundMessage
from core.roles import Role
from customers.models import Mandate
from o2c import flow
from o2c.errors import BusinessError, Conflict, InvalidInput, PermissionMissing
from receivables.bankfiles import pain008
from receivables.models import BankAccount, Debit, DebitRun, ItemReference
from tests import make
from tests.receivables.make import DAY, ROBOT, invoice, item, ledger

pytestmark = pytest.mark.django_db

COLLECT = date(2026, 3, 16)


@pytest.fixture
def company():
    return ledger(creditor_identifier="DE98ZZZ09999999999")


@pytest.fixture
def clerk(company):
    return make.user_with(Role.AR_ACCOUNTANT, company)


@pytest.fixture
def second(company):
    return make.user_with(Role.FINANCE_MANAGER, company)


def signed(customer, clerk, second, **values) -> Mandate:
    draft = customers.MandateDraft(
        **{"iban": "DE02120300000000202051", "signed_on": DAY, "holder": "Jörg Müller"} | values
    )
    mandate = customers.enter_mandate(customer.pk, draft, by=clerk, on=DAY)
    return customers.activate_mandate(mandate.pk, by=second, on=DAY)


@pytest.fixture
def customer(company, clerk, second):
    payer = make.customer(company, "Käufer & Söhne AG")
    signed(payer, clerk, second)
    return payer


def plan(company, **values) -> receivables.DebitPlan:
    account = BankAccount.objects.get(company=company)
    return receivables.DebitPlan(**{"bank_account_id": account.pk, "collect_on": COLLECT} | values)


def proposed(company, by, **values) -> DebitRun:
    return flow.propose_debits(company, plan(company, **values), by=by, on=DAY)


def reasons(run: DebitRun) -> dict[str, int]:
    return {row["reason"]: row["items"] for row in run.left_out}


def test_what_is_due_is_proposed_and_the_rest_says_why(company, customer, clerk, second):
    due = item(customer, "119.00")
    item(customer, "50.00", instalments=[("50.00", 30)])
    contested = item(customer, "20.00")
    disputes.open_dispute(contested.pk, amount=Decimal(5), reason="price", by=clerk, on=DAY)
    item(make.customer(company), "70.00")
    drafted = make.customer(company)
    paper = customers.MandateDraft("DE02120300000000202051", DAY)
    customers.enter_mandate(drafted.pk, paper, by=clerk, on=DAY)
    item(drafted, "30.00")
    business = make.customer(company)
    signed(business, clerk, second, scheme="B2B")
    item(business, "31.00")
    run = proposed(company, clerk)
    assert [(row.item_id, row.amount, row.sequence) for row in run.debits.all()] == [
        (due.pk, Decimal("119.00"), "FRST")
    ]
    assert reasons(run) == {"disputed": 1, "mandate_draft": 1, "scheme": 1}


def test_a_customer_with_credit_is_left_out_until_it_is_applied(company, customer, clerk):
    first = invoice(customer)
    receivables.book_invoice(first, by=ROBOT)
    note = invoice(customer, "10.00", corrects=first)
    receivables.book_invoice(note, by=ROBOT)
    assert proposed(company, clerk).debits.get().amount == Decimal("109.00")


def test_too_early_a_day_and_a_closed_bank_are_refused(company, customer, clerk):
    for day in (DAY + timedelta(days=13), date(2026, 3, 21), date(2026, 4, 6)):
        with pytest.raises(InvalidInput) as refused:
            proposed(company, clerk, collect_on=day)
        assert refused.value.field == "collect_on"
    assert receivables.first_day(company, date(2026, 3, 20)) == date(2026, 4, 7)


def test_without_an_identifier_nothing_is_collected(customer, clerk, company):
    company.creditor_identifier = ""
    company.save()
    with pytest.raises(Conflict, match="creditor identifier"):
        proposed(company, clerk)


@pytest.mark.parametrize("version", ["pain.008.001.08", "pain.008.001.02"])
def test_the_order_is_valid_and_says_what_was_approved(company, customer, clerk, second, version):
    first, further = item(customer, "119.00"), item(customer, "60.00")
    run = proposed(company, clerk, format=version)
    run = flow.approve_debits(run.pk, by=second, on=DAY, seen_hash=run.content_hash)
    content = run.document.read()
    schemas = Path(sepaxml.__file__).parent / "schemas"
    schema = etree.XMLSchema(etree.parse(schemas / f"{version}.xsd"))
    root = etree.fromstring(content)
    schema.assertValid(root)
    space = {"p": f"urn:iso:std:iso:20022:tech:xsd:{version}"}

    def told(path: str) -> list[str]:
        return root.xpath(f"//p:{path}/text()", namespaces=space)

    assert told("MsgId") == [run.number]
    assert told("PmtInfId") == [f"{run.number}-FRST", f"{run.number}-RCUR"]
    assert told("InstdAmt") == ["119.00", "60.00"]
    assert told("GrpHdr/p:CtrlSum") == ["179.00"]
    assert told("ReqdColltnDt") == ["2026-03-16"] * 2
    assert told("EndToEndId") == [row.end_to_end_id for row in run.debits.order_by("pk")]
    assert told("DrctDbtTxInf/p:Dbtr/p:Nm") == ["Joerg Mueller"] * 2
    assert told("CdtrSchmeId//p:Othr/p:Id") == ["DE98ZZZ09999999999"] * 2
    assert ItemReference.objects.filter(item__in=[first, further], token__startswith="DD").count()


def test_a_second_person_approves_and_the_customer_is_told(company, customer, clerk, second):
    item(customer)
    run = proposed(company, second)
    with pytest.raises(BusinessError, match="somebody else"):
        flow.approve_debits(run.pk, by=second, on=DAY)
    with pytest.raises(PermissionMissing):
        flow.approve_debits(run.pk, by=clerk, on=DAY)
    run = proposed(company, clerk)
    run = flow.approve_debits(run.pk, by=second, on=DAY)
    with pytest.raises(Conflict, match="approved already"):
        flow.approve_debits(run.pk, by=second, on=DAY)
    mail = OutboundMessage.objects.get(kind="debit_notice")
    mandate = Mandate.objects.get()
    assert mandate.reference in mail.body
    assert "DE98ZZZ09999999999" in mail.body
    assert run.debits.get().message == mail
    assert (run.announced_on, mandate.last_used_on) == (DAY, COLLECT)


def test_what_changed_or_comes_too_late_is_not_approved(company, customer, clerk, second):
    due = item(customer)
    run = proposed(company, clerk)
    with pytest.raises(Conflict, match="too near"):
        flow.approve_debits(run.pk, by=second, on=DAY + timedelta(days=1))
    disputes.open_dispute(due.pk, amount=Decimal(5), reason="price", by=clerk, on=DAY)
    with pytest.raises(Conflict, match="propose again"):
        flow.approve_debits(run.pk, by=second, on=DAY)
    assert DebitRun.objects.get(pk=run.pk).document is None


def test_a_revoked_mandate_stops_the_run(company, customer, clerk, second):
    item(customer)
    run = proposed(company, clerk)
    customers.revoke_mandate(Mandate.objects.get().pk, reason="Letter", by=clerk, on=DAY)
    with pytest.raises(Conflict, match="mandate ended"):
        flow.approve_debits(run.pk, by=second, on=DAY)


def test_an_item_at_the_bank_is_collected_and_reminded_by_nobody(company, customer, clerk, second):
    due = item(customer)
    dunning.set_up_levels(company)
    again = proposed(company, clerk)
    run = proposed(company, clerk)
    again.refresh_from_db()
    assert again.state == "discarded"
    flow.approve_debits(run.pk, by=second, on=DAY)
    assert reasons(proposed(company, clerk)) == {"in_run": 1}
    late = due.due_on + timedelta(days=30)
    reminded = flow.propose_dunning(company, by=ROBOT, on=late)
    assert [row["reason"] for row in reminded.left_out] == ["in_flight"]


def test_a_discarded_run_frees_its_items(company, customer, clerk):
    item(customer)
    run = proposed(company, clerk)
    receivables.discard_debits(run.pk, by=clerk, on=DAY)
    assert list(run.debits.values_list("state", flat=True)) == ["dropped"]
    assert proposed(company, clerk).debits.count() == 1


def test_the_database_keeps_an_item_on_one_debit_and_runs_as_approved(
    company, customer, clerk, second
):
    item(customer)
    run = proposed(company, clerk)
    row = run.debits.get()
    twin = Debit(
        company=company, run=run, item=row.item, mandate=row.mandate, amount=1,
        sequence="RCUR", end_to_end_id="DDX",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        DebitRun.objects.filter(pk=run.pk).update(announced_on=COLLECT)
    with pytest.raises(IntegrityError), transaction.atomic():
        DebitRun.objects.filter(pk=run.pk).update(state="approved")
    run = flow.approve_debits(run.pk, by=second, on=DAY)
    for change in ({"collect_on": DAY}, {"state": "proposed"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DebitRun.objects.filter(pk=run.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Debit.objects.update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Debit.objects.all().delete()


def test_pages_propose_approve_and_hand_out_the_file(company, customer, clerk, second, client):
    item(customer)
    client.force_login(clerk)
    new = reverse("receivables:propose_debits")
    assert client.get(new).status_code == 200
    account = BankAccount.objects.get().pk
    sent = {"bank_account": account, "scheme": "CORE", "format": "pain.008.001.08"}
    early = company.today().isoformat()
    assert client.post(new, sent | {"collect_on": early}).status_code == 422
    day = receivables.first_day(company, company.today())
    assert client.post(new, sent | {"collect_on": day.isoformat()}).status_code == 302
    run = DebitRun.objects.get()
    page, approve = run.get_absolute_url(), reverse("receivables:approve_debits", args=[run.pk])
    assert approve not in client.get(page).content.decode()
    client.force_login(second)
    assert approve in client.get(page).content.decode()
    assert client.post(approve, {"seen_hash": "other"}).status_code == 409
    assert client.post(approve, {"seen_hash": run.content_hash}).status_code == 302
    run.refresh_from_db()
    file = client.get(reverse("core:document", args=[run.document_id]))
    assert b"pain.008.001.08" in b"".join(file)
    assert run.document.sha256 in client.get(page).content.decode()
    assert run.number in client.get(reverse("receivables:debit_runs")).content.decode()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("MESSE BAU", "MESSE BAU"),
        ("Müller & Söhne", "Mueller + Soehne"),
        ("Åkesson Straße", "Akesson Strasse"),
        ("Öl; Gas_", "Oel Gas"),
    ],
)
def test_names_are_told_in_the_signs_that_every_bank_takes(name, told):
    assert pain008.plain(name, 70) == told
