"""Which function does which kind of job; the one place that knows them all."""

from collections.abc import Callable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

import invoicing.services as invoicing
import receivables.services as receivables
from core.actors import Actor, JobActor
from core.models import Job, StoredDocument, User
from core.services import JobFunction, JobProgress, retry_message
from dunning.models import DunningNotice, DunningRun
from o2c import billing, flow, proof
from o2c.errors import BusinessError
from receivables.models import BankFile

DUNNING = JobActor("dunning")


def send_dunning(job: Job, progress: JobProgress) -> str:
    """Write the reminders of an approved run, a row each; what is written already is skipped.

    A letter is made outside of any transaction, so this does not use ``progress.each``.
    """
    run = DunningRun.objects.get(pk=job.params["run"], company=job.company)
    actor: Actor = job.started_by or DUNNING
    on = job.company.today()
    notices = list(
        DunningNotice.objects.filter(run=run).awaiting_letter().select_related("customer")
    )
    progress.total(len(notices))
    for notice in notices:
        if progress.is_stopped():
            return ""
        _write(notice, progress, by=actor, on=on)
    flow.finish_dunning(run.pk, by=actor, on=on)
    return ""


def _write(notice: DunningNotice, progress: JobProgress, *, by: Actor, on: date) -> None:
    try:
        flow.write_reminder(notice.pk, by=by, on=on)
    except BusinessError as error:
        progress.failed(notice.pk, str(notice.customer), error.message)
    else:
        progress.ok(notice.pk, str(notice.customer), url=notice.get_absolute_url())


def each_row(
    act: Callable[[int, str, User, date], object],
    *,
    many: Callable[[list[int], User, date], object] | None = None,
) -> JobFunction:
    """A job that does one act to each row chosen in a list; a refusal is that row's alone.

    ``act`` takes the row's key, the reason given, who asked and the day. ``many`` does the same
    to many keys, all or none: it is tried first, a chunk at a time.
    """

    def run(job: Job, progress: JobProgress) -> str:
        by, on = job.started_by, job.company.today()
        assert by is not None, "bulk acts are started by people"
        rows = job.params["rows"]
        progress.total(len(rows))
        shown: Any = {"key": itemgetter(0), "label": itemgetter(1), "url": itemgetter(2)}

        def alone(row: Sequence[Any]) -> object:
            return act(row[0], job.params["reason"], by, on)

        if many is None:
            progress.each(rows, alone, **shown)
        else:
            progress.each_together(
                rows, lambda chunk: many([row[0] for row in chunk], by, on), alone, **shown
            )
        return ""

    return run


def export_books(job: Job, progress: JobProgress) -> str:
    """Hand out the books of a period; a job that was lost on the way writes the file anew."""
    by: Actor = job.started_by or JobActor("command line")
    progress.total(1)
    if progress.has("file"):
        return ""
    start, end = (date.fromisoformat(job.params[name]) for name in ("start", "end"))
    made = receivables.export_books(
        job.company, form=job.params["form"], start=start, end=end, by=by, on=job.company.today()
    )
    progress.ok("file", str(made), url=made.get_absolute_url())
    progress.result(url=made.get_absolute_url())
    return ""


def prove_books(job: Job, progress: JobProgress) -> str:
    """Prove every invariant of the company, a row each, and keep what was found."""
    started, found = timezone.now(), list[tuple[str, str]]()
    checks = proof.checks()
    progress.total(len(checks))
    for name, check in checks.items():
        if progress.is_stopped():
            return ""
        breaches = check(job.company)
        found += [(name, breach) for breach in breaches]
        if breaches:
            progress.failed(name, name, " ".join(breaches[:3]))
        else:
            progress.ok(name, name)
    run = receivables.keep_proof(
        job.company,
        check_count=len(checks),
        breaches=found,
        started_at=started,
        by=job.started_by or JobActor("command line"),
        on=job.company.today(),
    )
    progress.result(url=run.get_absolute_url())
    return ""


def backtest_matching(job: Job, progress: JobProgress) -> str:
    """Try matching settings on past payments, a row a day; nothing is booked."""
    told = job.params
    start, end = (date.fromisoformat(told[name]) for name in ("start", "end"))
    pairs = [f"rounding={told['rounding']}", f"charges={told['charges']}"]
    leeway = receivables.changed(receivables.USUAL, [*pairs, f"held={','.join(told['held'])}"])

    def tell(done: int, days: int, day: date) -> bool:
        if done == 1:
            progress.total(days)
        progress.ok(day, day.isoformat())
        return not progress.is_stopped()

    tally = receivables.backtest(job.company, leeway, start, end, tell=tell)
    if progress.is_stopped():
        return ""
    kept = receivables.keep_backtest(
        job.company, leeway, start, end, tally, by=job.started_by or JobActor("command line")
    )
    progress.result(url=kept.get_absolute_url())
    return ""


def import_bank_file(job: Job, progress: JobProgress) -> str:
    """Book a long bank file whole, then match it by thousands, a row each."""
    by: Actor = job.started_by or JobActor("bank import")
    on = job.company.today()
    document = StoredDocument.objects.get(pk=job.params["document"], company_id=job.company_id)
    file = BankFile.objects.filter(document=document).first()
    file = file or flow.book_kept_statement(document, by=by, on=on)
    progress.result(url=file.get_absolute_url())
    if file.match_from_id is None:
        return file.message
    progress.total(file.new_count // receivables.MATCHED_AT_ONCE + 1)
    file = flow.match_statement(file.pk, by=by, on=on, tell=lambda done: _looked_at(progress, done))
    return file.message


def _looked_at(progress: JobProgress, file: BankFile) -> None:
    label = _("%(count)s entries looked at, %(matched)s matched") % {
        "count": file.looked_at_count,
        "matched": file.matched_count,
    }
    progress.ok(file.looked_at_count, label, url=file.get_absolute_url())


JOBS: dict[str, JobFunction] = {
    "dunning.send": send_dunning,
    billing.KIND: billing.run_billing,
    "orders.submit": each_row(
        lambda pk, why, by, on: flow.submit_order(pk, by=by, on=on),
        many=lambda pks, by, on: flow.submit_orders(pks, by=by, on=on),
    ),
    "orders.cancel": each_row(
        lambda pk, why, by, on: flow.cancel_order(pk, reason=why, by=by, on=on)
    ),
    "invoicing.issue": each_row(
        lambda pk, why, by, on: flow.issue_invoice(pk, by=by, on=on),
        many=lambda pks, by, on: flow.issue_invoices(pks, by=by, on=on),
    ),
    "invoicing.send_again": each_row(
        lambda pk, why, by, on: invoicing.resend(pk, reason=why, by=by, on=on)
    ),
    "receivables.match_sure": each_row(
        lambda pk, why, by, on: flow.accept_sure_match(pk, by=by, on=on)
    ),
    "receivables.books_out": export_books,
    receivables.PROOF_JOB: prove_books,
    receivables.BACKTEST_JOB: backtest_matching,
    "receivables.import_file": import_bank_file,
    "core.retry_message": each_row(lambda pk, why, by, on: retry_message(pk, by=by)),
}
