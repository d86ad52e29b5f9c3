"""Charts of accounts, as data: Germany after SKR03 or SKR04, Sweden after BAS.

A row is (number, name, role, VAT category, VAT rate). Rows with a rate are found by posting rules
through (role, category, rate); an invoice whose combination is missing is refused by name, and an
administrator adds the account. Numbers follow the standard charts; the mapping of zero-rated
sales, BAS 2997 for opening items (BAS knows no account for them), the accounts of exchange
differences, those of a payment provider (the tax code of its fees is the company's to set), those
of cheques and money in transit and the one of payables set off are proposals to be confirmed by the
company's tax adviser.
"""

from decimal import Decimal
from typing import NamedTuple

from receivables.models import Account

R = Account.Role


class ChartRow(NamedTuple):
    """One account of a chart."""

    number: str
    name: str
    role: str
    vat_category: str = ""
    vat_rate: Decimal | None = None


def _taxed(number: str, name: str, role: str, category: str, percent: str) -> ChartRow:
    return ChartRow(number, name, role, category, Decimal(percent) / 100)


CHARTS: dict[str, tuple[ChartRow, ...]] = {
    "SKR03": (
        ChartRow("1400", "Forderungen aus Lieferungen und Leistungen", R.RECEIVABLES),
        ChartRow("1590", "Durchlaufende Posten: ungeklärte Zahlungseingänge", R.CLEARING),
        _taxed("8400", "Erlöse 19 % USt", R.REVENUE, "S", "19"),
        _taxed("8300", "Erlöse 7 % USt", R.REVENUE, "S", "7"),
        _taxed("8290", "Erlöse 0 % USt", R.REVENUE, "Z", "0"),
        _taxed("8100", "Steuerfreie Umsätze § 4 Nr. 8 ff. UStG", R.REVENUE, "E", "0"),
        _taxed("8337", "Erlöse nach § 13b UStG", R.REVENUE, "AE", "0"),
        _taxed("8125", "Steuerfreie innergemeinschaftliche Lieferungen", R.REVENUE, "K", "0"),
        _taxed("8120", "Steuerfreie Ausfuhren § 4 Nr. 1a UStG", R.REVENUE, "G", "0"),
        _taxed("8338", "Nicht steuerbare Umsätze", R.REVENUE, "O", "0"),
        ChartRow("1710", "Erhaltene Anzahlungen", R.ADVANCE),
        _taxed("1718", "Erhaltene, versteuerte Anzahlungen 19 % USt", R.ADVANCE, "S", "19"),
        _taxed("1711", "Erhaltene, versteuerte Anzahlungen 7 % USt", R.ADVANCE, "S", "7"),
        _taxed("1776", "Umsatzsteuer 19 %", R.VAT, "S", "19"),
        _taxed("1771", "Umsatzsteuer 7 %", R.VAT, "S", "7"),
        ChartRow("8730", "Gewährte Skonti", R.DISCOUNT),
        _taxed("8736", "Gewährte Skonti 19 % USt", R.DISCOUNT, "S", "19"),
        _taxed("8731", "Gewährte Skonti 7 % USt", R.DISCOUNT, "S", "7"),
        ChartRow("4970", "Nebenkosten des Geldverkehrs", R.BANK_CHARGES),
        ChartRow("2400", "Forderungsverluste", R.WRITE_OFF),
        ChartRow("2150", "Rundungsdifferenzen", R.ROUNDING),
        ChartRow("9008", "Saldenvorträge Debitoren", R.OPENING),
        ChartRow("2661", "Kursgewinne (realisiert)", R.EXCHANGE_GAIN),
        ChartRow("2151", "Kursverluste (realisiert)", R.EXCHANGE_LOSS),
        ChartRow("1498", "Währungsbewertung Forderungen", R.VALUATION),
        ChartRow("2660", "Erträge aus der Währungsbewertung", R.VALUATION_GAIN),
        ChartRow("2152", "Aufwendungen aus der Währungsbewertung", R.VALUATION_LOSS),
        ChartRow("0996", "Pauschalwertberichtigung auf Forderungen", R.PROVISION),
        ChartRow(
            "2450",
            "Einstellung in die Pauschalwertberichtigung auf Forderungen",
            R.PROVISION_EXPENSE,
        ),
        ChartRow("1361", "Geldtransit Zahlungsdienstleister", R.PROVIDER),
        ChartRow("4971", "Gebühren des Zahlungsdienstleisters", R.PROVIDER_FEE),
        ChartRow("1000", "Kasse", R.CASH),
        ChartRow("1330", "Schecks", R.CHEQUES),
        ChartRow("1360", "Geldtransit", R.TRANSIT),
        ChartRow("1610", "Verbindlichkeiten aus L. u. L.: aufgerechnet", R.PAYABLES),
        ChartRow("1362", "Geldtransit Rückzahlungen an Kunden", R.REFUNDS),
        ChartRow("2650", "Sonstige Zinsen und ähnliche Erträge", R.INTEREST),
        ChartRow("2742", "Versicherungsentschädigungen und Schadenersatzleistungen", R.DAMAGES),
    ),
    "BAS": (
        ChartRow("1510", "Kundfordringar", R.RECEIVABLES),
        ChartRow("2999", "OBS-konto: oidentifierade inbetalningar", R.CLEARING),
        _taxed("3001", "Försäljning 25 % moms", R.REVENUE, "S", "25"),
        _taxed("3002", "Försäljning 12 % moms", R.REVENUE, "S", "12"),
        _taxed("3003", "Försäljning 6 % moms", R.REVENUE, "S", "6"),
        _taxed("3005", "Försäljning 0 % moms", R.REVENUE, "Z", "0"),
        _taxed("3004", "Försäljning momsfri", R.REVENUE, "E", "0"),
        _taxed("3231", "Försäljning omvänd skattskyldighet", R.REVENUE, "AE", "0"),
        _taxed("3108", "Försäljning varor till annat EU-land", R.REVENUE, "K", "0"),
        _taxed("3105", "Försäljning varor export", R.REVENUE, "G", "0"),
        _taxed("3305", "Försäljning tjänster utanför Sverige", R.REVENUE, "O", "0"),
        ChartRow("2420", "Förskott från kunder", R.ADVANCE),
        _taxed("2611", "Utgående moms 25 %", R.VAT, "S", "25"),
        _taxed("2621", "Utgående moms 12 %", R.VAT, "S", "12"),
        _taxed("2631", "Utgående moms 6 %", R.VAT, "S", "6"),
        ChartRow("3730", "Lämnade rabatter", R.DISCOUNT),
        _taxed("3731", "Lämnade kassarabatter 25 %", R.DISCOUNT, "S", "25"),
        _taxed("3732", "Lämnade kassarabatter 12 %", R.DISCOUNT, "S", "12"),
        _taxed("3733", "Lämnade kassarabatter 6 %", R.DISCOUNT, "S", "6"),
        ChartRow("6570", "Bankkostnader", R.BANK_CHARGES),
        ChartRow("6351", "Konstaterade kundförluster", R.WRITE_OFF),
        ChartRow("3740", "Öres- och kronutjämning", R.ROUNDING),
        ChartRow("2997", "OBS-konto: ingående kundfordringar", R.OPENING),
        ChartRow("3960", "Valutakursvinster på rörelsefordringar", R.EXCHANGE_GAIN),
        ChartRow("7960", "Valutakursförluster på rörelsefordringar", R.EXCHANGE_LOSS),
        ChartRow("1518", "Omräkning av kundfordringar i utländsk valuta", R.VALUATION),
        ChartRow("3969", "Orealiserade valutakursvinster", R.VALUATION_GAIN),
        ChartRow("7969", "Orealiserade valutakursförluster", R.VALUATION_LOSS),
        ChartRow("1519", "Nedskrivning av kundfordringar", R.PROVISION),
        ChartRow("6352", "Befarade förluster på kundfordringar", R.PROVISION_EXPENSE),
        ChartRow("1580", "Fordringar för kontokort och kuponger", R.PROVIDER),
        ChartRow("6571", "Avgifter till betalningsleverantör", R.PROVIDER_FEE),
        ChartRow("1910", "Kassa", R.CASH),
        ChartRow("1919", "Checkar", R.CHEQUES),
        ChartRow("1999", "Pengar på väg till banken", R.TRANSIT),
        ChartRow("2441", "Leverantörsskulder, kvittade", R.PAYABLES),
        ChartRow("2499", "Återbetalningar till kunder på väg", R.REFUNDS),
        ChartRow("8313", "Ränteintäkter från kortfristiga fordringar", R.INTEREST),
        ChartRow("3999", "Övriga rörelseintäkter", R.DAMAGES),
    ),
}
_SKR04_NUMBERS = {
    "1400": "1200", "1590": "1370", "8400": "4400", "8300": "4300", "8290": "4290",
    "8100": "4100", "8337": "4337", "8125": "4125", "8120": "4120", "8338": "4338",
    "1710": "3250", "1718": "3272", "1711": "3260", "1776": "3806", "1771": "3801",
    "8730": "4730", "8736": "4736", "8731": "4731", "4970": "6855", "2400": "6930",
    "2150": "6880", "9008": "9008", "2661": "4841", "2151": "6881", "1498": "1298",
    "2660": "4840", "2152": "6882", "0996": "1248", "2450": "6920",
    "1361": "1461", "4971": "6856", "1362": "1462", "2650": "7100", "2742": "4970",
    "1000": "1600", "1330": "1550", "1360": "1460", "1610": "3310",
}  # fmt: skip
"""The account of SKR04 that takes what an account of SKR03 does."""
CHARTS["SKR04"] = tuple(row._replace(number=_SKR04_NUMBERS[row.number]) for row in CHARTS["SKR03"])
BANK_NUMBERS = {"SKR03": 1200, "SKR04": 1800, "BAS": 1930}
USUAL = {"DE": "SKR03", "SE": "BAS"}
PLAIN = "SKR03"


def usual_chart(country: str) -> str:
    """The chart of companies that chose none."""
    return USUAL.get(country, PLAIN)
