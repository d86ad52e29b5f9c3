"""What the demo companies sell: valves, pipes, pumps and some service, in EUR."""

from dataclasses import dataclass
from decimal import Decimal

SEK_PER_EUR = Decimal("11.40")
SWEDISH_VAT_CLASSES = {"HB-PUM": "reduced2"}


@dataclass(frozen=True, slots=True)
class Good:
    """A row of the table below: price in EUR, German VAT class."""

    number: str
    unit: str
    price: str
    german_name: str
    swedish_name: str
    kind: str = "goods"
    vat_class: str = "standard"


_TABLE = """
KH-015 | C62 |   24.80 | Kugelhahn Edelstahl DN 15        | Kulventil rostfritt DN 15
KH-020 | C62 |   31.50 | Kugelhahn Edelstahl DN 20        | Kulventil rostfritt DN 20
KH-025 | C62 |   42.90 | Kugelhahn Edelstahl DN 25        | Kulventil rostfritt DN 25
KH-040 | C62 |   86.00 | Kugelhahn Edelstahl DN 40        | Kulventil rostfritt DN 40
KH-050 | C62 |  118.00 | Kugelhahn Edelstahl DN 50        | Kulventil rostfritt DN 50
AK-050 | C62 |   64.20 | Absperrklappe GGG40 DN 50        | Vridspjällventil GGG40 DN 50
AK-080 | C62 |   89.40 | Absperrklappe GGG40 DN 80        | Vridspjällventil GGG40 DN 80
AK-100 | C62 |  112.75 | Absperrklappe GGG40 DN 100       | Vridspjällventil GGG40 DN 100
AK-150 | C62 |  187.30 | Absperrklappe GGG40 DN 150       | Vridspjällventil GGG40 DN 150
RV-025 | C62 |   38.60 | Rückschlagventil DN 25           | Backventil DN 25
RV-050 | C62 |   71.90 | Rückschlagventil DN 50           | Backventil DN 50
SF-025 | C62 |   29.95 | Schmutzfänger Y-Form DN 25       | Smutsfilter Y-modell DN 25
SF-050 | C62 |   58.40 | Schmutzfänger Y-Form DN 50       | Smutsfilter Y-modell DN 50
SV-015 | C62 |   94.00 | Sicherheitsventil 6 bar DN 15    | Säkerhetsventil 6 bar DN 15
SV-025 | C62 |  156.00 | Sicherheitsventil 10 bar DN 25   | Säkerhetsventil 10 bar DN 25
DM-100 | C62 |   27.35 | Manometer 0–10 bar, 100 mm       | Manometer 0–10 bar, 100 mm
DM-160 | C62 |   44.10 | Manometer 0–25 bar, 160 mm       | Manometer 0–25 bar, 160 mm
TH-100 | C62 |   18.70 | Bimetallthermometer 0–120 °C     | Bimetalltermometer 0–120 °C
FL-025 | C62 |    9.85 | Vorschweißflansch PN 16 DN 25    | Svetsfläns PN 16 DN 25
FL-050 | C62 |   14.60 | Vorschweißflansch PN 16 DN 50    | Svetsfläns PN 16 DN 50
FL-100 | C62 |   26.90 | Vorschweißflansch PN 16 DN 100   | Svetsfläns PN 16 DN 100
DI-025 | C62 |   0.845 | Dichtung FA DN 25, 2 mm          | Packning FA DN 25, 2 mm
DI-050 | C62 |   1.265 | Dichtung FA DN 50, 2 mm          | Packning FA DN 50, 2 mm
DI-100 | C62 |   2.115 | Dichtung FA DN 100, 2 mm         | Packning FA DN 100, 2 mm
RO-021 | MTR |   11.42 | Edelstahlrohr 21,3 × 2,0         | Rostfritt rör 21,3 × 2,0
RO-033 | MTR |   17.86 | Edelstahlrohr 33,7 × 2,0         | Rostfritt rör 33,7 × 2,0
RO-060 | MTR |   31.08 | Edelstahlrohr 60,3 × 2,0         | Rostfritt rör 60,3 × 2,0
BO-021 | C62 |    4.35 | Rohrbogen 90° 21,3               | Rörböj 90° 21,3
BO-060 | C62 |   12.80 | Rohrbogen 90° 60,3               | Rörböj 90° 60,3
TS-060 | C62 |   19.95 | T-Stück 60,3                     | T-rör 60,3
PU-010 | C62 | 1240.00 | Kreiselpumpe CR 10               | Centrifugalpump CR 10
PU-020 | C62 | 1985.00 | Kreiselpumpe CR 20               | Centrifugalpump CR 20
AN-EL1 | C62 |  412.00 | Elektrischer Stellantrieb 230 V  | Elektriskt ställdon 230 V
AN-PN1 | C62 |  268.00 | Pneumatischer Stellantrieb       | Pneumatiskt ställdon
DS-001 | SET |   12.40 | Dichtsatz für Kugelhahn DN 15–25 | Tätningssats kulventil DN 15–25
HB-PUM | C62 |   39.00 | Handbuch Pumpen (Buch)           | Handbok pumpar (bok) | goods | reduced
MO-STD | HUR |   86.00 | Montage, Stunde                  | Montage, timme | service
WA-STD | HUR |   79.00 | Wartung, Stunde                  | Service, timme | service
KA-ZER | C62 |  145.00 | Kalibrierung mit Zertifikat      | Kalibrering med certifikat | service
FR-PAU | C62 |   18.50 | Frachtpauschale                  | Fraktavgift | service
"""

GOODS = [Good(*map(str.strip, row.split("|"))) for row in _TABLE.strip().splitlines()]
