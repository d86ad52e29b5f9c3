"""Writing to the journal, many postings at a time: entries, lines and open items in three inserts.

Everything that books goes through ``post_all``; nothing else inserts into the journal.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from core.models import Company
from o2c.errors import Conflict
from o2c.money import ZERO
from receivables.models import Account, JournalEntry, JournalLine, OpenItem, OrderAdvance
from receivables.rules.areas import AREAS, RECEIVABLES
from receivables.services.copying import copy_rows
from receivables.services.periods import Closed, closed_by_area, closed_days, require_open_days

BATCH = 2000


@dataclass(frozen=True, slots=True)
class LineDraft:
    """Debit (> 0) or credit (< 0) on an account, in the company's currency.

    ``currency`` where the line is about money in another one, of which it is ``currency_amount``.
    """

    account_id: int
    amount: Decimal
    customer_id: int | None = None
    tax_base_amount: Decimal | None = None
    currency: str = ""
    currency_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An open item that the posting makes; its amount is part of the control account's line.

    ``currency`` and what it is worth in the books where that is another one than theirs.
    """

    customer_id: int
    kind: str
    document_number: str
    amount: Decimal
    document_on: date
    due_on: date
    invoice_id: int | None = None
    discount_amount: Decimal = ZERO
    discount_until: date | None = None
    currency: str = ""
    functional_amount: Decimal | None = None

    @property
    def worth(self) -> Decimal:
        """What it stands in the books for."""
        return self.amount if self.functional_amount is None else self.functional_amount


@dataclass(slots=True)
class Posting:
    """One entry to be written; ``source_key`` makes doing it twice impossible."""

    posted_on: date
    text: str
    source_key: str
    lines: Sequence[LineDraft]
    items: Sequence[ItemDraft] = ()
    document_number: str = ""
    reverses_id: int | None = None
    exchange_of_id: int | None = None


@dataclass(slots=True)
class Posted:
    """The entry as written and its items, in the order of the draft."""

    entry: JournalEntry
    items: list[OpenItem] = field(default_factory=list)


class Accounts:
    """A company's books as an act needs them, read once.

    Accounts by role and VAT, until when each area is ``closed``, of ``source_keys`` the entries
    of those that are booked already, and whether any of the ``orders`` is paid ahead.
    """

    def __init__(
        self, company: Company, *, source_keys: Sequence[str] = (), orders: Collection[int] = ()
    ) -> None:
        self.company = company
        self.is_paid_ahead = False
        self.closed: Closed = dict.fromkeys(AREAS)
        self.known_entries: dict[str, int] = {}
        self._by_key: dict[tuple[str, str, Decimal | None], int] = {}
        accounts = Account.objects.filter(company=company).exclude(role=Account.Role.BANK)
        known = JournalEntry.objects.filter(company=company, source_key__in=source_keys)
        pairs = known.order_by().values(pair=JSONObject(key="source_key", pk="pk"))
        ahead = OrderAdvance.objects.with_rest().filter(order__in=orders)
        for account in accounts.annotate(
            closed=Subquery(closed_days(company)),
            known_entries=ArraySubquery(pairs),
            is_paid_ahead=Exists(ahead.order_by()),
        ):
            self.closed = closed_by_area(account.closed)
            self.is_paid_ahead = bool(account.is_paid_ahead)
            self.known_entries = {pair["key"]: pair["pk"] for pair in account.known_entries or ()}
            key = (account.role, account.vat_category, account.vat_rate)
            self._by_key[key] = account.pk

    def of(self, role: str, category: str = "", rate: Decimal | None = None) -> int:
        """The account for a role, for one VAT category and rate where the role is split by them.

        Raises ``Conflict`` naming what is missing and where to add it.
        """
        normal = None if rate is None else rate.quantize(Decimal("0.000001"))
        found = self._by_key.get((role, category, normal))
        if found is None:
            raise Conflict(
                "ledger.account_missing",
                _(
                    "%(company)s has no ledger account for “%(role)s” %(category)s %(rate)s. "
                    "An administrator adds it in the set-up."
                )
                % {
                    "company": self.company,
                    "role": Account.Role(role).label,
                    "category": category,
                    "rate": "" if normal is None else f"{normal * 100:g} %",
                },
            )
        return found

    @property
    def closed_until(self) -> date | None:
        """Up to when matches and adjustments are not posted any more."""
        return self.closed[RECEIVABLES]

    def open_day(self, day: date) -> date:
        """The day itself, or the first one after a closed period."""
        return day if self.closed_until is None else max(day, self.closed_until + timedelta(days=1))

    def discount(self, category: str, rate: Decimal | None) -> int:
        """The discount account of a rate, else the general one."""
        key = (Account.Role.DISCOUNT, category, None if rate is None else rate)
        return self._by_key.get(key) or self.of(Account.Role.DISCOUNT)

    def advance(self, category: str, rate: Decimal) -> int:
        """The account of advance payments of a rate, else the general one."""
        key = (Account.Role.ADVANCE, category, rate)
        return self._by_key.get(key) or self.of(Account.Role.ADVANCE)


def post_all(
    company: Company, postings: Sequence[Posting], *, accounts: Accounts | None = None
) -> list[Posted]:
    """Write postings in the company's currency; the database checks them at commit.

    ``accounts`` read in the same act know until when each area of the books is closed.
    """
    closed = accounts.closed if accounts else closed_by_area(closed_days(company).get())
    require_open_days(closed, [(posting.source_key, posting.posted_on) for posting in postings])
    entries = JournalEntry.objects.bulk_create(
        [_entry(company, posting) for posting in postings], batch_size=BATCH
    )
    copy_rows(
        JournalLine,
        _LINE_COLUMNS,
        (
            _line(company, entry, line)
            for entry, posting in zip(entries, postings, strict=True)
            for line in posting.lines
            if line.amount
        ),
    )
    result = [Posted(entry) for entry in entries]
    items = OpenItem.objects.bulk_create(
        [
            _item(company, entry, position, item)
            for entry, posting in zip(entries, postings, strict=True)
            for position, item in enumerate(posting.items, start=1)
        ],
        batch_size=BATCH,
    )
    by_entry = {posted.entry.pk: posted for posted in result}
    for item in items:
        by_entry[item.entry_id].items.append(item)
    return result


def _entry(company: Company, posting: Posting) -> JournalEntry:
    return JournalEntry(
        company=company,
        posted_on=posting.posted_on,
        text=posting.text[:200],
        source_key=posting.source_key,
        document_number=posting.document_number[:40],
        reverses_id=posting.reverses_id,
        exchange_of_id=posting.exchange_of_id,
    )


def post(company: Company, posting: Posting, *, accounts: Accounts | None = None) -> Posted:
    """Write one posting."""
    return post_all(company, [posting], accounts=accounts)[0]


_LINE_COLUMNS = (
    "entry_id",
    "account_id",
    "customer_id",
    "amount",
    "currency",
    "currency_amount",
    "tax_base_amount",
)


def _line(company: Company, entry: JournalEntry, line: LineDraft) -> tuple[object, ...]:
    return (
        entry.pk,
        line.account_id,
        line.customer_id,
        line.amount,
        line.currency or company.currency,
        line.currency_amount if line.currency else line.amount,
        line.tax_base_amount,
    )


def _item(company: Company, entry: JournalEntry, position: int, item: ItemDraft) -> OpenItem:
    return OpenItem(
        company=company,
        customer_id=item.customer_id,
        kind=item.kind,
        document_number=item.document_number[:40],
        instalment=position,
        invoice_id=item.invoice_id,
        entry=entry,
        document_on=item.document_on,
        due_on=item.due_on,
        currency=item.currency or company.currency,
        amount=item.amount,
        functional_amount=item.worth,
        outstanding_amount=item.amount,
        outstanding_functional_amount=item.worth,
        discount_amount=item.discount_amount,
        discount_until=item.discount_until,
    )
