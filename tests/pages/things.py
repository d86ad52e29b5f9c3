"""One of everything that has a page, made by living a short story."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

import credit.services as credit
import customers.services as customers
import disputes.services as disputes
import dunning.services as dunning
import invoicing.services as invoicing
import receivables.services as receivables
from catalog.models import Price, PriceList
from core.actors import JobActor
from core.models import ApiToken, Job, StoredDocument
from core.roles import Role
from core.services import write_message
from core.services.tokens import give_key
from credit.models import CreditHold
from customers.models import Address, Contact, CustomerBankAccount
from dunning.models import DunningNotice
from invoicing.models import LetterBatch
from o2c import flow
from orders.models import Order
from receivables.models import (
    Allocation,
    Backtest,
    BankAccount,
    BankCsvProfile,
    BankEntry,
    BankFile,
    BankMatch,
    Claim,
    HabitSign,
    JournalEntry,
    OpenItem,
    OrderAdvance,
    PayerAlias,
    ProviderPayment,
    ProviderRefund,
    RefundRun,
    RemittanceAdvice,
)
from receivables.provider import RemoteMovement, RemotePayment
from tests.world import World, set_limit, world


def live_a_little() -> tuple[World, dict[str, Any]]:
    """A world, and by name the row that stands for each kind of thing."""
    here = world()
    things = _trade(here) | _subscribe(here) | _follow_up(here) | _credit(here) | _kernel(here)
    return here, things | {
        "": None,
        "company": here.company,
        "customer": here.customer,
        "address": Address.objects.filter(customer=here.customer).first(),
        "contact": Contact.objects.filter(customer=here.customer).first(),
        "bank_account": CustomerBankAccount.objects.filter(customer=here.customer).first(),
        **_debits(here),
        "advice": _advice(here, things["item"]),
        "claim": _claim(here, things["item"]),
        **_cards(here, things["item"]),
        "backtest": Backtest.objects.create(
            company=here.company,
            from_on=here.company.today() - timedelta(days=365),
            until_on=here.company.today(),
            rounding_limit=Decimal("0.10"),
            charges_limit=Decimal("5.00"),
            held=["sum"],
            counts=receivables.Tally().counts,
            run_by_name="test",
        ),
        "key": _key(here),
        "alias": PayerAlias.objects.create(
            company=here.company, customer=here.customer, kind="name", value="SOMEBODY"
        ),
        **_habit_and_advance(here, things),
        **_closing(here),
        "product": here.article,
        "price_list": PriceList.objects.get(),
        "price": Price.objects.get(),
    }


def _habit_and_advance(here: World, things: dict[str, Any]) -> dict[str, Any]:
    """A sign of how the customer pays, and money of theirs that was freed of an order."""
    sign = HabitSign.objects.create(
        company=here.company, customer=here.customer, kind="statement", match=things["match"]
    )
    order = Order.objects.filter(customer=here.customer).latest("pk")
    money = OpenItem.objects.filter(customer=here.customer, kind="payment").earliest("pk")
    advance = OrderAdvance.objects.create(
        company=here.company, order=order, item=money, bound_by_name="test"
    )
    return {"habit_sign": sign, "advance": advance}


def _key(here: World) -> ApiToken:
    """A key for a program."""
    token = ApiToken(company=here.company, name="Bank gateway")
    give_key(token)
    token.save()
    return token


def _advice(here: World, item: OpenItem) -> RemittanceAdvice:
    """An advice that waits for its payment."""
    text = f"document;amount\n{item.document_number};{item.outstanding_amount}\n"
    taken = receivables.import_advice(
        here.company, text.encode(), "a.csv", by=JobActor("test"), on=here.company.today()
    )
    return taken.advices[0]


def _cards(here: World, item: OpenItem) -> dict[str, Any]:
    """A card payment with a refund that waits, and a settlement that names it."""
    words: dict[str, Any] = {"by": JobActor("test"), "on": here.company.today()}
    payment = ProviderPayment.objects.create(
        company=here.company, customer=item.customer, amount=5, currency="EUR", remote_id="pay_1"
    )
    moved = [RemoteMovement("cap_1", "capture", Decimal("5.00"), "EUR", timezone.now())]
    remote = RemotePayment(
        "pay_1", str(payment.key), "paid", Decimal("5.00"), "EUR", movements=tuple(moved)
    )
    receivables.take_over(payment.pk, remote, **words)
    refund = ProviderRefund.objects.create(
        company=here.company, payment=payment, amount=5, reason="x", state="proposed"
    )
    text = "settlement,paid_on,currency,kind,id,payment,gross,fee,net\n"
    text += f"PO1,{words['on']},EUR,capture,cap_1,pay_1,5.00,0.50,4.50\n"
    made, _new = receivables.import_settlement(
        here.company, text.encode(), filename="po1.csv", **words
    )
    return {"card_payment": payment, "refund": refund, "settlement": made}


def _claim(here: World, item: OpenItem) -> Claim:
    """Interest claimed on an overdue invoice; the half-year's base rate is entered where new."""
    today, boss = here.company.today(), here.by(Role.FINANCE_MANAGER)
    begun = today.replace(month=1 if today.month < 7 else 7, day=1)
    if begun > receivables.base_rates(here.company)[0][0]:
        receivables.enter_base_rate(
            here.company, valid_from=begun, rate=Decimal("0.02"), by=boss, on=today
        )
    return receivables.claim_interest(item.pk, until=today, by=boss, on=today)[0]


def _by_hand(here: World) -> dict[str, Any]:
    """A cheque in hand, a slip that was handed in, and a netting that waits."""
    today, clerk = here.company.today(), here.by(Role.AR_ACCOUNTANT)
    words: dict[str, Any] = {"by": clerk, "on": today}
    cheque: dict[str, Any] = {"cheque_number": "4711", "drawer_bank": "Volksbank Ulm"}
    item = here.invoiced("1", on=today).open_items.get()
    cheque["shares"] = [receivables.ShareDraft(item.pk, Decimal(5))]
    shares = [receivables.ShareDraft(item.pk, Decimal(7))]
    draft = receivables.ReceiptDraft(here.customer.pk, "cheque", Decimal(5), today, **cheque)
    cash = receivables.ReceiptDraft(here.customer.pk, "cash", Decimal(7), today, shares=shares)
    receipt = receivables.take_receipt(here.company, draft, **words)
    other = receivables.take_receipt(here.company, cash, **words)
    account = BankAccount.objects.get(company=here.company, kind="bank")
    slip = receivables.put_on_slip(here.company, [other.pk], bank_account_pk=account.pk, **words)
    receivables.hand_in(slip.pk, **words)
    document = receivables.SupplierDocument("K-1", today, Decimal(3))
    netting = receivables.propose_netting(
        here.customer.pk, receivables.NettingDraft([item.pk], [document]), disputed={}, **words
    )
    return {"receipt": receipt, "deposit": slip, "netting": netting}


def _refunds(here: World) -> dict[str, Any]:
    """A credit with a refund that waits for approval, and an empty payment run."""
    today, clerk = here.company.today(), here.by(Role.AR_ACCOUNTANT)
    for amount in (3, 4):
        cash = receivables.ReceiptDraft(here.customer.pk, "cash", Decimal(amount), today)
        receivables.take_receipt(here.company, cash, by=clerk, on=today)
    credits_ = OpenItem.objects.filter(company=here.company, kind="payment").credits().open()
    given_back, other = credits_.order_by("pk")[:2]
    refund = receivables.propose_bank_refund(
        given_back.pk, amount=Decimal(1), note="asked", by=clerk, on=today
    )
    run = RefundRun.objects.create(
        company=here.company,
        bank_account=BankAccount.objects.filter(company=here.company).first(),
        format="pain.001.001.09",
        execute_on=today,
        made_on=today,
        document=StoredDocument.objects.filter(company_id=here.company.pk).first(),
    )
    return {"credit_item": other, "bank_refund": refund, "refund_run": run}


def _debits(here: World) -> dict[str, Any]:
    """A mandate to be checked, and a run that waits for approval."""
    words: dict[str, Any] = {"by": JobActor("test"), "on": here.company.today()}
    here.company.creditor_identifier = "DE98ZZZ09999999999"
    here.company.save()
    draft = customers.MandateDraft("DE89370400440532013000", here.company.today())
    mandate = customers.enter_mandate(here.customer.pk, draft, **words)
    day = receivables.first_day(here.company, here.company.today())
    plan = receivables.DebitPlan(BankAccount.objects.get(company=here.company, kind="bank").pk, day)
    return {"mandate": mandate, "debit_run": flow.propose_debits(here.company, plan, **words)}


def _closing(here: World) -> dict[str, Any]:
    """A proof, and a reopening that waits for a decision."""
    today, clerk = here.company.today(), here.by(Role.AR_ACCOUNTANT)
    words: dict[str, Any] = {"by": JobActor("test"), "on": today}
    run = receivables.keep_proof(
        here.company, check_count=1, breaches=[], started_at=timezone.now(), **words
    )
    receivables.close_books(here.company, until=today - timedelta(days=60), **words)
    asked = receivables.propose_reopening(
        here.company,
        area="all",
        strength="hard",
        until=today - timedelta(days=90),
        reason="Late",
        by=clerk,
        on=today,
    )
    return {"proof": run, "reopening": asked}


def _subscribe(here: World) -> dict[str, Any]:
    """A subscription with a step to come, and an index with a value."""
    words: dict[str, Any] = {"by": JobActor("test"), "on": here.company.today()}
    draft = invoicing.SubscriptionDraft(
        "Service", here.customer.payment_terms, here.company.today()
    )
    made = invoicing.create_subscription(here.customer, draft, **words)
    step = here.company.today() + timedelta(days=400), Decimal(120)
    line = invoicing.LineDraft("Hotline", Decimal(1), Decimal(100), steps=[step])
    added = invoicing.add_line(made.pk, line, **words)
    invoicing.activate_subscription(made.pk, **words)
    index = invoicing.add_index(here.company, name="CPI", publisher="Statistics", **words)
    value = invoicing.enter_index_value(
        index, valid_from=here.company.today(), value=Decimal(120), source="Bulletin", **words
    )
    return {
        "subscription": made,
        "subscription_line": added,
        "subscription_price": added.prices.last(),
        "price_index": index,
        "index_value": value,
    }


def _trade(here: World) -> dict[str, Any]:
    """One invoice paid, one open and overdue, one order being packed."""
    today = here.company.today()
    long_ago = today - timedelta(days=40)
    paid = here.invoiced("2", on=long_ago)
    overdue = here.invoiced("1", on=long_ago)
    invoicing.produce_documents(overdue.pk, by=JobActor("test"), on=long_ago)
    delivery = invoicing.deliver(overdue.pk, by=JobActor("test"), on=long_ago)
    here.paid(paid.gross_amount, paid.number or "", on=today)
    order = here.submitted("1", on=today)
    step = invoicing.StepDraft("Roof", kind="milestone", trigger="reached", share=Decimal("0.1"))
    return {
        "order": order,
        "step": invoicing.plan_steps(order.pk, [step], by=JobActor("test"), on=today)[0],
        "shipment": here.picked(order, on=today),
        "invoice": overdue,
        "delivery": delivery,
        "letter_batch": LetterBatch.objects.create(company=here.company, collected_on=today),
        "item": OpenItem.objects.get(invoice=overdue),
        **_bank(here),
        **_by_hand(here),
        **_refunds(here),
        "journal": JournalEntry.objects.first(),
        "books_export": receivables.export_books(
            here.company, form="csv", start=long_ago, end=today, by=JobActor("test"), on=today
        ),
    }


def _bank(here: World) -> dict[str, Any]:
    """What the bank sent, what was matched, and a CSV that nobody has explained."""
    return {
        "allocation": Allocation.objects.first(),
        "entry": BankEntry.objects.first(),
        "match": BankMatch.objects.first(),
        "bank_file": BankFile.objects.first(),
        "csv_file": receivables.import_bank_file(
            here.company,
            b"When;What;How much\n02.03.2026;x;1,00\n",
            filename="umsatz.csv",
            by=JobActor("test"),
            on=here.company.today(),
        ),
        "csv_profile": BankCsvProfile.objects.create(
            company=here.company,
            bank_account=BankAccount.objects.filter(company=here.company).first(),
            header_key="k",
            header=["When"],
            fields=["booked_on"],
            saved_by_name="test",
        ),
    }


def _follow_up(here: World) -> dict[str, Any]:
    """A reminder proposed, a pause and a dispute."""
    today, collector = here.company.today(), here.by(Role.COLLECTOR)
    run = flow.propose_dunning(here.company, by=JobActor("test"), on=today)
    notice = DunningNotice.objects.get(run=run)
    hold = dunning.hold(here.customer, until=today, reason="Promise", by=collector, on=today)
    item = notice.items.get().item
    dispute = disputes.open_dispute(
        item.pk, amount=Decimal(1), reason="price", by=collector, on=today
    )
    asked = receivables.write_off(
        item.pk, amount=Decimal(1), reason="lost", note="Gone", by=collector, on=today
    )
    promise = customers.NoteDraft(outcome="promise", promised_on=today, next_step="Call again")
    note = customers.log_note(here.customer.pk, promise, by=collector, on=today)
    return {
        "run": run,
        "notice": notice,
        "dunning_hold": hold,
        "dispute": dispute,
        "write_off": asked,
        "note": note,
    }


def _credit(here: World) -> dict[str, Any]:
    """An order held, and a limit proposed."""
    today, manager = here.company.today(), here.by(Role.CREDIT_MANAGER)
    set_limit(here, "1")
    here.submitted("1", on=today)
    limit = credit.propose_limit(
        here.customer, amount=Decimal(7), reason="Less", by=manager, on=today
    )
    return {"credit_hold": CreditHold.objects.open().get(), "limit": limit}


def _kernel(here: World) -> dict[str, Any]:
    """A mail, a job and a file."""
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
    return {"message": message, "job": job, "document": StoredDocument.objects.first()}
