"""Set our items off against what a customer who is our supplier invoiced us.

One proposes, somebody else approves; then the lower of both sides is booked: payables (set off)
against the customer, and the oldest items are paid by it. Taken back, they are open as before.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount as amount_words
from core.models import NumberSeries, User
from core.services import atomic_verb, record_event, require_open, retrying, take_number
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents
from receivables.models import (
    Account,
    Debit,
    Netting,
    NettingDocument,
    NettingItem,
    OpenItem,
    ProviderPayment,
    ProviderShare,
    WriteOff,
)
from receivables.models.items import OpenItemQuerySet
from receivables.rules.tokens import normalise
from receivables.services.joining import Joint, join, take_apart
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posted, Posting, post
from receivables.services.reversing import locked_live, mirrored
from receivables.services.undoing import lines_of

_NETTED = (
    OpenItem.Kind.INVOICE,
    OpenItem.Kind.FEE,
    OpenItem.Kind.INTEREST,
    OpenItem.Kind.FLAT_SUM,
)
"""What nobody can undo beneath a netting; money that went back goes with its match."""
NET_RIGHT, APPROVE_NETTING = "receivables.propose_netting", "receivables.approve_netting"


@dataclass(frozen=True, slots=True)
class SupplierDocument:
    """What they invoiced us: number, day, amount (gross, in the books' currency)."""

    number: str
    document_on: date
    amount: Decimal

    @property
    def key(self) -> str:
        """The number as it is compared."""
        return (normalise(self.number) or self.number.strip().upper())[:40]


@dataclass(frozen=True, slots=True)
class NettingDraft:
    """Which of our items against which of their documents."""

    item_ids: Collection[int]
    documents: Sequence[SupplierDocument]
    note: str = ""


def nettable(customer: Customer, disputed: Mapping[int, Decimal]) -> list[OpenItem]:
    """What may be netted, the oldest first: invoices and claims, open, in the books' currency.

    Left out: what is contested (``disputed``: item id -> amount), on a direct debit run, being paid
    by card, asked to be written off, or in a netting that waits.
    """
    waits = NettingItem.objects.filter(is_waiting=True, netting__company=customer.company_id)
    items = _uncommitted(customer, disputed).exclude(pk__in=waits.values("item"))
    return list(items.order_by("due_on", "pk"))


def _uncommitted(customer: Customer, disputed: Mapping[int, Decimal]) -> OpenItemQuerySet:
    """What may be netted but for another netting."""
    company = customer.company
    paying = ProviderPayment.objects.filter(company=company).unfinished()
    return (
        OpenItem.objects.filter(customer=customer, company=company, currency=company.currency)
        .filter(kind__in=_NETTED)
        .debits()
        .open()
        .exclude(pk__in=disputed.keys())
        .exclude(pk__in=Debit.objects.filter(company=company).live().values("item"))
        .exclude(pk__in=ProviderShare.objects.filter(payment__in=paying).values("item"))
        .exclude(pk__in=WriteOff.objects.filter(company=company).asked().values("item"))
    )


@retrying
@atomic_verb
def propose_netting(
    customer_pk: int, draft: NettingDraft, *, disputed: Mapping[int, Decimal], by: Actor, on: date
) -> Netting:
    """Write a netting statement down; nothing is booked before somebody else approves.

    Raises: PermissionMissing; InvalidInput without items or documents, for items that may not be
    netted, or documents without number, with an amount not above zero or a day to come; Conflict
    for a document that is netted already.
    """
    customer = Customer.objects.for_update().select_related("company").get(pk=customer_pk)
    company = customer.company
    require(by, NET_RIGHT, company.pk)
    require_open(company)
    items = _chosen(customer, draft.item_ids, disputed)
    _check_documents(customer, draft.documents, on)
    ours = sum((item.outstanding_amount for item in items), ZERO)
    theirs = sum((one.amount for one in draft.documents), ZERO)
    made = Netting.objects.create(
        company=company,
        customer=customer,
        number=take_number(company.pk, NumberSeries.Kind.NETTING, on=on),
        currency=company.currency,
        ours_amount=ours,
        theirs_amount=theirs,
        amount=min(ours, theirs),
        note=draft.note.strip()[:300],
        proposed_by_id=by.actor_id if isinstance(by, User) else None,
        proposed_by_name=by.actor_name,
        proposed_on=on,
    )
    _list(made, items, draft.documents)
    _tell("netting.proposed", made, by=by, on=on)
    return made


def _list(made: Netting, items: Sequence[OpenItem], documents: Sequence[SupplierDocument]) -> None:
    NettingItem.objects.bulk_create(
        [NettingItem(netting=made, item=item, amount=item.outstanding_amount) for item in items]
    )
    NettingDocument.objects.bulk_create(
        [
            NettingDocument(
                netting=made, customer=made.customer, position=position,
                number=one.number.strip()[:40], number_key=one.key,
                document_on=one.document_on, amount=one.amount,
            )
            for position, one in enumerate(documents, start=1)
        ]
    )  # fmt: skip


def _chosen(
    customer: Customer, item_ids: Collection[int], disputed: Mapping[int, Decimal]
) -> list[OpenItem]:
    list(OpenItem.objects.filter(pk__in=item_ids).for_update().values_list("pk"))
    free = {item.pk: item for item in nettable(customer, disputed)}
    if not item_ids:
        raise InvalidInput("netting.items", _("Choose the items that are set off."), field="items")
    for pk in item_ids:
        if pk not in free:
            item = OpenItem.objects.filter(pk=pk, company=customer.company_id).first()
            raise InvalidInput(
                "netting.item",
                _("%(item)s can't be netted: it is paid, contested, being collected, or another"
                  " customer's. Look again.")
                % {"item": item.document_number if item else _("An item")},
                field="items",
            )  # fmt: skip
    return [item for pk, item in free.items() if pk in set(item_ids)]


def _check_documents(customer: Customer, documents: Sequence[SupplierDocument], on: date) -> None:
    if not documents:
        raise InvalidInput(
            "netting.documents", _("Name at least one document of theirs."), field="documents"
        )
    keys: set[str] = set()
    for one in documents:
        if not one.key or one.key in keys:
            raise InvalidInput(
                "netting.document_number",
                _("“%(number)s” is listed twice or is no number.") % {"number": one.number},
                field="documents",
            )
        keys.add(one.key)
        if one.amount <= 0 or cents(one.amount) != one.amount or one.document_on > on:
            raise InvalidInput(
                "netting.document",
                _("%(number)s needs an amount above zero in whole cents, and a day up to today.")
                % {"number": one.number},
                field="documents",
            )
    known = NettingDocument.objects.filter(customer=customer, number_key__in=keys, is_live=True)
    if row := known.select_related("netting").first():
        raise Conflict(
            "netting.document_netted",
            _("%(number)s is in netting %(netting)s already.")
            % {"number": row.number, "netting": row.netting.number},
            field="documents",
        )


@retrying
@atomic_verb
def decide_netting(
    pk: int, *, is_approved: bool, disputed: Mapping[int, Decimal], by: User, on: date
) -> Netting:
    """Somebody else approves, and it is booked, or refuses.

    Raises: PermissionMissing; Conflict when it is decided, for the one who proposed it, or when an
    item was paid, contested or is collected by now.
    """
    made = _locked(pk)
    require(by, APPROVE_NETTING, made.company_id)
    if made.state != Netting.State.PROPOSED:
        raise Conflict("netting.decided", _("This netting was decided already. Look again."))
    made.decided_by, made.decided_by_name, made.decided_on = by, by.actor_name, on
    if not is_approved:
        made.to_refused()
        made.save(update_fields=["state", "decided_by", "decided_by_name", "decided_on"])
        _tell("netting.refused", made, by=by, on=on)
        return made
    if made.proposed_by_id == by.pk:
        raise Conflict(
            "netting.four_eyes",
            _("You proposed it yourself: somebody else approves %(amount)s.")
            % {"amount": amount_words(made.amount, made.currency)},
        )
    items = _still_true(made, disputed)
    posted = _book(made, items, on)
    made.entry, made.credit_item = posted.entry, posted.items[0]
    made.to_booked()
    made.save(
        update_fields=[
            "state", "decided_by", "decided_by_name", "decided_on", "entry", "credit_item",
        ]
    )  # fmt: skip
    _tell("netting.booked", made, by=by, on=on)
    return made


def _still_true(made: Netting, disputed: Mapping[int, Decimal]) -> list[OpenItem]:
    rows = list(made.items.order_by("item_id"))
    keys = [row.item_id for row in rows]
    items = {item.pk: item for item in OpenItem.objects.filter(pk__in=keys).for_update()}
    free = set(
        _uncommitted(made.customer, disputed).filter(pk__in=keys).values_list("pk", flat=True)
    )
    for row in rows:
        item = items[row.item_id]
        if item.outstanding_amount != row.amount or item.pk not in free:
            raise Conflict(
                "netting.moved",
                _("%(item)s was paid, changed or contested since, or is collected, paid by card or"
                  " asked to be written off: refuse this and propose again.")
                % {"item": item.document_number},
            )  # fmt: skip
    return sorted(items.values(), key=lambda item: (item.due_on, item.pk))


def _book(made: Netting, items: Sequence[OpenItem], on: date) -> Posted:
    """Payables against the customer, and the oldest items paid by it."""
    accounts = Accounts(made.company)
    day = accounts.open_day(max([on, *(item.document_on for item in items)]))
    posted = post(
        made.company,
        Posting(
            posted_on=day,
            text=f"{made.number} {made.customer.name}",
            source_key=f"netting:{made.number}",
            lines=[
                LineDraft(accounts.of(Account.Role.PAYABLES), made.amount),
                LineDraft(
                    accounts.of(Account.Role.RECEIVABLES),
                    -made.amount,
                    customer_id=made.customer_id,
                ),
            ],
            items=[_item(made, -made.amount, day)],
            document_number=made.number,
        ),
        accounts=accounts,
    )
    left, joints = made.amount, []
    for item in items:
        part = min(left, item.outstanding_amount)
        if part:
            joints.append(Joint(item, posted.items[0], part, day))
            left -= part
    join(made.company, joints, made=posted.items)
    return posted


def _item(made: Netting, amount: Decimal, day: date) -> ItemDraft:
    return ItemDraft(
        customer_id=made.customer_id,
        kind=OpenItem.Kind.SET_OFF,
        document_number=made.number,
        amount=amount,
        document_on=day,
        due_on=day,
    )


@retrying
@atomic_verb
def take_back_netting(pk: int, *, by: Actor, on: date) -> Netting:
    """Book the opposite; the items are open again, due when they were, the documents free.

    Raises: PermissionMissing; Conflict when it is not booked (any more).
    """
    made = _locked(pk)
    require(by, "receivables.reverse", made.company_id)
    entry, credit = made.entry, made.credit_item
    if made.state != Netting.State.BOOKED or entry is None or credit is None:
        raise Conflict("netting.not_booked", _("This netting is not in the books. Look again."))
    accounts = Accounts(made.company)
    day = accounts.open_day(max(on, entry.posted_on))
    take_apart(made.company, locked_live([credit]), on=day)
    posted = post(
        made.company,
        Posting(
            posted_on=day,
            text=_("Undone: %(text)s") % {"text": entry.text},
            source_key=f"netting:undo:{entry.pk}",
            lines=mirrored(lines_of([entry.pk])[entry.pk]),
            items=[_item(made, made.amount, day)],
            document_number=made.number,
            reverses_id=entry.pk,
        ),
        accounts=accounts,
    )
    join(made.company, [Joint(posted.items[0], credit, made.amount, day)])
    made.to_taken_back()
    made.save(update_fields=["state"])
    _tell("netting.taken_back", made, by=by, on=on)
    return made


def _locked(pk: int) -> Netting:
    rows = Netting.objects.for_update()
    return rows.select_related("company", "customer", "entry", "credit_item").get(pk=pk)


def _tell(name: str, made: Netting, *, by: Actor, on: date) -> None:
    record_event(
        name, made, by=by, on=on, label=made.number, amount=made.amount, currency=made.currency,
        customer=made.customer.name,
    )  # fmt: skip
