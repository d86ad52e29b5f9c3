"""Field ``:86:``, where every bank has its own habits; three families are told apart.

German and Polish banks: three digits, a separator, two-digit subfields (``166?00...?20...``)
with SEPA key words (``EREF+``, ``SVWZ+``) inside ``?20``-``?29`` and ``?60``-``?63``. Some Polish
banks (``~``, ``<``, ``^``) have the payer in ``27`` with the address behind, or an account in
``29``.
SWIFT code words (Dutch, Swedish and large banks): ``/EREF/.../REMI/.../CNTP/iban/bic/name//``.
Everything else is free text, in which only an IBAN with a right check number is looked for (Polish
banks leave the ``PL`` out), and the name that Knab puts at the end.
"""

import re
from dataclasses import dataclass, replace

_WIDTH = 65
_CODED = re.compile(r"(\d{3})?([?~<>^|*&§@])(?=\d{2})", re.ASCII)
_KEYS = (
    "EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|OAMT|COAM|RREF|SQTP|ORCR|ORMR|MDAT|DDAT"
)
_KEY = re.compile(rf"({_KEYS})\+|(MTLG):")
_SURE_KEYS = frozenset({"EREF", "KREF", "MREF", "CRED", "SVWZ"})
_SWIFT_KEYS = (
    "EREF|KREF|PREF|MARF|MREF|CSID|REMI|CNTP|ORDP|BENM|NAME|IBAN|BIC|ADDR|ISDT|TRTP|RTRN|TRCD|"
    "PURP|ULTD|ULTC|ULTB|ID|EXCH|OCMT|CHGS|CHGS1|SVCL|PROC|BUSP|INFO|SCLR|SUM|PAYM|RREF|TR"
)
_AMOUNTS = ("OCMT", "EXCH", "CHGS", "CHGS1")
_SWIFT_KEY = re.compile(rf"/({_SWIFT_KEYS})/")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.ASCII)
_POLISH_NUMBER = re.compile(r"(?<!\d)\d{26}(?!\d)", re.ASCII)
_NAME = re.compile(r"/NAAM: ([^/]+)$")
_REASON = re.compile(
    r"\b(AC0[1-6]|AC1[34]|AG0[12]|AM0[4-9]|BE05|CNOR|DNOR|FF01|MD0[1-7]|MS0[23]|RC01|RR0[1-4]|SL01|TM01|FOCR|DUPL|TECH|FRAD|CUST|NOAS)\b"
)
_UNTOLD = "MS03"
"""ISO 20022's reason where the bank's code says that money came back and nothing says why."""
_RETURN_CODES = frozenset({"108", "109", "159", "179", "181", "182", "183", "184"})
_NOTHING = frozenset({"", "NOTPROVIDED", "NONREF", "NOTAVAILABLE"})
_NAME_WIDTH = 27
_POLISH = frozenset("~<^")
_PURPOSE = frozenset([f"{n}" for n in range(20, 30)] + [f"{n}" for n in range(60, 66)])


@dataclass(frozen=True, slots=True)
class Details:
    """What ``:86:`` tells about an entry; ``pieces`` are the remittance text as it was cut.

    ``amounts``: the amount instructed, its rate and charges, in their SWIFT code words.
    """

    pieces: tuple[str, ...] = ()
    name: str = ""
    iban: str = ""
    references: tuple[str, ...] = ()
    end_to_end_id: str = ""
    mandate_id: str = ""
    return_reason: str = ""
    code: str = ""
    amounts: str = ""


def read(lines: list[str]) -> Details:
    """The facts in the lines of one ``:86:`` field; never fails, the worst case is free text."""
    if not lines:
        return Details()
    joined = _unwrap(lines).lstrip()
    coded = _CODED.match(joined)
    if coded:
        return _coded(joined, coded.group(1) or "", coded.group(2))
    if _SWIFT_KEY.match(joined):
        told = _swift(joined)
        return told if told.pieces or told.references else replace(told, pieces=_pieces(lines))
    return _free(lines)


def _unwrap(lines: list[str]) -> str:
    """Lines wrapped at 65 characters as one; a line one short lost its blank at the end."""
    is_wrapped = any(len(line) == _WIDTH for line in lines[:-1])
    return "".join(
        line + " " if is_wrapped and len(line) == _WIDTH - 1 and position < len(lines) - 1 else line
        for position, line in enumerate(lines)
    )


def _coded(text: str, code: str, separator: str) -> Details:
    found = re.split(rf"{re.escape(separator)}(\d{{2}})", text)
    subfields = list(zip(found[1::2], found[2::2], strict=True))
    told = {tag: value.strip() for tag, value in subfields}
    name = "".join(value for tag, value in subfields if tag in ("32", "33")).strip()
    purpose_tags = _PURPOSE
    if separator in _POLISH:
        name, purpose_tags = _polish(told, dict(subfields).get("33", ""))
    purpose = [value for tag, value in subfields if tag in purpose_tags]
    keyed = _keyed(purpose)
    iban = _compact(told.get("38") or told.get("31", "") or _joined(keyed.get("IBAN")))
    text_pieces = keyed.get("SVWZ") or keyed.get("") or ()
    return Details(
        pieces=tuple(piece for piece in text_pieces if piece.strip()),
        name=(_joined(keyed.get("ABWA")) or name)[:140] if code != "" else name[:140],
        iban=iban if is_iban(iban) else "",
        end_to_end_id=_told(_joined(keyed.get("EREF"))),
        mandate_id=_told(_joined(keyed.get("MREF"))),
        return_reason=(_reason(" ".join(purpose)) or _UNTOLD) if code in _RETURN_CODES else "",
        code=code,
    )


def _polish(told: dict[str, str], more: str) -> tuple[str, frozenset[str]]:
    """The payer's name, and the subfields that are text: those behind a name are its address.

    ``more`` is subfield 33 as it came: it goes on with the name if it begins with a blank or 32
    is full, else it is the street.
    """
    name = told.get("32", "")
    if not name and told.get("27"):
        return told["27"], _PURPOSE - {"27", "28", "29"}
    if more.startswith(" ") or len(name) >= _NAME_WIDTH:
        name = (name + more).strip()
    return name, _PURPOSE - {"29"} if is_iban(_compact(told.get("29", ""))) else _PURPOSE


def _keyed(pieces: list[str]) -> dict[str, tuple[str, ...]]:
    """Purpose text by SEPA key word, still in the pieces in which the bank cut it.

    Key words themselves may be cut in two by a piece's end, so they are looked for in the whole.
    """
    whole = "".join(pieces)
    ends: list[int] = []
    for piece in pieces:
        ends.append((ends[-1] if ends else 0) + len(piece))
    starts = [
        (found.start(), found.end(), found.group(1) or found.group(2))
        for found in _KEY.finditer(whole)
        if found.start() in {0, *ends}
        or not whole[found.start() - 1].isalnum()
        or found.group(1) in _SURE_KEYS
    ]
    spans = [(0, starts[0][0] if starts else len(whole), "")]
    spans += [
        (end, starts[position + 1][0] if position + 1 < len(starts) else len(whole), key)
        for position, (_start, end, key) in enumerate(starts)
    ]
    told: dict[str, tuple[str, ...]] = {}
    for start, end, key in spans:
        cuts = [start, *(cut for cut in ends if start < cut < end), end]
        cut_up = tuple(whole[a:b] for a, b in zip(cuts, cuts[1:], strict=False) if b > a)
        if key or "".join(cut_up).strip():
            told[key] = told.get(key, ()) + cut_up
    return told


def _swift(text: str) -> Details:
    found = _SWIFT_KEY.split(text)
    told: dict[str, str] = {}
    for key, value in zip(found[1::2], found[2::2], strict=True):
        told.setdefault(key, value.strip("/ ") if key not in ("CNTP", "REMI") else value)
    party = (told.get("CNTP", "") + "////").split("/")
    remittance = told.get("REMI", "").strip("/ ")
    structured: tuple[str, ...] = ()
    if remittance.startswith("STRD/"):
        structured = (remittance.rsplit("/", 1)[-1].strip(),)
    elif remittance.startswith("USTD/"):
        remittance = remittance[5:].strip("/ ")
    iban = _compact(party[0] or told.get("IBAN", "") or told.get("ORDP", ""))
    return Details(
        pieces=(remittance,) if remittance else (),
        name=(party[2].strip() or told.get("NAME", ""))[:140],
        iban=iban if is_iban(iban) else "",
        references=tuple(reference for reference in structured if reference),
        end_to_end_id=_told(told.get("EREF", "")),
        mandate_id=_told(told.get("MARF", "") or told.get("MREF", "")),
        return_reason=_reason(told.get("RTRN", "")),
        amounts="".join(f"/{key}/{told[key]}/" for key in _AMOUNTS if told.get(key)),
    )


def _free(lines: list[str]) -> Details:
    whole = " ".join(lines)
    found = [_compact(match.group(0)) for match in _IBAN.finditer(whole)]
    found += [f"PL{match.group(0)}" for match in _POLISH_NUMBER.finditer(whole)]
    name = _NAME.search(whole)
    return Details(
        pieces=_pieces(lines),
        name=name.group(1).strip()[:140] if name else "",
        iban=next((iban for iban in found if is_iban(iban)), ""),
    )


def _pieces(lines: list[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip())


def is_iban(text: str) -> bool:
    """Whether the text has the form of an IBAN and its check number is right (ISO 7064)."""
    if not 15 <= len(text) <= 34 or not (text.isascii() and text.isalnum()):
        return False
    if not (text[:2].isalpha() and text[2:4].isdigit()):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _compact(text: str) -> str:
    return "".join(text.split()).upper()


def _joined(pieces: tuple[str, ...] | None) -> str:
    return "".join(pieces or ()).strip()


def _told(text: str) -> str:
    return "" if text.upper().replace(" ", "") in _NOTHING else text[:70]


def _reason(text: str) -> str:
    found = _REASON.search(text.upper())
    return found.group(1) if found else ""
