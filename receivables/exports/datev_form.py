"""DATEV's EXTF form, version 700: header line, column titles, quoting; bookings and debtors.

After DATEV's description of the "DATEV-Format": header of 31 fields; category 21 "Buchungsstapel"
in version 13 (125 columns), category 16 "Debitoren/Kreditoren" in version 5 (254 columns). Texts
stand in quotes, amounts have a decimal comma and no thousands, lines end with CR LF, the character
set is Windows-1252.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from receivables.exports.facts import Books
from receivables.exports.letters import fitted

CHARSET, END = "cp1252", "\r\n"
BOOKINGS, DEBTORS = (21, "Buchungsstapel", 13), (16, "Debitoren/Kreditoren", 5)
_FORMULA_STARTS = ("=", "+", "-", "@")


def quoted(text: str, length: int | None = None) -> str:
    """A text cell; one that a spreadsheet would run as a formula begins with an apostrophe."""
    plain = fitted(text, CHARSET)
    if plain.startswith(_FORMULA_STARTS):
        plain = f"'{plain}"
    return '"' + plain[:length].replace('"', '""') + '"'


def amount(value: Decimal) -> str:
    """An amount as DATEV writes it: 1234,50."""
    return f"{value:.2f}".replace(".", ",")


def header(books: Books, category: tuple[int, str, int], start: date, end: date) -> str:
    """The first line of a file: whose data it is, of which fiscal year and period."""
    facts = books.datev
    if facts is None:
        raise ValueError("DATEV needs consultant and client number")
    number, title, version = category
    is_bookings = category == BOOKINGS
    year_start = books.year_of(start)[0]
    cells = [
        '"EXTF"', "700", str(number), quoted(title), str(version),
        f"{books.created_at:%Y%m%d%H%M%S}{books.created_at.microsecond // 1000:03d}",
        "", '"OC"', '""', '""', str(facts.consultant_number), str(facts.client_number),
        f"{year_start:%Y%m%d}", str(facts.account_length),
        f"{start:%Y%m%d}" if is_bookings else "", f"{end:%Y%m%d}" if is_bookings else "",
        quoted(f"o2c {start:%m/%Y}-{end:%m/%Y}" if is_bookings else "o2c Debitoren", 30), '""',
        "1" if is_bookings else "", "0" if is_bookings else "", "1" if is_bookings else "",
        quoted(books.company.currency), "", '""', "", "", quoted(facts.chart), "", "", '""', '""',
    ]  # fmt: skip
    return ";".join(cells) + END


def titles(columns: tuple[str, ...]) -> str:
    """The second line of a file."""
    return ";".join(columns) + END


def row(columns: int, cells: Mapping[int, str]) -> str:
    """A line with so many columns; ``cells`` by the column's number, counted from 1 as DATEV's
    description does."""
    return ";".join(cells.get(number, "") for number in range(1, columns + 1)) + END


def _numbered(*names: str, upto: int, first: int = 1) -> Iterator[str]:
    for number in range(first, upto + 1):
        yield from (name.format(number) for name in names)


BOOKING_COLUMNS: tuple[str, ...] = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz",
    "WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum",
    "Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext", "Postensperre", "Diverse Adressnummer",
    "Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink",
    *_numbered("Beleginfo - Art {}", "Beleginfo - Inhalt {}", upto=8),
    "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge",
    "EU-Land u. UStID (Bestimmung)", "EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart",
    "Sachverhalt L+L", "Funktionsergänzung L+L", "BU 49 Hauptfunktionstyp",
    "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung",
    *_numbered("Zusatzinformation - Art {}", "Zusatzinformation- Inhalt {}", upto=20),
    "Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr",
    "Zugeordnete Fälligkeit", "Skontotyp", "Auftragsnummer", "Buchungstyp",
    "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)", "Sachverhalt L+L (Anzahlungen)",
    "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz", "Buchungs GUID",
    "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername",
    "Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer", "Postensperre bis",
    "Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung", "Festschreibung",
    "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit", "Generalumkehr (GU)",
    "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position",
    "EU-Land u. UStID (Ursprung)", "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
)  # fmt: skip

_BANK = (
    "Bankleitzahl {}", "Bankbezeichnung {}", "Bank-Kontonummer {}", "Länderkennzeichen {}",
    "IBAN-Nr. {}", "Leerfeld", "SWIFT-Code {}", "Abw. Kontoinhaber {}",
    "Kennz. Hauptbankverb. {}", "Bankverb {} Gültig von", "Bankverb {} Gültig bis",
)  # fmt: skip
DEBTOR_COLUMNS: tuple[str, ...] = (
    "Konto", "Name (Adressattyp Unternehmen)", "Unternehmensgegenstand",
    "Name (Adressattyp natürl. Person)", "Vorname (Adressattyp natürl. Person)",
    "Name (Adressattyp keine Angabe)", "Adressattyp", "Kurzbezeichnung", "EU-Land", "EU-UStID",
    "Anrede", "Titel/Akad. Grad", "Adelstitel", "Namensvorsatz", "Adressart", "Straße",
    "Postfach", "Postleitzahl", "Ort", "Land", "Versandzusatz", "Adresszusatz",
    "Abweichende Anrede", "Abw. Zustellbezeichnung 1", "Abw. Zustellbezeichnung 2",
    "Kennz. Korrespondenzadresse", "Adresse Gültig von", "Adresse Gültig bis", "Telefon",
    "Bemerkung (Telefon)", "Telefon GL", "Bemerkung (Telefon GL)", "E-Mail",
    "Bemerkung (E-Mail)", "Internet", "Bemerkung (Internet)", "Fax", "Bemerkung (Fax)",
    "Sonstige", "Bemerkung (Sonstige)", *_numbered(*_BANK, upto=5), "Leerfeld", "Briefanrede",
    "Grußformel", "Kundennummer", "Steuernummer", "Sprache", "Ansprechpartner", "Vertreter",
    "Sachbearbeiter", "Diverse-Konto", "Ausgabeziel", "Währungssteuerung",
    "Kreditlimit (Debitor)", "Zahlungsbedingung", "Fälligkeit in Tagen (Debitor)",
    "Skonto in Prozent (Debitor)", "Kreditoren-Ziel 1 Tg.", "Kreditoren-Skonto 1 %",
    "Kreditoren-Ziel 2 Tg.", "Kreditoren-Skonto 2 %", "Kreditoren-Ziel 3 Brutto Tg.",
    "Kreditoren-Ziel 4 Tg.", "Kreditoren-Skonto 4 %", "Kreditoren-Ziel 5 Tg.",
    "Kreditoren-Skonto 5 %", "Mahnung", "Kontoauszug", "Mahntext 1", "Mahntext 2", "Mahntext 3",
    "Kontoauszugstext", "Mahnlimit Betrag", "Mahnlimit %", "Zinsberechnung", "Mahnzinssatz 1",
    "Mahnzinssatz 2", "Mahnzinssatz 3", "Lastschrift", "Verfahren", "Mandantenbank",
    "Zahlungsträger", *_numbered("Indiv. Feld {}", upto=15),
    "Abweichende Anrede (Rechnungsadresse)", "Adressart (Rechnungsadresse)",
    "Straße (Rechnungsadresse)", "Postfach (Rechnungsadresse)",
    "Postleitzahl (Rechnungsadresse)", "Ort (Rechnungsadresse)", "Land (Rechnungsadresse)",
    "Versandzusatz (Rechnungsadresse)", "Adresszusatz (Rechnungsadresse)",
    "Abw. Zustellbezeichnung 1 (Rechnungsadresse)",
    "Abw. Zustellbezeichnung 2 (Rechnungsadresse)", "Adresse Gültig von (Rechnungsadresse)",
    "Adresse Gültig bis (Rechnungsadresse)", *_numbered(*_BANK, first=6, upto=10),
    "Nummer Fremdsystem", "Insolvent", *_numbered("SEPA-Mandatsreferenz {}", upto=10),
    "Verknüpftes OPOS-Konto", "Mahnsperre bis", "Lastschriftsperre bis", "Zahlungssperre bis",
    "Gebührenberechnung", "Mahngebühr 1", "Mahngebühr 2", "Mahngebühr 3", "Pauschalenberechnung",
    "Verzugspauschale 1", "Verzugspauschale 2", "Verzugspauschale 3", "Alternativer Suchname",
    "Status", "Anschrift manuell geändert (Korrespondenzadresse)",
    "Anschrift individuell (Korrespondenzadresse)",
    "Anschrift manuell geändert (Rechnungsadresse)",
    "Anschrift individuell (Rechnungsadresse)", "Fristberechnung bei Debitor", "Mahnfrist 1",
    "Mahnfrist 2", "Mahnfrist 3", "Letzte Frist",
)  # fmt: skip
