"""Companies to be killed on: run inside the suite by ``manage.py shell``, prints what tests need.

Their items are balances taken over from an older system, so that nothing but the reminders of the
test is due to be mailed: old ones that are overdue, fresh ones that the bank file pays.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.test import Client
from schwifty import IBAN

import dunning.services as dunning
import receivables.services as receivables
from core.actors import JobActor
from core.models import Company
from core.roles import Role
from customers.models import Customer
from o2c import flow
from o2c.demo.bank import Bank, Payment
from receivables.models import Account, ItemReference, OpenItem
from receivables.rules.tokens import normalise
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posting, post_all
from tests import make

REMINDERS = 24
PAYMENTS = 120
STRANGERS = 1_900
ROBOT = JobActor("test")
AMOUNT = Decimal("119.00")
PAYER_IBAN = "DE33370400440001234567"


def fill(codes: list[str], folder: str) -> None:
    """A company for each code: a dunning run to approve, and a bank file in ``folder``."""
    told = {code: _company(code, number, folder) for number, code in enumerate(codes)}
    print(json.dumps(told))  # noqa: T201 - the caller reads it


def _company(code: str, number: int, folder: str) -> dict[str, str]:
    iban = IBAN.generate("DE", "37040044", f"53201300{number}").compact
    company = make.company_de(code=code, iban=iban)
    receivables.set_up_ledger(company)
    receivables.add_bank_account(company, name="Bank", iban=iban)
    dunning.set_up_levels(company)
    customers = [make.customer(company) for _customer in range(REMINDERS)]
    today = company.today()
    _items(company, customers, due_on=today - timedelta(days=20), count=REMINDERS, prefix="OLD")
    _items(company, customers, due_on=today + timedelta(days=20), count=PAYMENTS, prefix="NEW")
    flow.propose_dunning(company, by=ROBOT, on=today)
    file = f"{folder}/{code}.xml"
    with open(file, "wb") as output:
        output.write(Bank(iban, "EUR").statement(today, list(_payments(company))))
    approver = make.user_with(Role.FINANCE_MANAGER, company)
    client = Client()
    client.force_login(make.user_with(Role.AR_ACCOUNTANT, company))
    session = client.cookies["sessionid"].value
    return {"approver": approver.email, "session": session, "file": file}


def _items(
    company: Company, customers: list[Customer], *, due_on: date, count: int, prefix: str
) -> None:
    accounts = Accounts(company)
    receivable = accounts.of(Account.Role.RECEIVABLES)
    earned = accounts.of(Account.Role.REVENUE, "S", Decimal("0.19"))
    postings = []
    for number in range(count):
        owner = customers[number % len(customers)].pk
        document = f"{prefix}-{company.pk}{number:05d}"
        draft = ItemDraft(owner, "invoice", document, AMOUNT, due_on - timedelta(days=30), due_on)
        lines = [LineDraft(receivable, AMOUNT, customer_id=owner), LineDraft(earned, -AMOUNT)]
        postings.append(Posting(draft.document_on, document, f"take:{document}", lines, [draft]))
    with transaction.atomic():
        items = [item for posted in post_all(company, postings) for item in posted.items]
        ItemReference.objects.bulk_create(
            ItemReference(item=i, company_id=company.pk, token=normalise(i.document_number))
            for i in items
        )


def _payments(company: Company) -> Iterator[Payment]:
    fresh = OpenItem.objects.filter(company=company, document_number__startswith="NEW")
    for item in fresh.select_related("customer").order_by("pk"):
        yield Payment(AMOUNT, item.customer.name, PAYER_IBAN, f"Rechnung {item.document_number}")
    for number in range(STRANGERS):
        yield Payment(Decimal(number + 1) / 100, f"Somebody {number}", PAYER_IBAN, f"Gift {number}")
