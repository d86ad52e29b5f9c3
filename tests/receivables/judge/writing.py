"""Words around a number, as payers of five languages write them, and slips of their keyboards."""

import random

from tests.receivables.judge.books import Item

_WORDS = {
    "DE": ["Rechnung {n} vom {d}", "Rg. {n}", "Re-Nr. {n}", "RNr {n}", "RE.NR {n} KD {k}",
           "Rechnungsnummer {n}", "Ihre Rechnung Nr. {n} v. {d} dankend erhalten", "R.-Nr.: {n}",
           "zu Beleg {n}", "{n}", "Ihr Schreiben v. {d} / {n}", "KdNr {k} ReNr {n}", "Rechn.{n}"],
    "SE": ["Faktura {n}", "fakt nr {n}", "Betalning av faktura {n}, tack", "fakturanr {n} {d}",
           "Fnr {n}", "Avser fakt.nr {n} kundnr {k}", "{n}"],
    "NL": ["Betreft factuur {n}", "factuurnr. {n} d.d. {d}", "fact {n} klantnr {k}", "{n}"],
    "PL": ["zaplata za fakture nr {n}", "FV {n}", "Faktura VAT {n} z dnia {d}"],
    "FR": ["Règlement facture no {n}", "Fact. {n} du {d}", "Virement fact {n}"],
    "EN": ["Payment of inv. {n}", "Invoice {n} dated {d}", "INV NO {n}", "your invoice #{n}"],
}  # fmt: skip


def words(chance: random.Random, item: Item, number: str = "") -> str:
    """A text about the item in its debtor's language, sometimes in English."""
    country = item.debtor.country if chance.random() < 0.9 else "EN"
    shape = chance.choice(_WORDS[country])
    style = chance.choice(["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y"])
    return shape.format(
        n=number or item.number, d=item.issued.strftime(style), k=item.debtor.number
    )


def digits_of(number: str) -> str:
    """Only its digits."""
    return "".join(sign for sign in number if sign.isdigit())


def transposed(chance: random.Random, number: str) -> str:
    """Two neighbouring, different digits changed over, in the last five."""
    places = [
        at for at in range(max(0, len(number) - 6), len(number) - 1)
        if number[at].isdigit() and number[at + 1].isdigit() and number[at] != number[at + 1]
    ]  # fmt: skip
    if not places:
        return mistyped(chance, number)
    at = chance.choice(places)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def mistyped(chance: random.Random, number: str) -> str:
    """One digit replaced by another."""
    at = chance.choice([at for at, sign in enumerate(number) if sign.isdigit()][-5:])
    other = chance.choice([one for one in "0123456789" if one != number[at]])
    return number[:at] + other + number[at + 1 :]


def lacking(chance: random.Random, number: str) -> str:
    """One digit left out."""
    at = chance.choice([at for at, sign in enumerate(number) if sign.isdigit()][-4:])
    return number[:at] + number[at + 1 :]


def doubled(chance: random.Random, number: str) -> str:
    """One digit typed twice."""
    at = chance.choice([at for at, sign in enumerate(number) if sign.isdigit()][-4:])
    return number[: at + 1] + number[at:]


def misread(number: str) -> str:
    """Letters for the digits they look like."""
    return number.replace("0", "O").replace("1", "l")


def plain(name: str, chance: random.Random) -> str:
    """Umlauts as a bank without them writes them."""
    ways = [
        {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa"},
        {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "å": "a"},
        {"ä": "?", "ö": "?", "ü": "?", "ß": "?", "å": "?"},
    ]
    way = chance.choice(ways)
    rest = {"é": "e", "è": "e", "â": "a", "î": "i", "Ł": "L", "ł": "l", "ą": "a", "ó": "o",
            "Ś": "S", "ś": "s", "ź": "z", "ż": "z", "ę": "e"}  # fmt: skip
    full = way | {key.upper(): value.upper() for key, value in way.items() if key != "ß"} | rest
    return "".join(full.get(sign, sign) for sign in name)
