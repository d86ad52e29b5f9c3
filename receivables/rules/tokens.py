"""References in free text: whole tokens, normalised, never substrings.

A payer writes ``RE-2026-0001``, ``re 2026 0001`` or ``Rechnung: RE2026.0001``; banks cut the text
at fixed widths, in the middle of words too. Both sides, the keys printed on documents and the
text of a payment, are reduced to upper-case letters and digits; a payment's tokens are its
chunks (runs without blanks) and neighbouring chunks joined. ``INV-10421`` never yields
``INV1042``.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum

MIN_LENGTH, MAX_LENGTH = 4, 40
_MAX_CHUNKS = 200
_MAX_JOINED = 4
_NOT_PLAIN = re.compile(r"[^A-Z0-9]+")
_SEPARATORS = re.compile(r"[\s,;:+&|()\[\]{}!?\"'=<>*#]+|(?<=[^\W\d])[./](?=[^\W\d])")
_LABELLED = re.compile(r"[^\W\d]{2,}[.\-_/]*")
_SURE_DIGITS, _SURE_CUT_DIGITS = 9, 7
_CUT = "\n"
_SAYS_INVOICE = re.compile(
    r"(R(E|G|NR|ECHN(UNG)?|ECHNUNGSN(R|UMMER))?|BELEG|FAKT(URA)?|FAKTURAN(R|UMMER)|FACT(UUR|UURNR)?|"
    r"FNR|FV|INV(OICE)?|INVOICENO)+(NR|NO)?"
)
_RETURN = re.compile(
    r"\b(RETOURE?N?|R(UE|Ü|U)CK(GABE|BUCHUNG|(UE|Ü|U)BERWEISUNG|ERSTATTUNG|ZAHLUNG)|ERSTATTUNG|"
    r"REFUND(ED)?|RETURNED|(Å|A)TERBETALNING|TERUG(GAAF|BOEKING|BETALING)|ZWROT|REMBOURSEMENT)\b"
)


class Sureness(IntEnum):
    """How sure it is that a token was meant as a whole reference."""

    DERIVED = 1
    WHOLE = 2


def normalise(text: str) -> str:
    """Upper-case letters and digits only: ``RE-2026/0001`` becomes ``RE20260001``."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).upper()
    return _NOT_PLAIN.sub("", folded)


def says_return(text: str) -> bool:
    """Whether the words speak of money that comes back: a refund, a returned transfer.

    Both readings of a text that the bank cut are taken.
    """
    return bool(_RETURN.search(f"{text}\n{text.replace(_CUT, '')}".upper()))


def tokens(pieces: Iterable[str], *, structured: Iterable[str] = ()) -> dict[str, Sureness]:
    """Every token of a remittance text with how sure it is.

    ``pieces`` is the text as the bank cut it; both readings of a cut (a blank was there, or not)
    are taken. ``structured`` are references from fields of their own. WHOLE: a chunk as written
    (five digits at least if it is all digits, seven if the bank cut it), a word and a number
    joined (``RE 2026 0001``), or nine digits joined. DERIVED: all else of at least four characters
    with a digit, bare four digits too; never enough by itself.
    """
    found: dict[str, Sureness] = {}
    pieces = [piece for piece in pieces if piece]
    for reference in structured:
        _keep(found, normalise(reference), is_joined=False)
    _from_text(found, " ".join(pieces), is_cut_up=False)
    if len(pieces) > 1:
        _from_text(found, "".join(pieces), is_cut_up=True)
    return found


def _from_text(found: dict[str, Sureness], text: str, *, is_cut_up: bool) -> None:
    chunks = [chunk for chunk in _SEPARATORS.split(text) if chunk][:_MAX_CHUNKS]
    plain = [normalise(chunk) for chunk in chunks]
    for start, chunk in enumerate(chunks):
        is_long = plain[start].isdigit() and len(plain[start]) >= _SURE_CUT_DIGITS
        _keep(found, plain[start], is_joined=is_cut_up and not is_long)
        _parts_of(found, chunk)
        joined = plain[start]
        for following in plain[start + 1 : start + _MAX_JOINED]:
            joined += following
            if len(joined) > MAX_LENGTH:
                break
            _keep(found, joined, is_joined=True, is_guess=_has_digit(plain[start]))


def _parts_of(found: dict[str, Sureness], chunk: str) -> None:
    """``A/B`` may be a list; ``Rechnung-Nr-4711`` carries labels before the number."""
    if "/" in chunk:
        for part in chunk.split("/"):
            _keep(found, normalise(part), is_joined=False)
    label = _LABELLED.match(chunk)
    while label:
        is_invoice = _SAYS_INVOICE.fullmatch(normalise(label.group()))
        chunk = chunk[label.end() :]
        _keep(found, normalise(chunk), is_joined=not is_invoice)
        label = _LABELLED.match(chunk)


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _keep(
    found: dict[str, Sureness], token: str, *, is_joined: bool, is_guess: bool = False
) -> None:
    if not MIN_LENGTH <= len(token) <= MAX_LENGTH or not _has_digit(token):
        return
    if token.isdigit():
        is_sure = len(token) >= (_SURE_DIGITS if is_joined else MIN_LENGTH + 1)
    else:
        is_sure = not is_guess
    sureness = Sureness.WHOLE if is_sure else Sureness.DERIVED
    found[token] = max(found.get(token, sureness), sureness)
