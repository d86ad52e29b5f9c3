"""Undo a match by reversal: nothing is deleted, the entry waits to be matched again."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, retrying
from o2c.errors import Conflict
from receivables.models import (
    BankEntry,
    BankMatch,
    JournalEntry,
    JournalLine,
    OpenItem,
    OrderAdvance,
    PayerAlias,
    RemittanceAdvice,
)
from receivables.services.advances import free_advances_of
from receivables.services.awaiting import await_again
from receivables.services.claim_waiving import drop_fee_claim
from receivables.services.collecting import forget_match
from receivables.services.joining import Joint, join, take_apart
from receivables.services.learning import told_of, unlearn
from receivables.services.posting import ItemDraft, LineDraft, Posted, Posting, post, post_all
from receivables.services.refund_settling import refuse_refunded
from receivables.services.returning import returns_of
from receivables.services.reversing import (
    GRANTED,
    locked_live,
    merged,
    mirrored,
    revocations_of,
    take_back_with,
)
from receivables.services.settling import payment_number


@retrying
@atomic_verb
def undo_match(match_pk: int, *, by: Actor, on: date) -> BankMatch:
    """Reverse a match: its allocations, its postings, what it taught. The items are open again.

    What was later paid from the rest of this payment is taken back too. Raises ``Conflict`` when
    it is undone already.
    """
    entry_pk = BankMatch.objects.values_list("bank_entry_id", flat=True).get(pk=match_pk)
    entry = BankEntry.objects.for_update().select_related("company").get(pk=entry_pk)
    require(by, "receivables.reverse", entry.company_id)
    match = BankMatch.objects.select_related("entry").for_update().get(pk=match_pk)
    if match.undone_at is not None:
        raise Conflict("match.undone", _("This match is undone already."))
    day = max(on, match.entry.posted_on)
    made = list(OpenItem.objects.filter(entry=match.entry).order_by("pk"))
    refuse_refunded(made, match)
    take_back_with(entry.company, [match.pk], on=day)
    _take_fee_back(entry, made, by=by, on=day)
    revoked = revocations_of(made)
    standing = [item for item in made if item.pk not in revoked]
    take_apart(entry.company, locked_live(standing), on=day)
    _reverse_posting(entry, match.entry, standing, list(revoked.values()), day)
    unlearned = unlearn(entry.company, [match])
    match.advices.update(state=RemittanceAdvice.State.WAITING, match=None)
    forget_match(entry, made)
    free_advances_of(made, OrderAdvance.Freed.UNDONE, by=by, on=on)
    await_again([match.pk])
    match.undone_at, match.undone_by_name = timezone.now(), by.actor_name
    match.save(update_fields=["undone_at", "undone_by_name"])
    BankEntry.objects.filter(pk=entry.pk).update(is_settled=False)
    _record(entry, unlearned, by=by, on=on)
    return match


def _take_fee_back(entry: BankEntry, made: Sequence[OpenItem], *, by: Actor, on: date) -> None:
    """What the bank took beyond a returned payment is no fee any more, nor a claim."""
    keys = [f"return_fee:{item.pk}" for item in made]
    fee = JournalEntry.objects.filter(company=entry.company_id, source_key__in=keys).first()
    if fee is None:
        return
    drop_fee_claim(entry, by=by, on=on)
    closing = list(OpenItem.objects.filter(entry=fee).order_by("pk"))
    take_apart(entry.company, locked_live(closing), on=on)
    posted = post(entry.company, _reversal(fee, lines_of([fee.pk])[fee.pk], closing, on))
    _close(entry.company, [(posted, closing)])


def _record(entry: BankEntry, unlearned: Sequence[PayerAlias], *, by: Actor, on: date) -> None:
    number = payment_number(entry)
    record_event(
        "bank_entry.unmatched",
        entry,
        by=by,
        on=on,
        label=number,
        amount=entry.amount,
        currency=entry.currency,
    )
    if unlearned:
        what = told_of(unlearned)
        record_event("bank_entry.unlearned", entry, by=by, on=on, label=number, what=what)


@retrying
@atomic_verb
def unapply_match(match_pk: int, *, by: Actor, on: date) -> BankMatch:
    """Take back what a payment paid; the payment itself stays on the customer's account.

    Raises ``Conflict`` when the match is undone or pays for several customers, when nothing of it
    is applied any more, or when a discount or small difference was granted with it: that goes with
    the payment only.
    """
    entry_pk = BankMatch.objects.values_list("bank_entry_id", flat=True).get(pk=match_pk)
    entry = BankEntry.objects.for_update().select_related("company").get(pk=entry_pk)
    require(by, "receivables.reverse", entry.company_id)
    match = BankMatch.objects.select_related("payment_item").for_update().get(pk=match_pk)
    if match.undone_at is not None:
        raise Conflict("match.undone", _("This match is undone already."))
    granted = OpenItem.objects.filter(entry=match.entry_id, kind__in=GRANTED)
    if granted.exists() or match.write_offs.booked().exists():
        raise Conflict(
            "match.granted",
            _("A discount or difference was granted with this payment: undo the match instead."),
        )
    if match.payment_item is None:
        raise Conflict(
            "match.lump",
            _("This payment is for several customers or debits: undo the match instead."),
        )
    rows = locked_live([match.payment_item])
    gone = {row.pk for row in returns_of([match.payment_item.pk])}
    live = [row for row in rows if row.pk not in gone]
    refuse_refunded([match.payment_item])
    if not live:
        raise Conflict("match.unapplied", _("The whole payment is on account already."))
    take_apart(entry.company, live, on=max(on, entry.booking_on))
    free_advances_of([match.payment_item], OrderAdvance.Freed.TAKEN_BACK, by=by, on=on)
    record_event(
        "bank_entry.unapplied",
        entry,
        by=by,
        on=on,
        label=payment_number(entry),
        amount=sum(row.amount for row in live),
        currency=match.payment_item.currency,
    )
    return match


def take_back_matches(company: Company, matches: Sequence[BankMatch]) -> None:
    """Reverse matches whose grants stand, each on its own day: allocations and postings.

    Their bank entries are locked. The mirrored items meet the ones made, and both are zero.
    """
    keys = [match.entry_id for match in matches]
    made: dict[int, list[OpenItem]] = {key: [] for key in keys}
    for item in OpenItem.objects.filter(entry__in=keys).order_by("pk"):
        made[item.entry_id].append(item)
    items = [item for group in made.values() for item in group]
    take_back_with(company, [match.pk for match in matches], on=date.min)
    take_apart(company, locked_live(items), on=date.min)
    lines = lines_of(keys)
    postings = [
        _reversal(match.entry, lines[match.entry_id], made[match.entry_id], match.entry.posted_on)
        for match in matches
    ]
    _close(company, zip(post_all(company, postings), made.values(), strict=True))


def _reverse_posting(
    entry: BankEntry,
    original: JournalEntry,
    made: Sequence[OpenItem],
    revocations: Sequence[JournalEntry],
    on: date,
) -> None:
    """The mirrored entry; each item made meets its opposite and both are zero.

    What was revoked since (a discount, when the invoice was credited) is not reversed twice.
    """
    lines = lines_of([original.pk, *(revocation.pk for revocation in revocations)])
    standing = lines[original.pk]
    for revocation in revocations:
        standing = merged([*standing, *lines[revocation.pk]])
    posted = post(entry.company, _reversal(original, standing, made, on))
    _close(entry.company, [(posted, made)])


def _reversal(
    original: JournalEntry, lines: Sequence[LineDraft], made: Sequence[OpenItem], on: date
) -> Posting:
    return Posting(
        posted_on=on,
        text=_("Undone: %(text)s") % {"text": original.text},
        source_key=f"undo:{original.pk}",
        lines=mirrored(lines),
        items=[_mirrored_item(item, on) for item in made],
        document_number=original.document_number,
        reverses_id=original.pk,
    )


def _close(company: Company, pairs: Iterable[tuple[Posted, Sequence[OpenItem]]]) -> None:
    join(
        company,
        (
            Joint(mirror, item, mirror.amount, posted.entry.posted_on)
            if mirror.amount > 0
            else Joint(item, mirror, -mirror.amount, posted.entry.posted_on)
            for posted, made in pairs
            for mirror, item in zip(posted.items, made, strict=True)
        ),
    )


def lines_of(entries: Sequence[int]) -> dict[int, list[LineDraft]]:
    """The lines of journal entries as drafts, by entry."""
    found: dict[int, list[LineDraft]] = {pk: [] for pk in entries}
    for line in JournalLine.objects.filter(entry__in=entries).order_by("pk"):
        found[line.entry_id].append(
            LineDraft(
                line.account_id,
                line.amount,
                customer_id=line.customer_id,
                tax_base_amount=line.tax_base_amount,
                currency=line.currency,
                currency_amount=line.currency_amount,
            )
        )
    return found


def _mirrored_item(item: OpenItem, on: date) -> ItemDraft:
    return ItemDraft(
        customer_id=item.customer_id,
        kind=item.kind,
        document_number=item.document_number,
        amount=-item.amount,
        document_on=on,
        due_on=on,
        currency=item.currency,
        functional_amount=-item.functional_amount,
    )
