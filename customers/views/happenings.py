"""What happened last with a customer, and what comes next: one short list each, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import IntegerField, OuterRef, Subquery
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.formats import amount
from core.models import User
from customers.models import Customer, CustomerNote
from disputes.models import Dispute
from dunning.models import DunningHold, DunningLevel, DunningNotice, DunningNoticeItem
from dunning.rules import Step, next_reminder
from o2c.money import ZERO
from orders.models import Order
from receivables.models import OpenItem

MOST = 7


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: the day, what, where to look, and the note behind it if there is one."""

    on: date
    icon: str
    family: str
    text: str
    url: str = ""
    who: str = ""
    note: CustomerNote | None = None


@dataclass(slots=True)
class Trail:
    """The rows that the lists are made of; each is read once."""

    notes: list[CustomerNote]
    payments: list[OpenItem]
    notices: list[DunningNotice]
    orders: list[Order]
    disputes: list[Dispute]
    holds: list[DunningHold]

    @property
    def promises(self) -> list[CustomerNote]:
        """Promises, newest first."""
        return [note for note in self.notes if note.outcome == CustomerNote.Outcome.PROMISE]

    def paid_for(self, note: CustomerNote) -> Decimal:
        """What came in between a promise and its day."""
        last = note.promised_on or note.noted_on
        return -sum(
            (p.amount for p in self.payments if note.noted_on <= p.document_on <= last), ZERO
        )


def trail_of(customer: Customer, user: User, *, on: date) -> Trail:
    """Read what the person may see of it."""
    may = {right: user.may(right, customer.company_id) for right in (
        "receivables.view", "dunning.view", "orders.view", "disputes.view",
    )}  # fmt: skip
    notes = CustomerNote.objects.visible_to(user).filter(customer=customer)
    notes = notes if may["receivables.view"] else notes.without_money()
    items = OpenItem.objects.visible_to(user).filter(customer=customer)
    notices = DunningNotice.objects.visible_to(user).filter(customer=customer, state="written")
    orders = Order.objects.visible_to(user).filter(customer=customer).exclude(state="draft")
    disputes = Dispute.objects.visible_to(user).filter(item__customer=customer)
    holds = DunningHold.objects.visible_to(user).filter(customer=customer, lifted_at=None)
    return Trail(
        notes=list(notes.select_related("author", "contact").order_by("-pk")[:30]),
        payments=list(items.filter(kind=OpenItem.Kind.PAYMENT).order_by("-document_on", "-pk")[:20])
        if may["receivables.view"]
        else [],
        notices=list(notices.order_by("-pk")[:3]) if may["dunning.view"] else [],
        orders=list(orders.order_by("-pk")[:3]) if may["orders.view"] else [],
        disputes=list(disputes.select_related("item").order_by("-pk")[:10])
        if may["disputes.view"]
        else [],
        holds=list(holds.filter(until__gte=on).select_related("owner", "item"))
        if may["dunning.view"]
        else [],
    )


def latest(trail: Trail) -> list[Happening]:
    """What happened last, whatever it was."""
    found = [*_spoken(trail.notes), *_paid(trail.payments[:4]), *_reminded(trail.notices)]
    found += [*_ordered(trail.orders), *_contested(trail.disputes[:3])]
    return sorted(found, key=lambda row: row.on, reverse=True)[:MOST]


def _spoken(notes: Iterable[CustomerNote]) -> Iterator[Happening]:
    icons = {"call": "phone", "mail": "mail", "visit": "walk", "note": "note"}
    families = {
        "promise": "amber",
        "dispute": "purple",
        "reached": "green",
        "not_reached": "neutral",
    }
    for note in notes:
        said = [capfirst(note.get_kind_display())]
        if note.contact:
            said[0] += f" · {note.contact.name}"
        if note.outcome == CustomerNote.Outcome.PROMISE:
            said.append(promise_words(note))
        elif note.outcome:
            said.append(str(note.get_outcome_display()))
        text = ": ".join(said) + (f". {note.text}" if note.text else "")
        family = families.get(note.outcome, "blue")
        yield Happening(note.noted_on, icons[note.kind], family, text, "", note.author.name, note)


def promise_words(note: CustomerNote) -> str:
    """“promised to pay 8,000.00 EUR”."""
    if note.promised_amount is None:
        return str(note.get_outcome_display())
    return _("promised to pay %(amount)s") % {
        "amount": amount(note.promised_amount, note.customer.currency)
    }


def _paid(payments: Iterable[OpenItem]) -> Iterator[Happening]:
    for item in payments:
        text = _("Payment %(amount)s") % {"amount": amount(-item.amount, item.currency)}
        if item.outstanding_amount:
            rest = amount(-item.outstanding_amount, item.currency)
            text += ", " + _("%(amount)s not applied") % {"amount": rest}
        yield Happening(item.document_on, "coins", "green", text, item.get_absolute_url())


def _reminded(notices: Iterable[DunningNotice]) -> Iterator[Happening]:
    for notice in notices:
        text = _("Reminder, level %(level)s, %(amount)s") % {
            "level": notice.level,
            "amount": amount(notice.amount, notice.currency),
        }
        if notice.written_on:
            yield Happening(
                notice.written_on, "mail-forward", "amber", text, notice.get_absolute_url()
            )


def _ordered(orders: Iterable[Order]) -> Iterator[Happening]:
    for order in orders:
        text = _("Order %(number)s, %(amount)s") % {
            "number": order.number,
            "amount": amount(order.gross_amount, order.currency),
        }
        yield Happening(order.ordered_on, "shopping-cart", "blue", text, order.get_absolute_url())


def _contested(disputes: Iterable[Dispute]) -> Iterator[Happening]:
    for row in disputes:
        text = _("Dispute on %(number)s: %(reason)s") % {
            "number": row.item.document_number,
            "reason": row.get_reason_display(),
        }
        yield Happening(
            row.opened_on, "message-exclamation", "purple", text, row.get_absolute_url()
        )


def upcoming(customer: Customer, trail: Trail, user: User, *, on: date) -> list[Happening]:
    """What comes next: promised money, next steps, answers due, the next reminder."""
    found = [
        Happening(note.promised_on, "cash", "amber", capfirst(promise_words(note)), "", "", None)
        for note in trail.promises
        if note.promised_on and note.promised_on >= on
    ]
    found += [
        Happening(
            note.next_on or note.noted_on,
            "flag",
            "blue",
            note.next_step,
            "",
            note.author.name,
            note,
        )
        for note in trail.notes
        if note.next_step and not note.is_done
    ]
    found += [
        Happening(
            row.answer_by, "message-exclamation", "purple",
            _("Answer to the dispute on %(number)s") % {"number": row.item.document_number},
            row.get_absolute_url(),
        )
        for row in trail.disputes
        if row.state == "open"
    ]  # fmt: skip
    if user.may("dunning.view", customer.company_id):
        found += _next_reminder(customer, trail, user, on)
    return sorted(found, key=lambda row: row.on)


def _next_reminder(customer: Customer, trail: Trail, user: User, on: date) -> list[Happening]:
    """The first day on which an item can be reminded, no earlier than a pause ends."""
    # scope: lines of reminders of the items below, which are scoped
    reminded = DunningNoticeItem.objects.filter(
        item=OuterRef("pk"), is_live=True, notice__state="written"
    ).order_by("-level")
    items = OpenItem.objects.visible_to(user).filter(customer=customer).debits().open()
    levels = DunningLevel.objects.visible_to(user).filter(company_id=customer.company_id)
    steps = [Step(row.level, row.days_overdue, row.wait_days) for row in levels.order_by("level")]
    rows = items.order_by("due_on").values_list(
        "due_on",
        Subquery(reminded.values("level")[:1], output_field=IntegerField()),
        Subquery(reminded.values("notice__written_on")[:1]),
    )[:200]
    days = [next_reminder(due, level or 0, last, steps) for due, level, last in rows]
    known = [found for found in days if found]
    if not known:
        return []
    day, level = min(known)
    pause = max((held.until for held in trail.holds if held.item is None), default=None)
    text = _("Reminder, level %(level)s") % {"level": level}
    if pause and pause >= day:
        text = _("Reminders go on (level %(level)s)") % {"level": level}
        day = pause
    url = reverse("customers:reminders", args=[customer.pk])
    return [Happening(max(day, on), "mail-forward", "neutral", text, url)]
