"""Give claims up, or lower them to what the payments known since leave of them.

Order of locks: the principal, then the claim's item, then the claim.
"""

from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, retrying
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import Account, Allocation, BankEntry, Claim, OpenItem
from receivables.rules.interest import LAWS, interest, spans
from receivables.services.base_rates import rates_of
from receivables.services.claiming import ROLES, as_rows, draft_of, moves_of, record
from receivables.services.joining import Joint, Worths, join
from receivables.services.posting import Accounts, LineDraft, Posting, post
from receivables.services.rates import Rates

WAIVE = "receivables.waive_claim"
Kind = Claim.Kind


@retrying
@atomic_verb
def waive_claim(pk: int, *, reason: str, by: User, on: date) -> Claim:
    """Give up what is open of a claim: the opposite is booked. What was paid stays paid.

    Raises: PermissionMissing; InvalidInput without a reason; Conflict when it is waived or paid.
    """
    claim = Claim.objects.select_related("company").get(pk=pk)
    require(by, WAIVE, claim.company_id)
    if not reason.strip():
        raise InvalidInput("claim.reason", _("Say why it is given up."), field="reason")
    item = OpenItem.objects.for_update().select_related("company").get(pk=claim.item_id)
    claim = Claim.objects.for_update().get(pk=pk)
    if claim.state != Claim.State.CLAIMED or not item.outstanding_amount:
        raise Conflict("claim.settled", _("Nothing of this claim is open any more. Look again."))
    _waive(claim, item, reason, on=on)
    claim.waived_by, claim.waived_by_name = by, by.actor_name
    claim.save()
    record("waived", claim, by=by, on=on, amount=claim.waived_amount)
    return claim


def _waive(claim: Claim, item: OpenItem, reason: str, *, on: date) -> None:
    amount = item.outstanding_amount
    text = _("Waived: %(number)s") % {"number": item.document_number}
    day = _take_off(claim, item, amount, text=text, key="waived", on=on)
    claim.to_waived()
    claim.waived_on, claim.waived_amount, claim.reason = day, amount, reason.strip()[:300]


def drop_fee_claim(entry: BankEntry, *, by: Actor, on: date) -> None:
    """A return is undone: its fee is claimed no more. Raises ``Conflict`` when it was paid."""
    claim = Claim.objects.for_update().filter(
        return_entry=entry, kind=Kind.FEE, state=Claim.State.CLAIMED
    ).select_related("item").first()  # fmt: skip
    if claim is None:
        return
    item = OpenItem.objects.for_update().select_related("company").get(pk=claim.item_id)
    if item.outstanding_amount != item.amount:
        raise Conflict(
            "claim.paid",
            _("The fee of this return, %(number)s, was paid: take that payment back first.")
            % {"number": item.document_number},
        )
    _waive(claim, item, _("return undone"), on=on)
    claim.waived_by_name = by.actor_name
    claim.save()
    record("waived", claim, by=by, on=on, amount=claim.waived_amount)


def claims_to_lower(company: Company) -> QuerySet[Claim]:
    """Interest claims whose principal was paid, in what became known since, on a claimed day."""
    since = Allocation.objects.filter(
        debit_item=OuterRef("principal"),
        effective_on__lte=OuterRef("until_on"),
        recorded_at__gt=OuterRef("reckoned_at"),
    )
    claimed = Claim.objects.filter(company=company, kind=Kind.INTEREST, state=Claim.State.CLAIMED)
    return claimed.filter(Exists(since))


@retrying
@atomic_verb
def lower_claim(pk: int, *, by: Actor, on: date) -> Decimal:
    """Take off the interest on days that a payment told later turned out to have covered.

    What is open of the claim goes down; what was paid of it becomes a credit of the customer. A
    claim is never raised. Twice changes nothing. Returns by how much.
    """
    claim = Claim.objects.select_related("company").get(pk=pk)
    items = OpenItem.objects.for_update().select_related("company", "customer")
    principal = items.get(pk=claim.principal_id)
    item = items.get(pk=claim.item_id)
    claim = Claim.objects.for_update().get(pk=pk)
    if claim.state != Claim.State.CLAIMED or not (claim.from_on and claim.until_on):
        return ZERO
    law = LAWS[item.company.country]
    parts = spans(
        principal.amount, moves_of(principal), rates_of(item.company, law), law.points,
        first=claim.from_on, last=claim.until_on,
    )  # fmt: skip
    less = claim.amount - claim.lowered_amount - interest(parts)
    claim.reckoned_at = timezone.now()
    if less > ZERO:
        key = f"lowered:{claim.lowered_amount}"
        text = _("Lowered: %(number)s") % {"number": item.document_number}
        _take_off(claim, item, less, text=text, key=key, on=on)
        claim.lowered_amount += less
        claim.spans = as_rows(parts)
        record("lowered", claim, by=by, on=on, amount=less)
    claim.save()
    return max(less, ZERO)


def _take_off(  # noqa: PLR0913 - what, how much, as what
    claim: Claim, item: OpenItem, amount: Decimal, *, text: str, key: str, on: date
) -> date:
    """Book the opposite of so much of a claim, from the day it returns; the open part is joined.

    What was paid beyond becomes a credit of the customer.
    """
    company, number = item.company, item.document_number
    accounts = Accounts(company)
    day = max(accounts.open_day(on), item.document_on)
    still_open = min(amount, item.outstanding_amount)
    parts = [(item.kind, still_open, Worths(company, [item]).take(item.pk, still_open))]
    if paid := amount - still_open:
        worth = Rates(company).in_books(paid, item.currency, day)
        parts.append((OpenItem.Kind.CREDIT_NOTE, paid, worth))
    parts = [part for part in parts if part[1]]
    owed = [
        LineDraft(
            accounts.of(Account.Role.RECEIVABLES), -worth, customer_id=item.customer_id,
            currency=item.currency, currency_amount=-part,
        )
        for _kind, part, worth in parts
    ]  # fmt: skip
    whole = sum((worth for _kind, _part, worth in parts), ZERO)
    posted = post(
        company,
        Posting(
            posted_on=day,
            text=text,
            source_key=f"claim:{number}:{key}",
            lines=[LineDraft(accounts.of(ROLES[Kind(claim.kind)]), whole), *owed],
            items=[
                draft_of(item, kind, number, -part, day, day, worth=-worth)
                for kind, part, worth in parts
            ],
            document_number=number,
        ),
        accounts=accounts,
    )
    if still_open:
        join(company, [Joint(item, posted.items[0], still_open, day)])
    return day
