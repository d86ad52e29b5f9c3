"""Decide refunds by transfer, order them with a file, and take back what the bank rejects.

Order of locks: the credit item, the refund, its debit item. Approving books: the refund's debit
item takes the credit, against the account of refunds on their way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company, StoredDocument, User
from core.services import atomic_verb, record_event, require_open, retrying, store_document
from customers.rules import check_iban
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.bankfiles import pain001
from receivables.models import Account, BankAccount, BankRefund, OpenItem, RefundRun
from receivables.services.debit_proposal import next_bank_day
from receivables.services.joining import Joint, Worths, join
from receivables.services.posting import Accounts, LineDraft, Posting, post
from receivables.services.provider_refunding import APPROVE, REFUND
from receivables.services.refund_freeing import open_again, record_refund, refund_item
from receivables.services.refund_proposing import decided, locked_credit, refuse_unfree

PAY = "receivables.pay_refunds"
State = BankRefund.State


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """From which account, when, in which version."""

    bank_account_id: int
    execute_on: date
    format: str = RefundRun.Format.V9


@retrying
@atomic_verb
def decide_bank_refund(
    pk: int, *, is_approved: bool, by: User, on: date, seen_iban: str = ""
) -> BankRefund:
    """A second person approves, and the credit is taken, or refuses.

    ``seen_iban``: the account that was on the page; another one by now is refused. Raises:
    PermissionMissing; Conflict when it is decided, for who proposed it or gave the account, when
    the account is missing or changed, or less is left of the credit.
    """
    item = locked_credit(BankRefund.objects.values_list("item", flat=True).get(pk=pk))
    made = BankRefund.objects.for_update().get(pk=pk)
    require(by, APPROVE, made.company_id)
    require_open(item.company)
    if made.state != State.PROPOSED:
        raise decided(made)
    if is_approved:
        _approvable(made, item, by, seen_iban)
        _book(made, item, on=on)
        made.to_approved()
    else:
        made.to_refused()
    made.decided_by, made.decided_by_name, made.decided_on = by, by.actor_name, on
    made.save()
    record_refund("approved" if is_approved else "refused", made, item, by=by, on=on)
    return made


@retrying
@atomic_verb
def withdraw_bank_refund(pk: int, *, reason: str, by: User, on: date) -> BankRefund:
    """Take back an approved refund that is on no file yet; the credit is free again.

    Raises: PermissionMissing; InvalidInput without a reason; Conflict once a file holds it.
    """
    made, item = _locked(pk)
    require(by, REFUND, made.company_id)
    _reasoned(reason)
    if made.state != State.APPROVED:
        raise decided(made)
    open_again(made, on=on)
    made.to_refused()
    made.return_reason = reason.strip()[:140]
    made.save()
    record_refund("refused", made, item, by=by, on=on)
    return made


@retrying
@atomic_verb
def write_refund_run(company: Company, order: RefundOrder, *, by: User, on: date) -> RefundRun:
    """One file for the bank with all approved refunds in the account's currency.

    Raises: PermissionMissing; InvalidInput for an account of another company or without an IBAN,
    for a day that is past or no bank day, or an order not valid; Conflict when nothing is approved.
    """
    require(by, PAY, company.pk)
    require_open(company)
    account = _checked(company, order, on)
    rows = list(
        BankRefund.objects.for_update()
        .filter(company=company, item__currency=account.currency)
        .to_pay()
        .select_related("item")
        .order_by("pk")
    )
    if not rows:
        raise Conflict(
            "refund.nothing",
            _("No approved refund in %(currency)s waits for a file.")
            % {"currency": account.currency},
        )
    run = RefundRun.objects.create(
        company=company, bank_account=account, format=order.format, execute_on=order.execute_on,
        made_by=by, made_by_name=by.actor_name, made_on=on,
    )  # fmt: skip
    run.document = _file(run, rows, on)
    run.save(update_fields=["document"])
    for row in rows:
        row.to_sent()
        row.run = run
        row.save()
    _record_run(run, rows, by=by, on=on)
    return run


def _record_run(run: RefundRun, rows: Sequence[BankRefund], *, by: User, on: date) -> None:
    assert run.document is not None
    record_event(
        "refund_run.written",
        run,
        by=by,
        on=on,
        label=run.number,
        count=len(rows),
        amount=sum((row.amount for row in rows), ZERO),
        currency=run.bank_account.currency,
        sha256=run.document.sha256,
    )


@retrying
@atomic_verb
def reject_bank_refund(pk: int, *, reason: str, by: Actor, on: date) -> BankRefund:
    """The bank did not carry it out, a person says (or had no file): the credit is open again.

    Raises: PermissionMissing; InvalidInput without a reason; Conflict unless it is at the bank.
    """
    company_id = BankRefund.objects.values_list("company_id", flat=True).get(pk=pk)
    require(by, APPROVE, company_id)
    _reasoned(reason)
    return turn_back(pk, reason=reason, by=by, on=on)


def turn_back(pk: int, *, reason: str, by: Actor, on: date) -> BankRefund:
    """Open the credit of a refund that the bank did not carry out; ``Conflict`` unless it is there.

    For the bank's own answer: who imports it needs no right to refunds.
    """
    made, item = _locked(pk)
    if made.state != State.SENT:
        raise decided(made)
    open_again(made, on=on)
    made.to_returned()
    made.returned_on, made.return_reason = on, reason.strip()[:140]
    made.save()
    record_refund("returned", made, item, by=by, on=on)
    return made


def _approvable(made: BankRefund, item: OpenItem, by: User, seen_iban: str) -> None:
    if by.pk in (made.proposed_by_id, made.account_by_id):
        raise Conflict(
            "refund.four_eyes",
            _("You proposed this refund or gave its account; somebody else approves it."),
        )
    if not made.iban:
        raise Conflict(
            "refund.no_account",
            _("The account is missing: give the IBAN first; somebody else then approves it."),
        )
    if seen_iban and seen_iban != made.iban:
        raise Conflict(
            "refund.account_changed",
            _("The account changed since you opened the page. Look again."),
        )
    refuse_unfree(item)
    if made.amount > -item.outstanding_amount:
        raise Conflict(
            "refund.too_much",
            _("Only %(left)s of %(item)s are left, not %(amount)s: refuse this and propose again.")
            % {
                "left": formats.amount(-item.outstanding_amount, item.currency),
                "item": item.document_number,
                "amount": formats.amount(made.amount, item.currency),
            },
        )


def _book(made: BankRefund, item: OpenItem, *, on: date) -> None:
    company = item.company
    accounts = Accounts(company)
    made.worth_amount = Worths(company, [item]).take(item.pk, made.amount)
    day = max(accounts.open_day(on), item.document_on)
    owed = LineDraft(
        accounts.of(Account.Role.RECEIVABLES),
        made.worth_amount,
        customer_id=item.customer_id,
        currency=item.currency,
        currency_amount=made.amount,
    )
    posted = post(
        company,
        Posting(
            posted_on=day,
            text=_("Refund %(number)s of %(item)s")
            % {"number": made.number, "item": item.document_number},
            source_key=f"refund:{made.pk}",
            lines=[owed, LineDraft(accounts.of(Account.Role.REFUNDS), -made.worth_amount)],
            items=[refund_item(made, item, 1, day)],
            document_number=made.number,
        ),
        accounts=accounts,
    )
    made.debit_item = posted.items[0]
    join(company, [Joint(posted.items[0], item, made.amount, day)])


def _checked(company: Company, order: RefundOrder, on: date) -> BankAccount:
    account = BankAccount.objects.filter(
        company=company, pk=order.bank_account_id, is_active=True, kind="bank"
    ).first()
    if account is None:
        raise InvalidInput(
            "refund.bank_account",
            _("Choose one of the company's bank accounts."),
            field="bank_account",
        )
    check_iban(account.iban)
    free = next_bank_day(max(order.execute_on, on))
    if free != order.execute_on:
        raise InvalidInput(
            "refund.day",
            _("Banks carry out nothing on %(day)s; the next day that can is %(free)s.")
            % {"day": formats.day(order.execute_on), "free": formats.day(free)},
            field="execute_on",
        )
    return account


def _file(run: RefundRun, rows: Sequence[BankRefund], on: date) -> StoredDocument:
    company, account = run.company, run.bank_account
    debtor = pain001.Debtor(
        company.name,
        account.iban.replace(" ", ""),
        account.bic or company.bic,
        account.currency,
    )
    content = pain001.write(
        run.number,
        debtor,
        [
            pain001.Transfer(
                row.end_to_end_id, row.amount, row.holder, row.iban, row.bic,
                _("Refund %(number)s %(document)s")
                % {"number": row.number, "document": row.item.document_number},
            )
            for row in rows
        ],
        schema=run.format,
        execute_on=run.execute_on,
        created_on=on,
    )  # fmt: skip
    return store_document(
        content,
        company_id=company.pk,
        kind="refund_order",
        filename=f"{run.number}.xml",
        content_type="application/xml",
        subject=run,
    )


def _locked(pk: int) -> tuple[BankRefund, OpenItem]:
    item = locked_credit(BankRefund.objects.values_list("item", flat=True).get(pk=pk))
    made = BankRefund.objects.for_update().select_related("company", "debit_item").get(pk=pk)
    return made, item


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput("refund.why", _("Say why, as the bank told it."), field="reason")
