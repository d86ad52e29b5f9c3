"""Reads of the matching desk: its tabs, rows with their best proposal, one entry, what was done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
)
from django.utils import timezone
from django.utils.translation import gettext as _

import receivables.services as services
from core import formats
from core.fields import read_figure
from core.models import Company, User
from core.services import people_with
from customers.models import Customer
from o2c.money import ZERO
from receivables.models import (
    Allocation,
    BankAccount,
    BankEntry,
    BankMatch,
    BankStatement,
    EntryQuestion,
    JournalLine,
    OpenItem,
)
from receivables.models.bank import BankEntryQuerySet
from receivables.rules.facts import Proposal
from receivables.services.cases import Case
from receivables.services.lookups import cases_of, tokens_of
from receivables.services.matching import Suggestions
from receivables.services.rates import Rates
from receivables.services.rereading import proposed_amount
from receivables.told_words import told_amounts
from receivables.words import (
    confidence_family,
    confidence_icon,
    confidence_word,
    evidence_words,
    marked,
    missing_word,
)

QUEUE = 50
FOUND = 40
DONE = 100
NAMED = 6
SURE = 500


@dataclass(frozen=True, slots=True)
class Balance:
    """A bank account's closing balance by its last statement, beside what the ledger says."""

    account: BankAccount
    until_on: date | None
    bank_amount: Decimal
    ledger_amount: Decimal

    @property
    def difference(self) -> Decimal:
        """Bank less ledger; zero when every entry of the statements is booked."""
        return self.bank_amount - self.ledger_amount


def waiting(user: User, company: Company, text: str = "") -> BankEntryQuerySet:
    """Entries nobody decided on, oldest first."""
    rows = BankEntry.objects.visible_to(user).filter(company=company).to_match()
    if text:
        rows = rows.filter(Q(payer_name__icontains=text) | Q(remittance__icontains=text))
    return rows


def done_today(user: User, company: Company) -> QuerySet[BankMatch]:
    """Matches made since midnight, newest first."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        BankMatch.objects.visible_to(user)
        .filter(company=company, decided_at__gte=midnight)
        .select_related("bank_entry", "payment_item__customer")
        .order_by("-pk")
    )


def last_match(user: User, company: Company) -> BankMatch | None:
    """What this person matched last and did not undo."""
    return (
        BankMatch.objects.visible_to(user)
        .filter(company=company, undone_at=None, decided_by=user)
        .select_related("bank_entry", "payment_item__customer")
        .order_by("-pk")
        .first()
    )


def paid_by(made: BankMatch) -> list[str]:
    """The numbers of what a match pays, the first few of them."""
    # scope: of a match that its maker sees
    rows = Allocation.objects.filter(credit_item__entry=made.entry_id, amount__gt=0)
    numbers = rows.order_by().values_list("debit_item__document_number", flat=True).distinct()
    return sorted(numbers.exclude(debit_item__entry=made.entry_id)[:NAMED])


def counts(user: User, company: Company) -> dict[str, Any]:
    """How much waits, is asked and was matched today; sums per currency."""
    rows = waiting(user, company)
    sums = rows.with_asked().order_by().values("currency")
    sums = sums.annotate(
        count=Count("pk"), total=Sum("amount"), asked=Count("pk", filter=Q(is_asked=True))
    )
    left = list(sums.values_list("currency", "total", "count", "asked"))
    asked = sum(row[3] for row in left)
    return {
        "waiting_count": sum(row[2] for row in left) - asked,
        "asked_count": asked,
        "done_count": done_today(user, company).filter(undone_at=None).count(),
        "left": sorted((currency, total) for currency, total, *_counts in left),
    }


def rows_of(
    company: Company, queue: Sequence[BankEntry], *, opened: BankEntry | None = None
) -> list[dict[str, Any]]:
    """Each entry with its best proposal in short; a fixed number of queries.

    ``opened`` is looked up as thoroughly as its open part asks; its row brings the ``case`` and all
    ``customers`` that it may be of.
    """
    received = [entry for entry in queue if entry.amount > 0]
    cases = {case.entry.pk: case for case in cases_of(company, received, opened=opened)}
    found = {pk: case.decide().proposals for pk, case in cases.items()}
    first = {pk: proposals[0] for pk, proposals in found.items() if proposals}
    shown = [*first.values(), *(found.get(opened.pk, ()) if opened else ())]
    # scope: proposed for payments that were scoped when they were found
    customers = Customer.objects.in_bulk(_customers_of(shown))
    return [
        _row(entry, first.get(entry.pk), customers)
        | {"case": cases.get(entry.pk), "customers": customers}
        for entry in queue
    ]


def sure(user: User, company: Company) -> dict[int, str]:
    """Of the oldest payments that wait, those with a strong proposal that closes to 0.00: what it
    would pay, by the entry's key."""
    queue = list(waiting(user, company).not_asked().select_related("company")[:SURE])
    return {
        row["entry"].pk: f"{', '.join(row['documents'])} · {row['customer']}"
        for row in rows_of(company, queue)
        if row["proposal"] and row["proposal"].is_sure
    }


def _row(
    entry: BankEntry, proposal: Proposal | None, customers: dict[int, Customer]
) -> dict[str, Any]:
    row: dict[str, Any] = {"entry": entry, "proposal": proposal}
    return row | _told(proposal, customers, entry.currency) if proposal else row


def _customers_of(proposals: Iterable[Proposal]) -> set[int]:
    """All who are told of in proposals."""
    return {pk for proposal in proposals for pk in (proposal.customer_id, *proposal.customers)}


def _told(proposal: Proposal, customers: dict[int, Customer], currency: str) -> dict[str, Any]:
    family = confidence_family(proposal.confidence, has_difference=proposal.difference != 0)
    paid = proposal.paid
    return {
        "currency": paid.currency if paid else currency,
        "paid_text": formats.amount(paid.amount) if paid else "",
        "customer": customers[proposal.customer_id],
        "word": confidence_word(proposal.confidence.name),
        "icon": confidence_icon(proposal.confidence),
        "family": family,
        "others": [customers[pk] for pk in sorted(proposal.customers - {proposal.customer_id})],
        "lines": [
            {"share": share, "customer": customers[share.item.customer_id]}
            for share in proposal.shares
        ],
        "documents": [share.item.document for share in proposal.shares],
        "evidence": evidence_words(proposal.evidence),
    }


def opened(
    user: User,
    entry: BankEntry,
    *,
    choice: int = 1,
    find: str | None = None,
    kept: Sequence[int] = (),
    case: Case | None = None,
    customers: Mapping[int, Customer] | None = None,
) -> dict[str, Any]:
    """One entry in full: its text with the hits marked, the chosen proposal, or the finder.

    ``customers``: those that the case's proposals are of, where they are read already.
    """
    suggestions = services.propose(entry, case)
    proposals = _proposals(suggestions, entry.currency, customers)
    found = _found(user, entry, suggestions, find, kept) if find is not None else []
    place = (choice - 1) % len(proposals) if proposals else 0
    return {
        "entry": entry,
        "text": [marked(line, tokens_of(entry)) for line in entry.remittance.split("\n")],
        "told_amounts": told_amounts(entry),
        "proposals": proposals,
        "shown": proposals[place] if proposals else None,
        "choice": place + 1,
        "next_choice": place + 2,
        "missing": missing_word(suggestions.outcome.missing),
        "is_finding": find is not None,
        "find": find or "",
        "found": found,
        "paid_abroad": _paid_abroad(entry, found),
        "kept": frozenset(kept),
        "returnable": services.returnable(entry) if entry.amount < 0 else (),
        "questions": _questions(entry),
    }


def _questions(entry: BankEntry) -> list[EntryQuestion]:
    rows = entry.questions.select_related("asked_of", "customer", "link")
    return list(rows.order_by("pk"))


def colleagues(user: User, company: Company) -> QuerySet[User]:
    """Whom one may ask: others who see payments of the company."""
    return people_with("receivables.view", company.pk).exclude(pk=user.pk).order_by("name")


def _proposals(
    suggestions: Suggestions, currency: str, known: Mapping[int, Customer] | None
) -> list[dict[str, Any]]:
    wanted = _customers_of(proposal for _key, proposal in suggestions.rows)
    customers = dict(known or {})
    if not wanted <= customers.keys():
        # scope: proposed for a payment that was scoped when it was found
        customers = Customer.objects.in_bulk(wanted)
    return [
        {"key": key, "proposal": proposal} | _told(proposal, customers, currency)
        for key, proposal in suggestions.rows
    ]


def _found(
    user: User,
    entry: BankEntry,
    suggestions: Suggestions,
    find: str | None,
    kept: Sequence[int],
) -> list[OpenItem]:
    """Open items for the finder: ticked ones first, then what was typed, else the payer's.

    Those in the payment's own currency come before others.
    """
    rows = (
        OpenItem.objects.visible_to(user)
        .filter(company=entry.company_id)
        .debits()
        .open()
        .select_related("customer")
        .annotate(is_abroad=ExpressionWrapper(~Q(currency=entry.currency), BooleanField()))
        .order_by("is_abroad", "due_on", "pk")
    )
    wanted = _wanted(find or "")
    if wanted is None:
        wanted = Q(customer__in={p.customer_id for p in suggestions.outcome.proposals})
    ticked = list(rows.filter(pk__in=kept)) if kept else []
    return ticked + list(rows.filter(wanted).exclude(pk__in=kept)[:FOUND])


def _paid_abroad(entry: BankEntry, found: Iterable[OpenItem]) -> list[dict[str, str]]:
    """For each other currency among the items, how much of it was paid: told, or by the rate."""
    rates = Rates(entry.company)
    told = []
    for currency in sorted({item.currency for item in found} - {entry.currency}):
        amount = proposed_amount(entry, currency, rates)
        hint = (
            _("No rate of %(currency)s is known for that day.") % {"currency": currency}
            if amount is None
            else _("The payer sent so much, says the bank.")
            if currency == entry.instructed_currency
            else _("At the rate of the day %(amount)s are %(paid)s.")
            % {
                "amount": formats.amount(entry.amount, entry.currency),
                "paid": formats.amount(amount, currency),
            }
        )
        text = "" if amount is None else formats.amount(amount)
        told.append({"currency": currency, "text": text, "hint": hint})
    return told


def _wanted(typed: str) -> Q | None:
    """Numbers or names, several with ``|``, or a list pasted from a remittance advice.

    Amounts are sought where nothing else is typed: beside the numbers of an advice they would
    only add what others owe.
    """
    pieces = typed.replace("\n", "|").replace("\t", "|").replace(";", "|").split("|")
    words = [piece.strip() for piece in pieces if piece.strip()][:20]
    if not words:
        return None
    wanted = Q()
    for word in words:
        wanted |= Q(document_number__istartswith=word)
        wanted |= Q(customer__name__icontains=word) | Q(customer__number__iexact=word)
    amounts = [read_figure(word) for word in words]
    return wanted if None in amounts else wanted | Q(outstanding_amount__in=amounts)


def balances(user: User, company: Company) -> list[Balance]:
    """Bank and ledger, account by account.

    The ledger begins with the first statement, so what that one opened with is added to it.
    """
    accounts = BankAccount.objects.visible_to(user).filter(company=company, is_active=True)
    found = []
    stands = Q(statements__file__state="booked", statements__closing_amount__isnull=False)
    accounts = accounts.annotate(
        first=Min("statements", filter=stands), last=Max("statements", filter=stands)
    )
    for account in accounts:
        ends = BankStatement.objects.visible_to(user).in_bulk([account.first, account.last])
        first, last = ends.get(account.first), ends.get(account.last)
        if first is None or last is None or last.closing_amount is None:
            continue
        # scope: lines of an account that was scoped above
        lines = JournalLine.objects.filter(account=account.ledger_account_id)
        booked = lines.aggregate(total=Sum("currency_amount"))["total"] or ZERO
        ledger = booked + (first.opening_amount or ZERO)
        found.append(Balance(account, last.until_on, last.closing_amount, ledger))
    return found
