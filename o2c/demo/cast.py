"""Who and what the demo company deals with: companies, and customers with their temperaments.

All names are made up. Ids pass their checksums so that the checks of the real services hold.
"""

from dataclasses import dataclass
from typing import Any

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
    },
    {
        "code": "nordverk",
        "name": "Nordverk Flöde AB",
        "country": "SE",
        "currency": "SEK",
        "time_zone": "Europe/Stockholm",
        "language": "sv",
        "vat_id": "SE556012579001",
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
    },
]


@dataclass(frozen=True, slots=True)
class Part:
    """A customer of the demo: address, and how they behave."""

    name: str
    street: str
    postcode: str
    city: str
    temper: str
    limit: int
    country: str = ""
    vat_id: str = ""
    terms: str = "N30"
    iban: str = ""


# temper: punctual, early (takes the discount), slow, sloppy (garbled references), short (pays too
# little), disputing, failing (stops paying), growing (orders over the limit), public
CUSTOMERS: dict[str, list[Part]] = {
    "nordwerk": [
        Part("Stadtwerke Elbtal AöR", "Am Wasserwerk 3", "01139", "Dresden", "public", 60000),
        Part(
            "Hafen Kälte & Klima GmbH",
            "Veddeler Damm 14",
            "20457",
            "Hamburg",
            "early",
            30000,
            terms="S14",
        ),
        Part("Brauhaus Weserbräu KG", "Langenstraße 68", "28195", "Bremen", "punctual", 25000),
        Part(
            "Maschinenbau Oberkirch GmbH & Co. KG",
            "Industriestraße 22",
            "77704",
            "Oberkirch",
            "slow",
            45000,
        ),
        Part(
            "Chemiepark Lüneburg Service GmbH",
            "Goseburgstraße 41",
            "21339",
            "Lüneburg",
            "punctual",
            80000,
            terms="S14",
        ),
        Part("Rohrleitungsbau Petersen", "Deichweg 9", "25746", "Heide", "sloppy", 12000),
        Part(
            "Molkerei Allgäuland eG",
            "Milchstraße 1",
            "87435",
            "Kempten",
            "short",
            20000,
            terms="S14",
        ),
        Part(
            "Anlagentechnik Wuppertal AG",
            "Friedrich-Engels-Allee 210",
            "42285",
            "Wuppertal",
            "disputing",
            35000,
        ),
        Part(
            "Schiffswerft Stralsund i. G.", "Werftstraße 5", "18439", "Stralsund", "failing", 15000
        ),
        Part("Haustechnik Yıldız GmbH", "Sonnenallee 112", "12045", "Berlin", "growing", 9000),
        Part(
            "Klinikum Rhein-Neckar gGmbH",
            "Theodor-Kutzer-Ufer 7",
            "68167",
            "Mannheim",
            "punctual",
            40000,
        ),
        Part(
            "Tuinbouw Westland B.V.",
            "Zwethlaan 40",
            "2675 LB",
            "Honselersdijk",
            "early",
            25000,
            "NL",
            "NL004495445B01",
            "S14",
        ),
    ],
    "nordverk": [
        Part("Göteborgs Fjärrvärme AB", "Rantorget 4", "416 64", "Göteborg", "public", 600000),
        Part("Skärgårdens Varv AB", "Varvsgatan 18", "442 67", "Marstrand", "slow", 200000),
        Part("Bryggeri Kärnan AB", "Bruksgatan 23", "252 23", "Helsingborg", "short", 150000),
        Part(
            "Värme & Sanitet i Umeå HB",
            "Västra Norrlandsgatan 10",
            "903 27",
            "Umeå",
            "sloppy",
            90000,
        ),
        Part(
            "Mejeriet Dalsland ek. för.",
            "Mejerivägen 2",
            "662 31",
            "Åmål",
            "early",
            180000,
            terms="S14",
        ),
        Part("Pumpcentralen Örebro AB", "Boställsvägen 7", "702 27", "Örebro", "disputing", 120000),
        Part("Fiskhamnens Kyla AB", "Fiskhamnsgatan 8", "414 58", "Göteborg", "growing", 60000),
        Part("Norrlands Rörteknik AB", "Kolugnsvägen 3", "854 60", "Sundsvall", "failing", 70000),
    ],
}
