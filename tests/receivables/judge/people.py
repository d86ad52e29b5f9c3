"""Debtors of the second made year: names as registers have them, accounts, groups, twins."""

import random
from dataclasses import dataclass, field

from schwifty import IBAN

_TRADES = {
    "DE": ["Sanitärtechnik", "Bau", "Metallbau", "Gartengeräte", "Elektro", "Förderanlagen",
           "Druckerei", "Spedition", "Möbelwerke", "Kältetechnik", "Bürobedarf", "Hydraulik"],
    "SE": ["Bygg", "Måleri", "Åkeri", "Verktyg", "Trä", "Rör", "Förvaltning", "Elteknik"],
    "NL": ["Installatie", "Bouw", "Transport", "Tuincentrum", "Machinefabriek"],
    "PL": ["Budownictwo", "Usługi Transportowe", "Łożyska", "Hurtownia"],
    "FR": ["Menuiserie", "Équipements", "Chauffage", "Négoce"],
}  # fmt: skip
_FAMILIES = {
    "DE": ["Brinkmann", "Löhr", "Jäger", "Wüst", "Groß", "Kämpfer", "Schöneberg", "Haßler", "Ruoff",
           "Tiedemann", "Vogelsang", "Öztürk", "Pfaff", "Quast", "Reißmüller", "Stölzle", "Ullmann",
           "Zängerle", "Dörfler", "Ehrenreich", "Frohwein", "Gärtner", "Hülsmann", "Isenburg"],
    "SE": ["Åkesson", "Nordström", "Sjögren", "Häggblad", "Östlund", "Bergqvist", "Löfgren",
           "Wikander", "Ängsholm", "Tjäder", "Ekenstam", "Forssell", "Grönvall", "Hjertén"],
    "NL": ["van den Berg", "de Graaf", "Hoekstra", "Dijkstra", "van der Meulen", "Brouwer"],
    "PL": ["Łuczak", "Wiśniewski", "Gąsior", "Śliwa", "Dąbrowski"],
    "FR": ["Lefèvre", "Rénier", "Châtelain", "Béranger"],
}  # fmt: skip
_FORMS = {
    "DE": ["GmbH", "GmbH & Co. KG", "KG", "AG", "e.K.", "UG (haftungsbeschränkt)", "OHG"],
    "SE": ["AB", "Aktiebolag", "HB", "KB"],
    "NL": ["B.V.", "V.O.F."],
    "PL": ["Sp. z o.o.", "S.A."],
    "FR": ["SARL", "SAS"],
}
_CITIES = {
    "DE": ["Köln", "Münster", "Fürth", "Gießen", "Bremen", "Görlitz", "Ulm", "Lübeck"],
    "SE": ["Göteborg", "Malmö", "Västerås", "Örebro", "Umeå"],
    "NL": ["Utrecht", "Zwolle", "Breda"],
    "PL": ["Łódź", "Poznań"],
    "FR": ["Besançon", "Nîmes"],
}
_FIRST = {
    "DE": ["Jörg", "Gisela", "Hans-Peter", "Käthe", "Uwe", "Petra", "Björn", "Renate"],
    "SE": ["Åsa", "Göran", "Lars-Erik", "Birgitta", "Sören"],
}
_BANKS = {
    "DE": ["37040044", "50010517", "12030000", "70150000", "20041133", "60050101"],
    "SE": ["500", "600", "800", "300"],
    "NL": ["RABO", "INGB", "ABNA"],
    "PL": ["10901014", "11402004"],
    "FR": ["3000600001", "2004101005"],
}


@dataclass
class Debtor:
    """A customer as the books know them; ``accounts`` are those in the customer list."""

    number: str
    name: str
    country: str
    city: str
    accounts: list[str] = field(default_factory=list)
    parent: str = ""


class People:
    """Makes debtors and accounts from one stream of chance; no account is given twice."""

    def __init__(self, chance: random.Random, home: str) -> None:
        self.chance, self.home = chance, home
        self.debtors: list[Debtor] = []
        self._names: set[str] = set()
        self._ibans: set[str] = set()
        self._next = 10017

    def debtor(self, *, name: str = "", knows_account: bool = True, parent: str = "") -> Debtor:
        """A new one; ``name`` only where the name matters."""
        country = self._country()
        made = Debtor(
            number=str(self._next),
            name=name or self.company_name(country),
            country=country,
            city=self.chance.choice(_CITIES[country]),
            accounts=[self.account(country)] if knows_account else [],
            parent=parent,
        )
        self._next += self.chance.randint(1, 4)
        self.debtors.append(made)
        return made

    def regular(self) -> Debtor:
        """One who bought before and whose account is known, else a new one."""
        known = [one for one in self.debtors if one.accounts and not one.parent]
        if known and self.chance.random() < 0.35:
            return self.chance.choice(known)
        return self.debtor()

    def account(self, country: str = "") -> str:
        """An IBAN with right check digits that nobody had before."""
        country = country or self.home
        while True:
            bank = self.chance.choice(_BANKS[country])
            length = {"DE": 10, "SE": 17, "NL": 10, "PL": 16, "FR": 13}[country]
            bban = bank + "".join(self.chance.choice("0123456789") for _ in range(length))
            iban = f"{country}{_check_digits(country, bban):02d}{bban}"
            if iban not in self._ibans and _has_own_checks(iban):
                self._ibans.add(iban)
                return iban

    def person(self, country: str = "") -> str:
        """A natural person's name."""
        country = country if country in _FIRST else "DE"
        return f"{self.chance.choice(_FIRST[country])} {self.chance.choice(_FAMILIES[country])}"

    def couple(self) -> tuple[str, str, str]:
        """Two people of one family: first, second, family."""
        first, second = self.chance.sample(_FIRST["DE"], 2)
        return first, second, self._fresh(lambda: self.chance.choice(_FAMILIES["DE"]) + "-"
                                          + self.chance.choice(_FAMILIES["DE"]))  # fmt: skip

    def association(self) -> str:
        """A club or an owners' association."""
        city, year = self.chance.choice(_CITIES["DE"]), self.chance.randint(1850, 1999)
        street = self.chance.choice(["Lindenstraße", "Am Bühl", "Schloßallee", "Mühlweg"])
        return self._fresh(
            lambda: self.chance.choice(
                [f"TSV {city} {year} e.V.", f"WEG {street} {self.chance.randint(1, 99)} {city}"]
            )
        )

    def company_name(self, country: str) -> str:
        """Family, trade, form; each once."""
        return self._fresh(lambda: self._company_name(country))

    def _company_name(self, country: str) -> str:
        pick = self.chance.choice
        family, trade, form = (
            pick(_FAMILIES[country]),
            pick(_TRADES[country]),
            pick(_FORMS[country]),
        )
        shape = pick(["{f} {t} {l}", "{f} {t} {l}", "{t} {f} {l}", "{f} & {g} {t} {l}"])
        return shape.format(f=family, t=trade, l=form, g=pick(_FAMILIES[country]))

    def _country(self) -> str:
        others = [one for one in _CITIES if one != self.home]
        return self.home if self.chance.random() < 0.75 else self.chance.choice(others)

    def _fresh(self, make) -> str:
        for _ in range(200):
            name = make()
            if name.casefold() not in self._names:
                break
        else:
            name = f"{make()} {len(self._names)}"
        self._names.add(name.casefold())
        return name


def _check_digits(country: str, bban: str) -> int:
    digits = "".join(str(int(sign, 36)) for sign in bban + country + "00")
    return 98 - int(digits) % 97


def _has_own_checks(iban: str) -> bool:
    """Whether the checks a country puts inside its account numbers hold, too."""
    return IBAN(iban, allow_invalid=True).is_valid
