"""Ask the central bank for its rates: one file for all companies, each takes what it needs."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from core import outgoing
from core.actors import Actor
from core.models import Company
from o2c.errors import BusinessError, Conflict
from receivables.services.rate_lists import import_rates

SOURCE = "eurofxref.xml"
_SECONDS = 30.0
log = logging.getLogger(__name__)


def fetch_rates(companies: Iterable[Company], *, by: Actor) -> int:
    """Fetch the rates of ``O2C_RATES_URL`` into the books of companies; returns how many are new.

    Doubtful rates are left out and told in the log; the same file again changes nothing. Without
    an address nothing happens. Raises ``Conflict`` when the bank can't be reached or answers
    something else.
    """
    if not settings.RATES_URL:
        return 0
    content = _asked(settings.RATES_URL)
    return sum(_taken(company, content, by=by) for company in companies)


def _asked(url: str) -> bytes:
    try:
        answer = outgoing.ask(
            "GET", url, seconds=_SECONDS, is_simulator=settings.RATES_IS_SIMULATOR
        )
    except (outgoing.NotReached, outgoing.AnswerLost) as error:
        raise _unreachable(url, str(error))
    if answer.status != 200:
        raise _unreachable(url, str(answer.status))
    return answer.content


def _unreachable(url: str, why: str) -> Conflict:
    return Conflict(
        "rate.unreachable",
        _("Exchange rates can't be fetched from %(url)s: %(why)s.")
        % {"url": url[:120], "why": why[:120]},
    )


def _taken(company: Company, content: bytes, *, by: Actor) -> int:
    """One company's; what is wrong with its rates keeps no other company from its own."""
    try:
        report = import_rates(company, content, SOURCE, by=by, on=company.today(), skip_bad=True)
    except BusinessError as error:
        log.warning("rates not taken", extra={"company": company.pk, "why": error.message})
        return 0
    for problem in report.problems:
        log.warning("rate left out", extra={"company": company.pk, "why": problem.message})
    return report.counts.get("new", 0)
