"""Payer names: reduced to what tells firms apart, then compared by rapidfuzz."""

import re
import unicodedata

from rapidfuzz import fuzz

_LEGAL_FORMS = frozenset(
    {"GMBH", "MBH", "AG", "KG", "OHG", "UG", "GBR", "EK", "EV", "SE", "AB", "HB", "KB", "ASA"}
    | {"AS", "APS", "OY", "OYJ", "BV", "NV", "SA", "SAS", "SARL", "SRL", "SPA", "LTD", "LIMITED"}
    | {"PLC", "LLC", "INC", "CORP", "CO", "COMPANY", "CIE", "UND", "AND", "OCH", "THE"}
)
_WORDS = re.compile(r"[^A-Z0-9]+")
_INITIALS = re.compile(r"(?<=\b[A-Z])\.\s?(?=[A-Z]\b)")
SAME, LIKE = 95, 82
_DIGRAPHS = re.compile("AE|OE|UE|AA")
_TELLING, _AKIN = 5, 4
_GENERIC = frozenset(
    {"SERVICE", "GROUP", "GRUPPE", "HOLDING", "DEUTSCHLAND", "GERMANY", "SVERIGE", "SWEDEN"}
    | {"VERWALTUNG", "HAUSVERWALTUNG", "FORVALTNING", "FASTIGHETER", "INTERNATIONAL", "EUROPE"}
    | {"TECHNIK", "HANDEL", "VERTRIEB", "GEMEINDE", "STADT", "VERSICHERUNG", "HAFTUNGSBESCHRAENKT"}
)


def name_key(name: str) -> str:
    """A name without legal forms, accents and signs: ``Müller & Co. KG`` becomes ``MUELLER``."""
    spelled = name.upper()
    for umlaut, letters in (("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE"), ("ß", "SS"), ("Å", "A")):
        spelled = spelled.replace(umlaut, letters)
    folded = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = [word for word in _WORDS.split(_INITIALS.sub("", folded)) if word]
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)[:200]


def plain_key(key: str) -> str:
    """A name key as banks without umlauts write it: ``MUELLER`` and ``MULLER`` become one."""
    return _DIGRAPHS.sub(lambda found: found.group()[0], key)


def has_legal_form(name: str) -> bool:
    """Whether a legal form stands at its end, so that it was not cut short before."""
    words = [word for word in _WORDS.split(_INITIALS.sub("", name.upper())) if word]
    return len(words) > 1 and words[-1] in _LEGAL_FORMS


def likeness(first_key: str, second_key: str) -> int:
    """0-100 for two name keys; word order does not count. 95 and more is the same name."""
    if not first_key or not second_key:
        return 0
    return round(fuzz.token_sort_ratio(first_key, second_key))


def resembles(first_key: str, second_key: str) -> bool:
    """Whether one may be a spelling of the other: alike, or the shorter wholly within the longer.

    ``STADTWERKE`` resembles ``STADTWERKE ELBTAL AOER``; a word under five letters tells no firm.
    """
    if likeness(first_key, second_key) >= LIKE:
        return True
    shorter, longer = sorted((set(first_key.split()), set(second_key.split())), key=len)
    return shorter <= longer and any(len(word) >= _TELLING for word in shorter)


def is_akin(told: str, name: str) -> bool:
    """Whether a payer's words (a key) may speak of a customer's name (a key): beside number and
    amount, where it proves nobody.

    Spouses and owners share a telling word with the customer; ``vormals`` and ``fuer`` bring the
    whole name.
    """
    words, own = (set(plain_key(key).split()) - _GENERIC for key in (told, name))
    return any(len(word) >= _AKIN for word in words & own)
