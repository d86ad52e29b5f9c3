"""One of everything that has a page, made by living a short story."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import credit.services as credit
import disputes.services as disputes
import dunning.services as dunning
from catalog.models import Price, PriceList
from core.actors import JobActor
from core.models import Job, StoredDocument
from core.roles import Role
from core.services import write_message
from credit.models import CreditHold
from customers.models import Address, Contact, CustomerBankAccount
from dunning.models import DunningNotice
from o2c import flow
from receivables.models import (
    Allocation,
    BankEntry,
    BankFile,
    BankMatch,
    JournalEntry,
    OpenItem,
)
from tests.world import World, set_limit, world


def live_a_little() -> tuple[World, dict[str, Any]]:
    """A world, and by name the row that stands for each kind of thing."""
    here = world()
    today = here.company.today()
    long_ago = today - timedelta(days=40)
    with_stock = here.invoiced("2", on=long_ago)
    reminded = here.invoiced("1", on=long_ago)
    here.paid(with_stock.gross_amount, with_stock.number or "", on=today)
    order = here.submitted("1", on=today)
    shipment = here.picked(order, on=today)
    item = OpenItem.objects.get(invoice=reminded)
    run = flow.propose_dunning(here.company, by=JobActor("test"), on=today)
    hold = dunning.hold(
        here.customer, until=today, reason="Promise", by=here.by(Role.COLLECTOR), on=today
    )
    dispute = disputes.open_dispute(
        item.pk, amount=Decimal(1), reason="price", by=here.by(Role.COLLECTOR), on=today
    )
    set_limit(here, "1")
    here.submitted("1", on=today)
    limit = credit.propose_limit(
        here.customer,
        amount=Decimal(7),
        reason="Less",
        by=here.by(Role.CREDIT_MANAGER),
        on=today,
    )
    message = write_message(
        company_id=here.company.pk,
        key="things",
        kind="test",
        to="a@customer.example",
        subject="Hello",
        body="Hello",
        language="en",
    )
    job = Job.objects.create(company=here.company, kind="dunning.send", title="Job", token="things")
    return here, {
        "": None,
        "customer": here.customer,
        "address": Address.objects.filter(customer=here.customer).first(),
        "contact": Contact.objects.filter(customer=here.customer).first(),
        "bank_account": CustomerBankAccount.objects.filter(customer=here.customer).first(),
        "product": here.article,
        "price_list": PriceList.objects.get(),
        "price": Price.objects.get(),
        "order": order,
        "shipment": shipment,
        "invoice": reminded,
        "item": item,
        "allocation": Allocation.objects.first(),
        "entry": BankEntry.objects.first(),
        "match": BankMatch.objects.first(),
        "bank_file": BankFile.objects.first(),
        "journal": JournalEntry.objects.first(),
        "dispute": dispute,
        "run": run,
        "notice": DunningNotice.objects.get(run=run),
        "dunning_hold": hold,
        "credit_hold": CreditHold.objects.open().get(),
        "limit": limit,
        "message": message,
        "job": job,
        "document": StoredDocument.objects.first(),
    }
