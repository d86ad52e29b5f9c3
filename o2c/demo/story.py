"""Live the demo companies' months day by day through the real services, by seed.

Each company lives in a process of its own, on its own clock: they know nothing of each other.
"""

import gc
import random
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections

from core.models import Company, User
from core.services import bells_answered_by, mark_read, seal_events
from customers.models import Customer
from invoicing.models import Invoice
from o2c import due
from o2c.celery import app
from o2c.demo.billing import Billing
from o2c.demo.booking import Accounting
from o2c.demo.cast import COMPANIES, CUSTOMERS, Firm
from o2c.demo.clients import agree_prices, open_client
from o2c.demo.clock import Clock, lived_by
from o2c.demo.collecting import Collectors
from o2c.demo.counter import Counter
from o2c.demo.goods import GOODS, SMALL_GOODS, Good
from o2c.demo.life import STORY, Life
from o2c.demo.paying import Payers
from o2c.demo.people import hire
from o2c.demo.selling import Sales
from o2c.demo.setting import days_of_business, found_companies, set_up
from o2c.demo.shipping import Stockroom
from o2c.demo.subscribing import Contracts
from o2c.demo.tempers import STARTS
from o2c.demo.visit import Visit
from orders.models import Order

SEED = 20261122
PACES = {"nordwerk": 0.88, "nordverk": 1.14}
"""So that both companies live equally long, each in a process of its own."""
SENT_FOR_REAL = 14
"""Mails of the last so many days go to the mail server; older ones only look sent."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the story is lived: its last days, with all firms or a company's first few."""

    days: int
    firms: dict[str, int]
    goods: Sequence[Good]
    pace: float


SIZES = {
    "small": Size(92, {"nordwerk": 12, "nordverk": 8}, SMALL_GOODS, pace=1.1),
    "normal": Size(STORY.days, {}, GOODS, pace=0.72),
    "large": Size(STORY.days, {}, GOODS, pace=2.4),
}


def live(
    now: datetime, *, size: Size = SIZES["normal"], tell: Callable[[str], None] = print
) -> None:
    """Fill an empty database with the demo companies and the months before ``now``."""
    today = now.astimezone(ZoneInfo(str(COMPANIES[0]["time_zone"]))).date()
    first = today - timedelta(days=size.days)
    companies = _found(first, now)
    connections.close_all()
    context = get_context("fork")
    progress = context.SimpleQueue()
    workers = [
        context.Process(target=_live_apart, args=(company.pk, now, size, progress.put))
        for company in companies
    ]
    for worker in workers:
        worker.start()
    try:
        _report(progress, first, today, len(workers), tell)
    except BaseException:
        for worker in workers:
            worker.terminate()
        raise
    finally:
        for worker in workers:
            worker.join()
    due.run_due()


def _found(first: date, now: datetime) -> list[Company]:
    """Companies and people, on the first morning."""
    clock = Clock(Company(time_zone="Europe/Berlin"), until=now)
    clock.set(first, 420)
    with lived_by(clock):
        companies = found_companies()
        hire(companies, at=clock.now())
    return companies


def _live_apart(
    company_pk: int, now: datetime, size: Size, put: Callable[[tuple[Any, ...]], None]
) -> None:
    """A company's whole life in this process; whatever happens, the parent hears of the end."""
    gc.freeze()  # what is loaded stays; looking through it again and again costs a seventh
    gc.set_threshold(50_000, 20, 100)
    _wait_for_no_disk()
    try:
        company = Company.objects.get(pk=company_pk)
        put(("end", live_one(company, now, size, tell=lambda day: put(("day", day)))))
    except BaseException:
        put(("failed", traceback.format_exc()))
        raise
    finally:
        connections.close_all()


def _wait_for_no_disk() -> None:
    """Let the connections of this process, opened from here on, commit before the disk has it.

    The server writes it within a second. Should the machine die until then, the demo is half
    filled as after any other end before its end, and is filled afresh at the next start.
    """
    options = connections["default"].settings_dict["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off"


def _report(
    progress: Any, first: date, today: date, count: int, tell: Callable[[str], None]
) -> None:
    """Say month by month how far the companies are and how long it will take."""
    started, told, lived = time.monotonic(), first, 0
    total = max(len(_days(first, today)) * count, 1)
    while count:
        what, value = progress.get()
        if what == "failed":
            raise RuntimeError(f"The demo company could not be lived:\n{value}")
        if what == "end":
            count -= 1
            tell(value)
            continue
        lived += 1
        if value.replace(day=1) > told:
            left = (time.monotonic() - started) / lived * (total - lived)
            tell(f"  {value:%b %Y}   {lived * 100 // total:3d} %   about {_spoken(left)} left")
            told = value.replace(day=1)


def _spoken(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d} min"


def _days(first: date, today: date) -> list[date]:
    return sorted({*days_of_business(first, today), today})


def live_one(
    company: Company, now: datetime, size: Size, *, tell: Callable[[date], None] = lambda day: None
) -> str:
    """One company's months in this process; returns what became of it in a sentence."""
    app.loader.import_default_modules()  # the tasks that answer bells
    clock = Clock(company, until=now)
    today = now.astimezone(clock.zone).date()
    first = today - timedelta(days=size.days)
    clock.set(first, 425)
    with lived_by(clock):
        stage = set_up(company, on=first, until=today, goods=size.goods)
        dice = random.Random(f"{SEED}-{company.code}")  # noqa: S311 - repeatable
        life = Life(stage, clock, today, dice, size.pace * PACES[company.code])
        firms = CUSTOMERS[company.code][: size.firms.get(company.code)]
        with bells_answered_by(life.hear):
            _live_days(life, firms, _days(first, today), tell)
    orders = Order.objects.filter(company=company).count()
    invoices = Invoice.objects.filter(company=company).issued().count()
    customers = Customer.objects.filter(company=company).count()
    return f"{company}: {customers} customers, {orders} orders, {invoices} invoices"


def _live_days(
    life: Life, firms: list[Firm], days: list[date], tell: Callable[[date], None]
) -> None:
    """Morning bank, orders, credit, warehouse, reminders on Mondays; the books in the evening."""
    sales, stockroom, payers = Sales(life), Stockroom(life), Payers(life)
    collectors, accounting = Collectors(life, payers), Accounting(life, payers)
    visit = Visit(life, sales, stockroom, payers, collectors)
    counter = Counter(life)
    contracts, billing = Contracts(life), Billing(life, sales, stockroom)
    mail_backend, before = settings.EMAIL_BACKEND, days[0]
    for day in days:
        life.day = day
        is_past = life.days_left > SENT_FOR_REAL
        settings.EMAIL_BACKEND = (
            "django.core.mail.backends.dummy.EmailBackend" if is_past else mail_backend
        )
        _meet_new_firms(life, firms, day, is_first=day == days[0])
        life.at(470, _morning, life, payers, visit, counter, before)
        for desk in (contracts, billing, sales, stockroom, collectors, accounting, visit):
            desk.plan(day)
        counter.plan()
        life.at(555, sales.finish_drafts)
        life.at(720, sales.change_minds)
        life.at(1085, _evening, life, payers, collectors)
        life.live(day)
        before = day
        tell(day)


def _morning(life: Life, payers: Payers, visit: Visit, counter: Counter, booked_on: date) -> None:
    """The bank's file of the last business day."""
    slips = [(payment, None) for payment in counter.money()]
    payers.statement(booked_on, [*visit.puzzles.money(booked_on), *slips])


def _evening(life: Life, payers: Payers, collectors: Collectors) -> None:
    """Holds once more, tomorrow's payments, the day's events sealed, notices read."""
    collectors.evening()
    payers.look_at_new_items()
    seal_events(life.stage.company.pk)
    if life.days_left and (life.day.weekday() == 4 or life.days_left < 4):
        for person in User.objects.filter(memberships__company=life.stage.company):
            mark_read(person, company_id=life.stage.company.pk)


def _meet_new_firms(life: Life, firms: list[Firm], day: date, *, is_first: bool) -> None:
    """Customers of the first hour, and those who come later."""
    known = {client.firm.name: client.customer for client in life.clients.values()}
    for index, firm in enumerate(firms):
        is_time = is_first or life.t(day) >= STARTS.get(firm.temper, 0)
        if firm.name in known or not is_time or life.t(day) < STARTS.get(firm.temper, 0):
            continue
        parent = known.get(firm.facts.get("parent", ""))
        client = open_client(life.stage, firm, index, parent=parent, on=day)
        life.clients[client.pk] = client
        known[firm.name] = client.customer
        if firm.orders >= 0.7:
            agree_prices(life.stage, client, on=day)
