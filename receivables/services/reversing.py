"""Revoke what was granted with a payment, and read what stands.

A discount or a small write-off is granted for a payment. When the payment goes back, or its invoice
is credited in full, the grant goes too, with its VAT: else the customer keeps money never paid.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from core.models import Company
from o2c.money import ZERO
from receivables.models import (
    Account,
    Allocation,
    JournalEntry,
    JournalLine,
    OpenItem,
    WriteOff,
    WriteOffState,
)
from receivables.services.discounting import discount_lines, vat_of
from receivables.services.joining import Joint, join, take_apart
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posting, post_all
from receivables.services.settlements import CLOSING_ROLES

Kind = OpenItem.Kind
GRANTED = (Kind.DISCOUNT, Kind.CHARGE, Kind.WRITE_OFF, Kind.DEDUCTION)
"""Credits that no money stands behind; they stay with the item they were granted on."""
_ROLES = {str(kind): role for role, kind in CLOSING_ROLES.values()}


def locked_live(items: Collection[OpenItem]) -> list[Allocation]:
    """The live allocations of items, the items on both sides locked.

    Read again under the locks: somebody may have allocated while we waited for them.
    """
    locked: set[int] = set()
    while True:
        live = list(
            Allocation.objects.filter(Q(credit_item__in=items) | Q(debit_item__in=items))
            .filter(amount__gt=0, reversed_by=None)
            .order_by("pk")
        )
        touched = {pk for row in live for pk in (row.debit_item_id, row.credit_item_id)}
        touched |= {item.pk for item in items}
        if touched <= locked:
            return live
        list(OpenItem.objects.filter(pk__in=touched - locked).for_update().values_list("pk"))
        locked |= touched


def grants(
    kinds: Iterable[str] = GRANTED, *, by: Q | None = None, **where: object
) -> list[Allocation]:
    """Live allocations of granted credits, narrowed by fields of the allocation."""
    rows = Allocation.objects.filter(
        by or Q(), credit_item__kind__in=list(kinds), amount__gt=0, reversed_by=None, **where
    )
    # One whose debit is a grant itself was revoked: its own opposite closed it.
    rows = rows.exclude(debit_item__kind__in=GRANTED)
    return list(rows.select_related("credit_item", "debit_item").order_by("pk"))


def revoke(company: Company, granted: Sequence[Allocation], *, on: date) -> None:
    """Open the items again by what was granted on them; postings and VAT are reversed.

    Both items of each allocation are locked by the caller. A write-off is marked as taken back.
    Raises ``Conflict`` in closed books.
    """
    if not granted:
        return
    accounts = Accounts(company)
    vat = vat_of({row.debit_item.invoice_id for row in granted if row.debit_item.invoice_id})
    own = _written_off(granted)
    take_apart(company, granted, on=on)
    postings = []
    for row in granted:
        shares = vat.get(row.debit_item.invoice_id or 0, [])
        worth = row.credit_functional_amount
        if row.credit_item.entry_id in own:
            lines = own[row.credit_item.entry_id]
        elif row.credit_item.kind == Kind.DISCOUNT:
            lines = discount_lines(worth, shares, accounts)
        else:
            lines = [LineDraft(accounts.of(_ROLES[row.credit_item.kind]), worth)]
        postings.append(_revocation(row, lines, accounts, on))
    WriteOff.objects.filter(entry__in=own).update(state=WriteOffState.TAKEN_BACK)
    join(
        company,
        (
            Joint(posted.items[0], row.credit_item, row.amount, posted.entry.posted_on)
            for row, posted in zip(granted, post_all(company, postings), strict=True)
        ),
    )


def _written_off(granted: Sequence[Allocation]) -> dict[int, list[LineDraft]]:
    """Entries of write-offs among these, each with what it booked against receivables."""
    keys = [row.credit_item.entry_id for row in granted]
    made = WriteOff.objects.filter(entry__in=keys, state=WriteOffState.BOOKED)
    own: dict[int, list[LineDraft]] = {pk: [] for pk in made.values_list("entry", flat=True) if pk}
    lines = JournalLine.objects.filter(entry__in=own).exclude(
        account__role=Account.Role.RECEIVABLES
    )
    for line in lines.order_by("pk"):
        own[line.entry_id].append(
            LineDraft(line.account_id, line.amount, tax_base_amount=line.tax_base_amount)
        )
    return own


def take_back_with(company: Company, matches: Sequence[int], *, on: date) -> list[WriteOff]:
    """Take back what was written off as the shortage of these payments, exactly as booked."""
    found = list(WriteOff.objects.filter(match__in=matches).booked().order_by("item_id", "pk"))
    if found:
        take_back_entries(company, [row.entry_id for row in found if row.entry_id], on=on)
    WriteOff.objects.filter(match__in=matches).asked().update(
        state=WriteOffState.REFUSED, decided_on=on
    )
    return found


def take_back_entries(company: Company, entries: Sequence[int], *, on: date) -> None:
    """Open items again by what these entries wrote off; the items are locked here."""
    credits_ = OpenItem.objects.filter(entry__in=entries, amount__lt=0)
    locked_live(list(credits_.order_by("pk")))
    revoke(company, grants(credit_item__entry__in=entries), on=on)


def _revocation(
    row: Allocation, lines: Sequence[LineDraft], accounts: Accounts, on: date
) -> Posting:
    credit = row.credit_item
    day = max(on, credit.document_on)
    owed = LineDraft(
        accounts.of(Account.Role.RECEIVABLES),
        row.credit_functional_amount,
        customer_id=credit.customer_id,
        currency=credit.currency,
        currency_amount=row.amount,
    )
    return Posting(
        posted_on=day,
        text=_("Taken back: %(kind)s on %(number)s")
        % {"kind": credit.get_kind_display(), "number": credit.document_number},
        source_key=_key(credit),
        lines=[*mirrored(lines), owed],
        items=[
            ItemDraft(
                customer_id=credit.customer_id,
                kind=credit.kind,
                document_number=credit.document_number,
                amount=row.amount,
                document_on=day,
                due_on=day,
                currency=credit.currency,
                functional_amount=row.credit_functional_amount,
            )
        ],
        document_number=credit.document_number,
    )


def revocations_of(made: Sequence[OpenItem]) -> dict[int, JournalEntry]:
    """Which of these credits were revoked: item id -> the entry that did it."""
    keys = {_key(item): item.pk for item in made if item.kind in GRANTED}
    if not keys:
        return {}
    found = JournalEntry.objects.filter(company=made[0].company_id, source_key__in=keys)
    return {keys[entry.source_key]: entry for entry in found}


def mirrored(lines: Iterable[LineDraft]) -> list[LineDraft]:
    """The opposite of these lines."""
    return [
        LineDraft(
            line.account_id,
            -line.amount,
            customer_id=line.customer_id,
            tax_base_amount=None if line.tax_base_amount is None else -line.tax_base_amount,
            currency=line.currency,
            currency_amount=-line.currency_amount,
        )
        for line in lines
    ]


def merged(lines: Iterable[LineDraft]) -> list[LineDraft]:
    """One line per account, customer and currency; what comes to nothing is gone."""
    sums: dict[tuple[int, int | None, str], LineDraft] = {}
    for line in lines:
        key = (line.account_id, line.customer_id, line.currency)
        known = sums.get(key)
        bases = [x.tax_base_amount for x in (known, line) if x and x.tax_base_amount is not None]
        sums[key] = LineDraft(
            line.account_id,
            line.amount + (known.amount if known else ZERO),
            customer_id=line.customer_id,
            tax_base_amount=sum(bases, ZERO) if bases else None,
            currency=line.currency,
            currency_amount=line.currency_amount + (known.currency_amount if known else ZERO),
        )
    return [line for line in sums.values() if line.amount]


def _key(credit: OpenItem) -> str:
    """A grant is revoked once."""
    return f"revoked:{credit.pk}"
