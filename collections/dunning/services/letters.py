"""Write one reminder: look at each item again, make the letter, hand it to the mail."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.actors import Actor, require
from core.letters import Letter, address_lines, long_day, render_letter
from core.models import LINK_MARK, OutboundMessage, StoredDocument, User
from core.services import (
    atomic_verb,
    make_pay_link,
    record_event,
    store_document,
    write_message,
)
from customers.models import Customer
from disputes.models import Dispute, DisputeState
from dunning.models import (
    DunningHold,
    DunningLevel,
    DunningNotice,
    DunningNoticeItem,
    DunningNoticeQuerySet,
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


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A credit note or unapplied payment of the customer; ``amount`` is negative."""

    document_number: str
    kind: str
    document_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says: what is overdue, less what the customer has with us."""

    lines: tuple[ReminderLine, ...]
    credits: tuple[CreditLine, ...]

    @property
    def total_amount(self) -> Decimal:
        """Sum of the overdue lines."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def to_pay_amount(self) -> Decimal:
        """What we ask for."""
        return self.total_amount + sum((line.amount for line in self.credits), ZERO)


def write_letter(pk: int, *, by: Actor, on: date) -> DunningNotice:
    """Turn an approved reminder into a letter and, where there is an address, a mail.

    Items paid, disputed or put on hold since the proposal are dropped; a reminder with nothing
    left, or one that the customer's credits cover, is dropped whole. The PDF is made outside the
    transaction and thrown away if an item changed meanwhile. Calling it again, or beside itself,
    writes one letter.
    """
    for _attempt in range(TRIES):
        notice = _notices().get(pk=pk)
        if notice.state != State.PROPOSED or notice.run.state != RunState.APPROVED:
            return notice
        content = _content(notice, on)
        letter = _store(notice, _render(notice, content, on)) if content.lines else None
        if _finish(pk, content, letter, by=by, on=on):
            return DunningNotice.objects.get(pk=pk)
    raise Conflict(
        "dunning.moving", _("The items of this reminder keep changing: it is tried again later.")
    )


def preview_letter(pk: int, *, on: date) -> bytes:
    """The letter as it would be written on that day, for whoever approves; nothing is kept.

    Raises: Conflict when nothing is left to remind.
    """
    notice = _notices().get(pk=pk)
    return _render(notice, _content_to_send(notice, on), on)


def _content_to_send(notice: DunningNotice, on: date) -> Content:
    content = _content(notice, on)
    if not content.lines:
        raise Conflict("dunning.nothing", _("Nothing is left to remind: there is no letter."))
    return content


def send_sample(pk: int, *, by: User, on: date) -> OutboundMessage:
    """Mail the reminder as it would go out today, letter attached, to the person who asks.

    The customer hears nothing and no level rises. The same letter goes to the same person once.

    Raises: PermissionMissing; Conflict when nothing is left to remind.
    """
    notice = _notices().get(pk=pk)
    require(by, "dunning.view", notice.company_id)
    content = _content_to_send(notice, on)
    pdf = _render(notice, content, on)
    key = f"dunning-sample:{pk}:{by.pk}:{hashlib.sha256(pdf).hexdigest()[:32]}"
    if known := OutboundMessage.objects.filter(idempotency_key=key).first():
        return known
    subject, body = _mail_text(notice, content)
    with transaction.atomic():
        return write_message(
            company_id=notice.company_id,
            key=key,
            kind="reminder_sample",
            to=by.email,
            subject=_("Sample: %(subject)s") % {"subject": subject},
            body=body,
            language=notice.customer.language,
            attachments=[_store(notice, pdf, kind="reminder_sample")],
            about=notice.run,
        )


def _notices() -> DunningNoticeQuerySet:
    return DunningNotice.objects.select_related("run", "customer", "company")


@atomic_verb
def _finish(
    pk: int, content: Content, letter: StoredDocument | None, *, by: Actor, on: date
) -> bool:
    """Write the outcome under the items' locks; False when the letter is stale by now."""
    seen = DunningNotice.objects.get(pk=pk)
    items = OpenItem.objects.filter(customer=seen.customer_id, currency=seen.currency).open()
    list(items.for_update().values_list("pk"))
    notice = _notices().for_update().get(pk=pk)
    if notice.state != State.PROPOSED:
        return True
    if _content(notice, on) != content:
        return False
    kept = [line.notice_item_id for line in content.lines]
    notice.items.exclude(pk__in=kept).update(is_live=False)
    if letter is None:
        notice.state = State.DROPPED
    else:
        _address(notice, content, letter)
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
        currency=notice.currency,
        items=[line.document_number for line in content.lines],
    )
    return True


def _content(notice: DunningNotice, on: date) -> Content:
    """What the letter would say now; without lines when the customer's credits cover them."""
    lines = tuple(_lines(notice, on))
    found = Content(lines, tuple(_credits(notice)) if lines else ())
    return found if found.to_pay_amount > ZERO else Content((), ())


def _credits(notice: DunningNotice) -> list[CreditLine]:
    rows = OpenItem.objects.filter(customer=notice.customer_id, currency=notice.currency)
    return [
        CreditLine(row.document_number, row.kind, row.document_on, row.outstanding_amount)
        for row in rows.credits().open().order_by("document_on", "pk")
    ]


def _lines(notice: DunningNotice, on: date) -> list[ReminderLine]:
    """The items still to be reminded, oldest first, each at what is open and not disputed now."""
    held = DunningHold.objects.filter(customer=notice.customer, lifted_at=None, until__gte=on)
    held_items = set(held.values_list("item_id", flat=True))
    if None in held_items:
        return []
    rows = (
        DunningNoticeItem.objects.filter(notice=notice, is_live=True)
        .exclude(item__in=held_items)
        .exclude(item__debits__state="sent")
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


def _store(notice: DunningNotice, pdf: bytes, *, kind: str = "reminder") -> StoredDocument:
    return store_document(
        pdf,
        company_id=notice.company_id,
        kind=kind,
        filename=f"{notice.run.number}-{notice.customer.number}-{notice.currency}.pdf",
        content_type="application/pdf",
        subject=notice,
    )


def _render(notice: DunningNotice, content: Content, on: date) -> bytes:
    level = _level(notice, content)
    return render_letter(
        "dunning/letter_reminder.html",
        {
            "content": content,
            "currency": notice.currency,
            "level": level,
            "pay_by": on + timedelta(days=level.pay_within_days),
            "sender": notice.company.snapshot(),
        },
        letter=_letter(notice, level, on),
        language=notice.customer.language,
    )


def _level(notice: DunningNotice, content: Content) -> DunningLevel:
    """The highest level among the items that are left."""
    highest = max(line.level for line in content.lines)
    return DunningLevel.objects.get(company=notice.company_id, level=highest)


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


def _address(notice: DunningNotice, content: Content, letter: StoredDocument) -> None:
    """Fill in the outcome: amounts as in the letter, and the mail where there is an address."""
    notice.state, notice.letter = State.WRITTEN, letter
    notice.written_on = notice.run.run_on
    notice.amount = content.total_amount
    notice.level = max(line.level for line in content.lines)
    DunningNoticeItem.objects.bulk_update(
        [DunningNoticeItem(pk=line.notice_item_id, amount=line.amount) for line in content.lines],
        ["amount"],
        batch_size=1000,
    )
    notice.recipient = reminder_address(notice.customer)
    if notice.recipient:
        key = f"dunning-notice:{notice.pk}"
        link = make_pay_link(notice.customer, to=notice.recipient, mail_key=key)
        subject, body = _mail_text(notice, content, is_payable=link is not None)
        notice.message = write_message(
            company_id=notice.company_id,
            key=key,
            kind="reminder",
            to=notice.recipient,
            subject=subject,
            body=body,
            language=notice.customer.language,
            attachments=[letter],
            link=link,
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


def _mail_text(
    notice: DunningNotice, content: Content, *, is_payable: bool = False
) -> tuple[str, str]:
    """Subject and body in the customer's language, amounts as that language writes them."""
    language = notice.customer.language
    with translation.override(language):
        rows = [
            f"{line.document_number}  {long_day(line.due_on, language)}  "
            f"{formats.amount(line.amount, notice.currency)}"
            for line in content.lines
        ]
        rows += [
            f"{line.document_number}  {formats.amount(line.amount, notice.currency)}"
            for line in content.credits
        ]
        pay = _("You may also pay by card or wallet: %(link)s") % {"link": LINK_MARK}
        body = _(
            "Dear customer,\n\nthese items are open and past their due date:\n\n%(rows)s\n\n"
            "Together: %(total)s. The letter is attached. If you have paid in the "
            "meantime, please disregard this message.\n\nKind regards\n%(company)s"
        ) % {
            "rows": "\n".join(rows) + (f"\n\n{pay}" if is_payable else ""),
            "total": formats.amount(content.to_pay_amount, notice.currency),
            "company": notice.company.name,
        }
        title = title_of(_level(notice, content))
        return f"{title} {notice.customer.number}", body
