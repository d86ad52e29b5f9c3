"""Whom the demo companies deal with: the two companies, and customers with their temperaments.

All names are made up. Ids pass their checksums so that the checks of the real services hold.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from o2c.demo.firms import GERMAN, SWEDISH

COMPANIES: list[dict[str, Any]] = [
    {
        "code": "nordwerk",
        "name": "Nordwerk Armaturen GmbH",
        "country": "DE",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "language": "de",
        "vat_id": "DE136695976",
        "tax_number": "22/815/08154",
        "registration_number": "HRB 48151",
        "register_court": "Amtsgericht Hamburg",
        "management": "Dr. Jutta Brinkmann, Henrik Sörensen",
        "street": "Billstraße 87",
        "postcode": "20539",
        "city": "Hamburg",
        "contact_name": "Katrin Albers",
        "contact_phone": "+49 40 555 01 20",
        "contact_email": "rechnung@nordwerk.example",
        "bank_name": "Hanseatische Handelsbank",
        "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX",
        "creditor_identifier": "DE98ZZZ09999999999",
    },
    {
        "code": "nordverk",
        "name": "Nordverk Flöde AB",
        "country": "SE",
        "currency": "SEK",
        "time_zone": "Europe/Stockholm",
        "language": "sv",
        "vat_id": "SE556012579001",
        "f_tax": "approved",
        "registration_number": "556012-5790",
        "management": "Henrik Sörensen",
        "street": "Hamngatan 12",
        "postcode": "411 14",
        "city": "Göteborg",
        "contact_name": "Sara Lindqvist",
        "contact_phone": "+46 31 555 02 40",
        "contact_email": "faktura@nordverk.example",
        "bank_name": "Västkustbanken",
        "iban": "SE4550000000058398257466",
        "bic": "ESSESESS",
        "bankgiro": "5050-1055",
        "rounds_totals": True,
    },
]


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer of the demo: address, how they behave, how much and how often they buy.

    ``orders`` is orders a month in an average month, ``size`` scales the value of a line,
    ``facts`` is what else is known: vat, country, parent, ship (further delivery places), note,
    billing (policy), together (what shares a collective invoice), needs (``po``: order number).
    """

    name: str
    street: str
    postcode: str
    city: str
    temper: str
    orders: float
    size: float
    terms: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """The mail domain: reserved for examples, so nobody ever gets the demo's mails."""
        plain = self.name.casefold()
        for letter, written in _PLAIN:
            plain = plain.replace(letter, written)
        words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _LEGAL_FORMS]
        return "-".join(words[:3]) + ".example"


_PLAIN = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("å", "a"), ("ı", "i"), ("é", "e"))
_LEGAL_FORMS = {"gmbh", "co", "kg", "ag", "ab", "hb", "aoer", "eg", "ggmbh", "ek", "foer", "bv"}
_LEGAL_FORMS |= {"b", "v", "i", "g", "e", "k", "mbh", "und", "och", "og", "oy", "as", "s", "r", "o"}


def _firms(table: str) -> list[Firm]:
    firms = []
    for line in table.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        name, street, postcode, city, temper, orders, size, terms = cells[:8]
        facts = dict(cell.split("=", 1) for cell in cells[8:])
        where = (name, street, postcode, city, temper)
        firms.append(Firm(*where, float(orders), float(size), terms, facts))
    return firms


CUSTOMERS: dict[str, list[Firm]] = {"nordwerk": _firms(GERMAN), "nordverk": _firms(SWEDISH)}
