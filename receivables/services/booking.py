"""Invoices and credit notes become journal entries and open items."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import CharField, Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import Company
from core.services import atomic_verb, record_event
from invoicing.collected import po_numbers_of
from invoicing.models import Invoice
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents, split
from receivables.models import Account, JournalEntry, OpenItem
from receivables.services.advances import take_advances
from receivables.services.joining import Joint, join
from receivables.services.posting import (
    Accounts,
    ItemDraft,
    LineDraft,
    Posted,
    Posting,
    post_all,
)
from receivables.services.references import refer, tokens_of
from receivables.services.reversing import grants, revoke


def invoices_awaiting_booking(company: Company) -> QuerySet[Invoice]:
    """Issued documents without a journal entry; due work that a missed push left behind."""
    key = Concat(Value("invoice:"), Cast(OuterRef("pk"), CharField()))
    booked = JournalEntry.objects.filter(company=company, source_key=key)
    return (
        Invoice.objects.filter(company=company)
        .issued()
        .exclude(net_amount=0, vat_amount=0)
        .filter(~Exists(booked))
    )


@atomic_verb
def book_invoice(invoice: Invoice | int, *, by: Actor) -> JournalEntry | None:
    """Book an issued invoice or credit note; see ``book_invoices``."""
    return book_invoices([invoice], by=by)[0]


@atomic_verb
def book_invoices(invoices: Sequence[Invoice | int], *, by: Actor) -> list[JournalEntry | None]:
    """Book issued invoices and credit notes: receivables against revenue and VAT, and their items.

    An invoice given as a row is one that the caller has locked. Twice gives the same entry. A
    deposit is an advance payment; the final invoice takes it back and is open over the rest. A
    credit note becomes a credit item and pays what is still open of the invoice it corrects. What
    was paid ahead for the order pays its invoices. A document over nothing (samples, free of
    charge) has nothing to book: None.
    Raises ``Conflict`` for a draft, a closed period, a VAT rate without account; ``InvalidInput``
    for a document in another currency than the books, since our documents do not say their VAT in
    the books' currency (BT-111). All are booked or none.
    """
    found = _locked(invoices)
    booked: dict[int, JournalEntry] = {}
    for company in dict.fromkeys(invoice.company for invoice in found):
        mine = [invoice for invoice in found if invoice.company_id == company.pk]
        booked |= _book(company, mine, by=by)
    return [booked.get(invoice.pk) for invoice in found]


def _book(company: Company, invoices: Sequence[Invoice], *, by: Actor) -> dict[int, JournalEntry]:
    """Invoice id -> its entry, for documents of one company that have one."""
    keys = {invoice.pk: f"invoice:{invoice.pk}" for invoice in invoices}
    orders = {invoice.order_id for invoice in invoices if invoice.order_id}
    accounts = Accounts(company, source_keys=list(keys.values()), orders=orders)
    known = accounts.known_entries
    there = JournalEntry.objects.in_bulk(known.values()) if known else {}
    entries = {pk: there[known[key]] for pk, key in keys.items() if key in known}
    fresh = [invoice for invoice in invoices if invoice.pk not in entries and _is_bookable(invoice)]
    postings = [_posting(invoice, keys[invoice.pk], accounts) for invoice in fresh]
    written = post_all(company, postings, accounts=accounts) if postings else []
    _refer(company, {invoice: posted.items for invoice, posted in zip(fresh, written, strict=True)})
    for invoice, posted in zip(fresh, written, strict=True):
        if invoice.kind == Invoice.Kind.CREDIT_NOTE:
            _set_off(invoice, posted)
        _record(invoice, by=by)
        entries[invoice.pk] = posted.entry
    if accounts.is_paid_ahead or any(invoice.order_id is None for invoice in fresh):
        take_advances(company, fresh, by=by)
    return entries


def _is_bookable(invoice: Invoice) -> bool:
    """Whether there is something to book; refuses what may not be booked at all."""
    if invoice.issued_on is None or invoice.due_on is None or not invoice.number:
        raise Conflict("invoice.draft", _("A draft can't be booked; issue it first."))
    _require_books_currency(invoice)
    return bool(invoice.net_amount or invoice.vat_amount)


def _require_books_currency(invoice: Invoice) -> None:
    if invoice.currency == invoice.company.currency:
        return
    raise InvalidInput(
        "ledger.currency",
        _(
            "%(number)s is in %(currency)s, but %(company)s keeps its books in %(books)s. Our"
            " documents do not say their VAT in %(books)s, as the law asks; invoice in %(books)s."
        )
        % {
            "number": invoice.number,
            "currency": invoice.currency,
            "company": invoice.company,
            "books": invoice.company.currency,
        },
    )


def _record(invoice: Invoice, *, by: Actor) -> None:
    assert invoice.issued_on is not None
    record_event(
        "invoice.booked",
        invoice,
        by=by,
        on=invoice.issued_on,
        correlation=invoice.correlation,
        label=invoice.number or "",
        amount=invoice.payable_amount,
        currency=invoice.currency,
    )


def _locked(invoices: Sequence[Invoice | int]) -> list[Invoice]:
    wanted = {one for one in invoices if isinstance(one, int)}
    read: dict[int, Invoice] = {}
    if wanted:
        rows = (
            Invoice.objects.for_update().select_related("company", "corrects").filter(pk__in=wanted)
        )
        read = {row.pk: row for row in rows}
    if missing := wanted - read.keys():
        raise Invoice.DoesNotExist(f"There is no invoice {min(missing)}.")
    return [read[one] if isinstance(one, int) else one for one in invoices]


def _posting(invoice: Invoice, source_key: str, accounts: Accounts) -> Posting:
    """Receivables against revenue and VAT; a deposit against advance payments, not revenue.

    A final invoice takes the advance payments of its deposits back, and asks VAT only once.
    """
    assert invoice.issued_on is not None
    sign = -1 if invoice.kind == Invoice.Kind.CREDIT_NOTE else 1
    receivable = LineDraft(
        accounts.of(Account.Role.RECEIVABLES),
        sign * invoice.payable_amount,
        customer_id=invoice.customer_id,
    )
    lines = [receivable, *_earned(invoice, sign, accounts)]
    if invoice.rounding_amount:
        account = accounts.of(Account.Role.ROUNDING)
        lines.append(LineDraft(account, -sign * invoice.rounding_amount))
    return Posting(
        posted_on=invoice.issued_on,
        text=f"{invoice.number} {invoice.buyer.get('name', '')}".strip(),
        source_key=source_key,
        lines=[line for line in lines if line.amount],
        items=list(_items(invoice, sign)),
        document_number=invoice.number or "",
    )


def _earned(invoice: Invoice, sign: int, accounts: Accounts) -> Iterable[LineDraft]:
    """Revenue (or advance payments) and VAT per rate, less what deposits have booked of both."""
    is_deposit = Invoice.Kind.DEPOSIT in (invoice.kind, invoice.corrects and invoice.corrects.kind)
    deducted = list(invoice.deposits.all()) if invoice.deposit_amount else []
    for row in invoice.vat_rows.all():
        category, rate = row.vat_category, row.vat_rate
        mine = [one for one in deducted if (one.vat_category, one.vat_rate) == (category, rate)]
        advance = sum((one.net_amount for one in mine), ZERO)
        vat = row.vat_amount - sum((one.vat_amount for one in mine), ZERO)
        if is_deposit:
            earned = accounts.advance(category, rate)
        else:
            earned = accounts.of(Account.Role.REVENUE, category, rate)
        yield LineDraft(earned, -sign * row.net_amount)
        if advance:
            yield LineDraft(accounts.advance(category, rate), sign * advance)
        if vat:
            yield LineDraft(
                accounts.of(Account.Role.VAT, category, rate),
                -sign * vat,
                tax_base_amount=-sign * (row.net_amount - advance),
            )


def _items(invoice: Invoice, sign: int) -> Iterable[ItemDraft]:
    """One item per instalment; the discount offered is split over them by amount."""
    assert invoice.issued_on is not None
    assert invoice.due_on is not None
    parts = [(part.due_on, part.amount) for part in invoice.instalments.all() if part.amount]
    if not parts or sign < 0:
        parts = [(invoice.due_on, invoice.payable_amount)] if invoice.payable_amount else []
    if sum((amount for _due, amount in parts), ZERO) != invoice.payable_amount:
        raise Conflict(
            "invoice.instalments",
            _("The instalments of %(number)s do not add up to %(total)s.")
            % {"number": invoice.number, "total": invoice.payable_amount},
        )
    discount = ZERO
    if sign > 0 and invoice.discount_until:
        discount = cents(invoice.payable_amount * invoice.discount_rate)
    discounts = split(discount, [amount for _due, amount in parts]) if parts else []
    for (due_on, amount), offered in zip(parts, discounts, strict=True):
        yield ItemDraft(
            customer_id=invoice.customer_id,
            kind=OpenItem.Kind.INVOICE if sign > 0 else OpenItem.Kind.CREDIT_NOTE,
            document_number=invoice.number or "",
            amount=sign * amount,
            document_on=invoice.issued_on,
            due_on=due_on,
            invoice_id=invoice.pk,
            discount_amount=offered,
            discount_until=invoice.discount_until if offered else None,
        )


def _refer(company: Company, items_of: Mapping[Invoice, Sequence[OpenItem]]) -> None:
    """Every reference printed on a document names its items; the matcher looks them up."""
    po_numbers = po_numbers_of(items_of)
    refer(
        company.pk,
        (
            (item.pk, tokens_of(invoice.number or "", printed))
            for invoice, items in items_of.items()
            for printed in [[invoice.payment_reference, *po_numbers[invoice.pk]]]
            for item in items
        ),
    )


def _is_whole(credit_note: Invoice) -> bool:
    """Whether all that the corrected invoice came to is credited now."""
    corrected = credit_note.corrects
    assert corrected is not None
    notes = Invoice.objects.issued().filter(corrects=corrected)
    return bool(notes.aggregate(total=Sum("gross_amount"))["total"] == corrected.gross_amount)


def _set_off(credit_note: Invoice, posted: Posted) -> None:
    """The credit pays what is open of the invoice it corrects, oldest instalment first.

    Where all of it is credited, discounts taken are revoked before: the customer gets back what
    was paid. A credit of a part leaves them.
    """
    assert credit_note.issued_on is not None
    originals = OpenItem.objects.filter(
        invoice=credit_note.corrects,
        kind=OpenItem.Kind.INVOICE,
        currency=credit_note.currency,
    ).for_update()
    kinds = (OpenItem.Kind.DISCOUNT, OpenItem.Kind.WRITE_OFF, OpenItem.Kind.DEDUCTION)
    granted = grants(kinds, debit_item__in=list(originals))
    if granted and _is_whole(credit_note):
        given = OpenItem.objects.filter(pk__in=[row.credit_item_id for row in granted])
        list(given.for_update())
        revoke(credit_note.company, granted, on=credit_note.issued_on)
        originals = originals.all()  # more is open by now
    for credit in posted.items:
        left: Decimal = -credit.amount
        rows = []
        for item in sorted(originals, key=lambda item: (item.due_on, item.pk)):
            part = min(left, item.outstanding_amount)
            if part > 0:
                rows.append(Joint(item, credit, part, credit_note.issued_on))
                left -= part
        join(credit_note.company, rows)
