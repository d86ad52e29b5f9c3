"""What a refund took is free again: it was withdrawn, came back, or its own payment came back.

Order of locks: the credit item, the refund, its debit item.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor
from core.services import notify, people_with, record_event
from receivables.models import Account, BankRefund, OpenItem
from receivables.services.joining import Joint, join, take_apart
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posted, Posting, post
from receivables.services.reversing import locked_live

State = BankRefund.State
REFUND = "receivables.refund"


def free_refunds_of(items: Iterable[OpenItem], *, by: Actor, on: date) -> None:
    """The money of these payments went back: what of it is approved to go back is withdrawn.

    What the bank has already can't be held; whoever gives money back is told in either case.
    """
    keys = [item.pk for item in items]
    running = BankRefund.objects.filter(item__in=keys, state__in=[State.APPROVED, State.SENT])
    if not running.exists():
        return
    list(OpenItem.objects.filter(pk__in=keys).for_update().values_list("pk"))
    rows = running.select_for_update(of=("self",)).select_related("company", "debit_item", "item")
    for made in rows.order_by("pk"):
        if made.state == State.APPROVED:
            open_again(made, on=on)
            made.to_refused()
            made.return_reason = _("its payment went back")
            made.save()
            record_refund("refused", made, made.item, by=by, on=on)
        _tell(made)


def _tell(made: BankRefund) -> None:
    title = (
        _("Refund %(number)s is withdrawn: its payment went back")
        if made.state == State.REFUSED
        else _("The payment behind refund %(number)s went back: stop the refund at the bank")
    ) % {"number": made.number}
    people = people_with(REFUND, made.company_id)
    notify(people, company_id=made.company_id, title=title, url=made.get_absolute_url())


def open_again(made: BankRefund, *, on: date) -> Posted:
    """Reverse the booking of a (locked) refund that was not paid out; its credit is open again."""
    accounts = Accounts(made.company)
    line = LineDraft(accounts.of(Account.Role.REFUNDS), made.worth_amount)
    return reopen_credit(made, [line], source_key=f"refund:{made.pk}:back", on=on)


def reopen_credit(
    made: BankRefund, lines: Sequence[LineDraft], *, source_key: str, on: date
) -> Posted:
    """Book the credit anew against ``lines``: what took it is closed, the item itself is open."""
    company, taker = made.company, made.debit_item
    assert taker is not None
    accounts = Accounts(company)
    day = max(accounts.open_day(on), taker.document_on)
    live = [row for row in locked_live([taker]) if row.debit_item_id == taker.pk]
    take_apart(company, live, on=day)
    owed = LineDraft(
        accounts.of(Account.Role.RECEIVABLES),
        -made.worth_amount,
        customer_id=taker.customer_id,
        currency=taker.currency,
        currency_amount=-made.amount,
    )
    posted = post(
        company,
        Posting(
            posted_on=day,
            text=_("Refund %(number)s came back") % {"number": made.number},
            source_key=source_key,
            lines=[*lines, owed],
            items=[refund_item(made, taker, -1, day)],
            document_number=made.number,
        ),
        accounts=accounts,
    )
    join(company, [Joint(taker, posted.items[0], made.amount, day)])
    return posted


def refund_item(made: BankRefund, like: OpenItem, sign: int, day: date) -> ItemDraft:
    """What takes the credit (``sign`` 1), or its opposite."""
    return ItemDraft(
        customer_id=like.customer_id,
        kind=OpenItem.Kind.REFUND,
        document_number=made.number,
        amount=sign * made.amount,
        document_on=day,
        due_on=day,
        currency=like.currency,
        functional_amount=sign * made.worth_amount,
    )


def record_refund(what: str, made: BankRefund, item: OpenItem, *, by: Actor, on: date) -> None:
    """Tell what became of a refund."""
    record_event(
        f"refund.{what}",
        made,
        by=by,
        on=on,
        label=made.number,
        document=item.document_number,
        amount=made.amount,
        currency=item.currency,
        reason=made.return_reason or made.note,
    )
