"""Import the open items of another system: whole or not at all, twice is once.

Each item becomes a journal entry (receivables against opening balances) and an open item, found
by the same references as items of our own. The list is taken by thousands, so that its length
does not matter to memory; the database checks every entry at the end.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import record_event, require_open, store_document
from core.sheets import ImportReport, NotWritten, SheetRow, open_sheet
from customers.models import Customer
from o2c.errors import BusinessError, InvalidInput
from o2c.money import CURRENCIES, ZERO
from receivables.columns import EXAMPLE, FIELD_OF
from receivables.models import Account, OpenItem
from receivables.services.opening_rows import OpeningRow, read_item
from receivables.services.posting import (
    Accounts,
    ItemDraft,
    LineDraft,
    Posting,
    post_all,
)
from receivables.services.rates import Rates
from receivables.services.references import refer, tokens_of

CHUNK = 2000
_NEEDED = ("number", "customer", "issued", "amount")
_KINDS = (OpenItem.Kind.INVOICE, OpenItem.Kind.CREDIT_NOTE)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
T = TypeVar("T")


def import_items(  # noqa: PLR0913 - what a person chooses
    company: Company,
    content: bytes,
    filename: str,
    *,
    by: Actor,
    on: date,
    skip_bad: bool = False,
    is_trial: bool = False,
) -> ImportReport:
    """Book the items of a CSV or XLSX list that are not known yet.

    Columns: number, customer (its number), issue date, amount, due date (credit notes may lack
    it), and if wanted kind, currency, discount percent and its last day, order number, RF and OCR
    reference. A negative amount, or the kind, makes a credit note. The same number of the same
    customer is known, with another amount it is a wrong row. With a wrong row nothing is taken, or
    with ``skip_bad`` the others; ``is_trial`` only checks. Items of a closed period are posted
    on the first open day. Raises ``InvalidInput`` for a file that is no such list, ``Conflict`` for
    a closed company or a chart without the account, ``PermissionMissing``.
    """
    require(by, "receivables.open", company.pk)
    require_open(company)
    sheet = open_sheet(content, filename, field_of=FIELD_OF, needed=_NEEDED, example=EXAMPLE)
    report = ImportReport(sheet.columns, sheet.ignored, counts={"new": 0, "known": 0})
    try:
        with transaction.atomic():
            # Two lists at once: the second finds what the first has booked.
            Company.objects.select_for_update(no_key=True).get(pk=company.pk)
            opening = _Opening(company, report, skip_bad=skip_bad, is_trial=is_trial)
            for rows in _chunks(sheet.rows, CHUNK):
                opening.take(rows)
            if is_trial or (report.problem_count and not skip_bad):
                raise NotWritten
            if report.counts["new"]:
                _record(company, content, filename, opening, by=by, on=on)
    except NotWritten:
        report.is_written = False
    return report


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


def _record(
    company: Company, content: bytes, filename: str, opening: "_Opening", *, by: Actor, on: date
) -> None:
    """Keep the list as it came, and say what was opened with it."""
    document = store_document(
        content,
        company_id=company.pk,
        kind="opening_items",
        filename=filename,
        content_type=_XLSX if content.startswith(b"PK") else "text/csv",
        subject=company,
    )
    record_event(
        "items.opened",
        company,
        by=by,
        on=on,
        label=document.filename,
        count=opening.report.counts["new"],
        amount=opening.total,
        currency=company.currency,
        sha256=hashlib.sha256(content).hexdigest(),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is booked of a number of a customer."""

    amount: Decimal
    currency: str
    due_on: date
    is_of_this_list: bool

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class _Opening:
    """One list on its way into the books."""

    def __init__(
        self, company: Company, report: ImportReport, *, skip_bad: bool, is_trial: bool
    ) -> None:
        self.company, self.report = company, report
        self.skip_bad, self.is_trial = skip_bad, is_trial
        self.accounts = Accounts(company)
        self.receivables = self.accounts.of(Account.Role.RECEIVABLES)
        self.opening = self.accounts.of(Account.Role.OPENING)
        closed = self.accounts.closed_until
        self.first_open_on = closed + timedelta(days=1) if closed else date.min
        self.first_entry: int | None = None
        self.total = ZERO
        self.rates = Rates(company)

    def take(self, rows: Sequence[SheetRow]) -> None:
        """Check a chunk and book what is new in it; after a wrong row only check."""
        self.report.row_count += len(rows)
        read = [item for row in rows if (item := self._read(row))]
        customers = self._customers(read)
        known = self._known(read)
        fresh = []
        for item in read:
            try:
                customer_id = _customer_of(item, customers)
                if not self._is_known(item, known.get((customer_id, item.number))):
                    known[customer_id, item.number] = _Known(
                        item.amount, self._currency(item), item.due_on, True
                    )
                    fresh.append((customer_id, item))
            except BusinessError as error:
                self.report.refuse(item.row, error.message)
        if not self.is_trial and (self.skip_bad or not self.report.problem_count):
            self._book(fresh)
        self.report.count("new", len(fresh))

    def _read(self, row: SheetRow) -> OpeningRow | None:
        try:
            item = read_item(row)
            self._require_currency(item)
        except BusinessError as error:
            self.report.refuse(row.number, error.message)
            return None
        return item

    def _require_currency(self, item: OpeningRow) -> None:
        """A currency the books know; with its worth, or a rate on the day of issue."""
        currency = self._currency(item)
        if currency == self.company.currency:
            return
        if currency not in CURRENCIES:
            raise InvalidInput(
                "import.currency",
                _("row %(row)s: “%(currency)s” is no currency that the books know: %(known)s.")
                % {
                    "row": item.row,
                    "currency": currency[:10],
                    "known": ", ".join(sorted(CURRENCIES)),
                },
            )
        if item.functional_amount is None:
            try:
                self.rates.rate(currency, item.issued_on)
            except InvalidInput as error:
                told = _("row %(row)s: %(why)s") % {"row": item.row, "why": error.message}
                raise InvalidInput(error.code, told)

    def _worth(self, item: OpeningRow) -> Decimal:
        if item.functional_amount is not None and item.currency != self.company.currency:
            return item.functional_amount
        return self.rates.in_books(item.amount, self._currency(item), item.issued_on)

    def _currency(self, item: OpeningRow) -> str:
        return item.currency or self.company.currency

    def _customers(self, items: Sequence[OpeningRow]) -> dict[str, int]:
        """Number, ours or the previous system's, -> customer; ours wins."""
        wanted = {item.customer for item in items}
        mine = Customer.objects.filter(company=self.company)
        found = dict(mine.filter(number__in=wanted).values_list("number", "pk"))
        left = wanted - found.keys()
        before = mine.filter(previous_number__in=left).order_by("-pk") if left else mine.none()
        return dict(before.values_list("previous_number", "pk")) | found

    def _known(self, items: Sequence[OpeningRow]) -> dict[tuple[int, str], _Known]:
        rows = OpenItem.objects.filter(
            company=self.company,
            document_number__in=[item.number for item in items],
            kind__in=_KINDS,
        ).values_list("customer_id", "document_number", "amount", "currency", "due_on", "entry_id")
        found: dict[tuple[int, str], _Known] = {}
        for customer_id, number, amount, currency, due_on, entry_id in rows.iterator():
            is_mine = self.first_entry is not None and entry_id >= self.first_entry
            before = found.get((customer_id, number))
            total = amount + (before.amount if before else ZERO)  # instalments of an invoice
            found[customer_id, number] = _Known(total, currency, due_on, is_mine)
        return found

    def _is_known(self, item: OpeningRow, known: _Known | None) -> bool:
        if known is None:
            return False
        currency = self._currency(item)
        is_same = (known.amount, known.currency) == (item.amount, currency)
        if is_same and (not known.is_of_this_list or known.due_on == item.due_on):
            self.report.count("known")
            return True
        raise InvalidInput(
            "import.item_differs",
            _(
                "row %(row)s: %(number)s of customer %(customer)s is there already, with %(known)s"
                " due on %(known_due)s, not %(amount)s due on %(due)s. Correct it, or give an"
                " instalment a number of its own."
            )
            % {
                "row": item.row,
                "number": item.number,
                "customer": item.customer,
                "known": known,
                "known_due": known.due_on,
                "amount": f"{item.amount} {currency}",
                "due": item.due_on,
            },
        )

    def _book(self, fresh: Sequence[tuple[int, OpeningRow]]) -> None:
        if not fresh:
            return
        postings = [self._posting(customer_id, item) for customer_id, item in fresh]
        written = post_all(self.company, postings, accounts=self.accounts)
        refer(
            self.company.pk,
            (
                (posted.items[0].pk, tokens_of(item.number, item.references))
                for (_customer, item), posted in zip(fresh, written, strict=True)
            ),
        )
        if self.first_entry is None:
            self.first_entry = written[0].entry.pk
        self.total += sum((line.amount for one in postings for line in one.lines[:1]), ZERO)

    def _posting(self, customer_id: int, item: OpeningRow) -> Posting:
        kind = OpenItem.Kind.INVOICE if item.amount > 0 else OpenItem.Kind.CREDIT_NOTE
        currency, worth = self._currency(item), self._worth(item)
        return Posting(
            posted_on=max(item.issued_on, self.first_open_on),
            text=f"{item.number} {item.customer}",
            source_key=f"opening:{customer_id}:{item.number}",
            lines=[
                LineDraft(
                    self.receivables,
                    worth,
                    customer_id=customer_id,
                    currency=currency,
                    currency_amount=item.amount,
                ),
                LineDraft(self.opening, -worth),
            ],
            items=[
                ItemDraft(
                    customer_id=customer_id,
                    kind=kind,
                    document_number=item.number,
                    amount=item.amount,
                    document_on=item.issued_on,
                    due_on=item.due_on,
                    discount_amount=item.discount_amount,
                    discount_until=item.discount_until,
                    currency=currency,
                    functional_amount=worth,
                )
            ],
            document_number=item.number,
        )


def _customer_of(item: OpeningRow, customers: dict[str, int]) -> int:
    found = customers.get(item.customer)
    if found is None:
        raise InvalidInput(
            "import.customer",
            _(
                "row %(row)s: there is no customer %(customer)s. Import the customers first, or"
                " correct the number."
            )
            % {"row": item.row, "customer": item.customer},
        )
    return found
