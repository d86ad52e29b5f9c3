"""Month-end valuation: what is open in foreign currency at the rate of the closing day.

One entry per day and currency: the unrealised difference against a valuation account beside the
control account, so that items and control account stay equal, and its opposite on the next day
(IAS 21.23; § 256a HGB for what is due within a year).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, require_open
from o2c.errors import InvalidInput
from o2c.money import ZERO
from receivables.models import Account, Allocation, JournalEntry, OpenItem
from receivables.rules.areas import RECEIVABLES
from receivables.rules.exchange import Rate, unrealised
from receivables.services.periods import post_late
from receivables.services.posting import Accounts, LineDraft, Posting, post_all
from receivables.services.rates import Rates


@dataclass(frozen=True, slots=True)
class Valuation:
    """What is open in a currency on a day: its amount, its worth in the books and at the rate."""

    currency: str
    count: int
    amount: Decimal
    functional_amount: Decimal
    rate: Rate
    difference: Decimal

    @property
    def value(self) -> Decimal:
        """The worth at the rate of the day."""
        return self.functional_amount + self.difference


def valuations(company: Company, *, on: date) -> list[Valuation]:
    """By currency, what is open at the end of a day; items are valued one by one.

    Raises ``InvalidInput`` for a currency without a rate on that day.
    """
    rates = Rates(company)
    found: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for currency, amount, worth in _open_on(company, on):
        found.setdefault(currency, []).append((amount, worth))
    return [
        _valuation(currency, pairs, rates.rate(currency, on))
        for currency, pairs in sorted(found.items())
    ]


def _valuation(currency: str, pairs: list[tuple[Decimal, Decimal]], rate: Rate) -> Valuation:
    return Valuation(
        currency,
        len(pairs),
        sum((amount for amount, _worth in pairs), ZERO),
        sum((worth for _amount, worth in pairs), ZERO),
        rate,
        sum((unrealised(amount, worth, rate) for amount, worth in pairs), ZERO),
    )


def _open_on(company: Company, on: date) -> list[tuple[str, Decimal, Decimal]]:
    """(currency, open amount, its worth) of foreign items at the end of a day."""
    items = OpenItem.objects.filter(company=company, document_on__lte=on).exclude(
        currency=company.currency
    )
    left = {
        pk: (currency, amount, worth)
        for pk, currency, amount, worth in items.values_list(
            "pk", "currency", "amount", "functional_amount"
        )
    }
    for side, sign in (("debit_item", 1), ("credit_item", -1)):
        worth_of = f"{side.removesuffix('_item')}_functional_amount"
        rows = (
            Allocation.objects.filter(company=company, effective_on__lte=on)
            .exclude(**{f"{side}__currency": company.currency})
            .order_by()
            .values_list(side)
            .annotate(amount=Sum("amount"), worth=Sum(worth_of))
        )
        for pk, amount, worth in rows:
            if pk in left:
                currency, before, worth_before = left[pk]
                left[pk] = (currency, before - sign * amount, worth_before - sign * worth)
    return [one for one in left.values() if one[1]]


@atomic_verb
def revalue(
    company: Company, *, day: date, by: Actor, on: date, late_reason: str = ""
) -> list[JournalEntry]:
    """Book the unrealised differences of a day and take them back on the next; twice is once.

    ``late_reason`` lets it post into a softly closed month.

    Raises: PermissionMissing; InvalidInput for a day to come or one without a rate; Conflict in
    closed books or without the accounts.
    """
    require(by, "receivables.close_period", company.pk)
    require_open(company)
    if day >= on:
        raise InvalidInput(
            "valuation.day",
            _("%(day)s is not over yet; value it from the next day on.")
            % {"day": formats.day(day)},
        )
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    if late_reason:
        post_late(company, area=RECEIVABLES, reason=late_reason, by=by, on=on)
    found = [one for one in valuations(company, on=day) if one.difference]
    keys = [_key(one.currency, day) for one in found]
    accounts = Accounts(company, source_keys=keys)
    fresh = [one for one in found if _key(one.currency, day) not in accounts.known_entries]
    written = post_all(company, [_posting(o, day, accounts) for o in fresh], accounts=accounts)
    post_all(
        company,
        [
            _opposite(one, day, posted.entry, accounts)
            for one, posted in zip(fresh, written, strict=True)
        ],
        accounts=accounts,
    )
    for one in fresh:
        record_event(
            "receivables.revalued",
            company,
            by=by,
            on=on,
            label=one.currency,
            day=day,
            amount=one.difference,
            currency=company.currency,
        )
    return [posted.entry for posted in written]


def _key(currency: str, day: date) -> str:
    return f"valuation:{day:%Y%m%d}:{currency}"


def _lines(one: Valuation, accounts: Accounts, sign: int) -> list[LineDraft]:
    role = Account.Role.VALUATION_GAIN if one.difference > 0 else Account.Role.VALUATION_LOSS
    return [
        LineDraft(accounts.of(Account.Role.VALUATION), sign * one.difference),
        LineDraft(accounts.of(role), -sign * one.difference),
    ]


def _posting(one: Valuation, day: date, accounts: Accounts) -> Posting:
    return Posting(
        posted_on=day,
        text=_("Valuation of open items in %(currency)s") % {"currency": one.currency},
        source_key=_key(one.currency, day),
        lines=_lines(one, accounts, 1),
    )


def _opposite(one: Valuation, day: date, entry: JournalEntry, accounts: Accounts) -> Posting:
    return Posting(
        posted_on=day + timedelta(days=1),
        text=_("Valuation taken back: open items in %(currency)s") % {"currency": one.currency},
        source_key=f"{_key(one.currency, day)}:back",
        lines=_lines(one, accounts, -1),
        reverses_id=entry.pk,
    )
