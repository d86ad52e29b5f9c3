"""Claim fees and interest. Each claim has an open item and an entry of its own.

Order of locks: the principal, then the claim's item. No VAT: these are damages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.badges import source_word
from core.services import atomic_verb, record_event, require_open, retrying
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import (
    Account,
    Allocation,
    BankEntry,
    Claim,
    ItemReference,
    OpenItem,
)
from receivables.rules.interest import LAWS, Law, Span, interest, known_until, spans
from receivables.rules.tokens import normalise
from receivables.services.base_rates import rates_of
from receivables.services.joining import Joint, join
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posting, post
from receivables.services.rates import Rates
from receivables.services.refund_proposing import account_policy
from receivables.services.settlements import CLOSING_LIMIT

CLAIM = "receivables.claim_interest"
Kind = Claim.Kind
ROLES = {
    Kind.FEE: Account.Role.DAMAGES,
    Kind.FLAT_SUM: Account.Role.DAMAGES,
    Kind.INTEREST: Account.Role.INTEREST,
}
_ITEM_KINDS = {
    Kind.FEE: OpenItem.Kind.FEE,
    Kind.INTEREST: OpenItem.Kind.INTEREST,
    Kind.FLAT_SUM: OpenItem.Kind.FLAT_SUM,
}
DUE_DAYS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class InterestQuote:
    """What may be claimed of an item up to a day: days with rates, their interest, the flat sum.

    ``flat_amount`` is nought where it was claimed before or is in another currency.
    """

    spans: Sequence[Span]
    amount: Decimal
    flat_amount: Decimal
    first: date
    last: date


def interest_quote(item: OpenItem, *, until: date) -> InterestQuote:
    """Work out the statutory interest on an item not claimed yet, up to and with a day.

    Raises: InvalidInput for an item that is no invoice, or a day whose base rate is not known;
    Conflict for a private customer, or a country without a law here.
    """
    company = item.company
    law = _law(item)
    rates = rates_of(company, law)
    if until > (known := known_until(rates)):
        raise InvalidInput(
            "claim.no_rate",
            _("The base rate after %(day)s is not known: enter it, or claim up to that day.")
            % {"day": formats.day(known)},
            field="until",
        )
    claimed = Claim.objects.filter(principal=item, kind=Kind.INTEREST)
    last = claimed.aggregate(day=Max("until_on"))["day"]
    first = max(item.due_on, last or item.due_on) + timedelta(days=1)
    try:
        parts = spans(item.amount, moves_of(item), rates, law.points, first=first, last=until)
    except LookupError as gap:
        raise InvalidInput(
            "claim.too_old",
            _("No base rate is known for %(day)s: enter it.") % {"day": formats.day(gap.args[0])},
        )
    is_flat = item.currency == law.flat_currency and bool(parts)
    had = Claim.objects.filter(principal=item, kind=Kind.FLAT_SUM).exists()
    return InterestQuote(
        parts, interest(parts), law.flat_amount if is_flat and not had else ZERO, first, until
    )


@retrying
@atomic_verb
def claim_interest(
    item_pk: int, *, until: date, with_flat_sum: bool = True, by: Actor, on: date
) -> list[Claim]:
    """Book what ``interest_quote`` tells as claims on the customer; each day is claimed once.

    Raises: PermissionMissing; what ``interest_quote`` does; InvalidInput for a day to come;
    Conflict when nothing is left to claim.
    """
    item = OpenItem.objects.for_update().select_related("company", "customer").get(pk=item_pk)
    require(by, CLAIM, item.company_id)
    require_open(item.company)
    if until > on:
        raise InvalidInput(
            "claim.future", _("Interest is claimed up to today at most."), field="until"
        )
    quote = interest_quote(item, until=until)
    made = []
    if quote.amount > 0:
        claim = Claim(
            kind=Kind.INTEREST,
            from_on=quote.first,
            until_on=until,
            spans=as_rows(quote.spans),
            reckoned_at=timezone.now(),
        )
        made.append(_book(claim, item, quote.amount, by=by, on=on))
    if with_flat_sum and quote.flat_amount:
        made.append(_book(Claim(kind=Kind.FLAT_SUM), item, quote.flat_amount, by=by, on=on))
    if not made:
        raise Conflict(
            "claim.nothing",
            _("Nothing can be claimed of %(item)s: it was not late, or all of it is claimed.")
            % {"item": item.document_number},
        )
    return made


def claim_return_fee(
    back: OpenItem, principal: OpenItem | None, entry: BankEntry, *, by: Actor, on: date
) -> Claim | None:
    """What a bank took beyond a returned payment: our expense, and by policy the customer's debt.

    ``back``: the (locked) item of the returned money, whose rest is the fee. In the books' currency
    and up to a fee's size only: else the rest stays a debit on the customer's account.
    """
    back.refresh_from_db()
    fee, company = back.outstanding_amount, back.company
    if not ZERO < fee <= CLOSING_LIMIT or back.currency != company.currency:
        return None
    accounts = Accounts(company)
    day = max(accounts.open_day(entry.booking_on), back.document_on)
    posted = post(
        company,
        Posting(
            posted_on=day,
            text=_("Bank's fee of the return %(number)s") % {"number": back.document_number},
            source_key=f"return_fee:{back.pk}",
            lines=[
                LineDraft(accounts.of(Account.Role.BANK_CHARGES), fee),
                LineDraft(
                    accounts.of(Account.Role.RECEIVABLES), -fee, customer_id=back.customer_id
                ),
            ],
            items=[draft_of(back, OpenItem.Kind.CHARGE, back.document_number, -fee, day, day)],
            document_number=back.document_number,
        ),
        accounts=accounts,
    )
    join(company, [Joint(back, posted.items[0], fee, day)])
    if not account_policy(company).is_return_fee_passed_on:
        return None
    claim = Claim(kind=Kind.FEE, return_entry=entry)
    return _book(claim, principal or back, fee, by=by, on=on)


def _book(claim: Claim, principal: OpenItem, amount: Decimal, *, by: Actor, on: date) -> Claim:
    """Entry and item of a claim, on the day or the first open one after it; two weeks to pay."""
    company, currency = principal.company, principal.currency
    accounts = Accounts(company)
    day = max(accounts.open_day(on), principal.document_on)
    worth = Rates(company).in_books(amount, currency, day)
    number = f"{_LETTERS[Kind(claim.kind)]}-{principal.pk}-{_turn(claim, principal)}"
    owed = LineDraft(
        accounts.of(Account.Role.RECEIVABLES), worth, customer_id=principal.customer_id,
        currency=currency, currency_amount=amount,
    )  # fmt: skip
    posted = post(
        company,
        Posting(
            posted_on=day,
            text=_("%(kind)s: %(number)s")
            % {"kind": claim.get_kind_display(), "number": principal.document_number},
            source_key=f"claim:{number}",
            lines=[owed, LineDraft(accounts.of(ROLES[Kind(claim.kind)]), -worth)],
            items=[
                draft_of(
                    principal, _ITEM_KINDS[Kind(claim.kind)], number, amount, day,
                    day + DUE_DAYS, worth=worth,
                )
            ],
            document_number=number,
        ),
        accounts=accounts,
    )  # fmt: skip
    claim.company, claim.item, claim.entry = company, posted.items[0], posted.entry
    claim.principal, claim.amount = principal, amount
    claim.claimed_on, claim.claimed_by_name = day, by.actor_name
    claim.save()
    ItemReference.objects.create(item=claim.item, company_id=company.pk, token=normalise(number))
    record("claimed", claim, by=by, on=on)
    return claim


_LETTERS = {Kind.FEE: "F", Kind.INTEREST: "I", Kind.FLAT_SUM: "S"}


def _turn(claim: Claim, principal: OpenItem) -> int:
    """The how manieth of its kind on this principal."""
    return Claim.objects.filter(principal=principal, kind=claim.kind).count() + 1


@retrying
@atomic_verb
def claim_all_interest(
    customer_pk: int, *, until: date, with_flat_sum: bool = True, by: Actor, on: date
) -> list[Claim]:
    """Claim the interest on every invoice of a customer that was, or is, late.

    Raises what ``claim_interest`` does; ``Conflict`` when there is nothing to claim.
    """
    late = OpenItem.objects.filter(
        customer=customer_pk, kind=OpenItem.Kind.INVOICE, amount__gt=0, due_on__lt=until
    ).select_related("company", "customer")
    made: list[Claim] = []
    for item in late.order_by("pk"):
        require(by, CLAIM, item.company_id)
        quote = interest_quote(item, until=until)
        if quote.amount > 0:
            made += claim_interest(item.pk, until=until, with_flat_sum=with_flat_sum, by=by, on=on)
    if not made:
        raise Conflict(
            "claim.nothing_of_customer",
            _("Nothing can be claimed: no invoice was late, or all of it is claimed."),
        )
    return made


def as_rows(parts: Iterable[Span]) -> list[list[str]]:
    """Days of interest as a claim keeps them."""
    return [[str(s.first), str(s.last), str(s.open_amount), str(s.rate)] for s in parts]


def _law(item: OpenItem) -> Law:
    if item.amount <= 0 or item.kind != OpenItem.Kind.INVOICE:
        raise InvalidInput(
            "claim.item", _("Interest is claimed on invoices only, not on other claims.")
        )
    if not item.customer.is_business:
        raise Conflict(
            "claim.private",
            _("%(customer)s is a private person: other rates hold, claim by hand.")
            % {"customer": item.customer},
        )
    law = LAWS.get(item.company.country)
    if law is None:
        raise Conflict(
            "claim.law",
            _("No statutory interest is known for %(country)s.")
            % {"country": item.company.country},
        )
    return law


def moves_of(item: OpenItem) -> Iterable[tuple[date, Decimal]]:
    """What was taken off an item or put back, by day."""
    rows = Allocation.objects.filter(debit_item=item)
    return rows.order_by("effective_on", "pk").values_list("effective_on", "amount")


def draft_of(  # noqa: PLR0913 - an item's facts
    like: OpenItem,
    kind: str,
    number: str,
    amount: Decimal,
    day: date,
    due_on: date,
    *,
    worth: Decimal | None = None,
) -> ItemDraft:
    """A claim\'s item, with the customer and currency of another."""
    return ItemDraft(
        customer_id=like.customer_id,
        kind=kind,
        document_number=number,
        amount=amount,
        document_on=day,
        due_on=due_on,
        currency=like.currency,
        functional_amount=amount if worth is None else worth,
    )


def record(what: str, claim: Claim, *, by: Actor, on: date, amount: Decimal | None = None) -> None:
    """What happened to a claim, as an event."""
    principal = claim.principal
    record_event(
        f"claim.{what}",
        claim,
        by=by,
        on=on,
        label=claim.item.document_number,
        kind=source_word(claim, "kind"),
        source_texts=["kind"],
        document=principal.document_number if principal else "",
        amount=claim.amount if amount is None else amount,
        currency=claim.item.currency,
        reason=claim.reason,
    )
