"""Read a company's books over a period as facts for the writers, with constant memory per entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from core.models import Company
from customers.models import Address, Customer
from o2c.money import ZERO
from receivables.exports.facts import (
    CONTROL,
    AccountFacts,
    Books,
    CompanyFacts,
    DatevFacts,
    EntryFacts,
    LineFacts,
    PartyFacts,
    fiscal_year,
)
from receivables.models import (
    Account,
    BooksSetting,
    JournalEntry,
    JournalLine,
    OpenItem,
    PersonalAccount,
)
from receivables.services.set_up import chart_of

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries of a company from ``start`` to ``end`` that were there up to a number."""

    company: Company
    start: date
    end: date
    last_entry_id: int

    def lines_until_end(self) -> QuerySet[JournalLine]:
        """Lines of the period and of everything before it."""
        return JournalLine.objects.filter(
            entry__company=self.company,
            entry__posted_on__lte=self.end,
            entry_id__lte=self.last_entry_id,
        )

    def lines(self) -> QuerySet[JournalLine]:
        """Lines of the period."""
        return self.lines_until_end().filter(entry__posted_on__gte=self.start)

    def entries(self) -> QuerySet[JournalEntry]:
        """Entries of the period."""
        return JournalEntry.objects.filter(
            company=self.company,
            posted_on__range=(self.start, self.end),
            pk__lte=self.last_entry_id,
        )


class Counted(NamedTuple):
    """What a selection holds; ``recorded_at`` is when the newest entry came."""

    entries: int
    lines: int
    debit: Decimal
    credit: Decimal
    recorded_at: datetime | None


def count_of(selection: Selection) -> Counted:
    """Entries, lines and both sums of a period."""
    sums = selection.lines().aggregate(
        lines=Count("pk"),
        debit=Sum("amount", filter=Q(amount__gt=0)),
        credit=Sum("amount", filter=Q(amount__lt=0)),
    )
    entries = selection.entries().aggregate(count=Count("pk"), recorded_at=Max("recorded_at"))
    return Counted(
        entries["count"],
        sums["lines"],
        sums["debit"] or ZERO,
        -(sums["credit"] or ZERO),
        entries["recorded_at"],
    )


def read_books(selection: Selection, counted: Counted) -> Books:
    """The books of a selection; entries are read when the writer asks for them."""
    company = selection.company
    setting = BooksSetting.objects.filter(company=company).first() or BooksSetting(company=company)
    year_start = fiscal_year(selection.start, setting.year_start_month)[0]
    nothing_yet = datetime.combine(selection.end, time(), UTC)
    zone = ZoneInfo(company.time_zone)
    return Books(
        company=_company(company, setting),
        start=selection.start,
        end=selection.end,
        created_at=(counted.recorded_at or nothing_yet).astimezone(zone),
        accounts=_accounts(selection, year_start),
        parties=_parties(selection),
        entry_count=counted.entries,
        debit=counted.debit,
        by_date=lambda: _entries(selection, zone, "entry__posted_on", "entry_id"),
        by_number=lambda: _entries(selection, zone, "entry_id"),
        datev=_datev(company, setting),
    )


def _company(company: Company, setting: BooksSetting) -> CompanyFacts:
    return CompanyFacts(
        name=company.name,
        country=company.country,
        currency=company.currency,
        registration_number=company.registration_number,
        vat_id=company.vat_id,
        street=company.street,
        postcode=company.postcode,
        city=company.city,
        contact_name=company.contact_name,
        contact_phone=company.contact_phone,
        contact_email=company.contact_email,
        year_start_month=setting.year_start_month,
    )


def _datev(company: Company, setting: BooksSetting) -> DatevFacts | None:
    if setting.consultant_number is None or setting.client_number is None:
        return None
    chart = chart_of(company).removeprefix("SKR")
    return DatevFacts(
        setting.consultant_number, setting.client_number, setting.account_length, chart
    )


def _accounts(selection: Selection, year_start: date) -> dict[int, AccountFacts]:
    sums = {
        row["account_id"]: row
        for row in selection.lines_until_end()
        .values("account_id")
        .annotate(
            year_opening=Sum("amount", filter=Q(entry__posted_on__lt=year_start)),
            opening=Sum("amount", filter=Q(entry__posted_on__lt=selection.start)),
            closing=Sum("amount"),
        )
        .order_by()
    }
    return {
        account.pk: AccountFacts(
            id=account.pk,
            number=account.number,
            name=account.name,
            role=account.role,
            vat_category=account.vat_category,
            vat_rate=account.vat_rate,
            **_amounts(sums.get(account.pk, {}), "year_opening", "opening", "closing"),
        )
        for account in Account.objects.filter(company=selection.company)
    }


def _amounts(row: Any, *names: str) -> dict[str, Decimal]:
    return {name: row.get(name) or ZERO for name in names}


def _parties(selection: Selection) -> dict[int, PartyFacts]:
    sums = {
        row["customer_id"]: row
        for row in selection.lines_until_end()
        .filter(customer__isnull=False)
        .values("customer_id")
        .annotate(
            opening=Sum(
                "amount",
                filter=Q(account__role=CONTROL, entry__posted_on__lt=selection.start),
            ),
            closing=Sum("amount", filter=Q(account__role=CONTROL)),
        )
        .order_by()
    }
    numbers = PersonalAccount.objects.filter(customer=OuterRef("pk")).values("number")
    customers = Customer.objects.filter(company=selection.company, pk__in=sums)
    addresses = _addresses(selection.company)
    return {
        customer.pk: _party(customer, addresses.get(customer.pk), sums[customer.pk])
        for customer in customers.annotate(personal_account=Subquery(numbers))
    }


def _addresses(company: Company) -> dict[int, Address]:
    """The billing address of each customer; the default one where there are several."""
    rows = Address.objects.filter(
        customer__company=company, kind=Address.Kind.BILLING, is_active=True
    )
    return {address.customer_id: address for address in rows.order_by("is_default", "-pk")}


def _party(customer: Any, address: Address | None, sums: Any) -> PartyFacts:
    return PartyFacts(
        id=customer.pk,
        number=customer.number,
        name=customer.name,
        country=address.country if address else customer.country,
        vat_id=customer.vat_id,
        registration_number=customer.registration_number,
        is_business=customer.is_business,
        street=address.street if address else "",
        postcode=address.postcode if address else "",
        city=address.city if address else "",
        personal_account=customer.personal_account,
        **_amounts(sums, "opening", "closing"),
    )


_FIELDS = (
    "entry_id", "entry__posted_on", "entry__recorded_at", "entry__text", "entry__document_number",
    "entry__reverses_id", "id", "account_id", "customer_id", "amount", "tax_base_amount",
    "currency", "currency_amount",
)  # fmt: skip


def _entries(selection: Selection, zone: ZoneInfo, *order: str) -> Iterator[EntryFacts]:
    """Entries with their lines, streamed from the database; due days by the thousand."""
    rows = selection.lines().order_by(*order, "id").values_list(*_FIELDS)
    grouped = groupby(rows.iterator(chunk_size=5 * CHUNK), key=lambda row: row[0])
    entries = ((pk, list(lines)) for pk, lines in grouped)
    while chunk := list(islice(entries, CHUNK)):
        due = _due_days([pk for pk, _lines in chunk])
        for pk, lines in chunk:
            yield _entry(lines, due.get(pk), zone, selection.company.currency)


def _due_days(entries: list[int]) -> dict[int, date]:
    """Entry -> first due day of the items it made."""
    rows = OpenItem.objects.filter(entry__in=entries, kind=OpenItem.Kind.INVOICE)
    return dict(rows.order_by().values_list("entry").annotate(day=Min("due_on")))


def _entry(
    rows: list[tuple[Any, ...]], due_on: date | None, zone: ZoneInfo, home: str
) -> EntryFacts:
    pk, posted_on, recorded_at, text, document, reverses, *_line = rows[0]
    return EntryFacts(
        id=pk,
        posted_on=posted_on,
        recorded_at=recorded_at.astimezone(zone),
        text=text,
        document=document,
        reverses=reverses,
        due_on=due_on,
        lines=tuple(
            LineFacts(
                id=line,
                account=account,
                party=party,
                amount=amount,
                tax_base=base,
                currency="" if currency == home else currency,
                currency_amount=ZERO if currency == home else foreign,
            )
            for *_entry, line, account, party, amount, base, currency, foreign in rows
        ),
    )
