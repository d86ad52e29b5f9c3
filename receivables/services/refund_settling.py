"""What the bank says about refunds: the money left, or it came back.

Money out is a refund's when it names its end-to-end id, or its run, and takes its very sum. Money
in that names the id of a refund paid out is its return, at most a bank's fee short.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor
from core.formats import amount as amount_words
from core.models import Company, User
from core.services import atomic_verb, notify, people_with, record_event
from o2c.errors import Conflict
from o2c.money import ZERO
from receivables.models import Account, BankEntry, BankMatch, BankRefund, JournalEntry, OpenItem
from receivables.rules.tokens import normalise
from receivables.services.lookups import tokens_of
from receivables.services.posting import Accounts, LineDraft, Posting, post
from receivables.services.provider_refunding import REFUND
from receivables.services.refund_freeing import reopen_credit
from receivables.services.settlements import CLOSING_LIMIT, turns_of
from receivables.services.settling import payment_number

State = BankRefund.State


@atomic_verb
def settle_refunds(company: Company, entry_ids: Iterable[int], *, by: Actor, on: date) -> int:
    """Book what of these (locked or new) entries is surely about refunds; returns how many.

    Money out before money back, so that a file may hold both.
    """
    known = BankRefund.objects.filter(company=company, state__in=[State.SENT, State.PAID])
    if not known.exists():
        return 0
    entries = list(
        BankEntry.objects.filter(company=company, pk__in=list(entry_ids))
        .exclude(matches__undone_at=None, matches__isnull=False)
        .in_books()
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    gone = [entry for entry in entries if entry.amount < 0 and not entry.return_reason]
    count = _paid(company, gone, by=by, on=on) if gone else 0
    named = [entry for entry in entries if entry.amount > 0 and entry.end_to_end_id]
    return count + sum(_back(company, entry, by=by, on=on) for entry in named)


def _paid(company: Company, entries: Sequence[BankEntry], *, by: Actor, on: date) -> int:
    waiting = list(
        BankRefund.objects.select_for_update(of=("self",))
        .filter(company=company)
        .at_bank()
        .select_related("item", "run")
        .order_by("pk")
    )
    count = 0
    for entry in entries:
        paid = _paid_by(entry, waiting)
        if paid:
            _pay_out(entry, paid, by=by, on=on)
            waiting = [row for row in waiting if row not in paid]
            count += 1
    return count


def _paid_by(entry: BankEntry, waiting: Sequence[BankRefund]) -> list[BankRefund]:
    """The refunds that this entry is the debit of; empty unless it is sure."""
    mine = [
        row
        for row in waiting
        if row.run is not None
        and row.run.bank_account_id == entry.bank_account_id
        and row.item.currency == entry.currency
    ]
    own = [row for row in mine if row.end_to_end_id == entry.end_to_end_id]
    if not own:
        told = {*tokens_of(entry), normalise(entry.bank_reference)}
        own = [row for row in mine if row.run and normalise(row.run.number) in told]
    return own if sum((row.amount for row in own), ZERO) == -entry.amount else []


def _pay_out(entry: BankEntry, refunds: Sequence[BankRefund], *, by: Actor, on: date) -> None:
    company = refunds[0].company
    accounts = Accounts(company)
    worth = sum((row.worth_amount for row in refunds), ZERO)
    lines = [
        LineDraft(accounts.of(Account.Role.REFUNDS), worth),
        *_cash(entry, accounts),
        *_exchange(-entry.functional_amount - worth, accounts),
    ]
    text = f"{payment_number(entry)} {', '.join(row.number for row in refunds[:5])}"
    day = accounts.open_day(entry.booking_on)
    posted = post(company, _posting(entry, text, lines, day), accounts=accounts)
    match = _match(entry, posted.entry, refunds, by=by)
    for row in refunds:
        row.to_paid()
        row.match = match
        row.save()
        _record("paid", row, by=by, on=on)


def _back(company: Company, entry: BankEntry, *, by: Actor, on: date) -> bool:
    """Book money that came back; the credit is open as it was."""
    digits = entry.end_to_end_id.removeprefix("RF")
    if not (entry.end_to_end_id.startswith("RF") and digits.isdecimal() and len(digits) < 19):
        return False
    rows = BankRefund.objects.filter(pk=int(digits), company=company)
    rows = rows.select_for_update(of=("self",))
    made = rows.select_related("company", "debit_item", "item__customer").first()
    if made is None or made.state != State.PAID or made.item.currency != entry.currency:
        return False
    if made.end_to_end_id != entry.end_to_end_id:
        return False
    fee = made.amount - entry.amount
    is_home = entry.currency == company.currency
    if fee and not (is_home and ZERO < fee <= CLOSING_LIMIT):
        return False
    accounts = Accounts(company)
    lines = list(_cash(entry, accounts))
    if is_home:
        if fee:
            lines.append(LineDraft(accounts.of(Account.Role.BANK_CHARGES), fee))
    else:
        lines += _exchange(made.worth_amount - entry.functional_amount, accounts)
    turn = turns_of([entry.pk])[entry.pk]
    day = max(entry.booking_on, turn.undone_on or entry.booking_on)
    posted = reopen_credit(made, lines, source_key=f"match:{entry.pk}:{turn.number}", on=day)
    _match(entry, posted.entry, [made], by=by)
    made.to_returned()
    made.returned_on, made.return_entry = entry.booking_on, entry
    made.return_reason = entry.return_reason or _("money came back")
    made.save()
    _record("returned", made, by=by, on=on)
    _tell(made)
    return True


def _cash(entry: BankEntry, accounts: Accounts) -> Iterable[LineDraft]:
    yield LineDraft(
        accounts.of(Account.Role.CLEARING),
        entry.functional_amount,
        currency=entry.currency,
        currency_amount=entry.amount,
    )


def _exchange(loss: Decimal, accounts: Accounts) -> list[LineDraft]:
    """What the rate did since the refund was booked: a loss above nought, a gain below."""
    if not loss:
        return []
    role = Account.Role.EXCHANGE_LOSS if loss > 0 else Account.Role.EXCHANGE_GAIN
    return [LineDraft(accounts.of(role), loss)]


def _posting(entry: BankEntry, text: str, lines: Sequence[LineDraft], day: date) -> Posting:
    turn = turns_of([entry.pk])[entry.pk]
    return Posting(
        posted_on=max(day, turn.undone_on or day),
        text=text,
        source_key=f"match:{entry.pk}:{turn.number}",
        lines=lines,
        document_number=payment_number(entry),
    )


def _match(
    entry: BankEntry, booked: JournalEntry, refunds: Sequence[BankRefund], *, by: Actor
) -> BankMatch:
    match = BankMatch.objects.create(
        company_id=entry.company_id,
        bank_entry=entry,
        way=BankMatch.Way.AUTO,
        confidence="strong",
        evidence=[{"code": "refund", "value": ", ".join(row.number for row in refunds[:5])}],
        entry=booked,
        decided_by_name=by.actor_name,
        decided_by_id=by.actor_id if isinstance(by, User) else None,
    )
    BankEntry.objects.filter(pk=entry.pk).update(is_settled=True)
    return match


def _record(what: str, made: BankRefund, *, by: Actor, on: date) -> None:
    record_event(
        f"refund.{what}",
        made,
        by=by,
        on=on,
        label=made.number,
        document=made.item.document_number,
        amount=made.amount,
        currency=made.item.currency,
        reason=made.return_reason or made.note,
    )


def _tell(made: BankRefund) -> None:
    title = _("Refund %(number)s of %(amount)s came back: %(reason)s") % {
        "number": made.number,
        "amount": amount_words(made.amount, made.item.currency),
        "reason": made.return_reason,
    }
    people = people_with(REFUND, made.company_id)
    notify(people, company_id=made.company_id, title=title, url=made.get_absolute_url())


# --- undone, or about to be ----------------------------------------------------------------------
def refuse_refunded(items: Collection[OpenItem], match: BankMatch | None = None) -> None:
    """Refuse to undo what a refund stands on: its credit is on the way back, or went back.

    Raises ``Conflict`` naming the refund.
    """
    rows = BankRefund.objects.filter(state__in=[State.APPROVED, State.SENT, State.PAID])
    found = rows.filter(item__in=[item.pk for item in items]).first()
    if found is None and match is not None:
        about = BankRefund.objects.filter(match=match) | BankRefund.objects.filter(
            return_entry=match.bank_entry_id
        )
        found = about.first()
    if found is not None:
        raise Conflict(
            "refund.stands",
            _("Refund %(number)s stands on it (%(state)s): it can't be undone.")
            % {"number": found.number, "state": found.get_state_display()},
        )


def forget_refunds(matches: Sequence[BankMatch]) -> None:
    """An import is undone: the refunds it paid out wait for their entry again."""
    BankRefund.objects.filter(match__in=matches, state=State.PAID).update(
        state=State.SENT, match=None
    )
