"""Write one reminder: look at each item again, make the letter, hand it to the mail."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.letters import Letter, address_lines, long_day, render_letter
from core.models import StoredDocument
from core.services import record_event, store_document, write_message
from customers.models import Customer
from disputes.models import Dispute, DisputeState
from dunning.models import (
    DunningHold,
    DunningLevel,
    DunningNotice,
    DunningNoticeItem,
    RunState,
)
from o2c.errors import Conflict
from o2c.money import ZERO
from receivables.models import OpenItem

State = DunningNotice.State
TRIES = 3


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One item as the letter shows it."""

    notice_item_id: int
    document_number: str
    document_on: date
    due_on: date
    days_overdue: int
    level: int
    amount: Decimal


def write_letter(pk: int, *, by: Actor, on: date) -> DunningNotice:
    """Turn an approved reminder into a letter and, where there is an address, a mail.

    Items paid, disputed or put on hold since the proposal are dropped; a reminder with nothing
    left is dropped whole. The PDF is made outside the transaction and thrown away if an item
    changed meanwhile. Calling it again, or beside itself, writes one letter.
    """
    for _attempt in range(TRIES):
        notice = DunningNotice.objects.select_related("run", "customer", "company").get(pk=pk)
        if notice.state != State.PROPOSED or notice.run.state != RunState.APPROVED:
            return notice
        lines = _lines(notice, on)
        letter = _store_letter(notice, lines, on) if lines else None
        if _finish(pk, lines, letter, by=by, on=on):
            return DunningNotice.objects.get(pk=pk)
    raise Conflict(
        "dunning.moving", _("The items of this reminder keep changing: it is tried again later.")
    )


@transaction.atomic
def _finish(
    pk: int, lines: list[ReminderLine], letter: StoredDocument | None, *, by: Actor, on: date
) -> bool:
    """Write the outcome under the items' locks; False when the letter is stale by now."""
    notice = DunningNotice.objects.for_update().select_related("customer", "run").get(pk=pk)
    if notice.state != State.PROPOSED:
        return True
    list(OpenItem.objects.for_update().filter(dunning__notice=notice).values_list("pk"))
    if _lines(notice, on) != lines:
        return False
    kept = [line.notice_item_id for line in lines]
    notice.items.exclude(pk__in=kept).update(is_live=False)
    if letter is None:
        notice.state = State.DROPPED
    else:
        _address(notice, lines, letter)
    notice.save()
    record_event(
        "dunning.reminded" if letter else "dunning.dropped",
        notice.customer,
        by=by,
        on=on,
        label=str(notice.customer),
        run=notice.run.number,
        level=notice.level,
        amount=notice.amount,
        items=[line.document_number for line in lines],
    )
    return True


def _lines(notice: DunningNotice, on: date) -> list[ReminderLine]:
    """The items still to be reminded, oldest first, each at what is open and not disputed now."""
    held = DunningHold.objects.filter(customer=notice.customer, lifted_at=None, until__gte=on)
    held_items = set(held.values_list("item_id", flat=True))
    if None in held_items:
        return []
    rows = (
        DunningNoticeItem.objects.filter(notice=notice, is_live=True)
        .exclude(item__in=held_items)
        .select_related("item")
        .order_by("item__due_on", "item_id")
    )
    disputed = dict(
        Dispute.objects.filter(
            item__in=[row.item_id for row in rows], state=DisputeState.OPEN
        ).values_list("item_id", "amount")
    )
    lines = [_line(row, disputed.get(row.item_id, ZERO), on) for row in rows]
    return [line for line in lines if line.amount > ZERO]


def _line(row: DunningNoticeItem, disputed_amount: Decimal, on: date) -> ReminderLine:
    item = row.item
    return ReminderLine(
        notice_item_id=row.pk,
        document_number=item.document_number,
        document_on=item.document_on,
        due_on=item.due_on,
        days_overdue=(on - item.due_on).days,
        level=row.level,
        amount=item.outstanding_amount - disputed_amount,
    )


def _store_letter(notice: DunningNotice, lines: list[ReminderLine], on: date) -> StoredDocument:
    level = DunningLevel.objects.get(company=notice.company_id, level=notice.level)
    pdf = render_letter(
        "dunning/letter_reminder.html",
        {
            "lines": lines,
            "total": _total(lines),
            "currency": notice.currency,
            "level": level,
            "pay_by": on + timedelta(days=level.pay_within_days),
            "customer": notice.customer,
            "sender": notice.company.snapshot(),
        },
        letter=_letter(notice, level, on),
        language=notice.customer.language,
    )
    return store_document(
        pdf,
        company_id=notice.company_id,
        kind="reminder",
        filename=f"{notice.run.number}-{notice.customer.number}-{notice.currency}.pdf",
        content_type="application/pdf",
        subject=notice,
    )


def _letter(notice: DunningNotice, level: DunningLevel, on: date) -> Letter:
    customer = notice.customer
    address = (
        customer.addresses.filter(kind="billing", is_active=True).order_by("-is_default").first()
    )
    snapshot = address.snapshot() if address else {}
    name = snapshot.pop("name", "") or customer.name
    recipient = (
        address_lines(
            **{**snapshot, "name": name},
            home_country=notice.company.country,
            language=customer.language,
        )
        if address
        else [customer.name]
    )
    return Letter(
        sender=notice.company.snapshot(),
        recipient=recipient,
        title=title_of(level),
        on=on,
        facts=(
            (gettext_lazy("Date"), on),
            (gettext_lazy("Customer no."), customer.number),
            (gettext_lazy("Reference"), notice.run.number),
        ),
    )


def title_of(level: DunningLevel) -> object:
    """The heading of a reminder, spoken in the letter's language by its tone."""
    titles = {
        DunningLevel.Tone.FRIENDLY: gettext_lazy("Payment reminder"),
        DunningLevel.Tone.FIRM: gettext_lazy("Second payment reminder"),
        DunningLevel.Tone.FINAL: gettext_lazy("Final payment reminder"),
    }
    return titles[DunningLevel.Tone(level.tone)]


def _address(notice: DunningNotice, lines: list[ReminderLine], letter: StoredDocument) -> None:
    """Fill in the outcome: amounts as in the letter, and the mail where there is an address."""
    notice.state, notice.letter = State.WRITTEN, letter
    notice.written_on = notice.run.run_on
    notice.amount, notice.level = _total(lines), max(line.level for line in lines)
    for row in notice.items.filter(is_live=True):
        row.amount = next(line.amount for line in lines if line.notice_item_id == row.pk)
        row.save(update_fields=["amount"])
    notice.recipient = reminder_address(notice.customer)
    if notice.recipient:
        notice.message = write_message(
            company_id=notice.company_id,
            key=f"dunning-notice:{notice.pk}",
            kind="reminder",
            to=notice.recipient,
            **_mail_text(notice, lines),
            language=notice.customer.language,
            attachments=[letter],
            about=notice.customer,
        )


def reminder_address(customer: Customer) -> str:
    """Where reminders go: the contact for reminders, else the one for invoices, else nowhere."""
    contacts = customer.contacts.filter(is_active=True).exclude(email="")
    for wanted in ({"receives_reminders": True}, {"receives_invoices": True}):
        contact = contacts.filter(**wanted).first()
        if contact:
            return contact.email
    return ""


def _mail_text(notice: DunningNotice, lines: list[ReminderLine]) -> dict[str, str]:
    language = notice.customer.language
    with translation.override(language):
        level = DunningLevel.objects.get(company=notice.company_id, level=notice.level)
        rows = "\n".join(
            f"{line.document_number}  {long_day(line.due_on, language)}  "
            f"{line.amount} {notice.currency}"
            for line in lines
        )
        body = _(
            "Dear customer,\n\nthese items are open and past their due date:\n\n%(rows)s\n\n"
            "Together: %(total)s %(currency)s. The letter is attached. If you have paid in the "
            "meantime, please disregard this message.\n\nKind regards\n%(company)s"
        ) % {
            "rows": rows,
            "total": _total(lines),
            "currency": notice.currency,
            "company": notice.company.name,
        }
        subject = format_lazy("{} {}", title_of(level), notice.customer.number)
        return {"subject": str(subject), "body": body}


def _total(lines: list[ReminderLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
