"""Approve, discard and finish runs; leave single reminders out."""

from datetime import date

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, record_event
from dunning.models import DunningNotice, DunningNoticeItem, DunningRun, RunState
from dunning.services.freshness import require_fresh_statement, why_stale
from o2c.errors import BusinessError, Conflict

_FINGERPRINT = """
SELECT encode(sha256(convert_to(coalesce(string_agg(
           concat_ws(',', i.notice_id, i.item_id, i.level, i.amount), ';'
           ORDER BY i.notice_id, i.item_id), ''), 'UTF8')), 'hex')
  FROM dunning_dunningnoticeitem i JOIN dunning_dunningnotice n ON n.id = i.notice_id
 WHERE n.run_id = %s AND i.is_live
"""


def content_hash(run: DunningRun) -> str:
    """Fingerprint of what would go out: reminders, items, levels and amounts."""
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, [run.pk])
        return str(cursor.fetchone()[0])


@atomic_verb
def approve(
    pk: int, *, by: User, on: date, seen_hash: str = "", although_stale: bool = False
) -> DunningRun:
    """Let a proposal go out; by somebody else than who proposed it.

    ``seen_hash`` is the ``content_hash`` of the page the approver looked at: a proposal that
    changed since is not approved. ``although_stale`` sends although the last bank statement is
    older than three business days; the event keeps that somebody said so.

    Raises: PermissionMissing; Conflict when it was decided or changed, or the bank statement is
    old; BusinessError for the proposer or a proposal of another day.
    """
    run = _locked(pk)
    require(by, "dunning.approve", run.company_id)
    _must_be_proposed(run)
    _check_approval(run, by, on)
    if content_hash(run) != run.content_hash or (seen_hash and seen_hash != run.content_hash):
        raise Conflict(
            "dunning.changed", _("The proposal changed since you opened it: look again.")
        )
    if not although_stale:
        require_fresh_statement(run.company, on=on)
    run.to_approved()
    run.approved_by, run.approved_at = by, timezone.now()
    run.save()
    record_event(
        "dunning.approved",
        run,
        by=by,
        on=on,
        label=run.number,
        hash=run.content_hash,
        although=why_stale(run.company, on=on),
    )
    return run


def _check_approval(run: DunningRun, by: User, on: date) -> None:
    if run.proposed_by_id == by.pk:
        raise BusinessError(
            "dunning.four_eyes", _("You proposed this run: somebody else must approve it.")
        )
    if run.run_on != on:
        raise BusinessError(
            "dunning.expired",
            _("This proposal is of %(day)s: propose again for today.")
            % {"day": run.run_on.isoformat()},
        )


@atomic_verb
def discard(pk: int, *, by: Actor, on: date) -> DunningRun:
    """Throw a proposal away; its items are free for the next one."""
    run = _locked(pk)
    require(by, "dunning.propose", run.company_id)
    _must_be_proposed(run)
    _discard(run, by=by, on=on)
    return run


def discard_open_proposal(company: Company, *, by: Actor, on: date) -> None:
    """Make room for a new proposal; call it inside the transaction that makes it."""
    # The company's row serialises two proposals at the same moment.
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    for run in DunningRun.objects.for_update().filter(company=company, state=RunState.PROPOSED):
        _discard(run, by=by, on=on)


@atomic_verb
def exclude(notice_pk: int, *, reason: str, by: User, on: date) -> DunningNotice:
    """Leave one reminder out of a proposal, with a reason; its items may come again next time."""
    run_id = DunningNotice.objects.values_list("run_id", flat=True).get(pk=notice_pk)
    run = _locked(run_id)
    require(by, "dunning.propose", run.company_id)
    _must_be_proposed(run)
    if not reason.strip():
        raise BusinessError(
            "dunning.reason", _("Give a reason: it is kept with the run."), field="reason"
        )
    notice = DunningNotice.objects.for_update().select_related("customer").get(pk=notice_pk)
    if notice.state != DunningNotice.State.PROPOSED:
        raise Conflict(
            "dunning.excluded",
            _("%(customer)s is left out already.") % {"customer": notice.customer},
        )
    notice.state, notice.excluded_reason = DunningNotice.State.EXCLUDED, reason[:200]
    notice.save(update_fields=["state", "excluded_reason"])
    notice.items.update(is_live=False)
    run.content_hash = content_hash(run)
    run.save(update_fields=["content_hash"])
    record_event(
        "dunning.excluded",
        run,
        by=by,
        on=on,
        label=run.number,
        customer=str(notice.customer),
        reason=reason,
    )
    return notice


@atomic_verb
def finish(pk: int, *, by: Actor, on: date) -> DunningRun:
    """Close an approved run once every reminder is written, dropped or left out."""
    run = _locked(pk)
    if run.state == RunState.APPROVED and not run.notices.awaiting_letter().exists():
        run.to_sent()
        run.save()
        written = run.notices.filter(state=DunningNotice.State.WRITTEN).count()
        record_event("dunning.sent", run, by=by, on=on, label=run.number, written=written)
    return run


def _locked(pk: int) -> DunningRun:
    return DunningRun.objects.for_update().select_related("company").get(pk=pk)


def _must_be_proposed(run: DunningRun) -> None:
    if run.state != RunState.PROPOSED:
        raise Conflict(
            "dunning.decided",
            _("Run %(number)s is %(state)s already.")
            % {"number": run.number, "state": run.get_state_display()},
        )


def _discard(run: DunningRun, *, by: Actor, on: date) -> None:
    DunningNoticeItem.objects.filter(notice__run=run).update(is_live=False)
    run.to_discarded()
    run.save()
    record_event("dunning.discarded", run, by=by, on=on, label=run.number)
