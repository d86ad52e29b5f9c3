"""The verbs of disputes."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.actors import require
from core.badges import source_word
from core.models import Company, User
from core.services import atomic_verb, record_event
from disputes.models import Dispute, DisputeState
from o2c.errors import BusinessError, Conflict
from o2c.money import cents
from receivables.models import OpenItem

ANSWER_DAYS = 10


def disputed_items(company: Company) -> dict[int, Decimal]:
    """Items contested at the moment, and how much of each."""
    rows = Dispute.objects.filter(company=company, state=DisputeState.OPEN).order_by()
    return dict(rows.values_list("item").annotate(Sum("amount")))


@atomic_verb
def open_dispute(
    item_pk: int, *, amount: Decimal, reason: str, note: str = "", by: User, on: date
) -> Dispute:
    """Freeze a contested amount of an item: the rest keeps running, this is not reminded.

    Raises: PermissionMissing; Conflict when a dispute on the item is open; BusinessError for an
    amount that is not between 0.01 and what is open.
    """
    item = OpenItem.objects.for_update().select_related("customer").get(pk=item_pk)
    require(by, "disputes.manage", item.company_id)
    if item.disputes.filter(state=DisputeState.OPEN).exists():
        raise Conflict(
            "dispute.open",
            _("A dispute on %(item)s is open already.") % {"item": item.document_number},
        )
    if not Decimal(0) < amount <= item.outstanding_amount or cents(amount) != amount:
        raise BusinessError(
            "dispute.amount",
            _("%(amount)s can't be disputed: %(open)s %(currency)s are open.")
            % {"amount": amount, "open": item.outstanding_amount, "currency": item.currency},
            field="amount",
        )
    dispute = Dispute.objects.create(
        company_id=item.company_id,
        item=item,
        amount=amount,
        reason=Dispute.Reason(reason),
        note=note,
        owner=by,
        opened_on=on,
        answer_by=on + timedelta(days=ANSWER_DAYS),
    )
    _tell("dispute.opened", dispute, by=by, on=on)
    return dispute


@atomic_verb
def resolve_dispute(pk: int, *, is_accepted: bool, resolution: str, by: User, on: date) -> Dispute:
    """Decide: the customer is right (a credit note follows), or the claim stands and is reminded.

    Raises: PermissionMissing; Conflict when it was decided; BusinessError without a resolution.
    """
    dispute = Dispute.objects.for_update().select_related("item__customer").get(pk=pk)
    require(by, "disputes.manage", dispute.company_id)
    if dispute.state != DisputeState.OPEN:
        raise Conflict("dispute.decided", _("This dispute was decided already."))
    if dispute.is_deduction:
        raise Conflict(
            "dispute.deduction",
            _("A payment opened this case: accept the deduction or charge it back."),
        )
    if not resolution.strip():
        raise BusinessError(
            "dispute.resolution", _("Say how it ends: the customer will ask."), field="resolution"
        )
    dispute.to_accepted() if is_accepted else dispute.to_rejected()
    dispute.resolution, dispute.resolved_on = resolution, on
    dispute.save()
    _tell("dispute.accepted" if is_accepted else "dispute.rejected", dispute, by=by, on=on)
    return dispute


def _tell(name: str, dispute: Dispute, *, by: User, on: date) -> None:
    invoice = dispute.item.invoice
    record_event(
        name,
        dispute,
        by=by,
        on=on,
        correlation=invoice.correlation if invoice else "",
        label=dispute.item.document_number,
        amount=dispute.amount,
        currency=dispute.item.currency,
        reason=source_word(dispute, "reason"),
        source_texts=["reason"],
        resolution=dispute.resolution,
        customer=dispute.item.customer.name,
    )
