"""The forms in which an e-invoice leaves: syntax, specification and process, rule packs."""

from dataclasses import dataclass

EN16931 = "urn:cen.eu:en16931:2017"
BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
PARTIAL_INVOICE = "326"  # UNTDID 1001


@dataclass(frozen=True, slots=True)
class Profile:
    """What one recipient's software expects on top of EN 16931.

    ``specification`` is BT-24, ``process`` BT-23. ``packs`` are the country and network rules that
    hold beside the official ones of EN 16931. ``takes_mail_address``: an e-mail address may stand
    as electronic address (BT-34, BT-49). ``has_one_note``: all notes (BG-1) are made one.
    ``deposit_kind`` is the type (BT-3) under which a deposit goes.
    """

    name: str
    is_ubl: bool
    specification: str
    process: str = ""
    packs: tuple[str, ...] = ()
    takes_mail_address: bool = True
    has_one_note: bool = False
    deposit_kind: str = "386"


XRECHNUNG_ID = f"{EN16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
PEPPOL_ID = f"{EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"

ZUGFERD = Profile("zugferd", is_ubl=False, specification=EN16931)
XRECHNUNG_CII = Profile(
    "xrechnung-cii",
    is_ubl=False,
    specification=XRECHNUNG_ID,
    process=BILLING,
    packs=("xrechnung",),
    deposit_kind=PARTIAL_INVOICE,  # BR-DE-17 does not know 386
)
XRECHNUNG_UBL = Profile(
    "xrechnung-ubl",
    is_ubl=True,
    specification=XRECHNUNG_ID,
    process=BILLING,
    packs=("xrechnung",),
    deposit_kind=PARTIAL_INVOICE,
)
PEPPOL = Profile(
    "peppol",
    is_ubl=True,
    specification=PEPPOL_ID,
    process=BILLING,
    packs=("peppol",),
    takes_mail_address=False,
    has_one_note=True,
)
PROFILES = {
    "zugferd": ZUGFERD,
    "cii": ZUGFERD,
    "xrechnung-cii": XRECHNUNG_CII,
    "xrechnung-ubl": XRECHNUNG_UBL,
    "peppol": PEPPOL,
}
