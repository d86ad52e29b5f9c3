"""A cheque bounces: what it paid is open again, due when it was, and the bank's fee is a charge.

In hand it leaves the folder of cheques. Once handed in it stands in money in transit, and the
bank's entry that takes it back, with its fee or without, empties that (``depositing``). Taken for
the return of a payment at the desk, that entry lets the cheque bounce.
"""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event, retrying
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents
from receivables.models import Account, BankEntry, BankMatch, Receipt
from receivables.services.depositing import match_near, take_back_cheque
from receivables.services.posting import Accounts, LineDraft, Posting, post
from receivables.services.receiving import locked_receipt, till_of
from receivables.services.returning import return_money
from receivables.services.settlements import CLOSING_LIMIT


@retrying
@atomic_verb
def bounce_cheque(  # noqa: PLR0913 - what the bank told
    pk: int, *, bounced_on: date, reason: str, fee: Decimal = ZERO, by: Actor, on: date
) -> Receipt:
    """Take back what a cheque paid on the day it bounced, and book the bank's fee.

    Raises: PermissionMissing; InvalidInput for cash, a day before it was taken or to come, or a
    fee below zero; Conflict when it bounced before, was cancelled, or pays nothing now.
    """
    made = locked_receipt(pk)
    require(by, "receivables.reverse", made.company_id)
    _check(made, bounced_on, fee, on)
    _bounce(made, bounced_on, reason, fee, by=by, on=on)
    match_near(made.company, by=by, on=on)
    return made


@retrying
@atomic_verb
def return_payment(entry_pk: int, *, match_pk: int, by: Actor, on: date) -> BankMatch:
    """``return_money``; where a cheque is what went back it bounces, by this entry of the bank.

    Raises: PermissionMissing; Conflict when the entry is decided already; InvalidInput for a
    receipt that is not at the bank, or an amount that is not the cheque's with a bank's fee.
    """
    paid = Receipt.objects.filter(
        bank_entry__matches__pk=match_pk, bank_entry__matches__undone_at=None
    )
    pk = paid.values_list("pk", flat=True).first()
    if pk is None:
        return return_money(entry_pk, match_pk=match_pk, by=by, on=on)
    made = locked_receipt(pk)
    entry = BankEntry.objects.for_update().get(pk=entry_pk, company=made.company_id)
    require(by, "receivables.reverse", made.company_id)
    if entry.is_settled or entry.amount >= 0:
        raise Conflict("match.settled", _("This return is decided already. Look again."))
    fee = -entry.amount - made.amount
    _check(made, entry.booking_on, max(fee, ZERO), on)
    _check_told(made, fee)
    _bounce(made, entry.booking_on, entry.return_reason or entry.remittance, fee, by=by, on=on)
    take_back_cheque(made, entry, by=by, on=on)
    match_near(made.company, by=by, on=on)
    return entry.matches.get(undone_at=None)


def _check_told(made: Receipt, fee: Decimal) -> None:
    if made.state != Receipt.State.BANKED:
        raise Conflict(
            "receipt.in_hand",
            _("%(number)s is in hand, so no bank took it back. Choose another payment.")
            % {"number": made.number},
        )
    if not ZERO <= fee <= CLOSING_LIMIT:
        raise InvalidInput(
            "receipt.bounce_amount",
            _("Cheque %(number)s is over %(amount)s, and %(back)s went back: that is not the cheque"
              " with a bank's fee. Choose another payment.")
            % {"number": made.number, "amount": made.amount, "back": made.amount + fee},
        )  # fmt: skip


def _bounce(  # noqa: PLR0913 - what the bank told
    made: Receipt, bounced_on: date, reason: str, fee: Decimal, *, by: Actor, on: date
) -> None:
    match = _live_match(made)
    is_banked = made.state == Receipt.State.BANKED
    if fee and not is_banked:
        raise InvalidInput(
            "receipt.fee",
            _("No bank has seen %(number)s yet, so there is no fee.") % {"number": made.number},
            field="fee",
        )
    if made.slip_id and not is_banked:
        Receipt.objects.filter(pk=made.pk).update(slip=None)
        made.slip = None
    entry = _enter(made, bounced_on, reason, fee, is_banked=is_banked)
    return_money(entry.pk, match_pk=match.pk, by=by, on=on)
    made.to_bounced()
    made.bounced_on, made.bounce_reason = bounced_on, reason.strip()[:200]
    made.fee_amount, made.bounce_entry = fee, entry
    made.save(
        update_fields=["state", "bounced_on", "bounce_reason", "fee_amount", "bounce_entry"]
    )  # fmt: skip
    record_event(
        "receipt.bounced", made, by=by, on=on, label=made.number, amount=made.amount,
        currency=made.currency, reason=made.bounce_reason, fee_amount=fee,
    )  # fmt: skip


def _live_match(made: Receipt) -> BankMatch:
    found = made.bank_entry.matches.filter(undone_at=None, payment_item__isnull=False).first()
    if found is None:
        raise Conflict(
            "receipt.not_matched",
            _("%(number)s is given to nobody: match it to its customer first, then let it bounce.")
            % {"number": made.number},
        )
    return found


def _check(made: Receipt, bounced_on: date, fee: Decimal, on: date) -> None:
    if made.kind != Receipt.Kind.CHEQUE:
        raise InvalidInput("receipt.cash", _("Cash can't bounce: cancel the receipt instead."))
    if made.state not in (Receipt.State.HELD, Receipt.State.BANKED):
        raise Conflict(
            "receipt.decided",
            _("%(number)s is %(state)s already. Look again.")
            % {"number": made.number, "state": made.get_state_display()},
        )
    if not made.received_on <= bounced_on <= on:
        raise InvalidInput(
            "receipt.bounce_day",
            _("The day is between the one it was taken on and today."),
            field="bounced_on",
        )
    if fee < 0 or cents(fee) != fee:
        raise InvalidInput(
            "receipt.fee", _("The fee is zero or more, in whole cents."), field="fee"
        )


def _enter(
    made: Receipt, bounced_on: date, reason: str, fee: Decimal, *, is_banked: bool
) -> BankEntry:
    """Money that went back, on the account where the cheque was; the fee leaves at the bank."""
    company, till, accounts = made.company, till_of(made.company, made.kind), Accounts(made.company)
    kept = accounts.of(Account.Role.TRANSIT) if is_banked else till.ledger_account_id
    lines = _lines(made.amount, fee, kept, accounts)
    told = _("Cheque %(number)s bounced") % {"number": made.cheque_number}
    assert made.bank_entry.entry is not None
    posted = post(
        company,
        Posting(
            posted_on=accounts.open_day(max(bounced_on, made.bank_entry.entry.posted_on)),
            text=f"{told} {made.customer.name}",
            source_key=f"receipt:bounce:{made.number}",
            lines=lines,
            document_number=made.number,
        ),
        accounts=accounts,
    )
    return BankEntry.objects.create(
        company=company,
        bank_account=till,
        identity_key=f"hand:bounce:{made.number}",
        booking_on=bounced_on,
        value_on=bounced_on,
        amount=-made.amount,
        functional_amount=-made.amount,
        currency=made.currency,
        payer_name=made.customer.name[:200],
        remittance=f"{made.number} {told}",
        bank_reference=made.number,
        return_reason=reason.strip()[:35],
        is_reversal=True,
        entry=posted.entry,
    )


def _lines(amount: Decimal, fee: Decimal, kept: int, accounts: Accounts) -> list[LineDraft]:
    return [
        LineDraft(accounts.of(Account.Role.CLEARING), amount),
        LineDraft(kept, -amount),
        LineDraft(accounts.of(Account.Role.BANK_CHARGES), fee),
        LineDraft(accounts.of(Account.Role.TRANSIT), -fee),
    ]
