"""Take cash and cheques by hand: booked at once, and given to items as a bank's entry is.

The money stands on an account that we keep ourselves, told by an entry of it. From there on it is
a payment like any other: the match can be undone, what is short becomes a deduction, the rest
stays on account.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount as amount_words
from core.formats import day as day_words
from core.models import Company, NumberSeries
from core.services import atomic_verb, record_event, require_open, retrying, take_number
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents
from receivables.models import (
    Account,
    BankAccount,
    BankEntry,
    BankMatch,
    CashLimits,
    OpenItem,
    Receipt,
)
from receivables.rules.cash import CashRule, rule_of
from receivables.services.posting import Accounts, LineDraft, Posting, post
from receivables.services.reversing import mirrored
from receivables.services.settlements import Settlement, ShareDraft
from receivables.services.settling import settle_all
from receivables.services.undoing import lines_of, undo_match

TAKE_RIGHT = "receivables.take_receipts"
KEPT_IN = {
    Receipt.Kind.CASH.value: Account.Role.CASH,
    Receipt.Kind.CHEQUE.value: Account.Role.CHEQUES,
}
"""Kind of receipt -> role of the account it stands on until it goes to the bank."""


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """What was handed over, and which items it pays (none: on account).

    The same ``key`` twice is one receipt. ``identification``: by what who paid was identified.
    """

    customer_id: int
    kind: str
    amount: Decimal
    received_on: date
    currency: str = ""
    cheque_number: str = ""
    drawer_bank: str = ""
    identification: str = ""
    note: str = ""
    shares: Sequence[ShareDraft] = ()
    key: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def cheque(self) -> tuple[str, str]:
        """Bank and number of a cheque, blanks made one; empty for cash."""
        if self.kind != Receipt.Kind.CHEQUE:
            return "", ""
        return " ".join(self.drawer_bank.split())[:80], "".join(self.cheque_number.split())[:30]


@retrying
@atomic_verb
def take_receipt(company: Company, draft: ReceiptDraft, *, by: Actor, on: date) -> Receipt:
    """Book cash or a cheque and give it to items; the receipt, or the one taken before by the key.

    Raises: PermissionMissing; InvalidInput for an amount not above zero, another currency than the
    till's, a day to come, a cheque without number or bank, cash beyond the company's limit or
    without identification where the law asks for it; Conflict for a cheque that was taken before
    or an item that has less left.
    """
    require(by, TAKE_RIGHT, company.pk)
    require_open(company)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    known = Receipt.objects.filter(company=company, key=draft.key).first()
    if known is not None:
        return known
    customer = _customer(company, draft)
    _check(company, draft, on)
    till, accounts = till_of(company, draft.kind), Accounts(company)
    number = take_number(company.pk, NumberSeries.Kind.RECEIPT, on=on)
    made = _enter(till, customer, draft, number, accounts, by)
    _settle(made, draft.shares, by=by, on=on)
    record_event(
        "receipt.taken",
        made,
        by=by,
        on=on,
        label=number,
        amount=made.amount,
        currency=made.currency,
        customer=customer.name,
        cheque=made.cheque_number,
    )
    return made


def _customer(company: Company, draft: ReceiptDraft) -> Customer:
    found = Customer.objects.filter(pk=draft.customer_id, company=company).first()
    if found is None:
        raise InvalidInput(
            "receipt.customer", _("Choose a customer of %(company)s.") % {"company": company},
            field="customer",
        )  # fmt: skip
    return found


def _check(company: Company, draft: ReceiptDraft, on: date) -> None:
    if draft.amount <= 0 or cents(draft.amount) != draft.amount:
        raise InvalidInput(
            "receipt.amount",
            _("%(amount)s can't be taken: give an amount above zero, in whole cents.")
            % {"amount": draft.amount},
            field="amount",
        )
    if draft.currency not in ("", company.currency):
        raise InvalidInput(
            "receipt.currency",
            _("The till is kept in %(till)s; %(currency)s is taken at the bank.")
            % {"till": company.currency, "currency": draft.currency},
            field="currency",
        )
    if draft.received_on > on:
        raise InvalidInput(
            "receipt.day",
            _("%(day)s is still to come: enter it on the day you have it in hand.")
            % {"day": day_words(draft.received_on)},
            field="received_on",
        )
    if draft.kind == Receipt.Kind.CHEQUE:
        _check_cheque(company, draft)
    elif draft.kind == Receipt.Kind.CASH:
        _check_cash(company, draft)
    else:
        raise InvalidInput("receipt.kind", _("Choose cash or cheque."), field="kind")


def _check_cheque(company: Company, draft: ReceiptDraft) -> None:
    bank, number = draft.cheque
    if not bank or not number:
        raise InvalidInput(
            "receipt.cheque",
            _("A cheque is told by its number and the drawer's bank: fill in both."),
            field="drawer_bank" if number else "cheque_number",
        )
    taken = Receipt.objects.filter(
        company=company, drawer_bank__iexact=bank, cheque_number__iexact=number
    ).exclude(state=Receipt.State.CANCELLED)
    if known := taken.first():
        raise Conflict(
            "receipt.cheque_known",
            _("Cheque %(number)s of %(bank)s was taken already: %(receipt)s of %(day)s.")
            % {
                "number": number,
                "bank": bank,
                "receipt": known.number,
                "day": day_words(known.received_on),
            },
            field="cheque_number",
        )


def cash_rule(company: Company) -> CashRule:
    """What the company may take in cash."""
    own = CashLimits.objects.filter(company=company).first()
    if own is None:
        return rule_of(company.country, None, None)
    return rule_of(company.country, own.limit_amount, own.identify_amount)


def _check_cash(company: Company, draft: ReceiptDraft) -> None:
    """Cash of a customer in a day counts together: parts are no way around a limit."""
    same_day = Receipt.objects.filter(
        company=company, customer=draft.customer_id, kind="cash", received_on=draft.received_on
    ).exclude(state=Receipt.State.CANCELLED)
    before = same_day.aggregate(total=Sum("amount"))["total"] or ZERO
    day_amount, rule = before + draft.amount, cash_rule(company)
    words = {"amount": amount_words(day_amount, company.currency), "company": company}
    if rule.limit is not None and rule.is_too_much(day_amount):
        raise InvalidInput(
            "receipt.cash_limit",
            _("%(company)s takes at most %(limit)s in cash from a customer in a day, not"
              " %(amount)s. Ask for a transfer.")
            % {**words, "limit": amount_words(rule.limit, company.currency)},
            field="amount",
        )  # fmt: skip
    if rule.identify_from and rule.asks_who(day_amount) and not draft.identification.strip():
        raise InvalidInput(
            "receipt.identification",
            _("From %(limit)s in cash in a day on, the law asks who pays (here %(amount)s): note"
              " the name and the document that you saw.")
            % {**words, "limit": amount_words(rule.identify_from, company.currency)},
            field="identification",
        )  # fmt: skip


def till_of(company: Company, kind: str) -> BankAccount:
    """The account that we keep ourselves for cash or cheques, made with the first receipt.

    Raises ``Conflict`` when the chart lacks its ledger account.
    """
    found = BankAccount.objects.filter(company=company, kind=kind).first()
    if found is not None:
        return found
    ledger = Account.objects.get(pk=Accounts(company).of(KEPT_IN[kind]))
    return BankAccount.objects.create(
        company=company,
        kind=kind,
        name=ledger.name[:80],
        iban=kind.upper(),
        currency=company.currency,
        ledger_account=ledger,
        is_active=False,
    )


def _enter(  # noqa: PLR0913 - what was handed over, and where it goes
    till: BankAccount,
    customer: Customer,
    draft: ReceiptDraft,
    number: str,
    accounts: Accounts,
    by: Actor,
) -> Receipt:
    """The till against clearing, the entry that tells of it, and the receipt."""
    bank, cheque = draft.cheque
    entry = _tell_till(till, customer, draft, number, accounts)
    return Receipt.objects.create(
        company=till.company,
        customer=customer,
        key=draft.key,
        kind=draft.kind,
        number=number,
        amount=draft.amount,
        currency=till.currency,
        received_on=draft.received_on,
        cheque_number=cheque,
        drawer_bank=bank,
        identification=draft.identification.strip()[:200],
        note=draft.note.strip()[:200],
        bank_entry=entry,
        taken_by_name=by.actor_name,
    )


def _tell_till(
    till: BankAccount, customer: Customer, draft: ReceiptDraft, number: str, accounts: Accounts
) -> BankEntry:
    told = " ".join(filter(None, (number, *reversed(draft.cheque))))
    lines = [
        LineDraft(till.ledger_account_id, draft.amount),
        LineDraft(accounts.of(Account.Role.CLEARING), -draft.amount),
    ]
    posting = Posting(
        posted_on=accounts.open_day(draft.received_on),
        text=f"{told} {customer.name}",
        source_key=f"receipt:{number}",
        lines=lines,
        document_number=number,
    )
    return BankEntry.objects.create(
        company=till.company,
        bank_account=till,
        identity_key=f"hand:{number}",
        booking_on=draft.received_on,
        value_on=draft.received_on,
        amount=draft.amount,
        functional_amount=draft.amount,
        currency=till.currency,
        payer_name=customer.name[:200],
        remittance=told,
        bank_reference=number,
        entry=post(till.company, posting, accounts=accounts).entry,
    )


def _settle(made: Receipt, shares: Sequence[ShareDraft], *, by: Actor, on: date) -> None:
    keys = sorted(share.item_id for share in shares)
    list(OpenItem.objects.filter(pk__in=keys).for_update().values_list("pk"))
    way = BankMatch.Way.MANUAL if shares else BankMatch.Way.ON_ACCOUNT
    why = [{"code": "receipt", "value": made.number}]
    settlement = Settlement(made.bank_entry, made.customer_id, list(shares), way, evidence=why)
    settle_all(made.company, [settlement], by=by, on=on)


@retrying
@atomic_verb
def cancel_receipt(pk: int, *, note: str, by: Actor, on: date) -> Receipt:
    """Take back a receipt that was entered in error, with what it paid; its number stays.

    Raises: PermissionMissing; InvalidInput without a note; Conflict for one that is not in hand.
    """
    made = locked_receipt(pk)
    require(by, "receivables.reverse", made.company_id)
    if not note.strip():
        raise InvalidInput("receipt.note", _("Say why it is cancelled."), field="note")
    if made.state != Receipt.State.HELD or made.slip_id:
        raise Conflict(
            "receipt.not_in_hand",
            _("%(number)s is not in hand: take it off its slip first, or let it bounce.")
            % {"number": made.number},
        )
    live = made.bank_entry.matches.filter(undone_at=None).first()
    if live is not None:
        undo_match(live.pk, by=by, on=on)
    _reverse(made, on)
    BankEntry.objects.filter(pk=made.bank_entry_id).update(is_undone=True, is_settled=True)
    made.to_cancelled()
    made.note = note.strip()[:200]
    made.save(update_fields=["state", "note"])
    record_event(
        "receipt.cancelled", made, by=by, on=on, label=made.number, amount=made.amount,
        currency=made.currency, reason=made.note,
    )  # fmt: skip
    return made


def _reverse(made: Receipt, on: date) -> None:
    original = made.bank_entry.entry
    assert original is not None
    accounts = Accounts(made.company)
    post(
        made.company,
        Posting(
            posted_on=accounts.open_day(max(original.posted_on, on)),
            text=_("Undone: %(text)s") % {"text": original.text},
            source_key=f"receipt:undo:{original.pk}",
            lines=mirrored(lines_of([original.pk])[original.pk]),
            document_number=made.number,
            reverses_id=original.pk,
        ),
        accounts=accounts,
    )


def locked_receipt(pk: int) -> Receipt:
    """A receipt that is to be changed in this transaction; its bank entry is locked before."""
    entry = Receipt.objects.values_list("bank_entry", flat=True).get(pk=pk)
    BankEntry.objects.for_update().get(pk=entry)
    rows = Receipt.objects.for_update()
    return rows.select_related("company", "customer", "bank_entry__entry", "slip").get(pk=pk)
