"""Take in what the bank says about our orders (pain.002): what it rejected is free again at once.

Only what is still at the bank is touched, so that a report told twice, or late, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import Company
from core.services import notify, people_with, record_event
from o2c.errors import InvalidInput
from receivables.bankfiles.pain002 import Rejection, StatusReport
from receivables.models import BankRefund, Debit, DebitRun, OpenItem, RefundRun
from receivables.services.provider_refunding import REFUND
from receivables.services.refund_deciding import turn_back

COLLECT = "receivables.propose_debits"


@dataclass(frozen=True, slots=True)
class Reported:
    """The order a report is about, and how much of it came back now."""

    number: str
    count: int


def take_report(company: Company, report: StatusReport, *, by: Actor, on: date) -> Reported:
    """Free what the bank rejected; the caller's transaction.

    Raises ``InvalidInput`` when the order is none of the company's.
    """
    kind, _dash, digits = report.message.partition("-")
    key = int(digits) if digits.isdecimal() and len(digits) < 19 else 0
    if kind == "PR":
        run = RefundRun.objects.filter(company=company, pk=key).first()
        if run is not None:
            return Reported(run.number, _refunds(run, report.rejections, by=by, on=on))
    if kind == "DD":
        order = DebitRun.objects.filter(company=company, pk=key).first()
        if order is not None:
            return Reported(order.number, _debits(order, report.rejections, by=by, on=on))
    raise InvalidInput(
        "bankfile.report_order",
        _("The order “%(message)s” that this report is about is none of this company's.")
        % {"message": report.message[:40]},
    )


def _reason_for(end_to_end_id: str, batch: str, rejections: Sequence[Rejection]) -> str | None:
    """Why a transaction was rejected; None where it was not."""
    for one in rejections:
        if one.end_to_end_id == end_to_end_id or (
            not one.end_to_end_id and one.batch in ("", batch)
        ):
            return one.reason or "RJCT"
    return None


def _refunds(run: RefundRun, rejections: Sequence[Rejection], *, by: Actor, on: date) -> int:
    rows = run.refunds.filter(state=BankRefund.State.SENT).order_by("item_id")
    count = 0
    for pk, number in [(row.pk, row.end_to_end_id) for row in rows]:
        reason = _reason_for(number, run.number, rejections)
        if reason is None:
            continue
        made = turn_back(pk, reason=reason, by=by, on=on)
        count += 1
        title = _("The bank rejected refund %(number)s: %(reason)s") % {
            "number": made.number,
            "reason": reason,
        }
        url = made.get_absolute_url()
        notify(people_with(REFUND, run.company_id), company_id=run.company_id, title=title, url=url)
    return count


def _debits(run: DebitRun, rejections: Sequence[Rejection], *, by: Actor, on: date) -> int:
    keys = run.debits.filter(state=Debit.State.SENT).order_by("item_id").values("item_id")
    list(OpenItem.objects.filter(pk__in=keys).for_update().values_list("pk"))
    waiting = Debit.objects.for_update().filter(run=run, state=Debit.State.SENT)
    back = []
    for debit in waiting.order_by("pk"):
        batch = f"{run.number}-{debit.sequence}"
        reason = _reason_for(debit.end_to_end_id, batch, rejections)
        if reason is not None:
            debit.state, debit.return_reason = Debit.State.DROPPED, reason[:35]
            back.append(debit)
    Debit.objects.bulk_update(back, ["state", "return_reason"], batch_size=1000)
    if back:
        reasons = ", ".join(sorted({debit.return_reason for debit in back})[:5])
        record_event(
            "debit.rejected", run, by=by, on=on, label=run.number, count=len(back), reason=reasons
        )
        title = _("The bank rejected %(count)d direct debits of %(number)s: %(reason)s") % {
            "count": len(back),
            "number": run.number,
            "reason": reasons,
        }
        people = people_with(COLLECT, run.company_id)
        notify(people, company_id=run.company_id, title=title, url=run.get_absolute_url())
    return len(back)
