"""Celery rings these bells; PostgreSQL holds the work. Losing any call loses nothing."""

import logging

from celery import shared_task

from core.actors import JobActor
from core.models import Company
from core.services import run_job as run_one_job
from core.services import send_message as send_one_message
from o2c import due, flow
from o2c.errors import BusinessError
from o2c.follows import tell_followers
from o2c.jobs import JOBS

DUNNING = JobActor("dunning")
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
