"""Builders of dunning's tests: a company with books and levels, items that are late."""

from datetime import date, timedelta

import dunning.services as dunning
from core.actors import JobActor
from core.models import Company
from core.roles import Role
from dunning.models import DunningNotice, DunningRun
from receivables.models import OpenItem
from tests import make
from tests.receivables import make as books

ROBOT = JobActor("dunning")
DAY = books.DAY
LATE = DAY + timedelta(days=14 + 6)
"""An item of ``DAY`` is due after 14 days; six days later the first level is reached."""


def lender(**fields: object) -> Company:
    """A German company with books and three dunning levels (5, 20, 40 days)."""
    company = books.ledger(**fields)
    dunning.set_up_levels(company)
    return company


def late(customer, gross: str = "119.00", **fields: object) -> OpenItem:
    """An item six days overdue on ``LATE``."""
    return books.item(customer, gross, **fields)


def proposed(company: Company, *, on: date = LATE) -> DunningRun:
    """Today's proposal, by the daily job."""
    return dunning.propose(company, by=ROBOT, on=on)


def approved(company: Company, *, on: date = LATE, **fields: object) -> DunningRun:
    """A proposal that a finance manager let through although no statement was imported."""
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    run = proposed(company, on=on)
    return dunning.approve(run.pk, by=boss, on=on, **{"although_stale": True, **fields})


def written(company: Company, *, on: date = LATE) -> list[DunningNotice]:
    """Reminders of a run that went out."""
    run = approved(company, on=on)
    notices = [dunning.write_letter(n.pk, by=ROBOT, on=on) for n in run.notices.order_by("pk")]
    dunning.finish(run.pk, by=ROBOT, on=on)
    return notices
