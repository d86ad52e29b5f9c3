"""Due work: what is still to be done is found in the tables, never remembered elsewhere.

Every kind of work is a queryset that finds rows and a verb that does one row and may be called
twice. Celery tasks ring for single rows right after commit; ``run_due`` sweeps everything, from
beat, from cron and from ``manage.py run_due``.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from django.utils import timezone

import credit.services as credit
import disputes.services as disputes
import fulfillment.services as fulfillment
import invoicing.services as invoicing
import orders.services as orders
import receivables.services as receivables
import reporting.services as reporting
from core.actors import JobActor
from core.models import Company, OutboundMessage
from core.services import run_job, seal_events, send_message, sweep_jobs, sweep_messages
from dunning.models import DunningNotice, DunningRun, RunState
from fulfillment.models import Shipment
from invoicing.models import Invoice, InvoiceDelivery
from o2c import flow
from o2c.due_cards import cards_due
from o2c.due_work import Batch, Due, Report, work_off, work_off_patiently
from o2c.errors import BusinessError
from o2c.inbound import read_advice_mail, take_bank_files
from o2c.jobs import JOBS
from orders.models import Order
from receivables.models import BankFile

log = logging.getLogger(__name__)
BILLING, SHIPPING, SENDING = JobActor("billing"), JobActor("fulfilment"), JobActor("delivery")
CONFIRMING, DUNNING = JobActor("order desk"), JobActor("dunning")
CREDIT, BANKING = JobActor("credit"), JobActor("bank import")
FILE_PARTS = 5
"""Thousands of a long bank file that one sweep matches, so that the rest of it goes on too."""


def run_due(
    companies: Iterable[Company] | None = None,
    *,
    on: date | None = None,
    with_jobs: bool = True,
    is_patient: bool = False,
) -> Report:
    """Do everything that is due, stage by stage, so that one sweep takes an order to the mailbox.

    A row that fails is reported and left for the next sweep; it never stops the others. ``on`` is
    the business date where it is not today's (the demo lives through past days). ``with_jobs``
    also runs queued jobs here; without it they are only rung for. ``is_patient`` (beat) lets a row
    that failed rest, longer each time, so that what fails for ever neither costs every sweep nor
    stands before the others; without it a person's sweep tries everything.
    """
    report = Report()
    for pk in sweep_jobs():
        if with_jobs and run_job(pk, JOBS):
            report.done["job run"] += 1
    sweep_messages()
    invoicing.sweep_deliveries()
    report.done["receipt told"] += sum(map(invoicing.read_news, invoicing.news_to_read()))
    _take(report, "returned mail read", invoicing.read_bounces)
    _take(report, "bank file taken", take_bank_files)
    _take(report, "advice taken", read_advice_mail)
    for company in companies if companies is not None else Company.objects.all():
        _sweep(company, report, on=on or company.today(), is_patient=is_patient)
    return report


def _take(report: Report, work: str, read: Callable[[], int]) -> None:
    """What came in from outside; a mailbox or folder that can't be read stops nothing."""
    try:
        report.done[work] += read()
    except Exception:
        log.exception("what came in can't be read", extra={"work": work})
        report.failures.append({"work": work, "pk": 0, "code": "bug", "reason": "see the log"})
    report.done += Counter()  # leaves out what is zero


def work_off_cards(company: Company, *, on: date) -> Report:
    """What is due of a company's card payments alone: refunds, messages, what is unknown."""
    report = Report()
    for name, rows, verb in cards_due(company, on):
        work_off(name, rows, verb, report)
    return report


def confirm_order(pk: int) -> None:
    """Make and mail the confirmation of one released order."""
    order = Order.objects.select_related("company").get(pk=pk)
    orders.confirm_order(pk, by=CONFIRMING, on=order.company.today())


def deliver_invoice(pk: int) -> None:
    """Make the documents of one issued invoice and put it on its way to the buyer."""
    invoice = Invoice.objects.select_related("company").get(pk=pk)
    on = invoice.company.today()
    if invoice.pdf_id is None:
        invoicing.produce_documents(pk, by=BILLING, on=on)
    invoicing.deliver(pk, by=SENDING, on=on)


def send_dunning(pk: int, *, on: date | None = None) -> Report:
    """Write the reminders of one approved run and close it."""
    report = Report()
    run = DunningRun.objects.select_related("company").get(pk=pk)
    on = on or run.company.today()
    notices = DunningNotice.objects.filter(run=run).awaiting_letter()
    work_off(
        "reminder written",
        notices,
        lambda notice: flow.write_reminder(notice, by=DUNNING, on=on),
        report,
    )
    flow.finish_dunning(pk, by=DUNNING, on=on)
    return report


def _sweep(company: Company, report: Report, *, on: date, is_patient: bool) -> None:
    for name, rows, verb in (
        *_trade_due(company, on),
        *_papers_due(company, on),
        *_deliveries_due(company, on),
        *_reminders_due(company, on),
        *cards_due(company, on),
        *_figures_due(company, on),
    ):
        if is_patient:
            work_off_patiently(company, name, rows, verb, report)
        else:
            work_off(name, rows, verb, report)
    messages = OutboundMessage.objects.filter(company=company).due(timezone.now())
    work_off("message sent", messages, _send, report)
    seal_events(company.pk)


def _trade_due(company: Company, on: date) -> list[Due]:
    return [
        (
            "backorder served",
            fulfillment.servable_products(company.pk),
            lambda pk: fulfillment.reserve_backorders(
                company.pk, product_ids=[pk], by=SHIPPING, on=on
            ),
        ),
        *_bills_due(company, on),
        (
            "invoice booked",
            receivables.invoices_awaiting_booking(company),
            Batch(
                lambda pk: receivables.book_invoice(pk, by=BILLING),
                lambda pks: receivables.book_invoices(pks, by=BILLING),
            ),
        ),
        (
            "paid ahead",
            receivables.invoices_to_be_paid_ahead(company),
            lambda pk: receivables.take_advance(pk, by=BILLING),
        ),
        (
            "advance freed",
            receivables.orders_with_spare_advances(company),
            lambda pk: receivables.free_spare_advances(pk, by=BILLING, on=on),
        ),
        *_payments_due(company, on),
        (
            "hold checked again",
            credit.holds_to_recheck(company),
            lambda pk: flow.recheck_hold(pk, by=CREDIT, on=on),
        ),
    ]


def _payments_due(company: Company, on: date) -> list[Due]:
    """What follows from the bank's files."""
    return [
        (
            "bank file matched",
            BankFile.objects.filter(company=company).awaiting_matching(),
            lambda pk: flow.match_statement(pk, by=BANKING, on=on, most=FILE_PARTS),
        ),
        (
            "deductions closed",
            disputes.companies_to_settle(company),
            lambda pk: disputes.close_settled(company, by=BANKING, on=on),
        ),
        (
            "interest lowered",
            receivables.claims_to_lower(company),
            lambda pk: receivables.lower_claim(pk, by=BANKING, on=on),
        ),
    ]


def _bills_due(company: Company, on: date) -> list[Due]:
    """What is to be invoiced, each kind by its own policy."""
    return [
        (
            "shipment billed",
            invoicing.shipments_to_bill(company, on=on).exclude(
                order__billing_policy__in=invoicing.COLLECTIVE
            ),
            Batch(
                lambda pk: flow.bill_due([pk], by=BILLING, on=on),
                lambda pks: flow.bill_due(pks, by=BILLING, on=on),
            ),
        ),
        (
            "customer billed for a week or month",
            invoicing.customers_to_bill(company, on=on),
            lambda pk: flow.bill_customer(pk, by=BILLING, on=on),
        ),
        (
            "order billed in advance",
            invoicing.orders_to_bill_ahead(company),
            lambda pk: flow.bill_ahead(pk, by=BILLING, on=on),
        ),
        (
            "billing step billed",
            invoicing.steps_awaiting_billing(company, on=on),
            lambda pk: flow.bill_step(pk, by=BILLING, on=on),
        ),
        (
            "subscription billed",
            invoicing.subscriptions_awaiting_billing(company, on=on),
            lambda pk: _bill_subscription(pk, on=on),
        ),
    ]


def _bill_subscription(pk: int, *, on: date) -> None:
    """Bill one period; why it is not possible stays with the subscription."""
    try:
        flow.bill_subscription(pk, by=BILLING, on=on)
    except BusinessError as error:
        invoicing.note_unbilled(pk, reason=error.message, by=BILLING, on=on)
        raise


def _papers_due(company: Company, on: date) -> list[Due]:
    return [
        (
            "order confirmed",
            Order.objects.filter(company=company).awaiting_confirmation(),
            lambda pk: orders.confirm_order(pk, by=CONFIRMING, on=on),
        ),
        (
            "delivery note made",
            Shipment.objects.filter(company=company).awaiting_delivery_note(on=on),
            lambda pk: fulfillment.make_delivery_note(pk, by=SHIPPING, on=on),
        ),
        (
            "documents made",
            Invoice.objects.filter(company=company).awaiting_documents(),
            lambda pk: invoicing.produce_documents(pk, by=BILLING, on=on),
        ),
        (
            "invoice put on its way",
            Invoice.objects.filter(company=company).awaiting_delivery(),
            lambda pk: invoicing.deliver(pk, by=SENDING, on=on),
        ),
    ]


def _deliveries_due(company: Company, on: date) -> list[Due]:
    mine, now = InvoiceDelivery.objects.filter(company=company), timezone.now()
    return [
        ("invoice handed to the access point", mine.sendable(now), _hand_over),
        ("receipt asked for", mine.to_ask(now), invoicing.ask_delivery),
        (
            "letters collected",
            invoicing.companies_with_letters(company, on=on),
            lambda pk: invoicing.collect_letters(pk, by=SENDING, on=on),
        ),
        (
            "netting told",
            receivables.nettings_to_tell(company, on=on),
            lambda pk: receivables.tell_netting(pk, by=SENDING, on=on),
        ),
        ("letters printed", invoicing.batches_to_print(company), invoicing.print_batch),
        (
            "delivery timed out",
            invoicing.companies_with_timeouts(company),
            lambda pk: invoicing.time_out_deliveries(pk, by=SENDING, on=on),
        ),
    ]


def _reminders_due(company: Company, on: date) -> list[Due]:
    return [
        (
            "reminder written",
            DunningNotice.objects.filter(company=company).awaiting_letter(),
            lambda pk: flow.write_reminder(pk, by=DUNNING, on=on),
        ),
        (
            "dunning run closed",
            DunningRun.objects.filter(company=company, state=RunState.APPROVED).exclude(
                notices__state=DunningNotice.State.PROPOSED
            ),
            lambda pk: flow.finish_dunning(pk, by=DUNNING, on=on),
        ),
    ]


def _figures_due(company: Company, on: date) -> list[Due]:
    return [
        ("days summed", reporting.companies_to_fold(company), reporting.fold_days),
        (
            "statistics kept",
            reporting.companies_to_keep(company, on=on),
            lambda pk: reporting.keep_statistics(pk, on=on),
        ),
    ]


def _send(pk: int) -> None:
    """Send one message; a refusal stays in the message and is counted as a failure here."""
    message = send_message(pk)
    if message is not None and message.state != OutboundMessage.State.DONE:
        raise BusinessError("message.not_sent", message.last_error or message.get_state_display())


def _hand_over(pk: int) -> None:
    """Hand one delivery to the access point; a refusal stays with it and is counted here."""
    delivery = invoicing.send_delivery(pk)
    if delivery is not None and delivery.state != InvoiceDelivery.State.DONE:
        raise BusinessError("delivery.not_sent", delivery.last_error or str(delivery))
