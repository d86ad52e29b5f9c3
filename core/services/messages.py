"""Messages out: written with the business change, sent at most once, settled by people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError
from django.core.validators import validate_email
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import Actor, JobActor, require
from core.logs import request_id
from core.models import Event, LeasedWork, OutboundMessage, SignedLink, StoredDocument, User
from core.services import leases
from core.services.mail import Fate, Outcome, compose, deliver
from core.services.notifications import notify, people_with
from core.services.nudges import nudge
from o2c.errors import BusinessError, Conflict, InvalidInput

State = LeasedWork.State


def write_message(  # noqa: PLR0913 - a mail has that many parts
    *,
    company_id: int,
    key: str,
    kind: str,
    to: str,
    subject: str,
    body: str,
    language: str,
    html: str = "",
    attachments: Iterable[StoredDocument] = (),
    link: SignedLink | None = None,
    about: models.Model | None = None,
    correlation: str = "",
    not_before: datetime | None = None,
) -> OutboundMessage:
    """Write a mail to go out, in the transaction of the act it tells of; a worker sends it.

    ``key`` names the mail for ever (``invoice:17:email:1``): the same key again returns the first
    message unchanged. ``link`` stands in the body as ``LINK_MARK``. Raises InvalidInput for an
    address that is none.
    """
    _check_address(to)
    words = {"subject": " ".join(subject.split())[:200], "body": body, "html": html}
    filled = {"company_id": company_id, "kind": kind, "to": to, "language": language, **words}
    filled |= {
        "link": link,
        "correlation": correlation,
        "request_id": request_id.get(),
        **_about(about),
    }
    filled["not_before"] = not_before or timezone.now()
    with transaction.atomic():
        message, is_new = OutboundMessage.objects.get_or_create(
            idempotency_key=key, defaults=filled
        )
        if is_new:
            message.attachments.add(*attachments)
            nudge("core.send_message", message.pk)
    return message


def _about(row: models.Model | None) -> dict[str, Any]:
    return {} if row is None else {"about_type": row._meta.label_lower, "about_id": row.pk}


def _check_address(to: str) -> None:
    try:
        validate_email(to)
    except ValidationError:
        raise InvalidInput(
            "message.bad_address",
            _("“%(to)s” is not an e-mail address.") % {"to": to[:80]},
            field="to",
        )


def send_message(pk: int) -> OutboundMessage | None:
    """Send one due message: claim, SMTP, outcome. None when it isn't due or another worker has it.

    The worker's verb; call it outside transactions. An outcome nobody knows leaves the message
    uncertain, and people who may settle it are told.
    """
    due = OutboundMessage.objects.due(timezone.now()).filter(pk=pk).select_related("company")
    message = leases.claim(due)
    if message is None:
        return None
    token = request_id.set(message.request_id)
    try:
        _conclude(message, _attempt(message))
    finally:
        request_id.reset(token)
    return message


def _attempt(message: OutboundMessage) -> Outcome:
    try:
        email = compose(message)
    except (OSError, BusinessError) as error:
        return Outcome(Fate.REFUSED, f"The mail could not be put together: {error}")
    try:
        return deliver(email)
    except BadHeaderError as error:
        return Outcome(Fate.REFUSED, f"The mail could not be put together: {error}")
    except Exception as error:  # noqa: BLE001 - after the claim every fate must be written down
        return Outcome(Fate.UNKNOWN, f"{type(error).__name__}: {error}")


def _conclude(message: OutboundMessage, outcome: Outcome) -> None:
    """Write the outcome; success becomes an event of what the message is about."""
    write = {
        Fate.NO_SERVER: leases.wait_out,
        Fate.NOT_YET: leases.try_later,
        Fate.REFUSED: leases.park,
        Fate.UNKNOWN: leases.mark_uncertain,
    }
    with transaction.atomic():
        if outcome.fate is Fate.SENT:
            if leases.finish(message):
                _record("message.sent", message, by=JobActor("mail"))
            return
        is_mine = write[outcome.fate](message, outcome.reason)
        is_long = outcome.fate is Fate.NO_SERVER and message.attempts == message.MAX_ATTEMPTS
        if is_mine and (is_long or message.state in (State.PARKED, State.UNCERTAIN)):
            _call_for_help(message)


def sweep_messages(*, now: datetime | None = None, limit: int = 200) -> list[int]:
    """Settle lost leases as uncertain and return the keys of messages that are due now."""
    now = now or timezone.now()
    lost = leases.lose_leases(
        OutboundMessage.objects.select_related("company"),
        now=now,
        error="The worker was lost while it sent this; the mail may or may not have gone out.",
    )
    for message in lost:
        _call_for_help(message)
    return list(OutboundMessage.objects.due(now).values_list("pk", flat=True)[:limit])


def settle_message(pk: int, *, was_sent: bool, by: Actor) -> OutboundMessage:
    """A person who looked decides about an uncertain message: it was sent, or send it again.

    Raises: Conflict when the message isn't uncertain any more; PermissionMissing.
    """
    with transaction.atomic():
        message = _locked(pk, {State.UNCERTAIN}, by)
        message.state = State.DONE if was_sent else State.PENDING
        message.done_at = timezone.now() if was_sent else None
        message.not_before = timezone.now()
        message.settled_by = by if isinstance(by, User) else None
        message.lease_owner = ""
        message.save()
        _record("message.settled", message, by=by, was_sent=was_sent)
        if not was_sent:
            nudge("core.send_message", message.pk)
    return message


def retry_message(pk: int, *, by: Actor, to: str = "") -> OutboundMessage:
    """Put a parked message back in the queue, to a corrected address where one is given.

    Raises: Conflict when it isn't parked; InvalidInput for a bad address; PermissionMissing.
    """
    with transaction.atomic():
        message = _locked(pk, {State.PARKED}, by)
        if to and to != message.to:
            _check_address(to)
        message.to = to or message.to
        message.state, message.attempts, message.not_before = State.PENDING, 0, timezone.now()
        message.lease_owner = ""
        message.save()
        _record("message.retried", message, by=by, to=message.to)
        nudge("core.send_message", message.pk)
    return message


def drop_message(pk: int, *, by: Actor) -> None:
    """Give up a message that was surely not sent: what it was to say goes another way.

    One that is being sent, may have been sent or was sent stays as it is.
    """
    with transaction.atomic():
        rows = OutboundMessage.objects.for_update().filter(
            pk=pk, state__in=[State.PENDING, State.PARKED]
        )
        message = rows.select_related("company").first()
        if message is not None:
            message.state = State.CANCELLED
            message.save(update_fields=["state"])
            _record("message.dropped", message, by=by)


def _locked(pk: int, states: set[State], by: Actor) -> OutboundMessage:
    message = OutboundMessage.objects.for_update().select_related("company").get(pk=pk)
    require(by, "core.settle_message", message.company_id)
    if message.state not in states:
        raise Conflict(
            "message.settled",
            _("This message is %(state)s by now; there is nothing left to decide.")
            % {"state": message.get_state_display()},
        )
    return message


def _record(name: str, message: OutboundMessage, *, by: Actor, **payload: object) -> None:
    """An event of the document the message is about, or of the message itself."""
    Event.objects.create(
        company_id=message.company_id,
        name=name,
        subject_type=message.about_type or message._meta.label_lower,
        subject_id=message.about_id or message.pk,
        subject_label=message.subject[:120],
        actor_kind=by.actor_kind,
        actor_id=by.actor_id,
        actor_name=by.actor_name,
        effective_on=message.company.today(),
        correlation=message.correlation,
        payload={"message": message.pk, "kind": message.kind, "to": message.to} | payload,
    )


def _call_for_help(message: OutboundMessage) -> None:
    """Note it in the timeline and tell those who may settle it, each in their own language."""
    name = "waiting" if message.state == State.PENDING else message.state
    _record(f"message.{name}", message, by=JobActor("mail"), reason=message.last_error)
    for person in people_with("core.settle_message", message.company_id):
        with translation.override(person.language):
            title = _help_wanted(message)
            notify(
                [person],
                company_id=message.company_id,
                title=title % {"subject": message.subject},
                body=message.last_error,
                url=reverse("core:message", args=[message.pk]),
            )


def _help_wanted(message: OutboundMessage) -> str:
    if message.state == State.UNCERTAIN:
        return _("Was this mail sent? %(subject)s")
    if message.state == State.PENDING:
        return _("The mail server is away; this waits: %(subject)s")
    return _("Mail not delivered: %(subject)s")
