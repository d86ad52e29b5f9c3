"""What the columns of a bank's CSV hold: fields, and what German and Swedish banks call them."""

import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

FIELDS = {
    "booked_on": _("Booking day"),
    "value_on": _("Value day"),
    "amount": _("Amount"),
    "debit": _("Money out"),
    "credit": _("Money in"),
    "currency": _("Currency"),
    "payer_name": _("Counterparty"),
    "payer_iban": _("IBAN of the counterparty"),
    "text": _("Text"),
    "reference": _("Reference"),
    "end_to_end_id": _("End-to-end id"),
    "mandate_id": _("Mandate"),
    "balance": _("Balance"),
    "account": _("Own account"),
    "state": _("State (booked or pending)"),
}
SEVERAL = frozenset({"text"})
"""Fields that may be spread over several columns."""
_WORDS = {
    "booked_on": (
        "buchungstag", "buchungsdatum", "buchung", "bokforingsdag", "bokforingsdatum",
        "reskontradatum", "bookingdate", "booked", "datum", "date",
    ),
    "value_on": (
        "valutadatum", "valuta datum", "wertstellung", "wertstellungsdatum", "wert", "valutadag",
        "valuedate", "transaktionsdatum", "transaktionsdag",
    ),
    "amount": ("betrag", "belopp", "amount", "umsatz", "betrag eur", "belopp sek"),
    "debit": ("soll", "debet", "uttag", "debit"),
    "credit": ("haben", "kredit", "insattning", "credit"),
    "currency": ("wahrung", "waehrung", "valuta", "currency"),
    "payer_name": (
        "beguenstigter zahlungspflichtiger", "begunstigter auftraggeber", "namn", "name",
        "auftraggeber empfanger", "zahlungsbeteiligter", "avsandare", "motpart", "counterparty",
        "name zahlungsbeteiligter", "begunstigter zahlungspflichtiger",
    ),
    "payer_iban": (
        "kontonummer iban", "iban kontonummer", "iban zahlungsbeteiligter", "motkonto", "iban",
    ),
    "text": (
        "verwendungszweck", "text", "text mottagare", "beskrivning", "rubrik", "meddelande",
        "description", "purpose",
    ),
    "reference": ("referens", "reference", "ocr"),
    "end_to_end_id": ("kundenreferenz end to end", "kundenreferenz"),
    "mandate_id": ("mandatsreferenz",),
    "balance": ("saldo", "bokfort saldo", "saldo nach buchung", "kontostand", "balance"),
    "account": ("auftragskonto", "iban auftragskonto", "eigenes konto"),
    "state": ("info", "status"),
}  # fmt: skip
_FIELD_OF = {word.replace(" ", ""): field for field, words in _WORDS.items() for word in words}


def plain(name: str) -> str:
    """A column's name without case, accents and signs."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in decomposed if sign.isalnum())


def guess(header: Sequence[str]) -> list[str]:
    """A field, or nothing, for each column of a header we know the words of.

    Empty when no booking day or no amount is among them.
    """
    found: list[str] = []
    for cell in header:
        field = _FIELD_OF.get(plain(cell), "")
        found.append("" if field in found and field not in SEVERAL else field)
    if "amount" in found:
        found = ["" if field in ("debit", "credit") else field for field in found]
    return found if is_enough(found) else []


def is_enough(fields: Sequence[str]) -> bool:
    """Whether entries can be read: a booking day, and an amount or money in and out."""
    told = set(fields)
    return "booked_on" in told and ("amount" in told or {"debit", "credit"} <= told)
