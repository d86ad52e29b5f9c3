"""Countries, currencies, languages and time zones to choose from, named for the reader."""

from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext

from core.formats import reader_locale
from o2c.money import CURRENCIES


def country_choices() -> list[tuple[str, str]]:
    """ISO codes with the countries' names in the reader's language, by name."""
    names = reader_locale().territories
    countries = [(c, n) for c, n in names.items() if len(c) == 2 and c.isalpha() and c != "ZZ"]
    return sorted(countries, key=lambda row: row[1])


def currency_choices() -> list[tuple[str, str]]:
    """Currencies o2c books in."""
    return [(code, code) for code in sorted(CURRENCIES)]


def zone_choices() -> list[tuple[str, str]]:
    """Time zones by region and city, as ``Europe/Berlin``."""
    zones = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone.replace("_", " ")) for zone in sorted(zones)]


def language_choices() -> list[tuple[str, str]]:
    """Languages that o2c speaks."""
    return [(code, gettext(str(name))) for code, name in settings.LANGUAGES]


def country_name(code: str) -> str:
    """A country's name in the reader's language; an unknown code as it is."""
    return str(reader_locale().territories.get(code, code))


def language_name(code: str) -> str:
    """A language's name in the reader's language; an unknown code as it is."""
    return dict(language_choices()).get(code, code)
