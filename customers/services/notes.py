"""Keep what was said with a customer: calls, promises, notes to pin, next steps."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import require
from core.badges import source_word
from core.models import User
from core.services import atomic_verb, record_event
from customers.models import Contact, Customer, CustomerNote
from o2c.errors import InvalidInput

RIGHT = "customers.note"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """What a person writes down; ``promised_amount`` is in the customer's currency."""

    kind: str = CustomerNote.Kind.CALL
    outcome: str = ""
    contact_id: int | None = None
    text: str = ""
    promised_amount: Decimal | None = None
    promised_on: date | None = None
    next_step: str = ""
    next_on: date | None = None
    is_pinned: bool = False


@atomic_verb
def log_note(customer_pk: int, data: NoteDraft, *, by: User, on: date) -> CustomerNote:
    """Write down a call, visit or note with its outcome and what comes next.

    Raises: PermissionMissing; InvalidInput for a note that says nothing, a promise without a day
    or for a past one, a contact of somebody else.
    """
    customer = Customer.objects.get(pk=customer_pk)
    require(by, RIGHT, customer.company_id)
    _check(customer, data, on)
    is_promise = data.outcome == CustomerNote.Outcome.PROMISE
    note = CustomerNote.objects.create(
        company_id=customer.company_id,
        customer=customer,
        kind=data.kind,
        outcome=data.outcome,
        contact_id=data.contact_id,
        text=data.text.strip(),
        promised_amount=data.promised_amount if is_promise else None,
        promised_on=data.promised_on if is_promise else None,
        next_step=data.next_step.strip(),
        next_on=data.next_on,
        is_pinned=data.is_pinned,
        author=by,
        noted_on=on,
    )
    _record("customer.noted", note, by, on)
    return note


@atomic_verb
def pin_note(pk: int, *, is_pinned: bool, by: User, on: date) -> CustomerNote:
    """Show a note on top of the customer's page, or no longer."""
    note = _locked(pk, by)
    if note.is_pinned != is_pinned:
        note.is_pinned = is_pinned
        note.save(update_fields=["is_pinned"])
        _record("customer.note_pinned" if is_pinned else "customer.note_unpinned", note, by, on)
    return note


@atomic_verb
def finish_step(pk: int, *, by: User, on: date) -> CustomerNote:
    """The next step of a note is done; a second time nothing happens."""
    note = _locked(pk, by)
    if not note.is_done:
        note.is_done = True
        note.save(update_fields=["is_done"])
        _record("customer.step_done", note, by, on)
    return note


def _locked(pk: int, by: User) -> CustomerNote:
    note = CustomerNote.objects.for_update().get(pk=pk)
    require(by, RIGHT, note.company_id)
    return note


def _check(customer: Customer, data: NoteDraft, on: date) -> None:
    if not (data.text.strip() or data.outcome):
        raise InvalidInput(
            "note.empty", _("Say what came of it, or write a sentence."), field="text"
        )
    if data.outcome == CustomerNote.Outcome.PROMISE:
        _check_promise(data, on)
    if data.contact_id is None:
        return
    if not Contact.objects.filter(customer=customer, pk=data.contact_id).exists():
        raise InvalidInput(
            "note.contact", _("This person belongs to another customer."), field="contact"
        )


def _check_promise(data: NoteDraft, on: date) -> None:
    if data.promised_on is None or data.promised_on < on:
        raise InvalidInput(
            "note.promised_on",
            _("Enter the day the money is promised for, today or later."),
            field="promised_on",
        )
    if data.promised_amount is not None and data.promised_amount <= 0:
        raise InvalidInput(
            "note.promised_amount", _("Enter an amount above 0."), field="promised_amount"
        )


def _record(name: str, note: CustomerNote, by: User, on: date) -> None:
    outcome = source_word(note, "outcome") if note.outcome else ""
    record_event(
        name,
        note.customer,
        by=by,
        on=on,
        label=note.customer.number,
        how=source_word(note, "kind"),
        outcome=outcome,
        source_texts=["how", "outcome"],
        text=note.text[:200],
        next_step=note.next_step,
        note=note.pk,
    )
