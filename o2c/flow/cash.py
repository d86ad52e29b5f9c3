"""Money comes in, or is asked for again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import IO

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import customers.services as customers
import disputes.services as disputes
import dunning.services as dunning
import receivables.services as receivables
from core.actors import Actor, require
from core.models import Company, Job, StoredDocument, User
from core.services import (
    atomic_verb,
    retrying,
    start_job,
)
from credit.models import CreditHold
from customers.models import Customer, CustomerNote
from dunning.models import DunningNotice, DunningRun
from o2c.errors import BusinessError, Conflict
from o2c.flow.deducting import follow_entries, follow_file
from o2c.flow.selling import recheck_hold
from receivables.models import BankFile, DebitRun


@retrying
@transaction.atomic
def import_late_statement(
    company: Company, content: bytes, *, filename: str, reason: str, by: Actor, on: date
) -> BankFile:
    """``import_statement`` into softly closed days, and says why."""
    receivables.post_late(company, area="all", reason=reason, by=by, on=on)
    return import_statement(company, content, filename=filename, by=by, on=on)


def import_statement(  # noqa: PLR0913 - what came, and who waits for it
    company: Company,
    content: bytes | IO[bytes],
    *,
    filename: str,
    by: Actor,
    on: date,
    is_patient: bool = True,
) -> BankFile:
    """Book a bank file, match what is certain, and free the orders that waited for the money.

    What was paid short becomes deductions in the same transaction. The file books whole or not at
    all; a file that is refused says why in its ``message``. It may be given as bytes or, if it is
    long, as a file; without patience the payments of a long one are left to ``match_statement``.
    """
    file = _booked(company, content, filename, by=by, on=on)
    if file.match_from_id and is_patient:
        return _matched_to_its_end(file, by=by, on=on)
    if file.matched_count:
        recheck_holds(company, by=by, on=on)
    return file


@retrying
@transaction.atomic
def _booked(  # noqa: PLR0913 - what came, from whom
    company: Company,
    content: bytes | IO[bytes],
    filename: str,
    document: StoredDocument | None = None,
    *,
    by: Actor,
    on: date,
) -> BankFile:
    """The file in the books with its deductions; a long one's payments are not matched yet."""
    file = receivables.import_bank_file(
        company, content, filename=filename, by=by, on=on, document=document, is_patient=False
    )
    if file.matched_count:
        follow_file(file, by=by, on=on)
    return file


def _matched_to_its_end(file: BankFile, *, by: Actor, on: date) -> BankFile:
    """The file, or with the reason why matching stopped; it is booked anyway."""
    try:
        return match_statement(file.pk, by=by, on=on)
    except BusinessError:
        file.refresh_from_db()
        return file


def start_statement(company: Company, source: IO[bytes], *, filename: str, by: User) -> Job:
    """Leave a long bank file to a job: it is kept at once, read, booked and matched there."""
    require(by, "receivables.import_statement", company.pk)
    with transaction.atomic():
        document = receivables.keep_bank_file(company, source, filename=filename)
        return start_job(
            company,
            "receivables.import_file",
            gettext_noop("Import of %(filename)s"),
            {"document": document.pk, "filename": document.filename},
            by=by,
            token=f"receivables.import_file:{document.pk}",
        )


def book_kept_statement(document: StoredDocument, *, by: Actor, on: date) -> BankFile:
    """Book a bank file that is kept already; the rest of a long one is for ``match_statement``."""
    company = Company.objects.get(pk=document.company_id)
    with document.opened() as source:
        file = _booked(company, source, document.filename, document, by=by, on=on)
    if file.matched_count:
        recheck_holds(company, by=by, on=on)
    return file


def match_statement(
    pk: int,
    *,
    by: Actor,
    on: date,
    most: int | None = None,
    tell: Callable[[BankFile], object] = lambda file: None,
) -> BankFile:
    """Go on matching a long file that is booked, and free the orders that waited for the money.

    To its end, or ``most`` thousands, each with its deductions; ``tell`` hears of each.
    """
    file = receivables.match_file(
        pk, by=by, on=on, most=most, tell=tell, follow=partial(follow_entries, by=by, on=on)
    )
    if file.matched_count:
        recheck_holds(file.company, by=by, on=on)
    return file


def recheck_holds(
    company: Company, *, by: Actor, on: date, customer: Customer | None = None
) -> int:
    """Ask credit again about the orders it holds, as after a payment; returns how many are free.

    ``customer`` limits it to the one who paid and the group they belong to.
    """
    holds = CreditHold.objects.filter(company=company).open()
    if customer is not None:
        head = customer.group_parent_id or customer.pk
        group = Customer.objects.filter(Q(pk=head) | Q(group_parent=head))
        holds = holds.filter(order__customer__in=group)
    freed = 0
    for pk in holds.values_list("pk", flat=True):
        with suppress(Conflict):  # a colleague decided on it meanwhile
            freed += recheck_hold(pk, by=by, on=on).state != "on_hold"
    return freed


def propose_dunning(company: Company, *, by: Actor, on: date) -> DunningRun:
    """Work out who is to be reminded of what; nothing leaves before somebody approves."""
    return dunning.propose(company, by=by, on=on)


@atomic_verb
def approve_dunning(
    pk: int, *, by: User, on: date, seen_hash: str = "", although_stale: bool = False
) -> DunningRun:
    """A second person lets the proposal go out; a job writes the letters, a row per reminder."""
    run = dunning.approve(pk, by=by, on=on, seen_hash=seen_hash, although_stale=although_stale)
    start_job(
        run.company,
        "dunning.send",
        gettext_noop("Dunning run %(number)s"),
        {"run": run.pk, "number": run.number},
        by=by,
        token=sending_token(pk),
    )
    return run


def sending_token(run_pk: int) -> str:
    """Names the one job that sends a run."""
    return f"dunning.send:{run_pk}"


def write_reminder(notice_pk: int, *, by: Actor, on: date) -> DunningNotice:
    """Write one reminder of an approved run, each item looked at again; its mail is due work."""
    return dunning.write_letter(notice_pk, by=by, on=on)


def finish_dunning(pk: int, *, by: Actor, on: date) -> DunningRun:
    """Close a run whose reminders are all written."""
    return dunning.finish(pk, by=by, on=on)


@retrying
@atomic_verb
def propose_debits(
    company: Company, plan: receivables.DebitPlan, *, by: Actor, on: date
) -> DebitRun:
    """Work out what is collected by direct debit; contested items stay out."""
    disputed = disputes.disputed_items(company)
    return receivables.propose_debits(company, plan, disputed=disputed, by=by, on=on)


@retrying
@atomic_verb
def approve_debits(pk: int, *, by: User, on: date, seen_hash: str = "") -> DebitRun:
    """A second person lets the run go, unless an item of it is contested by now."""
    company = Company.objects.get(pk=DebitRun.objects.values("company").filter(pk=pk)[:1])
    disputed = disputes.disputed_items(company)
    return receivables.approve_debits(pk, disputed=disputed, by=by, on=on, seen_hash=seen_hash)


@atomic_verb
def log_contact(
    customer_pk: int, data: customers.NoteDraft, *, is_pausing: bool, by: User, on: date
) -> CustomerNote:
    """Keep what was said; a promise may pause the customer's reminders up to its day.

    Raises: PermissionMissing for a pause without the right to it; what ``log_note`` raises.
    """
    note = customers.log_note(customer_pk, data, by=by, on=on)
    if is_pausing and note.promised_on:
        reason = _("Promised to pay: %(text)s") % {"text": note.text or note.promised_on}
        dunning.hold(note.customer, until=note.promised_on, reason=reason, by=by, on=on)
    return note
