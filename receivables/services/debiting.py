"""Collect by direct debit: approve a run by a second person, write the bank's file, or discard it.

Order of locks: the company, the run, the mandates, the items. The file is written inside the
approval: nothing is approved whose order is not valid by the bank's schema.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import StoredDocument, User
from core.services import atomic_verb, record_event, store_document
from customers.models import Mandate
from customers.services import note_mandate_use
from o2c.errors import BusinessError, Conflict
from o2c.money import ZERO
from receivables.bankfiles import pain008
from receivables.models import Debit, DebitRun, ItemReference, OpenItem
from receivables.rules.tokens import normalise
from receivables.services.announcing import announce
from receivables.services.debit_proposal import PROPOSE, debit_hash, throw_away

APPROVE = "receivables.approve_debits"


@atomic_verb
def approve_debits(
    pk: int, *, disputed: Mapping[int, Decimal], by: User, on: date, seen_hash: str = ""
) -> DebitRun:
    """Let a run go: the order for the bank is written and kept, the customers are told.

    Raises: PermissionMissing; BusinessError for the proposer; Conflict when the run was decided
    or changed, when an item was paid, contested or its mandate ended meanwhile, or when the day of
    collection is too near to tell the customers in time; InvalidInput for an order not valid.
    """
    run = _locked(pk)
    require(by, APPROVE, run.company_id)
    _must_be_proposed(run)
    if run.proposed_by_id == by.pk:
        raise BusinessError(
            "debit.four_eyes", _("You proposed this run: somebody else must approve it.")
        )
    debits = _still_true(run, disputed, on, seen_hash)
    document = _write(run, debits, on)
    run.to_approved()
    run.approved_by, run.approved_at, run.announced_on = by, timezone.now(), on
    run.document = document
    run.save()
    _send(run, debits)
    record_event(
        "debit.approved",
        run,
        by=by,
        on=on,
        label=run.number,
        amount=sum((debit.amount for debit in debits), ZERO),
        currency=run.bank_account.currency,
        sha256=document.sha256,
    )
    return run


def _send(run: DebitRun, debits: Sequence[Debit]) -> None:
    """The customers are told, the items are at the bank and found by what the bank will say."""
    messages = announce(run, debits)
    for debit in debits:
        debit.state, debit.message = Debit.State.SENT, messages.get(debit.item.customer_id)
    Debit.objects.bulk_update(debits, ["state", "message"], batch_size=1000)
    ItemReference.objects.bulk_create(
        [
            ItemReference(
                item=debit.item, company_id=run.company_id, token=normalise(debit.end_to_end_id)
            )
            for debit in debits
        ],
        ignore_conflicts=True,
    )
    note_mandate_use([debit.mandate_id for debit in debits], on=run.collect_on)


@atomic_verb
def discard_debits(pk: int, *, by: Actor, on: date) -> DebitRun:
    """Throw a proposal away; its items are free for the next one."""
    run = _locked(pk)
    require(by, PROPOSE, run.company_id)
    _must_be_proposed(run)
    throw_away(run, by=by, on=on)
    return run


def _still_true(
    run: DebitRun, disputed: Mapping[int, Decimal], on: date, seen_hash: str
) -> list[Debit]:
    """The run's debits with their items locked, if everything still is as it was proposed."""
    if debit_hash(run) != run.content_hash or (seen_hash and seen_hash != run.content_hash):
        raise Conflict("debit.changed", _("The run changed since you opened it: look again."))
    if run.collect_on < on + timedelta(days=run.notice_days):
        raise Conflict(
            "debit.too_late",
            _(
                "Customers must be told %(notice)d days ahead; %(day)s is too near. Propose again"
                " for a later day."
            )
            % {"notice": run.notice_days, "day": formats.day(run.collect_on)},
        )
    keys = list(run.debits.values_list("item_id", "mandate_id"))
    mandates = Mandate.objects.filter(pk__in={mandate for _item, mandate in keys}).for_update()
    usable = set(mandates.usable(run.collect_on).values_list("pk", flat=True))
    items = OpenItem.objects.filter(pk__in=[item for item, _mandate in keys]).for_update()
    list(items.values_list("pk"))
    debits = list(run.debits.select_related("item__customer", "mandate").order_by("pk"))
    if not debits:
        raise Conflict("debit.empty", _("There is nothing to collect in this run."))
    for debit in debits:
        is_same = debit.item.outstanding_amount == debit.amount and debit.item_id not in disputed
        if not is_same or debit.mandate_id not in usable:
            raise Conflict(
                "debit.moved",
                _(
                    "%(item)s was paid, changed or contested since the proposal, or its mandate"
                    " ended: propose again."
                )
                % {"item": debit.item.document_number},
            )
    return debits


def _write(run: DebitRun, debits: Sequence[Debit], on: date) -> StoredDocument:
    company, account = run.company, run.bank_account
    creditor = pain008.Creditor(
        company.name,
        account.iban.replace(" ", ""),
        account.bic or company.bic,
        company.creditor_identifier,
    )
    content = pain008.write(
        run.number,
        creditor,
        [_collection(debit) for debit in debits],
        schema=run.format,
        scheme=run.scheme,
        collect_on=run.collect_on,
        created_on=on,
    )
    return store_document(
        content,
        company_id=company.pk,
        kind="debit_order",
        filename=f"{run.number}.xml",
        content_type="application/xml",
        subject=run,
    )


def _collection(debit: Debit) -> pain008.Collection:
    mandate = debit.mandate
    return pain008.Collection(
        end_to_end_id=debit.end_to_end_id,
        amount=debit.amount,
        sequence=debit.sequence,
        mandate=mandate.reference,
        signed_on=mandate.signed_on,
        holder=mandate.holder,
        iban=mandate.iban,
        bic=mandate.bic,
        text=f"{debit.item.document_number} {debit.item.customer.number}",
    )


def _locked(pk: int) -> DebitRun:
    rows = DebitRun.objects.for_update().select_related("company", "bank_account")
    return rows.get(pk=pk)


def _must_be_proposed(run: DebitRun) -> None:
    if run.state != DebitRun.State.PROPOSED:
        raise Conflict(
            "debit.decided",
            _("Run %(number)s is %(state)s already.")
            % {"number": run.number, "state": run.get_state_display()},
        )
