"""What the demo companies sell: valves, pipes, pumps and some service; prices in EUR.

A family comes in sizes (``015:24.80`` is DN 15 for 24.80 EUR); what has no family stands alone.
"""

# ruff: noqa: E501 - a table

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from stdnum import ean

SEK_PER_EUR = Decimal("11.40")
SWEDISH_VAT_CLASSES = {"HB-PUM": "reduced2"}
GTIN_PREFIXES = {"DE": "4099123", "SE": "7399123"}


@dataclass(frozen=True, slots=True)
class Good:
    """An article: price in EUR, German VAT class, and the number of its row for the GTIN."""

    number: str
    unit: str
    price: Decimal
    german_name: str
    swedish_name: str
    german_text: str = ""
    swedish_text: str = ""
    kind: str = "goods"
    vat_class: str = "standard"
    row: int = 0

    def gtin(self, country: str) -> str:
        """A made-up GTIN-13 whose check digit holds; services have none."""
        body = f"{GTIN_PREFIXES[country]}{self.row:05d}"
        return body + ean.calc_check_digit(body) if self.kind == "goods" else ""


# code | unit | German | Swedish | German text | Swedish text | sizes
_FAMILIES = """
KH | C62 | Kugelhahn Edelstahl | Kulventil rostfritt | 1.4408, PN 63, Innengewinde, Handhebel abschließbar | 1.4408, PN 63, invändig gänga, låsbar spak | 008:19.60 010:21.40 015:24.80 020:31.50 025:42.90 032:61.20 040:86.00 050:118.00 065:176.00 080:238.00
KM | C62 | Kugelhahn Messing | Kulventil mässing | CW617N, PN 25, Innengewinde, DVGW | CW617N, PN 25, invändig gänga | 010:6.85 015:7.90 020:11.40 025:16.80 032:25.60 040:36.20 050:54.90
KF | C62 | Flanschkugelhahn PN 40 | Flänskulventil PN 40 | 1.4408, zweiteilig, Flansch EN 1092-1 | 1.4408, tvådelad, fläns EN 1092-1 | 015:92.00 020:104.00 025:118.50 032:146.00 040:172.00 050:214.00 065:298.00 080:366.00 100:489.00
AK | C62 | Absperrklappe GGG40 | Vridspjällventil GGG40 | EPDM-Manschette, Zwischenflansch PN 16 | EPDM-manschett, mellanfläns PN 16 | 050:64.20 065:73.80 080:89.40 100:112.75 125:148.90 150:187.30 200:276.00 250:398.00 300:542.00
AG | C62 | Keilschieber GGG50 | Kilslidsventil GGG50 | weichdichtend, EPDM, F4, PN 16 | mjuktätande, EPDM, F4, PN 16 | 050:96.00 065:121.00 080:139.00 100:168.00 125:226.00 150:271.00 200:418.00
RV | C62 | Rückschlagventil | Backventil | Messing, Federbelastet, PN 16 | mässing, fjäderbelastad, PN 16 | 015:21.30 020:27.40 025:38.60 032:48.10 040:58.70 050:71.90
RK | C62 | Rückschlagklappe | Backklaff | Edelstahl 1.4404, Zwischenflansch | rostfritt 1.4404, mellanfläns | 050:84.50 065:97.20 080:118.00 100:149.00 125:192.00 150:246.00
SF | C62 | Schmutzfänger Y-Form | Smutsfilter Y-modell | Rotguss, Sieb 0,5 mm | rödgods, sil 0,5 mm | 015:19.40 020:23.90 025:29.95 032:37.80 040:46.20 050:58.40 065:112.00 080:141.00
MV | C62 | Magnetventil 230 V | Magnetventil 230 V | stromlos geschlossen, NBR | strömlöst stängd, NBR | 010:58.40 015:64.90 020:78.20 025:96.70 032:138.00 040:171.00 050:219.00
RG | C62 | Regelventil PN 16 | Reglerventil PN 16 | Grauguss, Kvs nach Datenblatt | gråjärn, Kvs enligt datablad | 015:214.00 020:236.00 025:261.00 032:318.00 040:374.00 050:452.00 065:618.00
DR | C62 | Druckminderer 1,5–6 bar | Tryckreduceringsventil 1,5–6 bar | Rotguss mit Manometeranschluss | rödgods med manometeruttag | 015:52.30 020:61.80 025:83.40 032:128.00 040:176.00 050:231.00
ST | C62 | Strangregulierventil | Injusteringsventil | mit Messnippeln, Voreinstellung | med mätnipplar, förinställning | 015:34.20 020:39.80 025:48.60 032:64.30 040:81.90 050:112.00
KO | C62 | Gummikompensator | Gummikompensator | EPDM, drehbare Flansche PN 16 | EPDM, vridbara flänsar PN 16 | 032:58.00 040:64.00 050:71.00 065:83.00 080:96.00 100:118.00 125:154.00 150:189.00
FL | C62 | Vorschweißflansch PN 16 | Svetsfläns PN 16 | P250GH, EN 1092-1 Typ 11 | P250GH, EN 1092-1 typ 11 | 015:7.40 020:8.50 025:9.85 032:11.30 040:12.90 050:14.60 065:18.20 080:21.40 100:26.90 125:36.80 150:45.20 200:68.40
BF | C62 | Blindflansch PN 16 | Blindfläns PN 16 | P250GH, EN 1092-1 Typ 05 | P250GH, EN 1092-1 typ 05 | 025:8.90 032:10.40 040:12.10 050:14.20 065:17.90 080:22.60 100:28.40 150:51.20
DI | C62 | Dichtung FA, 2 mm | Packning FA, 2 mm | asbestfrei, bis 250 °C | asbestfri, upp till 250 °C | 015:0.615 020:0.725 025:0.845 032:0.965 040:1.095 050:1.265 065:1.545 080:1.785 100:2.115 125:2.845 150:3.465 200:4.925
BO | C62 | Rohrbogen 90° | Rörböj 90° | 1.4404, geschweißt, Bauart 3 | 1.4404, svetsad, typ 3 | 021:4.35 027:5.10 033:6.20 042:8.40 048:9.75 060:12.80 076:18.60 088:24.30
TS | C62 | T-Stück | T-rör | 1.4404, EN 10253-4 | 1.4404, EN 10253-4 | 021:8.20 027:9.60 033:11.90 042:14.60 048:16.80 060:19.95 076:28.70 088:36.40
RD | C62 | Reduzierung konzentrisch | Kona koncentrisk | 1.4404, EN 10253-4 | 1.4404, EN 10253-4 | 027:6.10 033:6.90 042:8.20 048:9.40 060:11.60 076:15.80 088:19.90
RO | MTR | Edelstahlrohr | Rostfritt rör | 1.4404, geschweißt, Stange 6 m | 1.4404, svetsat, längd 6 m | 021:11.42 027:14.10 033:17.86 042:22.45 048:25.90 060:31.08 076:41.70 088:49.60
SR | MTR | Stahlrohr schwarz | Stålrör svart | P235GH, Stange 6 m | P235GH, längd 6 m | 021:3.85 027:4.90 033:6.35 042:8.10 048:9.40 060:12.90 076:17.20 088:21.60
IS | MTR | Rohrisolierung 30 mm | Rörisolering 30 mm | Mineralwolle, alukaschiert | mineralull, alubelagd | 022:4.20 028:4.60 035:5.10 042:5.70 048:6.30 060:7.40 076:9.20 089:10.80
SC | C62 | Rohrschelle mit Gummieinlage | Rörklammer med gummi | M8/M10, verzinkt | M8/M10, förzinkad | 015:1.12 020:1.24 025:1.38 032:1.62 040:1.84 050:2.25 065:2.98 080:3.64
DM | C62 | Manometer | Manometer | Glyzerin, Klasse 1,0 | glycerin, klass 1,0 | 050:16.40 063:19.80 080:23.10
WZ | C62 | Wärmezähler Ultraschall | Värmemätare ultraljud | MID, M-Bus, Batterie 12 Jahre | MID, M-Bus, batteri 12 år | 015:186.00 020:204.00 025:268.00 032:342.00 040:418.00
DF | C62 | Durchflussmesser induktiv | Flödesmätare induktiv | 4–20 mA, IP 67 | 4–20 mA, IP 67 | 015:684.00 025:742.00 040:826.00 050:894.00 080:1128.00
KP | C62 | Kugelhahn PVC-U | Kulventil PVC-U | Klebemuffe, EPDM, PN 16 | limmuff, EPDM, PN 16 | 015:9.80 020:11.60 025:14.90 032:21.40 040:27.80 050:36.50 065:72.00
PR | MTR | Druckrohr PVC-U PN 16 | Tryckrör PVC-U PN 16 | Stange 5 m | längd 5 m | 020:1.95 025:2.60 032:3.70 040:5.20 050:7.60 063:11.40
PB | C62 | Bogen 90° PVC-U | Böj 90° PVC-U | Klebemuffe, PN 16 | limmuff, PN 16 | 020:1.10 025:1.45 032:2.05 040:3.10 050:4.60 063:7.20
VS | C62 | Verschraubung flachdichtend | Koppling planpackad | Edelstahl 1.4404, IG/AG | rostfritt 1.4404, inv/utv | 015:9.40 020:11.80 025:15.20 032:21.60 040:27.40 050:36.80
NI | C62 | Doppelnippel | Nippel | Edelstahl 1.4404, AG | rostfritt 1.4404, utv | 015:2.85 020:3.40 025:4.60 032:6.20 040:7.80 050:10.90
MF | C62 | Muffe | Muff | Edelstahl 1.4404, IG | rostfritt 1.4404, inv | 015:2.40 020:2.95 025:3.90 032:5.40 040:6.70 050:9.20
WS | C62 | Wellschlauch flexibel | Flexslang | Edelstahl, Länge 500 mm | rostfri, längd 500 mm | 015:24.60 020:28.90 025:36.40 032:48.20 040:59.80
EL | C62 | Schnellentlüfter | Automatavluftare | Messing vernickelt, PN 10 | förnicklad mässing, PN 10 | 010:8.90 015:10.40 020:13.80
FH | C62 | Füll- und Entleerungshahn | Avtappningskran | Messing, Schlauchtülle | mässing, slangnippel | 015:5.90 020:8.40
AB | C62 | Armaturenisolierung | Ventilisolering | abnehmbare Matte, 150 °C | avtagbar matta, 150 °C | 025:34.00 050:46.00 080:62.00 100:78.00
UP | C62 | Umwälzpumpe ECO | Cirkulationspump ECO | EEI ≤ 0,20, 230 V | EEI ≤ 0,20, 230 V | 025:268.00 032:314.00 040:486.00 050:628.00 065:894.00
"""

# number | unit | price | German | Swedish [| kind [| VAT class]]
_SINGLES = """
SV-015 | C62 | 94.00 | Sicherheitsventil 6 bar DN 15 | Säkerhetsventil 6 bar DN 15
SV-020 | C62 | 118.00 | Sicherheitsventil 6 bar DN 20 | Säkerhetsventil 6 bar DN 20
SV-025 | C62 | 156.00 | Sicherheitsventil 10 bar DN 25 | Säkerhetsventil 10 bar DN 25
SV-032 | C62 | 198.00 | Sicherheitsventil 10 bar DN 32 | Säkerhetsventil 10 bar DN 32
SV-040 | C62 | 254.00 | Sicherheitsventil 10 bar DN 40 | Säkerhetsventil 10 bar DN 40
DM-100 | C62 | 27.35 | Manometer 0–10 bar, 100 mm | Manometer 0–10 bar, 100 mm
DM-160 | C62 | 44.10 | Manometer 0–25 bar, 160 mm | Manometer 0–25 bar, 160 mm
TH-063 | C62 | 14.90 | Bimetallthermometer 0–60 °C | Bimetalltermometer 0–60 °C
TH-100 | C62 | 18.70 | Bimetallthermometer 0–120 °C | Bimetalltermometer 0–120 °C
TH-160 | C62 | 26.40 | Bimetallthermometer 0–160 °C | Bimetalltermometer 0–160 °C
TF-PT1 | C62 | 48.60 | Temperaturfühler Pt1000, Tauchhülse | Temperaturgivare Pt1000, dykrör
DG-010 | C62 | 162.00 | Druckmessumformer 0–10 bar | Tryckgivare 0–10 bar
DG-025 | C62 | 168.00 | Druckmessumformer 0–25 bar | Tryckgivare 0–25 bar
NS-001 | C62 | 74.50 | Niveauschalter mit Schwimmer | Nivåvakt med flottör
PU-010 | C62 | 1240.00 | Kreiselpumpe EL 10 | Centrifugalpump EL 10
PU-020 | C62 | 1985.00 | Kreiselpumpe EL 20 | Centrifugalpump EL 20
PU-032 | C62 | 2640.00 | Kreiselpumpe EL 32 | Centrifugalpump EL 32
PU-045 | C62 | 3480.00 | Kreiselpumpe EL 45 | Centrifugalpump EL 45
PU-064 | C62 | 4720.00 | Kreiselpumpe EL 64 | Centrifugalpump EL 64
FU-022 | C62 | 486.00 | Frequenzumrichter 2,2 kW | Frekvensomriktare 2,2 kW
FU-040 | C62 | 642.00 | Frequenzumrichter 4,0 kW | Frekvensomriktare 4,0 kW
FU-075 | C62 | 978.00 | Frequenzumrichter 7,5 kW | Frekvensomriktare 7,5 kW
AN-EL1 | C62 | 412.00 | Elektrischer Stellantrieb 230 V | Elektriskt ställdon 230 V
AN-EL2 | C62 | 438.00 | Elektrischer Stellantrieb 24 V | Elektriskt ställdon 24 V
AN-PN1 | C62 | 268.00 | Pneumatischer Stellantrieb | Pneumatiskt ställdon
AN-PN2 | C62 | 342.00 | Pneumatischer Stellantrieb, federschließend | Pneumatiskt ställdon, fjäderstängande
AN-END | C62 | 86.00 | Endlagenschalterbox IP 67 | Lägesindikeringsbox IP 67
DS-001 | SET | 12.40 | Dichtsatz für Kugelhahn DN 15–25 | Tätningssats kulventil DN 15–25
DS-002 | SET | 19.80 | Dichtsatz für Kugelhahn DN 32–50 | Tätningssats kulventil DN 32–50
DS-003 | SET | 34.50 | Dichtsatz für Flanschkugelhahn DN 65–100 | Tätningssats flänskulventil DN 65–100
DS-PU1 | SET | 128.00 | Gleitringdichtung für Kreiselpumpe EL 10–20 | Axeltätning för centrifugalpump EL 10–20
DS-PU2 | SET | 186.00 | Gleitringdichtung für Kreiselpumpe EL 32–64 | Axeltätning för centrifugalpump EL 32–64
LA-PU1 | SET | 94.00 | Lagersatz Kreiselpumpe | Lagersats centrifugalpump
SH-M12 | XBX | 21.60 | Sechskantschrauben M12 × 60 A2, 50 Stück | Sexkantskruvar M12 × 60 A2, 50 st
SH-M16 | XBX | 32.80 | Sechskantschrauben M16 × 70 A2, 50 Stück | Sexkantskruvar M16 × 70 A2, 50 st
SH-M20 | XBX | 48.90 | Sechskantschrauben M20 × 80 A2, 25 Stück | Sexkantskruvar M20 × 80 A2, 25 st
MU-M16 | XBX | 14.20 | Muttern M16 A2, 100 Stück | Muttrar M16 A2, 100 st
DB-PTF | C62 | 2.95 | PTFE-Dichtband 12 mm × 12 m | PTFE-tejp 12 mm × 12 m
FD-250 | C62 | 8.40 | Flüssigdichtung 250 ml | Flytande tätning 250 ml
SM-400 | C62 | 11.90 | Armaturenfett, Kartusche 400 g | Ventilfett, patron 400 g
HB-PUM | C62 | 39.00 | Handbuch Pumpen (Buch) | Handbok pumpar (bok) | goods | reduced
MO-STD | HUR | 86.00 | Montage, Stunde | Montage, timme | service
WA-STD | HUR | 79.00 | Wartung, Stunde | Service, timme | service
IN-BET | LS | 640.00 | Inbetriebnahme Pumpenanlage | Driftsättning pumpanläggning | service
KA-ZER | C62 | 145.00 | Kalibrierung mit Zertifikat | Kalibrering med certifikat | service
SU-TAG | DAY | 890.00 | Schulung im Haus, Tag | Utbildning på plats, dag | service
EX-ZUS | C62 | 35.00 | Expresszuschlag | Expresstillägg | service
FR-PAU | C62 | 18.50 | Frachtpauschale | Fraktavgift | service
"""


def _rows(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


def _of_families() -> Iterator[Good]:
    for code, unit, german, swedish, german_text, swedish_text, sizes in _rows(_FAMILIES):
        for size in sizes.split():
            nominal, price = size.split(":")
            label = (
                f"Ø {int(nominal)} mm" if unit == "MTR" or code in "BO TS RD DM PR PB IS" else ""
            )
            label = label or f"DN {int(nominal)}"
            names = f"{german} {label}", f"{swedish} {label}"
            texts = german_text, swedish_text
            yield Good(f"{code}-{nominal}", unit, Decimal(price), *names, *texts)


def _alone() -> Iterator[Good]:
    for number, unit, price, german, swedish, *rest in _rows(_SINGLES):
        kind, vat_class = [*rest, *("goods", "standard")[len(rest) :]]
        yield Good(number, unit, Decimal(price), german, swedish, kind=kind, vat_class=vat_class)


def _numbered(goods: Iterator[Good]) -> Iterator[Good]:
    for row, good in enumerate(goods, start=1):
        yield replace(good, row=row)


GOODS = [*_numbered(good for part in (_of_families(), _alone()) for good in part)]

# What the small demo sells: each family's most wanted sizes, and the rest.
_SMALL_FAMILIES = ("KH", "AK", "RV", "SF", "FL", "DI", "BO", "TS", "RO")
SMALL_GOODS = [
    good for good in GOODS if not good.german_text or good.number.split("-")[0] in _SMALL_FAMILIES
]
