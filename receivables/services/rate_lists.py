"""Take exchange rates in: one by hand, a list (CSV, XLSX), or the European Central Bank's XML.

A rate of a day may be corrected; what was booked with the old one stays as it was. One that is
far from the last known is refused, since it was probably quoted the other way round.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import formats, safe_xml
from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, require_open
from core.sheets import ImportReport, NotWritten, SheetRow, fields_by_name, open_sheet
from core.typed_values import day, local_number
from o2c.errors import BusinessError, InvalidInput
from o2c.money import CURRENCIES
from receivables.models import ExchangeRate

RATES_RIGHT = "receivables.enter_rates"
_FIELDS = {
    "on": "date, day, valid on, time period, Datum, Tag, Kurstag, datum, dag",
    "currency": "currency, currency code, ccy, Währung, WKZ, Währungscode, valuta, valutakod",
    "costs": "costs, price, price in books, in books, Preis, Preisnotierung, kostar, pris",
    "gets": "ECB rate, foreign units, units per books currency, Mengennotierung, EZB-Kurs,"
    " EUR reference rate, ECB, mängdnotering",
    "units": "units, per, Einheiten, je, Anzahl, enheter, antal",
}
_FIELD_OF = fields_by_name(_FIELDS)
_EXAMPLE = "“Date”, “Currency”, “ECB rate” (1.0832 USD for 1 EUR) or “Price” (0.9232 EUR for 1 USD)"
_LEAST, _MOST = Decimal("0.000001"), Decimal(10) ** 9
_FAR = Decimal("1.35")
_NEAR_DAYS = timedelta(days=45)
_FRACTION = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Quote:
    """``currency_amount`` of a currency was worth ``books_amount`` of the books' on a day."""

    row: int
    currency: str
    valid_on: date
    currency_amount: Decimal
    books_amount: Decimal

    @property
    def price(self) -> Decimal:
        """What one unit costs in the books' currency."""
        return self.books_amount / self.currency_amount


@atomic_verb
def enter_rate(  # noqa: PLR0913 - a rate's facts
    company: Company,
    *,
    currency: str,
    valid_on: date,
    currency_amount: Decimal,
    books_amount: Decimal,
    source: str = "",
    by: Actor,
    on: date,
) -> ExchangeRate:
    """Record what a currency was worth on a day; the same again changes nothing.

    Raises ``PermissionMissing``; ``InvalidInput`` for a currency that is none or the books' own, an
    amount out of bounds, a day to come, or a rate far from the last known.
    """
    require(by, RATES_RIGHT, company.pk)
    require_open(company)
    quote = Quote(0, currency.upper(), valid_on, currency_amount, books_amount)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    _check(company, quote, _known(company, [quote]), on)
    report = _take(company, [quote], source=source or by.actor_name, on=on)
    _record(company, report, source or by.actor_name, by=by, on=on)
    return ExchangeRate.objects.get(company=company, currency=quote.currency, valid_on=valid_on)


def import_rates(  # noqa: PLR0913 - what a person chooses
    company: Company,
    content: bytes,
    filename: str,
    *,
    by: Actor,
    on: date,
    skip_bad: bool = False,
    is_trial: bool = False,
) -> ImportReport:
    """Record the rates of a list or of the central bank's file; the same twice changes nothing.

    With a wrong rate nothing is taken, or with ``skip_bad`` the others. Raises ``InvalidInput`` for
    a file that is neither, ``PermissionMissing``.
    """
    require(by, RATES_RIGHT, company.pk)
    require_open(company)
    report = ImportReport()
    try:
        with transaction.atomic():
            Company.objects.select_for_update(no_key=True).get(pk=company.pk)
            quotes = list(_quotes(company, content, filename, report))
            _take(company, quotes, source=filename[:80], on=on, report=report)
            if is_trial or (report.problem_count and not skip_bad):
                raise NotWritten
            _record(company, report, filename, by=by, on=on)
    except NotWritten:
        report.is_written = False
    return report


def _quotes(
    company: Company, content: bytes, filename: str, report: ImportReport
) -> Iterator[Quote]:
    if content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        yield from _of_central_bank(company, safe_xml.parse(content), report)
        return
    sheet = open_sheet(
        content, filename, field_of=_FIELD_OF, needed=("on", "currency"), example=_EXAMPLE
    )
    report.columns, report.ignored = sheet.columns, sheet.ignored
    if not {"costs", "gets"} & sheet.columns.keys():
        raise InvalidInput(
            "rate.columns",
            _("The list does not say which way its rates are quoted. Name the columns %(names)s.")
            % {"names": _EXAMPLE},
        )
    for row in sheet.rows:
        report.row_count += 1
        try:
            yield _of_row(row)
        except BusinessError as error:
            report.refuse(row.number, error.message)


def _of_row(row: SheetRow) -> Quote:
    units = row.text("units")
    many = local_number(units, what=row.where("units")) if units else Decimal(1)
    if row.text("costs"):
        pair = many, local_number(row.text("costs"), what=row.where("costs"))
    else:
        pair = local_number(row.text("gets"), what=row.where("gets")), many
    on = day(row.text("on"), what=row.where("on"))
    return Quote(row.number, row.text("currency").strip().upper(), on, *pair)


def _of_central_bank(company: Company, root: Any, report: ImportReport) -> Iterator[Quote]:
    """Days of ``Cube time=…`` with ``Cube currency=… rate=…``: so much of it for one euro."""
    days = [cube for cube in root.iter("{*}Cube") if cube.get("time")]
    if not days:
        raise InvalidInput(
            "rate.format", _("The XML file holds no exchange rates of the European Central Bank.")
        )
    for cube in days:
        on = day(cube.get("time"), what=_("line %(line)s") % {"line": cube.sourceline})
        euro = {
            one.get("currency", ""): local_number(
                one.get("rate", ""), what=_("line %(line)s") % {"line": one.sourceline}
            )
            for one in cube
        } | {"EUR": Decimal(1)}
        if company.currency not in euro:
            continue
        for currency in sorted(euro.keys() & CURRENCIES - {company.currency}):
            report.row_count += 1
            yield Quote(cube.sourceline, currency, on, euro[currency], euro[company.currency])


def _take(
    company: Company,
    quotes: Sequence[Quote],
    *,
    source: str,
    on: date,
    report: ImportReport | None = None,
) -> ImportReport:
    """Write what is new or corrected of the rates that can be; the others are told."""
    report = report or ImportReport()
    known = _known(company, quotes)
    fresh: dict[tuple[str, date], ExchangeRate] = {}
    for quote in sorted(quotes, key=lambda one: (one.valid_on, one.currency)):
        try:
            _check(company, quote, known, on)
        except InvalidInput as error:
            told = {"row": quote.row, "why": error.message}
            report.refuse(quote.row, _("row %(row)s: %(why)s") % told)
            continue
        key, pair = (quote.currency, quote.valid_on), (quote.currency_amount, quote.books_amount)
        there = known.pairs.get(key)
        known.add(*key, pair)
        if there == pair:
            report.count("known")
            continue
        report.count("new" if there is None else "changed")
        fresh[key] = _row(company, quote, source)
    ExchangeRate.objects.bulk_create(
        fresh.values(),
        update_conflicts=True,
        unique_fields=["company", "currency", "valid_on"],
        update_fields=["currency_amount", "books_amount", "source", "recorded_at"],
        batch_size=2000,
    )
    return report


def _row(company: Company, quote: Quote, source: str) -> ExchangeRate:
    return ExchangeRate(
        company=company,
        currency=quote.currency,
        valid_on=quote.valid_on,
        currency_amount=quote.currency_amount,
        books_amount=quote.books_amount,
        source=source[:80],
    )


@dataclass(slots=True)
class _Known:
    """Rates there are, by currency and day."""

    pairs: dict[tuple[str, date], tuple[Decimal, Decimal]] = field(default_factory=dict)
    days: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))

    def add(self, currency: str, on: date, pair: tuple[Decimal, Decimal]) -> None:
        """Know it, or its correction, from now on."""
        if (currency, on) not in self.pairs:
            insort(self.days[currency], on)
        self.pairs[currency, on] = pair

    def before(self, currency: str, on: date) -> date | None:
        """The last day before that has a rate."""
        days = self.days[currency]
        place = bisect_left(days, on)
        return days[place - 1] if place else None


def _known(company: Company, quotes: Iterable[Quote]) -> _Known:
    known = _Known()
    days = [quote.valid_on for quote in quotes]
    if days:
        rows = ExchangeRate.objects.filter(
            company=company, valid_on__gte=min(days) - _NEAR_DAYS, valid_on__lte=max(days)
        )
        for row in rows.order_by("valid_on"):
            known.add(row.currency, row.valid_on, (row.currency_amount, row.books_amount))
    return known


def _check(company: Company, quote: Quote, known: _Known, today: date) -> None:
    """Raises ``InvalidInput`` naming the value and the remedy."""
    told = {
        "currency": quote.currency[:10],
        "day": formats.day(quote.valid_on),
        "books": company.currency,
    }
    if quote.currency == company.currency or quote.currency not in CURRENCIES:
        raise InvalidInput(
            "rate.currency",
            _("“%(currency)s” is not a currency with a rate in books of %(books)s.") % told,
        )
    if quote.valid_on > today:
        raise InvalidInput(
            "rate.day",
            _("%(day)s is still to come; a rate of it can't be known.") % told,
        )
    for amount in (quote.currency_amount, quote.books_amount):
        if not _LEAST <= amount <= _MOST or amount != amount.quantize(_FRACTION):
            raise InvalidInput(
                "rate.amount",
                _("%(amount)s is no rate; above zero, at most six decimals.")
                % {**told, "amount": amount},
            )
    _check_near(quote, known, told)


def _check_near(quote: Quote, known: _Known, told: dict[str, str]) -> None:
    on = known.before(quote.currency, quote.valid_on)
    if on is None or quote.valid_on - on > _NEAR_DAYS:
        return
    currency_amount, books_amount = known.pairs[quote.currency, on]
    ratio = quote.price / (books_amount / currency_amount)
    if ratio > _FAR or ratio < 1 / _FAR:
        raise InvalidInput(
            "rate.far",
            _(
                "1 %(currency)s for %(price)s %(books)s on %(day)s, but %(last)s on"
                " %(before)s. Was it quoted the other way round? If it is right, enter the days"
                " between first."
            )
            % {
                **told,
                "price": round(quote.price, 6),
                "last": round(books_amount / currency_amount, 6),
                "before": formats.day(on),
            },
        )


def _record(company: Company, report: ImportReport, label: str, *, by: Actor, on: date) -> None:
    new, changed = report.counts.get("new", 0), report.counts.get("changed", 0)
    if new or changed:
        record_event(
            "rates.recorded", company, by=by, on=on, label=label[:80], new=new, changed=changed
        )
