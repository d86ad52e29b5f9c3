"""The firm of a random walk: its people, its customers, its day, and what an act is.

Every act may be refused (``BusinessError``) and must then leave nothing behind; after every act
the books are looked at (``walking_books``).
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import customers.services as customers
import fulfillment.services as fulfillment
import receivables.services as receivables
from core.roles import Role
from customers.models import Customer
from o2c.demo.clock import Clock
from o2c.errors import BusinessError
from receivables.models import (
    BankEntry,
    BankMatch,
    BooksClosing,
    OpenItem,
)
from tests import make, world
from tests.receivables.walking_bank import Bank
from tests.receivables.walking_books import Books, Wrong

T = TypeVar("T")
NAMES = ("Kessler Bau GmbH", "Ahlgren & Co", "Weber Metall KG", "Ostsee Yachten eG")
DOLLARS, LONG_AGO = "DE75512108001245126199", 70
IBANS = ("DE02120300000000202051", "DE02500105170137075030", "DE02100500000054540402")


class Firm:
    """One company, its people, its bank and its day."""

    def __init__(self) -> None:
        company = make.company_de(creditor_identifier="DE98ZZZ09999999999")
        self.world = world.world(company=company, limit="1000000", stock="100000")
        self.company = company
        self.banks = {"EUR": Bank(company.iban), "USD": Bank(DOLLARS, "USD")}
        self.day = world.MONDAY
        self.clock = Clock(company, until=datetime(2040, 1, 1, tzinfo=UTC))
        self.clock.set(self.day, 9 * 60)
        self.clerk, self.finance = (
            self.world.by(Role.AR_ACCOUNTANT),
            self.world.by(Role.FINANCE_MANAGER),
        )
        self.customers = self._buyers()
        self.articles = [
            make.product(company, f"A-{number}", price=price, vat_class=vat_class)
            for number, (price, vat_class) in enumerate(
                (("33.33", "standard"), ("7.77", "reduced"), ("1999.99", "standard"))
            )
        ]
        receivables.add_bank_account(company, name="Dollars", iban=DOLLARS, currency="USD")
        self._rates(self.day - timedelta(days=LONG_AGO), self.day)
        self._stock()
        self.sent: list[tuple[bytes, str]] = []
        self.count: Counter[str] = Counter()
        self.books = Books(company)
        self.look()

    def _buyers(self) -> list[Customer]:
        """Terms with a discount, two instalments, a debit mandate, and a plain one."""
        terms = [
            make.payment_terms(self.company, discount=(10, "0.03")),
            make.payment_terms(self.company, ("0.4", 14), ("0.6", 45), discount=(14, "0.02")),
            make.payment_terms(self.company, ("1", 10)),
            make.payment_terms(self.company, ("1", 0)),
        ]
        made = [
            make.customer(self.company, name, payment_terms=term)
            for name, term in zip(NAMES, terms, strict=True)
        ]
        for customer, iban in zip(made, IBANS[:2], strict=False):
            customer.bank_accounts.create(iban=iban)
        paper = customers.MandateDraft(IBANS[2], self.day)
        mandate = customers.enter_mandate(made[2].pk, paper, by=self.clerk, on=self.day)
        customers.activate_mandate(mandate.pk, by=self.finance, on=self.day)
        for customer in made:
            world.set_limit(dataclasses.replace(self.world, customer=customer), "1000000")
        return made

    def _stock(self) -> None:
        fulfillment.receive_stock(
            self.world.warehouse,
            [
                fulfillment.Receipt(product_id=article.pk, quantity=Decimal(100_000))
                for article in self.articles
            ],
            key="walk",
            by=self.world.by(Role.WAREHOUSE),
            on=self.day,
        )

    def _rates(self, first: date, last: date) -> None:
        """What the bank says dollars are worth, each day something else."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        rows = (f"{day};USD;{Decimal(100 + day.toordinal() * 7 % 23) / 100}" for day in days)
        text = "\n".join(["date;currency;ECB rate", *rows])
        receivables.import_rates(self.company, text.encode(), "rates.csv", by=self.finance, on=last)

    # --- one act ---------------------------------------------------------------------------------
    def act(self, name: str, verb: Callable[[], object], *, since: date | None = None) -> None:
        """Do it, or be refused without a trace; then look at the books."""
        before = self.books.left_behind()
        try:
            verb()
        except BusinessError as error:
            self.count[f"{name}: refused"] += 1
            if self.books.left_behind() != before:
                raise Wrong(
                    f"{name} was refused ({error.code}) and left something behind"
                ) from error
        else:
            self.count[name] += 1
        self.look(since)

    def look(self, since: date | None = None) -> None:
        """The books after an act that was dated from ``since`` on, today unless given."""
        self.books.look(
            since=min(since or self.day, self.day), today=self.day, closed_until=self.closed_until
        )
        self.there = self.books.what_is_there()
        self.there["not looked at"] = self.there["came"]
        self.there["at the bank"] = self.there["ordered"] + self.there["sent"]

    @property
    def closed_until(self) -> date | None:
        """Up to when the books are closed."""
        last = BooksClosing.objects.filter(company=self.company).order_by("-pk").first()
        return last.closed_until if last else None

    def next_day(self, days: int) -> None:
        """Evening: keep what the reports say; then some days pass."""
        self.books.remember(self.day)
        self.day += timedelta(days=days)
        self._rates(self.day - timedelta(days=days - 1), self.day)
        self.clock.set(self.day, 9 * 60)
        self.count["next day"] += 1

    # --- what is there ---------------------------------------------------------------------------
    def _open(self, *, positive: bool) -> list[OpenItem]:
        rows = OpenItem.objects.filter(company=self.company).open()
        return list((rows.debits() if positive else rows.credits()).order_by("pk"))

    def _waiting(self, *, positive: bool | None = None) -> list[BankEntry]:
        rows = BankEntry.objects.filter(company=self.company, is_settled=False)
        if positive is not None:
            rows = rows.filter(amount__gt=0) if positive else rows.filter(amount__lt=0)
        return list(rows.select_related("company").order_by("pk"))

    def _matches(self) -> list[BankMatch]:
        rows = BankMatch.objects.filter(company=self.company, undone_at=None)
        return list(rows.select_related("bank_entry").order_by("pk"))


def one_of(rows: Sequence[T], number: int) -> T:
    """One of them."""
    return rows[number % len(rows)]


def pick(rows: Sequence[T], number: int) -> T | None:
    """One of them; nothing of nothing."""
    return rows[number % len(rows)] if rows else None
