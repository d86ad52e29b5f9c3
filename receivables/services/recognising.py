"""Which account a statement is of, and which of its entries the books have already.

An entry's ``identity_key`` is ``day:content:number``; the content of a batch's transaction ends
in ``.batch``, so that the batch can be compared as a whole with what another format told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from core import formats
from o2c.errors import InvalidInput
from receivables.bankfiles import Marked, ParsedEntry, ParsedFile, ParsedStatement
from receivables.bankfiles.accounts import is_same_account
from receivables.bankfiles.checks import refuse
from receivables.models import BankAccount, BankEntry, BankStatement
from receivables.rules.identity import Span, Told, Undecided, is_retold, occurrences, placed

_NEAR = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A statement with, for each entry, its occurrence number (None: known) and the balance after.

    A balance is None where the statement's order tells none.
    """

    account: BankAccount
    statement: ParsedStatement
    numbers: list[int | None]
    balances: list[Decimal | None]


def content_of(entry: ParsedEntry) -> str:
    """The middle of an identity key."""
    return f"{entry.content_key}.{entry.batch}" if entry.batch else entry.content_key


def assigned(
    parsed: ParsedFile, accounts: Sequence[BankAccount]
) -> list[tuple[BankAccount, ParsedStatement]]:
    """Each statement with our account; within the file statements of an account must connect."""
    result = []
    for statement in parsed.statements:
        account = next(
            (
                a
                for a in accounts
                if a.currency == statement.currency and is_same_account(a.iban, statement.account)
            ),
            None,
        )
        if account is None:
            raise InvalidInput(
                "bankfile.account",
                _(
                    "Line %(line)d: account %(account)s in %(currency)s is none of this company's "
                    "bank accounts. An administrator adds it in the set-up; or choose the other "
                    "company."
                )
                % {
                    "line": statement.line,
                    "account": statement.account,
                    "currency": statement.currency,
                },
            )
        result.append((account, statement))
    for account in {account.pk: account for account, _statement in result}.values():
        _connect([statement for owner, statement in result if owner.pk == account.pk])
    return result


def _connect(statements: Sequence[ParsedStatement]) -> None:
    """Statements of one account in one file: each opens with what another one closed."""
    by_day = sorted(statements, key=lambda s: (s.closed_on, s.opened_on))
    for ordered in (list(statements), by_day, list(reversed(statements))):
        broken = next(
            (
                later
                for earlier, later in zip(ordered, ordered[1:], strict=False)
                if earlier.closing_amount != later.opening_amount and _face(earlier) != _face(later)
            ),
            None,
        )
        if broken is None:
            return
        first_broken = broken
    raise InvalidInput(
        "bankfile.chain",
        _(
            "Line %(line)d: statement %(number)s of account %(account)s opens with %(opening)s, "
            "which is not the closing balance of the statement before it. A statement is missing."
        )
        % {
            "line": first_broken.line,
            "number": first_broken.number or "?",
            "account": first_broken.account,
            "opening": first_broken.opening_amount,
        },
    )


def _face(statement: ParsedStatement) -> tuple[str, Decimal, Decimal]:
    return statement.number, statement.opening_amount, statement.closing_amount


def recognised(
    statements: Sequence[tuple[BankAccount, ParsedStatement]], *, shape: str
) -> list[Recognised]:
    """Each statement with the occurrence number of every new entry, None where it is known.

    ``shape`` is the format of the file. Raises ``InvalidInput`` when days that another format
    told with the same balances seem to hold entries that it did not tell, and when neither days
    nor balances say whether an entry is known.
    """
    known = {account.pk: _Known(_spans(account, statements)) for account, _statement in statements}
    result = []
    for account, statement in statements:
        span = placed(_span(statement, shape))
        numbers = _numbers(statement, span, known[account.pk].near(span))
        new = tuple(told for told, number in zip(span.told, numbers, strict=True) if number)
        known[account.pk].add(replace(span, told=new, is_whole=all(numbers)))
        balances = [None if t.before is None else t.before + t.amount for t in span.told]
        result.append(Recognised(account, statement, numbers, balances))
    return result


class _Known:
    """What is known of an account, by its days: a year's file has hundreds of statements."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = [(span.first_on, _last_day(span), span) for span in spans]

    def add(self, span: Span) -> None:
        """Know one more."""
        self._spans.append((span.first_on, _last_day(span), span))

    def near(self, span: Span) -> list[Span]:
        """The spans that may tell a day of this one."""
        last = _last_day(span)
        return [
            other
            for first_on, last_on, other in self._spans
            if first_on <= last and last_on >= span.first_on
        ]


def _last_day(span: Span) -> date:
    """The last of its days, even where the bank closed the statement before."""
    return max([span.last_on, *(told.day for told in span.told)])


def _numbers(statement: ParsedStatement, span: Span, known: Sequence[Span]) -> list[int | None]:
    try:
        numbers = occurrences(span, known)
    except Undecided as open_:
        raise _undecided(statement.entries[open_.position]) from open_
    if any(numbers) and is_retold(span, known):
        raise _retold(statement, sum(number is not None for number in numbers))
    return numbers


def _undecided(entry: Marked) -> InvalidInput:
    return refuse(
        "undecided",
        entry.line,
        _(
            "the entry of %(amount)s on %(day)s may be the one that is in the books already or a "
            "second one like it; the balance came back to where it was on that day, so it does "
            "not tell."
        )
        % {"amount": entry.amount, "day": formats.day(entry.booked_on)},
        _(
            "Nothing was booked; import a statement that also holds entries before and after "
            "that day."
        ),
    )


def _span(statement: ParsedStatement, shape: str) -> Span:
    return Span(
        number=statement.number,
        first_on=min((entry.booked_on for entry in statement.entries), default=statement.opened_on),
        last_on=statement.closed_on,
        opening=statement.opening_amount,
        closing=statement.closing_amount,
        told=tuple(
            Told(
                entry.booked_on,
                entry.content_key,
                entry.amount,
                entry.batch,
                is_named=bool(entry.bank_reference),
            )
            for entry in statement.entries
        ),
        shape=shape,
        has_balances=statement.has_balances,
    )


def _retold(statement: ParsedStatement, count: int) -> InvalidInput:
    return refuse(
        "retold",
        statement.line,
        _(
            "statement %(number)s of account %(account)s was imported from a file of another "
            "format, with the same balances but without %(count)d entries of this file."
        )
        % {"number": statement.number or "?", "account": statement.account, "count": count},
        _("Nothing was booked; import this account in one format only."),
    )


def _spans(
    account: BankAccount, statements: Sequence[tuple[BankAccount, ParsedStatement]]
) -> list[Span]:
    """Stored statements around the file's dates, with the entries each was first to bring."""
    mine = [statement for owner, statement in statements if owner.pk == account.pk]
    first = min(min((e.booked_on for e in s.entries), default=s.opened_on) for s in mine) - _NEAR
    last = max(max((e.booked_on for e in s.entries), default=s.closed_on) for s in mine) + _NEAR
    near = BankStatement.objects.filter(
        bank_account=account, until_on__gte=first, from_on__lte=last, file__state="booked"
    ).select_related("file")
    stored = {s.pk: s for s in near}
    whole = {s.pk for s in stored.values() if s.file.known_count == 0}
    told = _told_by(account, first, last, list(stored))
    missing = BankStatement.objects.filter(pk__in=told.keys() - stored.keys())
    stored.update({s.pk: s for s in missing.select_related("file")})
    return [
        Span(
            number=s.number,
            first_on=min((t.day for t in told.get(s.pk, ())), default=s.from_on or first),
            last_on=s.until_on or last,
            opening=s.opening_amount or Decimal(0),
            closing=s.closing_amount or Decimal(0),
            told=tuple(told.get(s.pk, ())),
            shape=s.file.format,
            is_whole=s.pk in whole,
        )
        for s in stored.values()
    ]


def _told_by(
    account: BankAccount, first: date, last: date, statement_ids: list[int]
) -> dict[int, list[Told]]:
    """Statement -> its entries: of the days, and all of the statements named."""
    rows = BankEntry.objects.in_books().filter(bank_account=account)
    rows = rows.filter(
        Q(company_id=account.company_id, booking_on__range=(first, last))
        | Q(statement_id__in=statement_ids)
    ).order_by("statement_id", "position", "pk")
    told: dict[int, list[Told]] = {}
    for statement_id, day, identity, amount, balance, reference in rows.values_list(
        "statement_id", "booking_on", "identity_key", "amount", "balance_amount", "bank_reference"
    ):
        entry = _told(day, identity, amount, balance, reference)
        told.setdefault(statement_id, []).append(entry)
    return told


def _told(
    booking_on: date, identity: str, amount: Decimal, balance: Decimal | None, reference: str
) -> Told:
    """A stored entry as its statement told it."""
    content, _dot, batch = identity.split(":")[1].partition(".")
    before = None if balance is None else balance - amount
    return Told(booking_on, content, amount, batch, before, is_named=bool(reference))
