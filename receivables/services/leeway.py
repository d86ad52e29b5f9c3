"""What a company lets the matcher do: read by each matching, set by a person from a day on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, require_open
from core.typed_values import local_number
from o2c.errors import InvalidInput
from receivables.models import MatchingSettings
from receivables.rules.leeway import KINDS, USUAL, Leeway
from receivables.services.settlements import CLOSING_LIMIT

LEEWAY_RIGHT = "receivables.set_matching"
ROUNDING_LIMIT = Decimal("1.00")


def leeway_of(company: Company) -> Leeway:
    """What holds today; the usual where nothing was set."""
    kept = settings_of(company)
    return leeway_in(kept) if kept else USUAL


def settings_of(company: Company) -> MatchingSettings | None:
    """The settings in force today."""
    rows = MatchingSettings.objects.filter(company=company, valid_from__lte=company.today())
    return rows.order_by("-valid_from", "-pk").first()


def leeway_in(kept: MatchingSettings) -> Leeway:
    """Settings as the rule reads them."""
    return Leeway(kept.rounding_limit, kept.charges_limit, frozenset(kept.held))


@atomic_verb
def set_leeway(
    company: Company, leeway: Leeway, *, valid_from: date, by: Actor, on: date
) -> MatchingSettings:
    """Let the matcher do this from a day on; payments matched before stay as they are.

    Raises ``InvalidInput`` for limits out of range, a kind nobody knows or a day that is past.
    """
    require(by, LEEWAY_RIGHT, company.pk)
    require_open(company)
    check_leeway(leeway)
    if valid_from < on:
        raise InvalidInput("matching.past", _("Settings hold from today or a later day on."))
    made = MatchingSettings.objects.create(
        company=company,
        valid_from=valid_from,
        rounding_limit=leeway.rounding_limit,
        charges_limit=leeway.charges_limit,
        held=sorted(leeway.held),
        set_by_name=by.actor_name,
    )
    record_event(
        "matching.set",
        made,
        by=by,
        on=on,
        label=str(valid_from),
        rounding=leeway.rounding_limit,
        charges=leeway.charges_limit,
        held=", ".join(sorted(leeway.held)) or "–",
    )
    return made


def check_leeway(leeway: Leeway) -> None:
    """Raises ``InvalidInput`` for limits out of range and kinds nobody knows."""
    for value, most in (
        (leeway.rounding_limit, ROUNDING_LIMIT),
        (leeway.charges_limit, CLOSING_LIMIT),
    ):
        if not 0 <= value <= most or value != round(value, 2):
            raise InvalidInput(
                "matching.limit",
                _("%(value)s is out of range: 0.00 to %(most)s in whole cents.")
                % {"value": value, "most": most},
            )
    unknown = leeway.held - set(KINDS)
    if unknown:
        raise InvalidInput(
            "matching.kind",
            _("“%(kind)s” is no kind of match. Choose of: %(kinds)s.")
            % {"kind": ", ".join(sorted(unknown)), "kinds": ", ".join(KINDS)},
        )


def changed(leeway: Leeway, pairs: list[str]) -> Leeway:
    """A leeway with values as typed: ``rounding=0.10``, ``charges=5.00``, ``held=sum,part``.

    Raises ``InvalidInput`` for a name or value that does not read.
    """
    for pair in pairs:
        name, _sign, value = pair.partition("=")
        if name == "rounding":
            leeway = replace(leeway, rounding_limit=local_number(value, what=name))
        elif name == "charges":
            leeway = replace(leeway, charges_limit=local_number(value, what=name))
        elif name == "held":
            leeway = replace(leeway, held=frozenset(filter(None, value.split(","))))
        else:
            raise InvalidInput(
                "matching.setting",
                _("“%(name)s” is no setting: rounding, charges, held.") % {"name": name},
            )
    check_leeway(leeway)
    return leeway
