"""Celery rings these bells; PostgreSQL holds the work. Losing any call loses nothing."""

import logging

from celery import shared_task

import invoicing.services as invoicing
import receivables.services as receivables
from core.actors import JobActor
from core.models import Company
from core.services import run_job as run_one_job
from core.services import send_message as send_one_message
from o2c import due, flow
from o2c.errors import BusinessError
from o2c.follows import tell_followers
from o2c.jobs import JOBS
from receivables.models import ProviderEvent, ProviderRefund

DUNNING, SENDING, RATES = JobActor("dunning"), JobActor("delivery"), JobActor("exchange rates")
PAYING, REFUNDING = JobActor("card payments"), JobActor("refunds")
log = logging.getLogger(__name__)


@shared_task(name="core.run_job")
def run_job(pk: int) -> None:
    """A job a person started."""
    run_one_job(pk, JOBS)


@shared_task(name="core.send_message")
def send_message(pk: int) -> None:
    """A message just written."""
    send_one_message(pk)


@shared_task(name="o2c.confirm_order")
def confirm_order(pk: int) -> None:
    """An order just released."""
    due.confirm_order(pk)


@shared_task(name="o2c.deliver_invoice")
def deliver_invoice(pk: int) -> None:
    """An invoice just issued."""
    due.deliver_invoice(pk)


@shared_task(name="o2c.send_delivery")
def send_delivery(pk: int) -> None:
    """A delivery by Peppol just planned, or surely not sent before."""
    invoicing.send_delivery(pk)


@shared_task(name="o2c.ask_delivery")
def ask_delivery(pk: int) -> None:
    """A delivery nobody knows the fate of."""
    invoicing.ask_delivery(pk)


@shared_task(name="o2c.read_news")
def read_news(pk: int) -> None:
    """What the access point just told."""
    invoicing.read_news(pk)


@shared_task(name="o2c.read_payment_news")
def read_payment_news(pk: int) -> None:
    """What the payment provider just told."""
    # scope: the one the bell names
    event = ProviderEvent.objects.select_related("company").get(pk=pk)
    flow.read_payment_news(pk, by=PAYING, on=event.company.today())


@shared_task(name="o2c.send_refund")
def send_refund(pk: int) -> None:
    """A refund just approved."""
    # scope: the one the bell names
    refund = ProviderRefund.objects.select_related("company").get(pk=pk)
    receivables.send_refund(pk, by=PAYING, on=refund.company.today())


@shared_task(name="o2c.time_out_deliveries")
def time_out_deliveries(company_pk: int) -> None:
    """A delivery of this company just failed: the next channel is due."""
    company = Company.objects.get(pk=company_pk)  # scope: the one the bell names
    invoicing.time_out_deliveries(company_pk, by=SENDING, on=company.today())


@shared_task(name="o2c.run_due")
def run_due() -> None:
    """The sweep, from beat. Jobs are rung for and run beside it, so that none holds it up."""
    due.run_due(with_jobs=False, is_patient=True)


@shared_task(name="o2c.tell_followers")
def tell_all_followers() -> None:
    """Every minute, from beat: what is new of what people follow."""
    # scope: beat's work for all companies
    for company in Company.objects.active():
        tell_followers(company)


@shared_task(name="o2c.propose_dunning")
def propose_dunning() -> None:
    """Daily, from beat: a proposal per company; an unapproved one of before is replaced."""
    # scope: beat's work for all companies
    for company in Company.objects.active():
        try:
            flow.propose_dunning(company, by=DUNNING, on=company.today())
        except BusinessError as error:  # no levels, say: the other companies have theirs
            log.warning("no dunning proposal", extra={"company": company.pk, "why": error.code})


@shared_task(name="o2c.propose_refunds")
def propose_refunds() -> None:
    """Daily, from beat: what was surely paid twice, or left too long, is proposed to go back."""
    # scope: beat's work for all companies
    for company in Company.objects.active():
        receivables.propose_bank_refunds(company, by=REFUNDING, on=company.today())


@shared_task(name="o2c.fetch_rates")
def fetch_rates() -> None:
    """Every hour of the afternoon, from beat: the central bank publishes about four."""
    try:
        # scope: beat's work for all companies
        receivables.fetch_rates(Company.objects.active(), by=RATES)
    except BusinessError as error:  # tried again in an hour
        log.warning("no rates", extra={"why": error.message})
