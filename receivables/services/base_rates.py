"""Base rates of interest: those the program knows, and those a person enters when published."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from core.actors import require
from core.models import Company, User
from core.services import atomic_verb, record_event
from o2c.errors import Conflict, InvalidInput
from receivables.models import BaseRate
from receivables.rules.interest import LAWS, Law


@atomic_verb
def enter_base_rate(
    company: Company, *, valid_from: date, rate: Decimal, by: User, on: date
) -> BaseRate:
    """Record a base rate published since; the same again changes nothing.

    Raises: PermissionMissing; InvalidInput for a day that begins no half-year or a rate out of
    reason; Conflict when another one is known for that day.
    """
    require(by, "receivables.enter_rates", company.pk)
    if valid_from.day != 1 or valid_from.month not in (1, 7):
        raise InvalidInput(
            "base_rate.day",
            _("A base rate holds from 1 January or 1 July."),
            field="valid_from",
        )
    if not Decimal("-0.05") < rate < Decimal("0.25"):
        raise InvalidInput(
            "base_rate.rate", _("%(rate)s is no base rate.") % {"rate": rate}, field="rate"
        )
    law = LAWS.get(company.country)
    known = dict(rates_of(company, law) if law else ()).get(valid_from)
    if known is not None and known != rate:
        raise Conflict(
            "base_rate.known",
            _("%(rate)s %% is known from %(day)s on.")
            % {"rate": known * 100, "day": formats.day(valid_from)},
        )
    made, is_new = BaseRate.objects.get_or_create(
        company=company,
        valid_from=valid_from,
        defaults={"rate": rate, "entered_by_name": by.actor_name},
    )
    if is_new:
        label = formats.day(valid_from)
        record_event("base_rate.entered", company, by=by, on=on, label=label, rate=rate * 100)
    return made


def base_rates(company: Company) -> list[tuple[date, Decimal]]:
    """The base rates that count for a company, the newest first."""
    law = LAWS.get(company.country)
    return sorted(rates_of(company, law), reverse=True) if law else []


def rates_of(company: Company, law: Law) -> list[tuple[date, Decimal]]:
    """Published ones and those entered since, the oldest first; what is published counts."""
    entered = BaseRate.objects.filter(company=company).values_list("valid_from", "rate")
    return sorted((dict(entered) | dict(law.base_rates)).items())
