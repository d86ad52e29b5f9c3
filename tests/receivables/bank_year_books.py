"""A made bank year run through the product: day by day, with a person who decides the rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

import receivables.services as receivables
from core.models import Company, User
from customers.models import Customer, CustomerBankAccount
from o2c.demo.bank import Bank, Payment
from o2c.errors import Conflict
from receivables.models import (
    Account,
    Allocation,
    BankEntry,
    BankMatch,
    ItemReference,
    OpenItem,
    PayerAlias,
)
from receivables.rules.tokens import normalise
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posting, post_all
from receivables.services.settlements import ShareDraft
from tests import make
from tests.receivables.bank_year import Debt, Firm, Paid, Year
from tests.receivables.make import IBAN, ROBOT, ledger


@dataclass(slots=True)
class Score:
    """What became of the payments, by kind."""

    count: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    by_itself: Counter[str] = field(default_factory=Counter)
    decided_by_itself: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)
    first_right: Counter[str] = field(default_factory=Counter)
    proposed: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def table(self) -> Iterator[str]:
        """A line for each kind, and one for all."""
        heads = [("kind", -16), ("n", 6), ("decided", 8), ("of them", 8), ("auto", 6)]
        heads += [("wrong", 6), ("doubt", 6), ("1st ok", 12)]
        yield "".join(word.rjust(wide) if wide > 0 else word.ljust(-wide) for word, wide in heads)
        for kind in [*self.count, "all"]:
            yield self._line(kind)

    def _line(self, kind: str) -> str:
        def of(counter: Counter[str]) -> int:
            return counter.total() if kind == "all" else counter[kind]

        decided = of(self.decided)
        share = f"{100 * of(self.decided_by_itself) / decided:.1f}%" if decided else "-"
        first = f"{of(self.first_right)}/{of(self.proposed)}"
        return (
            f"{kind:16}{of(self.count):6}{decided:8}{share:>8}{of(self.by_itself):6}"
            f"{of(self.wrong):6}{of(self.doubtful):6}{first:>12}"
        )


class Books:
    """The company that gets the payments."""

    def __init__(self, year: Year) -> None:
        self.company: Company = ledger()
        self.accounts = Accounts(self.company)
        self.bank = Bank(IBAN, "EUR")
        self.customers: dict[str, Customer] = {}
        self.posted = 0
        for firm in year.firms:
            self._know(firm)

    def _know(self, firm: Firm) -> None:
        parent = self.customers.get(firm.parent.number) if firm.parent else None
        customer = make.customer(self.company, firm.name, email="", group_parent=parent)
        self.customers[firm.number] = customer
        if firm.is_iban_known:
            CustomerBankAccount.objects.create(customer=customer, iban=firm.iban)

    def post(self, debts: Sequence[Debt]) -> None:
        """Book what was invoiced since the last time."""
        fresh = debts[self.posted :]
        self.posted = len(debts)
        posted = post_all(self.company, [self._posting(debt) for debt in fresh])
        ItemReference.objects.bulk_create(
            ItemReference(item=written.items[0], company_id=self.company.pk, token=token)
            for debt, written in zip(fresh, posted, strict=True)
            for token in _tokens(debt)
        )

    def _posting(self, debt: Debt) -> Posting:
        customer = self.customers[debt.firm.number].pk
        control = self.accounts.of(Account.Role.RECEIVABLES)
        revenue = self.accounts.of(Account.Role.REVENUE, "S", Decimal("0.19"))
        kind = OpenItem.Kind.INVOICE if debt.amount > 0 else OpenItem.Kind.CREDIT_NOTE
        item = ItemDraft(
            customer,
            kind,
            debt.number,
            debt.amount,
            debt.issued_on,
            debt.due_on,
            discount_amount=debt.discount,
            discount_until=debt.discount_until,
        )
        lines = [LineDraft(control, debt.amount, customer), LineDraft(revenue, -debt.amount)]
        return Posting(debt.issued_on, debt.number, f"year:{debt.number}", lines, [item])

    def receive(self, day: Sequence[Paid]) -> list[BankEntry]:
        """Import the day's statement; the entries in the order of the payments."""
        told = [Payment(p.amount, p.payer, p.iban, p.text, p.reference) for p in day]
        before = BankEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        content = self.bank.statement(day[0].day, told)
        file = receivables.import_bank_file(
            self.company, content, filename="year.xml", by=ROBOT, on=day[0].day
        )
        assert file.state == "booked", file.message
        entries = list(BankEntry.objects.filter(pk__gt=before).order_by("pk"))
        assert [entry.amount for entry in entries] == [paid.amount for paid in day]
        return entries

    def decide(self, entry: BankEntry, paid: Paid, *, by: User) -> None:
        """A person books the payment as it was meant."""
        items = OpenItem.objects.filter(company=self.company, document_number__in=paid.truth)
        pk_of = dict(items.values_list("document_number", "pk"))
        shares = [
            ShareDraft(pk_of[number], money, discount=paid.discounts.get(number, Decimal(0)))
            for number, money in paid.truth.items()
        ]
        customer = self.customers[paid.customer].pk
        for wanted in (shares, ()):  # a wrong booking before may have taken the item
            try:
                receivables.match_entry(
                    entry.pk, shares=wanted, customer_id=customer, by=by, on=paid.day
                )
            except Conflict:
                continue
            return

    def taught(self, day: Sequence[Paid]) -> list[Paid]:
        """Payments whose account the product has learned to be their customer's by itself."""
        rows = PayerAlias.objects.filter(kind="iban", value__in=[paid.iban for paid in day])
        known = set(rows.values_list("value", "customer_id"))
        return [p for p in day if (p.iban, self.customers[p.customer].pk) in known]

    def booked(self, entries: Sequence[BankEntry]) -> dict[int, dict[str, Decimal]]:
        """Entry -> document -> what was given to it, discounts included; only what is matched."""
        matches = BankMatch.objects.filter(bank_entry__in=entries, undone_at=None)
        entry_of = dict(matches.values_list("entry_id", "bank_entry_id"))
        found: dict[int, dict[str, Decimal]] = {pk: {} for pk in entry_of.values()}
        rows = Allocation.objects.filter(credit_item__entry__in=entry_of).values_list(
            "credit_item__entry_id", "debit_item__document_number", "amount"
        )
        for made, number, amount in rows:
            given = found[entry_of[made]]
            given[number] = given.get(number, Decimal(0)) + amount
        return found


def _tokens(debt: Debt) -> set[str]:
    digits = "".join(sign for sign in debt.number if sign.isdigit())
    keys = {normalise(debt.number), digits, normalise(debt.po)}
    return {key for key in keys if len(key) >= 4}


def run(year: Year, paid: Iterator[Paid], *, by: User | None, books: Books) -> Score:
    """All payments, a day at a time; with ``by`` a person decides what is left each evening."""
    score = Score()
    for _day, group in groupby(paid, key=lambda one: one.day):
        day = list(group)
        books.post(year.debts)
        entries = books.receive(day)
        _judge(score, books, entries, day)
        for one in books.taught(day):
            year.learn(one)
        for entry, one in zip(entries, day, strict=True):
            if by is not None and not BankEntry.objects.get(pk=entry.pk).is_settled:
                books.decide(entry, one, by=by)
                year.learn(one)
    return score


def _judge(score: Score, books: Books, entries: list[BankEntry], day: list[Paid]) -> None:
    booked = books.booked(entries)
    for entry, paid in zip(entries, day, strict=True):
        score.count[paid.kind] += 1
        score.decided[paid.kind] += paid.is_decided
        meant = {n: a + paid.discounts.get(n, Decimal(0)) for n, a in paid.truth.items()}
        if entry.pk in booked:
            is_right = booked[entry.pk] == {n: a for n, a in meant.items() if a > 0}
            score.by_itself[paid.kind] += 1
            score.decided_by_itself[paid.kind] += paid.is_decided and is_right
            score.wrong[paid.kind] += not is_right
            score.doubtful[paid.kind] += not paid.is_decided
            if not is_right or not paid.is_decided:
                score.odd.append(f"{paid} -> {booked[entry.pk]}")
        elif meant:
            _judge_proposal(score, entry, paid, meant)


def _judge_proposal(score: Score, entry: BankEntry, paid: Paid, meant: dict[str, Decimal]) -> None:
    score.proposed[paid.kind] += 1
    first = receivables.propose(entry).outcome.proposals[:1]
    given = {s.item.document: s.amount + s.discount for p in first for s in p.shares}
    score.first_right[paid.kind] += given == {n: a for n, a in meant.items() if a > 0}
    if paid.is_decided:
        score.odd.append(f"open: {paid} -> {given}")
