"""Month-end valuation: what is open in foreign currency at the rate of the closing day.

One entry per day and currency: the unrealised difference against a valuation account beside the
control account, so that items and control account stay equal, and its opposite on the next day
(IAS 21.23; § 256a HGB for what is due within a year). Bank balances are valued with them
(``revaluing_banks``). What comes into the day later, or is undone, is a further entry over the
difference to what is booked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, require_open
from o2c.errors import InvalidInput
from o2c.money import ZERO
from receivables.models import (
    Account,
    Allocation,
    BankAccount,
    JournalEntry,
    JournalLine,
    OpenItem,
)
from receivables.rules.areas import RECEIVABLES
from receivables.rules.exchange import Rate, unrealised
from receivables.services.periods import post_late
from receivables.services.posting import Accounts, LineDraft, Posting, post_all
from receivables.services.rates import Rates
from receivables.services.revaluing_banks import BankValuation, bank_valuations

_AGAIN = ":again:"


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

    @property
    def name(self) -> str:
        """What people call it."""
        return _("open items in %(currency)s") % {"currency": self.currency}

    def key(self, day: date) -> str:
        """Names its entry of a day."""
        return f"valuation:{day:%Y%m%d}:{self.currency}"

    def lines(self, accounts: Accounts, sign: int) -> list[LineDraft]:
        """The valuation account against an unrealised gain or loss."""
        role = Account.Role.VALUATION_GAIN if self.difference > 0 else Account.Role.VALUATION_LOSS
        return [
            LineDraft(accounts.of(Account.Role.VALUATION), sign * self.difference),
            LineDraft(accounts.of(role), -sign * self.difference),
        ]


def all_valuations(company: Company, *, on: date) -> list[Valuation | BankValuation]:
    """What is open, and what is on bank accounts, in foreign currency at the end of a day.

    Raises ``InvalidInput`` for a currency without a rate on that day.
    """
    return [*valuations(company, on=on), *bank_valuations(company, on=on)]


def due_valuations(
    company: Company, *, on: date, known: Iterable[Valuation | BankValuation] | None = None
) -> list[Valuation | BankValuation]:
    """What a day still wants booked: the valuations of the day, less what is booked of them.

    ``known``: ``all_valuations`` of that day, where they were asked for already. Raises
    ``InvalidInput`` for a currency without a rate on that day.
    """
    found = {
        one.key(on): one for one in (all_valuations(company, on=on) if known is None else known)
    }
    booked = _booked(company, on)
    gone = [key for key in booked if key not in found]
    found |= {one.key(on): one for one in _nothing_left(company, gone, on)}
    rests = [_less(one, booked.get(key, ZERO)) for key, one in found.items()]
    return [one for one in rests if one.difference]


def _less(one: Valuation | BankValuation, booked: Decimal) -> Valuation | BankValuation:
    return replace(
        one,
        functional_amount=one.functional_amount + booked,
        difference=one.difference - booked,
    )


def _booked(company: Company, day: date) -> dict[str, Decimal]:
    """Key of a valuation of the day -> what is booked of it, without what is taken back."""
    lines = JournalLine.objects.filter(
        entry__company=company,
        entry__posted_on=day,
        entry__source_key__startswith=f"valuation:{day:%Y%m%d}:",
    ).exclude(account__role__in=(Account.Role.VALUATION_GAIN, Account.Role.VALUATION_LOSS))
    booked: dict[str, Decimal] = {}
    for key, amount in lines.order_by().values_list("entry__source_key").annotate(Sum("amount")):
        base = key.split(_AGAIN)[0]
        booked[base] = booked.get(base, ZERO) + amount
    return booked


def _nothing_left(
    company: Company, keys: Sequence[str], day: date
) -> Iterator[Valuation | BankValuation]:
    """Valuations that are booked, of which nothing is open or on the account any more."""
    banks = {bank.pk: bank for bank in BankAccount.objects.filter(company=company)} if keys else {}
    rate = Rate(Decimal(1), Decimal(1))
    for key in keys:
        _word, _day, currency, *of_bank = key.split(":")
        if of_bank:
            yield BankValuation(banks[int(of_bank[1])], ZERO, ZERO, rate, ZERO)
        else:
            yield Valuation(currency, 0, ZERO, ZERO, rate, ZERO)


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
    """(currency, open amount, its worth) of foreign items at the end of a day.

    What is open now, and what was allocated since then: the past is not summed.
    """
    items = OpenItem.objects.filter(company=company, document_on__lte=on).exclude(
        currency=company.currency
    )
    since = _allocated_after(company, on)
    touched = items.filter(Q(pk__in=since) | ~Q(outstanding_amount=0))
    rows = touched.values_list(
        "pk", "currency", "outstanding_amount", "outstanding_functional_amount"
    )
    left = []
    for pk, currency, amount, worth in rows:
        amount_since, worth_since = since.get(pk, (ZERO, ZERO))
        left.append((currency, amount + amount_since, worth + worth_since))
    return [one for one in left if one[1]]


def _allocated_after(company: Company, on: date) -> dict[int, tuple[Decimal, Decimal]]:
    """Item id -> what later allocations took off it, amount and worth; foreign items only."""
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for side, sign in (("debit", 1), ("credit", -1)):
        rows = (
            Allocation.objects.filter(company=company, effective_on__gt=on)
            .exclude(**{f"{side}_item__currency": company.currency})
            .order_by()
            .values_list(f"{side}_item")
            .annotate(amount=Sum("amount"), worth=Sum(f"{side}_functional_amount"))
        )
        sums |= {pk: (sign * amount, sign * worth) for pk, amount, worth in rows}
    return sums


@atomic_verb
def revalue(
    company: Company, *, day: date, by: Actor, on: date, late_reason: str = ""
) -> list[JournalEntry]:
    """Book the unrealised differences of a day and take them back on the next; twice is once.

    What changed of the day since it was valued is booked as a further entry. ``late_reason``
    lets it post into a softly closed month.

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
    fresh = due_valuations(company, on=day)
    accounts = Accounts(company)
    entries = _post(company, fresh, day, accounts)
    for one in fresh:
        record_event(
            "receivables.revalued",
            company,
            by=by,
            on=on,
            label=one.bank.name if isinstance(one, BankValuation) else one.currency,
            day=day,
            amount=one.difference,
            currency=company.currency,
        )
    return entries


def _post(
    company: Company,
    found: Sequence[Valuation | BankValuation],
    day: date,
    accounts: Accounts,
) -> list[JournalEntry]:
    """The entries of the day; their opposites stand on the next."""
    known = _count_of(company, day)
    keys = [_next_key(one.key(day), known) for one in found]
    pairs = zip(found, keys, strict=True)
    postings = [_posting(one, key, day, accounts) for one, key in pairs]
    written = post_all(company, postings, accounts=accounts)
    entries = [posted.entry for posted in written]
    triples = zip(found, keys, entries, strict=True)
    back = [_opposite(one, key, day, entry, accounts) for one, key, entry in triples]
    post_all(company, back, accounts=accounts)
    return entries


def _count_of(company: Company, day: date) -> Counter[str]:
    """Key of a valuation of the day -> how many entries it has."""
    entries = JournalEntry.objects.filter(
        company=company, posted_on=day, source_key__startswith=f"valuation:{day:%Y%m%d}:"
    )
    return Counter(key.split(_AGAIN)[0] for key in entries.values_list("source_key", flat=True))


def _next_key(key: str, known: Counter[str]) -> str:
    return f"{key}{_AGAIN}{known[key]}" if known[key] else key


def _posting(one: Valuation | BankValuation, key: str, day: date, accounts: Accounts) -> Posting:
    return Posting(
        posted_on=day,
        text=_("Valuation of %(what)s") % {"what": one.name},
        source_key=key,
        lines=one.lines(accounts, 1),
    )


def _opposite(
    one: Valuation | BankValuation, key: str, day: date, entry: JournalEntry, accounts: Accounts
) -> Posting:
    return Posting(
        posted_on=day + timedelta(days=1),
        text=_("Valuation taken back: %(what)s") % {"what": one.name},
        source_key=f"{key}:back",
        lines=one.lines(accounts, -1),
        reverses_id=entry.pk,
    )
